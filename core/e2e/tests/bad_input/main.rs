//! Whatever is typed wrong, handed in broken or made to hurt: the real program says what was wrong and what would be right, ends with
//! something else than 0, and the real service has what it had.
#![forbid(unsafe_code)]

#[path = "../../../import/tests/support/mod.rs"]
mod archive;
mod configurations;
mod desk;
mod files;
mod lines;
mod outputs;
mod services;

use adit_e2e::{How, Lab, People, Service};
use anyhow::Context as _;

use desk::Desk;

/// A service with a tunnel, and a desk to type at.
fn at_a_desk(story: &str, work: impl FnOnce(&Desk<'_>) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let Some(lab) = Lab::open(story)? else { return Ok(()) };
    let computer = lab.namespace("computer")?;
    lab.let_others_in()?;
    let people = People::on(&computer)?;
    let how = How::plain(&lab);
    let mut service = Service::start(&lab, &computer, how.clone())?;
    let desk = Desk::beside(&lab, &computer, &people, &how.socket)?;
    work(&desk).with_context(|| service.process().printed())?;
    let printed = service.process().printed();
    anyhow::ensure!(!printed.contains("panicked"), "{printed}");
    drop(desk);
    service.terminate()
}
