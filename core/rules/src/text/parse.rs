//! Reads rules from a document. An error in one part of a statement does not hide those in its other parts.

use std::ops::Range;

use adit_config::Cidr;
use adit_config::diagnostic::Quoted;

use super::diagnostic::{Code, Diagnostic, Expected};
use super::lexer::{Kind, Token};
use super::{Document, Statement};
use crate::escape;
use crate::facts::{LinkKind, Security};
use crate::rule::{
    Action, Alternatives, Condition, Failover, Home, KillSwitch, Matcher, Mode, Name, Rule, RuleSet, Seconds, Step, Then,
    TunnelUse,
};

/// The largest number of errors that are reported.
const MAX_DIAGNOSTICS: usize = 100;

/// The words that begin a statement.
const STATEMENTS: [&str; 5] = ["when", "otherwise", "kill", "without", "manual"];

/// The words that begin a condition.
const CONDITIONS: [&str; 14] = [
    "wifi", "ethernet", "cellular", "other", "bssid", "gateway", "subnet", "dns", "metered", "time", "home", "no", "not",
    "network",
];

/// Words that cannot name a tunnel without quotation marks.
pub(super) const RESERVED: [&str; 16] = [
    "and",
    "or",
    "then",
    "when",
    "otherwise",
    "kill",
    "switch",
    "everything",
    "private",
    "except",
    "only",
    "up",
    "down",
    "leave",
    "next",
    "not",
];

/// Returns the kind of link that a word names.
pub(super) fn link_kind(word: &str) -> Option<LinkKind> {
    Some(match word {
        "wifi" | "wi-fi" => LinkKind::Wifi,
        "ethernet" => LinkKind::Ethernet,
        "cellular" => LinkKind::Cellular,
        _ => return None,
    })
}

/// Returns the protection that a word names.
pub(super) fn security(word: &str) -> Option<Security> {
    Some(match word {
        "open" => Security::Open,
        "wep" => Security::Wep,
        "wpa" => Security::Wpa,
        "wpa2" => Security::Wpa2,
        "wpa3" => Security::Wpa3,
        "enterprise" => Security::Enterprise,
        _ => return None,
    })
}

/// Returns true if a statement is a rule, whether it has errors or not.
pub(super) fn is_rule(text: &str, statement: &Statement) -> bool {
    let words = statement.tokens.iter().skip_while(|token| token.kind != Kind::Word);
    words.map(|token| &text[token.span.clone()]).next().is_some_and(|word| word.eq_ignore_ascii_case("when"))
}

/// Reads all statements.
pub(super) fn rules(document: &Document) -> Result<RuleSet, Vec<Diagnostic>> {
    let mut reader = Reader { document, set: RuleSet::default(), first: First::default(), found: Vec::new() };
    for statement in &document.statements {
        reader.statement(statement);
    }
    let Reader { set, mut found, .. } = reader;
    if found.is_empty() {
        return Ok(set);
    }
    found.sort_by_key(|diagnostic| diagnostic.span.start);
    if found.len() > MAX_DIAGNOSTICS {
        found.truncate(MAX_DIAGNOSTICS);
        let last = found[MAX_DIAGNOSTICS - 1].clone();
        found.push(Diagnostic { code: Code::TooMany, ..last });
    }
    Err(found)
}

/// The lines of the statements that can stand only once.
#[derive(Default)]
struct First {
    otherwise: Option<u32>,
    kill_switch: Option<u32>,
    failover: Option<u32>,
    manual: Option<u32>,
}

struct Reader<'a> {
    document: &'a Document,
    set: RuleSet,
    first: First,
    found: Vec<Diagnostic>,
}

