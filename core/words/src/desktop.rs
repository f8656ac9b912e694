//! Sentences of the tray, of notifications and of dialogs for files.

use adit_api::{ApiError, Cidr, DownReason, RuleCondition, RuleMode, RuleSource, TunnelState};

use crate::{Context, Words, visible};

/// The reason why the service cannot be reached.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Away {
    /// Nobody listens on its socket.
    NotRunning,
    /// This user may not connect to it.
    NotPermitted,
    /// It does not answer as it should.
    NoAnswer,
}

/// The text of an item in the tray's menu. `now` and spans are milliseconds.
#[derive(Clone, Debug)]
pub enum TrayText<'a> {
    /// The service cannot be reached.
    Away(Away),
    /// There is no tunnel.
    Empty,
    /// No tunnel is on.
    Off,
    /// The first item: one of the texts above, or the most important tunnel with its state.
    Status(&'a str),
    /// A line of the tooltip about a tunnel.
    Line {
        /// The tunnel's name.
        tunnel: &'a str,
        /// Its state.
        state: &'a TunnelState,
        /// The present time, Unix milliseconds.
        now: u64,
    },
    /// The addresses of that tunnel.
    Addresses(&'a [Cidr]),
    /// A tunnel of the list with a remark about its state.
    Tunnel {
        /// The tunnel's name.
        tunnel: &'a str,
        /// Its state.
        state: &'a TunnelState,
        /// The present time, Unix milliseconds.
        now: u64,
    },
    /// The submenu with all tunnels.
    Tunnels,
    /// The submenu with the pauses of several tunnels.
    Pauses,
    /// Pauses a tunnel.
    Pause {
        /// The tunnel's name.
        tunnel: &'a str,
        /// For how long, milliseconds.
        span: u64,
    },
    /// Ends a pause.
    Resume {
        /// The tunnel's name.
        tunnel: &'a str,
        /// The rest of the pause, milliseconds; None if it has no end.
        left: Option<u64>,
    },
    /// What the on-demand rules say of the tunnel of the status.
    ByRules {
        /// Whether the rules have the tunnel on; None: neither, such as one that failed.
        is_on: Option<bool>,
        /// The deciding rule, from [`Words::rule_reason`], or that a server does not answer, from [`Words::silent_server`].
        reason: &'a str,
    },
    /// That tunnel was turned on or off by hand.
    ByHand {
        /// The time until the rules decide again at the latest, milliseconds; None: when the network changes.
        left: Option<u64>,
    },
    /// The rules are paused.
    RulesPaused {
        /// The rest of the pause, milliseconds; None: until the network changes.
        left: Option<u64>,
    },
    /// Ends the pause of the rules and all choices by hand.
    ResumeRules,
    /// Opens the window at the tunnels.
    Manage,
    /// Chooses files to import.
    Import,
    /// Opens the page about the program.
    About,
    /// Ends the program.
    Quit,
}

/// What the on-demand rules did with a tunnel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum RuleAct {
    /// They turned it on.
    On,
    /// They turned it off.
    Off,
    /// They changed what goes through it.
    Mode(RuleMode),
}

/// The content of a notification about a tunnel.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum NoticeText {
    /// It came up.
    Up,
    /// It went down, for this reason.
    Down(DownReason),
    /// The on-demand rules acted on it.
    ByRules {
        /// What they did.
        act: RuleAct,
        /// The rule that decides, or the default.
        by: RuleSource,
        /// The conditions of that rule, if they are known.
        conditions: Option<Vec<RuleCondition>>,
    },
    /// The on-demand rules acted on it, because a server does not answer.
    ByFailover {
        /// What they did.
        act: RuleAct,
        /// The name of the tunnel whose server does not answer: this one, or the one in whose place it is on.
        silent: String,
    },
    /// No peer has answered for this time, milliseconds.
    Silent(u64),
    /// A peer answers again.
    Answers,
    /// It is down, and its kill switch is closed.
    Blocked,
    /// Its private key is this old, milliseconds.
    KeyOld(u64),
    /// The preshared key with one of its peers is this old, milliseconds.
    PresharedKeyOld(u64),
    /// The service refused what the user chose in the tray's menu.
    Refused(ApiError),
    /// The service could not be reached for it.
    NotReached(Away),
}

