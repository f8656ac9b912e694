//! A minimal HTTP/1.1 server for one text: one request for each connection, with limits on size, time and number of
//! connections.
//!
//! `httparse` parses the requests. A server library such as `hyper` would add bodies, connection reuse and upgrades to a privileged
//! process, and none of them is needed.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use adit_api::{ApiError, Caller, Service, TunnelState, TunnelView, all_peers, all_tunnels};
use anyhow::Context;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::answer::{Answer, answer_without_numbers};
use super::request::{Request, read};
use super::text;

/// Maximum number of connections at a time. Further ones are closed at once.
const CONNECTIONS: usize = 8;
/// Time that a client may take to send its request, and to receive the answer.
const PATIENCE: Duration = Duration::from_secs(5);
/// Delay before the next attempt after a client could not be accepted, for example because no file descriptors are left.
const ACCEPT_AGAIN: Duration = Duration::from_millis(100);

/// Listens on an address of the loopback interface.
pub(crate) async fn listen(address: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(address).await.with_context(|| format!("cannot serve numbers at {address}"))
}

/// Serves until the task is dropped.
pub(crate) async fn serve<S: Service>(listener: TcpListener, service: Arc<S>) {
    let room = Arc::new(Semaphore::new(CONNECTIONS));
    loop {
        match listener.accept().await {
            Ok((stream, _)) => {
                if let Ok(permit) = Arc::clone(&room).try_acquire_owned() {
                    tokio::spawn(client(stream, Arc::clone(&service), permit));
                }
            }
            Err(error) => {
                tracing::warn!(%error, "a client for the numbers could not connect");
                tokio::time::sleep(ACCEPT_AGAIN).await;
            }
        }
    }
}

async fn client<S: Service>(mut stream: TcpStream, service: Arc<S>, _room: OwnedSemaphorePermit) {
    let Ok(Ok(request)) = timeout(PATIENCE, read(&mut stream)).await else { return };
    let answer = match answer_without_numbers(&request) {
        Some(answer) => answer,
        None => numbers(service).await,
    };
    let bytes = answer.bytes(request == Request::Head);
    let write = async {
        stream.write_all(&bytes).await?;
        stream.shutdown().await?;
        // Reads the rest of what the client sends, so that a reset does not cut the answer off.
        let mut rest = [0; 1024];
        while stream.read(&mut rest).await? > 0 {}
        Ok::<_, io::Error>(())
    };
    // A client that is slow or gone does not get the answer.
    let _ = timeout(PATIENCE, write).await;
}

/// Completes a tunnel's view, which lists only some of many peers.
fn with_all_peers(service: &impl Service, caller: &Caller, tunnel: &mut TunnelView) -> Result<(), ApiError> {
    let id = tunnel.id;
    if let TunnelState::Up(up) = &mut tunnel.state
        && up.peers.len() < up.peer_count as usize
    {
        let all = all_peers(|after| service.peers(caller, id, after))?;
        (tunnel.peers, up.peers) = (all.configured, all.running);
    }
    Ok(())
}

/// Collects the metrics on a blocking thread, because the manager's answer may have to wait for a lock.
async fn numbers<S: Service>(service: Arc<S>) -> Answer {
    let collect = move || {
        let caller = Caller::ourselves();
        let about = service.about(&caller)?;
        let mut tunnels = all_tunnels(|after| service.tunnels(&caller, after))?;
        tunnels.iter_mut().try_for_each(|tunnel| with_all_peers(service.as_ref(), &caller, tunnel))?;
        Ok::<_, ApiError>(text::write(&tunnels, &about.version, about.started_at))
    };
    match tokio::task::spawn_blocking(collect).await {
        Ok(Ok(text)) => Answer::Numbers(text),
        Ok(Err(_)) | Err(_) => Answer::Broken,
    }
}
