//! The exit codes of the program, in one table that the manual prints too.

use std::process::ExitCode;

use adit_api::ApiError;
use adit_foreground::NotAllowed;

use crate::output::tell;

/// An exit code. The numbers never change.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub(crate) enum Exit {
    Done = 0,
    Failed = 1,
    Usage = 2,
    NotAllowed = 3,
    NoDaemon = 4,
    NotFound = 5,
    Conflict = 6,
    TimedOut = 7,
    Invalid = 8,
    Changed = 9,
    NotApproved = 10,
    WrongState = 11,
    Partly = 12,
    NeedsKey = 13,
}

/// Every exit code with its meaning.
pub(crate) const TABLE: [(Exit, &str); 14] = [
    (Exit::Done, "done"),
    (Exit::Failed, "it failed; the message says why"),
    (Exit::Usage, "the command line was mistyped"),
    (Exit::NotAllowed, "not allowed: try again with sudo"),
    (Exit::NoDaemon, "the Adit service does not run, or cannot be reached"),
    (Exit::NotFound, "there is no such tunnel or version"),
    (Exit::Conflict, "it is in conflict with another tunnel, a VPN, or a name that is taken"),
    (Exit::TimedOut, "nobody answered in time (--wait, home ask)"),
    (Exit::Invalid, "the configuration has errors"),
    (Exit::Changed, "the tunnel was changed meanwhile; nothing was saved"),
    (Exit::NotApproved, "the tunnel's commands are not approved"),
    (Exit::WrongState, "the tunnel is not in the state for that, or is busy"),
    (Exit::Partly, "some of it was done, and some was not"),
    (Exit::NeedsKey, "the tunnel asks for its private key, and was not given it"),
];

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> Self {
        Self::from(exit as u8)
    }
}

impl From<&ApiError> for Exit {
    fn from(error: &ApiError) -> Self {
        match error {
            ApiError::NotFound { .. }
            | ApiError::NoSuchVersion { .. }
            | ApiError::NoSuchTakeover { .. }
            | ApiError::NoSuchRule { .. }
            | ApiError::DraftGone => Self::NotFound,
            ApiError::NameTaken { .. } | ApiError::InterfaceTaken { .. } | ApiError::Conflict { .. } => Self::Conflict,
            ApiError::NotAllowed { .. } => Self::NotAllowed,
            ApiError::Invalid { .. } => Self::Invalid,
            ApiError::Changed { .. } => Self::Changed,
            ApiError::HooksNotApproved { .. } | ApiError::HooksChanged { .. } => Self::NotApproved,
            ApiError::Busy
            | ApiError::NotUp
            | ApiError::NotPaused
            | ApiError::NoRotation
            | ApiError::RotationPending
            | ApiError::RotationNotAnswered
            | ApiError::KeyNotKept
            | ApiError::PortalIsOpen { .. }
            | ApiError::PortalNotShutOut
            | ApiError::Lockdown
            | ApiError::NotFullTunnel => Self::WrongState,
            ApiError::NeedsKey { .. } | ApiError::WrongKey { .. } => Self::NeedsKey,
            ApiError::BadRequest { .. }
            | ApiError::NetworkUnidentified { .. }
            | ApiError::InterfaceRemoved
            | ApiError::Broken
            | ApiError::HookFailed { .. }
            | ApiError::ReadOnly { .. }
            | ApiError::Unresolved { .. }
            | ApiError::NoPermission { .. }
            | ApiError::Missing { .. }
            | ApiError::Io { .. }
            | ApiError::TooManyLookUps { .. }
            | ApiError::TooLarge { .. }
            | ApiError::ShuttingDown
            | ApiError::Internal => Self::Failed,
        }
    }
}

impl From<&anyhow::Error> for Exit {
    fn from(error: &anyhow::Error) -> Self {
        if error.chain().any(|cause| cause.is::<NotAllowed>()) { Self::NotAllowed } else { Self::Failed }
    }
}

/// Returns 0, or prints the error on standard error and returns its exit code.
pub(crate) fn outcome(outcome: anyhow::Result<()>) -> ExitCode {
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(format!("adit: {error:#}"));
            Exit::from(&error).into()
        }
    }
}

/// Formats the table for people.
pub(crate) fn text() -> String {
    TABLE.iter().map(|(exit, meaning)| format!("{:>4}  {meaning}\n", *exit as u8)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_has_every_number_once_and_in_order() {
        let numbers: Vec<u8> = TABLE.iter().map(|(exit, _)| *exit as u8).collect();
        assert_eq!(numbers, (0..14).collect::<Vec<u8>>());
    }
}
