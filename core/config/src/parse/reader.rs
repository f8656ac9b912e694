//! Reads one `name = value` line: the key determines how the value is parsed.

use std::borrow::Cow;
use std::net::IpAddr;
use std::ops::Range;
use std::str::FromStr;

use adit_protocol::{PresharedKey, PrivateKey};
use zeroize::Zeroizing;

use super::draft::{Change, Draft, PeerDraft};
use super::{Place, Report};
use crate::diagnostic::{Code, KeyDefect, Quoted};
use crate::keyword::{Key, Section, is_space};
use crate::mask;
use crate::value::{Cidr, Endpoint, Hook, NumberError, Table, key, port};

/// Maximum number of allowed IPs of all peers together.
const MAX_ALLOWED_IPS: usize = 200_000;
/// Maximum number of endpoints of one peer.
const MAX_ENDPOINTS: usize = 16;

pub(super) fn assignment(key: Key, name: &Place, value: &Place, draft: &mut Draft, report: &mut Report<'_>) {
    let earlier = draft.saw(Some(key), name);
    if let Some(earlier) = earlier.filter(|_| !key.repeats()) {
        report.at(name, Code::RepeatedKey { first: earlier.line });
    }
    if value.span.is_empty() {
        return empty(key, name, draft, report);
    }
    match (key.section(), draft.peers.last_mut()) {
        (Section::Interface, _) => interface(key, value, draft, report),
        (Section::Peer, Some(peer)) => {
            let mut total = draft.allowed_ips;
            in_peer(key, value, peer, &mut total, report);
            draft.allowed_ips = total;
        }
        (Section::Peer, None) => {}
    }
}

/// Handles a key without a value. Some programs write all keys, with or without a value. If wg-quick and `wg` accept it, it
/// counts as left out.
fn empty(key: Key, name: &Place, draft: &mut Draft, report: &mut Report<'_>) {
    match key {
        Key::Address | Key::Dns | Key::PreUp | Key::PostUp | Key::PreDown | Key::PostDown | Key::AllowedIps => {}
        Key::Mtu => draft.interface.mtu = None,
        Key::Table => draft.interface.table = Table::default(),
        Key::PrivateKey
        | Key::ListenPort
        | Key::FwMark
        | Key::SaveConfig
        | Key::PublicKey
        | Key::PresharedKey
        | Key::Endpoint
        | Key::PersistentKeepalive => return report.at(name, Code::EmptyValue),
    }
    report.at(name, Code::LeftOut);
}

fn interface(key: Key, value: &Place, draft: &mut Draft, report: &mut Report<'_>) {
    let interface = &mut draft.interface;
    match key {
        Key::PrivateKey => interface.private_key = private_key(value, report),
        Key::ListenPort => interface.listen_port = listen_port(value, report),
        Key::FwMark => interface.fwmark = single(value, report, Code::Number),
        Key::Mtu => interface.mtu = single(value, report, Code::Number),
        Key::Table => interface.table = single(value, report, Code::Table).unwrap_or_default(),
        Key::SaveConfig => interface.save_config = boolean(value, report),
        Key::Address => {
            for item in words(value, report) {
                if let Some(address) = cidr(&item, report) {
                    interface.addresses.push(address);
                }
            }
        }
        Key::Dns => dns(value, draft, report),
        Key::PreUp => hook(value, &mut interface.hooks.pre_up, report),
        Key::PostUp => hook(value, &mut interface.hooks.post_up, report),
        Key::PreDown => hook(value, &mut interface.hooks.pre_down, report),
        Key::PostDown => hook(value, &mut interface.hooks.post_down, report),
        Key::PublicKey | Key::PresharedKey | Key::Endpoint | Key::AllowedIps | Key::PersistentKeepalive => {}
    }
}

fn in_peer(key: Key, value: &Place, peer: &mut PeerDraft, total: &mut usize, report: &mut Report<'_>) {
    match key {
        Key::PublicKey => {
            peer.public_key = key_text(value, report, key::read);
            if peer.public_key.as_ref().is_some_and(key::is_low_order) {
                report.at(value, Code::Key(KeyDefect::LowOrder));
            }
        }
        Key::PresharedKey => {
            peer.rest.preshared_key = key_text(value, report, key::read::<PresharedKey>);
            if peer.rest.preshared_key.as_ref().is_some_and(PresharedKey::is_none) {
                report.at(value, Code::ZeroPresharedKey);
            }
        }
        Key::Endpoint => endpoint(value, peer, report),
        Key::PersistentKeepalive => peer.rest.persistent_keepalive = single(value, report, Code::Number),
        Key::AllowedIps => allowed_ips(value, peer, total, report),
        Key::PrivateKey
        | Key::ListenPort
        | Key::FwMark
        | Key::Address
        | Key::Dns
        | Key::Mtu
        | Key::Table
        | Key::PreUp
        | Key::PostUp
        | Key::PreDown
        | Key::PostDown
        | Key::SaveConfig => {}
    }
}

