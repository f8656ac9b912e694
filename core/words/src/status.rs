//! Labels and phrases for the facts about a tunnel, as `adit status` and lists show them.

use fluent_bundle::FluentValue;

use crate::{Words, argument, visible};

/// The label of a fact about a tunnel or a peer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum StatusLabel {
    /// Addresses of this computer in the tunnel.
    Addresses,
    /// Allowed IPs of a peer.
    AllowedIps,
    /// Whether the tunnel comes up at boot.
    AtStart,
    /// Commands of the configuration.
    Commands,
    /// A conflict.
    Conflict,
    /// Queues and offloads.
    DataPath,
    /// A running tunnel that differs from its configuration.
    Differs,
    /// The endpoint of a peer.
    Endpoint,
    /// The endpoints of a peer after the first one.
    FurtherEndpoints,
    /// The file of a tunnel that is not in the sealed store.
    File,
    /// The latest handshake.
    Handshake,
    /// The interface.
    Interface,
    /// IPv6 outside the tunnel.
    Ipv6,
    /// The persistent keepalive.
    Keepalive,
    /// The age of the private key.
    Key,
    /// The kill switch.
    KillSwitch,
    /// Local networks while the kill switch is closed.
    Lan,
    /// The MTU.
    Mtu,
    /// The name of a tunnel.
    Name,
    /// Another network namespace.
    Namespace,
    /// A new key that waits.
    NewKey,
    /// A remark about a peer.
    Note,
    /// The title of a peer.
    Peer,
    /// The UDP port.
    Port,
    /// The preshared key with a peer.
    PresharedKey,
    /// Whether the service keeps the private key.
    PrivateKey,
    /// The reason why a tunnel cannot be used.
    Problem,
    /// The public key.
    PublicKey,
    /// Traffic a second.
    Rate,
    /// Traffic received.
    Received,
    /// The age from which on keys are reported as old.
    Reminder,
    /// The time of the next attempt.
    Retry,
    /// A routing loop.
    RoutingLoop,
    /// Traffic sent.
    Sent,
    /// The beginning of a state.
    Since,
    /// The state of a tunnel.
    State,
    /// Traffic since the tunnel came up.
    Traffic,
    /// How long a tunnel has been up.
    Up,
    /// A warning.
    Warning,
    /// The reason of a state.
    Why,
}

/// An offload of the data path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Offload {
    /// Superpackets of TCP on the interface.
    TunTcp,
    /// Superpackets of UDP on the interface.
    TunUdp,
    /// Several datagrams sent by one system call.
    Send,
    /// Several datagrams received by one system call.
    Receive,
}

/// A fact about a tunnel or a peer. `tunnel` is the tunnel's name; spans and times are milliseconds.
#[derive(Clone, Debug)]
pub enum StatusText<'a> {
    /// There is no tunnel.
    NoTunnels,
    /// A key is at least this old.
    KeyAge {
        /// Its age.
        span: u64,
        /// True if it is older than the tunnel's administrator wants.
        is_old: bool,
    },
    /// The service does not keep the private key.
    KeyAsked,
    /// A new key waits until the other side knows it.
    NewKey {
        /// The short form of its public key.
        key: &'a str,
        /// When it was made, Unix milliseconds.
        since: u64,
        /// The present time, Unix milliseconds.
        now: u64,
    },
    /// The tunnel comes up at boot, or not.
    StartsAtBoot(bool),
    /// Local networks are reachable while the kill switch is closed, or not.
    LanAllowed(bool),
    /// IPv6 may leave outside the tunnel.
    Ipv6Outside,
    /// Keys of this age, in days, are reported as old.
    Reminder {
        /// The age in days.
        days: u32,
    },
    /// The commands are approved.
    HooksApproved,
    /// The commands are not approved.
    HooksNotApproved {
        /// The tunnel.
        tunnel: &'a str,
    },
    /// The configuration has errors.
    Unusable {
        /// The tunnel.
        tunnel: &'a str,
    },
    /// The next attempt is in this time.
    RetryIn(u64),
    /// There is no further attempt.
    NoRetry,
    /// The tunnel has been up for this time.
    UpFor(u64),
    /// The interface is in another network namespace.
    OtherNamespace,
    /// The data path.
    DataPath {
        /// Queues of the interface.
        queues: u32,
        /// The offloads in use.
        offloads: &'a [Offload],
    },
    /// Encrypted packets came back into the tunnel.
    RoutingLoops(u64),
    /// The running tunnel differs from its configuration.
    Differs {
        /// The tunnel.
        tunnel: &'a str,
    },
    /// Another program added this peer.
    PeerFromOutside,
    /// The peer has no endpoint.
    NoEndpoint,
    /// The address of an endpoint's name.
    EndpointResolved {
        /// The endpoint in the configuration.
        endpoint: &'a str,
        /// The address in use.
        address: &'a str,
    },
    /// The peer was heard from another address than the configured one.
    EndpointMoved {
        /// The endpoint in the configuration.
        endpoint: &'a str,
        /// The address in use.
        address: &'a str,
    },
    /// Networks that are left out of a list.
    MoreNetworks(usize),
    /// There is a preshared key, whose age is unknown.
    PresharedKeySet,
    /// The interval of the persistent keepalive, seconds.
    Keepalive(u16),
    /// Peers that are left out of a list.
    MorePeers {
        /// How many.
        count: usize,
        /// The tunnel.
        tunnel: &'a str,
    },
}

