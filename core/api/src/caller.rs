//! Who asks, and what they may.

use serde::{Deserialize, Serialize};

/// What somebody may ask for; each role may all that those before it may.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Role {
    /// See which tunnels there are and how they are. Any user of the computer.
    Status,
    /// Bring existing tunnels up and down. Who sits at the computer, and members of the group `adit-operators`.
    Operate,
    /// Change, reveal and remove tunnels. Root, and whom polkit lets.
    Administer,
}

/// A method of the contract.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Method {
    /// As in JSON.
    pub name: &'static str,
    /// Least role that may call it.
    pub needs: Role,
}

/// Who asks, as far as the operating system vouches for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    /// What they may.
    pub role: Role,
    /// For the log, such as `uid 1000, pid 4711`.
    pub who: String,
}

impl Caller {
    /// The program itself, which may do everything.
    pub fn ourselves() -> Self {
        Self { role: Role::Administer, who: "adit itself".to_owned() }
    }
}
