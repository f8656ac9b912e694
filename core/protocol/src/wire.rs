//! The layout of the four messages on the wire (whitepaper section 5.4), without their meaning.
//!
//! A message borrows the datagram that it came in, so that decryption can happen in place; a new message is written over a
//! caller's array. All numbers are little-endian. Three reserved zero bytes follow the message type, so the type is read as one
//! 32-bit number.

use crate::Dropped;

/// Bytes of an initiation, type 1.
pub const INITIATION_SIZE: usize = 148;
/// Bytes of a response, type 2.
pub const RESPONSE_SIZE: usize = 92;
/// Bytes of a cookie reply, type 3.
pub const COOKIE_REPLY_SIZE: usize = 64;
/// Bytes of a data message, type 4, before its ciphertext.
pub const DATA_HEADER_SIZE: usize = 16;
/// Bytes of an authentication tag.
pub const TAG_SIZE: usize = 16;
/// Bytes that a data message adds to its payload; also the size of the smallest one, a keepalive.
pub const DATA_OVERHEAD: usize = DATA_HEADER_SIZE + TAG_SIZE;
/// Bytes of mac1 or mac2, which both end a handshake message.
pub const MAC_SIZE: usize = 16;

const INITIATION: u32 = 1;
const RESPONSE: u32 = 2;
const COOKIE_REPLY: u32 = 3;
const DATA: u32 = 4;

/// The type that a datagram claims, as far as the data path needs it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// An encrypted packet, at least [`DATA_OVERHEAD`] bytes.
    Data {
        /// Index of its session, chosen by us.
        receiver: u32,
    },
    /// One of the three messages of a handshake, with the right size.
    Handshake,
}

/// Tells data from handshake messages without borrowing the datagram mutably.
///
/// # Errors
/// The errors of [`Message::parse`].
pub fn kind(datagram: &[u8]) -> Result<Kind, Dropped> {
    let of_size = |size| if datagram.len() == size { Ok(Kind::Handshake) } else { Err(Dropped::MessageLength) };
    match datagram.first_chunk().copied().map(u32::from_le_bytes).ok_or(Dropped::MessageType)? {
        INITIATION => of_size(INITIATION_SIZE),
        RESPONSE => of_size(RESPONSE_SIZE),
        COOKIE_REPLY => of_size(COOKIE_REPLY_SIZE),
        DATA if datagram.len() < DATA_OVERHEAD => Err(Dropped::MessageLength),
        DATA => Ok(Kind::Data { receiver: u32::from_le_bytes([datagram[4], datagram[5], datagram[6], datagram[7]]) }),
        _ => Err(Dropped::MessageType),
    }
}

