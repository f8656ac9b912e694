//! Parses the announcements of nftables for the changed table and the socket that changed it. They are netlink messages with a
//! header of four bytes and attributes. Attribute 1 is the table's name in every message but one
//! (`linux/netfilter/nf_tables.h`).

/// A change of a table, or of something in it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Change<'a> {
    /// Netlink port of the socket that made the change.
    pub(super) port: u32,
    /// Name of the changed table.
    pub(super) table: &'a str,
}

/// Lengths of the netlink header and of the nfnetlink header behind it, bytes.
const HEADER: usize = 16;
const FAMILY: usize = 4;
/// `NFNL_SUBSYS_NFTABLES`, the high byte of a message's type.
const NFTABLES: u8 = 10;
/// `NFT_MSG_NEWGEN`, which names no table.
const NEW_GENERATION: u8 = 15;
/// `NFTA_TABLE_NAME`, `NFTA_CHAIN_TABLE`, `NFTA_RULE_TABLE` and the like.
const TABLE: u16 = 1;

/// Returns all changes in the bytes of one read. A truncated message is left out.
pub(super) fn changes(bytes: &[u8]) -> impl Iterator<Item = Change<'_>> {
    let mut rest = bytes;
    std::iter::from_fn(move || {
        loop {
            let length = usize::try_from(u32::from_ne_bytes(rest.get(..4)?.try_into().ok()?)).ok()?;
            if length < HEADER {
                return None;
            }
            let message = rest.get(..length)?;
            rest = rest.get(length.next_multiple_of(4)..).unwrap_or(&[]);
            if let Some(change) = change(message) {
                return Some(change);
            }
        }
    })
}

fn change(message: &[u8]) -> Option<Change<'_>> {
    let [kind, subsystem] = u16::from_ne_bytes(message.get(4..6)?.try_into().ok()?).to_le_bytes();
    if subsystem != NFTABLES || kind == NEW_GENERATION {
        return None;
    }
    let port = u32::from_ne_bytes(message.get(12..16)?.try_into().ok()?);
    let mut attributes = message.get(HEADER + FAMILY..)?;
    loop {
        let length = usize::from(u16::from_ne_bytes(attributes.get(..2)?.try_into().ok()?));
        let number = u16::from_ne_bytes(attributes.get(2..4)?.try_into().ok()?) & 0x3fff;
        let value = attributes.get(4..length)?;
        if number == TABLE {
            let text = value.split(|byte| *byte == 0).next()?;
            return Some(Change { port, table: std::str::from_utf8(text).ok()? });
        }
        attributes = attributes.get(length.next_multiple_of(4)..)?;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn message(subsystem: u8, kind: u8, port: u32, attributes: &[(u16, &[u8])]) -> Vec<u8> {
        let mut body = vec![1, 0, 0, 0];
        for (number, value) in attributes {
            body.extend(u16::try_from(value.len() + 4).unwrap().to_ne_bytes());
            body.extend(number.to_ne_bytes());
            body.extend(*value);
            body.resize(body.len().next_multiple_of(4), 0);
        }
        let mut message = u32::try_from(HEADER + body.len()).unwrap().to_ne_bytes().to_vec();
        message.extend(u16::from_le_bytes([kind, subsystem]).to_ne_bytes());
        message.extend([0; 6]);
        message.extend(port.to_ne_bytes());
        message.extend(body);
        message
    }

    #[test]
    fn the_table_and_the_socket_of_each_change_are_told_and_other_news_is_left_out() {
        let bytes = [
            message(10, 2, 7, &[(2, &[0, 0, 0, 0]), (1, b"aditblock-wg0\0")]),
            message(10, 15, 7, &[(1, &[0, 0, 0, 9])]),
            message(1, 2, 7, &[(1, b"other\0")]),
            message(10, 8, 9, &[(1, b"adit-wg0\0")]),
        ]
        .concat();
        let found: Vec<_> = changes(&bytes).map(|change| (change.port, change.table)).collect();
        assert_eq!(found, [(7, "aditblock-wg0"), (9, "adit-wg0")]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_a_panic_and_come_to_an_end(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
            prop_assert!(changes(&bytes).count() <= bytes.len() / 16);
        }

        #[test]
        fn attributes_that_lie_about_their_length_do_no_harm(length in any::<u16>(), rest in proptest::collection::vec(any::<u8>(), 0..60)) {
            let mut bytes = message(10, 2, 7, &[(2, &rest)]);
            bytes[20..22].copy_from_slice(&length.to_ne_bytes());
            let _ = changes(&bytes).count();
        }
    }
}
