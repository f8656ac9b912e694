//! A connection to the kernel over netlink: one blocking socket, one request at a time.
//!
//! The messages and their codecs are those of `netlink-packet-route`, unless another family is named. Only the exchange is our own, because `rtnetlink` needs an
//! async runtime and this code blocks.

use std::io;
use std::marker::PhantomData;

use netlink_packet_core::{
    NLM_F_ACK, NLM_F_DUMP, NLM_F_DUMP_INTR, NLM_F_REQUEST, NetlinkBuffer, NetlinkDeserializable, NetlinkHeader, NetlinkMessage,
    NetlinkPayload, NetlinkSerializable,
};
use netlink_packet_route::RouteNetlinkMessage;
use netlink_sys::protocols::NETLINK_ROUTE;
use netlink_sys::{Socket, SocketAddr};

/// Buffer for a receive, bytes. The kernel never sends more at once (`NLMSG_GOODSIZE` grows with the reader's buffer, at most to
/// this).
const BUFFER: usize = 64 * 1024;

/// The most repetitions of a dump because other programs changed the data while it was read.
const DUMP_ATTEMPTS: usize = 8;

/// The origin (`rtm_protocol`) of Adit's routes and rules, which tells them from others'. Numbers from 4 up have no meaning for
/// the kernel; iproute2 lists no name for this one.
pub(super) const PROTOCOL: u8 = 173;

/// A connection to the kernel, in the network namespace of the thread that opened it, for messages `M`.
pub(super) struct Netlink<M = RouteNetlinkMessage> {
    socket: Socket,
    sequence: u32,
    buffer: Vec<u8>,
    messages: PhantomData<fn() -> M>,
}

impl Netlink {
    pub(super) fn open() -> io::Result<Self> {
        Self::of_protocol(NETLINK_ROUTE)
    }
}

impl<M: NetlinkSerializable + NetlinkDeserializable + Clone> Netlink<M> {
    /// Opens a connection of a netlink `protocol` whose messages are `M`.
    pub(super) fn of_protocol(protocol: isize) -> io::Result<Self> {
        let mut socket = Socket::new(protocol)?;
        socket.bind_auto()?;
        socket.connect(&SocketAddr::new(0, 0))?;
        Ok(Self { socket, sequence: 0, buffer: Vec::with_capacity(BUFFER), messages: PhantomData })
    }

    /// Requests all objects of a kind. Messages that the codec cannot parse are left out.
    pub(super) fn dump(&mut self, request: M) -> io::Result<Vec<M>> {
        for _ in 0..DUMP_ATTEMPTS {
            let (answers, interrupted) = self.exchange(request.clone(), NLM_F_DUMP)?;
            if !interrupted {
                return Ok(answers);
            }
        }
        Err(io::Error::new(io::ErrorKind::Interrupted, "the network changes faster than it can be read"))
    }

    /// Requests one object, or one change (`flags`: `NLM_F_CREATE` and so on).
    pub(super) fn request(&mut self, request: M, flags: u16) -> io::Result<Option<M>> {
        let (mut answers, _) = self.exchange(request, flags | NLM_F_ACK)?;
        Ok(answers.pop())
    }

    fn exchange(&mut self, request: M, flags: u16) -> io::Result<(Vec<M>, bool)> {
        self.sequence += 1;
        let mut header = NetlinkHeader::default();
        header.flags = NLM_F_REQUEST | flags;
        header.sequence_number = self.sequence;
        let mut message = NetlinkMessage::new(header, NetlinkPayload::InnerMessage(request));
        message.finalize();
        let mut bytes = vec![0; message.buffer_len()];
        message.serialize(&mut bytes);
        self.socket.send(&bytes, 0)?;

        let (mut answers, mut interrupted) = (Vec::new(), false);
        loop {
            self.buffer.clear();
            self.socket.recv(&mut self.buffer, 0)?;
            for message in messages::<M>(&self.buffer) {
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

type Message<M> = (NetlinkHeader, Option<NetlinkPayload<M>>);

/// Splits the bytes of one `recv` into messages. `None` stands for a message that the codec cannot parse.
pub(super) fn messages<M: NetlinkDeserializable>(mut bytes: &[u8]) -> impl Iterator<Item = io::Result<Message<M>>> {
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

fn parse<M: NetlinkDeserializable>(bytes: &[u8]) -> io::Result<Message<M>> {
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
            let count = messages::<RouteNetlinkMessage>(&bytes).count();
            prop_assert!(count <= bytes.len() / 16 + 1);
        }

        #[test]
        fn headers_that_lie_about_their_length_do_no_harm(length in any::<u32>(), kind in 0_u16..120, rest in proptest::collection::vec(any::<u8>(), 0..200)) {
            let mut bytes = length.to_ne_bytes().to_vec();
            bytes.extend(kind.to_ne_bytes());
            bytes.extend([0; 10]);
            bytes.extend(rest);
            let _ = messages::<RouteNetlinkMessage>(&bytes).count();
        }
    }
}
