//! Files that the user drops on the window. The program takes them itself: Tauri would tell the page their paths, and WebKit would let
//! it read them. A drag that began in this program never stands for files, because the page could choose them.

use std::path::PathBuf;

use tauri::webview::PlatformWebview;
use tauri::{AppHandle, Url};

/// The type of a list of addresses, such as file managers offer it.
const ADDRESSES: &str = "text/uri-list";

/// What becomes of a drop.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Fate {
    /// WebKit and the page handle it: a text, or a row of a list.
    OfThePage,
    /// Nothing happens.
    Refused,
    /// The program reads the files.
    Files,
}

impl Fate {
    fn new(is_from_here: bool, types: &[String]) -> Self {
        match (types.iter().any(|offered| offered == ADDRESSES), is_from_here) {
            (false, _) => Self::OfThePage,
            (true, true) => Self::Refused,
            (true, false) => Self::Files,
        }
    }
}

/// Returns the paths of those addresses that stand for files of this computer.
fn paths<'address>(addresses: impl IntoIterator<Item = &'address str>) -> Vec<PathBuf> {
    let urls = addresses.into_iter().filter_map(|address| Url::parse(address).ok());
    urls.filter(|url| url.scheme() == "file").filter_map(|url| url.to_file_path().ok()).collect()
}

/// Takes the files that are dropped on the page from now on.
#[cfg(target_os = "linux")]
pub(crate) fn take(app: AppHandle, webview: &PlatformWebview) {
    use std::cell::Cell;
    use std::rc::Rc;

    use gtk::gdk::Atom;
    use gtk::glib::{GString, signal};
    use gtk::prelude::{DragContextExtManual as _, WidgetExt as _};

    // WebKit's own handlers run after these.
    let webview = webview.inner();
    let waits = Rc::new(Cell::new(false));
    let asked = Rc::clone(&waits);
    webview.connect_drag_drop(move |webview, context, _, _, time| {
        let types: Vec<String> = context.list_targets().iter().map(|atom| atom.name().to_string()).collect();
        match Fate::new(context.drag_get_source_widget().is_some(), &types) {
            Fate::OfThePage => return false,
            Fate::Refused => context.drag_finish(false, false, time),
            Fate::Files => {
                asked.set(true);
                webview.drag_get_data(context, &Atom::intern(ADDRESSES), time);
            }
        }
        true
    });
    webview.connect_drag_data_received(move |webview, context, _, _, data, _, time| {
        if data.data_type().name() != ADDRESSES || !waits.replace(false) {
            return;
        }
        signal::signal_stop_emission_by_name(webview, "drag-data-received");
        let files = paths(data.uris().iter().map(GString::as_str));
        context.drag_finish(!files.is_empty(), false, time);
        if !files.is_empty() {
            crate::opened::hand_over(&app, files);
        }
    });
}

#[cfg(not(target_os = "linux"))]
pub(crate) fn take(_app: AppHandle, _webview: &PlatformWebview) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_files_that_another_program_drags_are_read() {
        let fate =
            |is_from_here, types: &[&str]| Fate::new(is_from_here, &types.iter().map(ToString::to_string).collect::<Vec<_>>());
        assert_eq!(fate(false, &["text/plain", "text/uri-list"]), Fate::Files);
        assert_eq!(fate(true, &["text/uri-list", "text/html"]), Fate::Refused, "a link of the page to a file");
        assert_eq!(fate(true, &["text/plain"]), Fate::OfThePage, "a row of a list");
        assert_eq!(fate(false, &["text/plain"]), Fate::OfThePage);
    }

    #[test]
    fn addresses_of_files_become_paths_and_all_others_are_left_out() {
        let addresses = [
            "file:///tmp/my%20tunnel.conf",
            "https://example.com/a.conf",
            "/etc/passwd",
            "file://elsewhere/a.conf",
            "adit:import",
            "",
        ];
        assert_eq!(paths(addresses), [PathBuf::from("/tmp/my tunnel.conf")]);
    }
}
