//! The names of problems and corrections. A sentence is looked up by them, so that they never change.

use std::net::SocketAddr;

use adit_config::detect::Foreign;
use adit_config::diagnostic::{KeyDefect, Quoted};
use adit_config::keyword::Dialect;
use adit_config::value::{CidrError, EndpointError, HostNameError};
use adit_config::{Code, Key};

/// Returns the name of a problem.
pub(super) const fn code(code: &Code) -> &'static str {
    match code {
        Code::Empty => "empty",
        Code::Foreign(..) => "foreign",
        Code::MissingInterface => "missing_interface",
        Code::TooMany => "too_many",
        Code::OutsideSection => "outside_section",
        Code::MissingEquals => "missing_equals",
        Code::SemicolonComment => "semicolon_comment",
        Code::UnknownSection { .. } => "unknown_section",
        Code::SpacesInHeader => "spaces_in_header",
        Code::RepeatedInterface { .. } => "repeated_interface",
        Code::UnknownKey { .. } => "unknown_key",
        Code::NamelessKey => "nameless_key",
        Code::WrongSection => "wrong_section",
        Code::Dialect { .. } => "dialect",
        Code::EmptyValue => "empty_value",
        Code::LeftOut => "left_out",
        Code::RepeatedKey { .. } => "repeated_key",
        Code::Invisible(..) => "invisible",
        Code::LineBreak(..) => "line_break",
        Code::Key(..) => "key",
        Code::Mask => "mask",
        Code::Cidr(..) => "cidr",
        Code::EmptyItem => "empty_item",
        Code::Endpoint(..) => "endpoint",
        Code::NoFirstEndpoint => "no_first_endpoint",
        Code::TooManyEndpoints => "too_many_endpoints",
        Code::Brackets(..) => "brackets",
        Code::Number(..) => "number",
        Code::Table(..) => "table",
        Code::Boolean(..) => "boolean",
        Code::DnsServer(..) => "dns_server",
        Code::SearchDomain(..) => "search_domain",
        Code::Hook(..) => "hook",
        Code::HashInHook => "hash_in_hook",
        Code::MissingPrivateKey => "missing_private_key",
        Code::PrivateKeyFromHook => "private_key_from_hook",
        Code::MissingPublicKey => "missing_public_key",
        Code::PrivateKeyPublished => "private_key_published",
        Code::OwnPeer => "own_peer",
        Code::ZeroPresharedKey => "zero_preshared_key",
        Code::RepeatedPeer { .. } => "repeated_peer",
        Code::HostBits { .. } => "host_bits",
        Code::NoPrefix { .. } => "no_prefix",
        Code::AllowedIpMoved { .. } => "allowed_ip_moved",
        Code::AllowedIpRepeated { .. } => "allowed_ip_repeated",
        Code::Incremental => "incremental",
        Code::NothingToRemove { .. } => "nothing_to_remove",
        Code::TooManyAllowedIps => "too_many_allowed_ips",
        Code::OnlyIpv4Default => "only_ipv4_default",
        Code::OnlyIpv6Default => "only_ipv6_default",
        Code::DefaultBesideOthers { .. } => "default_beside_others",
        Code::Unreachable => "unreachable",
        Code::SearchWithoutServer => "search_without_server",
        Code::SmallMtu => "small_mtu",
        Code::MtuTooSmallForIpv6 => "mtu_too_small_for_ipv6",
    }
}

