//! Colours, and the decision whether standard output gets them.

use std::env;
use std::io::{self, IsTerminal};

/// The meaning of a word, which decides its colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tone {
    Plain,
    Faint,
    Good,
    Busy,
    Careful,
    Bad,
    Strong,
}

/// Returns true if standard output gets colours: it is a terminal, and `NO_COLOR` (<https://no-color.org>) is not set.
pub(crate) fn coloured() -> bool {
    let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !refused && env::var_os("TERM").is_none_or(|term| term != "dumb") && io::stdout().is_terminal()
}

/// Returns `text` in the colour of `tone` if `coloured` is true.
pub(crate) fn paint(text: &str, tone: Tone, coloured: bool) -> String {
    let code = match tone {
        Tone::Plain => return text.to_owned(),
        Tone::Faint => "2",
        Tone::Good => "32",
        Tone::Busy => "34",
        Tone::Careful => "33",
        Tone::Bad => "31",
        Tone::Strong => "1",
    };
    if coloured { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}

/// Like [`coloured`], for output in the format of `wg`: `WG_COLOR_MODE` decides; without it, whether standard output is a
/// terminal.
pub(crate) fn coloured_as_wg() -> bool {
    match env::var("WG_COLOR_MODE").as_deref() {
        Ok("always") => true,
        Ok("never") => false,
        _ => io::stdout().is_terminal(),
    }
}
