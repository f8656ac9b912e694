//! Files that the user opened with the app. They wait until the page is loaded and the service answers.

use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

use adit_bridge::{Link, LinkError};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use tauri::{AppHandle, Emitter as _, Listener as _, Manager as _, Url};

use crate::places::Place;

/// Largest file, bytes: the largest that an import takes.
const MAX_BYTES: u64 = 16 * 1024 * 1024;
/// The most files that wait.
const MAX_FILES: usize = 256;

/// Event of the page: it is loaded and the service answers, so that an import can be shown.
const READY: &str = "ready";
/// Event for the page: an [`OpenedFile`].
const OPEN: &str = "open";

/// A file for the page's import.
#[derive(Clone, PartialEq, Debug, Serialize)]
struct OpenedFile {
    name: String,
    /// The content, base64; empty if there is a problem.
    bytes: String,
    problem: Option<Problem>,
}

/// The reason why a file cannot be imported.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
enum Problem {
    /// It is larger than [`MAX_BYTES`].
    TooLarge,
    /// It is not a file, does not exist, or belongs to somebody else.
    Unreadable,
}

/// Paths that wait for the page.
pub(crate) struct Opened(Mutex<State>);

#[derive(Default)]
struct State {
    waiting: Vec<PathBuf>,
    is_loaded: bool,
}

impl Opened {
    pub(crate) fn new(files: Vec<PathBuf>) -> Self {
        let opened = Self(Mutex::default());
        opened.add(files);
        opened
    }

    /// Adds files; those beyond [`MAX_FILES`] are left out.
    pub(crate) fn add(&self, files: Vec<PathBuf>) {
        let mut state = self.state();
        state.waiting.extend(files);
        state.waiting.truncate(MAX_FILES);
    }

