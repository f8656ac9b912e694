//! The log beyond the memory of the process: what was told is written down, so that it is there after the process was killed, and
//! goes to whoever reads along, the journal or standard error.

mod keeper;
mod output;
mod ring;
mod stored;

pub(crate) use keeper::{Keeper, Pen};
pub(crate) use output::start;
pub(crate) use ring::Ring;
