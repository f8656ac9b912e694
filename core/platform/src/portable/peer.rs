//! Users at the other end of a connection. There are none, because there is no control socket.

use std::convert::Infallible;
use std::fmt;

use crate::authority::Standing;

/// Cannot be constructed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct User(Infallible);

impl User {
    pub(super) fn standing(&self) -> Standing {
        match self.0 {}
    }

    /// Cannot be called.
    pub fn is_administrator(&self) -> bool {
        match self.0 {}
    }
}

impl fmt::Display for User {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {}
    }
}