impl Words {
    /// Returns the label of a fact. Where the window shows the same fact, the label is the window's.
    pub fn status_label(&self, label: StatusLabel) -> String {
        let id = match label {
            StatusLabel::Addresses => "status-label-addresses",
            StatusLabel::AllowedIps => "ui-allowed-ips",
            StatusLabel::AtStart => "status-label-at-start",
            StatusLabel::Commands => "status-label-commands",
            StatusLabel::Conflict => "status-label-conflict",
            StatusLabel::DataPath => "ui-data-path",
            StatusLabel::Differs => "status-label-differs",
            StatusLabel::Endpoint => "ui-endpoint",
            StatusLabel::FurtherEndpoints => "status-label-also-tries",
            StatusLabel::File => "status-label-file",
            StatusLabel::Handshake => "status-label-handshake",
            StatusLabel::Interface => "ui-interface",
            StatusLabel::Ipv6 => "status-label-ipv6",
            StatusLabel::Keepalive => "ui-keepalive",
            StatusLabel::Key => "status-label-key",
            StatusLabel::KillSwitch => "ui-kill-switch",
            StatusLabel::Lan => "status-label-lan",
            StatusLabel::Mtu => "field-mtu",
            StatusLabel::Name => "ui-name",
            StatusLabel::Namespace => "status-label-namespace",
            StatusLabel::NewKey => "ui-new-key",
            StatusLabel::Note => "status-label-note",
            StatusLabel::Peer => "ui-peer",
            StatusLabel::Port => "status-label-port",
            StatusLabel::PresharedKey => "status-label-preshared-key",
            StatusLabel::PrivateKey => "status-label-private-key",
            StatusLabel::Problem => "status-label-problem",
            StatusLabel::PublicKey => "ui-public-key",
            StatusLabel::Rate => "status-label-rate",
            StatusLabel::Received => "status-label-received",
            StatusLabel::Reminder => "status-label-reminder",
            StatusLabel::Retry => "status-label-retry",
            StatusLabel::RoutingLoop => "status-label-routing-loop",
            StatusLabel::Sent => "status-label-sent",
            StatusLabel::Since => "status-label-since",
            StatusLabel::State => "status-label-state",
            StatusLabel::Traffic => "ui-traffic",
            StatusLabel::Up => "status-label-up",
            StatusLabel::Warning => "status-label-warning",
            StatusLabel::Why => "status-label-why",
        };
        self.say(id, &[])
    }

    /// Describes a fact about a tunnel or a peer, without a full stop.
    pub fn status(&self, text: &StatusText<'_>) -> String {
        let (id, arguments) = self.status_message(text);
        self.say(id, &arguments)
    }

