//! The desktop's dialogs for files. Their paths stay in this program; the page never sees one.

use std::cell::RefCell;
use std::path::PathBuf;

use adit_api::ApiError;
use gtk::glib;
use gtk::prelude::{FileChooserExt as _, NativeDialogExt as _};
use tauri::{AppHandle, Manager as _};
use tokio::sync::oneshot;

use crate::consent::Consent;

/// Lets the user choose the file to write, with `name` as a proposal. The dialog asks before it returns a file that exists.
/// None: the user wrote nothing.
pub(crate) async fn save(app: &AppHandle, title: String, name: String) -> Result<Option<PathBuf>, ApiError> {
    let chosen = show(app, title, gtk::FileChooserAction::Save, move |dialog| {
        dialog.set_do_overwrite_confirmation(true);
        dialog.set_current_folder(folder());
        dialog.set_current_name(&name);
    });
    Ok(chosen.await?.pop())
}

/// Lets the user choose the file to read.
pub(crate) async fn open(app: &AppHandle, title: String) -> Result<Option<PathBuf>, ApiError> {
    let chosen = show(app, title, gtk::FileChooserAction::Open, |dialog| {
        dialog.set_current_folder(folder());
    });
    Ok(chosen.await?.pop())
}

/// Lets the user choose files to read, or one folder. None are returned if the user chose nothing.
pub(crate) async fn choose(app: &AppHandle, title: String, is_folder: bool) -> Result<Vec<PathBuf>, ApiError> {
    let action = if is_folder { gtk::FileChooserAction::SelectFolder } else { gtk::FileChooserAction::Open };
    let prepare = move |dialog: &gtk::FileChooserNative| {
        dialog.set_select_multiple(!is_folder);
        dialog.set_current_folder(folder());
    };
    show(app, title, action, prepare).await
}

/// Shows a dialog, unless another dialog or question is open.
async fn show(
    app: &AppHandle,
    title: String,
    action: gtk::FileChooserAction,
    prepare: impl FnOnce(&gtk::FileChooserNative) + Send + 'static,
) -> Result<Vec<PathBuf>, ApiError> {
    let consent = app.state::<Consent>();
    let _dialog = consent.begin().ok_or(ApiError::Busy)?;
    let (sender, answer) = oneshot::channel();
    let handle = app.clone();
    let shown = app.run_on_main_thread(move || {
        let parent = crate::window::of_toolkit(&handle);
        // The desktop's own dialog, with its own words on the buttons.
        let dialog = gtk::FileChooserNative::new(Some(&title), parent.as_ref(), action, None, None);
        dialog.set_modal(true);
        prepare(&dialog);
        let kept = RefCell::new(Some((dialog.clone(), sender)));
        dialog.connect_response(move |dialog, response| {
            // It was kept until its answer.
            let Some((_, sender)) = kept.take() else { return };
            let paths = if response == gtk::ResponseType::Accept { dialog.filenames() } else { Vec::new() };
            // Nobody waits only while the app ends.
            let _ = sender.send(paths);
        });
        dialog.show();
    });
    // Fails only while the app ends, as does the dialog without an answer.
    Ok(if shown.is_ok() { answer.await.unwrap_or_default() } else { Vec::new() })
}

/// The folder in which a dialog begins.
pub(crate) fn folder() -> PathBuf {
    glib::user_special_dir(glib::UserDirectory::Documents).unwrap_or_else(glib::home_dir)
}
