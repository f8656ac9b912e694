//! The conditions of a rule: `wifi "Home" and gateway aa:bb:cc:dd:ee:ff`.

use adit_config::Cidr;
use adit_config::diagnostic::Quoted;

use super::super::diagnostic::{Code, Expected};
use super::super::lexer::Kind;
use super::cursor::{Cursor, nearest, starts_with_quote};
use super::{CONDITIONS, link_kind, security};
use crate::facts::{LinkKind, Security};
use crate::rule::{Alternatives, Condition, Home, Matcher};

impl Cursor<'_> {
    pub(super) fn condition(&mut self) -> Option<Condition> {
        let not = self.take("not");
        let is = self.matcher()?;
        Some(Condition { not, is })
    }

    fn matcher(&mut self) -> Option<Matcher> {
        let Some(word) = self.word() else {
            self.expected(Expected::Condition);
            return None;
        };
        match word.as_str() {
            "wifi" | "wi-fi" => self.wifi(),
            "ethernet" | "cellular" => self.kinds().map(Matcher::Kind),
            // `other vpn`, and `other network` as a kind.
            "other" if self.word_at(1).as_deref() == Some("vpn") => {
                self.step();
                self.step();
                Some(Matcher::OtherVpn)
            }
            "other" => self.kinds().map(Matcher::Kind),
            "bssid" => self.after_word().list(Expected::Mac, Self::mac).map(Matcher::Bssid),
            "gateway" => self.after_word().list(Expected::Mac, Self::mac).map(Matcher::Gateway),
            "subnet" => self.after_word().list(Expected::Network, Self::network).map(Matcher::Subnet),
            "dns" => {
                self.step();
                self.require("suffix")?;
                self.list(Expected::Suffix, Self::suffix).map(Matcher::DnsSuffix)
            }
            "metered" => {
                self.step();
                Some(Matcher::Metered)
            }
            "time" => self.after_word().list(Expected::Window, Self::window).map(Matcher::Time),
            "home" => {
                self.step();
                self.require("probe")?;
                self.list(Expected::PublicKey, Self::public_key).map(Matcher::Home)
            }
            "no" => {
                self.step();
                self.require("network")?;
                Some(Matcher::NoNetwork)
            }
            _ if matches!(word.as_str(), "and" | "then" | "or") || starts_with_quote(&word) => {
                self.expected(Expected::Condition);
                None
            }
            _ => {
                let suggestion = nearest(&word, &CONDITIONS);
                self.error(Code::UnknownCondition(Quoted::new(&word), suggestion));
                None
            }
        }
    }

    fn after_word(&mut self) -> &mut Self {
        self.step();
        self
    }

    /// `wifi`, `wifi "Home"` or `wifi open`, each with alternatives.
    fn wifi(&mut self) -> Option<Matcher> {
        let next = self.tokens.get(1);
        if next.is_some_and(|token| matches!(token.kind, Kind::Quoted | Kind::Unclosed)) {
            self.step();
            return self.list(Expected::WifiName, Self::glob).map(Matcher::Ssid);
        }
        let next = self.word_at(1).unwrap_or_default();
        if security(&next).is_some() {
            self.step();
            return self.list(Expected::Word("open, wep, wpa, wpa2, wpa3 or enterprise"), Self::security).map(Matcher::Security);
        }
        if !matches!(next.as_str(), "" | "and" | "or" | "then") {
            // A name without quotation marks, most likely.
            self.step();
            self.expected(Expected::WifiName);
            return None;
        }
        self.kinds().map(Matcher::Kind)
    }

    fn kinds(&mut self) -> Option<Alternatives<LinkKind>> {
        self.list(Expected::Word("wifi, ethernet, cellular or other network"), Self::kind)
    }

    /// One value, or several with `or` between them.
    fn list<T>(&mut self, expected: Expected, read: impl Fn(&mut Self, Expected) -> Option<T>) -> Option<Alternatives<T>> {
        let mut values = vec![read(self, expected)?];
        while self.take("or") {
            values.push(read(self, expected)?);
        }
        values.try_into().ok()
    }

    /// Reads the next word with `read`, which makes a code of what is wrong with it.
    pub(super) fn value<T>(&mut self, expected: Expected, read: impl Fn(&str) -> Result<T, Code>) -> Option<T> {
        let is_text = |kind: Kind| matches!(kind, Kind::Word | Kind::Quoted);
        let Some(token) = self.tokens.first().filter(|token| is_text(token.kind)) else {
            self.expected(expected);
            return None;
        };
        let text = self.slice(token);
        if matches!(text.to_ascii_lowercase().as_str(), "and" | "or" | "then") || starts_with_quote(text) {
            self.expected(expected);
            return None;
        }
        let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        match read(text) {
            Ok(value) => {
                self.step();
                Some(value)
            }
            Err(code) => {
                self.error(code);
                self.step();
                None
            }
        }
    }

    fn glob(&mut self, expected: Expected) -> Option<crate::rule::Glob> {
        if !self.tokens.first().is_some_and(|token| token.kind == Kind::Quoted) {
            self.expected(expected);
            return None;
        }
        self.value(expected, |text| text.parse().map_err(Code::Glob))
    }

    fn security(&mut self, expected: Expected) -> Option<Security> {
        let Some(found) = self.word().as_deref().and_then(security) else {
            self.expected(expected);
            return None;
        };
        self.step();
        Some(found)
    }

    fn kind(&mut self, expected: Expected) -> Option<LinkKind> {
        let word = self.word().unwrap_or_default();
        if word == "other" && self.word_at(1).as_deref() != Some("vpn") {
            self.step();
            self.require("network")?;
            return Some(LinkKind::Other);
        }
        let Some(kind) = link_kind(&word) else {
            self.expected(expected);
            return None;
        };
        self.step();
        Some(kind)
    }

    fn mac(&mut self, expected: Expected) -> Option<crate::facts::Mac> {
        self.value(expected, |text| text.parse().map_err(|_| Code::Mac(Quoted::new(text))))
    }

    pub(super) fn network(&mut self, expected: Expected) -> Option<Cidr> {
        self.value(expected, network)
    }

    fn suffix(&mut self, expected: Expected) -> Option<crate::rule::Suffix> {
        self.value(expected, |text| text.parse().map_err(|error| Code::Suffix(Quoted::new(text), error)))
    }

    fn public_key(&mut self, expected: Expected) -> Option<Home> {
        self.value(expected, |text| text.parse().map(Home).map_err(|_| Code::PublicKey))
    }

    /// `mon-fri,sun 22:00-06:00`: days, a time, or both. The commas between days are tokens.
    fn window(&mut self, expected: Expected) -> Option<crate::rule::Window> {
        let start = self.place();
        let mut text = String::new();
        let is_value = |word: &str| !matches!(word, "and" | "or" | "then");
        while let Some(word) = self.word().filter(|word| is_value(word)) {
            if !text.is_empty() && !text.ends_with(',') {
                text.push(' ');
            }
            text.push_str(&word);
            self.step();
            if self.tokens.first().is_some_and(|token| token.kind == Kind::Comma) {
                text.push(',');
                self.step();
            }
        }
        if text.is_empty() {
            self.expected(expected);
            return None;
        }
        match text.parse() {
            Ok(window) => Some(window),
            Err(error) => {
                self.errors.push((start, Code::Window(Quoted::new(&text), error)));
                None
            }
        }
    }
}

fn network(text: &str) -> Result<Cidr, Code> {
    let network: Cidr = text.parse().map_err(|error| Code::Cidr(Quoted::new(text), error))?;
    if network.has_host_bits() {
        return Err(Code::HostBits(network.network()));
    }
    Ok(network)
}
