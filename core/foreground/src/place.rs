//! Warns about folders in which a private key should not lie: a version control or a cloud keeps a copy for ever.

use std::path::Path;

/// Names of folders (lowercase) that programs copy into a cloud, and the name of the cloud.
const CLOUDS: [(&str, &str); 8] = [
    ("onedrive", "OneDrive"),
    ("dropbox", "Dropbox"),
    ("google drive", "Google Drive"),
    ("googledrive", "Google Drive"),
    ("nextcloud", "Nextcloud"),
    ("icloud drive", "iCloud"),
    ("iclouddrive", "iCloud"),
    ("com~apple~clouddocs", "iCloud"),
];

/// Returns warnings about the folders that contain `path`.
pub fn warnings(path: &Path) -> Vec<String> {
    // The real path: the file may be a link into such a folder.
    let Ok(real) = path.canonicalize() else { return Vec::new() };
    let shown = adit_config::visible(&path.display().to_string());
    let tree = real.ancestors().skip(1).find(|folder| folder.join(".git").exists());
    let tree = tree.map(|tree| {
        format!("{shown} lies in the git repository {}, where its private key may be published; move it away", tree.display())
    });
    let cloud =
        cloud(&real).map(|cloud| format!("{shown} lies in a folder that {cloud} copies, private key and all; move it away"));
    tree.into_iter().chain(cloud).collect()
}

fn cloud(path: &Path) -> Option<&'static str> {
    path.ancestors().skip(1).filter_map(|folder| folder.file_name()).find_map(|name| {
        let name = name.to_string_lossy().to_lowercase();
        // Also matches `OneDrive - Company`, `Dropbox (Personal)` and `OneDrive-Company`.
        let begins =
            |cloud: &str| name.strip_prefix(cloud).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '-', '(']));
        CLOUDS.iter().find(|(folder, _)| begins(folder)).map(|(_, cloud)| *cloud)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_clouds_are_known_by_their_names_and_nothing_else_is() {
        for (path, expected) in [
            ("/home/a/OneDrive - Firm/wg0.conf", Some("OneDrive")),
            ("/home/a/Dropbox (Personal)/x/wg0.conf", Some("Dropbox")),
            ("/Users/a/Library/Mobile Documents/com~apple~CloudDocs/wg0.conf", Some("iCloud")),
            ("/home/a/dropboxes/wg0.conf", None),
            ("/etc/wireguard/dropbox.conf", None),
        ] {
            assert_eq!(cloud(Path::new(path)), expected, "{path}");
        }
    }
}
