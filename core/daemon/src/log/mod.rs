//! The log outside the memory of the process: lines are written to files, so that they survive a kill, and to the journal or
//! standard error.

mod keeper;
mod output;
mod ring;
mod stored;

pub(crate) use keeper::{Keeper, Pen};
pub(crate) use output::start;
pub(crate) use ring::Ring;
