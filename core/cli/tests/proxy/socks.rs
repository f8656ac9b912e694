//! A SOCKS5 client that follows RFC 1928 and RFC 1929 exactly.

use std::io::{Read, Write};
use std::net::{IpAddr, SocketAddr, TcpStream, UdpSocket};

use super::desk::{PATIENCE, Proxy};

pub(crate) const HOST_UNREACHABLE: u8 = 4;
pub(crate) const REFUSED: u8 = 5;

/// Connects to a host, which is an address or a name.
pub(crate) fn connected(proxy: &Proxy, host: &str, port: u16) -> TcpStream {
    let mut stream = proxy.connect("socks5");
    assert_eq!(greet(&mut stream, &[0]), [5, 0]);
    let (answer, _) = request(&mut stream, 1, host, port);
    assert_eq!(answer, 0, "{host}:{port}");
    stream
}

/// Sends a request that is refused, and returns the reply code.
pub(crate) fn refused(proxy: &Proxy, host: &str, port: u16) -> u8 {
    let mut stream = proxy.connect("socks5");
    greet(&mut stream, &[0]);
    let (answer, _) = request(&mut stream, 1, host, port);
    assert_eq!(stream.read(&mut [0]).unwrap(), 0, "it hangs up");
    answer
}

/// Returns the answer to an offer of methods.
pub(crate) fn methods(proxy: &Proxy, offered: &[u8]) -> [u8; 2] {
    greet(&mut proxy.connect("socks5"), offered)
}

/// Connects as a user; None if the password is wrong.
pub(crate) fn logged_in(proxy: &Proxy, user: &str, password: &str, host: &str, port: u16) -> Option<TcpStream> {
    let mut stream = proxy.connect("socks5");
    assert_eq!(greet(&mut stream, &[0, 2]), [5, 2]);
    let mut login = vec![1, user.len() as u8];
    login.extend_from_slice(user.as_bytes());
    login.push(password.len() as u8);
    login.extend_from_slice(password.as_bytes());
    stream.write_all(&login).unwrap();
    let mut verdict = [0; 2];
    stream.read_exact(&mut verdict).unwrap();
    if verdict != [1, 0] {
        assert_eq!(stream.read(&mut [0]).unwrap(), 0, "it hangs up");
        return None;
    }
    assert_eq!(request(&mut stream, 1, host, port).0, 0);
    Some(stream)
}

/// Makes an association. Returns the connection whose end ends it, and a socket for its datagrams.
pub(crate) fn associated(proxy: &Proxy) -> (TcpStream, UdpSocket) {
    let mut control = proxy.connect("socks5");
    greet(&mut control, &[0]);
    let (answer, to) = request(&mut control, 3, "0.0.0.0", 0);
    assert_eq!(answer, 0);
    let socket = UdpSocket::bind("127.0.0.1:0").unwrap();
    socket.set_read_timeout(Some(PATIENCE)).unwrap();
    socket.connect(to).unwrap();
    (control, socket)
}

pub(crate) fn send(socket: &UdpSocket, host: &str, port: u16, payload: &[u8]) {
    let mut datagram = vec![0; 3];
    put_address(&mut datagram, host, port);
    datagram.extend_from_slice(payload);
    socket.send(&datagram).unwrap();
}

/// Sends a datagram to a host that echoes it, and returns the answer.
pub(crate) fn exchange(socket: &UdpSocket, host: &str, port: u16, payload: &[u8]) -> (Vec<u8>, SocketAddr) {
    send(socket, host, port, payload);
    let mut buffer = [0; 2048];
    let len = socket.recv(&mut buffer).unwrap();
    assert_eq!(buffer[..3], [0; 3]);
    let mut rest = &buffer[3..len];
    let from = take_address(&mut rest);
    (rest.to_vec(), from)
}

fn greet(stream: &mut TcpStream, offered: &[u8]) -> [u8; 2] {
    stream.write_all(&[&[5, offered.len() as u8][..], offered].concat()).unwrap();
    let mut chosen = [0; 2];
    stream.read_exact(&mut chosen).unwrap();
    chosen
}

fn request(stream: &mut TcpStream, command: u8, host: &str, port: u16) -> (u8, SocketAddr) {
    let mut request = vec![5, command, 0];
    put_address(&mut request, host, port);
    stream.write_all(&request).unwrap();
    let mut head = [0; 3];
    stream.read_exact(&mut head).unwrap();
    assert_eq!((head[0], head[2]), (5, 0));
    (head[1], take_address(stream))
}

fn put_address(to: &mut Vec<u8>, host: &str, port: u16) {
    match host.parse() {
        Ok(IpAddr::V4(address)) => to.extend_from_slice(&[&[1][..], &address.octets()].concat()),
        Ok(IpAddr::V6(address)) => to.extend_from_slice(&[&[4][..], &address.octets()].concat()),
        Err(_) => to.extend_from_slice(&[&[3, host.len() as u8][..], host.as_bytes()].concat()),
    }
    to.extend_from_slice(&port.to_be_bytes());
}

fn take_address(from: &mut impl Read) -> SocketAddr {
    let mut kind = [0];
    from.read_exact(&mut kind).unwrap();
    let address: IpAddr = if kind == [1] {
        let mut address = [0; 4];
        from.read_exact(&mut address).unwrap();
        address.into()
    } else {
        let mut address = [0; 16];
        from.read_exact(&mut address).unwrap();
        address.into()
    };
    let mut port = [0; 2];
    from.read_exact(&mut port).unwrap();
    SocketAddr::new(address, u16::from_be_bytes(port))
}
