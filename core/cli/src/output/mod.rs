//! Everything that the verbs of `adit` print: lines, tables, labels, colours, JSON, times and questions.

mod colour;
mod json;
mod labels;
mod look;
mod quantity;
mod question;
mod table;
mod time;

pub(crate) use adit_config::visible;
pub(crate) use adit_foreground::lines::{print, say, tell, warn};
pub(crate) use colour::{Tone, coloured, coloured_as_wg, paint};
pub(crate) use json::{json_line, json_text};
pub(crate) use labels::Labels;
pub(crate) use look::{health, level, look, words};
pub(crate) use quantity::{per_second, received_and_sent};
pub(crate) use question::{ask, can_ask};
pub(crate) use table::table;
pub(crate) use time::{clock, now};
