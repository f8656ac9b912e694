//! Questions to the kernel's routing netlink and its answers: one blocking socket, one request at a time.

use std::io;

use netlink_packet_core::{
    NLM_F_ACK, NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_REQUEST, NetlinkBuffer, NetlinkHeader, NetlinkMessage, NetlinkPayload,
};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_sys::protocols::NETLINK_ROUTE;
use netlink_sys::{Socket, SocketAddr};

/// The kernel never builds a longer run of messages (`NLMSG_GOODSIZE` grows to the reader's buffer, at most this).
const BUFFER: usize = 64 * 1024;

/// A dump that others change while it is read is asked for again, this many times.
const DUMP_ATTEMPTS: usize = 8;

/// The origin that our routes and rules carry, so that they can be told from others'. Numbers from 4 up mean nothing to
/// the kernel; this one is in none of the lists of iproute2.
pub(super) const PROTOCOL: u8 = 173;

/// A connection to the kernel, in the network namespace of the thread that opened it.
pub(super) struct Netlink {
    socket: Socket,
    sequence: u32,
    buffer: Vec<u8>,
}

impl Netlink {
    pub(super) fn open() -> io::Result<Self> {
        let mut socket = Socket::new(NETLINK_ROUTE)?;
        socket.bind_auto()?;
        socket.connect(&SocketAddr::new(0, 0))?;
        Ok(Self { socket, sequence: 0, buffer: Vec::with_capacity(BUFFER) })
    }

    /// Asks for everything of a kind. Messages that the codec cannot read are left out.
    pub(super) fn dump(&mut self, request: RouteNetlinkMessage) -> io::Result<Vec<RouteNetlinkMessage>> {
        for _ in 0..DUMP_ATTEMPTS {
            let (answers, interrupted) = self.exchange(request.clone(), NLM_F_DUMP)?;
            if !interrupted {
                return Ok(answers);
            }
        }
        Err(io::Error::new(io::ErrorKind::Interrupted, "the network changes faster than it can be read"))
    }

    /// Asks for one thing, or for one change (`flags`: `NLM_F_CREATE` and so on).
    pub(super) fn request(&mut self, request: RouteNetlinkMessage, flags: u16) -> io::Result<Option<RouteNetlinkMessage>> {
        let (mut answers, _) = self.exchange(request, flags | NLM_F_ACK)?;
        Ok(answers.pop())
    }

    fn exchange(&mut self, request: RouteNetlinkMessage, flags: u16) -> io::Result<(Vec<RouteNetlinkMessage>, bool)> {
        self.sequence += 1;
        let mut header = NetlinkHeader::default();
        header.flags = NLM_F_REQUEST | flags;
        header.sequence_number = self.sequence;
        let mut message = NetlinkMessage::new(header, NetlinkPayload::from(request));
        message.finalize();
        let mut bytes = vec![0; message.buffer_len()];
        message.serialize(&mut bytes);
        self.socket.send(&bytes, 0)?;

        let (mut answers, mut interrupted) = (Vec::new(), false);
        loop {
            self.buffer.clear();
            self.socket.recv(&mut self.buffer, 0)?;
            for message in messages(&self.buffer) {
                let (header, payload) = message?;
                if header.sequence_number != self.sequence {
                    continue;
                }
                interrupted |= header.flags & NLM_F_DUMP_INTR != 0;
                match payload {
                    Some(NetlinkPayload::InnerMessage(answer)) => answers.push(answer),
                    Some(NetlinkPayload::Error(error)) => {
                        return if error.code.is_none() { Ok((answers, interrupted)) } else { Err(error.to_io()) };
                    }
                    Some(NetlinkPayload::Done(done)) => {
                        return if done.code == 0 {
                            Ok((answers, interrupted))
                        } else {
                            Err(io::Error::from_raw_os_error(-done.code))
                        };
                    }
                    Some(_) | None => {}
                }
            }
        }
    }
}

type Message = (NetlinkHeader, Option<NetlinkPayload<RouteNetlinkMessage>>);

/// Cuts what one `recv` brought into messages. `None` stands for one that the codec cannot read.
pub(super) fn messages(mut bytes: &[u8]) -> impl Iterator<Item = io::Result<Message>> {
    std::iter::from_fn(move || {
        if bytes.is_empty() {
            return None;
        }
        let length = match NetlinkBuffer::new_checked(bytes) {
            Ok(buffer) => buffer.length() as usize,
            Err(error) => {
                bytes = &[];
                return Some(Err(io::Error::new(io::ErrorKind::InvalidData, error.to_string())));
            }
        };
        let (message, rest) = bytes.split_at_checked(length).unwrap_or((bytes, &[]));
        let padding = length.next_multiple_of(4) - length;
        bytes = rest.get(padding..).unwrap_or(&[]);
        Some(parse(message))
    })
}

fn parse(bytes: &[u8]) -> io::Result<Message> {
    match NetlinkMessage::deserialize(bytes) {
        Ok(message) => {
            let (header, payload) = message.into_parts();
            Ok((header, Some(payload)))
        }
        Err(error) => {
            tracing::debug!(%error, "netlink message not understood");
            let buffer = NetlinkBuffer::new_checked(bytes)
                .map_err(|error| io::Error::new(io::ErrorKind::InvalidData, error.to_string()))?;
            let mut header = NetlinkHeader::default();
            header.flags = buffer.flags();
            header.sequence_number = buffer.sequence_number();
            Ok((header, None))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn any_bytes_are_cut_without_a_panic_and_come_to_an_end(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            let count = messages(&bytes).count();
            prop_assert!(count <= bytes.len() / 16 + 1);
        }

        #[test]
        fn headers_that_lie_about_their_length_do_no_harm(length in any::<u32>(), kind in 0_u16..120, rest in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut bytes = length.to_ne_bytes().to_vec();
            bytes.extend(kind.to_ne_bytes());
            bytes.extend([0; 10]);
            bytes.extend(rest);
            let _ = messages(&bytes).count();
        }
    }
}
