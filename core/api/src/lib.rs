//! The contract: Adit's methods, their answers, and its events. Declared here once for Rust, JSON, TypeScript, Kotlin and Swift.
//!
//! Rules that let one type serve Rust, JSON, TypeScript, Kotlin and Swift: fields have names; no tuples, generics, lifetimes or
//! `usize`; enums that hold data say which case they are in `kind` (errors in `code`); names, ids, keys and networks are text that is
//! validated on arrival. Times are Unix milliseconds. No answer holds a private or preshared key but that to `export`.
#![forbid(unsafe_code)]

mod about;
mod caller;
mod change;
mod client;
mod config_text;
mod conflict;
mod diagnostic;
mod drops;
mod effect;
mod error;
mod event;
mod hooks;
mod kill_switch;
mod local;
mod log;
mod log_code;
mod log_text;
mod page;
mod peer;
mod preview;
mod public_key;
mod rotation;
mod route;
mod secret_key;
mod service;
mod takeover;
mod traffic;
mod tunnel;
mod tunnel_id;
mod tunnel_name;
#[cfg(feature = "typescript")]
pub mod typescript;

use std::net::IpAddr;

pub use about::{About, PROTOCOL};
pub use adit_config::{Cidr, InterfaceName};
pub use caller::{Action, Caller, Method, PeerId, Rights, Role};
pub use change::{
    ChangeEffect, ConfigChange, ConfigCheck, ConfigField, ConfigReplaced, Imported, MaskedConfig, VersionOrigin, VersionView,
};
pub use client::{BlockingClient, BlockingTransport, CallError, Client, Transport};
pub use config_text::ConfigText;
pub use conflict::Conflict;
pub use diagnostic::{Diagnostic, Fix, Severity};
pub use drops::{DropCount, DropReason};
pub use effect::Effect;
pub use error::{ApiError, Requirement};
pub use event::{Event, EventSink, Notice};
pub use hooks::{HookPhase, HooksHash, HooksHashError, HooksView};
pub use kill_switch::KillSwitch;
pub use local::{
    ConfigOutline, Entry, FileBytes, ImportDraft, ImportFile, ImportReading, ImportRefusal, LocalRequest, LocalResponse,
    OutlineSection, QrModules, SectionKind, Span, SpanClass,
};
pub use log::{LogLevel, LogLine, LogPage};
pub use log_code::{HandshakeDrop, LogCode, LogField, NetworkSetting, TunnelEnd, UndoneStep};
pub use log_text::LogText;
pub use page::{all_peers, all_tunnels};
pub use peer::{Health, NETWORKS_IN_VIEW, PeerPage, PeerStatus, PeerView};
pub use preview::{MtuSource, PlannedPeer, Preview, PreviewWarning};
pub use public_key::{PublicKey, PublicKeyError};
pub use rotation::{RotationTest, RotationView};
pub use route::{Route, RouteAnswer, RouteCandidate, RouteReason};
pub use secret_key::SecretKey;
pub use takeover::TakeoverView;
pub use traffic::{History, Sample};
pub use tunnel::{Counters, DataPath, DownReason, PEERS_IN_VIEW, Source, Step, TunnelPage, TunnelState, TunnelView, UpState};
pub use tunnel_id::{TunnelId, TunnelIdError};
pub use tunnel_name::{TunnelName, TunnelNameError};

