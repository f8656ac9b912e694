//! `adit up FILE --dry-run`: prints the changes that would be made, for a person or as JSON.

use adit_activation::{Platform, Request};
use adit_foreground::words::advise;
use adit_manager::preview::{Circumstances, preview};
use anyhow::Context;

use crate::client::preview::text;
use crate::output::{json_text, print};

/// Prints the preview on standard output; warnings go to standard error, or into the JSON.
pub(super) fn show(request: &Request, platform: &Platform, json: bool) -> anyhow::Result<()> {
    let found = adit_activation::preview(request, platform)?;
    let circumstances = Circumstances { has_kill_switch: false, shows_commands: true, asks_network: true };
    if !json {
        found.advice.iter().for_each(advise);
    }
    let preview = preview(request.name.clone(), found, circumstances);
    if json {
        return Ok(print(&json_text(&preview).context("writing JSON")?)?);
    }
    Ok(print(&text(&preview))?)
}
