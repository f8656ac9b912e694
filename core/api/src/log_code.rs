//! The events that the log records: one variant for each, with its fields. `adit-words` turns them into sentences.

use std::net::SocketAddr;

use adit_config::InterfaceName;
use serde::{Deserialize, Serialize};

use crate::{ApiError, HooksHash, LogLevel, LogText, PortalEnd, PublicKey, RuleSource, RulesSwitch};

macro_rules! log_codes {
    ($($(#[$doc:meta])+ $level:ident $variant:ident = $code:tt $({ $($(#[$field_doc:meta])+ $field:ident: $type:ty,)+ })?;)+) => {
        /// The event that a line of the log records. In JSON: `{"code":"handshake_sent","fields":{"peer":"…","attempt":1}}`,
        /// without `fields` if there are none. No field contains a private or preshared key.
        #[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
        #[serde(tag = "code", content = "fields")]
        #[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
        pub enum LogCode {
            $($(#[$doc])+ #[serde(rename = $code)] $variant $({ $($(#[$field_doc])+ $field: $type,)+ })?,)+
        }

        impl LogCode {
            /// The names of all codes.
            pub const NAMES: &[&str] = &[$($code),+];

            /// Returns the code as in JSON. The codes never change.
            pub const fn name(&self) -> &'static str {
                match self {
                    $(Self::$variant { .. } => $code,)+
                }
            }

            /// Returns the severity of the event.
            pub const fn level(&self) -> LogLevel {
                match self {
                    $(Self::$variant { .. } => LogLevel::$level,)+
                }
            }
        }
    };
}

log_codes! {
    /// The service has started.
    Info DaemonStarted = "daemon_started" {
        /// Version of the program, such as `0.1.0`.
        version: LogText,
    };
    /// The service has ended.
    Info DaemonEnded = "daemon_ended";
    /// A file of the store is not used.
    Warn StoreFinding = "store_finding" {
        /// Its path.
        file: LogText,
        /// The reason, in English.
        what: LogText,
    };
    /// The record of a tunnel cannot be read.
    Error TunnelBroken = "tunnel_broken" {
        /// The reason, in English.
        error: LogText,
    };
    /// A configuration file in `/etc/wireguard` cannot be used.
    Warn FileUnusable = "file_unusable" {
        /// Its path.
        file: LogText,
        /// The reason, in English.
        error: LogText,
    };
    /// The configuration file of a tunnel was removed, and the tunnel with it.
    Info FileGone = "file_gone" {
        /// Its path.
        file: LogText,
    };

    /// The tunnel was imported.
    Info Imported = "imported";
    /// The configuration was exported with its keys.
    Info Exported = "exported" {
        /// The user who received it.
        to: LogText,
    };
    /// The tunnel was removed.
    Info Removed = "removed";
    /// The configuration was replaced.
    Info ConfigReplaced = "config_replaced" {
        /// The new version.
        version: u64,
    };
    /// The running tunnel was made to match its configuration.
    Info Reloaded = "reloaded" {
        /// The version that runs.
        version: u64,
    };
    /// The running settings were saved into the configuration.
    Info Saved = "saved" {
        /// The new version.
        version: u64,
    };
    /// The running settings could not be saved into the configuration.
    Error NotSaved = "not_saved" {
        /// The reason.
        error: Box<ApiError>,
    };
    /// The tunnel was taken over from wg-quick.
    Info TakenOver = "taken_over";
    /// A tunnel that was taken over did not come up and was given back to wg-quick.
    Warn GivenBack = "given_back" {
        /// Why it did not come up.
        error: Box<ApiError>,
    };
    /// A tunnel that did not come up could not be given back to wg-quick either.
    Error NotGivenBack = "not_given_back" {
        /// Why it could not be given back.
        error: Box<ApiError>,
    };

    /// The private key was removed from the store; it is asked for from now on.
    Info KeyForgotten = "key_forgotten";
    /// The tunnel's key is older than its administrator wants.
    Warn KeyOld = "key_old" {
        /// The age from which on a key is old.
        days: u32,
    };
    /// A preshared key is older than the tunnel's administrator wants.
    Warn PresharedKeyOld = "preshared_key_old" {
        /// The peer that has the other copy.
        peer: PublicKey,
        /// The age from which on a key is old.
        days: u32,
    };
    /// A new key was made, and waits to replace the old one.
    Info RotationBegun = "rotation_begun";
    /// The new key replaced the old one.
    Info RotationFinished = "rotation_finished";

    /// The commands of the configuration were approved.
    Info HooksApproved = "hooks_approved" {
        /// The user who approved them.
        by: LogText,
        /// The hash of the approved commands.
        hash: HooksHash,
    };
    /// The commands of the configuration are not run.
    Warn HooksNotRun = "hooks_not_run";
    /// Commands run in `sh`, because bash is not installed.
    Warn HooksInSh = "hooks_in_sh";
    /// A command of the configuration is run.
    Info CommandRuns = "command_runs";

    /// The tunnel is being brought up.
    Info Connecting = "connecting";
    /// The tunnel is being restarted.
    Info Restarting = "restarting";
    /// The tunnel is brought up again after a failure.
    Info TriedAgain = "tried_again";
    /// The tunnel is up.
    Info Up = "up";
    /// The tunnel is down.
    Info Down = "down";
    /// The tunnel is paused.
    Info Paused = "paused";
    /// The tunnel could not be brought up.
    Error NotUp = "not_up" {
        /// The reason.
        error: Box<ApiError>,
    };
    /// A tunnel that was up before the service started could not be brought up again.
    Error NotRestored = "not_restored" {
        /// The reason.
        error: Box<ApiError>,
    };
    /// The tunnel's wanted state (up or down) could not be saved.
    Error NotKept = "not_kept" {
        /// The reason.
        error: Box<ApiError>,
    };
    /// A step of bringing the tunnel up is undone.
    Debug TakingBack = "taking_back" {
        /// The step.
        step: UndoneStep,
    };
    /// A step of bringing the tunnel up could not be undone.
    Error NotTakenBack = "not_taken_back" {
        /// The reason, in English.
        error: LogText,
    };
    /// Another program removed the tunnel's interface.
    Warn RemovedFromOutside = "removed_from_outside";
    /// The interface was moved to another network namespace, or came back.
    Info InterfaceMoved = "interface_moved" {
        /// True if it is in another namespace now.
        elsewhere: bool,
    };
    /// Settings that a killed process had left on the computer were removed.
    Warn LeftoversRemoved = "leftovers_removed" {
        /// The settings, in English.
        what: LogText,
    };
    /// Settings that a killed process had left on the computer could not be removed.
    Error LeftoversStay = "leftovers_stay" {
        /// The reason, in English.
        error: LogText,
    };

    /// `DNS` has search domains but no server: they are not set.
    Warn SearchWithoutServer = "search_without_server" {
        /// The search domains.
        domains: Vec<LogText>,
    };
    /// This computer cannot restrict the tunnel's DNS servers to these domains: they are asked for all names.
    Warn SplitDnsLeftOut = "split_dns_left_out" {
        /// The domains.
        domains: Vec<LogText>,
    };
    /// The tunnel has no IPv6 on this computer.
    Warn Ipv6LeftOut = "ipv6_left_out" {
        /// The reason, in English.
        because: LogText,
    };
    /// The tunnel takes all of IPv4, and IPv6 leaves outside it.
    Warn Ipv6Outside = "ipv6_outside";
    /// The tunnel takes all of IPv4, and IPv6 is blocked outside it.
    Warn Ipv6Closed = "ipv6_closed";
    /// Packets of the configured MTU do not fit through the path to a peer.
    Warn MtuTooLarge = "mtu_too_large" {
        /// The configured MTU, bytes.
        mtu: u16,
        /// The largest MTU that fits, bytes.
        fits: u16,
    };
    /// There is no packet filter to guard the tunnel's addresses.
    Warn NoFirewall = "no_firewall";

    /// An endpoint's name is looked up.
    Debug Resolving = "resolving" {
        /// The host name.
        name: LogText,
    };
    /// The resolver did not answer, and is asked again.
    Warn ResolverNotReady = "resolver_not_ready" {
        /// The endpoint as configured.
        endpoint: LogText,
        /// The resolver's message, in English.
        error: LogText,
        /// Milliseconds until the next attempt.
        again_in_ms: u64,
    };
    /// The name of a peer resolves to another address, and the peer answers there.
    Info EndpointMoved = "endpoint_moved" {
        /// The peer.
        peer: PublicKey,
        /// Its new address.
        endpoint: SocketAddr,
    };
    /// The name of a peer could not be looked up again.
    Warn EndpointUnknown = "endpoint_unknown" {
        /// The peer.
        peer: PublicKey,
        /// The resolver's message, in English.
        error: LogText,
    };

    /// A handshake initiation was sent.
    Debug HandshakeSent = "handshake_sent" {
        /// The peer.
        peer: PublicKey,
        /// 1 for the first attempt, and one more for each unanswered one.
        attempt: u32,
    };
    /// A handshake was completed: there is a new session.
    Debug HandshakeCompleted = "handshake_completed" {
        /// The peer.
        peer: PublicKey,
        /// The end that initiated the handshake.
        begun_by: TunnelEnd,
    };
    /// A peer did not answer for 90 seconds: no more initiations are sent until there is data for it.
    Debug HandshakeGivenUp = "handshake_given_up" {
        /// The peer.
        peer: PublicKey,
    };
    /// A handshake message was dropped.
    Debug HandshakeDropped = "handshake_dropped" {
        /// The source address.
        from: SocketAddr,
        /// The reason.
        reason: HandshakeDrop,
    };
    /// A peer under load sent a cookie: the initiation is sent again with it.
    Debug CookieReceived = "cookie_received" {
        /// The peer.
        peer: PublicKey,
    };
    /// A peer has not answered for 15 seconds.
    Debug PeerSilent = "peer_silent" {
        /// The peer.
        peer: PublicKey,
    };
    /// A peer roamed.
    Info PeerMoved = "peer_moved" {
        /// The peer.
        peer: PublicKey,
        /// Its new endpoint.
        endpoint: SocketAddr,
    };
    /// A peer has not answered for minutes.
    Warn NoAnswer = "no_answer" {
        /// The peer.
        peer: PublicKey,
        /// The duration in seconds.
        seconds: u64,
    };
    /// A peer of which `no_answer` was recorded answers again.
    Info AnswersAgain = "answers_again" {
        /// The peer.
        peer: PublicKey,
        /// The duration of the silence in seconds.
        after_seconds: u64,
    };

    /// The computer's network changed.
    Debug NetworkChanged = "network_changed";
    /// Routes to peers changed, or the computer slept: a new handshake with these peers is started.
    Debug PathChanged = "path_changed" {
        /// The number of peers.
        peers: u32,
    };
    /// The interface's MTU follows the path to the peers.
    Info MtuChanged = "mtu_changed" {
        /// Bytes before.
        from: u16,
        /// Bytes now.
        to: u16,
    };
    /// The tunnel could not follow a change of the network.
    Error CannotFollowNetwork = "cannot_follow_network" {
        /// The reason, in English.
        error: LogText,
    };
    /// The local networks that stay reachable could not be updated.
    Error LocalNetworksUnknown = "local_networks_unknown" {
        /// The reason, in English.
        error: LogText,
    };

    /// The kill switch was closed.
    Info Closed = "closed";
    /// The kill switch was opened.
    Info Opened = "opened";
    /// The kill switch could not be closed.
    Error NotClosed = "not_closed" {
        /// The reason.
        error: Box<ApiError>,
    };
    /// The kill switch could not be opened.
    Error NotOpened = "not_opened" {
        /// The reason, in English.
        error: LogText,
    };
    /// The kill switch was set to off.
    Info LetsOutside = "lets_outside";
    /// The kill switch was set to block.
    Info BlocksOutside = "blocks_outside" {
        /// True if local networks stay reachable while it is closed.
        allow_lan: bool,
    };
    /// The kill switch was set to lockdown.
    Info LockedDown = "locked_down" {
        /// True if local networks stay reachable while it is closed.
        allow_lan: bool,
    };
    /// IPv6 may leave outside a tunnel that takes only IPv4.
    Info Ipv6AllowedOutside = "ipv6_allowed_outside";
    /// IPv6 may not leave outside a tunnel that takes only IPv4.
    Info Ipv6KeptInside = "ipv6_kept_inside";
    /// A kill switch that belongs to no tunnel in the store stays closed.
    Warn StaysBlocked = "stays_blocked" {
        /// The interface in the kill switch's name.
        #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))]
        interface: InterfaceName,
    };
    /// Which kill switches are closed on this computer could not be determined.
    Error KillSwitchesUnknown = "kill_switches_unknown" {
        /// The reason, in English.
        error: LogText,
    };
    /// The kill switch that was closed at boot, because no tunnel was known, was opened.
    Info EarlyOpened = "early_opened" {
        /// The interface in the kill switch's name.
        #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))]
        interface: InterfaceName,
    };
    /// The list of kill switches to close at boot could not be saved.
    Error EarlyNotKept = "early_not_kept" {
        /// The reason, in English.
        error: LogText,
    };
    /// A peer that roamed cannot be reached, because the closed kill switch could not be updated.
    Error PeerShutOut = "peer_shut_out" {
        /// The reason, in English.
        error: LogText,
    };

    /// The on-demand rules were replaced.
    Info RulesSet = "rules_set" {
        /// The new revision.
        revision: u64,
        /// The user who replaced them.
        by: LogText,
    };
    /// The stored rules cannot be read. The last ones, or the most protective ones, hold.
    Error RulesBroken = "rules_broken" {
        /// The reason, in English.
        error: LogText,
    };
    /// The rules acted.
    Info RulesActed = "rules_acted" {
        /// The origin of the decision.
        by: RuleSource,
        /// The interfaces and Wi-Fi names of the networks; none if they are unknown or there is none.
        networks: Vec<LogText>,
        /// The tunnels that are up, with the others of the rules down; None: all stay as they are.
        up: Option<Vec<LogText>>,
        /// The kill switch.
        kill_switch: RulesSwitch,
    };
    /// A wish of the rules could not be carried out.
    Error RuleNotCarriedOut = "rule_not_carried_out" {
        /// The reason.
        error: Box<ApiError>,
    };
    /// The tunnel was turned on or off by hand, which the rules respect until the network changes.
    Info ChoiceBegun = "choice_begun" {
        /// True if it was turned on.
        is_up: bool,
    };
    /// The rules decide about the tunnel again.
    Info ChoiceEnded = "choice_ended";
    /// The rules are paused.
    Info RulesPaused = "rules_paused" {
        /// The duration in seconds; None: until the network changes.
        seconds: Option<u32>,
    };
    /// The pause of the rules ended.
    Info RulesResumed = "rules_resumed";
    /// The time is over after which the tunnel goes down by itself.
    Info AutoOffReached = "auto_off_reached";
    /// The server does not answer: the addresses of its endpoint are looked up and tried again.
    Info NextEndpointTried = "next_endpoint_tried";
    /// The tunnel uses this one of its endpoints: the next one because the server does not answer, or the first one again.
    Info EndpointChosen = "endpoint_chosen" {
        /// The endpoint.
        endpoint: LogText,
    };
    /// The tunnel carries other networks, without a new handshake, because the rules want that.
    Info RoutingChanged = "routing_changed";
    /// The networks that the computer is in cannot be observed. The most protective consequence of the rules holds.
    Error NetworksUnknown = "networks_unknown" {
        /// The reason, in English.
        error: LogText,
    };

    /// One program may reach the network's captive portal, past kill switches and tunnels.
    Info PortalOpened = "portal_opened" {
        /// The user and the process that asked for it.
        by: LogText,
        /// The longest duration.
        seconds: u32,
    };
    /// The program may reach this host of the captive portal.
    Info PortalHost = "portal_host" {
        /// The name or address.
        host: LogText,
    };
    /// The captive portal can no longer be reached.
    Info PortalClosed = "portal_closed" {
        /// The reason.
        end: PortalEnd,
    };
    /// The way to the captive portal could not be opened.
    Warn PortalNotOpened = "portal_not_opened" {
        /// The reason, in English.
        error: LogText,
    };
    /// The way to the captive portal could not be closed. The kernel closes it when its time is over.
    Error PortalNotClosed = "portal_not_closed" {
        /// The reason, in English.
        error: LogText,
    };

    /// Another program undid a network setting of the tunnel, and Adit restored it.
    Warn PutBack = "put_back" {
        /// The setting.
        what: NetworkSetting,
    };
    /// A network setting that another program undid could not be restored.
    Error NotPutBack = "not_put_back" {
        /// The reason, in English.
        error: LogText,
    };
    /// Another program repeatedly undoes network settings of the tunnel: for some time only the kill switch is restored at once.
    Error FoughtWith = "fought_with" {
        /// The number of times within ten seconds.
        times: u32,
    };
    /// Adit does not notice when other programs change network settings.
    Error Unguarded = "unguarded" {
        /// The reason, in English.
        error: LogText,
    };

    /// A line of a log file that another version of Adit wrote, with a code that this version does not know. Only the reader of
    /// these files makes it.
    Info Other = "other" {
        /// Its code.
        name: LogText,
        /// Its fields.
        fields: Vec<LogField>,
    };
}

/// A field of a line that another version wrote.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct LogField {
    /// The field's name, such as `peer`.
    pub name: LogText,
    /// The field's value as text.
    pub value: LogText,
}

/// One of the two ends of a session.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum TunnelEnd {
    /// This computer.
    Us,
    /// The peer.
    Peer,
}

/// The reason why a handshake message was dropped.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum HandshakeDrop {
    /// It is not a WireGuard message.
    MessageType,
    /// No WireGuard message has that length.
    MessageLength,
    /// Its `mac1` was not made with this end's public key: the sender has another public key for this end.
    Mac1,
    /// This end is under load and answered with a cookie.
    CookieRequired,
    /// This end is under load and has had too many handshakes from that address.
    RateLimited,
    /// This end has no private key.
    NoPrivateKey,
    /// No handshake or session of this end has its receiver index.
    UnknownIndex,
    /// It is a cookie reply to no message of this end.
    Cookie,
    /// It does not authenticate.
    Handshake,
    /// It has a public key of low order.
    LowOrderPoint,
    /// Its sender is not a peer of the tunnel.
    UnknownPeer,
    /// It is not newer than an initiation that was accepted before.
    ReplayedInitiation,
    /// It came too soon after the peer's last initiation.
    InitiationFlood,
}

