//! The server: accepts clients and serves each in a task of its own.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use adit_api::Service;
use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::frame::encode;
use crate::limits::{Accounts, Limits};
use crate::message::ToClient;
use crate::session::{self, Shared};
use crate::{Events, Goodbye, Peer, RoleSource};

/// Delay before the next attempt after a client could not be accepted, for example because no file descriptors are left.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);
/// Time limit for sending the goodbye to a rejected client.
const REFUSAL: Duration = Duration::from_millis(50);

/// The place where clients connect: a Unix socket, a named pipe, or a queue in a test.
pub trait Listener: Send {
    /// A connection.
    type Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static;

    /// Waits for the next client. An error concerns this attempt only; the listener stays usable.
    fn accept(&mut self) -> impl Future<Output = io::Result<(Self::Stream, Peer)>> + Send;
}

/// Serves until `shutdown` completes, then lets the requests in progress finish and says goodbye. `program` is the daemon's
/// name and version for clients, such as `aditd 0.1.0`.
pub async fn serve<S: Service + ?Sized, R: RoleSource>(
    program: &str,
    service: Arc<S>,
    events: Events,
    mut listener: impl Listener,
    roles: R,
    limits: Limits,
    shutdown: impl Future<Output = ()>,
) {
    let farewell = limits.farewell;
    let accounts = Arc::new(Accounts::new(limits));
    let shared = Arc::new(Shared { program: program.to_owned(), service, events, roles });
    let (stop, stopped) = watch::channel(false);
    let mut sessions = JoinSet::new();
    tokio::pin!(shutdown);
    loop {
        let accepted = tokio::select! {
            () = &mut shutdown => break,
            Some(ended) = sessions.join_next(), if !sessions.is_empty() => {
                if let Err(error) = ended {
                    tracing::error!(%error, "a client's task panicked");
                }
                continue;
            }
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => match accounts.admit(&peer.id, shared.roles.standing(&peer)) {
                Ok(ticket) => {
                    sessions.spawn(session::run(Arc::clone(&shared), stream, peer, ticket, stopped.clone()));
                }
                Err(goodbye) => refuse(stream, &peer, goodbye).await,
            },
            Err(error) => {
                tracing::warn!(%error, "a client could not connect");
                tokio::time::sleep(ACCEPT_AGAIN).await;
            }
        }
    }
    drop(listener);
    stop.send_replace(true);
    let all = async { while sessions.join_next().await.is_some() {} };
    if tokio::time::timeout(farewell, all).await.is_err() {
        tracing::warn!("clients did not leave in time");
    }
}

/// Sends a goodbye to a rejected client. The frame fits into the empty buffer of a new connection, so this does not wait for
/// the client.
async fn refuse(mut stream: impl AsyncWrite + Unpin, peer: &Peer, goodbye: Goodbye) {
    tracing::debug!(who = peer.who(), ?goodbye, "a client is not let in");
    if let Ok(frame) = encode(&ToClient::Goodbye(goodbye)) {
        // Failure is ignored: the client does not have to read the reason.
        let _ = tokio::time::timeout(REFUSAL, stream.write_all(&frame)).await;
    }
}
