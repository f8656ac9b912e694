//! The values in the sentences about a problem.

use std::net::SocketAddr;

use adit_config::detect::Foreign;
use adit_config::diagnostic::{KeyDefect, Quoted};
use adit_config::keyword::Dialect;
use adit_config::value::{CidrError, EndpointError, HookError, HostNameError, NumberError, SearchDomainError, TableError};
use adit_config::{Code, Key};

use super::Argument;

/// Returns the arguments of a problem and its correction.
pub(super) fn arguments(code: &Code, key: Option<Key>) -> Vec<Argument> {
    let text = |name, text: &dyn ToString| Argument::text(name, &text.to_string());
    match code {
        Code::Foreign(foreign) => vec![Argument::foreign(*foreign)],
        Code::UnknownSection { found, suggestion } => {
            quoted(found).chain(suggestion.map(|section| text("suggestion", &section))).collect()
        }
        Code::UnknownKey { found, suggestion } => {
            let suggested = suggestion.iter().flat_map(|key| [text("suggestion", key), text("section", &key.section())]);
            quoted(found).chain(suggested).collect()
        }
        Code::WrongSection => key.iter().map(|key| text("section", &key.section())).collect(),
        Code::Dialect { dialect, name } => vec![dialect_kind(*dialect), text("name", name)],
        Code::RepeatedInterface { first } | Code::RepeatedKey { first } | Code::RepeatedPeer { first } => {
            vec![Argument::number("first", *first)]
        }
        Code::Invisible(character) | Code::LineBreak(character) => vec![text("character", &character.escape_unicode())],
        Code::Key(defect) => of_key(*defect),
        Code::Cidr(found, error) => quoted(found).chain(of_cidr(*error)).collect(),
        Code::Endpoint(found, error) => quoted(found).chain(of_endpoint(*error)).collect(),
        Code::Brackets(endpoint) => vec![text("value", endpoint)],
        Code::Number(found, error) => quoted(found).chain(of_number(*error)).collect(),
        Code::Table(found, error) => quoted(found).chain([of_table(*error)]).collect(),
        Code::DnsServer(found) => {
            let with_port = found.as_str().and_then(|server| server.parse::<SocketAddr>().ok());
            quoted(found).chain(with_port.map(|server| text("value", &server.ip()))).collect()
        }
        Code::SearchDomain(found, SearchDomainError(error)) => quoted(found).chain(of_host_name(*error)).collect(),
        Code::Hook(error) => of_hook(*error),
        Code::Boolean(found) => quoted(found).collect(),
        Code::HostBits { network } | Code::NoPrefix { taken: network } => vec![text("value", network)],
        Code::AllowedIpMoved { network, first } => vec![text("network", network), Argument::number("first", *first)],
        Code::AllowedIpRepeated { network } | Code::NothingToRemove { network } => vec![text("network", network)],
        Code::DefaultBesideOthers { others } => vec![Argument::number("others", *others)],
        Code::Empty
        | Code::MissingInterface
        | Code::TooMany
        | Code::OutsideSection
        | Code::MissingEquals
        | Code::SemicolonComment
        | Code::SpacesInHeader
        | Code::NamelessKey
        | Code::EmptyValue
        | Code::LeftOut
        | Code::Mask
        | Code::EmptyItem
        | Code::NoFirstEndpoint
        | Code::TooManyEndpoints
        | Code::HashInHook
        | Code::MissingPrivateKey
        | Code::PrivateKeyFromHook
        | Code::MissingPublicKey
        | Code::PrivateKeyPublished
        | Code::OwnPeer
        | Code::ZeroPresharedKey
        | Code::Incremental
        | Code::TooManyAllowedIps
        | Code::OnlyIpv4Default
        | Code::OnlyIpv6Default
        | Code::Unreachable
        | Code::SearchWithoutServer
        | Code::SmallMtu
        | Code::MtuTooSmallForIpv6 => Vec::new(),
    }
}

fn quoted(text: &Quoted) -> impl Iterator<Item = Argument> + use<> {
    text.as_str().map(|text| Argument::text("text", text)).into_iter()
}

fn kind(kind: &str) -> Argument {
    Argument::text("kind", kind)
}

