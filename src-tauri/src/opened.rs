//! Files that the user opened with the app. They wait until the page is loaded and the service answers.

use std::path::PathBuf;
use std::sync::{Mutex, PoisonError};

use adit_bridge::{Link, LinkError, MAX_FILES};
use tauri::{AppHandle, Emitter as _, Manager as _, Url};

use crate::dialogs;
use crate::places::Place;

/// Event for the page: files wait, and the page is to ask for them.
const OPEN: &str = "open";

/// Paths that wait for the page, at most [`MAX_FILES`].
#[derive(Default)]
pub(crate) struct Opened(Mutex<Waiting>);

#[derive(Clone, Default)]
pub(crate) struct Waiting {
    pub(crate) paths: Vec<PathBuf>,
    /// The first path that is left out because too many wait.
    pub(crate) left_out: Option<PathBuf>,
}

impl Opened {
    pub(crate) fn new(files: Vec<PathBuf>) -> Self {
        let opened = Self::default();
        opened.add(files);
        opened
    }

    /// Adds files. Remembers that some are left out if more than [`MAX_FILES`] wait.
    pub(crate) fn add(&self, files: Vec<PathBuf>) {
        self.waiting().add(files);
    }

    /// Puts back what was taken, before what came meanwhile.
    pub(crate) fn put_back(&self, taken: Waiting) {
        let mut waiting = self.waiting();
        let Waiting { paths, left_out } = std::mem::replace(&mut *waiting, taken);
        waiting.add(paths);
        waiting.left_out = waiting.left_out.take().or(left_out);
    }

    /// Takes all that wait.
    pub(crate) fn take(&self) -> Waiting {
        std::mem::take(&mut self.waiting())
    }

    fn waiting(&self) -> std::sync::MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Waiting {
    fn add(&mut self, files: Vec<PathBuf>) {
        self.paths.extend(files);
        let mut rest = self.paths.drain(self.paths.len().min(MAX_FILES)..);
        let first = rest.next();
        drop(rest);
        self.left_out = self.left_out.take().or(first);
    }
}

/// Adds files, and tells the page, which also asks when it is loaded.
pub(crate) fn hand_over(app: &AppHandle, files: Vec<PathBuf>) {
    app.state::<Opened>().add(files);
    // Fails only while the app ends.
    let _ = app.emit(OPEN, ());
}

/// Lets the user choose files, which are then handed over.
pub(crate) fn choose(app: &AppHandle, title: String) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        // With another dialog open, the user sees that one.
        let chosen = dialogs::choose(&app, title, false).await.unwrap_or_default();
        if !chosen.is_empty() {
            hand_over(&app, chosen);
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_wait_until_the_page_asks_and_are_handed_over_once() {
        let opened = Opened::new(vec!["/tmp/a.conf".into()]);
        opened.add(vec!["/tmp/b.conf".into()]);
        assert_eq!(opened.take().paths, [PathBuf::from("/tmp/a.conf"), "/tmp/b.conf".into()]);
        assert!(opened.take().paths.is_empty());
    }

    #[test]
    fn of_too_many_files_the_first_wait_and_it_is_known_that_some_are_left_out() {
        let file = |number: usize| PathBuf::from(format!("/tmp/{number}.conf"));
        let opened = Opened::new((0..MAX_FILES).map(file).collect());
        let full = opened.take();
        assert_eq!((full.paths.len(), &full.left_out), (MAX_FILES, &None));
        opened.add(vec![file(MAX_FILES), file(MAX_FILES + 1)]);
        opened.put_back(full);
        let taken = opened.take();
        assert_eq!((taken.paths.last(), taken.left_out), (Some(&file(MAX_FILES - 1)), Some(file(MAX_FILES))));
        assert!(opened.take().left_out.is_none(), "it is said once");
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
}
