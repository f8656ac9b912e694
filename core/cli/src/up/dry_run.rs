//! `adit up FILE --dry-run`: what would change, for a person or as JSON.

use adit_activation::{Platform, Request};
use adit_manager::preview::{Circumstances, preview};
use anyhow::Context;

use super::{print, words};
use crate::client::preview::text;

/// Prints it on standard output; warnings go to standard error, or into the JSON.
pub(super) fn show(request: &Request, platform: &Platform, json: bool) -> anyhow::Result<()> {
    let found = adit_activation::preview(request, platform)?;
    let circumstances = Circumstances { has_kill_switch: false, shows_commands: true, asks_network: true };
    if !json {
        found.advice.iter().for_each(words::advise);
    }
    let preview = preview(request.name.clone(), found, circumstances);
    if json {
        let text = serde_json::to_string_pretty(&preview).context("writing JSON")?;
        return Ok(print(&format!("{text}\n"))?);
    }
    Ok(print(&text(&preview))?)
}