    fn take(&self) -> Vec<PathBuf> {
        let mut state = self.state();
        if state.is_loaded { std::mem::take(&mut state.waiting) } else { Vec::new() }
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Hands the files over when the page says that it is loaded.
pub(crate) fn listen(app: &AppHandle) {
    let handle = app.clone();
    app.listen_any(READY, move |_| {
        handle.state::<Opened>().state().is_loaded = true;
        hand_over(&handle);
    });
}

/// Hands the waiting files to the page, if it is loaded.
pub(crate) fn hand_over(app: &AppHandle) {
    for path in app.state::<Opened>().take() {
        // Fails only while the app ends.
        let _ = app.emit(OPEN, read(&path));
    }
}

/// Lets the user choose files, which are then handed over.
#[cfg(target_os = "linux")]
pub(crate) fn choose(app: &AppHandle, title: String) {
    use gtk::prelude::{FileChooserExt as _, NativeDialogExt as _};
    let handle = app.clone();
    // Fails only while the app ends.
    let _ = app.run_on_main_thread(move || {
        let parent = crate::window::of_toolkit(&handle);
        // The desktop's own dialog, with its own words on the buttons.
        let dialog = gtk::FileChooserNative::new(Some(&title), parent.as_ref(), gtk::FileChooserAction::Open, None, None);
        dialog.set_select_multiple(true);
        dialog.set_current_folder(crate::dialogs::folder());
        let shown = std::cell::RefCell::new(Some(dialog.clone()));
        dialog.connect_response(move |dialog, response| {
            if response == gtk::ResponseType::Accept {
                handle.state::<Opened>().add(dialog.filenames());
                hand_over(&handle);
            }
            // It was kept until its answer.
            shown.take();
        });
        dialog.show();
    });
}

/// Makes paths absolute, because a second start has another working directory than the first. Links stay as they are, and the
/// addresses of files, as desktops write them, become paths.
pub(crate) fn absolute(arguments: &[PathBuf]) -> Vec<PathBuf> {
    let path = |argument: &PathBuf| {
        if Link::has_scheme(argument.as_os_str().as_encoded_bytes()) {
            return argument.clone();
        }
        let url = argument.to_str().and_then(|text| Url::parse(text).ok()).filter(|url| url.scheme() == "file");
        let file = url.and_then(|url| url.to_file_path().ok()).unwrap_or_else(|| argument.clone());
        std::path::absolute(&file).unwrap_or(file)
    };
    arguments.iter().map(path).collect()
}

/// Tells files from links. Of several links, the last one is the place to show.
pub(crate) fn sorted(arguments: Vec<PathBuf>) -> (Vec<PathBuf>, Option<Place>) {
    let is_link = |argument: &PathBuf| Link::has_scheme(argument.as_os_str().as_encoded_bytes());
    let (links, files): (Vec<_>, Vec<_>) = arguments.into_iter().partition(is_link);
    let place = links.last().map(|link| Place::from(link.to_str().map_or(Err(LinkError::Name), Link::parse)));
    (files, place)
}

fn read(path: &Path) -> OpenedFile {
    let name = path.file_name().unwrap_or(path.as_os_str()).to_string_lossy().into_owned();
    match content(path) {
        Ok(bytes) => OpenedFile { name, bytes: STANDARD.encode(bytes), problem: None },
        Err(problem) => OpenedFile { name, bytes: String::new(), problem: Some(problem) },
    }
}

fn content(path: &Path) -> Result<Vec<u8>, Problem> {
    // Opening a pipe would wait for its other end.
    if !path.metadata().is_ok_and(|metadata| metadata.is_file()) {
        return Err(Problem::Unreadable);
    }
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(MAX_BYTES + 1).read_to_end(&mut bytes));
    read.map_err(|_| Problem::Unreadable)?;
    if bytes.len() as u64 > MAX_BYTES { Err(Problem::TooLarge) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_wait_until_the_page_is_loaded_and_are_handed_over_once() {
        let opened = Opened::new(vec!["/tmp/a.conf".into()]);
        assert!(opened.take().is_empty());
        opened.state().is_loaded = true;
        opened.add(vec!["/tmp/b.conf".into()]);
        assert_eq!(opened.take(), [PathBuf::from("/tmp/a.conf"), "/tmp/b.conf".into()]);
        assert!(opened.take().is_empty());
    }

    #[test]
    fn links_and_addresses_of_files_are_told_from_paths() {
        let paths = |texts: &[&str]| texts.iter().map(PathBuf::from).collect::<Vec<_>>();
        let arguments = absolute(&paths(&["/a b.conf", "file:///tmp/my%20tunnel.conf", "adit:tunnel/office", "ADIT:import"]));
        assert_eq!(arguments, paths(&["/a b.conf", "/tmp/my tunnel.conf", "adit:tunnel/office", "ADIT:import"]));
        assert!(absolute(&paths(&["./adit:import"]))[0].is_absolute(), "a file whose name looks like a link");
        assert_eq!(sorted(arguments), (paths(&["/a b.conf", "/tmp/my tunnel.conf"]), Some(Place::Import)));
        assert_eq!(sorted(paths(&["/a.conf"])), (paths(&["/a.conf"]), None));
    }

    #[test]
    fn a_file_is_read_whole_and_what_cannot_be_imported_is_refused_with_the_reason() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("office.conf");
        std::fs::write(&path, "[Interface]\n").unwrap();
        assert_eq!(read(&path), OpenedFile { name: "office.conf".into(), bytes: "W0ludGVyZmFjZV0K".into(), problem: None });
        for unreadable in [folder.path(), &folder.path().join("none.conf")] {
            assert_eq!(read(unreadable).problem, Some(Problem::Unreadable), "{unreadable:?}");
        }
        let large = folder.path().join("large.zip");
        File::create(&large).unwrap().set_len(MAX_BYTES + 1).unwrap();
        assert_eq!(read(&large), OpenedFile { name: "large.zip".into(), bytes: String::new(), problem: Some(Problem::TooLarge) });
    }
}
