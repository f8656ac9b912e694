//! Serves the configuration socket of a running tunnel until there is a reason to end.

use std::sync::Arc;
use std::sync::mpsc::{self, Sender};
use std::thread;

use adit_platform::native::signals::{Closer, Signals};
use adit_platform::uapi_listener::UapiListener;
use adit_tunnel::uapi::{Limits, serve};
use adit_tunnel::{Control, Tunnel};
use anyhow::Context;

/// The reason to end.
#[derive(Debug)]
pub(crate) enum Leave {
    Signal,
    SocketRemoved,
    InterfaceGone,
}

/// Serves `listener` until there is a reason to end, then stops the tunnel. Without `signals` a request of the system to end ends
/// the process at once.
pub(crate) fn until_a_reason_to_leave(
    tunnel: &Tunnel,
    listener: &Arc<dyn UapiListener>,
    signals: Option<Signals>,
) -> anyhow::Result<Leave> {
    let (reasons, reason) = mpsc::channel();
    let stop_signals = signals.as_ref().map(Signals::closer);
    let tell = |reasons: &Sender<Leave>, reason| {
        // Only the first reason counts; later ones find no receiver.
        let _ = reasons.send(reason);
    };
    let by_signal = reasons.clone();
    let waits_for_signals = signals.map(|mut signals| {
        spawn("signals", move || {
            if signals.next_signal().is_some() {
                tell(&by_signal, Leave::Signal);
            }
        })
    });
    let waits_for_signals = waits_for_signals.transpose()?;
    let by_interface = reasons.clone();
    let handle = tunnel.handle();
    let waits_for_interface = spawn("interface", move || {
        handle.wait();
        tell(&by_interface, Leave::InterfaceGone);
    })?;
    let (server, control) = (Arc::clone(listener), Arc::new(tunnel.handle()) as Arc<dyn Control>);
    let serves = spawn("uapi", move || {
        serve(&*server, &control, Limits::default());
        tell(&reasons, Leave::SocketRemoved);
    })?;
    let reason = reason.recv().context("all threads have ended")?;
    stop_signals.inspect(Closer::close);
    tunnel.handle().stop();
    listener.close();
    for thread in waits_for_signals.into_iter().chain([waits_for_interface, serves]) {
        if thread.join().is_err() {
            tracing::error!("a thread panicked");
        }
    }
    Ok(reason)
}

fn spawn(name: &str, work: impl FnOnce() + Send + 'static) -> anyhow::Result<thread::JoinHandle<()>> {
    thread::Builder::new().name(name.to_owned()).spawn(work).with_context(|| format!("starting the thread {name}"))
}
