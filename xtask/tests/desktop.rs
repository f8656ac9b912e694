//! The files that desktops read (`installers/linux/desktop`) are valid, and desktops find what they say.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The languages besides English, as desktops write them.
const LANGUAGES: [&str; 5] = ["ar", "de", "es", "fr", "pt_BR"];

fn file(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../installers/linux/desktop").join(name)
}

fn text(name: &str) -> String {
    std::fs::read_to_string(file(name)).unwrap_or_else(|error| panic!("{name}: {error}"))
}

/// Runs a program. Returns None, and says so, if it is not installed.
fn output(command: &mut Command) -> Option<Output> {
    match command.env("LC_ALL", "C.UTF-8").output() {
        Ok(output) => Some(output),
        Err(error) => {
            println!("SKIPPED: files for desktops: {} does not start: {error}", command.get_program().display());
            None
        }
    }
}

fn succeeds(command: &mut Command) -> bool {
    let Some(output) = output(command) else { return false };
    let printed = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{}: {printed}", command.get_program().display());
    assert!(!printed.contains("hint:") && !printed.contains("warning:"), "{printed}");
    true
}

/// The type that desktops determine for a file of this name and content, if only Adit's types are installed.
fn type_of(folder: &Path, name: &str, content: &str) -> Option<String> {
    let path = folder.join(name);
    std::fs::write(&path, content).expect("written");
    let mut gio = Command::new("gio");
    gio.args(["info", "-a", "standard::content-type"]).arg(path);
    gio.env("XDG_DATA_HOME", folder.join("none")).env("XDG_DATA_DIRS", folder);
    let printed = String::from_utf8(output(&mut gio)?.stdout).expect("UTF-8");
    printed.lines().find_map(|line| line.trim().strip_prefix("standard::content-type: ").map(str::to_owned))
}

#[test]
fn the_desktop_entry_and_the_metadata_are_valid() {
    succeeds(Command::new("desktop-file-validate").arg(file("io.adit.app.desktop")));
    succeeds(Command::new("appstreamcli").args(["validate", "--no-net"]).arg(file("io.adit.app.metainfo.xml")));
}

#[test]
fn a_configuration_is_recognized_by_its_content_and_other_files_are_not() {
    let folder = tempfile::tempdir().expect("a folder");
    let packages = folder.path().join("mime/packages");
    std::fs::create_dir_all(&packages).expect("made");
    std::fs::copy(file("io.adit.app.mime.xml"), packages.join("io.adit.app.xml")).expect("copied");
    if !succeeds(Command::new("update-mime-database").arg(folder.path().join("mime"))) {
        return;
    }
    let type_of = |name, content| type_of(folder.path(), name, content);
    let Some(first) = type_of("office.conf", "# My office\n\n[Interface]\nPrivateKey = x\nAddress = 10.0.0.2/32\n") else {
        return;
    };
    assert_eq!(first, "application/x-wireguard-config");
    let peers_first = type_of("wg0.conf", "[Peer]\nPublicKey = x\n[Interface]\nListenPort = 1\n");
    assert_eq!(peers_first.as_deref(), Some("application/x-wireguard-config"));
    for other in ["[server]\nAddress = 10.0.0.2\n", "[Interface]\nTheme = dark\n", "Interface, PrivateKey, [Peer]\n"] {
        assert_ne!(type_of("other.conf", other).as_deref(), Some("application/x-wireguard-config"), "{other}");
    }
}

#[test]
fn every_text_stands_in_six_languages() {
    let entry = text("io.adit.app.desktop");
    for key in ["GenericName", "Comment", "Keywords"] {
        for language in LANGUAGES {
            assert!(entry.contains(&format!("\n{key}[{language}]=")), "the entry has no {key} in {language}");
        }
    }
    for name in ["io.adit.app.mime.xml", "io.adit.app.metainfo.xml"] {
        let text = text(name);
        let english = ["<comment>", "<summary>", "<p>", "<li>"].map(|tag| text.matches(tag).count()).iter().sum::<usize>();
        assert!(english > 0, "{name} has no text");
        for language in LANGUAGES {
            assert_eq!(text.matches(&format!(" xml:lang=\"{language}\"")).count(), english, "{name} in {language}");
        }
    }
}

#[test]
fn the_desktop_asks_for_a_password_in_six_languages() {
    let policy = Path::new(env!("CARGO_MANIFEST_DIR")).join("../installers/linux/io.adit.policy");
    succeeds(Command::new("xmllint").args(["--noout", "--nonet"]).arg(&policy));
    let text = std::fs::read_to_string(policy).expect("the actions");
    let actions: Vec<&str> = text.split("<action id=").skip(1).collect();
    assert_eq!(actions.len(), 3);
    for action in actions {
        for tag in ["description", "message"] {
            assert_eq!(action.matches(&format!("<{tag}>")).count(), 1, "{action}");
            for language in LANGUAGES {
                assert_eq!(
                    action.matches(&format!("<{tag} xml:lang=\"{language}\">")).count(),
                    1,
                    "{tag} in {language}: {action}"
                );
            }
        }
    }
}

#[test]
fn the_files_name_each_other_and_the_owner_of_the_trademark() {
    let (entry, metadata) = (text("io.adit.app.desktop"), text("io.adit.app.metainfo.xml"));
    assert!(metadata.contains("<launchable type=\"desktop-id\">io.adit.app.desktop</launchable>"));
    for kind in entry.lines().find_map(|line| line.strip_prefix("MimeType=")).expect("types").split_terminator(';') {
        // Schemes of links are no kinds of files.
        let is_scheme = kind.starts_with("x-scheme-handler/");
        assert!(is_scheme || text("io.adit.app.mime.xml").contains(&format!("type=\"{kind}\"")), "{kind} is defined nowhere");
        assert!(metadata.contains(&format!("<mediatype>{kind}</mediatype>")), "{kind} is not in the metadata");
    }
    assert!(metadata.contains("WireGuard is a registered trademark of Jason A. Donenfeld."));
    assert!(metadata.contains("not affiliated"));
    let configuration = Path::new(env!("CARGO_MANIFEST_DIR")).join("../src-tauri/tauri.conf.json");
    let configuration = std::fs::read_to_string(configuration).expect("the app's configuration");
    assert!(configuration.contains("\"identifier\": \"io.adit.app\""), "the files are named after the app's identifier");
}