impl HandshakeDrop {
    /// Returns the code as in JSON. The codes never change.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::MessageType => "message_type",
            Self::MessageLength => "message_length",
            Self::Mac1 => "mac1",
            Self::CookieRequired => "cookie_required",
            Self::RateLimited => "rate_limited",
            Self::NoPrivateKey => "no_private_key",
            Self::UnknownIndex => "unknown_index",
            Self::Cookie => "cookie",
            Self::Handshake => "handshake",
            Self::LowOrderPoint => "low_order_point",
            Self::UnknownPeer => "unknown_peer",
            Self::ReplayedInitiation => "replayed_initiation",
            Self::InitiationFlood => "initiation_flood",
        }
    }
}

/// A step of bringing a tunnel up that is undone when the tunnel goes down.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum UndoneStep {
    /// Commands `PreUp`; undone by `PostDown`.
    PreUp,
    /// The interface.
    Interface,
    /// The WireGuard engine on the interface.
    Engine,
    /// The packet filter.
    Firewall,
    /// Routes and rules.
    Routes,
    /// DNS servers.
    Dns,
    /// Commands `PostUp`; undone by `PreDown`.
    PostUp,
}

/// A setting of the computer's network that a tunnel makes and another program can undo.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub enum NetworkSetting {
    /// The kill switch.
    KillSwitch,
    /// The packet filter that guards the tunnel's addresses.
    PacketFilter,
    /// Addresses of the interface.
    Addresses,
    /// Routes.
    Routes,
    /// Rules that select the packets for these routes.
    Rules,
    /// DNS servers.
    Resolvers,
}
