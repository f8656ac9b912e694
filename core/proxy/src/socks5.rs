//! SOCKS5 (RFC 1928) with user names and passwords (RFC 1929): CONNECT here, UDP ASSOCIATE in [`crate::socks_udp`].

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use crate::credentials::Credentials;
use crate::dial::DialError;
use crate::forward::{HEAD_PATIENCE, relay};
use crate::plan::Front;
use crate::socks_udp;
use crate::stack::ConnectError;
use crate::target::{Target, TargetHost};

const VERSION: u8 = 5;
const NO_AUTHENTICATION: u8 = 0;
const USER_AND_PASSWORD: u8 = 2;
const NO_METHOD: u8 = 0xff;
const SUBNEGOTIATION: u8 = 1;

/// The reply to a request (RFC 1928 section 6).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
#[repr(u8)]
pub enum Answer {
    /// The request was granted.
    Succeeded = 0,
    /// General failure.
    Failure = 1,
    /// Network unreachable.
    NetworkUnreachable = 3,
    /// Host unreachable.
    HostUnreachable = 4,
    /// Connection refused by the target.
    Refused = 5,
    /// Command not supported.
    Command = 7,
    /// Address type not supported.
    AddressType = 8,
}

/// A client's request.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Request {
    /// CONNECT to this target.
    Connect(Target),
    /// UDP ASSOCIATE, a request to relay datagrams.
    Associate,
    /// A request that cannot be served, and the reply to it.
    Not(Answer),
}

/// Serves one client.
pub(crate) async fn serve(front: Arc<Front>, mut program: TcpStream, from: SocketAddr) {
    // A client that sends nothing in time, or an invalid request, is disconnected.
    let Ok(Ok(Some(request))) = timeout(HEAD_PATIENCE, read_request(&mut program, front.credentials.as_ref())).await else {
        return;
    };
    match request {
        Request::Connect(target) => match front.dialer.dial(&target).await {
            Ok(mut connection) => {
                if program.write_all(&answer(Answer::Succeeded, connection.local())).await.is_ok() {
                    relay(&mut connection, &mut program).await;
                }
            }
            Err(error) => refuse(&mut program, blame(&error)).await,
        },
        Request::Associate => socks_udp::serve(&front, program, from).await,
        Request::Not(why) => refuse(&mut program, why).await,
    }
}

async fn refuse(program: &mut TcpStream, why: Answer) {
    // An error means that the client has disconnected, so no answer is needed.
    let _ = program.write_all(&answer(why, SocketAddr::from(([0; 4], 0)))).await;
    let _ = program.shutdown().await;
}

fn blame(error: &DialError) -> Answer {
    match error {
        DialError::Resolve(_) | DialError::Connect(ConnectError::TimedOut(_) | ConnectError::Unreachable) => {
            Answer::HostUnreachable
        }
        DialError::Connect(ConnectError::Refused) => Answer::Refused,
        DialError::Connect(ConnectError::NoAddress(_)) => Answer::NetworkUnreachable,
        DialError::Connect(ConnectError::TooMany) => Answer::Failure,
    }
}

/// Encodes an answer in wire format.
pub(crate) fn answer(answer: Answer, bound: SocketAddr) -> Vec<u8> {
    let mut bytes = vec![VERSION, answer as u8, 0];
    write_address(&mut bytes, bound);
    bytes
}

fn write_address(to: &mut Vec<u8>, address: SocketAddr) {
    match address.ip() {
        IpAddr::V4(address) => {
            to.push(1);
            to.extend_from_slice(&address.octets());
        }
        IpAddr::V6(address) => {
            to.push(4);
            to.extend_from_slice(&address.octets());
        }
    }
    to.extend_from_slice(&address.port().to_be_bytes());
}

