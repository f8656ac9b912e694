//! Asks polkit whether a user may administer tunnels, open a kill switch or end lockdown. polkit may ask the user for a
//! password.

use std::collections::HashMap;
use std::io::ErrorKind;
use std::time::Duration;

use tokio::time::timeout;
use zbus::connection::Builder;
use zbus::{Connection, Error, Variant, fdo};

use crate::authority::Permission;
use crate::peer::Process;

/// Change, reveal and remove tunnels.
pub const ADMINISTER: &str = "io.adit.administer";
/// Open a kill switch.
pub const KILL_SWITCH: &str = "io.adit.kill-switch";
/// End lockdown.
pub const LOCKDOWN: &str = "io.adit.lockdown";
/// All actions that polkit is asked about. Their defaults are in `io.adit.policy`.
pub const ACTIONS: [&str; 3] = [ADMINISTER, KILL_SWITCH, LOCKDOWN];

/// The system bus. The address is fixed, because the caller who sets this process's environment controls
/// `DBUS_SYSTEM_BUS_ADDRESS`.
const SYSTEM_BUS: &str = "unix:path=/run/dbus/system_bus_socket";
/// The time that a person may take to find and type a password.
const PATIENCE: Duration = Duration::from_secs(120);
/// Flag: polkit may ask the user.
const ALLOW_INTERACTION: u32 = 1;

const SERVICE: &str = "org.freedesktop.PolicyKit1";
const PATH: &str = "/org/freedesktop/PolicyKit1/Authority";
const INTERFACE: &str = "org.freedesktop.PolicyKit1.Authority";

/// An action as polkit lists it. The first field is its id; the others are not used.
type Listed = (String, String, String, String, String, String, u32, u32, u32, HashMap<String, String>);

/// The connection parameters of polkit.
#[derive(Clone, Debug)]
pub struct Polkit {
    /// D-Bus address of the bus.
    bus: String,
    patience: Duration,
}

/// Why polkit has not decided.
#[derive(Debug, thiserror::Error)]
pub enum PolkitError {
    /// This computer has no system bus or no polkit, or polkit does not know the action, so that no rule can be about it.
    #[error("polkit is not there, or its policy for Adit is not installed")]
    Absent,
    /// The bus or polkit failed.
    #[error("polkit cannot be asked: {0}")]
    Bus(Error),
    /// The user did not answer the question in time.
    #[error("polkit's question was not answered in time")]
    TimedOut,
}

impl From<Error> for PolkitError {
    fn from(error: Error) -> Self {
        let is_absent = match &error {
            Error::Connection(error, _) | Error::InputOutput(error) => error.kind() == ErrorKind::NotFound,
            Error::FDO(error) => matches!(**error, fdo::Error::ServiceUnknown(_) | fdo::Error::NameHasNoOwner(_)),
            _ => false,
        };
        if is_absent { Self::Absent } else { Self::Bus(error) }
    }
}

impl Polkit {
    /// Uses the system bus.
    pub fn system() -> Self {
        Self::at(SYSTEM_BUS, PATIENCE)
    }

    /// Uses the bus at a D-Bus address, with another timeout.
    pub fn at(bus: &str, patience: Duration) -> Self {
        Self { bus: bus.to_owned(), patience }
    }

    /// Returns true if polkit allows the action to the user's process. Asks the user where the policy requires it. A process
    /// that has ended or cannot be seen (None) is not allowed.
    pub(super) async fn allows(&self, permission: Permission, uid: u32, process: Option<&Process>) -> Result<bool, PolkitError> {
        let action = match permission {
            Permission::Administer => ADMINISTER,
            Permission::KillSwitch => KILL_SWITCH,
            Permission::Lockdown => LOCKDOWN,
        };
        // Dropping the connection withdraws the question.
        timeout(self.patience, self.ask(action, uid, process)).await.map_err(|_| PolkitError::TimedOut)?
    }

    async fn ask(&self, action: &str, uid: u32, process: Option<&Process>) -> Result<bool, PolkitError> {
        let connection = Builder::address(self.bus.as_str()).build().await?;
        let Some(process) = process else {
            return if knows(&connection, action).await? { Ok(false) } else { Err(PolkitError::Absent) };
        };
        // With a start time of 0 polkit looks it up by itself; we may not see the processes of other users (ProtectProc=). The
        // process is still alive afterwards, so polkit saw the start time of this process and not of a later one with the same
        // id. The user is named too, so that a privileged program that the process has executed meanwhile does not lend it
        // rights.
        let subject = HashMap::from([
            ("pid", Variant::from(process.pid)),
            ("start-time", Variant::from(0_u64)),
            ("uid", Variant::from(i32::from_ne_bytes(uid.to_ne_bytes()))),
        ]);
        let details = HashMap::<&str, &str>::new();
        let question = (("unix-process", subject), action, details, ALLOW_INTERACTION, "");
        let asked = connection.call_method(Some(SERVICE), PATH, Some(INTERFACE), "CheckAuthorization", &question).await;
        let answer = match asked.map_err(PolkitError::from) {
            // polkit gives the same error for an unknown action and for a process that it does not find.
            Err(PolkitError::Bus(Error::MethodError(..) | Error::FDO(_))) if !knows(&connection, action).await? => {
                return Err(PolkitError::Absent);
            }
            asked => asked?,
        };
        let (is_authorized, _is_challenge, _details): (bool, bool, HashMap<String, String>) = answer.body().deserialize()?;
        Ok(is_authorized && process.lives())
    }
}

/// Returns true if polkit has a policy for the action.
async fn knows(connection: &Connection, action: &str) -> Result<bool, PolkitError> {
    let answer = connection.call_method(Some(SERVICE), PATH, Some(INTERFACE), "EnumerateActions", &("",)).await?;
    let listed: Vec<Listed> = answer.body().deserialize()?;
    Ok(listed.iter().any(|listed| listed.0 == action))
}
