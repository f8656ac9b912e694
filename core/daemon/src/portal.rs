//! The channel through which a program uses its exemption for a captive portal: it names hosts, and gets connected sockets.
//!
//! A program joins with the token that the control socket gave its user. The exemption lasts as long as the connection.

use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use adit_ipc::Peer;
use adit_manager::manager::{Manager, PortalRefusal, PortalSession};
use adit_platform::native::control_socket::{Access, ControlSocket, Listener};
use adit_platform::native::portal_channel::{self, Channel};
use anyhow::Context as _;
use tokio::runtime::Runtime;

/// The longest wait for a token.
const PATIENCE: Duration = Duration::from_secs(2);
/// The pause after a connection that could not be accepted, such as for lack of descriptors.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// Serves programs beside the control socket at `socket`. Without this channel no exemption can be used, and everything else works.
pub(crate) fn serve(runtime: &Runtime, socket: &Path, manager: Manager) {
    let path = portal_channel::beside(socket);
    let open = || -> anyhow::Result<Listener> {
        let socket = ControlSocket::bind(&path, Access::Everybody)?;
        runtime.block_on(async { Listener::new(socket) }).context("cannot listen")
    };
    match open() {
        Ok(mut listener) => {
            manager.set_portal_channel(path);
            runtime.spawn(async move {
                loop {
                    match listener.accept().await {
                        Ok((stream, peer)) => admit(&manager, stream, peer.into()),
                        Err(error) => {
                            tracing::debug!(%error, "a program could not join");
                            tokio::time::sleep(ACCEPT_AGAIN).await;
                        }
                    }
                }
            });
        }
        Err(error) => tracing::warn!("no captive portal can be reached past a kill switch: {error:#}"),
    }
}

/// Serves a program on a thread of its own, if an exemption waits for one of its user.
fn admit(manager: &Manager, stream: adit_platform::native::control_socket::Stream, peer: Peer) {
    if !manager.awaits_portal_program(&peer.id) {
        return;
    }
    let manager = manager.clone();
    let work = move || -> std::io::Result<()> {
        let channel = Arc::new(Channel::of(stream)?);
        channel.set_patience(Some(PATIENCE))?;
        let Some((token, _)) = channel.receive()? else { return Ok(()) };
        let other_end = Arc::clone(&channel);
        let hang_up = move || {
            // Fails if the program has closed its end.
            let _ = other_end.close();
        };
        let Some(session) = manager.join_portal(&peer.id, &token, hang_up) else { return Ok(()) };
        channel.set_patience(None)?;
        channel.send("ok", None)?;
        while let Some((line, _)) = channel.receive()? {
            match connect(&session, &line) {
                Ok(socket) => channel.send("ok", Some(&socket))?,
                Err(refusal) => channel.send(&format!("no {}", shortened(&refusal)), None)?,
            }
        }
        Ok(())
    };
    let spawned = thread::Builder::new().name("portal-program".into()).spawn(move || {
        if let Err(error) = work() {
            tracing::debug!(%error, "the program with the exemption for a captive portal is gone");
        }
    });
    if let Err(error) = spawned {
        tracing::warn!(%error, "a program could not join");
    }
}

/// Carries out `connect HOST PORT ATTEMPT`.
fn connect(session: &PortalSession, line: &str) -> Result<TcpStream, PortalRefusal> {
    let words: Vec<&str> = line.split(' ').collect();
    let ["connect", host, port, attempt] = words[..] else { return Err(PortalRefusal::Host) };
    let port = port.parse().map_err(|_| PortalRefusal::Host)?;
    let attempt = attempt.parse().map_err(|_| PortalRefusal::Host)?;
    session.connect(host, port, attempt)
}

/// Returns the text of a refusal as it fits into a message: of one line, and without what a DNS server could put there.
fn shortened(refusal: &PortalRefusal) -> String {
    refusal.to_string().chars().filter(|letter| !letter.is_control()).take(100).collect()
}