service::service! {
    Status {
        /// Who answers, and what the caller may do.
        About = about() -> About;

        /// Tunnels, by name: as many as one answer can carry.
        Tunnels = tunnels(
            /// The name of the last tunnel of the page before; none: from the first.
            after: Option<TunnelName>,
        ) -> TunnelPage;

        /// One tunnel.
        Tunnel = tunnel(id: TunnelId) -> TunnelView;

        /// Peers of a tunnel: as many as one answer can carry.
        Peers = peers(
            id: TunnelId,
            /// `next` of the page before; none: from the first.
            after: Option<PublicKey>,
        ) -> PeerPage;

        /// What went through a tunnel in the last five minutes, second by second.
        History = history(id: TunnelId) -> History;

        /// How many packets of a tunnel were dropped since it came up, by reason; nothing for one that is not up.
        Drops = drops(id: TunnelId) -> Vec<DropCount>;

        /// What happened, from the line behind number `after` on.
        Logs = logs(
            /// 0 for the oldest that is remembered.
            after: u64,
            /// Least level that is wanted.
            level: LogLevel,
            /// Most lines, at most 1,000.
            limit: u32,
        ) -> LogPage;

        /// Where packets to an address go, and why.
        Route = route(ip: IpAddr) -> RouteAnswer;

        /// What bringing a tunnel up will change on this computer.
        Preview = preview(id: TunnelId) -> Preview;

        /// Tunnels of wg-quick that Adit could carry.
        Takeovers = takeovers() -> Vec<TakeoverView>;
    }

    Operate {
        /// Brings a tunnel up. Returns when the interface exists; events tell of the handshake. Does nothing where it is up.
        Connect = connect(
            id: TunnelId,
            /// Also where it is at odds with something else on this computer.
            despite_conflicts: bool,
        ) -> ();

        /// The same for a tunnel whose private key is not kept: with the key, which is remembered until the tunnel is down or blocked,
        /// in memory alone. One that is up goes on with the key that it has.
        ConnectWithKey = connect_with_key(id: TunnelId, key: SecretKey, despite_conflicts: bool) -> ();

        /// Takes a tunnel down, ends its pause, and opens the way past it where it blocks. Does nothing where it is down.
        Disconnect = disconnect(id: TunnelId) -> ();

        /// Takes a tunnel down and brings it up again, with its saved configuration.
        Restart = restart(id: TunnelId) -> ();

        /// Has a tunnel that is up run as its saved configuration says, without taking it down: for one whose file was edited, or that was
        /// changed from outside. Nothing is saved.
        Reload = reload(id: TunnelId) -> ConfigReplaced;

        /// Takes a tunnel that is up down for a while.
        Pause = pause(
            id: TunnelId,
            /// How long; none: until `resume`.
            seconds: Option<u32>,
        ) -> ();

        /// Brings a paused tunnel up.
        Resume = resume(id: TunnelId) -> ();
    }

    Administer {
        /// Makes a tunnel of a configuration.
        Import = import(
            name: TunnelName,
            #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))] interface: InterfaceName,
            config: ConfigText,
        ) -> Imported;

        /// Makes a tunnel of a configuration without a private key, for which the service generates one. The key is in no answer but
        /// that to `export`.
        Create = create(
            name: TunnelName,
            #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))] interface: InterfaceName,
            config: ConfigText,
        ) -> Imported;

        /// What bringing up a tunnel of this configuration would change on this computer. Saves nothing.
        PreviewConfig = preview_config(
            #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))] interface: InterfaceName,
            config: ConfigText,
        ) -> Preview;

        /// The configuration of a tunnel as it was written, with its keys.
        Export = export(id: TunnelId) -> ConfigText;

        /// The configuration of a tunnel with a mark in place of each private and preshared key. `check_config` and `replace_config`
        /// take a mark for the key that it stands for, as long as it stands at the same key of the same section.
        MaskedConfig = masked_config(id: TunnelId) -> MaskedConfig;

        /// Gives a tunnel another configuration. What can be made true while it is up is.
        ReplaceConfig = replace_config(
            id: TunnelId,
            config: ConfigText,
            /// The version that the new one was made from. If there is a later one by now, nothing is saved.
            expected_version: u64,
        ) -> ConfigReplaced;

        /// What is to be said about a configuration, and what it would change. Saves nothing.
        CheckConfig = check_config(
            /// The tunnel that would get it; none: a new one.
            id: Option<TunnelId>,
            config: ConfigText,
        ) -> ConfigCheck;

        /// Calls a tunnel by another name.
        Rename = rename(id: TunnelId, name: TunnelName) -> ();

        /// Takes a tunnel down and forgets it, its earlier versions and its keys.
        Remove = remove(id: TunnelId) -> ();

        /// The configurations of a tunnel, the present one first and then the earlier ones, the latest first.
        Versions = versions(id: TunnelId) -> Vec<VersionView>;

        /// Gives a tunnel an earlier configuration again, as a new version.
        RestoreVersion = restore_version(id: TunnelId, version: u64) -> ConfigReplaced;

        /// Has a tunnel ask for its private key each time that it comes up: the key is taken out of its configuration, the earlier ones
        /// too. One that is up keeps it until it is down. It does not come up with the computer any more.
        ForgetKey = forget_key(
            id: TunnelId,
            /// The public half of the key that the caller has put somewhere safe; if the tunnel has another, nothing is forgotten.
            kept: PublicKey,
        ) -> ();

        /// What saving a running tunnel would change in its configuration. Saves nothing.
        CheckRunning = check_running(id: TunnelId) -> ConfigCheck;

        /// Writes what runs (keys, port, mark, peers) into the configuration of a tunnel, as a new version. Where that is nothing new,
        /// the version is the present one and nothing is changed.
        SaveRunning = save_running(
            id: TunnelId,
            /// The version that is to be changed. If there is a later one by now, nothing is saved.
            expected_version: u64,
        ) -> ConfigReplaced;

        /// After how many days a key of a tunnel is called old; none: never.
        SetKeyReminder = set_key_reminder(id: TunnelId, days: Option<u32>) -> ();

        /// Whether a tunnel comes up when the computer starts.
        SetStartAtBoot = set_start_at_boot(id: TunnelId, enabled: bool) -> ();

        /// Sets the kill switch of a tunnel, at once and in one step. Rights an action and no role: `lockdown` where the tunnel is under
        /// lockdown, or is to be; else `kill_switch`.
        SetKillSwitch = set_kill_switch(
            id: TunnelId,
            kill_switch: KillSwitch,
            /// Whether the private networks that the computer is in stay reachable while the kill switch is closed.
            allow_lan: bool,
        ) -> ();

        /// Whether IPv6 may leave past a tunnel that takes all of IPv4 and none of IPv6; at once where it is up.
        SetAllowIpv6Outside = set_allow_ipv6_outside(id: TunnelId, enabled: bool) -> ();

        /// Lets a tunnel's commands run, as long as they are exactly these.
        ApproveHooks = approve_hooks(id: TunnelId, hash: HooksHash) -> ();

        /// Makes a new key for a tunnel, which goes on with its old one meanwhile.
        BeginRotation = begin_rotation(id: TunnelId) -> RotationView;

        /// Finds out which peers know the new key already.
        TestRotation = test_rotation(id: TunnelId) -> RotationTest;

        /// Replaces the old key by the new one.
        FinishRotation = finish_rotation(
            id: TunnelId,
            /// Also where no peer has answered the new key.
            despite_silence: bool,
        ) -> ConfigReplaced;

        /// Forgets the new key.
        CancelRotation = cancel_rotation(id: TunnelId) -> ();

        /// Takes a tunnel of wg-quick's over: imports its file, takes it down there and brings it up here, where it was up.
        TakeOver = take_over(
            #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))] name: InterfaceName,
        ) -> Imported;
    }
}
