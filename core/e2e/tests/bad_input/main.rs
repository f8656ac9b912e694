//! Mistyped, broken and malicious input: the real program names the mistake and the correction and ends with an exit code other
//! than 0, and the state of the real service does not change.
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

/// Runs `work` at a desk, with a service that has one tunnel.
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
