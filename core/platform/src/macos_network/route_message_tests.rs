//! The bytes are those of the structures in `net/route.h` and `net/if.h`, written by hand.

use super::*;

fn cidr(text: &str) -> Cidr {
    text.parse().unwrap()
}

fn hex(text: &str) -> Vec<u8> {
    let digits: Vec<char> = text.chars().filter(char::is_ascii_hexdigit).collect();
    digits.chunks(2).map(|pair| u8::from_str_radix(&pair.iter().collect::<String>(), 16).unwrap()).collect()
}

/// A header of a route with these bytes as addresses.
fn route_bytes(kind: u8, index: u16, flags: u32, present: u32, addresses: &str) -> Vec<u8> {
    let body = hex(addresses);
    let mut bytes = vec![0; ROUTE_HEADER];
    bytes[..2].copy_from_slice(&((ROUTE_HEADER + body.len()) as u16).to_le_bytes());
    (bytes[2], bytes[3]) = (5, kind);
    bytes[4..6].copy_from_slice(&index.to_le_bytes());
    bytes[8..12].copy_from_slice(&flags.to_le_bytes());
    bytes[12..16].copy_from_slice(&present.to_le_bytes());
    bytes.extend(body);
    bytes
}

const GATEWAY_1: &str = "10 02 0000 c0a80101 0000000000000000";
const DEFAULT_4: &str = "10 02 0000 00000000 0000000000000000";