/// A text of a question that the app asks outside its page, because the page itself may not answer it.
#[derive(Clone, Copy, Debug)]
pub enum ConsentText {
    /// May the screen be looked at?
    Screen,
    /// What happens then.
    ScreenMore,
    /// Yes.
    ScreenYes,
    /// May the camera be used?
    Camera,
    /// What happens then.
    CameraMore,
    /// Yes.
    CameraYes,
    /// No.
    No,
}

impl Words {
    /// Returns a text of a question outside the page.
    pub fn consent(&self, text: ConsentText) -> String {
        let id = match text {
            ConsentText::Screen => "consent-screen",
            ConsentText::ScreenMore => "consent-screen-more",
            ConsentText::ScreenYes => "consent-screen-yes",
            ConsentText::Camera => "consent-camera",
            ConsentText::CameraMore => "consent-camera-more",
            ConsentText::CameraYes => "consent-camera-yes",
            ConsentText::No => "consent-no",
        };
        self.say(id, &[])
    }
}

/// The title of a dialog for files.
#[derive(Clone, Copy, Debug)]
pub enum DialogText<'a> {
    /// Where to write the configuration of a tunnel.
    Export {
        /// The tunnel's name.
        tunnel: &'a str,
    },
    /// Where to write all configurations.
    ExportAll,
    /// Where to write a backup.
    Backup,
    /// The backup to restore.
    ChooseBackup,
    /// The files to import.
    ImportFiles,
    /// The folder whose configurations are imported.
    ImportFolder,
}

impl Words {
    /// Returns the title of a dialog for files.
    pub fn dialog(&self, text: &DialogText<'_>) -> String {
        match text {
            DialogText::Export { tunnel } => self.say("dialog-export", &[("tunnel", tunnel.to_string().into())]),
            DialogText::ExportAll => self.say("dialog-export-all", &[]),
            DialogText::Backup => self.say("dialog-backup", &[]),
            DialogText::ChooseBackup => self.say("dialog-choose-backup", &[]),
            DialogText::ImportFiles => self.say("dialog-import-files", &[]),
            DialogText::ImportFolder => self.say("dialog-import-folder", &[]),
        }
    }

    /// Returns the name of the action of a click on a notification.
    pub fn notice_action(&self) -> String {
        self.say("notice-action", &[])
    }

    /// Returns the text of an item in the tray's menu.
    pub fn tray(&self, text: &TrayText<'_>) -> String {
        let plain = |id| self.say(id, &[]);
        let named = |id, tunnel: &str, state: &TunnelState, now| {
            self.say(id, &[("tunnel", tunnel.to_owned().into()), ("state", self.state(state, now).into())])
        };
        let with_span =
            |id, tunnel: &str, span| self.say(id, &[("tunnel", tunnel.to_owned().into()), ("span", self.span(span).into())]);
        match text {
            TrayText::Away(Away::NotRunning) => plain("tray-away"),
            TrayText::Away(Away::NotPermitted) => plain("tray-not-permitted"),
            TrayText::Away(Away::NoAnswer) => plain("tray-no-answer"),
            TrayText::Empty => plain("tray-empty"),
            TrayText::Off => plain("tray-off"),
            TrayText::Status(text) => self.say("tray-status", &[("text", text.to_string().into())]),
            TrayText::Line { tunnel, state, now } => named("tray-line", tunnel, state, *now),
            TrayText::Addresses(addresses) => {
                let addresses: Vec<String> = addresses.iter().map(ToString::to_string).collect();
                self.say("tray-addresses", &[("addresses", addresses.join(", ").into())])
            }
            TrayText::Tunnel { tunnel, state, now } => named("tray-tunnel", tunnel, state, *now),
            TrayText::Tunnels => plain("tray-tunnels"),
            TrayText::Pauses => plain("tray-pauses"),
            TrayText::Pause { tunnel, span } => with_span("tray-pause", tunnel, *span),
            TrayText::Resume { tunnel, left: Some(left) } => with_span("tray-resume-in", tunnel, *left),
            TrayText::Resume { tunnel, left: None } => self.say("tray-resume", &[("tunnel", tunnel.to_string().into())]),
            TrayText::ByRules { is_on: None, reason } => capital(reason),
            TrayText::ByRules { is_on: Some(is_on), reason } => {
                let is = if *is_on { "on" } else { "off" };
                self.say("tray-by-rules", &[("is", is.into()), ("reason", reason.to_string().into())])
            }
            TrayText::ByHand { left } => self.until("tray-manual", *left),
            TrayText::RulesPaused { left } => self.until("tray-rules-paused", *left),
            TrayText::ResumeRules => plain("tray-resume-rules"),
            TrayText::Manage => plain("tray-manage"),
            TrayText::Import => plain("tray-import"),
            TrayText::About => plain("tray-about"),
            TrayText::Quit => plain("tray-quit"),
        }
    }

