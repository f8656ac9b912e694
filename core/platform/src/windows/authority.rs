//! The rights of users on Windows: the system and elevated administrators may do everything, members of two groups and the user at
//! the computer may use tunnels. Windows has no authority that asks for a password on behalf of a service: a user who is an
//! administrator starts an elevated program instead.

use windows_sys::Win32::Security::{WinBuiltinNetworkConfigurationOperatorsSid, WinInteractiveSid};
use windows_sys::Win32::System::RemoteDesktop::WTSGetActiveConsoleSessionId;

use super::account::OPERATORS;
use super::sid::Sid;
use crate::authority::{AuthorityError, Permission, Standing};
use crate::peer::{Peer, User};

/// The session id that stands for none.
const NO_SESSION: u32 = u32::MAX;

/// Decides by token, group and session.
#[derive(Debug)]
pub struct Authority {
    /// The groups whose members may use tunnels.
    operators: Vec<Sid>,
}

/// What decides about a user.
#[derive(Clone, Copy, Default, Debug)]
struct Facts {
    is_administrator: bool,
    is_operator: bool,
    /// True if the user has logged in at a screen, here or from elsewhere.
    is_interactive: bool,
    /// True if the user's session is the one on the screen of this computer.
    is_at_computer: bool,
}

impl Authority {
    /// Makes the authority of this computer.
    pub fn system() -> Self {
        let own = Sid::of_account(OPERATORS).unwrap_or_else(|error| {
            tracing::warn!(%error, "the group `{OPERATORS}` could not be looked up: nobody is in it");
            None
        });
        let network = Sid::well_known(WinBuiltinNetworkConfigurationOperatorsSid);
        Self { operators: own.into_iter().chain(network.ok()).collect() }
    }

    /// Returns the rights of the user without a password.
    pub fn standing(&self, user: &User) -> Standing {
        match self.facts(user) {
            Ok(facts) => decide(facts),
            Err(error) => {
                tracing::warn!(%user, %error, "the groups of a user could not be looked up: it may only look");
                Standing::Observer
            }
        }
    }

    fn facts(&self, user: &User) -> std::io::Result<Facts> {
        let mut facts = Facts { is_administrator: user.is_administrator(), ..Facts::default() };
        for group in &self.operators {
            facts.is_operator |= user.token.is_in(group)?;
        }
        facts.is_interactive = user.token.is_in(&Sid::well_known(WinInteractiveSid)?)?;
        // SAFETY: it has no conditions.
        let console = unsafe { WTSGetActiveConsoleSessionId() };
        facts.is_at_computer = console != NO_SESSION && user.token.session()? == console;
        Ok(facts)
    }

    /// Fails: no authority on Windows asks for a password.
    ///
    /// # Errors
    /// Always [`AuthorityError::Absent`].
    pub async fn allows(&self, _: Permission, _: &Peer) -> Result<bool, AuthorityError> {
        Err(AuthorityError::Absent("Windows grants it to programs that run as administrator".into()))
    }
}

fn decide(facts: Facts) -> Standing {
    if facts.is_administrator {
        Standing::Administrator
    } else if facts.is_operator || facts.is_interactive && facts.is_at_computer {
        Standing::Operator
    } else {
        Standing::Observer
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn administrators_rule_operators_and_the_user_at_the_computer_switch_and_others_look() {
        let none = Facts::default();
        let at_computer = Facts { is_interactive: true, is_at_computer: true, ..none };
        assert_eq!(decide(Facts { is_administrator: true, ..none }), Standing::Administrator);
        assert_eq!(decide(Facts { is_operator: true, ..none }), Standing::Operator);
        assert_eq!(decide(at_computer), Standing::Operator);
        // A user on a remote desktop, and a task that runs in the session of the screen without its user.
        assert_eq!(decide(Facts { is_at_computer: false, ..at_computer }), Standing::Observer);
        assert_eq!(decide(Facts { is_interactive: false, ..at_computer }), Standing::Observer);
        assert_eq!(decide(none), Standing::Observer);
    }

    #[test]
    fn the_system_s_own_group_for_networks_is_among_the_operators() {
        let operators = Authority::system().operators;
        assert!(operators.iter().any(|group| group.to_string() == "S-1-5-32-556"), "{operators:?}");
    }
}