/// A datagram that has the type and the length of a WireGuard message. Nothing in it is authenticated.
#[derive(Debug)]
pub enum Message<'a> {
    /// First message of a handshake.
    Initiation(Initiation<'a>),
    /// Second message of a handshake.
    Response(Response<'a>),
    /// The answer of a responder under load.
    CookieReply(CookieReply<'a>),
    /// An encrypted packet.
    Data(Data<'a>),
}

impl<'a> Message<'a> {
    /// Parses a datagram by type and length.
    ///
    /// # Errors
    /// [`Dropped::MessageType`] or [`Dropped::MessageLength`].
    pub fn parse(datagram: &'a mut [u8]) -> Result<Self, Dropped> {
        let kind = datagram.first_chunk().copied().map(u32::from_le_bytes).ok_or(Dropped::MessageType)?;
        match kind {
            INITIATION => Ok(Self::Initiation(Initiation(exactly(datagram)?))),
            RESPONSE => Ok(Self::Response(Response(exactly(datagram)?))),
            COOKIE_REPLY => Ok(Self::CookieReply(CookieReply(exactly(datagram)?))),
            DATA if datagram.len() >= DATA_OVERHEAD => {
                let (header, ciphertext) = datagram.split_first_chunk_mut().ok_or(Dropped::MessageLength)?;
                Ok(Self::Data(Data { header, ciphertext }))
            }
            DATA => Err(Dropped::MessageLength),
            _ => Err(Dropped::MessageType),
        }
    }
}

/// Handshake initiation (section 5.4.2).
#[derive(Debug)]
pub struct Initiation<'a>(&'a mut [u8; INITIATION_SIZE]);

impl<'a> Initiation<'a> {
    /// Creates a message in `buffer`: type and `sender` index set, all else zero.
    pub fn new(buffer: &'a mut [u8; INITIATION_SIZE], sender: u32) -> Self {
        *buffer = [0; INITIATION_SIZE];
        put::<0, 4, INITIATION_SIZE>(buffer, INITIATION.to_le_bytes());
        put::<4, 4, INITIATION_SIZE>(buffer, sender.to_le_bytes());
        Self(buffer)
    }

    /// Returns the index that the initiator chose for this handshake.
    pub fn sender(&self) -> u32 {
        u32::from_le_bytes(*get::<4, 4, INITIATION_SIZE>(self.0))
    }

    /// Returns the initiator's ephemeral key, which is not encrypted.
    pub fn ephemeral(&mut self) -> &mut [u8; 32] {
        get_mut::<8, 32, INITIATION_SIZE>(self.0)
    }

    /// Returns the initiator's encrypted static key: 32 bytes and the tag.
    pub fn encrypted_static(&mut self) -> &mut [u8; 48] {
        get_mut::<40, 48, INITIATION_SIZE>(self.0)
    }

    /// Returns the initiator's encrypted timestamp: 12 bytes and the tag.
    pub fn encrypted_timestamp(&mut self) -> &mut [u8; 28] {
        get_mut::<88, 28, INITIATION_SIZE>(self.0)
    }

    /// Returns mac1 as received.
    pub fn mac1(&self) -> &[u8; MAC_SIZE] {
        get::<116, MAC_SIZE, INITIATION_SIZE>(self.0)
    }

    /// Returns mac2 as received.
    pub fn mac2(&self) -> &[u8; MAC_SIZE] {
        get::<132, MAC_SIZE, INITIATION_SIZE>(self.0)
    }

    /// Returns the whole message.
    pub fn bytes(&mut self) -> &mut [u8; INITIATION_SIZE] {
        self.0
    }
}

/// Handshake response (section 5.4.3).
#[derive(Debug)]
pub struct Response<'a>(&'a mut [u8; RESPONSE_SIZE]);

impl<'a> Response<'a> {
    /// Creates a message in `buffer`: type and both indices set, all else zero.
    pub fn new(buffer: &'a mut [u8; RESPONSE_SIZE], sender: u32, receiver: u32) -> Self {
        *buffer = [0; RESPONSE_SIZE];
        put::<0, 4, RESPONSE_SIZE>(buffer, RESPONSE.to_le_bytes());
        put::<4, 4, RESPONSE_SIZE>(buffer, sender.to_le_bytes());
        put::<8, 4, RESPONSE_SIZE>(buffer, receiver.to_le_bytes());
        Self(buffer)
    }

    /// Returns the index that the responder chose.
    pub fn sender(&self) -> u32 {
        u32::from_le_bytes(*get::<4, 4, RESPONSE_SIZE>(self.0))
    }

    /// Returns the index that the initiator chose.
    pub fn receiver(&self) -> u32 {
        u32::from_le_bytes(*get::<8, 4, RESPONSE_SIZE>(self.0))
    }

    /// Returns the responder's ephemeral key, which is not encrypted.
    pub fn ephemeral(&mut self) -> &mut [u8; 32] {
        get_mut::<12, 32, RESPONSE_SIZE>(self.0)
    }

    /// Returns the encrypted empty payload: the tag alone.
    pub fn encrypted_nothing(&mut self) -> &mut [u8; TAG_SIZE] {
        get_mut::<44, TAG_SIZE, RESPONSE_SIZE>(self.0)
    }

    /// Returns mac1 as received.
    pub fn mac1(&self) -> &[u8; MAC_SIZE] {
        get::<60, MAC_SIZE, RESPONSE_SIZE>(self.0)
    }

    /// Returns mac2 as received.
    pub fn mac2(&self) -> &[u8; MAC_SIZE] {
        get::<76, MAC_SIZE, RESPONSE_SIZE>(self.0)
    }

    /// Returns the whole message.
    pub fn bytes(&mut self) -> &mut [u8; RESPONSE_SIZE] {
        self.0
    }
}

/// Cookie reply (section 5.4.7).
#[derive(Debug)]
pub struct CookieReply<'a>(&'a mut [u8; COOKIE_REPLY_SIZE]);