    /// Describes a fact, and adds the command to type, if there is one.
    pub fn status_for_terminal(&self, text: &StatusText<'_>) -> String {
        let (id, arguments) = self.status_message(text);
        self.joined(id, &arguments, self.say_attribute(id, "command", &arguments))
    }

    fn status_message(&self, text: &StatusText<'_>) -> (&'static str, Vec<(&'static str, FluentValue<'static>)>) {
        let typed = |tunnel: &str| vec![("argument", argument(tunnel).into())];
        let span = |span: u64| vec![("span", self.span(span).into())];
        let shown = |name, text: &str| (name, visible(text).into());
        match text {
            StatusText::NoTunnels => ("status-no-tunnels", Vec::new()),
            StatusText::KeyAge { span: age, is_old: false } => ("status-key-age", span(*age)),
            StatusText::KeyAge { span: age, is_old: true } => ("status-key-age-old", span(*age)),
            StatusText::KeyAsked => ("status-key-asked", Vec::new()),
            StatusText::NewKey { key, since, now } => {
                ("status-new-key", vec![shown("key", key), ("ago", self.ago(*since, *now).into())])
            }
            StatusText::StartsAtBoot(true) => ("status-starts-at-boot", Vec::new()),
            StatusText::StartsAtBoot(false) => ("status-stays-off", Vec::new()),
            StatusText::LanAllowed(true) => ("status-lan-allowed", Vec::new()),
            StatusText::LanAllowed(false) => ("status-lan-blocked", Vec::new()),
            StatusText::Ipv6Outside => ("status-ipv6-outside", Vec::new()),
            StatusText::Reminder { days } => ("status-reminder", vec![("days", (*days).into())]),
            StatusText::HooksApproved => ("status-hooks-approved", Vec::new()),
            StatusText::HooksNotApproved { tunnel } => ("status-hooks-not-approved", typed(tunnel)),
            StatusText::Unusable { tunnel } => ("status-unusable", typed(tunnel)),
            StatusText::RetryIn(left) => ("status-retry-in", span(*left)),
            StatusText::NoRetry => ("status-no-retry", Vec::new()),
            StatusText::UpFor(time) => ("status-up-for", span(*time)),
            StatusText::OtherNamespace => ("status-other-namespace", Vec::new()),
            StatusText::DataPath { queues, offloads: [] } => ("status-data-path-plain", vec![("queues", (*queues).into())]),
            StatusText::DataPath { queues, offloads } => {
                let offloads: Vec<String> = offloads.iter().map(|one| self.offload(*one)).collect();
                ("status-data-path", vec![("queues", (*queues).into()), ("offloads", offloads.join(", ").into())])
            }
            StatusText::RoutingLoops(count) => ("status-routing-loops", vec![("count", (*count).into())]),
            StatusText::Differs { tunnel } => ("status-differs", typed(tunnel)),
            StatusText::PeerFromOutside => ("status-peer-from-outside", Vec::new()),
            StatusText::NoEndpoint => ("status-endpoint-none", Vec::new()),
            StatusText::EndpointResolved { endpoint, address } => {
                ("status-endpoint-resolved", vec![shown("endpoint", endpoint), shown("address", address)])
            }
            StatusText::EndpointMoved { endpoint, address } => {
                ("status-endpoint-moved", vec![shown("endpoint", endpoint), shown("address", address)])
            }
            StatusText::MoreNetworks(count) => ("status-more-networks", vec![("count", (*count).into())]),
            StatusText::PresharedKeySet => ("status-preshared-key-set", Vec::new()),
            StatusText::Keepalive(seconds) => ("status-keepalive", vec![("seconds", (*seconds).into())]),
            StatusText::MorePeers { count, tunnel } => {
                ("status-more-peers", vec![("count", (*count).into()), ("argument", argument(tunnel).into())])
            }
        }
    }

    fn offload(&self, offload: Offload) -> String {
        let id = match offload {
            Offload::TunTcp => "status-offload-tun-tcp",
            Offload::TunUdp => "status-offload-tun-udp",
            Offload::Send => "status-offload-send",
            Offload::Receive => "status-offload-receive",
        };
        self.say(id, &[])
    }
}
