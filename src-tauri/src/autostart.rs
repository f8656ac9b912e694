//! Starts the app when the user logs in: a file in the user's folder for that (XDG Desktop Application Autostart).

use std::io;
use std::path::{Path, PathBuf};

use crate::replace::replace;

/// The file, and the program that it starts.
#[derive(Clone, Debug)]
pub(crate) struct Autostart {
    file: PathBuf,
    program: PathBuf,
}

impl Autostart {
    /// Uses the user's folder for configurations.
    pub(crate) fn new(folder: &Path, program: PathBuf) -> Self {
        Self { file: folder.join("autostart/io.adit.app.desktop"), program }
    }

    /// Returns true if the file starts this program. Desktops switch an entry off in the file, and the program may have moved
    /// since the file was written.
    pub(crate) fn is_on(&self) -> bool {
        let Ok(text) = std::fs::read_to_string(&self.file) else { return false };
        self.program().is_some_and(|program| starts(&text, program))
    }

    /// Returns the path of the program, if a file can name it.
    fn program(&self) -> Option<&str> {
        self.program.to_str().filter(|path| !path.contains(['\n', '\r']))
    }

    /// Writes or removes the file.
    pub(crate) fn set(&self, is_on: bool) -> io::Result<()> {
        if !is_on {
            return match std::fs::remove_file(&self.file) {
                Err(error) if !matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory) => Err(error),
                _ => Ok(()),
            };
        }
        if self.is_on() {
            return Ok(());
        }
        let Some(program) = self.program() else {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the path of the program is not plain text"));
        };
        replace(&self.file, entry(program).as_bytes())
    }
}

/// Returns the entry.
fn entry(program: &str) -> String {
    format!("[Desktop Entry]\nType=Application\nName=Adit\nExec={}\nTerminal=false\n", command(program))
}

/// Returns the value of `Exec`. The program starts hidden, which the app does only where a tray shows its icon.
fn command(program: &str) -> String {
    format!("{} --hidden", quoted(program))
}

/// Returns true if a desktop that finds this entry starts the program.
fn starts(entry: &str, program: &str) -> bool {
    value(entry, "Exec") == Some(command(program).as_str())
        && value(entry, "Hidden") != Some("true")
        && value(entry, "X-GNOME-Autostart-enabled") != Some("false")
}

/// Returns the value of a key, without the spaces around it.
fn value<'a>(entry: &'a str, key: &str) -> Option<&'a str> {
    let mut pairs = entry.lines().filter_map(|line| line.split_once('='));
    pairs.find(|(name, _)| name.trim() == key).map(|(_, value)| value.trim())
}

/// Quotes an argument of `Exec` (Desktop Entry Specification): first for the command, then for the file.
fn quoted(argument: &str) -> String {
    let mut text = String::from("\"");
    for character in argument.chars() {
        match character {
            '"' | '`' | '$' => text.extend(["\\\\", &character.to_string()]),
            '\\' => text.push_str("\\\\\\\\"),
            '%' => text.push_str("%%"),
            _ => text.push(character),
        }
    }
    text.push('"');
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_app_starts_at_login_as_long_as_its_user_wants_that() {
        let folder = tempfile::tempdir().unwrap();
        let autostart = Autostart::new(folder.path(), "/opt/my apps/adit-app".into());
        assert!(!autostart.is_on());
        autostart.set(true).unwrap();
        autostart.set(true).unwrap();
        assert!(autostart.is_on());
        let text = std::fs::read_to_string(folder.path().join("autostart/io.adit.app.desktop")).unwrap();
        assert_eq!(text.lines().nth(3), Some("Exec=\"/opt/my apps/adit-app\" --hidden"));
        autostart.set(false).unwrap();
        autostart.set(false).unwrap();
        assert!(!autostart.is_on());
    }

    #[test]
    fn an_entry_that_a_desktop_switched_off_or_that_starts_another_program_is_off_and_is_renewed() {
        let folder = tempfile::tempdir().unwrap();
        let autostart = Autostart::new(folder.path(), "/opt/adit-app".into());
        let file = folder.path().join("autostart/io.adit.app.desktop");
        let ours = entry("/opt/adit-app");
        let others = [
            format!("{ours}Hidden=true\n"),
            format!("{ours}X-GNOME-Autostart-enabled = false\n"),
            entry("/old/adit-app"),
            String::new(),
        ];
        for other in &others {
            autostart.set(true).unwrap();
            std::fs::write(&file, other).unwrap();
            assert!(!autostart.is_on(), "{other}");
            autostart.set(true).unwrap();
            assert_eq!(std::fs::read_to_string(&file).unwrap(), ours);
        }
        std::fs::write(&file, format!("{ours}Hidden=false\nX-GNOME-Autostart-enabled=true\n")).unwrap();
        assert!(autostart.is_on(), "what a desktop adds is no harm");
    }

    #[test]
    fn a_path_is_quoted_as_the_specification_says() {
        assert_eq!(quoted("/a%b"), "\"/a%%b\"");
        assert_eq!(quoted("/a$b\"c\\"), "\"/a\\\\$b\\\\\"c\\\\\\\\\"");
    }
}
