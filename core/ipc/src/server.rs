//! Lets clients in, and serves each in a task of its own.

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

/// How long to wait when clients cannot be accepted, for example because there are no descriptors left.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);
/// How long a client that is not let in may take to be told.
const REFUSAL: Duration = Duration::from_millis(50);

/// Where clients connect: a Unix socket, a named pipe, or a queue in a test.
pub trait Listener: Send {
    /// A connection.
    type Stream: AsyncRead + AsyncWrite + Send + Unpin + 'static;

    /// The next client. An error is of this one attempt; the listener stays usable.
    fn accept(&mut self) -> impl Future<Output = io::Result<(Self::Stream, Peer)>> + Send;
}

/// Serves until `shutdown` is ready, then lets what is being worked on finish and says goodbye. `program` is what clients are told
/// they are connected to, such as `aditd 0.1.0`.
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

/// What is written fits into the empty buffer of a new connection, so that this waits for nobody.
async fn refuse(mut stream: impl AsyncWrite + Unpin, peer: &Peer, goodbye: Goodbye) {
    tracing::debug!(who = peer.who(), ?goodbye, "a client is not let in");
    if let Ok(frame) = encode(&ToClient::Goodbye(goodbye)) {
        // A client that does not want to know need not.
        let _ = tokio::time::timeout(REFUSAL, stream.write_all(&frame)).await;
    }
}
