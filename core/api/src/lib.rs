//! The contract: Adit's methods, their answers, and its events, declared once for Rust, JSON, TypeScript, Kotlin and Swift.
//!
//! Rules that let one type serve all these languages: fields have names; no tuples, generics, lifetimes or `usize`; enums that
//! hold data name their variant in `kind` (errors in `code`); names, ids, keys and networks are text that is validated on
//! arrival. Times are Unix milliseconds. Only the answer to `export` contains private or preshared keys.
#![forbid(unsafe_code)]

mod about;
mod caller;
mod change;
mod client;
mod config_text;
mod conflict;
mod desktop;
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
mod masked;
mod page;
mod passphrase;
mod peer;
mod portal;
mod preview;
mod public_key;
mod restore;
mod rotation;
mod route;
mod rules;
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
pub use desktop::{DesktopRequest, DesktopResponse, DesktopSettings, DesktopView};
pub use diagnostic::{Argument, Diagnostic, Fix, Severity};
pub use drops::{DropCount, DropReason};
pub use effect::Effect;
pub use error::{ApiError, Requirement, Unidentified};
pub use event::{Event, EventSink, Notice};
pub use hooks::{HookPhase, HooksHash, HooksHashError, HooksView};
pub use kill_switch::KillSwitch;
pub use local::{
    ConfigOutline, DraftId, Entry, FileBytes, ImportDraft, ImportFile, ImportReading, ImportReason, ImportRefusal, LocalRequest,
    LocalResponse, OutlineSection, QrModules, SectionKind, Span, SpanClass, SupportFile,
};
pub use log::{LogLevel, LogLine, LogPage};
pub use log_code::{HandshakeDrop, LogCode, LogField, NetworkSetting, TunnelEnd, UndoneStep};
pub use log_text::LogText;
pub use page::{all_peers, all_tunnels};
pub use passphrase::Passphrase;
pub use peer::{Health, NETWORKS_IN_VIEW, PeerPage, PeerStatus, PeerView};
pub use portal::{PortalEnd, PortalExemption, PortalTicket, PortalView};
pub use preview::{MtuSource, PlannedPeer, Preview, PreviewWarning};
pub use public_key::{PublicKey, PublicKeyError};
pub use restore::{
    BackupChoice, BackupOpening, BackupProblem, RestoreAction, RestoreChange, RestoreOutcome, RestorePlan, RestoreResult,
    RestoreStep,
};
pub use rotation::{RotationTest, RotationView};
pub use route::{Route, RouteAnswer, RouteCandidate, RouteReason};
pub use rules::{
    AppliedRules, AutoOff, ConditionTrace, DayTime, FailoverSettings, FailoverState, FailoverStep, FormProblem, HomeAnswer,
    LinkKind, MAX_RULES_BYTES, ManualChoice, NetworkLink, NetworkTrace, Networks, OnDemand, OnDemandCause, PendingRules,
    PortalState, RuleAction, RuleCondition, RuleConsequence, RuleForm, RuleKillSwitch, RuleMatcher, RuleMode, RuleSource,
    RuleTrace, RuleTunnel, RuleView, RulesCheck, RulesDecision, RulesEdit, RulesPause, RulesPreset, RulesSettings, RulesState,
    RulesSwitch, RulesView, SeenFact, Verdict, Weekday, WifiSecurity,
};
pub use secret_key::SecretKey;
pub use takeover::TakeoverView;
pub use traffic::{History, Sample};
pub use tunnel::{Counters, DataPath, DownReason, PEERS_IN_VIEW, Source, Step, TunnelPage, TunnelState, TunnelView, UpState};
pub use tunnel_id::{TunnelId, TunnelIdError};
pub use tunnel_name::{TunnelName, TunnelNameError};

