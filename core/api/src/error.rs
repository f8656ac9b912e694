//! The errors of the contract: codes with their fields. `adit-words` turns them into sentences.

use std::fmt;

use adit_config::InterfaceName;
use serde::{Deserialize, Serialize};

use crate::{Action, Conflict, Diagnostic, HooksHash, PublicKey, Role, TunnelId, TunnelName};

/// The reason why a request was not carried out. In JSON: `{"code":"not_found","id":"…"}`.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum ApiError {
    /// No tunnel has this id.
    NotFound {
        /// The id.
        id: TunnelId,
    },
    /// The tunnel has no version with this number.
    NoSuchVersion {
        /// The version.
        version: u64,
    },
    /// wg-quick has no tunnel of this name.
    NoSuchTakeover {
        /// The name.
        #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))]
        name: InterfaceName,
    },
    /// Another tunnel has this name.
    NameTaken {
        /// The name.
        name: TunnelName,
    },
    /// Another tunnel has this interface.
    InterfaceTaken {
        /// The interface.
        #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))]
        interface: InterfaceName,
    },
    /// The tunnel conflicts with another part of this computer.
    Conflict {
        /// The conflicts.
        conflicts: Vec<Conflict>,
    },
    /// The caller does not have the rights.
    NotAllowed {
        /// The lowest role that may do this.
        needs: Role,
        /// The missing action, if the role suffices.
        action: Option<Action>,
    },
    /// The configuration cannot be used.
    Invalid {
        /// All diagnostics, errors and warnings.
        diagnostics: Vec<Diagnostic>,
    },
    /// The request is malformed, or one of its values is invalid.
    BadRequest {
        /// The problem in English, for the programmer.
        detail: String,
    },
    /// The configuration, or the rules, were changed meanwhile; nothing was saved.
    Changed {
        /// The present version or revision.
        current: u64,
    },
    /// Another program removed the tunnel's interface.
    InterfaceRemoved,
    /// The tunnel's record cannot be read.
    Broken,
    /// The configuration has commands that are not approved.
    HooksNotApproved {
        /// The hash of the commands to approve.
        hash: HooksHash,
    },
    /// The commands differ from the approved ones.
    HooksChanged {
        /// The hash of the present commands.
        hash: HooksHash,
    },
    /// A command of the configuration failed.
    HookFailed {
        /// Its exit code; None if a signal ended it or it could not start.
        exit_code: Option<i32>,
        /// The last lines of its standard error, without possible secrets, or why it could not start.
        #[serde(default)]
        stderr: String,
    },
    /// Another operation on this tunnel is under way.
    Busy,
    /// The tunnel must be up for this.
    NotUp,
    /// The tunnel is not paused.
    NotPaused,
    /// The tunnel's private key is not stored, and must be given with `connect_with_key`.
    NeedsKey {
        /// The tunnel's public key.
        public_key: PublicKey,
    },
    /// The given key is not the tunnel's.
    WrongKey {
        /// The tunnel's public key.
        public_key: PublicKey,
    },
    /// This needs a tunnel whose private key is stored.
    KeyNotKept,
    /// No new key is waiting to replace the tunnel's key.
    NoRotation,
    /// A new key is waiting already.
    RotationPending,
    /// No peer has answered the new key.
    RotationNotAnswered,
    /// The configuration is a file of another program, which Adit does not remove.
    ReadOnly {
        /// The file's path.
        path: String,
    },
    /// An endpoint's name could not be looked up.
    Unresolved {
        /// The name.
        host: String,
        /// The resolver's message, in English.
        detail: String,
    },
    /// The service has no permission to send packets for the tunnel, or to set up the network.
    NoPermission {
        /// The operation that failed, in English.
        doing: String,
    },
    /// The computer lacks something that the tunnel needs.
    Missing {
        /// The missing part.
        what: Requirement,
    },
    /// An operation of the system failed.
    Io {
        /// The operation, in English.
        doing: String,
        /// The system's message, in English.
        detail: String,
    },
    /// The limit on previews that wait for a name server, for this user or for all users, is reached. A later call may succeed.
    TooManyLookUps {
        /// The most previews that can wait at once.
        limit: u32,
    },
    /// The request or the answer is larger than a message can be. Either nothing was done, or it succeeded and only the answer is
    /// too long.
    TooLarge {
        /// The largest message, bytes.
        limit: u32,
    },
    /// The tunnel was taken down, and its lockdown blocks all traffic outside it.
    Lockdown,
    /// A tunnel under lockdown must take all traffic, and its configuration does not.
    NotFullTunnel,
    /// There is no rule of this index.
    NoSuchRule {
        /// The index, from 0.
        index: u32,
    },
    /// No rule can recognize the present network.
    NetworkUnidentified {
        /// The reason.
        why: Unidentified,
    },
    /// Another program has the exemption for a captive portal.
    PortalIsOpen {
        /// Its user, such as `uid 1000`.
        by: String,
        /// The time at which it ends at the latest, Unix milliseconds.
        until: u64,
    },
    /// No closed kill switch keeps programs from a captive portal.
    PortalNotShutOut,
    /// The draft of an import is not kept any more, and its file must be read again.
    DraftGone,
    /// The service is ending.
    ShuttingDown,
    /// A defect of Adit. The log has the details.
    Internal,
}

/// A part of the computer that a tunnel needs.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Requirement {
    /// The driver for tunnel interfaces.
    TunDevice,
    /// A program that can set the computer's DNS servers.
    DnsBackend,
    /// The system's packet filter, or the program that sets it.
    PacketFilter,
}

/// The reason why no rule can recognize the present network.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Unidentified {
    /// The computer is in no network, or nobody knows.
    NoNetwork,
    /// Nothing is known that distinguishes it from others.
    NothingKnown,
    /// The gateway of the Wi-Fi network has not answered yet, and its name alone proves nothing.
    GatewayUnknown,
}

impl ApiError {
    /// Returns the code as in JSON. The codes never change.
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
            Self::NoSuchRule { .. } => "no_such_rule",
            Self::NetworkUnidentified { .. } => "network_unidentified",
            Self::PortalIsOpen { .. } => "portal_is_open",
            Self::PortalNotShutOut => "portal_not_shut_out",
            Self::DraftGone => "draft_gone",
            Self::ShuttingDown => "shutting_down",
            Self::Internal => "internal",
        }
    }
}

impl fmt::Display for ApiError {
    /// Formats only the code, for logs. Sentences for people are made of the code and its fields.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl std::error::Error for ApiError {}