impl Reader<'_> {
    fn report(&mut self, span: Range<usize>, code: Code) {
        // Far more than the limit is enough to know that there are more, and less than a file can ask for.
        if self.found.len() <= 2 * MAX_DIAGNOSTICS {
            let (line, column) = self.document.position(span.start);
            self.found.push(Diagnostic { code, line, column, span });
        }
    }

    fn statement(&mut self, statement: &Statement) {
        let line = statement.line;
        let mut cursor =
            Cursor { text: &self.document.text, tokens: &statement.tokens, end: statement.span.end, errors: Vec::new() };
        let label = cursor.label();
        let start = cursor.place();
        match cursor.word().as_deref() {
            Some("when") => {
                cursor.step();
                let rule = cursor.rule(label.clone());
                if let Some(first) = self.first.otherwise {
                    cursor.errors.push((start, Code::AfterOtherwise { first }));
                }
                self.set.rules.extend(rule);
            }
            Some("otherwise") => {
                cursor.step();
                let then = cursor.then();
                let slot = &mut self.first.otherwise;
                cursor.once(slot, line, &start);
                self.set.otherwise = self.set.otherwise.take().or(then);
                cursor.no_label(label.is_some(), &start);
            }
            Some("kill") => {
                let policy = cursor.kill_switch();
                cursor.once(&mut self.first.kill_switch, line, &start);
                self.set.kill_switch = self.set.kill_switch.or(policy);
                cursor.no_label(label.is_some(), &start);
            }
            Some("without") => {
                let failover = cursor.failover();
                cursor.once(&mut self.first.failover, line, &start);
                self.set.failover = self.set.failover.take().or(failover);
                cursor.no_label(label.is_some(), &start);
            }
            Some("manual") => {
                let time = cursor.manual();
                cursor.once(&mut self.first.manual, line, &start);
                self.set.manual = self.set.manual.or(time);
                cursor.no_label(label.is_some(), &start);
            }
            _ if label.is_some() => cursor.expected(Expected::When),
            _ => cursor.unknown_statement(),
        }
        if cursor.errors.is_empty() && !cursor.tokens.is_empty() {
            cursor.leftover();
        }
        for (span, code) in cursor.errors {
            self.report(span, code);
        }
    }
}

/// The tokens of a statement that are not read yet, and the errors so far.
struct Cursor<'a> {
    text: &'a str,
    tokens: &'a [Token],
    end: usize,
    errors: Vec<(Range<usize>, Code)>,
}

