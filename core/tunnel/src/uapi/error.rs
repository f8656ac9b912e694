//! The errors of a request, and the `errno` that `wg` gets for each.

use std::io;

use crate::UpdateError;

/// The reason why a request was refused. It holds no value from the request, because that may have been a key.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The first line is neither `get=1` nor `set=1`.
    #[error("a request starts with get=1 or set=1")]
    Operation,
    /// A line has no `=`.
    #[error("line {line} is not key=value")]
    Syntax {
        /// Line number in the request, counted from 1.
        line: usize,
    },
    /// A key that does not exist or not in this place: the keys of a peer follow its `public_key`.
    #[error("line {line} has a key that is not known here")]
    UnknownKey {
        /// Line number in the request, counted from 1.
        line: usize,
    },
    /// The key is known, but its value is invalid.
    #[error("line {line}: {key} must be {expected}")]
    Value {
        /// Line number in the request, counted from 1.
        line: usize,
        /// Name of the key.
        key: &'static str,
        /// Description of a valid value.
        expected: &'static str,
    },
    /// A line is longer than [`super::MAX_LINE`].
    #[error("line {line} is longer than 4 KiB")]
    LineTooLong {
        /// Line number in the request, counted from 1.
        line: usize,
    },
    /// The request is longer than [`super::MAX_REQUEST`].
    #[error("the request is longer than 16 MiB")]
    RequestTooLong,
    /// The connection ended before the request's blank line.
    #[error("the request ends before its blank line")]
    Truncated,
    /// The request was started but not completed in time.
    #[error("the request did not arrive in time")]
    TimedOut,
    /// The tunnel refused the update.
    #[error(transparent)]
    Update(#[from] UpdateError),
}

/// Error numbers of Linux' `errno.h`.
const EIO: i32 = 5;
const EACCES: i32 = 13;
const EINVAL: i32 = 22;
const EPROTO: i32 = 71;
const EMSGSIZE: i32 = 90;
const EADDRINUSE: i32 = 98;
const ETIMEDOUT: i32 = 110;

impl RequestError {
    /// Returns the number for `errno=`, negative as in `wg` and wireguard-go. For a port that cannot be bound it is the system's
    /// own number.
    pub fn errno(&self) -> i32 {
        let number = match self {
            Self::Operation | Self::UnknownKey { .. } | Self::Value { .. } | Self::Update(UpdateError::TooManyPeers) => EINVAL,
            Self::Syntax { .. } | Self::Truncated => EPROTO,
            Self::LineTooLong { .. } | Self::RequestTooLong => EMSGSIZE,
            Self::TimedOut => ETIMEDOUT,
            Self::Update(UpdateError::Bind { error, .. } | UpdateError::Mark { error, .. }) => system_number(error),
        };
        -number
    }

    /// Returns true if the start of the next request is unknown, so that the connection must be closed.
    pub fn ends_connection(&self) -> bool {
        matches!(self, Self::RequestTooLong | Self::Truncated | Self::TimedOut)
    }
}

/// Returns the system's own error number; for an error without one, the number of its kind.
fn system_number(error: &io::Error) -> i32 {
    error.raw_os_error().filter(|number| *number > 0).unwrap_or(match error.kind() {
        io::ErrorKind::AddrInUse => EADDRINUSE,
        io::ErrorKind::PermissionDenied => EACCES,
        _ => EIO,
    })
}