/// Negotiates the authentication method and reads the request, and nothing beyond it. `credentials` are the users of the proxy;
/// `None`: everybody may use it. Returns `Ok(None)` if the client is not to be served and, if the protocol has a message for it,
/// was told so.
///
/// # Errors
/// The errors of the stream; `UnexpectedEof` if it ends before the request does.
pub async fn read_request<S: AsyncRead + AsyncWrite + Unpin>(
    program: &mut S,
    credentials: Option<&Credentials>,
) -> io::Result<Option<Request>> {
    if program.read_u8().await? != VERSION {
        return Ok(None);
    }
    let offered = read_short(program).await?;
    let wanted = if credentials.is_some() { USER_AND_PASSWORD } else { NO_AUTHENTICATION };
    if !offered.contains(&wanted) {
        program.write_all(&[VERSION, NO_METHOD]).await?;
        return Ok(None);
    }
    program.write_all(&[VERSION, wanted]).await?;
    if let Some(credentials) = credentials {
        if program.read_u8().await? != SUBNEGOTIATION {
            return Ok(None);
        }
        let (user, password) = (read_short(program).await?, read_short(program).await?);
        let admitted = credentials.admit(&user, &password);
        program.write_all(&[SUBNEGOTIATION, u8::from(!admitted)]).await?;
        if !admitted {
            return Ok(None);
        }
    }
    let [version, command, _] = read_array(program).await?;
    if version != VERSION {
        return Ok(None);
    }
    let Some(address) = read_address(program).await? else { return Ok(Some(Request::Not(Answer::AddressType))) };
    Ok(Some(match (command, address.target()) {
        (1, Some(target)) => Request::Connect(target),
        (1, None) => Request::Not(Answer::HostUnreachable),
        // The address is the source of the client's datagrams, and usually all zero.
        (3, _) => Request::Associate,
        _ => Request::Not(Answer::Command),
    }))
}

/// An address in a request or before a datagram.
enum Address {
    Ip(SocketAddr),
    Name(Vec<u8>, u16),
}

impl Address {
    /// Returns the target, or `None` if it cannot be a host.
    fn target(&self) -> Option<Target> {
        match self {
            Self::Ip(address) => {
                (address.port() != 0).then(|| Target { host: TargetHost::Ip(address.ip().to_canonical()), port: address.port() })
            }
            Self::Name(name, port) => Target::new(std::str::from_utf8(name).ok()?, *port),
        }
    }
}

/// Parses a datagram of a client of UDP ASSOCIATE into target and payload (RFC 1928 section 7). Returns `None` for a datagram to
/// be dropped: a fragment, an unknown address type, or an address that no host has.
pub async fn read_datagram(mut datagram: &[u8]) -> Option<(Target, &[u8])> {
    // Two reserved bytes, and the fragment number; the RFC allows dropping fragments.
    let [_, _, 0] = datagram.split_off(..3)? else { return None };
    let target = read_address(&mut datagram).await.ok()??.target()?;
    Some((target, datagram))
}

/// Builds a datagram for a client of UDP ASSOCIATE, in the form that [`read_datagram`] parses.
pub fn datagram(from: SocketAddr, payload: &[u8]) -> Vec<u8> {
    const LONGEST_HEADER: usize = 22;
    let mut datagram = Vec::with_capacity(payload.len() + LONGEST_HEADER);
    datagram.extend_from_slice(&[0; 3]);
    write_address(&mut datagram, from);
    datagram.extend_from_slice(payload);
    datagram
}

/// Reads an address. Returns `None` for an unknown address type.
async fn read_address<R: AsyncRead + Unpin>(from: &mut R) -> io::Result<Option<Address>> {
    let host = match from.read_u8().await? {
        1 => IpAddr::from(read_array::<4, _>(from).await?),
        4 => IpAddr::from(read_array::<16, _>(from).await?),
        3 => {
            let name = read_short(from).await?;
            return Ok(Some(Address::Name(name, from.read_u16().await?)));
        }
        _ => return Ok(None),
    };
    Ok(Some(Address::Ip(SocketAddr::new(host, from.read_u16().await?))))
}

async fn read_array<const N: usize, R: AsyncRead + Unpin>(from: &mut R) -> io::Result<[u8; N]> {
    let mut array = [0; N];
    from.read_exact(&mut array).await?;
    Ok(array)
}

/// Reads as many bytes as the first byte states.
async fn read_short<R: AsyncRead + Unpin>(from: &mut R) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; usize::from(from.read_u8().await?)];
    from.read_exact(&mut bytes).await?;
    Ok(bytes)
}