impl<'a> Cursor<'a> {
    fn slice(&self, token: &Token) -> &'a str {
        &self.text[token.span.clone()]
    }

    fn step(&mut self) {
        self.tokens = self.tokens.get(1..).unwrap_or_default();
    }

    /// The place of the next token, or the end of the statement.
    fn place(&self) -> Range<usize> {
        self.tokens.first().map_or(self.end..self.end, |token| token.span.clone())
    }

    /// The next token in lower case, if it is a word.
    fn word(&self) -> Option<String> {
        self.word_at(0)
    }

    fn word_at(&self, index: usize) -> Option<String> {
        let token = self.tokens.get(index).filter(|token| token.kind == Kind::Word)?;
        Some(self.slice(token).to_ascii_lowercase())
    }

    fn next_is(&self, word: &str) -> bool {
        self.word().as_deref() == Some(word)
    }

    /// Takes the word, if it is the next one.
    fn take(&mut self, word: &str) -> bool {
        let is_next = self.next_is(word);
        if is_next {
            self.step();
        }
        is_next
    }

    /// Takes the word, or reports that it is missing.
    fn require(&mut self, word: &'static str) -> Option<()> {
        if self.take(word) {
            return Some(());
        }
        self.expected(Expected::Word(word));
        None
    }

    fn error(&mut self, code: Code) {
        let place = self.place();
        self.errors.push((place, code));
    }

    fn expected(&mut self, expected: Expected) {
        let code = match self.tokens.first() {
            Some(token) if token.kind == Kind::Unclosed => Code::Unclosed,
            Some(token) => match self.slice(token).chars().next() {
                Some(mark @ ('“' | '”' | '„' | '‟' | '«' | '»')) => Code::TypographicQuote(mark),
                _ => Code::Expected(expected, Some(Quoted::new(self.slice(token)))),
            },
            None => Code::Expected(expected, None),
        };
        self.error(code);
    }

    fn unknown_statement(&mut self) {
        match self.word() {
            Some(word) if !starts_with_quote(&word) => {
                let suggestion = nearest(&word, &STATEMENTS);
                self.error(Code::UnknownStatement(Quoted::new(&word), suggestion));
            }
            _ => self.expected(Expected::When),
        }
    }

    fn leftover(&mut self) {
        let Some(token) = self.tokens.first() else { return };
        if token.kind == Kind::Unclosed {
            self.error(Code::Unclosed);
        } else {
            self.error(Code::Leftover(Quoted::new(self.slice(token))));
        }
    }

    fn once(&mut self, slot: &mut Option<u32>, line: u32, place: &Range<usize>) {
        match *slot {
            None => *slot = Some(line),
            Some(first) => self.errors.push((place.clone(), Code::Repeated { first })),
        }
    }

    fn no_label(&mut self, has_label: bool, place: &Range<usize>) {
        if has_label {
            self.errors.push((place.clone(), Code::Label));
        }
    }

    /// Skips to the next of these words, which is not taken.
    fn skip_to(&mut self, words: &[&str]) {
        while !self.tokens.is_empty() && !self.word().is_some_and(|word| words.contains(&word.as_str())) {
            self.step();
        }
    }

    /// `"A name":`
    fn label(&mut self) -> Option<Name> {
        let [first, second, ..] = self.tokens else { return None };
        if first.kind != Kind::Quoted || second.kind != Kind::Colon {
            return None;
        }
        let label = self.name();
        self.step();
        label
    }

    /// A name in quotation marks. Takes the token also if it is wrong.
    fn name(&mut self) -> Option<Name> {
        let text = self.tokens.first().map(|token| self.slice(token)).unwrap_or_default();
        let inner = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
        let mut bytes = Vec::new();
        let mut name = Err(Code::Escape);
        if escape::read(inner, "\\\"").all(|unit| unit.map(|unit| unit.unit.push_to(&mut bytes)).is_ok()) {
            name = String::from_utf8(bytes).map_err(|_| Code::Escape).and_then(|text| text.parse().map_err(Code::Name));
        }
        let name = name.map_err(|code| self.error(code)).ok();
        self.step();
        name
    }

    /// The rest of a rule after `when`.
    fn rule(&mut self, label: Option<Name>) -> Option<Rule> {
        let mut conditions = Vec::new();
        loop {
            let errors = self.errors.len();
            conditions.extend(self.condition());
            if self.errors.len() > errors {
                self.skip_to(&["and", "then"]);
            }
            if self.take("and") {
                continue;
            }
            break;
        }
        if !self.take("then") {
            self.expected(Expected::AndOrThen);
            return None;
        }
        let then = self.then()?;
        Some(Rule { label, when: conditions.try_into().ok()?, then })
    }

    fn condition(&mut self) -> Option<Condition> {
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
    fn value<T>(&mut self, expected: Expected, read: impl Fn(&str) -> Result<T, Code>) -> Option<T> {
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

    fn network(&mut self, expected: Expected) -> Option<Cidr> {
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

    /// `up office everything, kill switch always`
    fn then(&mut self) -> Option<Then> {
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

    fn tunnel(&mut self) -> Option<Name> {
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
    fn kill_switch(&mut self) -> Option<KillSwitch> {
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
    fn failover(&mut self) -> Option<Failover> {
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
    fn manual(&mut self) -> Option<Seconds> {
        self.step();
        self.require("choice")?;
        self.require("for")?;
        self.seconds()
    }

    /// `30 s` or `30s`
    fn seconds(&mut self) -> Option<Seconds> {
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

fn starts_with_quote(word: &str) -> bool {
    word.starts_with(['“', '”', '„', '‟', '«', '»'])
}

fn network(text: &str) -> Result<Cidr, Code> {
    let network: Cidr = text.parse().map_err(|error| Code::Cidr(Quoted::new(text), error))?;
    if network.has_host_bits() {
        return Err(Code::HostBits(network.network()));
    }
    Ok(network)
}

/// Returns the word that was probably meant.
fn nearest(word: &str, words: &[&'static str]) -> Option<&'static str> {
    let distance = |other: &&'static str| strsim::damerau_levenshtein(word, other);
    words.iter().filter(|other| distance(other) <= 2.min(other.len() / 2)).min_by_key(|other| distance(other)).copied()
}
