//! Who asks, and what they may.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::ApiError;

/// The right to call methods; each role includes the ones before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Role {
    /// See which tunnels there are and how they are. Any user of the computer.
    Status,
    /// Bring existing tunnels up and down; unless polkit decides otherwise also [`Action::KillSwitch`]. Who sits at the computer, and
    /// members of the group `adit-operators`.
    Operate,
    /// Change, reveal and remove tunnels. Root, and whom polkit lets.
    Administer,
}

/// A right that is granted apart from the roles, with a polkit action of its own. [`Action::Lockdown`] includes [`Action::KillSwitch`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Action {
    /// Take down or pause a tunnel that blocks, and switch its kill switch between off and block.
    KillSwitch,
    /// Set, weaken or end lockdown, and whatever could open it.
    Lockdown,
}

impl Action {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::KillSwitch, Self::Lockdown];

    /// Least role that usually has the right.
    pub const fn usual_role(self) -> Role {
        match self {
            Self::KillSwitch => Role::Operate,
            Self::Lockdown => Role::Administer,
        }
    }
}

/// A method of the contract.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Method {
    /// As in JSON.
    pub name: &'static str,
    /// Least role that may call it with whatever parameters. [`Request::rights`](crate::Request::rights) is exact.
    pub needs: Role,
}

/// What a caller must have for a request: the role, and the action where there is one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rights {
    /// Least role.
    pub role: Role,
    /// Least action.
    pub action: Option<Action>,
}

impl Rights {
    /// The role alone.
    pub const fn role(role: Role) -> Self {
        Self { role, action: None }
    }

    /// The role, and the action.
    pub const fn both(role: Role, action: Action) -> Self {
        Self { role, action: Some(action) }
    }

    /// Fails for a caller without them.
    ///
    /// # Errors
    /// [`ApiError::NotAllowed`], with the role or else the action that is missing.
    pub fn check(self, caller: &Caller) -> Result<(), ApiError> {
        if caller.role < self.role {
            return Err(ApiError::NotAllowed { needs: self.role, action: None });
        }
        match self.action {
            Some(action) if caller.action < Some(action) => {
                Err(ApiError::NotAllowed { needs: action.usual_role(), action: Some(action) })
            }
            Some(_) | None => Ok(()),
        }
    }
}

/// A user of the computer, as the operating system vouches for it: opaque, and equal to itself alone. Limits are counted by it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PeerId {
    text: Arc<str>,
    is_administrator: bool,
}

impl PeerId {
    /// The user that the system calls `text`, such as `uid 1000`. `is_administrator`: it is root, or the system itself.
    pub fn new(text: impl Into<Arc<str>>, is_administrator: bool) -> Self {
        Self { text: text.into(), is_administrator }
    }

    /// Whether it is root, or the system itself.
    pub fn is_administrator(&self) -> bool {
        self.is_administrator
    }
}

impl fmt::Display for PeerId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// Who asks, as far as the operating system vouches for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    /// What they may.
    pub role: Role,
    /// The greatest action that they were granted for this request.
    pub action: Option<Action>,
    /// Their user; None for the program itself. For limits that count by user.
    pub peer: Option<PeerId>,
    /// For the log, such as `uid 1000, pid 4711`.
    pub who: String,
}

impl Caller {
    /// The program itself, which may do everything.
    pub fn ourselves() -> Self {
        Self { role: Role::Administer, action: Some(Action::Lockdown), peer: None, who: "adit itself".to_owned() }
    }
}
