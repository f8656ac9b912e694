//! Waits for a handshake: a tunnel that is up is of little use before a peer has answered.

use std::time::{Duration, Instant};

use adit_api::{TunnelState, TunnelView};
use adit_words::argument;

use super::{Daemon, Failure};

/// The interval at which the state is read again without an event: not every change has an event.
const LOOK_AGAIN: Duration = Duration::from_secs(1);

/// The option to wait.
#[derive(clap::Args, Clone, Debug)]
pub(crate) struct WaitArgs {
    /// Wait until a peer answers, for at most SECONDS [default: 15, three handshake attempts]
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, require_equals = true, default_missing_value = "15",
        value_parser = clap::value_parser!(u64).range(1..=86_400))]
    pub(crate) wait: Option<u64>,
}

impl WaitArgs {
    /// If `--wait` is set, waits until a peer of the tunnel has answered since `since` (Unix milliseconds).
    pub(super) fn until_answered(&self, daemon: &Daemon, tunnel: &TunnelView, since: u64) -> Result<(), Failure> {
        let Some(seconds) = self.wait else { return Ok(()) };
        let deadline = Instant::now() + Duration::from_secs(seconds);
        let mut notices = daemon.subscribe()?;
        loop {
            let view = daemon.view(tunnel)?;
            if view.state.up().and_then(|up| up.last_handshake).is_some_and(|at| at >= since) {
                return Ok(());
            }
            if !matches!(view.state, TunnelState::Up(_) | TunnelState::Connecting { .. }) {
                return Err(Failure::TimedOut(format!("{} went down while it was waited for", tunnel.name)));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Failure::TimedOut(format!(
                    "{} is up, and no peer has answered within {seconds} s; look at it with: adit status {}",
                    tunnel.name,
                    argument(tunnel.name.as_str())
                )));
            }
            if let Some(Err(error)) = notices.next_within(left.min(LOOK_AGAIN)) {
                return Err(Failure::Lost(error));
            }
        }
    }
}
