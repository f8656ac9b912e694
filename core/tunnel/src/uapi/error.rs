//! What can be wrong with a request, and the number that `wg` is told.

use std::io;

use crate::UpdateError;

/// Why a request was refused. Holds no value from the request: it may have been a key.
#[derive(Debug, thiserror::Error)]
pub enum RequestError {
    /// The first line is neither `get=1` nor `set=1`.
    #[error("a request starts with get=1 or set=1")]
    Operation,
    /// A line has no `=`.
    #[error("line {line} is not key=value")]
    Syntax {
        /// Counted from 1 in the request.
        line: usize,
    },
    /// A key that does not exist, or not in this place: the keys of a peer follow its `public_key`.
    #[error("line {line} has a key that is not known here")]
    UnknownKey {
        /// Counted from 1 in the request.
        line: usize,
    },
    /// The key is known, its value is not acceptable.
    #[error("line {line}: {key} must be {expected}")]
    Value {
        /// Counted from 1 in the request.
        line: usize,
        /// Which key.
        key: &'static str,
        /// What would be right.
        expected: &'static str,
    },
    /// Longer than [`super::MAX_LINE`].
    #[error("line {line} is longer than 4 KiB")]
    LineTooLong {
        /// Counted from 1 in the request.
        line: usize,
    },
    /// Longer than [`super::MAX_REQUEST`].
    #[error("the request is longer than 16 MiB")]
    RequestTooLong,
    /// The connection ended before the request's blank line.
    #[error("the request ends before its blank line")]
    Truncated,
    /// The request was begun and not ended in time.
    #[error("the request did not arrive in time")]
    TimedOut,
    /// The tunnel would not have it.
    #[error(transparent)]
    Update(#[from] UpdateError),
}

/// Numbers of Linux' `errno.h`.
const EIO: i32 = 5;
const EACCES: i32 = 13;
const EINVAL: i32 = 22;
const EPROTO: i32 = 71;
const EMSGSIZE: i32 = 90;
const EADDRINUSE: i32 = 98;
const ETIMEDOUT: i32 = 110;

impl RequestError {
    /// The number for `errno=`, negative as `wg` and wireguard-go have it. A port that cannot be bound has the system's own number.
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

    /// Whether the place where the next request starts is not known, so that the connection must end.
    pub fn ends_connection(&self) -> bool {
        matches!(self, Self::RequestTooLong | Self::Truncated | Self::TimedOut)
    }
}

/// The system's own number; of an error that was put into words, the one of its kind.
fn system_number(error: &io::Error) -> i32 {
    error.raw_os_error().filter(|number| *number > 0).unwrap_or(match error.kind() {
        io::ErrorKind::AddrInUse => EADDRINUSE,
        io::ErrorKind::PermissionDenied => EACCES,
        _ => EIO,
    })
}