/// Creates the argument that names a kind of file.
pub(super) fn foreign(foreign: Foreign) -> Argument {
    kind(match foreign {
        Foreign::OpenVpn => "openvpn",
        Foreign::Ikev2Profile => "ikev2_profile",
        Foreign::AppleProfile => "apple_profile",
        Foreign::CiscoPcf => "cisco_pcf",
        Foreign::StrongSwan => "strongswan",
        Foreign::Pem => "pem",
        Foreign::Html => "html",
        Foreign::Xml => "xml",
        Foreign::Json => "json",
        Foreign::WireGuardLink => "wireguard_link",
        Foreign::Link => "link",
        Foreign::Zip => "zip",
        Foreign::Tar => "tar",
        Foreign::Gzip | Foreign::Compressed => "compressed",
        Foreign::Image => "image",
        Foreign::Pdf => "pdf",
        Foreign::Program => "program",
    })
}

fn dialect_kind(dialect: Dialect) -> Argument {
    kind(match dialect {
        Dialect::AmneziaWg => "amneziawg",
        Dialect::WireSock => "wiresock",
        Dialect::Android => "android",
    })
}

fn of_key(defect: KeyDefect) -> Vec<Argument> {
    match defect {
        KeyDefect::Length(characters) => vec![kind("length"), Argument::number("characters", characters)],
        KeyDefect::Padding => vec![kind("padding")],
        KeyDefect::Alphabet => vec![kind("alphabet")],
        KeyDefect::UrlSafe => vec![kind("url_safe")],
        KeyDefect::Hexadecimal => vec![kind("hexadecimal")],
        KeyDefect::NotCanonical => vec![kind("not_canonical")],
        KeyDefect::Zero => vec![kind("zero")],
        KeyDefect::LowOrder => vec![kind("low_order")],
    }
}

/// Creates the arguments of a network that cannot be read.
pub(super) fn of_cidr(error: CidrError) -> Vec<Argument> {
    match error {
        CidrError::Empty => vec![kind("empty")],
        CidrError::Address => vec![kind("address")],
        CidrError::Prefix => vec![kind("prefix")],
        CidrError::Netmask(prefix) => {
            [kind("netmask")].into_iter().chain(prefix.map(|prefix| Argument::number("prefix", prefix))).collect()
        }
        CidrError::PrefixTooLong { maximum } => vec![kind("prefix_too_long"), Argument::number("maximum", maximum)],
    }
}

fn of_endpoint(error: EndpointError) -> Vec<Argument> {
    match error {
        EndpointError::Empty => vec![kind("empty")],
        EndpointError::PortMissing => vec![kind("port_missing")],
        EndpointError::Port => vec![kind("port")],
        EndpointError::Bracket => vec![kind("bracket")],
        EndpointError::Ipv6 => vec![kind("ipv6")],
        EndpointError::NameInBrackets => vec![kind("name_in_brackets")],
        EndpointError::Ipv4 => vec![kind("ipv4")],
        EndpointError::Name(error) => of_host_name(error),
        EndpointError::Zone => vec![kind("zone")],
        EndpointError::Prefix => vec![kind("prefix")],
        EndpointError::Url => vec![kind("url")],
    }
}

fn of_host_name(error: HostNameError) -> Vec<Argument> {
    match error {
        HostNameError::Empty => vec![kind("name_empty")],
        HostNameError::TooLong => vec![kind("name_too_long")],
        HostNameError::Label => vec![kind("name_label")],
        HostNameError::NotAscii => vec![kind("name_not_ascii")],
        HostNameError::Character(found) => vec![kind("name_character"), Argument::character(found)],
    }
}

fn of_number(error: NumberError) -> Vec<Argument> {
    match error {
        NumberError::NotANumber => vec![kind("not_a_number")],
        NumberError::Range { minimum, maximum } => {
            vec![kind("range"), Argument::number("minimum", minimum), Argument::number("maximum", maximum)]
        }
    }
}

fn of_table(error: TableError) -> Argument {
    kind(match error {
        TableError::Word => "word",
        TableError::Range => "range",
    })
}

fn of_hook(error: HookError) -> Vec<Argument> {
    match error {
        HookError::Empty => vec![kind("empty")],
        HookError::Control(found) => vec![kind("control"), Argument::character(found)],
    }
}