impl<'a> CookieReply<'a> {
    /// Creates a message in `buffer`: type and index set, all else zero.
    pub fn new(buffer: &'a mut [u8; COOKIE_REPLY_SIZE], receiver: u32) -> Self {
        *buffer = [0; COOKIE_REPLY_SIZE];
        put::<0, 4, COOKIE_REPLY_SIZE>(buffer, COOKIE_REPLY.to_le_bytes());
        put::<4, 4, COOKIE_REPLY_SIZE>(buffer, receiver.to_le_bytes());
        Self(buffer)
    }

    /// Returns the sender index of the message that this one answers.
    pub fn receiver(&self) -> u32 {
        u32::from_le_bytes(*get::<4, 4, COOKIE_REPLY_SIZE>(self.0))
    }

    /// Returns the nonce of the encrypted cookie.
    pub fn nonce(&mut self) -> &mut [u8; 24] {
        get_mut::<8, 24, COOKIE_REPLY_SIZE>(self.0)
    }

    /// Returns the encrypted cookie: 16 bytes and the tag.
    pub fn encrypted_cookie(&mut self) -> &mut [u8; 32] {
        get_mut::<32, 32, COOKIE_REPLY_SIZE>(self.0)
    }

    /// Returns the whole message.
    pub fn bytes(&self) -> &[u8; COOKIE_REPLY_SIZE] {
        self.0
    }
}

/// Transport data (section 5.4.6).
#[derive(Debug)]
pub struct Data<'a> {
    header: &'a mut [u8; DATA_HEADER_SIZE],
    /// Ciphertext and tag: at least [`TAG_SIZE`] bytes, decrypted in place.
    pub ciphertext: &'a mut [u8],
}

impl Data<'_> {
    /// Returns the sixteen bytes before the ciphertext of a data message.
    pub fn header(receiver: u32, counter: u64) -> [u8; DATA_HEADER_SIZE] {
        let mut header = [0; DATA_HEADER_SIZE];
        put::<0, 4, DATA_HEADER_SIZE>(&mut header, DATA.to_le_bytes());
        put::<4, 4, DATA_HEADER_SIZE>(&mut header, receiver.to_le_bytes());
        put::<8, 8, DATA_HEADER_SIZE>(&mut header, counter.to_le_bytes());
        header
    }

    /// Returns the index of the message's session, chosen by its receiver.
    pub fn receiver(&self) -> u32 {
        u32::from_le_bytes(*get::<4, 4, DATA_HEADER_SIZE>(self.header))
    }

    /// Returns the message's counter in its session, which is also its nonce.
    pub fn counter(&self) -> u64 {
        u64::from_le_bytes(*get::<8, 8, DATA_HEADER_SIZE>(self.header))
    }
}

fn exactly<const SIZE: usize>(datagram: &mut [u8]) -> Result<&mut [u8; SIZE], Dropped> {
    datagram.try_into().map_err(|_| Dropped::MessageLength)
}

/// Returns the field of `LEN` bytes at `AT`; the compiler checks that it lies inside the message.
fn get<const AT: usize, const LEN: usize, const SIZE: usize>(message: &[u8; SIZE]) -> &[u8; LEN] {
    const { assert!(AT + LEN <= SIZE) };
    message[AT..].first_chunk().expect("checked above")
}

fn get_mut<const AT: usize, const LEN: usize, const SIZE: usize>(message: &mut [u8; SIZE]) -> &mut [u8; LEN] {
    const { assert!(AT + LEN <= SIZE) };
    message[AT..].first_chunk_mut().expect("checked above")
}

