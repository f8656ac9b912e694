//! Everything that the verbs of `adit` print: lines, tables, labels, colours, JSON and questions.

mod colour;
mod json;
mod labels;
mod look;
mod question;
mod table;

pub(crate) use adit_config::visible;
pub(crate) use adit_foreground::lines::{print, say, tell, warn};
pub(crate) use adit_words::{now, utc};
pub(crate) use colour::{Tone, coloured, coloured_as_wg, paint};
pub(crate) use json::{json_line, json_text};
pub(crate) use labels::Labels;
pub(crate) use look::{health, level, look, words};
pub(crate) use question::{ask, can_ask};
pub(crate) use table::table;
