//! Assigns every byte of a document to a class, for syntax highlighting everywhere.

use std::ops::Range;

use super::{Document, LineKind};
use crate::extension::Extension;
use crate::keyword::{Key, is_space};

/// A run of bytes of one class.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Token {
    /// Bytes of the document.
    pub span: Range<usize>,
    /// Their class.
    pub class: Class,
}

/// The class of a run of bytes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Class {
    /// A byte order mark, which occurs only at the very beginning.
    ByteOrderMark,
    /// White space, visible or not.
    Space,
    /// `\n` or `\r\n`.
    LineEnd,
    /// A comment, from `#` to the end of the line.
    Comment,
    /// `[Interface]` or `[Peer]`.
    Section,
    /// The name of a key.
    Key,
    /// A delimiter: `=`, `,`, `/`, and the colon and brackets of an endpoint.
    Delimiter,
    /// A private key, which is secret.
    PrivateKey,
    /// A public key, which is not secret.
    PublicKey,
    /// A preshared key, which is secret.
    PresharedKey,
    /// An IP address.
    Address,
    /// A prefix length.
    Prefix,
    /// A host name or a search domain.
    Host,
    /// A UDP port.
    Port,
    /// A persistent keepalive in seconds.
    Keepalive,
    /// An MTU in bytes.
    Mtu,
    /// A firewall mark.
    FwMark,
    /// A routing table.
    Table,
    /// `true` or `false`.
    Boolean,
    /// A command.
    Command,
    /// Text that the language does not know.
    Error,
}

pub(super) fn tokens(document: &Document) -> Vec<Token> {
    let mut painter = Painter { document, tokens: Vec::new(), done: 0 };
    for line in document.lines() {
        if line.number == 1 {
            painter.paint(line.span.start, Class::ByteOrderMark);
        } else {
            painter.paint(line.span.start, Class::LineEnd);
        }
        painter.line(&line.kind);
        painter.paint(line.span.end, Class::Space);
    }
    let all = document.text().len();
    painter.paint(all, if document.lines().is_empty() { Class::ByteOrderMark } else { Class::LineEnd });
    painter.tokens
}

struct Painter<'a> {
    document: &'a Document,
    tokens: Vec<Token>,
    done: usize,
}

