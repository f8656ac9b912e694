//! The HTTP proxy for the browser: on loopback, for this user's programs alone, to the ports of sign-in pages.

use std::net::Ipv4Addr;
use std::sync::Arc;

use adit_platform::native::portal_channel::is_of_this_user;
use adit_platform::network::PORTAL_PORTS;
use adit_proxy::http::{self, Refusal, Request};
use tokio::io::{AsyncWriteExt as _, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

use super::way::Way;

/// The most connections at once.
const MOST: usize = 256;

/// Listens on a port that the system chooses.
pub(super) async fn listen() -> std::io::Result<TcpListener> {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await
}

/// Serves programs of this user until the task is dropped.
pub(super) async fn serve(listener: TcpListener, way: Way) {
    let room = Arc::new(Semaphore::new(MOST));
    loop {
        let Ok(permit) = Arc::clone(&room).acquire_owned().await else { return };
        // An error concerns one program, or the want of descriptors, which other connections give back.
        let Ok((program, _)) = listener.accept().await else {
            tokio::time::sleep(std::time::Duration::from_millis(100)).await;
            continue;
        };
        let way = way.clone();
        tokio::spawn(async move {
            if is_ours(&program).await {
                serve_program(program, &way).await;
            }
            drop(permit);
        });
    }
}

/// Returns true if the program at the other end belongs to this user. Every user of the computer can connect to loopback.
async fn is_ours(program: &TcpStream) -> bool {
    let (Ok(theirs), Ok(here)) = (program.peer_addr(), program.local_addr()) else { return false };
    let looked = tokio::task::spawn_blocking(move || is_of_this_user(theirs, here)).await;
    matches!(looked, Ok(Ok(true)))
}

async fn serve_program(mut program: TcpStream, way: &Way) {
    let request = match http::read_request(&mut program, None).await {
        None => return,
        Some(Err(refusal)) => return http::refuse(&mut program, &refusal).await,
        Some(Ok(request)) => request,
    };
    if !PORTAL_PORTS.contains(&request.target.port) {
        let why = "adit: a sign-in page has the port 80, 443, 8080 or 8443.";
        return http::refuse(&mut program, &Refusal::new("403 Forbidden", why)).await;
    }
    let mut server = match way.connect(&request.target).await {
        Ok(server) => server,
        Err(error) => return http::refuse(&mut program, &Refusal::new("502 Bad Gateway", format!("adit: {error}."))).await,
    };
    if let Err(error) = carry(request, &mut program, &mut server).await {
        tracing::debug!(%error, "a connection to the sign-in page ended");
    }
}

async fn carry(request: Request, program: &mut TcpStream, server: &mut TcpStream) -> std::io::Result<()> {
    match request.head {
        None => program.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await?,
        Some(head) => server.write_all(&head).await?,
    }
    server.write_all(&request.rest).await?;
    copy_bidirectional(program, server).await.map(drop)
}
