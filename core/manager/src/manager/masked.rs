//! Configurations for programs that may not see keys: marks are in their place, and the keys are restored here.

use adit_api::{ApiError, ConfigReplaced, ConfigText, MaskedConfig, TunnelId};

use super::{Inner, refusal};
use crate::store::Cause;

impl Inner {
    pub(super) fn masked_config(&self, id: TunnelId) -> Result<MaskedConfig, ApiError> {
        let tunnel = self.store().get(id, self.unix_time()).map_err(refusal::of_store)?;
        Ok(MaskedConfig { config: ConfigText::masked(&tunnel.text)?, version: tunnel.summary.version })
    }

    /// Like [`Inner::replace_config`], for an edited text that may have marks in place of the tunnel's keys.
    pub(super) fn edit_config(&self, id: TunnelId, config: &ConfigText, expected: u64) -> Result<ConfigReplaced, ApiError> {
        let tunnel = self.store().get(id, self.unix_time()).map_err(refusal::of_store)?;
        if tunnel.summary.version != expected {
            return Err(ApiError::Changed { current: tunnel.summary.version });
        }
        let text = config.unmasked(&tunnel.text)?;
        self.replace_config(id, &text, expected, Cause::Edited)
    }
}
