//! What is kept of a tunnel.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use adit_api::{HooksHash, KillSwitch, TunnelId, TunnelName};
use adit_config::InterfaceName;
use adit_protocol::{PrivateKey, PublicKey};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Seconds since 1970, by the clock on the wall.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixTime(pub u64);

/// A tunnel with its text.
#[derive(Clone)]
pub struct Tunnel {
    /// All but the secrets.
    pub summary: Summary,
    /// Byte for byte what the user gave. Erased on drop.
    pub text: Zeroizing<String>,
    /// A new private key that the peers do not know yet.
    pub pending_key: Option<PrivateKey>,
    /// For a file in its place: others on this computer can read it.
    pub exposed: bool,
}

/// What is known of a tunnel without opening what is sealed. No secrets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Summary {
    /// Never changes.
    pub id: TunnelId,
    /// Unlike that of any other tunnel, whatever the capitals.
    pub name: TunnelName,
    /// Unlike that of any other tunnel.
    pub interface: InterfaceName,
    /// Where its text is.
    pub source: Source,
    /// Goes up with every change of the text.
    pub version: u64,
    /// When the text became what it is.
    pub changed: UnixTime,
    /// Why.
    pub cause: Cause,
    /// When the tunnel was put here.
    pub created: UnixTime,
    /// Since when this end has the private key that is in the text.
    pub key_created: UnixTime,
    /// Since when the text has the preshared key that it has with each peer; for a text that was kept before this was, none.
    pub preshared_created: BTreeMap<PublicKey, UnixTime>,
    /// Whether a new private key waits for the peers to know it.
    pub has_pending_key: bool,
    /// What was decided about it.
    pub settings: Settings,
}

/// Where a tunnel's text is.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// Here, sealed.
    Kept,
    /// In an administrator's file, which is read afresh each time and edited in its place.
    File(PathBuf),
}

/// Why a text became what it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// It came as a file, a picture or from the clipboard.
    Imported,
    /// It was made here.
    Created,
    /// Somebody edited it.
    Edited,
    /// It has a new private key.
    KeyRotated,
    /// What ran was written into it.
    Saved,
    /// It is that version again.
    Restored(u64),
    /// Something else wrote the file.
    ChangedOutside,
}

/// An earlier text, without the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Version {
    /// Its number.
    pub number: u64,
    /// Since when it was the text.
    pub since: UnixTime,
    /// Why.
    pub cause: Cause,
}

/// What was decided about a tunnel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// Whether it goes up with the computer.
    pub start_at_boot: bool,
    /// What it was last told to be, which holds over a restart.
    pub wanted: Wanted,
    /// The commands that may run.
    pub approved_hooks: Vec<Approval>,
    /// How strictly traffic is kept inside it. Records from before there was lockdown have `"block_outside": true` for `Block`.
    #[serde(default, alias = "block_outside", deserialize_with = "kill_switch_or_flag")]
    pub kill_switch: KillSwitch,
    /// Whether the private networks that the computer is in stay reachable while the kill switch is closed.
    #[serde(default)]
    pub allow_lan: bool,
    /// Whether IPv6 may leave past it, where it takes all of IPv4 and none of IPv6.
    #[serde(default)]
    pub allow_ipv6_outside: bool,
    /// When the new private key was made that waits for the peers to know it.
    #[serde(default)]
    pub key_pending_since: Option<UnixTime>,
    /// After how many days a key is called old.
    #[serde(default)]
    pub key_reminder_days: Option<u32>,
}

/// What a tunnel was last told to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// Off.
    #[default]
    Down,
    /// On.
    Up,
    /// Off for some time, then on again.
    PausedUntil(UnixTime),
}

/// Somebody's word that a command, or all of them as they stand, may run.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// Exactly this text.
    pub hook: HookDigest,
    /// Who, as the system names users.
    pub by: String,
    /// When.
    pub at: UnixTime,
}

/// SHA-256 of a command's text, or of all of a configuration's commands, in hexadecimal digits.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HookDigest(String);

/// A strength, or whether the kill switch is on, as it was kept when there was one strength.
fn kill_switch_or_flag<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<KillSwitch, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Kept {
        Flag(bool),
        Strength(KillSwitch),
    }
    Ok(match Kept::deserialize(deserializer)? {
        Kept::Flag(false) => KillSwitch::Off,
        Kept::Flag(true) => KillSwitch::Block,
        Kept::Strength(strength) => strength,
    })
}

impl Settings {
    /// Of a tunnel that nobody has decided anything about.
    pub const fn new() -> Self {
        Self {
            start_at_boot: false,
            wanted: Wanted::Down,
            approved_hooks: Vec::new(),
            kill_switch: KillSwitch::Off,
            allow_lan: false,
            allow_ipv6_outside: false,
            key_pending_since: None,
            key_reminder_days: None,
        }
    }

    /// Whether a configuration's commands may run as they stand, all of them and each at its moment.
    pub fn approves_all(&self, hash: &HooksHash) -> bool {
        self.approved_hooks.iter().any(|approval| approval.hook == HookDigest::of_all(hash))
    }
}

impl Default for Settings {
    fn default() -> Self {
        Self::new()
    }
}

impl HookDigest {
    /// Of all commands of a configuration together.
    pub fn of_all(hash: &HooksHash) -> Self {
        Self(hash.to_string())
    }
}

impl fmt::Debug for Tunnel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tunnel").field("summary", &self.summary).field("text", &"[redacted]").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_from_before_lockdown_load_as_block_or_off() {
        let old = |flag: &str| {
            let text = format!(r#"{{"start_at_boot":true,"wanted":"up","approved_hooks":[]{flag}}}"#);
            let settings: Settings = serde_json::from_str(&text).unwrap();
            (settings.kill_switch, settings.allow_lan, settings.allow_ipv6_outside)
        };
        assert_eq!(old(r#","block_outside":true"#), (KillSwitch::Block, false, false));
        assert_eq!(old(r#","block_outside":false"#), (KillSwitch::Off, false, false));
        assert_eq!(old(""), (KillSwitch::Off, false, false));
        let settings = Settings { kill_switch: KillSwitch::Lockdown, allow_lan: true, ..Settings::new() };
        let kept = serde_json::to_string(&settings).unwrap();
        assert_eq!(serde_json::from_str::<Settings>(&kept).unwrap(), settings, "{kept}");
    }
}
