//! Users and groups by name. Unsupported without an adapter.

use std::io;

use crate::native::{Part, Unsupported};

/// The name of the service's user.
pub const SERVICE: &str = "adit";
/// The group whose members may bring tunnels up and down.
pub const OPERATORS: &str = "adit-operators";

/// Fails: [`Unsupported`].
pub fn members(_: &str) -> io::Result<Vec<String>> {
    Err(Unsupported(Part::Accounts).into())
}
