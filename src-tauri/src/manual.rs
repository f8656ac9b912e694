//! The manual page `adit-app(1)`, made of the command line's definition, so that both always agree.

use std::io;

use clap::CommandFactory as _;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::Arguments;

/// Files of the user, and what they are for.
const FILES: [(&str, &str); 2] = [
    ("~/.config/adit/app.json", "the settings of the app"),
    ("~/.config/autostart/io.adit.app.desktop", "starts the app at login, if its user wants that"),
];

/// Writes the page.
pub(crate) fn write(out: &mut impl io::Write) -> io::Result<()> {
    Man::new(Arguments::command()).render(out)?;
    let mut more = Roff::new();
    more.control("SH", ["FILES"]);
    for (path, meaning) in FILES {
        more.control("TP", []);
        more.text([bold(path)]);
        more.text([roman(meaning)]);
    }
    more.control("SH", ["SEE ALSO"]);
    more.text([bold("adit"), roman("(1), "), bold("aditd"), roman("(8)")]);
    more.to_writer(out)
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::*;

    #[test]
    fn the_manual_page_names_every_option_and_renders_without_warnings() {
        let mut page = Vec::new();
        write(&mut page).unwrap();
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("adit-app.1");
        std::fs::write(&file, page).unwrap();
        let rendered = Command::new("man").args(["-l", "--warnings"]).arg(&file).env("MANPAGER", "cat").output().expect("man");
        assert!(rendered.status.success() && rendered.stderr.is_empty(), "{rendered:?}");
        let text = String::from_utf8(rendered.stdout).unwrap();
        for part in ["adit-app(1)", "--socket", "--hidden", "FILE", "FILES", "SEE ALSO"] {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(!text.contains("man-page"), "{text}");
    }
}