fn put<const AT: usize, const LEN: usize, const SIZE: usize>(message: &mut [u8; SIZE], value: [u8; LEN]) {
    *get_mut::<AT, LEN, SIZE>(message) = value;
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn p1_only_the_four_sizes_are_messages() {
        for kind in 1..=4_u8 {
            for length in 0..=200 {
                let mut datagram = vec![0; length];
                if let Some(first) = datagram.first_mut() {
                    *first = kind;
                }
                let whole = match kind {
                    1 => length == 148,
                    2 => length == 92,
                    3 => length == 64,
                    _ => length >= 32,
                };
                let expected =
                    if whole { None } else { Some(if length < 4 { Dropped::MessageType } else { Dropped::MessageLength }) };
                assert_eq!(Message::parse(&mut datagram).err(), expected, "type {kind}, {length} bytes");
            }
        }
    }

    #[test]
    fn p2_each_reserved_byte_must_be_zero() {
        for (kind, length) in [(1, 148), (2, 92), (3, 64), (4, 32)] {
            for reserved in 1..4 {
                for bit in 0..8 {
                    let mut datagram = vec![0; length];
                    datagram[0] = kind;
                    datagram[reserved] = 1 << bit;
                    assert_eq!(Message::parse(&mut datagram).err(), Some(Dropped::MessageType));
                }
            }
        }
    }

    #[test]
    fn p3_the_other_252_types_are_no_messages() {
        for kind in (0..=255).filter(|kind| !(1..=4).contains(kind)) {
            for length in [32, 64, 92, 148, 1_500] {
                let mut datagram = vec![kind; 1];
                datagram.resize(length, 0);
                assert_eq!(Message::parse(&mut datagram).err(), Some(Dropped::MessageType), "type {kind}");
            }
        }
    }

    #[test]
    fn fields_lie_where_the_whitepaper_puts_them() {
        let mut datagram: Vec<u8> = (0..148).collect();
        datagram[..4].copy_from_slice(&[1, 0, 0, 0]);
        let Ok(Message::Initiation(mut initiation)) = Message::parse(&mut datagram) else { panic!("an initiation") };
        assert_eq!(initiation.sender(), 0x0706_0504);
        assert_eq!((initiation.ephemeral()[0], initiation.ephemeral()[31]), (8, 39));
        assert_eq!((initiation.encrypted_static()[0], initiation.encrypted_static()[47]), (40, 87));
        assert_eq!((initiation.encrypted_timestamp()[0], initiation.encrypted_timestamp()[27]), (88, 115));
        assert_eq!((initiation.mac1()[0], initiation.mac2()[0], initiation.mac2()[15]), (116, 132, 147));

        datagram[0] = 2;
        let Ok(Message::Response(mut response)) = Message::parse(&mut datagram[..92]) else { panic!("a response") };
        assert_eq!((response.sender(), response.receiver()), (0x0706_0504, 0x0b0a_0908));
        assert_eq!((response.ephemeral()[0], response.encrypted_nothing()[0]), (12, 44));
        assert_eq!((response.mac1()[0], response.mac2()[0], response.mac2()[15]), (60, 76, 91));

        datagram[0] = 3;
        let Ok(Message::CookieReply(mut reply)) = Message::parse(&mut datagram[..64]) else { panic!("a cookie reply") };
        assert_eq!((reply.receiver(), reply.nonce()[0], reply.encrypted_cookie()[31]), (0x0706_0504, 8, 63));

        datagram[0] = 4;
        let Ok(Message::Data(data)) = Message::parse(&mut datagram[..40]) else { panic!("data") };
        assert_eq!((data.receiver(), data.counter()), (0x0706_0504, 0x0f0e_0d0c_0b0a_0908));
        assert_eq!((data.ciphertext[0], data.ciphertext.len()), (16, 24));
    }

    #[test]
    fn written_values_are_read_back() {
        let mut buffer = [0xff; INITIATION_SIZE];
        Initiation::new(&mut buffer, 7).ephemeral()[0] = 9;
        let Ok(Message::Initiation(mut initiation)) = Message::parse(&mut buffer) else { panic!("an initiation") };
        assert_eq!((initiation.sender(), initiation.ephemeral()[0], *initiation.mac2()), (7, 9, [0; 16]));

        let mut buffer = [0xff; RESPONSE_SIZE];
        Response::new(&mut buffer, 1, 2);
        let Ok(Message::Response(response)) = Message::parse(&mut buffer) else { panic!("a response") };
        assert_eq!((response.sender(), response.receiver()), (1, 2));

        let mut buffer = Data::header(3, u64::MAX - 1).to_vec();
        buffer.extend([0; TAG_SIZE]);
        let Ok(Message::Data(data)) = Message::parse(&mut buffer) else { panic!("data") };
        assert_eq!((data.receiver(), data.counter()), (3, u64::MAX - 1));
    }

    proptest! {
        #[test]
        fn p4_no_datagram_makes_the_parser_panic(mut datagram in prop::collection::vec(any::<u8>(), 0..300), kind in 0_u8..6) {
            if let Some(first) = datagram.first_chunk_mut() {
                *first = [kind, 0, 0, 0];
            }
            let _ = Message::parse(&mut datagram);
        }
    }
}
