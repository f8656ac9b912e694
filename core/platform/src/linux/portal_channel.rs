//! The channel to a captive portal as a Unix socket that carries sockets (`SCM_RIGHTS`, unix(7)).

use std::fs;
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::{Duration, Instant};

use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer, SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};

use super::control_socket::{self, Stream};
use crate::control_socket::{Trust, UntrustedSocket};
use crate::portal_channel::LONGEST;

/// One end of the channel.
#[derive(Debug)]
pub struct Channel(UnixStream);

impl Channel {
    /// Makes a channel of a connection that the service has accepted.
    pub fn of(stream: Stream) -> io::Result<Self> {
        let stream = stream.into_std()?;
        stream.set_nonblocking(false)?;
        Ok(Self(stream))
    }

    /// Connects to the service at `path` after verifying that a trusted user listens there.
    pub fn connect(path: &Path, trust: Trust) -> Result<Self, UntrustedSocket> {
        control_socket::connect_trusted(path, trust).map(Self)
    }

    /// Waits for a message, and returns it without the end of the line, with the socket that came with it. None if the other end
    /// has gone.
    ///
    /// # Errors
    /// `InvalidData` if it is no message; else what the system says.
    pub fn receive(&self) -> io::Result<Option<(String, Option<TcpStream>)>> {
        self.receive_before(None)
    }

    /// Waits for a message for at most `limit`, however many of its bytes have arrived.
    ///
    /// # Errors
    /// As [`Self::receive`]; `WouldBlock` or `TimedOut` if the message is not complete in time.
    pub fn receive_within(&self, limit: Duration) -> io::Result<Option<String>> {
        let message = self.receive_before(Some(Instant::now() + limit));
        self.0.set_read_timeout(None)?;
        Ok(message?.map(|(text, _)| text))
    }

    fn receive_before(&self, end: Option<Instant>) -> io::Result<Option<(String, Option<TcpStream>)>> {
        let invalid = || io::Error::new(io::ErrorKind::InvalidData, "this is no message of a portal's channel");
        let mut bytes = [0; LONGEST];
        let mut length = 0;
        let mut socket = None;
        loop {
            let room = bytes.get_mut(length..).filter(|room| !room.is_empty()).ok_or_else(invalid)?;
            if let Some(end) = end {
                let left = end.saturating_duration_since(Instant::now());
                if left.is_zero() {
                    return Err(io::ErrorKind::TimedOut.into());
                }
                self.0.set_read_timeout(Some(left))?;
            }
            let count = self.receive_part(room, &mut socket)?;
            if count == 0 {
                return Ok(None);
            }
            length += count;
            let Some(line) = bytes.get(..length).and_then(|got| got.strip_suffix(b"\n")) else { continue };
            let text = std::str::from_utf8(line).ok().filter(|text| !text.contains('\n')).ok_or_else(invalid)?;
            return Ok(Some((text.to_owned(), socket)));
        }
    }

    fn receive_part(&self, room: &mut [u8], socket: &mut Option<TcpStream>) -> io::Result<usize> {
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = RecvAncillaryBuffer::new(&mut space);
        let received = loop {
            match recvmsg(&self.0, &mut [IoSliceMut::new(room)], &mut control, RecvFlags::CMSG_CLOEXEC) {
                Err(rustix::io::Errno::INTR) => {}
                received => break received?,
            }
        };
        for message in control.drain() {
            if let RecvAncillaryMessage::ScmRights(descriptors) = message {
                let descriptors: Vec<OwnedFd> = descriptors.collect();
                *socket = descriptors.into_iter().next().map(TcpStream::from);
            }
        }
        Ok(received.bytes)
    }

    /// Sends a message, and with it a socket, which the other end then has too.
    pub fn send(&self, line: &str, socket: Option<&TcpStream>) -> io::Result<()> {
        let text = format!("{line}\n");
        if text.len() > LONGEST || line.contains('\n') {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "this is no message for a portal's channel"));
        }
        let descriptors: Vec<_> = socket.iter().map(|socket| socket.as_fd()).collect();
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut control = SendAncillaryBuffer::new(&mut space);
        if !descriptors.is_empty() {
            control.push(SendAncillaryMessage::ScmRights(&descriptors));
        }
        // A short message is sent as a whole.
        sendmsg(&self.0, &[IoSlice::new(text.as_bytes())], &mut control, SendFlags::NOSIGNAL)?;
        Ok(())
    }

    /// Ends the channel: the other end, and a call of this end that waits, find it closed.
    pub fn close(&self) -> io::Result<()> {
        self.0.shutdown(Shutdown::Both)
    }
}

