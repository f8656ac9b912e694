//! Tells the service manager that the daemon is ready, its status, and that it is still alive. Each message follows a check: a
//! connection to the control socket up to the hello, and a request to the manager for its tunnels. If one of the two hangs,
//! nothing is sent, and systemd restarts the daemon.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use adit_api::{Caller, Service, TunnelState, TunnelView, all_tunnels};
use adit_ipc::ClientError;
use adit_ipc::local::{ConnectError, connect_to_own};
use anyhow::Context;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::watch;
use tokio::time::timeout;

use crate::service::{self, ServiceManager, Sign};

/// Minimum time between two checks.
const REST: Duration = Duration::from_millis(200);
/// Time that the shutdown waits for a check in progress. Only a check that hangs takes longer.
const LAST_LOOK: Duration = Duration::from_secs(1);

/// Announces that something has changed. Clones announce to the same receiver.
#[derive(Clone)]
pub(crate) struct Nudge {
    sender: SyncSender<()>,
    is_over: Arc<AtomicBool>,
    manager: service::Manager,
    /// Closed when the last check is finished.
    looks: watch::Receiver<()>,
}

/// The receiver of announced changes.
pub(crate) struct Nudged {
    receiver: Receiver<()>,
    is_over: Arc<AtomicBool>,
    _looks: watch::Sender<()>,
}

/// Creates the sender and the receiver of announcements.
pub(crate) fn nudge(manager: service::Manager) -> (Nudge, Nudged) {
    let (sender, receiver) = sync_channel(1);
    let is_over = Arc::new(AtomicBool::new(false));
    let (looking, looks) = watch::channel(());
    (Nudge { sender, is_over: Arc::clone(&is_over), manager, looks }, Nudged { receiver, is_over, _looks: looking })
}

impl Nudge {
    /// Announces a change without blocking. Announcements that are not yet received are merged.
    pub(crate) fn give(&self) {
        let _ = self.sender.try_send(());
    }

    /// Tells the service manager that the daemon is ending, and stops all other messages. Returns when no connection of a check
    /// is waiting to be accepted: systemd would start the daemon again for a connection to its socket that is not accepted.
    pub(crate) async fn end(&self) {
        self.is_over.store(true, Ordering::Relaxed);
        self.manager.tell(&Sign::Stopping);
        self.give();
        let mut looks = self.looks.clone();
        let _ = timeout(LAST_LOOK, async { while looks.changed().await.is_ok() {} }).await;
    }
}

/// The periodic check and the receiver of its result.
struct Heartbeat<F, T> {
    /// Asks the manager for its status. May hang, and then the check hangs too.
    ask: F,
    /// Path of the control socket.
    socket: PathBuf,
    /// Time between signs of life, or None if the service manager wants none.
    interval: Option<Duration>,
    /// True if the service manager wants any messages. Otherwise the check ends after the first success.
    is_heard: bool,
    tell: T,
}

/// Returns a function that asks the manager for its tunnels and summarizes them.
pub(crate) fn asking(service: impl Service) -> impl Fn() -> anyhow::Result<String> + Send + 'static {
    move || Ok(status(&all_tunnels(|after| service.tunnels(&Caller::ourselves(), after)).context("listing the tunnels")?))
}

/// Starts the thread of the checks. `socket` is the path of the control socket; for `ask` see [`asking`].
pub(crate) fn start(
    ask: impl Fn() -> anyhow::Result<String> + Send + 'static,
    socket: PathBuf,
    nudged: Nudged,
    manager: service::Manager,
) -> anyhow::Result<()> {
    let tell = move |sign| manager.tell(&sign);
    Heartbeat { ask, socket, interval: manager.watchdog(), is_heard: manager.listens(), tell }.start(nudged)
}