/// Returns the name of the correction, if there is one to suggest.
pub(super) fn advice(code: &Code, key: Option<Key>) -> Option<&'static str> {
    Some(match code {
        Code::Empty | Code::MissingInterface => "add_sections",
        Code::Foreign(foreign) => return foreign_advice(*foreign),
        Code::OutsideSection => "add_section",
        Code::MissingEquals => "add_equals",
        Code::SemicolonComment => "begin_comment",
        Code::UnknownSection { suggestion: Some(_), .. } => "suggest_section",
        Code::UnknownSection { suggestion: None, .. } => "choose_section",
        Code::SpacesInHeader => "remove_spaces",
        Code::UnknownKey { suggestion, .. } => return suggestion.map(|_| "suggest_key"),
        Code::NamelessKey => "name_key",
        Code::WrongSection => return key.map(|_| "move_key"),
        Code::Dialect { dialect: Dialect::WireSock, .. } => "remove_line",
        Code::Dialect { dialect: Dialect::AmneziaWg, .. } => "ask_for_plain_configuration",
        Code::EmptyValue | Code::LeftOut => "add_value",
        Code::RepeatedKey { .. } => "remove_one",
        Code::LineBreak(_) => "save_line_ends",
        Code::Key(defect) => key_advice(*defect, key),
        Code::Mask => "write_masked_key",
        Code::Cidr(_, error) => cidr_advice(*error, key),
        Code::EmptyItem => "remove_comma",
        Code::Endpoint(_, error) => endpoint_advice(*error),
        Code::NoFirstEndpoint => "write_first_endpoint",
        Code::Brackets(_) | Code::HostBits { .. } | Code::NoPrefix { .. } => "write_value",
        Code::Number(text, _) | Code::Boolean(text) if text.as_str().is_some_and(|text| text.contains(';')) => "write_comment",
        Code::Number(..) => return number_advice(key),
        Code::Table(..) => "write_table",
        Code::Boolean(_) => "write_boolean",
        Code::DnsServer(server) => dns_server_advice(server),
        Code::SearchDomain(..) => "write_search_domain",
        Code::MissingPrivateKey => "add_private_key",
        Code::MissingPublicKey => "add_public_key",
        Code::PrivateKeyPublished => "replace_private_key",
        Code::OnlyIpv4Default => "add_ipv6_default",
        Code::OnlyIpv6Default => "add_ipv4_default",
        Code::Unreachable => "add_endpoint",
        Code::SearchWithoutServer => "add_dns_server",
        Code::HashInHook => "move_comment",
        Code::TooMany
        | Code::RepeatedInterface { .. }
        | Code::Dialect { dialect: Dialect::Android, .. }
        | Code::Invisible(_)
        | Code::Hook(_)
        | Code::PrivateKeyFromHook
        | Code::OwnPeer
        | Code::ZeroPresharedKey
        | Code::RepeatedPeer { .. }
        | Code::AllowedIpMoved { .. }
        | Code::AllowedIpRepeated { .. }
        | Code::Incremental
        | Code::NothingToRemove { .. }
        | Code::TooManyAllowedIps
        | Code::TooManyEndpoints
        | Code::DefaultBesideOthers { .. }
        | Code::SmallMtu
        | Code::MtuTooSmallForIpv6 => return None,
    })
}

const fn key_advice(defect: KeyDefect, key: Option<Key>) -> &'static str {
    match (defect, key) {
        (KeyDefect::Padding, _) => "add_padding",
        (KeyDefect::UrlSafe, _) => "replace_url_safe",
        (KeyDefect::Hexadecimal, _) => "write_base64",
        (KeyDefect::Zero, _) => "make_key",
        (_, Some(Key::PrivateKey)) => "copy_private_key",
        (_, Some(Key::PresharedKey)) => "copy_preshared_key",
        _ => "copy_key",
    }
}

fn cidr_advice(error: CidrError, key: Option<Key>) -> &'static str {
    match error {
        CidrError::Netmask(Some(_)) => "write_prefix",
        CidrError::PrefixTooLong { .. } => "write_shorter_prefix",
        CidrError::Netmask(None) | CidrError::Empty | CidrError::Address | CidrError::Prefix => {
            if key == Some(Key::Address) {
                "write_address"
            } else {
                "write_network"
            }
        }
    }
}

fn dns_server_advice(server: &Quoted) -> &'static str {
    match server.as_str() {
        Some(server) if server.parse::<SocketAddr>().is_ok() => "remove_dns_port",
        Some(server) if server.contains("://") => "write_plain_dns_server",
        Some(_) | None => "write_dns_server",
    }
}

const fn endpoint_advice(error: EndpointError) -> &'static str {
    match error {
        EndpointError::PortMissing => "add_port",
        EndpointError::Prefix => "remove_prefix",
        EndpointError::Port => "write_port",
        EndpointError::NameInBrackets => "remove_brackets",
        EndpointError::Bracket => "close_bracket",
        EndpointError::Ipv6 | EndpointError::Zone => "write_ipv6_endpoint",
        EndpointError::Name(HostNameError::NotAscii) => "write_ascii_name",
        EndpointError::Empty | EndpointError::Ipv4 | EndpointError::Name(_) | EndpointError::Url => "write_endpoint",
    }
}

fn number_advice(key: Option<Key>) -> Option<&'static str> {
    Some(match key? {
        Key::ListenPort => "write_listen_port",
        Key::FwMark => "write_fwmark",
        Key::Mtu => "write_mtu",
        Key::PersistentKeepalive => "write_keepalive",
        _ => return None,
    })
}

const fn foreign_advice(foreign: Foreign) -> Option<&'static str> {
    Some(match foreign {
        Foreign::OpenVpn => "use_openvpn",
        Foreign::Ikev2Profile | Foreign::CiscoPcf | Foreign::StrongSwan => "use_ipsec",
        Foreign::Zip | Foreign::Tar | Foreign::Gzip | Foreign::Compressed => "unpack",
        Foreign::Html => "download_file",
        Foreign::WireGuardLink => "ask_for_file",
        Foreign::Link => "follow_link",
        Foreign::AppleProfile
        | Foreign::Pem
        | Foreign::Xml
        | Foreign::Json
        | Foreign::Image
        | Foreign::Pdf
        | Foreign::Program => return None,
    })
}
