//! Masks the secrets of a text, so that a program that may not see them can edit the text: a mark replaces each secret.
//!
//! [`mask`] sets the marks, [`unmask`] restores the secrets. A mark is as long as its secret, so that both texts have the same
//! offsets, and no mark is a valid key. A mark stands for a secret only where the secret was: at the same key of `[Interface]`,
//! or of the peer with the same public key. In comments, commands and unknown lines, the rest of the line must be the same.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

use adit_protocol::PublicKey;
use zeroize::Zeroizing;

use crate::diagnostic::{Code, Diagnostic};
use crate::edit::Splices;
use crate::keyword::{Key, Section, is_space};
use crate::parse::own_public_key;
use crate::syntax::{Document, DocumentError, Line, LineKind};

const HEAD: &str = "(unchanged";
const TAIL: &str = ")";
/// Characters of a key in base64.
const KEY_LENGTH: usize = 44;

/// The reason why the secrets of a text cannot be restored.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum UnmaskError {
    /// These marks stand for no secret, or it is unclear for which one.
    #[error("a mark stands where no secret is known")]
    Lost(Vec<Diagnostic>),
    /// The text is too large with its secrets.
    #[error(transparent)]
    Document(#[from] DocumentError),
}

/// Replaces the value of each private and preshared key by a mark. Text that looks like a key in a comment, a command or an
/// unknown line is a secret too, unless it is a public key of the text.
pub fn mask(document: &Document) -> Result<Document, DocumentError> {
    let mut splices = Splices::default();
    for secret in secrets(document) {
        splices.replace(secret.span.clone(), &mark(secret.span.len()));
    }
    splices.apply(document)
}

/// Replaces the marks of `document` by the secrets of `original`.
///
/// # Errors
/// [`UnmaskError::Lost`] with a diagnostic for each mark that is not where `mask` put it.
pub fn unmask(document: &Document, original: &Document) -> Result<Document, UnmaskError> {
    let secrets = secrets(original);
    let known = Known::of(original, &secrets)?;
    let marks = marks(document);
    let mut splices = Splices::default();
    let mut lost = Vec::new();
    let mut beside: HashMap<Place, usize> = HashMap::new();
    marks.iter().filter_map(Found::place).for_each(|place| *beside.entry(place).or_default() += 1);
    let mut passed: HashMap<Place, usize> = HashMap::new();
    for found in &marks {
        let meaning = match found.place() {
            Some(place) => {
                let number = passed.entry(place).or_default();
                *number += 1;
                known.value(place, (*number - 1, beside.get(&place).copied().unwrap_or(0)))
            }
            None => known.part(document.slice(&found.line.span), found),
        };
        match meaning {
            Meaning::Secret(secret) if *found.text == mark(secret.len()) => splices.replace(found.span.clone(), secret),
            Meaning::Itself => {}
            Meaning::Secret(_) | Meaning::Nothing => lost.push(found.complaint(document)),
        }
    }
    if lost.is_empty() { Ok(splices.apply(document)?) } else { Err(UnmaskError::Lost(lost)) }
}

/// Returns true if a value is a mark.
pub(crate) fn is_mark(value: &str) -> bool {
    let dots = value.strip_prefix(HEAD).and_then(|rest| rest.strip_suffix(TAIL));
    dots.is_some_and(|dots| dots.bytes().all(|byte| byte == b'.'))
}

/// Returns the mark for `length` bytes.
fn mark(length: usize) -> String {
    let dots = length.saturating_sub(HEAD.len() + TAIL.len());
    format!("{HEAD}{}{TAIL}", ".".repeat(dots))
}

/// The owner of a line: the section that it is in.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
enum Owner {
    Interface,
    /// The peer with this public key.
    Peer(PublicKey),
    /// A peer without a public key, an unknown section, or no section.
    Nobody,
}

/// A key in an owner's section.
type Place = (Owner, Key);

/// A secret or a mark in a text.
struct Found<'a> {
    line: &'a Line,
    owner: Owner,
    /// The key whose value it is. None if it is a part of a comment, a command, or an unknown line.
    key: Option<Key>,
    span: Range<usize>,
    text: Zeroizing<String>,
    /// The number of secrets or marks before it on its line.
    number: usize,
}

