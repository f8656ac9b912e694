//! The screen of a Wayland desktop: `org.freedesktop.portal.Screenshot`. The desktop shows its own dialog, in which the user takes
//! the picture or does not.

use std::fs::File;
use std::io::ErrorKind;
use std::path::Path;

use adit_bridge::read_secret;
use ashpd::Error;
use ashpd::desktop::ResponseError;
use ashpd::desktop::screenshot::Screenshot;
use tauri::Url;
use zeroize::Zeroizing;

use crate::exports::name;

/// The most that is read of a file, bytes: one more than an import takes, so that it refuses larger ones.
const MAX_BYTES: usize = adit_import::limits::PICTURE_BYTES + 1;

/// Returns the picture as a file has it. None: the user does not want that.
pub(super) async fn take() -> Result<Option<Zeroizing<Vec<u8>>>, String> {
    // Not interactive, a desktop may remember the answer of the first time, and a page could then take pictures unasked.
    let request = Screenshot::request().interactive(true).modal(true).send().await.map_err(|error| error.to_string())?;
    let uri = match request.response() {
        Ok(screenshot) => screenshot.uri().as_str().to_owned(),
        Err(Error::Response(ResponseError::Cancelled)) => return Ok(None),
        Err(error) => return Err(error.to_string()),
    };
    let path = Url::parse(&uri).ok().filter(|url| url.scheme() == "file").and_then(|url| url.to_file_path().ok());
    let path = path.ok_or("the desktop's answer is no file")?;
    let read = tauri::async_runtime::spawn_blocking(move || read_and_remove(&path)).await;
    read.map_err(|error| error.to_string())?.map(Some)
}

/// Reads the picture and removes its file, which the desktop has made for this purpose and which may show a private key. A file
/// that cannot be removed is named on the standard error output; the page never gets its path.
fn read_and_remove(path: &Path) -> Result<Zeroizing<Vec<u8>>, String> {
    let read = File::open(path).and_then(|file| read_secret(file, MAX_BYTES));
    if let Err(error) = std::fs::remove_file(path)
        && error.kind() != ErrorKind::NotFound
    {
        eprintln!("adit-app: the picture of the screen is still there, remove it: {path:?}: {error}");
    }
    read.map_err(|error| format!("{}: {error}", name(path)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_a_picture_is_gone_when_it_has_been_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("Screenshot.png");
        std::fs::write(&path, b"a picture").unwrap();
        assert_eq!(**read_and_remove(&path).unwrap(), *b"a picture");
        assert!(!path.exists());
        let error = read_and_remove(&path).unwrap_err();
        assert!(error.starts_with("Screenshot.png: "), "{error}");
    }

    #[test]
    fn a_picture_whose_file_cannot_be_removed_is_read_all_the_same() {
        assert!(!read_and_remove(Path::new("/proc/self/status")).unwrap().is_empty());
    }
}
