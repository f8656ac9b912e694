//! Writes the changes of a running tunnel into its configuration: on request, and with `SaveConfig = true` each time the tunnel
//! is taken down. Only the changes are written: comments, order and concurrent edits stay.

use adit_api::{ApiError, ConfigCheck, ConfigReplaced, ConfigText, LogCode, TunnelId};
use adit_config::{Document, parse};
use adit_tunnel::DeviceView;
use zeroize::Zeroizing;

use super::config::public_key;
use super::profile::parse_text;
use super::state::State;
use super::{Inner, page, refusal};
use crate::store::{Cause, Tunnel};
use adit_activation::{Active, AppliedConfig};

impl Inner {
    pub(super) fn check_running(&self, id: TunnelId) -> Result<ConfigCheck, ApiError> {
        let (tunnel, text) = self.as_it_runs(id)?;
        if *text == *tunnel.text {
            let (_, diagnostics) = parse_text(&text)?;
            let public_key = public_key(&text);
            return Ok(ConfigCheck { diagnostics, public_key, changes: Vec::new(), changes_left_out: 0 });
        }
        self.check_config(Some(id), &ConfigText::new(text.to_string()))
    }

    pub(super) fn save_running(&self, id: TunnelId, expected: u64) -> Result<ConfigReplaced, ApiError> {
        let (tunnel, text) = self.as_it_runs(id)?;
        let version = tunnel.summary.version;
        if version != expected {
            return Err(ApiError::Changed { current: version });
        }
        if *text == *tunnel.text {
            let (_, diagnostics) = parse_text(&text)?;
            return Ok(page::replaced(version, Vec::new(), Vec::new(), diagnostics));
        }
        self.replace_config(id, &text, expected, Cause::Saved)
    }

    /// Returns the tunnel and its text with the changes of the running tunnel.
    fn as_it_runs(&self, id: TunnelId) -> Result<(Tunnel, Zeroizing<String>), ApiError> {
        let (told, view) = match &self.lock().get(id)?.state {
            State::Up(up) => (up.applied.told.clone(), up.running.view()),
            State::Down(_) | State::Connecting(_) | State::Leaving(_) | State::Paused(_) | State::Blocked(_) => {
                return Err(ApiError::NotUp);
            }
        };
        let tunnel = self.store().get(id, self.unix_time()).map_err(refusal::of_store)?;
        let text = written(&tunnel.text, &told, &view)?;
        Ok((tunnel, text))
    }
}

impl Inner {
    /// Saves the running tunnel's changes before it goes down, if it has `SaveConfig = true`. A failure is logged and does not
    /// keep the tunnel from going down.
    pub(super) fn save_before_leaving(&self, id: TunnelId, active: &Active) {
        if !active.config().interface.save_config {
            return;
        }
        let save = || -> Result<Option<u64>, ApiError> {
            let now = self.unix_time();
            let mut store = self.store();
            let tunnel = store.get(id, now).map_err(refusal::of_store)?;
            let text = written(&tunnel.text, &active.applied_config(), &active.view())?;
            if *text == *tunnel.text {
                return Ok(None);
            }
            let saved = store.replace(id, tunnel.summary.version, &text, Cause::Saved, now);
            let unconfirmed = refusal::made(saved.map(drop))?;
            drop(store);
            let version = self.refresh(id)?.version;
            unconfirmed.tell()?;
            Ok(Some(version))
        };
        match save() {
            Ok(None) => {}
            Ok(Some(version)) => self.note(id, LogCode::Saved { version }),
            Err(error) => self.note(id, LogCode::NotSaved { error: Box::new(error) }),
        }
    }
}

fn written(text: &str, told: &AppliedConfig, view: &DeviceView) -> Result<Zeroizing<String>, ApiError> {
    let bad = |detail: String| ApiError::BadRequest { detail };
    let document = Document::parse(text.as_bytes()).map_err(|error| bad(error.to_string()))?;
    let asks = parse::config(&document).is_ok_and(|(config, _)| config.interface.asks_for.is_some());
    if asks && told.has_other_key(view) {
        return Err(ApiError::KeyNotKept);
    }
    let document = told.write_into(&document, view).map_err(|error| bad(error.to_string()))?;
    Ok(Zeroizing::new(document.text().to_owned()))
}
