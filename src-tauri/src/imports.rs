//! Files and folders that become drafts of tunnels: chosen in a dialog, opened with the app, or dropped on the window. The program
//! reads them itself, so that the page gets neither a path nor a key.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use adit_api::{ImportReading, ImportReason};
use adit_bridge::{HandedFile, RpcError, conf_files};
use adit_words::DialogText;
use zeroize::Zeroizing;

use crate::exports::name;
use crate::opened::Opened;
use crate::requests::Program;

/// Largest file, bytes: the largest that an import takes.
const MAX_BYTES: u64 = 16 * 1024 * 1024;

/// Lets the user choose files, or one folder, and makes drafts of them. None: the user chose nothing.
pub(crate) async fn choose(program: &Program, folder: bool) -> Result<Option<ImportReading>, RpcError> {
    let text = if folder { DialogText::ImportFolder } else { DialogText::ImportFiles };
    let paths = program.choose(program.words().dialog(&text), folder).await?;
    if paths.is_empty() { Ok(None) } else { Ok(Some(program.bridge.read_files(files(paths)).await?)) }
}

/// Makes drafts of the files that wait in `opened`. None: there are none.
pub(crate) async fn opened(program: &Program, opened: &Opened) -> Result<Option<ImportReading>, RpcError> {
    let paths = opened.take();
    if paths.is_empty() {
        return Ok(None);
    }
    let read = program.bridge.read_files(files(paths.clone())).await;
    if read.is_err() {
        // The page asks again when the service answers.
        opened.add(paths);
    }
    read.map(Some)
}

/// Reads files, each when it is asked for. A folder stands for the configurations in it.
fn files(paths: Vec<PathBuf>) -> impl Iterator<Item = HandedFile> {
    paths.into_iter().flat_map(|path| {
        let listed = if path.is_dir() { conf_files(&path) } else { Ok(vec![path.clone()]) };
        let (files, refused) = match listed {
            Ok(files) => (files, None),
            Err(error) => (Vec::new(), Some(HandedFile { name: name(&path), content: Err(ImportReason::from(&error)) })),
        };
        refused.into_iter().chain(files.into_iter().map(|file| read(&file)))
    })
}

fn read(path: &Path) -> HandedFile {
    let content = content(path).map_err(|code| ImportReason::new(code, Vec::new()));
    HandedFile { name: name(path), content }
}

/// Returns the content of a file, or the code of the reason why it is not read.
fn content(path: &Path) -> Result<Zeroizing<Vec<u8>>, &'static str> {
    // Opening a pipe would wait for its other end.
    if !path.metadata().is_ok_and(|metadata| metadata.is_file()) {
        return Err("file_unreadable");
    }
    let mut bytes = Zeroizing::new(Vec::new());
    let read = File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    read.map_err(|_| "file_unreadable")?;
    if bytes.len() as u64 > MAX_BYTES { Err("file_too_large") } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_all(paths: &[&Path]) -> Vec<(String, Result<Vec<u8>, String>)> {
        let files = files(paths.iter().map(|path| path.to_path_buf()).collect());
        files.map(|file| (file.name, file.content.map(|bytes| bytes.to_vec()).map_err(|reason| reason.code))).collect()
    }

    #[test]
    fn a_file_is_read_whole_and_what_cannot_be_imported_has_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::write(path("office.conf"), "[Interface]\n").unwrap();
        File::create(path("large.zip")).unwrap().set_len(MAX_BYTES + 1).unwrap();
        let read = read_all(&[&path("office.conf"), &path("large.zip"), &path("none.conf")]);
        let named = |name: &str, content: Result<&str, &str>| {
            (name.to_owned(), content.map(|text| text.as_bytes().to_vec()).map_err(str::to_owned))
        };
        let wanted = [
            named("office.conf", Ok("[Interface]\n")),
            named("large.zip", Err("file_too_large")),
            named("none.conf", Err("file_unreadable")),
        ];
        assert_eq!(read, wanted);
    }

    #[test]
    fn a_folder_stands_for_the_configurations_in_it() {
        let folder = tempfile::tempdir().unwrap();
        let within = folder.path().join("vpn");
        std::fs::create_dir(&within).unwrap();
        assert_eq!(read_all(&[&within]), [("vpn".to_owned(), Err("folder_empty".to_owned()))]);
        for name in ["b.conf", "a.conf", "notes.txt"] {
            std::fs::write(within.join(name), name).unwrap();
        }
        let names: Vec<String> = read_all(&[&within, &within.join("notes.txt")]).into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["a.conf", "b.conf", "notes.txt"]);
    }
}
