//! Tells the service manager that the daemon is ready, how it is, and that it is still alive. Each time it is found out and not
//! claimed: a program's way in, over the socket, is gone as far as the greeting, and the manager is asked for its tunnels. Where one of
//! them hangs nothing is told, and systemd starts the daemon again.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use adit_api::{Caller, Service, TunnelState, TunnelView};
use adit_ipc::{ClientError, Connection};
use anyhow::Context;
use sd_notify::NotifyState;
use tokio::net::UnixStream;
use tokio::runtime::{Builder, Runtime};

/// Time between two looks, however much happens.
const REST: Duration = Duration::from_millis(200);

/// Says that something has changed. Clones are the same one.
#[derive(Clone)]
pub(crate) struct Nudge {
    sender: SyncSender<()>,
    is_over: Arc<AtomicBool>,
}

/// Hears of changes.
pub(crate) struct Nudged {
    receiver: Receiver<()>,
    is_over: Arc<AtomicBool>,
}

/// Both ends.
pub(crate) fn nudge() -> (Nudge, Nudged) {
    let (sender, receiver) = sync_channel(1);
    let is_over = Arc::new(AtomicBool::new(false));
    (Nudge { sender, is_over: Arc::clone(&is_over) }, Nudged { receiver, is_over })
}

impl Nudge {
    /// Never blocks. One that is not heard yet stands for this one too.
    pub(crate) fn give(&self) {
        let _ = self.sender.try_send(());
    }

    /// The daemon ends: the service manager is told so, and nothing else any more.
    pub(crate) fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
        tell(&[NotifyState::Stopping]);
        self.give();
    }
}

/// What is looked at.
pub(crate) struct Heartbeat<F> {
    /// Asks the manager how it is; may hang, and then so does this.
    pub(crate) ask: F,
    /// Where programs come in.
    pub(crate) socket: PathBuf,
}

/// The manager, asked for its tunnels.
pub(crate) fn asking(service: impl Service) -> impl Fn() -> anyhow::Result<String> + Send + 'static {
    move || Ok(status(&service.tunnels(&Caller::ourselves()).context("listing the tunnels")?))
}

impl<F: Fn() -> anyhow::Result<String> + Send + 'static> Heartbeat<F> {
    /// Starts the thread.
    pub(crate) fn start(self, nudged: Nudged) -> anyhow::Result<()> {
        let runtime = Builder::new_current_thread().enable_all().build().context("cannot start a runtime")?;
        thread::Builder::new()
            .name("heartbeat".into())
            .spawn(move || self.beat(&runtime, &nudged))
            .context("cannot start a thread")?;
        Ok(())
    }

    fn beat(&self, runtime: &Runtime, nudged: &Nudged) {
        // systemd counts from the last sign of life: three chances before the time is over.
        let interval = sd_notify::watchdog_enabled().map(|limit| limit / 3);
        let (mut is_ready, mut told, mut complaint) = (false, String::new(), String::new());
        let mut due = Instant::now();
        loop {
            let found = self.look(runtime);
            if nudged.is_over.load(Ordering::Relaxed) {
                return;
            }
            match found {
                Ok(status) => {
                    if !is_ready {
                        tell(&[NotifyState::Ready]);
                        tracing::info!(socket = %self.socket.display(), "ready");
                        is_ready = true;
                    }
                    if let Some(interval) = interval
                        && Instant::now() >= due
                    {
                        tell(&[NotifyState::Watchdog]);
                        due = Instant::now() + interval;
                    }
                    if status != told {
                        tell(&[NotifyState::Status(&status)]);
                        told = status;
                    }
                    complaint.clear();
                }
                Err(error) => {
                    let text = format!("{error:#}");
                    if text != complaint {
                        tracing::error!("the daemon does not answer itself: {text}");
                        complaint = text;
                    }
                }
            }
            thread::sleep(REST);
            // Where no sign of life is asked for, only a change is worth another look.
            let is_well = complaint.is_empty();
            match interval {
                _ if !is_well => {}
                Some(_) => drop(nudged.receiver.recv_timeout(due.saturating_duration_since(Instant::now()))),
                None => drop(nudged.receiver.recv()),
            }
        }
    }

    /// Finds out whether everything answers, and puts how it is into words.
    fn look(&self, runtime: &Runtime) -> anyhow::Result<String> {
        runtime.block_on(self.greet())?;
        (self.ask)()
    }

    async fn greet(&self) -> anyhow::Result<()> {
        let stream = UnixStream::connect(&self.socket).await.with_context(|| self.socket.display().to_string())?;
        match Connection::open(stream, concat!("aditd ", env!("CARGO_PKG_VERSION"), " itself")).await {
            Ok(_) => Ok(()),
            // There is no room for one more: somebody said so.
            Err(ClientError::Goodbye(_)) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }
}

fn tell(state: &[NotifyState<'_>]) {
    // Without a service manager this does nothing.
    if let Err(error) = sd_notify::notify(state) {
        tracing::warn!(%error, "the service manager cannot be told");
    }
}

fn status(tunnels: &[TunnelView]) -> String {
    let up: Vec<&str> = tunnels
        .iter()
        .filter(|tunnel| matches!(tunnel.state, TunnelState::Up(_)))
        .map(|tunnel| tunnel.interface.as_str())
        .collect();
    match (tunnels.len(), up.as_slice()) {
        (0, _) => "No tunnels".to_owned(),
        (1, []) => "1 tunnel, not up".to_owned(),
        (all, []) => format!("{all} tunnels, none up"),
        (all, up) if up.len() <= 8 => format!("{all} tunnels, up: {}", up.join(", ")),
        (all, up) => format!("{all} tunnels, {} up", up.len()),
    }
}