#[test]
fn a_route_into_the_tunnel_is_a_message_with_destination_interface_and_netmask() {
    let request =
        RouteRequest { operation: Operation::Add, network: cidr("128.0.0.0/1"), into: Some((17, "utun4".into())), scope: 0 };
    let expected = hex("90 00 05 01 0000 0000 01080000 07000000 00000000 2a000000 00000000 00000000 00000000
        00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000 00000000
        10 02 0000 80000000 0000000000000000
        14 12 1100 00 05 00 00 7574756e34 00000000000000
        10 02 0000 80000000 0000000000000000");
    assert_eq!(request.to_bytes(42), expected);
    assert_eq!(expected.len(), 144);
}

#[test]
fn a_route_to_one_host_has_no_netmask_and_a_question_asks_for_the_interface() {
    let host =
        RouteRequest { operation: Operation::Delete, network: cidr("fd00::7/128"), into: Some((9, "utun2".into())), scope: 0 };
    let bytes = host.to_bytes(1);
    assert_eq!((bytes.len(), bytes[3], bytes[12]), (92 + 28 + 20, 2, 0x3));
    assert_eq!(u32_at(&bytes, 8), Some(RTF_UP | RTF_HOST | RTF_STATIC));
    let question = RouteRequest { operation: Operation::Get, network: cidr("192.0.2.1/32"), into: None, scope: 4 };
    let bytes = question.to_bytes(2);
    assert_eq!((bytes.len(), bytes[3], bytes[4], bytes[12]), (92 + 16 + 20, 4, 4, 0x11));
    assert_eq!(u32_at(&bytes, 8), Some(RTF_UP | RTF_HOST | RTF_IFSCOPE));
}

#[test]
fn the_kernel_reads_back_what_was_asked_for() {
    for (operation, network) in [
        (Operation::Add, "10.0.0.0/8"),
        (Operation::Add, "0.0.0.0/0"),
        (Operation::Change, "fd00::/8"),
        (Operation::Delete, "192.0.2.7/32"),
    ] {
        let request = RouteRequest { operation, network: cidr(network), into: Some((17, "utun4".into())), scope: 0 };
        let [Message::Route(route)] = &messages(&request.to_bytes(7))[..] else { panic!("{network}") };
        assert_eq!((route.operation, route.network, route.sequence, route.error), (Some(operation), Some(cidr(network)), 7, 0));
    }
}

#[test]
fn a_default_route_is_read_with_its_gateway_from_the_table_and_from_an_announcement() {
    let flags = RTF_UP | RTF_GATEWAY | RTF_STATIC;
    // Destination, gateway, a netmask of length 0, the interface and the own address.
    let addresses = format!(
        "{DEFAULT_4} {GATEWAY_1} 00000000 14 12 0600 06 03 06 00 656e30 3c22fb112233 000000 10 02 0000 c0a80117 0000000000000000"
    );
    for (kind, operation) in [(RTM_GET2, None), (RTM_ADD, Some(Operation::Add)), (RTM_GET, Some(Operation::Get))] {
        let mut bytes = route_bytes(kind, 6, flags, 0x37, &addresses);
        bytes[40..44].copy_from_slice(&1400_u32.to_le_bytes());
        let expected = RouteMessage {
            operation,
            sequence: 0,
            error: 0,
            index: 6,
            interface: Some("en0".into()),
            network: Some(cidr("0.0.0.0/0")),
            gateway: Some("192.168.1.1".parse().unwrap()),
            source: Some("192.168.1.23".parse().unwrap()),
            mtu: Some(1400),
            flags,
        };
        assert_eq!(messages(&bytes), [Message::Route(expected)]);
    }
}

#[test]
fn a_refused_request_has_its_error() {
    let mut bytes = route_bytes(RTM_ADD, 0, RTF_UP, 0x1, "10 02 0000 0a000000 0000000000000000");
    bytes[20] = 9;
    bytes[24] = 17;
    let [Message::Route(route)] = &messages(&bytes)[..] else { panic!() };
    assert_eq!((route.sequence, route.error), (9, 17));
}

#[test]
fn interfaces_and_addresses_are_read_from_their_announcements() {
    let mut interface = vec![0; INTERFACE_HEADER];
    interface.extend(hex("14 12 0600 06 03 00 00 656e30 000000000000000000"));
    interface[0] = interface.len() as u8;
    (interface[2], interface[3], interface[4], interface[12]) = (5, RTM_IFINFO, 0x10, 6);
    interface[8..12].copy_from_slice(&0x8863_u32.to_le_bytes());
    interface[24..28].copy_from_slice(&1500_u32.to_le_bytes());
    let mut address = vec![0; ADDRESS_HEADER];
    // A netmask that is cut off after three bytes of ones, the interface, the address, the broadcast address.
    address.extend(hex("07 00 0000 ffffff 00 14 12 0600 06 03 00 00 656e30 000000000000000000"));
    address.extend(hex("10 02 0000 c0a80117 0000000000000000 10 02 0000 c0a801ff 0000000000000000"));
    address[0] = address.len() as u8;
    (address[2], address[3], address[4], address[12]) = (5, RTM_NEWADDR, 0xb4, 6);
    let mut gone = address.clone();
    gone[3] = RTM_DELADDR;
    let found = messages(&[interface, address, gone].concat());
    let [Message::Interface(en0), rest @ ..] = &found[..] else { panic!("{found:?}") };
    assert_eq!((en0.index, en0.name.as_deref(), en0.mtu), (6, Some("en0"), 1500));
    assert!(en0.runs() && en0.is_up() && !en0.is_loopback() && !en0.is_point_to_point());
    let address = Some(cidr("192.168.1.23/24"));
    assert_eq!(rest, [true, false].map(|is_there| Message::Address { is_there, index: 6, address }));
}

#[test]
fn the_way_out_is_the_default_route_of_unbound_sockets_and_never_the_tunnels_own() {
    let default = |index, flags| {
        let addresses = format!("{DEFAULT_4} {GATEWAY_1} 00000000");
        messages(&route_bytes(RTM_GET2, index, RTF_UP | RTF_GATEWAY | flags, 0x7, &addresses)).remove(0)
    };
    let table = [default(9, RTF_IFSCOPE), default(17, 0), default(6, 0), default(8, RTF_IFSCOPE)];
    assert_eq!(way_out(&table, true, &[17]), Some(6));
    assert_eq!(way_out(&table[..2], true, &[17]), Some(9), "another network's, if the tunnel has the default route itself");
    assert_eq!(way_out(&table[1..2], true, &[17]), None);
    assert_eq!(way_out(&table, false, &[17]), None);
}

proptest::proptest! {
    #[test]
    fn no_bytes_make_the_parser_fail(bytes: Vec<u8>, kind in 0_u8..0x16, present: u8) {
        messages(&bytes);
        let mut message = route_bytes(kind, 1, 0, present.into(), "");
        message.extend(bytes);
        let len = message.len().min(u16::MAX.into()) as u16;
        message[..2].copy_from_slice(&len.to_le_bytes());
        messages(&message);
    }
}