fn private_key(value: &Place, report: &mut Report<'_>) -> Option<PrivateKey> {
    key_text(value, report, |text| if key::is_zero(text) { Err(KeyDefect::Zero) } else { key::read(text) })
}

/// Parses a value as a private key.
pub(super) fn private_key_of(value: &str) -> Option<PrivateKey> {
    let text = Zeroizing::new(compact(value).into_owned());
    if key::is_zero(&text) { None } else { key::read(&text).ok() }
}

fn key_text<K>(value: &Place, report: &mut Report<'_>, read: impl Fn(&str) -> Result<K, KeyDefect>) -> Option<K> {
    let text = Zeroizing::new(compact(report.document.slice(&value.span)).into_owned());
    if mask::is_mark(&text) {
        report.at(value, Code::Mask);
        return None;
    }
    read(&text).map_err(|defect| report.at(value, Code::Key(defect))).ok()
}

fn listen_port(value: &Place, report: &mut Report<'_>) -> Option<u16> {
    single::<ListenPort, _>(value, report, Code::Number).map(|port| port.0)
}

struct ListenPort(u16);

impl FromStr for ListenPort {
    type Err = NumberError;

    fn from_str(text: &str) -> Result<Self, NumberError> {
        if !text.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(NumberError::NotANumber);
        }
        text.parse().map(Self).map_err(|_| NumberError::Range { minimum: 0, maximum: u64::from(u16::MAX) })
    }
}

fn single<T: FromStr, C: Fn(Quoted, T::Err) -> Code>(value: &Place, report: &mut Report<'_>, code: C) -> Option<T> {
    let text = report.document.slice(&value.span);
    compact(text).parse().map_err(|error| report.at(value, code(Quoted::new(text), error))).ok()
}

fn boolean(value: &Place, report: &mut Report<'_>) -> bool {
    let text = report.document.slice(&value.span);
    let is_true = text.eq_ignore_ascii_case("true");
    if !is_true && !text.eq_ignore_ascii_case("false") {
        report.at(value, Code::Boolean(Quoted::new(text)));
    }
    is_true
}

fn endpoint(value: &Place, peer: &mut PeerDraft, report: &mut Report<'_>) {
    peer.rest.endpoint = single::<Endpoint, _>(value, report, Code::Endpoint);
    let is_bare = !report.document.slice(&value.span).starts_with('[');
    if let Some(endpoint) = peer.rest.endpoint.as_ref().filter(|endpoint| is_bare && endpoint.to_string().starts_with('[')) {
        report.at(value, Code::Brackets(endpoint.clone()));
    }
}

/// Reads `# adit:Endpoint`: an endpoint, or several ports of one host, separated by commas.
pub(super) fn further_endpoints(word: &Place, value: &Place, draft: &mut Draft, report: &mut Report<'_>) {
    let Some(peer) = draft.peers.last_mut() else { return };
    peer.further.get_or_insert_with(|| word.clone());
    if value.span.is_empty() {
        return report.at(word, Code::EmptyValue);
    }
    let mut found: Option<Endpoint> = None;
    for item in split(value, report, |character| character == ',') {
        let text = report.document.slice(&item.span);
        let read = match &found {
            None => text.parse::<Endpoint>(),
            Some(first) => port(text).map(|port| Endpoint { host: first.host.clone(), port }),
        };
        match read {
            Ok(endpoint) => {
                if found.is_none() && !text.starts_with('[') && endpoint.to_string().starts_with('[') {
                    report.at(&item, Code::Brackets(endpoint.clone()));
                }
                found.get_or_insert_with(|| endpoint.clone());
                if peer.rest.further_endpoints.len() + 1 == MAX_ENDPOINTS {
                    return report.at(&item, Code::TooManyEndpoints);
                }
                peer.rest.further_endpoints.push(endpoint);
            }
            Err(_) if item.span.is_empty() => report.at(&item, Code::EmptyItem),
            Err(error) => report.at(&item, Code::Endpoint(Quoted::new(text), error)),
        }
        if found.is_none() {
            return;
        }
    }
}

