//! What follows from a rule: tunnels, routing mode, kill switch; and the steps against a silent server.

use adit_config::Cidr;
use adit_config::diagnostic::Quoted;

use super::super::diagnostic::{Code, Expected};
use super::super::lexer::{Kind, Token};
use super::RESERVED;
use super::cursor::{Cursor, starts_with_quote};
use crate::rule::{Action, Alternatives, Failover, KillSwitch, Mode, Name, Seconds, Step, Then, TunnelUse};

impl Cursor<'_> {
    /// `up office everything, kill switch always`
    pub(super) fn then(&mut self) -> Option<Then> {
        let errors = self.errors.len();
        let action = self.action();
        if self.errors.len() > errors {
            let is_policy = |cursor: &Self| cursor.next_is_comma() && cursor.word_at(1).as_deref() == Some("kill");
            while !self.tokens.is_empty() && !is_policy(self) {
                self.step();
            }
        }
        let mut kill_switch = None;
        if self.next_is_comma() {
            self.step();
            kill_switch = self.kill_switch();
        }
        if self.errors.len() == errors && !self.tokens.is_empty() {
            self.leftover();
        }
        (self.errors.len() == errors).then_some(())?;
        Some(Then { action: action?, kill_switch })
    }

    fn next_is_comma(&self) -> bool {
        self.tokens.first().is_some_and(|token| token.kind == Kind::Comma)
    }

    fn action(&mut self) -> Option<Action> {
        match self.word().as_deref() {
            Some("down") => {
                self.step();
                Some(Action::Down)
            }
            Some("leave") => {
                self.step();
                Some(Action::Leave)
            }
            Some("up") => {
                self.step();
                let mut uses = vec![self.tunnel_use()?];
                while self.take("and") {
                    uses.push(self.tunnel_use()?);
                }
                Some(Action::Up(uses.try_into().ok()?))
            }
            _ => {
                self.expected(Expected::Action);
                None
            }
        }
    }

    pub(super) fn tunnel(&mut self) -> Option<Name> {
        let is_name = |token: &Token| match token.kind {
            Kind::Quoted => true,
            Kind::Word => {
                let word = self.slice(token).to_ascii_lowercase();
                !RESERVED.contains(&word.as_str()) && !starts_with_quote(&word)
            }
            Kind::Unclosed | Kind::Comma | Kind::Colon => false,
        };
        match self.tokens.first().filter(|token| is_name(token)).map(|token| token.kind) {
            Some(Kind::Quoted) => self.name(),
            Some(_) => self.value(Expected::TunnelName, |text| text.parse().map_err(Code::Name)),
            None => {
                self.expected(Expected::TunnelName);
                None
            }
        }
    }

    fn tunnel_use(&mut self) -> Option<TunnelUse> {
        let tunnel = self.tunnel()?;
        let mode = match self.word().as_deref() {
            Some("everything") => {
                self.step();
                Mode::Everything
            }
            Some("private") => {
                self.step();
                self.require("ranges")?;
                Mode::Private
            }
            Some("except") => {
                self.step();
                self.require("this")?;
                self.require("lan")?;
                Mode::ExceptLan
            }
            Some("only") => {
                self.step();
                Mode::Only(self.networks()?)
            }
            _ => Mode::AsConfigured,
        };
        Some(TunnelUse { tunnel, mode })
    }

    /// `10.0.0.0/8, 192.168.0.0/16`: a comma before a word other than `kill` goes on with the list.
    fn networks(&mut self) -> Option<Alternatives<Cidr>> {
        let mut networks = vec![self.network(Expected::Network)?];
        while self.next_is_comma() && self.word_at(1).as_deref() != Some("kill") {
            self.step();
            networks.push(self.network(Expected::Network)?);
        }
        networks.try_into().ok()
    }

    /// `kill switch always`
    pub(super) fn kill_switch(&mut self) -> Option<KillSwitch> {
        if !self.take("kill") {
            self.expected(Expected::KillSwitch);
            return None;
        }
        self.require("switch")?;
        let policy = match self.word().as_deref() {
            Some("always") => KillSwitch::Always,
            Some("off") => KillSwitch::Off,
            Some("only") => {
                self.step();
                self.require("when")?;
                if !self.next_is("untrusted") {
                    self.expected(Expected::Word("untrusted"));
                    return None;
                }
                KillSwitch::WhenUntrusted
            }
            _ => {
                self.expected(Expected::KillSwitchSetting);
                return None;
            }
        };
        self.step();
        Some(policy)
    }

    /// `without answer for 30 s then next endpoint, up backup, down`
    pub(super) fn failover(&mut self) -> Option<Failover> {
        self.step();
        self.require("answer")?;
        self.require("for")?;
        let after = self.seconds()?;
        self.require("then")?;
        let mut steps = vec![self.failover_step()?];
        while self.next_is_comma() {
            self.step();
            steps.push(self.failover_step()?);
        }
        Some(Failover { after, steps: steps.try_into().ok()? })
    }

    fn failover_step(&mut self) -> Option<Step> {
        match self.word().as_deref() {
            Some("next") => {
                self.step();
                self.require("endpoint")?;
                Some(Step::NextEndpoint)
            }
            Some("up") => {
                self.step();
                self.tunnel().map(Step::Up)
            }
            Some("down") => {
                self.step();
                Some(Step::Down)
            }
            _ => {
                self.expected(Expected::Step);
                None
            }
        }
    }

    /// `manual choice for 60 min`
    pub(super) fn manual(&mut self) -> Option<Seconds> {
        self.step();
        self.require("choice")?;
        self.require("for")?;
        self.seconds()
    }

    /// `30 s` or `30s`
    pub(super) fn seconds(&mut self) -> Option<Seconds> {
        let start = self.place();
        let Some(number) = self.word() else {
            self.expected(Expected::Seconds);
            return None;
        };
        self.step();
        let is_number = number.bytes().all(|digit| digit.is_ascii_digit());
        let unit = if is_number { self.word().filter(|word| word != "then") } else { None };
        let text = match &unit {
            Some(unit) => format!("{number} {unit}"),
            None => number,
        };
        if unit.is_some() {
            self.step();
        }
        text.parse().map_err(|error| self.errors.push((start, Code::Seconds(Quoted::new(&text), error)))).ok()
    }
}
