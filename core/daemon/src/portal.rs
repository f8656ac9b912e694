//! The channel through which a program uses its exemption for a captive portal: it names hosts, and gets connected sockets.
//!
//! A program joins with the token that the control socket gave its user. The exemption lasts as long as the connection.

use std::io;
use std::net::TcpStream;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use adit_ipc::Peer;
use adit_manager::manager::{Manager, PortalRefusal, PortalSession};
use adit_platform::native::control_socket::{Access, ControlSocket, Listener, Stream};
use adit_platform::native::portal_channel::{self, Channel};
use anyhow::Context as _;
use tokio::runtime::Runtime;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The longest wait for a token.
const PATIENCE: Duration = Duration::from_secs(2);
/// The most programs of the exemption's user that have not shown the token yet.
const MOST_JOINERS: usize = 4;
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
            let joiners = Arc::new(Semaphore::new(MOST_JOINERS));
            runtime.spawn(async move {
                loop {
                    match listener.accept().await {
                        Ok((stream, peer)) => admit(&manager, &joiners, stream, peer.into()),
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
fn admit(manager: &Manager, joiners: &Arc<Semaphore>, stream: Stream, peer: Peer) {
    let Ok(place) = Arc::clone(joiners).try_acquire_owned() else {
        tracing::debug!("too many programs want to join at once");
        return;
    };
    let manager = manager.clone();
    let spawned = thread::Builder::new().name("portal-program".into()).spawn(move || {
        if let Err(error) = serve_program(&manager, stream, &peer, place) {
            tracing::debug!(%error, "the program with the exemption for a captive portal is gone");
        }
    });
    if let Err(error) = spawned {
        tracing::warn!(%error, "a program could not join");
    }
}

/// Serves a program until it goes, or its exemption ends. `place`: its place among those that have not shown the token.
fn serve_program(manager: &Manager, stream: Stream, peer: &Peer, place: OwnedSemaphorePermit) -> io::Result<()> {
    // Others take no place for longer than this look.
    if !manager.awaits_portal_program(&peer.id) {
        return Ok(());
    }
    let channel = Arc::new(Channel::of(stream)?);
    let Some(token) = channel.receive_within(PATIENCE)? else { return Ok(()) };
    let other_end = Arc::clone(&channel);
    let hang_up = move || {
        // Fails if the program has closed its end.
        let _ = other_end.close();
    };
    let Some(session) = manager.join_portal(&peer.id, &token, hang_up) else { return Ok(()) };
    drop(place);
    channel.send("ok", None)?;
    while let Some((line, _)) = channel.receive()? {
        match connect(&session, &line) {
            Ok(socket) => channel.send("ok", Some(&socket))?,
            Err(refusal) => channel.send(&format!("no {}", shortened(&refusal)), None)?,
        }
    }
    Ok(())
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
