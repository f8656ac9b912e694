//! Starts the app when the user logs in: a file in the user's folder for that (XDG Desktop Application Autostart).

use std::io;
use std::path::{Path, PathBuf};

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

    pub(crate) fn is_on(&self) -> bool {
        self.file.exists()
    }

    /// Writes or removes the file.
    pub(crate) fn set(&self, is_on: bool) -> io::Result<()> {
        if !is_on {
            return match std::fs::remove_file(&self.file) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            };
        }
        let Some(program) = self.program.to_str().filter(|path| !path.contains(['\n', '\r'])) else {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "the path of the program is not plain text"));
        };
        if let Some(folder) = self.file.parent() {
            std::fs::create_dir_all(folder)?;
        }
        std::fs::write(&self.file, entry(program))
    }
}

/// Returns the entry. It starts hidden, which the app does only where a tray shows its icon.
fn entry(program: &str) -> String {
    format!("[Desktop Entry]\nType=Application\nName=Adit\nExec={} --hidden\nTerminal=false\n", quoted(program))
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
    fn a_path_is_quoted_as_the_specification_says() {
        assert_eq!(quoted("/a%b"), "\"/a%%b\"");
        assert_eq!(quoted("/a$b\"c\\"), "\"/a\\\\$b\\\\\"c\\\\\\\\\"");
    }
}