    /// Returns the heading and the text of a notification about the tunnel with this name. The text can be empty.
    pub fn notice(&self, tunnel: &str, notice: &NoticeText) -> (String, String) {
        let named = || ("tunnel", tunnel.to_owned().into());
        let heading = |id| self.say(id, &[named()]);
        let aged = |id, span| self.say(id, &[named(), ("span", self.span(span).into())]);
        let error = |error| capital(&self.error(error, &Context { tunnels: &[], tunnel: Some(tunnel) }));
        let body = |id| self.say_attribute(id, "body", &[]).unwrap_or_default();
        match notice {
            NoticeText::Up => (heading("notice-up"), String::new()),
            NoticeText::Down(DownReason::Asked) => (heading("notice-down"), String::new()),
            NoticeText::Down(DownReason::Failed { error: why }) => (heading("notice-failed"), error(why)),
            NoticeText::Down(reason @ (DownReason::InterfaceRemoved | DownReason::EngineStopped)) => {
                (heading("notice-down"), capital(&self.down_reason(reason)))
            }
            NoticeText::ByRules { act, by, conditions } => {
                (self.rule_act(tunnel, act), capital(&self.rule_reason(by, conditions.as_deref())))
            }
            NoticeText::ByFailover { act, silent } => (self.rule_act(tunnel, act), capital(&self.silent_server(silent))),
            NoticeText::Silent(span) => (aged("notice-silent", *span), body("notice-silent")),
            NoticeText::Answers => (heading("notice-answers"), String::new()),
            NoticeText::Blocked => (heading("notice-blocked"), body("notice-blocked")),
            NoticeText::KeyOld(span) => (aged("notice-key-old", *span), body("notice-key-old")),
            NoticeText::PresharedKeyOld(span) => (aged("notice-preshared-key-old", *span), body("notice-preshared-key-old")),
            NoticeText::Refused(why) => (heading("notice-refused"), error(why)),
            NoticeText::NotReached(away) => (heading("notice-refused"), self.tray(&TrayText::Away(*away))),
        }
    }

    fn rule_act(&self, tunnel: &str, act: &RuleAct) -> String {
        let tunnel = ("tunnel", tunnel.to_owned().into());
        match act {
            RuleAct::On => self.say("notice-up", &[tunnel]),
            RuleAct::Off => self.say("notice-down", &[tunnel]),
            RuleAct::Mode(mode) => {
                let mode = self.rule_mode(mode).unwrap_or_else(|| self.say("ui-rule-mode-as-configured", &[]));
                self.say("notice-rule-mode", &[tunnel, ("mode", mode.into())])
            }
        }
    }

    /// Says a message, or with a rest of time in milliseconds the one whose id ends with `-for`.
    fn until(&self, id: &str, left: Option<u64>) -> String {
        match left {
            Some(left) => self.say(&format!("{id}-for"), &[("span", self.span(left).into())]),
            None => self.say(id, &[]),
        }
    }
}

/// Makes the first letter large, and what cannot be seen visible.
fn capital(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(visible).collect();
    let text = lines.join("\n");
    let mut characters = text.chars();
    characters.next().map_or_else(String::new, |first| first.to_uppercase().chain(characters).collect())
}