impl<F, T> Heartbeat<F, T>
where
    F: Fn() -> anyhow::Result<String> + Send + 'static,
    T: Fn(Sign) + Send + 'static,
{
    fn start(self, nudged: Nudged) -> anyhow::Result<()> {
        let runtime = Builder::new_current_thread().enable_all().build().context("cannot start a runtime")?;
        thread::Builder::new()
            .name("heartbeat".into())
            .spawn(move || self.beat(&runtime, &nudged))
            .context("cannot start a thread")?;
        Ok(())
    }

    fn beat(&self, runtime: &Runtime, nudged: &Nudged) {
        let (mut is_ready, mut told, mut complaint) = (false, String::new(), String::new());
        let mut due = Instant::now();
        while !nudged.is_over.load(Ordering::Relaxed) {
            let found = self.look(runtime);
            if nudged.is_over.load(Ordering::Relaxed) {
                return;
            }
            match found {
                Ok(status) => {
                    if !is_ready {
                        (self.tell)(Sign::Ready);
                        tracing::info!(socket = %self.socket.display(), "ready");
                        is_ready = true;
                    }
                    if let Some(interval) = self.interval
                        && Instant::now() >= due
                    {
                        (self.tell)(Sign::Alive);
                        due = Instant::now() + interval;
                    }
                    if status != told {
                        (self.tell)(Sign::Status(status.clone()));
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
            if is_ready && !self.is_heard {
                return;
            }
            thread::sleep(REST);
            // Without a watchdog, only an announced change triggers another check.
            let is_well = complaint.is_empty();
            match self.interval {
                _ if !is_well => {}
                Some(_) => drop(nudged.receiver.recv_timeout(due.saturating_duration_since(Instant::now()))),
                None => drop(nudged.receiver.recv()),
            }
        }
    }

    /// Checks that the control socket and the manager answer. Returns the status text.
    fn look(&self, runtime: &Runtime) -> anyhow::Result<String> {
        runtime.block_on(self.greet())?;
        (self.ask)()
    }

    async fn greet(&self) -> anyhow::Result<()> {
        let program = concat!("aditd ", env!("CARGO_PKG_VERSION"), " itself");
        match connect_to_own(&self.socket, program).await {
            Ok(_) => Ok(()),
            // All places are taken, but the goodbye shows that the server answers.
            Err(ConnectError::Client(ClientError::Goodbye(_))) => Ok(()),
            Err(error) => Err(error.into()),
        }
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
        (1, up) => format!("1 tunnel, up: {}", up.join(", ")),
        (all, []) => format!("{all} tunnels, none up"),
        (all, up) if up.len() <= 8 => format!("{all} tunnels, up: {}", up.join(", ")),
        (all, up) => format!("{all} tunnels, {} up", up.len()),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;
    use std::os::unix::net::{UnixListener, UnixStream as Client};
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;

    /// A fake daemon whose socket and manager answer when the test lets them.
    struct Daemon {
        signs: Receiver<Sign>,
        greeted: UnixListener,
        asked: Receiver<()>,
        answer: Sender<()>,
        nudge: Nudge,
        _folder: tempfile::TempDir,
    }

    impl Daemon {
        fn new() -> Self {
            let folder = tempfile::tempdir().unwrap();
            let socket = folder.path().join("adit.sock");
            let greeted = UnixListener::bind(&socket).unwrap();
            let (told, signs) = channel();
            let (ask, asked) = channel();
            let (answer, answered) = channel();
            let ask = move || {
                ask.send(())?;
                answered.recv()?;
                Ok("fine".to_owned())
            };
            let tell = move |sign| drop(told.send(sign));
            let (nudge, nudged) = nudge(service::Manager::from_environment().unwrap());
            Heartbeat { ask, socket, interval: Some(Duration::from_millis(1)), is_heard: true, tell }.start(nudged).unwrap();
            Self { signs, greeted, asked, answer, nudge, _folder: folder }
        }

        /// Accepts the next connection of a check.
        fn visitor(&self) -> Client {
            self.greeted.accept().unwrap().0
        }

        fn greet(mut visitor: Client) {
            let goodbye = br#"{"goodbye":{"code":"shutting_down"}}"#;
            visitor.write_all(&u32::try_from(goodbye.len()).unwrap().to_le_bytes()).unwrap();
            visitor.write_all(goodbye).unwrap();
        }

        fn silent(&self) -> bool {
            self.signs.try_recv().is_err()
        }
    }

    impl Drop for Daemon {
        fn drop(&mut self) {
            self.nudge.is_over.store(true, Ordering::Relaxed);
        }
    }

    #[test]
    fn no_sign_of_life_is_given_that_was_not_looked_for() {
        let daemon = Daemon::new();
        let visitor = daemon.visitor();
        assert!(daemon.silent(), "the door has not opened");
        Daemon::greet(visitor);
        daemon.asked.recv().unwrap();
        assert!(daemon.silent(), "the manager has not answered");
        daemon.answer.send(()).unwrap();
        let signs: Vec<Sign> = (0..3).map(|_| daemon.signs.recv().unwrap()).collect();
        assert_eq!(signs, [Sign::Ready, Sign::Alive, Sign::Status("fine".into())]);

        // The next check tests both again. An unchanged status is not repeated.
        let visitor = daemon.visitor();
        assert!(daemon.silent());
        Daemon::greet(visitor);
        daemon.asked.recv().unwrap();
        assert!(daemon.silent());
        daemon.answer.send(()).unwrap();
        assert_eq!(daemon.signs.recv().unwrap(), Sign::Alive);
        let _visitor = daemon.visitor();
        assert!(daemon.silent());
    }

    #[test]
    fn no_connection_of_the_heartbeat_is_open_after_the_end() {
        let daemon = Daemon::new();
        Daemon::greet(daemon.visitor());
        daemon.asked.recv().unwrap();
        daemon.answer.send(()).unwrap();
        assert_eq!(daemon.signs.recv().unwrap(), Sign::Ready);
        // The check after the first sign of life may have begun. Its connection is accepted and waited for.
        let runtime = Builder::new_current_thread().enable_all().build().unwrap();
        let Daemon { greeted, asked: _asked, answer, nudge, .. } = &daemon;
        thread::scope(|scope| {
            scope.spawn(|| {
                greeted.set_nonblocking(true).unwrap();
                while nudge.looks.has_changed().is_ok() {
                    if let Ok((visitor, _)) = greeted.accept() {
                        visitor.set_nonblocking(false).unwrap();
                        Daemon::greet(visitor);
                        let _ = answer.send(());
                    }
                    thread::sleep(Duration::from_millis(1));
                }
            });
            runtime.block_on(nudge.end());
        });
        assert!(greeted.accept().is_err(), "somebody is at the door");
        nudge.give();
        assert!(greeted.accept().is_err(), "somebody has come to the door");
    }

    #[test]
    fn a_door_that_is_shut_in_ones_face_is_no_sign_of_life_but_one_that_opens_later_is() {
        let daemon = Daemon::new();
        drop(daemon.visitor());
        let visitor = daemon.visitor();
        assert!(daemon.silent());
        Daemon::greet(visitor);
        daemon.asked.recv().unwrap();
        daemon.answer.send(()).unwrap();
        assert_eq!(daemon.signs.recv().unwrap(), Sign::Ready);
    }
}
