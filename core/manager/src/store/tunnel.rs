//! The types of a tunnel's stored data.

use std::collections::BTreeMap;
use std::fmt;
use std::path::PathBuf;

use adit_api::{HooksHash, KillSwitch, TunnelId, TunnelName};
use adit_config::InterfaceName;
use adit_protocol::{PrivateKey, PublicKey};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Seconds since 1970, by the wall clock.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct UnixTime(pub u64);

/// A tunnel with its text.
#[derive(Clone)]
pub struct Tunnel {
    /// Everything except the secrets.
    pub summary: Summary,
    /// The configuration byte for byte as the user provided it. Erased on drop.
    pub text: Zeroizing<String>,
    /// A new private key that the peers do not know yet.
    pub pending_key: Option<PrivateKey>,
    /// True if other users of this computer can read the tunnel's file. Only for a tunnel whose text is a file of its own.
    pub exposed: bool,
}

/// The data of a tunnel that is available without opening its sealed file. Contains no secrets.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Summary {
    /// The tunnel's id, which never changes.
    pub id: TunnelId,
    /// The tunnel's name, unique regardless of case.
    pub name: TunnelName,
    /// The tunnel's interface, unique.
    pub interface: InterfaceName,
    /// The place of the tunnel's text.
    pub source: Source,
    /// The version of the text. It increases with every change of the text.
    pub version: u64,
    /// Time of the last change of the text.
    pub changed: UnixTime,
    /// Reason of the last change of the text.
    pub cause: Cause,
    /// Time at which the tunnel was added to the store.
    pub created: UnixTime,
    /// Time at which this end got the private key that is in the text.
    pub key_created: UnixTime,
    /// Times at which the text got the preshared key of each peer. Empty for a text stored before this field existed.
    pub preshared_created: BTreeMap<PublicKey, UnixTime>,
    /// True if there is a new private key that the peers do not know yet.
    pub has_pending_key: bool,
    /// The tunnel's settings outside its text.
    pub settings: Settings,
}

/// The place of a tunnel's text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    /// In the sealed store.
    #[serde(rename = "kept")]
    Store,
    /// In an administrator's file, which is read anew each time and edited in place.
    File(PathBuf),
}

/// The reason of a change of a tunnel's text.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Cause {
    /// The text was imported from a file, a picture or the clipboard.
    Imported,
    /// The text was created by Adit.
    Created,
    /// The text was edited.
    Edited,
    /// The private key was replaced.
    KeyRotated,
    /// The running configuration was saved into the text.
    Saved,
    /// The text of that earlier version was restored.
    Restored(u64),
    /// Another program wrote the file.
    ChangedOutside,
}

/// An earlier version of the text, without the text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Version {
    /// The version's number.
    pub number: u64,
    /// Time at which this became the text.
    pub since: UnixTime,
    /// Reason of that change.
    pub cause: Cause,
}

/// A tunnel's settings outside its text.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// True if the tunnel comes up at boot.
    pub start_at_boot: bool,
    /// The intended state, which survives a restart.
    pub wanted: Wanted,
    /// The hooks that may run.
    pub approved_hooks: Vec<Approval>,
    /// The strength of the kill switch. Records from before lockdown existed have `"block_outside": true` for `Block`.
    #[serde(default, alias = "block_outside", deserialize_with = "kill_switch_or_flag")]
    pub kill_switch: KillSwitch,
    /// True if the private networks that the computer is in stay reachable while the kill switch is closed.
    #[serde(default)]
    pub allow_lan: bool,
    /// True if IPv6 may leave outside a tunnel that takes all of IPv4 and none of IPv6.
    #[serde(default)]
    pub allow_ipv6_outside: bool,
    /// Time at which the new private key was created that the peers do not know yet.
    #[serde(default)]
    pub key_pending_since: Option<UnixTime>,
    /// Age in days at which a key counts as old.
    #[serde(default)]
    pub key_reminder_days: Option<u32>,
}

/// The intended state of a tunnel.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// Down.
    #[default]
    Down,
    /// Up.
    Up,
    /// Down until this time, then up again.
    PausedUntil(UnixTime),
}

/// A user's approval of one hook, or of all hooks of a configuration together.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Approval {
    /// The digest of the approved text.
    pub hook: HookDigest,
    /// The approving user, in the system's notation.
    pub by: String,
    /// Time of the approval.
    pub at: UnixTime,
}

/// SHA-256 of a hook's text, or of all hooks of a configuration, in hexadecimal digits.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(transparent)]
pub struct HookDigest(String);

/// Deserializes the kill switch: its strength, or the flag of earlier records, which knew only one strength.
fn kill_switch_or_flag<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<KillSwitch, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Recorded {
        Flag(bool),
        Strength(KillSwitch),
    }
    Ok(match Recorded::deserialize(deserializer)? {
        Recorded::Flag(false) => KillSwitch::Off,
        Recorded::Flag(true) => KillSwitch::Block,
        Recorded::Strength(strength) => strength,
    })
}

impl Settings {
    /// Returns the settings of a new tunnel.
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

    /// Returns true if all hooks of a configuration may run exactly as they are, each at its time.
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
    /// Returns the digest of all hooks of a configuration together.
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
