//! The manual page `aditd(8)`, made of the command line's definition, so that both always agree.

use std::io;

use clap::CommandFactory as _;
use clap_mangen::Man;
use clap_mangen::roff::{Roff, bold, roman};

use crate::arguments::Arguments;

/// Files of the service, and what they are for.
const FILES: [(&str, &str); 4] = [
    ("/var/lib/adit", "the tunnels, each in an encrypted file"),
    ("/run/adit/adit.sock", "the socket for adit(1) and the desktop app"),
    ("/etc/wireguard", "configurations that are used in place"),
    ("/usr/share/polkit-1/actions/io.adit.policy", "the actions that need a password"),
];

/// Writes the page.
pub(crate) fn write(out: &mut impl io::Write) -> io::Result<()> {
    let page = Man::new(Arguments::command()).section("8");
    page.render(out)?;
    let mut more = Roff::new();
    more.control("SH", ["FILES"]);
    for (path, meaning) in FILES {
        more.control("TP", []);
        more.text([bold(path)]);
        more.text([roman(meaning)]);
    }
    more.control("SH", ["SEE ALSO"]);
    more.text([bold("adit"), roman("(1), "), bold("wg"), roman("(8)")]);
    more.to_writer(out)
}
