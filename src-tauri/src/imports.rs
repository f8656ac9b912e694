//! Files and folders that become drafts of tunnels: chosen in a dialog, opened with the app, or dropped on the window. The program
//! reads them itself, so that the page gets neither a path nor a key.

use std::fs::File;
use std::path::{Path, PathBuf};

use adit_api::{ImportReading, ImportReason};
use adit_bridge::{FILES_TOO_MANY, HandedFile, RpcError, conf_files, read_secret_file};
use adit_words::DialogText;
use zeroize::Zeroizing;

use crate::exports::name;
use crate::opened::{Opened, Waiting};
use crate::requests::Program;

/// Largest file, bytes: the largest that an import takes.
const MAX_BYTES: usize = adit_import::limits::ARCHIVE_BYTES;

/// Lets the user choose files, or one folder, and makes drafts of them. None: the user chose nothing.
pub(crate) async fn choose(program: &Program, folder: bool) -> Result<Option<ImportReading>, RpcError> {
    let text = if folder { DialogText::ImportFolder } else { DialogText::ImportFiles };
    let paths = program.choose(program.words().dialog(&text), folder).await?;
    if paths.is_empty() { Ok(None) } else { Ok(Some(program.bridge.read_files(files(paths)).await?)) }
}

/// Makes drafts of the files that wait in `opened`. None: there are none.
pub(crate) async fn opened(program: &Program, opened: &Opened) -> Result<Option<ImportReading>, RpcError> {
    let waiting = opened.take();
    if waiting.paths.is_empty() {
        return Ok(None);
    }
    let read = program.bridge.read_files(all(waiting.clone())).await;
    if read.is_err() {
        // The page asks again when the service answers.
        opened.put_back(waiting);
    }
    read.map(Some)
}

/// Reads the files that wait. Those that were left out make one refusal.
fn all(Waiting { paths, left_out }: Waiting) -> impl Iterator<Item = HandedFile> {
    let refused =
        left_out.map(|path| HandedFile { name: name(&path), content: Err(ImportReason::new(FILES_TOO_MANY, Vec::new())) });
    files(paths).chain(refused)
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
    let bytes = File::open(path).and_then(|file| read_secret_file(&file, MAX_BYTES + 1)).map_err(|_| "file_unreadable")?;
    if bytes.len() > MAX_BYTES { Err("file_too_large") } else { Ok(bytes) }
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
        File::create(path("large.zip")).unwrap().set_len(MAX_BYTES as u64 + 1).unwrap();
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
    fn of_too_many_files_the_first_that_is_left_out_is_refused() {
        let waiting = Waiting { paths: vec!["/none/a.conf".into()], left_out: Some("/none/b.conf".into()) };
        let read: Vec<_> = all(waiting).map(|file| (file.name, file.content.err().map(|reason| reason.code))).collect();
        let refused = |name: &str, code: &str| (name.to_owned(), Some(code.to_owned()));
        assert_eq!(read, [refused("a.conf", "file_unreadable"), refused("b.conf", FILES_TOO_MANY)]);
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
