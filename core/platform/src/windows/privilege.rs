//! The user of this process.

use super::token::Token;

/// Returns true if this process is the system's, or runs elevated as an administrator.
pub fn is_administrator() -> bool {
    Token::of_this_process().and_then(|token| token.is_administrator()).unwrap_or_else(|error| {
        tracing::warn!(%error, "the user of this process is unknown: it counts as no administrator");
        false
    })
}
