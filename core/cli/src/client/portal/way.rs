//! The way to the captive portal: the service's channel, which gives connected sockets for hosts.

use std::io;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use adit_api::PortalTicket;
use adit_platform::native::control_socket::Trust;
use adit_platform::native::portal_channel::Channel;
use adit_proxy::Target;
use anyhow::{Context as _, bail};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::client::Options;

/// The longest wait for a connection to one address.
const PATIENCE: Duration = Duration::from_secs(5);
/// The most addresses of a host that are tried.
const TRIED: usize = 8;

/// The way, as long as it is open. The service closes it when this is dropped.
#[derive(Clone)]
pub(super) struct Way(Arc<Mutex<Channel>>);

impl Way {
    /// Begins the exemption that the service has granted.
    pub(super) fn join(ticket: &PortalTicket, options: &Options) -> anyhow::Result<Self> {
        if ticket.channel.is_empty() {
            bail!("the service has no channel for it; see its log with: adit logs");
        }
        let trust = if options.socket.is_none() { Trust::Service } else { Trust::ServiceOrOwnUser };
        let channel = Channel::connect(Path::new(&ticket.channel), trust)?;
        channel.send(&ticket.token, None).context("the service is gone")?;
        match channel.receive().context("the service is gone")? {
            Some((answer, _)) if answer == "ok" => Ok(Self(Arc::new(Mutex::new(channel)))),
            Some(_) | None => bail!("the way to the sign-in page is closed already"),
        }
    }

    /// Connects to a host, trying its addresses in turn.
    pub(super) async fn connect(&self, target: &Target) -> io::Result<TcpStream> {
        let mut last = None;
        for attempt in 0..TRIED {
            let question = format!("connect {} {} {attempt}", host(target), target.port);
            let channel = Arc::clone(&self.0);
            let asked = tokio::task::spawn_blocking(move || ask(&channel, &question)).await.map_err(io::Error::other)?;
            let socket = match asked {
                Ok(socket) => TcpStream::from_std(socket)?,
                // The error of an address that exists says more.
                Err(error) => return Err(last.unwrap_or(error)),
            };
            match timeout(PATIENCE, is_connected(&socket)).await {
                Ok(Ok(())) => return Ok(socket),
                Ok(Err(error)) => last = Some(error),
                Err(_) => last = Some(io::Error::new(io::ErrorKind::TimedOut, format!("{target} does not answer"))),
            }
        }
        Err(last.unwrap_or_else(|| io::ErrorKind::NotFound.into()))
    }
}

fn host(target: &Target) -> String {
    match &target.host {
        adit_proxy::TargetHost::Ip(address) => address.to_string(),
        adit_proxy::TargetHost::Name(name) => name.clone(),
    }
}

fn ask(channel: &Mutex<Channel>, question: &str) -> io::Result<std::net::TcpStream> {
    let channel = channel.lock().unwrap_or_else(PoisonError::into_inner);
    channel.send(question, None)?;
    match channel.receive()? {
        Some((_, Some(socket))) => Ok(socket),
        Some((answer, None)) => Err(io::Error::other(answer.strip_prefix("no ").unwrap_or(&answer).to_owned())),
        None => Err(io::Error::new(io::ErrorKind::BrokenPipe, "the way to the sign-in page is closed")),
    }
}

/// Waits until the socket is connected.
async fn is_connected(socket: &TcpStream) -> io::Result<()> {
    socket.writable().await?;
    match socket.take_error()? {
        Some(error) => Err(error),
        None => socket.peer_addr().map(drop),
    }
}