/// The state of a connection that both ends have open (`TCP_ESTABLISHED` of the kernel). In other states a socket may have lost its
/// owner, and the table then says root.
const ESTABLISHED: &str = "01";

/// Returns true if the socket with the address `program`, connected to `here` on this computer over IPv4, belongs to the user of
/// this process.
pub fn is_of_this_user(program: SocketAddr, here: SocketAddr) -> io::Result<bool> {
    let (SocketAddr::V4(program), SocketAddr::V4(here)) = (program, here) else { return Ok(false) };
    let text = |address: std::net::SocketAddrV4| {
        let number = u32::from_ne_bytes(address.ip().octets());
        format!("{number:08X}:{:04X}", address.port())
    };
    let (program, here) = (text(program), text(here));
    let own = rustix::process::geteuid().as_raw();
    let table = fs::read_to_string("/proc/net/tcp")?;
    Ok(table.lines().any(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let is_it = words.get(1) == Some(&program.as_str()) && words.get(2) == Some(&here.as_str());
        let is_open = words.get(3) == Some(&ESTABLISHED);
        is_it && is_open && words.get(7).and_then(|uid| uid.parse().ok()) == Some(own)
    }))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;

    use super::*;

    fn pair() -> (Channel, Channel) {
        let (one, other) = UnixStream::pair().unwrap();
        (Channel(one), Channel(other))
    }

    #[test]
    fn a_socket_arrives_with_its_message_and_works() {
        let (service, program) = pair();
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let socket = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        program.send("connect portal.example 80 0", None).unwrap();
        assert_eq!(service.receive().unwrap().unwrap().0, "connect portal.example 80 0");
        service.send("ok", Some(&socket)).unwrap();
        drop(socket);
        let (answer, socket) = program.receive().unwrap().unwrap();
        assert_eq!(answer, "ok");
        socket.unwrap().write_all(b"hello").unwrap();
        let mut heard = String::new();
        listener.accept().unwrap().0.read_to_string(&mut heard).unwrap();
        assert_eq!(heard, "hello");
        service.close().unwrap();
        assert!(program.receive().unwrap().is_none());
    }

    #[test]
    fn an_end_that_sends_no_message_is_refused() {
        for bytes in [&b"\xff\n"[..], b"one\ntwo\n", &[b'x'; LONGEST]] {
            let (service, program) = pair();
            (&program.0).write_all(bytes).unwrap();
            assert_eq!(service.receive().unwrap_err().kind(), io::ErrorKind::InvalidData, "{bytes:?}");
        }
        let (_service, program) = pair();
        assert!(program.send(&"x".repeat(LONGEST), None).is_err());
        assert!(program.send("one\ntwo", None).is_err());
    }

    #[test]
    fn a_message_that_arrives_byte_by_byte_is_not_waited_for_any_longer() {
        let (service, program) = pair();
        let writer = std::thread::spawn(move || {
            let is_taken = |_: &usize| (&program.0).write_all(b"x").is_ok();
            (0..LONGEST).take_while(is_taken).for_each(|_| std::thread::sleep(Duration::from_millis(5)));
        });
        let error = service.receive_within(Duration::from_millis(50)).unwrap_err();
        assert!(matches!(error.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::TimedOut), "{error}");
        drop(service);
        writer.join().unwrap();
    }

    #[test]
    fn the_owner_of_a_connection_on_this_computer_is_found() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let program = TcpStream::connect(listener.local_addr().unwrap()).unwrap();
        let here = program.peer_addr().unwrap();
        assert!(is_of_this_user(program.local_addr().unwrap(), here).unwrap());
        assert!(!is_of_this_user("127.0.0.1:1".parse().unwrap(), here).unwrap());
        assert!(!is_of_this_user("[::1]:1".parse().unwrap(), here).unwrap());
    }

    #[test]
    fn a_connection_that_its_program_has_closed_belongs_to_nobody() {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let here = listener.local_addr().unwrap();
        let program = TcpStream::connect(here).unwrap();
        let theirs = program.local_addr().unwrap();
        let (_accepted, _) = listener.accept().unwrap();
        drop(program);
        assert!(!is_of_this_user(theirs, here).unwrap());
    }
}
