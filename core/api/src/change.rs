//! Changes of a configuration: their meaning, and their effect on a running tunnel.

use serde::{Deserialize, Serialize};

use crate::{ConfigText, Diagnostic, PublicKey, TunnelId};

/// One difference between two configurations in meaning, not in text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConfigChange {
    /// The peer whose setting differs; None for a setting of this end.
    pub peer: Option<PublicKey>,
    /// The setting.
    pub field: ConfigField,
    /// The earlier value as text; None if there was none, and for secrets.
    pub before: Option<String>,
    /// The new value as text; None if there is none, and for secrets.
    pub after: Option<String>,
    /// The action that the change needs to take effect while the tunnel is up.
    pub effect: ChangeEffect,
}

/// The setting that changed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ConfigField {
    /// The private key of this end; the values are those of its public key.
    PrivateKey,
    /// UDP port.
    ListenPort,
    /// Firewall mark.
    FwMark,
    /// Addresses inside the tunnel.
    Addresses,
    /// DNS servers and search domains.
    Dns,
    /// Size of the largest inner packet.
    Mtu,
    /// The routing table.
    Table,
    /// `SaveConfig`: the running settings are saved when the tunnel goes down.
    SaveConfig,
    /// Commands; they must be approved again.
    Hooks,
    /// A peer was added.
    PeerAdded,
    /// A peer was removed.
    PeerRemoved,
    /// A peer's name.
    PeerName,
    /// A peer's preshared key.
    PresharedKey,
    /// A peer's endpoint.
    Endpoint,
    /// A peer's endpoints after the first one.
    FurtherEndpoints,
    /// A peer's allowed IPs.
    AllowedIps,
    /// A peer's keepalive interval.
    PersistentKeepalive,
    /// Text without meaning: comments, order, spaces.
    Text,
}

/// The action that a change needs to take effect on the running tunnel.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ChangeEffect {
    /// Nothing: no running setting changes.
    None,
    /// Nothing: it takes effect while the tunnel is up, without interruption.
    Live,
    /// A restart of the tunnel.
    Restart,
}

/// The answer to an import.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Imported {
    /// The new tunnel.
    pub id: TunnelId,
    /// Warnings and notes about the configuration; no errors.
    pub diagnostics: Vec<Diagnostic>,
}

/// The diagnostics and changes of a configuration that is not saved.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConfigCheck {
    /// All diagnostics, including errors.
    pub diagnostics: Vec<Diagnostic>,
    /// The public key of the configuration's private key, even if there are other errors. None without a valid private key.
    #[serde(default)]
    pub public_key: Option<PublicKey>,
    /// The changes to the tunnel's saved configuration; empty without a tunnel, and if there are errors.
    pub changes: Vec<ConfigChange>,
    /// The number of changes that are not listed because they do not fit into one answer.
    pub changes_left_out: u32,
}

/// A configuration without its secrets, for an editor.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MaskedConfig {
    /// The text, with a mark such as `(unchanged)` in place of each private and preshared key. All other text is unchanged,
    /// including commands.
    pub config: ConfigText,
    /// The version of the configuration, for `replace_config`.
    pub version: u64,
}

/// The answer to a change of the configuration.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConfigReplaced {
    /// The new version.
    pub version: u64,
    /// Changes that have taken effect, or that no running setting depends on.
    pub applied: Vec<ConfigChange>,
    /// Changes that take effect with the next start.
    pub needs_restart: Vec<ConfigChange>,
    /// The number of changes of both kinds that are not listed because they do not fit into one answer.
    pub changes_left_out: u32,
    /// Warnings and notes about the configuration; no errors.
    pub diagnostics: Vec<Diagnostic>,
}

/// A present or earlier configuration of a tunnel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct VersionView {
    /// Its number.
    pub version: u64,
    /// True for the present version.
    pub is_current: bool,
    /// When it was saved, Unix milliseconds.
    pub saved_at: u64,
    /// The reason why the version was made.
    pub origin: VersionOrigin,
    /// The changes to the version before; empty if that version is not stored.
    pub changes: Vec<ConfigChange>,
}

/// The reason why a version was made.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum VersionOrigin {
    /// The tunnel was imported: its first version.
    Imported,
    /// The configuration was edited.
    Edited,
    /// An older version was restored.
    Restored {
        /// The version that was restored.
        version: u64,
    },
    /// The private key was replaced.
    Rotated,
    /// The running settings were saved.
    Saved,
}
