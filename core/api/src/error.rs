//! Why something was not done: codes with what belongs to them. Sentences are made where people read them.

use std::fmt;

use adit_config::InterfaceName;
use serde::{Deserialize, Serialize};

use crate::{Action, Conflict, Diagnostic, HooksHash, PublicKey, Role, TunnelId, TunnelName};

/// Why something was not done. In JSON: `{"code":"not_found","id":"…"}`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ApiError {
    /// There is no such tunnel.
    NotFound {
        /// Which.
        id: TunnelId,
    },
    /// The tunnel has no such version.
    NoSuchVersion {
        /// Which.
        version: u64,
    },
    /// wg-quick has no such tunnel.
    NoSuchTakeover {
        /// Which.
        #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))]
        name: InterfaceName,
    },
    /// Another tunnel is called so.
    NameTaken {
        /// How.
        name: TunnelName,
    },
    /// Another tunnel's interface is called so.
    InterfaceTaken {
        /// How.
        #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))]
        interface: InterfaceName,
    },
    /// It cannot be beside something else on this computer.
    Conflict {
        /// What.
        conflicts: Vec<Conflict>,
    },
    /// The caller may not.
    NotAllowed {
        /// Least role that may.
        needs: Role,
        /// The action that is missing, where the role is not what is.
        action: Option<Action>,
    },
    /// The configuration cannot be used.
    Invalid {
        /// Everything about it, errors and warnings.
        diagnostics: Vec<Diagnostic>,
    },
    /// The request is not understood, or a value in it is not one.
    BadRequest {
        /// What is wrong, in English, for the programmer.
        detail: String,
    },
    /// Somebody changed the configuration meanwhile; nothing was saved.
    Changed {
        /// Its version by now.
        current: u64,
    },
    /// Somebody removed the tunnel's interface.
    InterfaceRemoved,
    /// What is kept of the tunnel cannot be read.
    Broken,
    /// The configuration has commands that are not approved.
    HooksNotApproved {
        /// What to approve of.
        hash: HooksHash,
    },
    /// The commands are others than those that were approved of.
    HooksChanged {
        /// What they are by now.
        hash: HooksHash,
    },
    /// A command of the configuration failed.
    HookFailed {
        /// Its exit code; None when a signal ended it or it could not start.
        exit_code: Option<i32>,
        /// The last lines of its standard error, without what may be secret, or why it could not start.
        #[serde(default)]
        stderr: String,
    },
    /// Something else is being done with this tunnel.
    Busy,
    /// The tunnel has to be up for that.
    NotUp,
    /// The tunnel is not paused.
    NotPaused,
    /// The tunnel's private key is not kept, and has to be given with `connect_with_key`.
    NeedsKey {
        /// Its public half.
        public_key: PublicKey,
    },
    /// The key is not the tunnel's.
    WrongKey {
        /// The public half of the tunnel's.
        public_key: PublicKey,
    },
    /// That needs a tunnel with a stored private key.
    KeyNotKept,
    /// No key is waiting to replace the tunnel's.
    NoRotation,
    /// A key is waiting already.
    RotationPending,
    /// Nobody has answered the new key.
    RotationNotAnswered,
    /// The configuration is a file of another program, which Adit does not remove.
    ReadOnly {
        /// Where.
        path: String,
    },
    /// An endpoint's name could not be looked up.
    Unresolved {
        /// Which name.
        host: String,
        /// What the resolver said, in English.
        detail: String,
    },
    /// The daemon must not send packets for the tunnel, or set up the network.
    NoPermission {
        /// What was being done, in English.
        doing: String,
    },
    /// Something that the tunnel needs is not on this computer.
    Missing {
        /// What.
        what: Requirement,
    },
    /// The system failed at something.
    Io {
        /// What was being done, in English.
        doing: String,
        /// What the system said, in English.
        detail: String,
    },
    /// The limit on previews that wait for a name server, of this user or of all users, is reached. A later call may succeed.
    TooManyLookUps {
        /// Most that can wait at once.
        limit: u32,
    },
    /// The question or the answer is larger than can be carried; nothing was done, or what was done is fine and only too long to tell.
    TooLarge {
        /// Most that can be carried, bytes.
        limit: u32,
    },
    /// The tunnel was disconnected, and its lockdown blocks all traffic outside of it.
    Lockdown,
    /// The tunnel is, or is to be, under lockdown, and its configuration does not take all traffic.
    NotFullTunnel,
    /// The daemon is ending.
    ShuttingDown,
    /// A defect of Adit's. What is known is in the log.
    Internal,
}

/// Something that has to be on a computer.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Requirement {
    /// The driver for tunnel interfaces.
    TunDevice,
    /// Something that can set the computer's DNS servers.
    DnsBackend,
    /// The system's packet filter, or the program that sets it.
    PacketFilter,
}

impl ApiError {
    /// Stable, and the same as in JSON.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::NotFound { .. } => "not_found",
            Self::NoSuchVersion { .. } => "no_such_version",
            Self::NoSuchTakeover { .. } => "no_such_takeover",
            Self::NameTaken { .. } => "name_taken",
            Self::InterfaceTaken { .. } => "interface_taken",
            Self::Conflict { .. } => "conflict",
            Self::NotAllowed { .. } => "not_allowed",
            Self::Invalid { .. } => "invalid",
            Self::BadRequest { .. } => "bad_request",
            Self::Changed { .. } => "changed",
            Self::InterfaceRemoved => "interface_removed",
            Self::Broken => "broken",
            Self::HooksNotApproved { .. } => "hooks_not_approved",
            Self::HooksChanged { .. } => "hooks_changed",
            Self::HookFailed { .. } => "hook_failed",
            Self::Busy => "busy",
            Self::NotUp => "not_up",
            Self::NotPaused => "not_paused",
            Self::NeedsKey { .. } => "needs_key",
            Self::WrongKey { .. } => "wrong_key",
            Self::KeyNotKept => "key_not_kept",
            Self::NoRotation => "no_rotation",
            Self::RotationPending => "rotation_pending",
            Self::RotationNotAnswered => "rotation_not_answered",
            Self::ReadOnly { .. } => "read_only",
            Self::Unresolved { .. } => "unresolved",
            Self::NoPermission { .. } => "no_permission",
            Self::Missing { .. } => "missing",
            Self::Io { .. } => "io",
            Self::TooManyLookUps { .. } => "too_many_look_ups",
            Self::TooLarge { .. } => "too_large",
            Self::Lockdown => "lockdown",
            Self::NotFullTunnel => "not_full_tunnel",
            Self::ShuttingDown => "shutting_down",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for ApiError {
    /// The code alone, for logs. What people read is made of the code and what belongs to it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for ApiError {}
