//! Messages of generic netlink (`linux/genetlink.h`), and the numbers that the kernel assigns to families at run time.

use std::io;

use netlink_packet_core::{DecodeError, NetlinkDeserializable, NetlinkHeader, NetlinkSerializable, NlasIterator};
use netlink_sys::protocols::NETLINK_GENERIC;

use super::super::netlink::Netlink;

/// The family that knows all families, and its command and attributes.
const CONTROLLER: u16 = 16;
const GET_FAMILY: u8 = 3;
const FAMILY_ID: u16 = 1;
const FAMILY_NAME: u16 = 2;
const MULTICAST_GROUPS: u16 = 7;
const GROUP_NAME: u16 = 1;
const GROUP_ID: u16 = 2;

/// `struct genlmsghdr`: command, version, two reserved bytes.
const HEADER: usize = 4;

/// `struct nlattr`: length and kind.
const ATTRIBUTE_HEADER: usize = 4;

/// A message of one family.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Message {
    /// The number of the family.
    pub family: u16,
    /// The command.
    pub command: u8,
    /// The attributes, as they are on the wire.
    pub attributes: Vec<u8>,
}

impl NetlinkSerializable for Message {
    fn message_type(&self) -> u16 {
        self.family
    }

    fn buffer_len(&self) -> usize {
        HEADER + self.attributes.len()
    }

    fn serialize(&self, buffer: &mut [u8]) {
        buffer[..HEADER].copy_from_slice(&[self.command, 1, 0, 0]);
        buffer[HEADER..].copy_from_slice(&self.attributes);
    }
}

impl NetlinkDeserializable for Message {
    type Error = DecodeError;

    fn deserialize(header: &NetlinkHeader, payload: &[u8]) -> Result<Self, DecodeError> {
        let (&[command, ..], attributes) =
            payload.split_first_chunk::<HEADER>().ok_or_else(|| DecodeError::from("a message without a header"))?;
        Ok(Self { family: header.message_type, command, attributes: attributes.to_vec() })
    }
}

/// A family that the running kernel has.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Family {
    /// Its number.
    pub id: u16,
    /// Its multicast groups: name and number.
    pub groups: Vec<(String, u32)>,
}

/// A connection for generic netlink.
pub(super) fn open() -> io::Result<Netlink<Message>> {
    Netlink::of_protocol(NETLINK_GENERIC)
}

/// Returns the family with this name. `None` if the kernel does not have it, or not yet.
pub(super) fn family(netlink: &mut Netlink<Message>, name: &str) -> io::Result<Option<Family>> {
    let attributes = attribute(FAMILY_NAME, format!("{name}\0").as_bytes());
    match netlink.request(Message { family: CONTROLLER, command: GET_FAMILY, attributes }, 0) {
        Ok(answer) => Ok(answer.and_then(|answer| parse_family(&answer.attributes))),
        Err(error) if error.raw_os_error() == Some(libc::ENOENT) => Ok(None),
        Err(error) => Err(error),
    }
}

/// Parses the controller's description of a family.
pub fn parse_family(attributes: &[u8]) -> Option<Family> {
    let id = find(attributes, FAMILY_ID)?.try_into().ok().map(u16::from_ne_bytes)?;
    let groups = find(attributes, MULTICAST_GROUPS).unwrap_or_default();
    let group = |group: &[u8]| {
        let name = find(group, GROUP_NAME)?.split(|byte| *byte == 0).next()?;
        let id = find(group, GROUP_ID)?.try_into().ok().map(u32::from_ne_bytes)?;
        Some((String::from_utf8(name.to_vec()).ok()?, id))
    };
    Some(Family { id, groups: all(groups).filter_map(|(_, nested)| group(nested)).collect() })
}

/// Returns the value of the first attribute of this kind.
pub(super) fn find(attributes: &[u8], kind: u16) -> Option<&[u8]> {
    all(attributes).find(|(other, _)| *other == kind).map(|(_, value)| value)
}

/// Returns kinds and values of the attributes, up to the first that is malformed.
fn all(attributes: &[u8]) -> impl Iterator<Item = (u16, &[u8])> {
    NlasIterator::new(attributes).map_while(|attribute| {
        let attribute = attribute.ok()?;
        let (kind, length) = (attribute.kind(), usize::from(attribute.length()));
        Some((kind, attribute.into_inner().get(ATTRIBUTE_HEADER..length)?))
    })
}

/// Encodes one attribute, padded to four bytes.
pub(super) fn attribute(kind: u16, value: &[u8]) -> Vec<u8> {
    let length = u16::try_from(ATTRIBUTE_HEADER + value.len()).unwrap_or(u16::MAX);
    let mut bytes = [length.to_ne_bytes(), kind.to_ne_bytes()].concat();
    bytes.extend_from_slice(value);
    bytes.resize(bytes.len().next_multiple_of(4), 0);
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_kernel_knows_its_controller_and_no_family_of_another_name() {
        let mut netlink = open().unwrap();
        let controller = family(&mut netlink, "nlctrl").unwrap().unwrap();
        assert_eq!(controller.id, CONTROLLER);
        assert!(controller.groups.iter().any(|(name, _)| name == "notify"), "{controller:?}");
        assert_eq!(family(&mut netlink, "no such thing").unwrap(), None);
    }
}