service::service! {
    Status {
        /// The answering program, and the caller's role.
        About = about() -> About;

        /// Tunnels, sorted by name: as many as fit into one answer.
        Tunnels = tunnels(
            /// The name of the last tunnel of the page before; none for the first page.
            after: Option<TunnelName>,
        ) -> TunnelPage;

        /// One tunnel.
        Tunnel = tunnel(id: TunnelId) -> TunnelView;

        /// Peers of a tunnel: as many as fit into one answer.
        Peers = peers(
            id: TunnelId,
            /// `next` of the page before; none for the first page.
            after: Option<PublicKey>,
        ) -> PeerPage;

        /// The traffic of a tunnel in the last five minutes, second by second.
        History = history(id: TunnelId) -> History;

        /// The number of packets that a tunnel dropped since it came up, by reason; empty if it is not up.
        Drops = drops(id: TunnelId) -> Vec<DropCount>;

        /// Lines of the log after line number `after`.
        Logs = logs(
            /// 0 for the oldest line in memory.
            after: u64,
            /// The least severe level to return.
            level: LogLevel,
            /// The most lines to return, at most 1,000.
            limit: u32,
        ) -> LogPage;

        /// The destination of packets to an address, and the reason.
        Route = route(ip: IpAddr) -> RouteAnswer;

        /// The changes that bringing a tunnel up would make on this computer; of a tunnel that is up, those that it has made.
        Preview = preview(id: TunnelId) -> Preview;

        /// Tunnels of wg-quick that Adit can take over.
        Takeovers = takeovers() -> Vec<TakeoverView>;

        /// The on-demand rules, and what they do now.
        Rules = rules() -> RulesView;

        /// The networks that the computer is in; none while nobody knows.
        Networks = networks() -> Option<Networks>;

        /// Whether there is a captive portal, and who may reach it.
        Portal = portal() -> PortalView;
    }

    Operate {
        /// Brings a tunnel up. Returns when the interface exists; events report the handshake. Does nothing if the tunnel is up.
        Connect = connect(
            id: TunnelId,
            /// Bring it up despite conflicts with other parts of this computer.
            despite_conflicts: bool,
        ) -> ();

        /// The same for a tunnel whose private key is not stored, with the key. The key is held only in memory, until the tunnel
        /// is down or blocked. A tunnel that is up continues with the key that it has.
        ConnectWithKey = connect_with_key(id: TunnelId, key: SecretKey, despite_conflicts: bool) -> ();

        /// Takes a tunnel down, ends its pause, and opens its kill switch unless that is lockdown. Does nothing if the tunnel is
        /// down.
        Disconnect = disconnect(id: TunnelId) -> ();

        /// Takes a tunnel down and brings it up again, with its saved configuration.
        Restart = restart(id: TunnelId) -> ();

        /// Applies the saved configuration to a tunnel that is up, without taking it down: for a tunnel whose file was edited, or
        /// that another program changed. Saves nothing.
        Reload = reload(id: TunnelId) -> ConfigReplaced;

        /// Takes a tunnel that is up down for some time.
        Pause = pause(
            id: TunnelId,
            /// The duration; none: until `resume`.
            seconds: Option<u32>,
        ) -> ();

        /// Brings a paused tunnel up.
        Resume = resume(id: TunnelId) -> ();

        /// Takes a tunnel down after some time, once. Replaces an earlier such time of the tunnel. A tunnel that is turned on or off
        /// by hand meanwhile no longer goes down by itself.
        DisconnectAfter = disconnect_after(
            id: TunnelId,
            /// The time; none: it does not go down by itself.
            seconds: Option<u32>,
        ) -> ();

        /// The errors, warnings and parts of a text of rules. Saves nothing.
        CheckRules = check_rules(
            /// The text; none: the stored one.
            text: Option<String>,
            /// An edit of the text. The answer has the edited text.
            edit: Option<RulesEdit>,
        ) -> RulesCheck;

        /// The decision of rules about networks. Changes nothing.
        TestRules = test_rules(
            /// The rules; none: the stored ones.
            text: Option<String>,
            /// The networks; none: nothing is known about them.
            networks: Option<Networks>,
        ) -> RulesDecision;

        /// Takes all tunnels of the rules down. A kill switch that is always closed stays closed.
        PauseRules = pause_rules(
            /// The duration; none: until the network changes.
            seconds: Option<u32>,
        ) -> ();

        /// Lets the rules decide again: ends their pause and all choices by hand.
        ResumeRules = resume_rules() -> ();

        /// Lets one program reach the captive portal of the network, past kill switches and tunnels. Needs the action `kill_switch`
        /// if a kill switch is closed, and `lockdown` if one is closed by lockdown.
        OpenPortal = open_portal(
            /// The longest duration, at most 300; none: 300.
            seconds: Option<u32>,
        ) -> PortalTicket;

        /// Ends the exemption for a captive portal, for its own user or an administrator. Does nothing if there is none.
        ClosePortal = close_portal() -> ();
    }

    Administer {
        /// Makes a tunnel from a configuration.
        Import = import(
            name: TunnelName,
            #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))] interface: InterfaceName,
            config: ConfigText,
        ) -> Imported;

        /// Makes a tunnel from a configuration without a private key, for which the service generates one. Only the answer to
        /// `export` contains the key.
        Create = create(
            name: TunnelName,
            #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))] interface: InterfaceName,
            config: ConfigText,
        ) -> Imported;

        /// The changes that bringing up a tunnel with this configuration would make on this computer. Saves nothing.
        PreviewConfig = preview_config(
            #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))] interface: InterfaceName,
            config: ConfigText,
        ) -> Preview;

        /// The text of a tunnel's configuration, with its keys.
        Export = export(id: TunnelId) -> ConfigText;

        /// The configuration of a tunnel with a mark in place of each private and preshared key. `check_config` and
        /// `replace_config` replace a mark by the key that it stands for, if it is at the same key of the same section.
        MaskedConfig = masked_config(id: TunnelId) -> MaskedConfig;

        /// Replaces a tunnel's configuration. The changes that can take effect while the tunnel is up do so at once.
        ReplaceConfig = replace_config(
            id: TunnelId,
            config: ConfigText,
            /// The version that was edited. If there is a later one, nothing is saved.
            expected_version: u64,
        ) -> ConfigReplaced;

        /// The diagnostics of a configuration, and the changes that it would make. Saves nothing.
        CheckConfig = check_config(
            /// The tunnel that the configuration is for; none for a new tunnel.
            id: Option<TunnelId>,
            config: ConfigText,
        ) -> ConfigCheck;

        /// Changes a tunnel's name.
        Rename = rename(id: TunnelId, name: TunnelName) -> ();

        /// Takes a tunnel down and removes it with its earlier versions and its keys.
        Remove = remove(id: TunnelId) -> ();

        /// The configurations of a tunnel: the present one first, then the earlier ones, the latest first.
        Versions = versions(id: TunnelId) -> Vec<VersionView>;

        /// Makes an earlier configuration the present one, as a new version.
        RestoreVersion = restore_version(id: TunnelId, version: u64) -> ConfigReplaced;

        /// Makes a tunnel ask for its private key whenever it comes up: removes the key from all versions of the configuration. A
        /// tunnel that is up keeps the key until it is down. The tunnel no longer comes up at boot.
        ForgetKey = forget_key(
            id: TunnelId,
            /// The public key of the private key that the caller has stored elsewhere. If the tunnel has another key, nothing is
            /// removed.
            kept: PublicKey,
        ) -> ();

        /// The changes that saving a running tunnel would make to its configuration. Saves nothing.
        CheckRunning = check_running(id: TunnelId) -> ConfigCheck;

        /// Writes the running settings (keys, port, mark, peers) into the configuration of a tunnel, as a new version. If nothing
        /// differs, returns the present version and changes nothing.
        SaveRunning = save_running(
            id: TunnelId,
            /// The version to change. If there is a later one, nothing is saved.
            expected_version: u64,
        ) -> ConfigReplaced;

        /// Sets the age in days from which on a tunnel's keys are reported as old; none: never.
        SetKeyReminder = set_key_reminder(id: TunnelId, days: Option<u32>) -> ();

        /// Sets whether a tunnel comes up when the computer starts.
        SetStartAtBoot = set_start_at_boot(id: TunnelId, enabled: bool) -> ();

        /// Sets the kill switch of a tunnel, at once and in one step. Needs an action instead of a role: `lockdown` if the tunnel
        /// is or will be under lockdown, else `kill_switch`.
        SetKillSwitch = set_kill_switch(
            id: TunnelId,
            kill_switch: KillSwitch,
            /// True if the private networks that the computer is connected to stay reachable while the kill switch is closed.
            allow_lan: bool,
        ) -> ();

        /// Sets whether IPv6 may leave outside a tunnel that takes all of IPv4 and none of IPv6; at once if the tunnel is up.
        SetAllowIpv6Outside = set_allow_ipv6_outside(id: TunnelId, enabled: bool) -> ();

        /// Approves a tunnel's commands, for exactly the text with this hash.
        ApproveHooks = approve_hooks(id: TunnelId, hash: HooksHash) -> ();

        /// Makes a new key for a tunnel, which continues with the old one.
        BeginRotation = begin_rotation(id: TunnelId) -> RotationView;

        /// Tests which peers know the new key already.
        TestRotation = test_rotation(id: TunnelId) -> RotationTest;

        /// Replaces the old key with the new one.
        FinishRotation = finish_rotation(
            id: TunnelId,
            /// Replace it even if no peer has answered the new key.
            despite_silence: bool,
        ) -> ConfigReplaced;

        /// Discards the new key.
        CancelRotation = cancel_rotation(id: TunnelId) -> ();

        /// Replaces the on-demand rules, and carries them out at once. A text with an error is not saved.
        SetRules = set_rules(
            text: String,
            /// The revision that was edited. If there is a later one, nothing is saved.
            expected_revision: u64,
        ) -> RulesView;

        /// Takes a tunnel over from wg-quick: imports its file, takes it down there, and brings it up here if it was up.
        TakeOver = take_over(
            #[cfg_attr(feature = "typescript", ts(type = "InterfaceName"))] name: InterfaceName,
        ) -> Imported;
    }
}
