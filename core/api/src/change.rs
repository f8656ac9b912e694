//! Changes of a configuration: what they mean, and what becomes of them while the tunnel is up.

use serde::{Deserialize, Serialize};

use crate::{ConfigText, Diagnostic, PublicKey, TunnelId};

/// One difference between two configurations, in meaning, not in text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConfigChange {
    /// At which peer; None: at this end.
    pub peer: Option<PublicKey>,
    /// What.
    pub field: ConfigField,
    /// As text; None where there was none, and for secrets.
    pub before: Option<String>,
    /// As text; None where there is none, and for secrets.
    pub after: Option<String>,
    /// What it takes to come true while the tunnel is up.
    pub effect: ChangeEffect,
}

/// What changed.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ConfigField {
    /// This end's key; the values are those of the public key.
    PrivateKey,
    /// UDP port.
    ListenPort,
    /// Firewall mark.
    FwMark,
    /// Addresses inside the tunnel.
    Addresses,
    /// Resolvers and search domains.
    Dns,
    /// Largest inner packet.
    Mtu,
    /// Where routes go.
    Table,
    /// Whether taking the tunnel down writes its state back.
    SaveConfig,
    /// Commands; they need to be approved of anew.
    Hooks,
    /// There is a new peer.
    PeerAdded,
    /// A peer is gone.
    PeerRemoved,
    /// What a peer is called.
    PeerName,
    /// A peer's preshared key.
    PresharedKey,
    /// Where a peer is.
    Endpoint,
    /// Which addresses are a peer's.
    AllowedIps,
    /// How often the way is kept open.
    PersistentKeepalive,
    /// Nothing that has a meaning: comments, order, spaces.
    Text,
}

/// What it takes for a change to come true.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ChangeEffect {
    /// Nothing: it changes nothing that runs.
    None,
    /// It is made while the tunnel is up, without interruption.
    Live,
    /// The tunnel has to be restarted.
    Restart,
}

/// The answer to an import.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Imported {
    /// The new tunnel.
    pub id: TunnelId,
    /// What to know about the configuration; nothing of it an error.
    pub diagnostics: Vec<Diagnostic>,
}

/// What is to be said about a configuration that is not saved.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConfigCheck {
    /// All at once, errors too.
    pub diagnostics: Vec<Diagnostic>,
    /// The public half of its private key, also where something else in it is wrong. None without a valid private key.
    #[serde(default)]
    pub public_key: Option<PublicKey>,
    /// The difference to the tunnel's saved configuration; empty without a tunnel, and where there are errors.
    pub changes: Vec<ConfigChange>,
    /// Changes that are not listed, because one answer cannot carry them.
    pub changes_left_out: u32,
}

/// A configuration without its secrets, to be edited.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct MaskedConfig {
    /// The text with a mark such as `(unchanged)` in place of each key that nobody else may know. All else is as it was written,
    /// commands too.
    pub config: ConfigText,
    /// Its version, for `replace_config`.
    pub version: u64,
}

/// The answer to a change of the configuration.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct ConfigReplaced {
    /// The new version.
    pub version: u64,
    /// Changes that have come true, or that nothing running depends on.
    pub applied: Vec<ConfigChange>,
    /// Changes that come true with the next start.
    pub needs_restart: Vec<ConfigChange>,
    /// Changes of both kinds that are not listed, because one answer cannot carry them.
    pub changes_left_out: u32,
    /// What to know about the configuration; nothing of it an error.
    pub diagnostics: Vec<Diagnostic>,
}

/// A configuration that a tunnel has or had.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct VersionView {
    /// Its number.
    pub version: u64,
    /// Whether it is the present one.
    pub is_current: bool,
    /// When it was saved, Unix milliseconds.
    pub saved_at: u64,
    /// Where it came from.
    pub origin: VersionOrigin,
    /// The difference to the one before; empty where that is not kept.
    pub changes: Vec<ConfigChange>,
}

/// Where a version came from.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum VersionOrigin {
    /// It is the first.
    Imported,
    /// It was edited.
    Edited,
    /// An older version was restored.
    Restored {
        /// To which version.
        version: u64,
    },
    /// The key was replaced.
    Rotated,
    /// What ran was written into it.
    Saved,
}