impl Painter<'_> {
    /// Gives everything from the end of the last token to `end` one class.
    fn paint(&mut self, end: usize, class: Class) {
        if end > self.done {
            self.tokens.push(Token { span: self.done..end, class });
            self.done = end;
        }
    }

    /// Adds white space up to the span, then the span.
    fn span(&mut self, span: &Range<usize>, class: Class) {
        self.paint(span.start, Class::Space);
        self.paint(span.end, class);
    }

    fn line(&mut self, kind: &LineKind) {
        let comment = match kind {
            LineKind::Blank => &None,
            LineKind::Comment(span) => {
                self.comment(span);
                &None
            }
            LineKind::Header { text, section, comment } => {
                self.span(text, if section.is_some() { Class::Section } else { Class::Error });
                comment
            }
            LineKind::Assignment { name, key, value, comment } => {
                self.span(name, if key.is_some() { Class::Key } else { Class::Error });
                self.equals();
                if !value.is_empty() {
                    self.value(*key, value);
                }
                comment
            }
            LineKind::Other { text, comment } => {
                self.span(text, Class::Error);
                comment
            }
        };
        if let Some(span) = comment {
            self.span(span, Class::Comment);
        }
    }

    /// Paints a comment, which may be a key of Adit.
    fn comment(&mut self, span: &Range<usize>) {
        let Some(extension) = Extension::read(self.document, span).filter(|found| found.is_known(self.document)) else {
            return self.span(span, Class::Comment);
        };
        self.paint(span.start, Class::Space);
        self.paint(extension.word.start, Class::Comment);
        self.paint(extension.word.end, Class::Key);
        self.equals();
        if !extension.value.is_empty() {
            self.endpoints(&extension.value);
        }
        if let Some(comment) = extension.comment {
            self.span(&comment, Class::Comment);
        }
    }

    fn equals(&mut self) {
        let rest = self.document.text().get(self.done..).unwrap_or_default();
        if let Some(offset) = rest.find('=') {
            let at = self.done + offset;
            self.span(&(at..at + 1), Class::Delimiter);
        }
    }

    fn value(&mut self, key: Option<Key>, value: &Range<usize>) {
        match key {
            None => self.span(value, Class::Error),
            Some(Key::PrivateKey) => self.span(value, Class::PrivateKey),
            Some(Key::PublicKey) => self.span(value, Class::PublicKey),
            Some(Key::PresharedKey) => self.span(value, Class::PresharedKey),
            Some(Key::ListenPort) => self.span(value, Class::Port),
            Some(Key::FwMark) => self.span(value, Class::FwMark),
            Some(Key::Mtu) => self.span(value, Class::Mtu),
            Some(Key::Table) => self.span(value, Class::Table),
            Some(Key::SaveConfig) => self.span(value, Class::Boolean),
            Some(Key::PersistentKeepalive) => self.span(value, Class::Keepalive),
            Some(Key::PreUp | Key::PostUp | Key::PreDown | Key::PostDown) => self.span(value, Class::Command),
            Some(Key::Endpoint) => self.endpoint(value),
            Some(Key::Address | Key::AllowedIps | Key::Dns) => self.list(value),
        }
    }

    /// Paints an endpoint and further ports of the same host.
    fn endpoints(&mut self, value: &Range<usize>) {
        let text = self.document.slice(value);
        let Some((first, ports)) = text.split_once(',') else { return self.endpoint(value) };
        let end = value.start + first.len();
        self.endpoint(&self.document.trim(value.start..end));
        let mut at = end;
        for port in ports.split(',') {
            self.span(&(at..at + 1), Class::Delimiter);
            let item = self.document.trim(at + 1..at + 1 + port.len());
            if !item.is_empty() {
                self.span(&item, Class::Port);
            }
            at += 1 + port.len();
        }
    }

    fn endpoint(&mut self, value: &Range<usize>) {
        let text = self.document.slice(value);
        let Some((host, _)) = text.rsplit_once(':') else {
            return self.span(value, Class::Error);
        };
        let colon = value.start + host.len();
        let inside = host.strip_prefix('[').and_then(|host| host.strip_suffix(']'));
        let (open, close) = if inside.is_some() { (value.start + 1, colon - 1) } else { (value.start, colon) };
        let class = if host.contains(':') || host.parse::<std::net::Ipv4Addr>().is_ok() { Class::Address } else { Class::Host };
        self.span(&(value.start..open), Class::Delimiter);
        self.paint(close, class);
        self.paint(colon + 1, Class::Delimiter);
        self.paint(value.end, Class::Port);
    }

    fn list(&mut self, value: &Range<usize>) {
        let mut item = value.start;
        for (offset, character) in self.document.slice(value).char_indices() {
            let at = value.start + offset;
            let end = at + character.len_utf8();
            if character == ',' || character == '/' || is_space(character) {
                self.item(&(item..at));
                let class = if is_space(character) { Class::Space } else { Class::Delimiter };
                self.paint(end, class);
                item = end;
            }
        }
        self.item(&(item..value.end));
    }

    fn item(&mut self, span: &Range<usize>) {
        let text = self.document.slice(span);
        let text = text.trim_start_matches(['+', '-']);
        let is_prefix = self.tokens.last().is_some_and(|token| self.document.slice(&token.span) == "/");
        let class = if text.parse::<std::net::IpAddr>().is_ok() {
            Class::Address
        } else if is_prefix {
            Class::Prefix
        } else {
            Class::Host
        };
        self.paint(span.end, class);
    }
}
