//! Sentences for what the reports of both ends of a tunnel show when they are compared.

use std::net::SocketAddr;

use adit_api::PublicKey;
use fluent_bundle::FluentValue;

use crate::{Words, visible};

/// One of the two ends of a tunnel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// The end that compares.
    Here,
    /// The other end.
    There,
}

/// What two reports show.
#[derive(Clone, Debug)]
pub enum FindingText<'a> {
    /// Nothing.
    None,
    /// Nothing besides the other findings.
    NoneElse,
    /// Both ends have the same public key.
    SameKey,
    /// The tunnel is not up at this end.
    NotUp(End),
    /// This end has no private key.
    NoKey(End),
    /// This end does not have the other one as a peer.
    UnknownKey {
        /// The end that lacks the peer.
        end: End,
        /// The peers that it has.
        has: &'a [PublicKey],
        /// The public key of the other end.
        key: PublicKey,
    },
    /// Only this end has a preshared key.
    PresharedKeyOnOneEnd(End),
    /// Both ends have these addresses in the tunnel.
    SameAddress(&'a [String]),
    /// Neither end has an endpoint of the other one.
    NoEndpoint,
    /// The preshared keys probably differ.
    PresharedKeysDiffer,
    /// The reports were made with this much time between them, milliseconds.
    Clocks(u64),
    /// The MTUs differ.
    Mtu {
        /// Here, bytes.
        here: u16,
        /// At the other end, bytes.
        there: u16,
    },
    /// The other end does not accept addresses of this one.
    AddressNotAllowed {
        /// The end that sends.
        from: End,
        /// Its addresses that the other end lacks.
        addresses: &'a [String],
    },
    /// The other end refuses handshakes of this one as older than an earlier one.
    StaleTimestamp {
        /// The end that sends.
        from: End,
    },
    /// The other end listens at another port than the one to which this one sends.
    Port {
        /// The end that sends.
        from: End,
        /// The port to which it sends.
        port: u16,
        /// The port at which the other end listens.
        listens: u16,
    },
    /// The other end is behind address translation, and has no keepalive.
    Keepalive {
        /// The end that sends.
        from: End,
        /// The address from which the other end is heard.
        endpoint: SocketAddr,
        /// The port at which the other end listens.
        listens: u16,
    },
    /// Nothing that this end sent reached the other one.
    NothingArrives {
        /// The end that sends.
        from: End,
        /// Bytes that it sent.
        sent: u64,
        /// The address to which it sent them.
        endpoint: Option<SocketAddr>,
    },
    /// The other end dropped what this one sent.
    Dropped {
        /// The end that sends.
        from: End,
        /// Bytes that it sent.
        sent: u64,
        /// The address to which it sent them.
        endpoint: Option<SocketAddr>,
        /// The codes of the reasons, and how often.
        reasons: Vec<(&'a str, u64)>,
    },
}

impl Words {
    /// Describes a finding, with the change that would be right.
    pub fn finding(&self, finding: &FindingText<'_>) -> String {
        match finding {
            FindingText::None => self.say("finding-none", &[]),
            FindingText::NoneElse => self.say("finding-none-else", &[]),
            FindingText::SameKey => self.say("finding-same-key", &[]),
            FindingText::NotUp(end) => self.say("finding-not-up", &[at(*end)]),
            FindingText::NoKey(end) => self.say("finding-no-key", &[at(*end)]),
            FindingText::UnknownKey { end, has: [], key } => {
                self.say("finding-unknown-key-no-peer", &[at(*end), ("key", key.to_string().into())])
            }
            FindingText::UnknownKey { end, has, key } => {
                let has: Vec<String> = has.iter().map(ToString::to_string).collect();
                self.say("finding-unknown-key", &[at(*end), ("keys", has.join(", ").into()), ("key", key.to_string().into())])
            }
            FindingText::PresharedKeyOnOneEnd(end) => self.say("finding-preshared-key-on-one-end", &[at(*end)]),
            FindingText::SameAddress(addresses) => {
                self.say("finding-same-address", &[("addresses", addresses.join(", ").into())])
            }
            FindingText::NoEndpoint => self.say("finding-no-endpoint", &[]),
            FindingText::PresharedKeysDiffer => self.say("finding-preshared-keys-differ", &[]),
            FindingText::Clocks(span) => self.say("finding-clocks", &[("span", self.span(*span).into())]),
            FindingText::Mtu { here, there } => {
                let bytes = |name, mtu: u16| (name, mtu.to_string().into());
                self.say("finding-mtu", &[bytes("here", *here), bytes("there", *there), bytes("smaller", *here.min(there))])
            }
            FindingText::AddressNotAllowed { from: end, addresses } => {
                self.say("finding-address-not-allowed", &[from(*end), ("addresses", addresses.join(", ").into())])
            }
            FindingText::StaleTimestamp { from: end } => self.say("finding-stale-timestamp", &[from(*end)]),
            FindingText::Port { from: end, port, listens } => self
                .say("finding-port", &[from(*end), ("port", port.to_string().into()), ("listens", listens.to_string().into())]),
            FindingText::Keepalive { from: end, endpoint, listens } => self.say(
                "finding-keepalive",
                &[from(*end), ("endpoint", endpoint.to_string().into()), ("listens", listens.to_string().into())],
            ),
            FindingText::NothingArrives { from: end, sent, endpoint } => {
                self.say("finding-nothing-arrives", &[from(*end), self.sent(*sent, *endpoint)])
            }
            FindingText::Dropped { from: end, sent, endpoint, reasons } => {
                let count = |(reason, count): &(&str, u64)| {
                    self.say("finding-drop-count", &[("reason", visible(reason).into()), ("count", (*count).into())])
                };
                let reasons: Vec<String> = reasons.iter().map(count).collect();
                let reasons = ("reasons", reasons.join(", ").into());
                self.say("finding-dropped", &[from(*end), self.sent(*sent, *endpoint), reasons])
            }
        }
    }

    fn sent(&self, sent: u64, endpoint: Option<SocketAddr>) -> (&'static str, FluentValue<'static>) {
        let sent = self.bytes(sent);
        let text = match endpoint {
            Some(endpoint) => self.say("finding-sent-to", &[("sent", sent.into()), ("endpoint", endpoint.to_string().into())]),
            None => sent,
        };
        ("sent", text.into())
    }
}

fn at(end: End) -> (&'static str, FluentValue<'static>) {
    ("end", name(end).into())
}

fn from(end: End) -> (&'static str, FluentValue<'static>) {
    ("from", name(end).into())
}

const fn name(end: End) -> &'static str {
    match end {
        End::Here => "here",
        End::There => "there",
    }
}