/// Collects the secrets or marks of a document.
struct Collection<'a> {
    document: &'a Document,
    found: Vec<Found<'a>>,
}

impl<'a> Collection<'a> {
    fn new(document: &'a Document) -> Self {
        Self { document, found: Vec::new() }
    }

    fn add(&mut self, line: &'a Line, owner: Owner, key: Option<Key>, span: Range<usize>) {
        let number = self.found.last().filter(|last| last.line.number == line.number).map_or(0, |last| last.number + 1);
        let text = Zeroizing::new(self.document.slice(&span).to_owned());
        self.found.push(Found { line, owner, key, span, text, number });
    }
}

impl Found<'_> {
    /// Returns its place, if it is the value of a key.
    fn place(&self) -> Option<Place> {
        Some((self.owner, self.key?))
    }

    fn complaint(&self, document: &Document) -> Diagnostic {
        let section = match self.owner {
            Owner::Interface => Some(Section::Interface),
            Owner::Peer(_) => Some(Section::Peer),
            Owner::Nobody => None,
        };
        Diagnostic {
            severity: Code::Mask.severity(),
            code: Code::Mask,
            section,
            key: self.key,
            line: self.line.number,
            column: document.column(self.line, self.span.start),
            span: self.span.clone(),
        }
    }
}

/// The meaning of a mark.
enum Meaning<'a> {
    Secret(&'a str),
    /// Not a mark: the original has the same characters there.
    Itself,
    Nothing,
}

/// The secrets of a text, by the places at which marks can stand for them.
struct Known<'a> {
    values: HashMap<Place, Vec<&'a Found<'a>>>,
    /// Secrets inside lines, by the line with its marks and the number of secrets before it on the line.
    parts: HashMap<(String, usize), Vec<&'a Found<'a>>>,
    lines: HashSet<&'a str>,
}

impl<'a> Known<'a> {
    fn of(original: &'a Document, secrets: &'a [Found<'a>]) -> Result<Self, DocumentError> {
        let masked = mask(original)?;
        let lines = original.lines().iter().map(|line| original.slice(&line.span)).collect();
        let mut known = Self { values: HashMap::new(), parts: HashMap::new(), lines };
        for secret in secrets {
            match secret.place() {
                Some(place) => known.values.entry(place).or_default().push(secret),
                None => {
                    let index = usize::try_from(secret.line.number).unwrap_or(usize::MAX).saturating_sub(1);
                    let line = masked.lines().get(index).map_or("", |line| masked.slice(&line.span));
                    known.parts.entry((line.to_owned(), secret.number)).or_default().push(secret);
                }
            }
        }
        Ok(known)
    }

    /// Returns the meaning of mark `number` of the `count` marks at a place. If the key occurs as often as in the original, the
    /// order decides; otherwise all its values must be equal.
    fn value(&self, place: Place, (number, count): (usize, usize)) -> Meaning<'a> {
        let secrets = self.values.get(&place).map(Vec::as_slice).unwrap_or_default();
        match secrets.get(number) {
            Some(secret) if secrets.len() == count => Meaning::Secret(&secret.text),
            Some(_) | None => only(secrets.iter().copied()),
        }
    }

