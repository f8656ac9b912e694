//! The requesting user, and its rights.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use crate::ApiError;

/// The right to call methods; each role includes the ones before it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Role {
    /// See which tunnels there are, and their states. Every user of the computer.
    Status,
    /// Bring existing tunnels up and down; unless polkit decides otherwise also [`Action::KillSwitch`]. The user in the
    /// foreground session of a seat, and members of the group `adit-operators`.
    Operate,
    /// Change, export and remove tunnels. Root, and users whom polkit authorizes.
    Administer,
}

/// A right that is granted separately from the roles, by its own polkit action. [`Action::Lockdown`] includes
/// [`Action::KillSwitch`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum Action {
    /// Take down or pause a blocked tunnel, and switch its kill switch between off and block.
    KillSwitch,
    /// Set, weaken or end lockdown, and every change that could open it.
    Lockdown,
}

impl Action {
    /// All actions.
    pub const ALL: [Self; 2] = [Self::KillSwitch, Self::Lockdown];

    /// The lowest role that usually has this right.
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
    /// The name in JSON.
    pub name: &'static str,
    /// The lowest role that may call it, with any parameters. [`Request::rights`](crate::Request::rights) is exact.
    pub needs: Role,
}

/// The rights that a request needs: a role, and an action if it needs one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rights {
    /// The lowest role.
    pub role: Role,
    /// The lowest action; None if the request needs no action.
    pub action: Option<Action>,
}

impl Rights {
    /// Rights that consist of a role only.
    pub const fn role(role: Role) -> Self {
        Self { role, action: None }
    }

    /// Rights that consist of a role and an action.
    pub const fn both(role: Role, action: Action) -> Self {
        Self { role, action: Some(action) }
    }

    /// Fails if the caller lacks these rights.
    ///
    /// # Errors
    /// [`ApiError::NotAllowed`], with the missing role or else the missing action.
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

/// A user of the computer as identified by the operating system: opaque, and equal only to itself. Limits count by it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct PeerId {
    text: Arc<str>,
    is_administrator: bool,
}

impl PeerId {
    /// The user that the system calls `text`, such as `uid 1000`. `is_administrator`: the user is root, or the system itself.
    pub fn new(text: impl Into<Arc<str>>, is_administrator: bool) -> Self {
        Self { text: text.into(), is_administrator }
    }

    /// Returns true if the user is root, or the system itself.
    pub fn is_administrator(&self) -> bool {
        self.is_administrator
    }
}

impl fmt::Display for PeerId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// The caller as identified by the operating system.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Caller {
    /// The caller's role.
    pub role: Role,
    /// The greatest action that was granted to the caller for this request.
    pub action: Option<Action>,
    /// The caller's user; None for the program itself. Limits count by it.
    pub peer: Option<PeerId>,
    /// Description for the log, such as `uid 1000, pid 4711`.
    pub who: String,
}

impl Caller {
    /// The program itself, which may do everything.
    pub fn ourselves() -> Self {
        Self { role: Role::Administer, action: Some(Action::Lockdown), peer: None, who: "adit itself".to_owned() }
    }
}
