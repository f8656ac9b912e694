//! polkit: asks whether somebody may administer, and lets it ask them for a password.

use std::collections::HashMap;
use std::time::Duration;

use tokio::time::timeout;
use zbus::Variant;
use zbus::connection::Builder;

use crate::Process;

/// What polkit is asked about; its policy is in `io.adit.policy`.
pub const ACTION: &str = "io.adit.administer";

/// How long a person may take to find and type a password.
const PATIENCE: Duration = Duration::from_secs(120);
/// polkit may put a question to the user.
const ALLOW_INTERACTION: u32 = 1;

const SERVICE: &str = "org.freedesktop.PolicyKit1";
const PATH: &str = "/org/freedesktop/PolicyKit1/Authority";
const INTERFACE: &str = "org.freedesktop.PolicyKit1.Authority";

/// Where polkit is to be found.
#[derive(Clone, Debug)]
pub struct Polkit {
    /// Address of the bus; None: the system's.
    bus: Option<String>,
    patience: Duration,
}

/// Why polkit has not decided.
#[derive(Debug, thiserror::Error)]
pub enum PolkitError {
    /// There is no bus or no polkit, or it does not know the action.
    #[error("polkit cannot be asked: {0}")]
    Bus(#[from] zbus::Error),
    /// Nobody answered the question in time.
    #[error("polkit's question was not answered in time")]
    TimedOut,
}

impl Polkit {
    /// On the system's bus.
    pub fn system() -> Self {
        Self { bus: None, patience: PATIENCE }
    }

    /// On the bus at a D-Bus address, with another patience.
    pub fn at(bus: &str, patience: Duration) -> Self {
        Self { bus: Some(bus.to_owned()), patience }
    }

    /// Whether the process of the user may administer. Asks the user where the policy says so. A process that has ended may not.
    pub(super) async fn allows(&self, uid: u32, process: &Process) -> Result<bool, PolkitError> {
        // Dropping the connection takes the question back.
        timeout(self.patience, self.ask(uid, process)).await.map_err(|_| PolkitError::TimedOut)?
    }

    async fn ask(&self, uid: u32, process: &Process) -> Result<bool, PolkitError> {
        let builder = match &self.bus {
            Some(address) => Builder::address(address.as_str()),
            None => Builder::system(),
        };
        let connection = builder.build().await?;
        // polkit looks the start time up by itself where it is 0, as we may not see the processes of other users (ProtectProc=). That it
        // was the time of this process and no later one with its number follows from its being alive afterwards. The user is named,
        // so that a program with more rights, which the process has executed meanwhile, cannot lend them.
        let subject = HashMap::from([
            ("pid", Variant::from(process.pid)),
            ("start-time", Variant::from(0_u64)),
            ("uid", Variant::from(i32::from_ne_bytes(uid.to_ne_bytes()))),
        ]);
        let details = HashMap::<&str, &str>::new();
        let question = (("unix-process", subject), ACTION, details, ALLOW_INTERACTION, "");
        let answer = connection.call_method(Some(SERVICE), PATH, Some(INTERFACE), "CheckAuthorization", &question).await?;
        let (is_authorized, _is_challenge, _details): (bool, bool, HashMap<String, String>) = answer.body().deserialize()?;
        Ok(is_authorized && process.lives())
    }
}
