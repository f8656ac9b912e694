//! Capabilities of this process.

use std::io;

use super::token::Token;

/// Returns true if this process may change the network, as the system and elevated administrators may.
pub fn may_change_network() -> io::Result<bool> {
    Token::of_this_process()?.is_administrator()
}
