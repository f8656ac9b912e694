//! A backup compared with the tunnels of this computer, and the result of restoring it.

use adit_config::InterfaceName;
use serde::{Deserialize, Serialize};

use crate::{ApiError, ConfigChange, Diagnostic, KillSwitch, TunnelId, TunnelName};

/// The changes that restoring a backup would make.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RestorePlan {
    /// The time at which the backup was made, Unix milliseconds.
    pub made_at: u64,
    /// The program that made it, such as `adit 1.2.3`. It may contain any character.
    pub made_by: String,
    /// Its tunnels.
    pub tunnels: Vec<RestoreStep>,
}

/// A tunnel of a backup, and what restoring it would do.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RestoreStep {
    /// Its name.
    pub name: TunnelName,
    /// Its interface in the backup.
    #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))]
    pub interface: InterfaceName,
    /// The effect.
    pub action: RestoreAction,
    /// The differences from the present tunnel; for a new one its settings other than the usual ones.
    pub changes: Vec<RestoreChange>,
}

/// The effect of restoring a tunnel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum RestoreAction {
    /// There is no tunnel of this name.
    New {
        /// The interface that it gets: its own, or another one if that is in use.
        #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))]
        interface: InterfaceName,
    },
    /// There is a tunnel of this name, with the same configuration and settings.
    Same {
        /// The interface that it keeps.
        #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))]
        interface: InterfaceName,
    },
    /// There is a tunnel of this name, and it differs.
    Different {
        /// The tunnel.
        id: TunnelId,
        /// The interface that it keeps.
        #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))]
        interface: InterfaceName,
    },
    /// It cannot be restored, because its configuration has an error.
    Invalid {
        /// The first error.
        diagnostic: Diagnostic,
    },
    /// It cannot be restored, because the service refuses the question about it.
    Refused {
        /// The reason.
        error: ApiError,
    },
    /// No service runs that it could be compared with.
    Unknown,
}

/// A difference between a tunnel of a backup and the present one.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum RestoreChange {
    /// A difference of the configurations.
    Config {
        /// The difference.
        change: ConfigChange,
    },
    /// Further differences of the configurations.
    More {
        /// Their number.
        count: u32,
    },
    /// The texts of the configurations differ, and their meaning does not.
    Text,
    /// True if the tunnel comes up when the computer starts.
    StartAtBoot {
        /// In the backup.
        after: bool,
    },
    /// The kill switch.
    KillSwitch {
        /// At present.
        before: KillSwitch,
        /// In the backup.
        after: KillSwitch,
    },
    /// True if local networks stay reachable while the kill switch is closed.
    AllowLan {
        /// In the backup.
        after: bool,
    },
    /// True if IPv6 may leave outside the tunnel.
    #[serde(rename = "allow_ipv6_outside")]
    AllowIpv6Outside {
        /// In the backup.
        after: bool,
    },
    /// The age from which on a key is reported as old, days; None: never.
    KeyReminder {
        /// At present.
        before: Option<u32>,
        /// In the backup.
        after: Option<u32>,
    },
}

/// The result for one tunnel of a backup.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct RestoreResult {
    /// Its name.
    pub name: TunnelName,
    /// The result.
    pub outcome: RestoreOutcome,
}

/// The result of restoring one tunnel of a backup.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum RestoreOutcome {
    /// It was added.
    Added {
        /// True if it has commands, which run only after they were approved: a backup approves none.
        has_commands: bool,
    },
    /// The present tunnel was replaced.
    Replaced {
        /// True if it has commands that are not approved.
        has_commands: bool,
        /// True if the changes take effect only after a restart of the tunnel.
        needs_restart: bool,
    },
    /// Nothing changed: it was the same, was not wanted, or cannot be restored.
    Unchanged,
    /// It was refused, and the present tunnels are as before.
    Failed {
        /// The reason.
        error: ApiError,
        /// The reasons why some steps before the failure could not be undone.
        remains: Vec<ApiError>,
    },
    /// The connection to the service broke; it may have been restored.
    Unsure,
}

/// The file that the user chose to restore.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum BackupChoice {
    /// None.
    Cancelled,
    /// A backup with a passphrase.
    Chosen {
        /// Its name, without the path. It may contain any character.
        name: String,
    },
    /// A file that the window cannot restore.
    Refused {
        /// Its name, without the path.
        name: String,
        /// The reason.
        problem: BackupProblem,
    },
}

/// The answer to a passphrase.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum BackupOpening {
    /// The backup is open.
    Opened {
        /// The changes that restoring it would make.
        plan: RestorePlan,
    },
    /// It stays closed.
    Refused {
        /// The reason.
        problem: BackupProblem,
    },
}

/// The reason why a backup cannot be read.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum BackupProblem {
    /// The file cannot be read.
    Unreadable {
        /// The system's reason.
        detail: String,
    },
    /// The file is larger than a backup can be.
    TooLarge,
    /// The file is no backup.
    NotABackup,
    /// The file is damaged or cut off.
    Damaged,
    /// It is encrypted for a recipient, whose secret key the window does not ask for.
    NeedsIdentity,
    /// The passphrase is wrong.
    WrongPassphrase,
    /// Opening it would take too much work.
    TooMuchWork,
    /// A newer version of Adit made it.
    Newer,
    /// Its content is not that of a backup.
    Content {
        /// The problem, in English. It may contain any character.
        detail: String,
    },
}