    /// Returns the meaning of a mark inside a line. The line must be the same; if there are several such lines, those of the same
    /// section count.
    fn part(&self, line: &str, found: &Found<'_>) -> Meaning<'a> {
        let secrets = self.parts.get(&(line.to_owned(), found.number)).map(Vec::as_slice).unwrap_or_default();
        let own = || secrets.iter().copied().filter(|secret| secret.owner == found.owner);
        match (secrets.is_empty(), self.lines.contains(line)) {
            (true, true) => Meaning::Itself,
            (true, false) | (false, true) => Meaning::Nothing,
            (false, false) if own().next().is_some() => only(own()),
            (false, false) => only(secrets.iter().copied()),
        }
    }
}

/// Returns the secret if all these are equal.
fn only<'a>(mut secrets: impl Iterator<Item = &'a Found<'a>>) -> Meaning<'a> {
    let Some(first) = secrets.next() else { return Meaning::Nothing };
    if secrets.all(|other| other.text == first.text) { Meaning::Secret(&first.text) } else { Meaning::Nothing }
}

/// Returns the secrets of a text, in order.
fn secrets(document: &Document) -> Vec<Found<'_>> {
    let public = public_keys(document);
    let mut all = Collection::new(document);
    for (line, owner) in document.lines().iter().zip(owners(document)) {
        let loose = match &line.kind {
            LineKind::Assignment { key: Some(key @ (Key::PrivateKey | Key::PresharedKey)), value, comment, .. } => {
                if !value.is_empty() {
                    all.add(line, owner, Some(*key), value.clone());
                }
                comment.clone()
            }
            LineKind::Assignment { key: Some(Key::PublicKey), comment, .. } => comment.clone(),
            LineKind::Assignment { .. }
            | LineKind::Blank
            | LineKind::Comment(_)
            | LineKind::Header { .. }
            | LineKind::Other { .. } => Some(line.span.clone()),
        };
        for span in loose.iter().flat_map(|span| key_like(document, span)) {
            if !public.contains(document.slice(&span)) {
                all.add(line, owner, None, span);
            }
        }
    }
    all.found
}

/// Returns the marks of a text, in order.
fn marks(document: &Document) -> Vec<Found<'_>> {
    let loose_mark = mark(KEY_LENGTH);
    let mut all = Collection::new(document);
    for (line, owner) in document.lines().iter().zip(owners(document)) {
        let mut loose = line.span.clone();
        if let LineKind::Assignment { key: Some(key @ (Key::PrivateKey | Key::PresharedKey)), value, .. } = &line.kind
            && is_mark(document.slice(value))
        {
            all.add(line, owner, Some(*key), value.clone());
            loose.start = value.end;
        }
        for (at, _) in document.slice(&loose).match_indices(loose_mark.as_str()) {
            all.add(line, owner, None, loose.start + at..loose.start + at + loose_mark.len());
        }
    }
    all.found
}

/// Returns the owner of each line.
fn owners(document: &Document) -> Vec<Owner> {
    let mut owners = Vec::with_capacity(document.lines().len());
    for section in document.lines().chunk_by(|_, next| !matches!(next.kind, LineKind::Header { .. })) {
        let owner = match section.first().map(|line| &line.kind) {
            Some(LineKind::Header { section: Some(Section::Interface), .. }) => Owner::Interface,
            Some(LineKind::Header { section: Some(Section::Peer), .. }) => {
                let mut keys = section.iter().filter_map(|line| public_key(document, line));
                keys.next_back().map_or(Owner::Nobody, Owner::Peer)
            }
            Some(_) | None => Owner::Nobody,
        };
        owners.extend(section.iter().map(|_| owner));
    }
    owners
}

fn public_key(document: &Document, line: &Line) -> Option<PublicKey> {
    match &line.kind {
        LineKind::Assignment { key: Some(Key::PublicKey), value, .. } => {
            let text: String = document.slice(value).chars().filter(|character| !is_space(*character)).collect();
            text.parse().ok()
        }
        LineKind::Assignment { .. }
        | LineKind::Blank
        | LineKind::Comment(_)
        | LineKind::Header { .. }
        | LineKind::Other { .. } => None,
    }
}

/// Returns the public keys of a text, which are not secret wherever they occur.
fn public_keys(document: &Document) -> BTreeSet<String> {
    let peers = document.lines().iter().filter_map(|line| public_key(document, line));
    peers.chain(own_public_key(document)).map(|key| key.to_string()).collect()
}

/// Returns runs of characters that could be a key: 43 of base64 and `=`. Of a longer run, its end.
fn key_like(document: &Document, span: &Range<usize>) -> Vec<Range<usize>> {
    let text = document.slice(span);
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    let mut run = 0;
    let mut found = Vec::new();
    for (at, byte) in text.bytes().enumerate() {
        if byte == b'=' && run >= KEY_LENGTH - 1 {
            let end = span.start + at + 1;
            found.push(end - KEY_LENGTH..end);
        }
        run = if is_digit(byte) { run + 1 } else { 0 };
    }
    found
}