fn hook(value: &Place, hooks: &mut Vec<Hook>, report: &mut Report<'_>) {
    let text = report.document.slice(&value.span);
    if let Some(offset) = text.find('#') {
        let at = value.span.start + offset;
        report.at(&Place { line: value.line, span: at..at + 1 }, Code::HashInHook);
    }
    match text.parse() {
        Ok(hook) => hooks.push(hook),
        Err(error) => report.at(value, Code::Hook(error)),
    }
}

/// Reads `DNS` as wg-quick does: an item of digits and dots, or with a colon, is a DNS server; anything else is a search domain.
fn dns(value: &Place, draft: &mut Draft, report: &mut Report<'_>) {
    for item in words(value, report) {
        let text = report.document.slice(&item.span);
        if let Ok(server) = text.parse::<IpAddr>() {
            draft.interface.dns_servers.push(server);
        } else if text.contains(':') || text.contains('/') || text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
            report.at(&item, Code::DnsServer(Quoted::new(text)));
        } else {
            match text.parse() {
                Ok(domain) => {
                    draft.interface.dns_search.push(domain);
                    draft.seen.insert(Key::Dns, item);
                }
                Err(error) => report.at(&item, Code::SearchDomain(Quoted::new(text), error)),
            }
        }
    }
}

fn allowed_ips(value: &Place, peer: &mut PeerDraft, total: &mut usize, report: &mut Report<'_>) {
    let mut said_incremental = peer.is_incremental;
    for item in split(value, report, |character| character == ',') {
        if item.span.is_empty() {
            report.at(&item, Code::EmptyItem);
            continue;
        }
        let compact = compact(report.document.slice(&item.span)).into_owned();
        let text = compact.strip_prefix(['+', '-']).unwrap_or(&compact);
        if text.len() != compact.len() {
            peer.is_incremental = true;
            if !said_incremental {
                report.at(&item, Code::Incremental);
                said_incremental = true;
            }
        }
        let Some(address) = cidr_of(text, &item, report) else { continue };
        let network = address.network();
        if network != address {
            report.at(&item, Code::HostBits { network });
        }
        *total += 1;
        if *total == MAX_ALLOWED_IPS + 1 {
            report.at(&item, Code::TooManyAllowedIps);
        }
        if *total <= MAX_ALLOWED_IPS {
            peer.allowed_ips.push(Change { network, place: item, remove: compact.starts_with('-') });
        }
    }
}

fn cidr(item: &Place, report: &mut Report<'_>) -> Option<Cidr> {
    let text = report.document.slice(&item.span);
    let cidr = cidr_of(text, item, report)?;
    if !text.contains('/') {
        report.at(item, Code::NoPrefix { taken: cidr });
    }
    Some(cidr)
}

fn cidr_of(text: &str, item: &Place, report: &mut Report<'_>) -> Option<Cidr> {
    text.parse().map_err(|error| report.at(item, Code::Cidr(Quoted::new(text), error))).ok()
}

/// Returns the items of a list in wg-quick's form: separated by commas or white space, with empty ones removed.
fn words(value: &Place, report: &Report<'_>) -> Vec<Place> {
    let mut words = split(value, report, |character| character == ',' || is_space(character));
    words.retain(|word| !word.span.is_empty());
    words
}

/// Returns the items between separators without surrounding white space, including empty ones.
fn split(value: &Place, report: &Report<'_>, is_separator: impl Fn(char) -> bool) -> Vec<Place> {
    let mut start = value.span.start;
    let item = |span: Range<usize>| Place { line: value.line, span: report.document.trim(span) };
    let mut items = Vec::new();
    for (offset, separator) in report.document.slice(&value.span).char_indices().filter(|(_, character)| is_separator(*character))
    {
        let at = value.span.start + offset;
        items.push(item(start..at));
        start = at + separator.len_utf8();
    }
    items.push(item(start..value.span.end));
    items
}

/// Removes all white space, as `wg` does.
fn compact(text: &str) -> Cow<'_, str> {
    if text.contains(is_space) {
        Cow::Owned(text.chars().filter(|character| !is_space(*character)).collect())
    } else {
        Cow::Borrowed(text)
    }
}
