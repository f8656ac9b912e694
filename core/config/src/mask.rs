//! Masks the secrets of a text, so that a program that may not see them can edit the text: a mark replaces each secret.
//!
//! [`mask`] sets the marks, [`unmask`] restores the secrets. A mark is as long as its secret, so that both texts have the same
//! offsets, and no mark is a valid key. A mark stands for a secret only where the secret was: at the same key of `[Interface]`,
//! or of the peer with the same public key. In comments, commands and unknown lines, the rest of the line must be the same. Each
//! masked line is stored once, so that memory and time are proportional to the text.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::ops::Range;

use adit_protocol::{PrivateKey, PublicKey};
use zeroize::{Zeroize, Zeroizing};

use crate::config::Config;
use crate::diagnostic::{Code, Diagnostic};
use crate::edit::Splices;
use crate::key_like::{KEY_LENGTH, key_like};
use crate::keyword::{Key, Section, is_space};
use crate::parse::own_public_key;
use crate::syntax::{Document, DocumentError, Line, LineKind};

const HEAD: &str = "(unchanged";
const TAIL: &str = ")";
/// Minimum number of dots in a mark that stands in a comment, a command or an unknown line.
const LEAST_DOTS: usize = 8;
/// Maximum number of marks that [`UnmaskError::Lost`] lists.
const MAX_LOST: usize = 1_000;

/// The reason why the secrets of a text cannot be restored.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum UnmaskError {
    /// These marks stand for no secret, or it is unclear for which one. At most the first 1,000 are listed.
    #[error("a mark stands where no secret is known")]
    Lost(Vec<Diagnostic>),
    /// The text is too large with its secrets.
    #[error(transparent)]
    Document(#[from] DocumentError),
}

/// Replaces the value of each private and preshared key by a mark. Text that looks like a key in a comment, a command or an
/// unknown line is a secret too, unless it is a public key of the text. A text that is both is a secret.
pub fn mask(document: &Document) -> Result<Document, DocumentError> {
    masked(document, &secrets(document, &secret_values(document)))
}

/// Replaces all text in a command of `config` that looks like a key by a mark, unless it is a public key of `config`: what
/// [`mask`] does with the line of the command.
pub fn mask_command(command: &str, config: &Config) -> String {
    let own = config.interface.private_key.iter().map(PrivateKey::dangerously_reveal_base64);
    let preshared = config.peers.iter().filter_map(|peer| Some(peer.preshared_key.as_ref()?.dangerously_reveal_base64()));
    let hidden: Vec<Zeroizing<String>> = own.chain(preshared).collect();
    let known = config.peers.iter().map(|peer| peer.public_key).chain(config.interface.public_key());
    let is_shown = |key: &String| !hidden.iter().any(|hidden| **hidden == *key);
    let public: HashSet<String> = known.map(|key| key.to_string()).filter(is_shown).collect();
    let (mut shown, mut end) = (String::with_capacity(command.len()), 0);
    for span in key_like(command).into_iter().filter(|span| !is_public(&command[span.clone()], &public)) {
        shown.push_str(&command[end..span.start]);
        shown.push_str(&mark(span.len()));
        end = span.end;
    }
    shown + &command[end..]
}

fn masked(document: &Document, secrets: &[Found<'_>]) -> Result<Document, DocumentError> {
    let mut splices = Splices::default();
    for secret in secrets {
        splices.replace(secret.span.clone(), &mark(secret.span.len()));
    }
    splices.apply(document)
}

/// Replaces the marks of `document` by the secrets of `original`.
///
/// # Errors
/// [`UnmaskError::Lost`] with a diagnostic for each mark that is not where `mask` put it.
pub fn unmask(document: &Document, original: &Document) -> Result<Document, UnmaskError> {
    if !document.text().contains(HEAD) {
        return Ok(document.clone());
    }
    let hidden = secret_values(original);
    let marks = marks(document, &hidden);
    if marks.is_empty() {
        return Ok(document.clone());
    }
    let secrets = secrets(original, &hidden);
    let masked = masked(original, &secrets)?;
    let values = Values::of(&secrets);
    let lines = Lines::of(original, &masked, &hidden);
    let mut beside: HashMap<Place, usize> = HashMap::new();
    marks.iter().filter_map(Found::place).for_each(|place| *beside.entry(place).or_default() += 1);
    let mut passed: HashMap<Place, usize> = HashMap::new();
    let mut splices = Splices::default();
    let mut lost = Lost::new(document);
    for on_line in marks.chunk_by(|one, next| one.line.number == next.line.number) {
        let (of_keys, loose) = on_line.split_at(on_line.iter().take_while(|found| found.key.is_some()).count());
        for found in of_keys {
            let secret = found.place().and_then(|place| {
                let number = passed.entry(place).or_default();
                *number += 1;
                values.get(place, (*number - 1, beside.get(&place).copied().unwrap_or(0)))
            });
            match secret.filter(|secret| *found.text == mark(secret.len())) {
                Some(secret) => splices.replace(found.span.clone(), secret),
                None => lost.add(found),
            }
        }
        let Some(first) = loose.first() else { continue };
        match lines.get(document.slice(&first.line.span), first.owner) {
            Some(rest) => splices.replace(loose_part(document, first.line), rest),
            None => loose.iter().for_each(|found| lost.add(found)),
        }
    }
    if lost.found.is_empty() { Ok(splices.apply(document)?) } else { Err(UnmaskError::Lost(lost.found)) }
}

/// Returns the numbers of the lines that contain a mark.
pub fn marked_lines(document: &Document) -> BTreeSet<u32> {
    marks(document, &HashSet::new()).iter().map(|found| found.line.number).collect()
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
    /// Its text; empty for a damaged mark.
    text: &'a str,
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
        let text = self.document.slice(&span);
        self.found.push(Found { line, owner, key, span, text });
    }
}

impl Found<'_> {
    /// Returns its place, if it is the value of a key.
    fn place(&self) -> Option<Place> {
        Some((self.owner, self.key?))
    }
}

/// Collects the marks that stand for no secret.
struct Lost<'a> {
    document: &'a Document,
    found: Vec<Diagnostic>,
    /// A byte and its column, from which counting continues, because a line can have thousands of marks.
    counted: (usize, u32),
}

impl<'a> Lost<'a> {
    fn new(document: &'a Document) -> Self {
        Self { document, found: Vec::new(), counted: (0, 1) }
    }

    /// Adds a mark, which must stand after those that were added before.
    fn add(&mut self, mark: &Found<'_>) {
        if self.found.len() == MAX_LOST {
            return;
        }
        let (start, column) = if self.counted.0 < mark.line.span.start { (mark.line.span.start, 1) } else { self.counted };
        let column = column.saturating_add(self.document.characters(start..mark.span.start));
        self.counted = (mark.span.start, column);
        let section = match mark.owner {
            Owner::Interface => Some(Section::Interface),
            Owner::Peer(_) => Some(Section::Peer),
            Owner::Nobody => None,
        };
        self.found.push(Diagnostic {
            severity: Code::Mask.severity(),
            code: Code::Mask,
            section,
            key: mark.key,
            line: mark.line.number,
            column,
            span: mark.span.clone(),
        });
    }
}

/// A text that stands at several places, or None if they have different texts.
type Only<'a> = Option<&'a str>;

/// Adds a place with `text` to those of `only`.
fn join<'a>(only: &mut Only<'a>, text: &'a str) {
    *only = only.filter(|known| *known == text);
}

/// The secrets that are values of keys.
struct Values<'a>(HashMap<Place, Value<'a>>);

struct Value<'a> {
    /// All values of the key, in order.
    all: Vec<&'a str>,
    only: Only<'a>,
}

impl<'a> Values<'a> {
    fn of(secrets: &[Found<'a>]) -> Self {
        let mut values: HashMap<Place, Value<'a>> = HashMap::new();
        for (place, text) in secrets.iter().filter_map(|secret| Some((secret.place()?, secret.text))) {
            let value = values.entry(place).or_insert_with(|| Value { all: Vec::new(), only: Some(text) });
            value.all.push(text);
            join(&mut value.only, text);
        }
        Self(values)
    }

    /// Returns the secret of mark `number` of the `count` marks at a place. If the key occurs as often as in the original, the
    /// order decides; otherwise all its values must be equal.
    fn get(&self, place: Place, (number, count): (usize, usize)) -> Only<'a> {
        let value = self.0.get(&place)?;
        if value.all.len() == count { value.all.get(number).copied() } else { value.only }
    }
}

/// The lines of the original that have marks outside the values of keys, by their masked text.
struct Lines<'a>(HashMap<&'a str, Saved<'a>>);

/// The loose part of each original line with the same masked text.
struct Saved<'a> {
    /// The text in any section.
    any: Only<'a>,
    /// The text in the sections of each owner.
    own: HashMap<Owner, Only<'a>>,
}

impl<'a> Lines<'a> {
    fn of(original: &'a Document, masked: &'a Document, hidden: &HashSet<Compact>) -> Self {
        let mut lines: HashMap<&'a str, Saved<'a>> = HashMap::new();
        // A mark is never longer than one line, so that both texts have the same lines.
        let pairs = original.lines().iter().zip(masked.lines()).zip(owners(original, hidden));
        for ((line, masked_line), owner) in pairs {
            if loose_marks(masked, &loose_part(masked, masked_line)).is_empty() {
                continue;
            }
            let text = original.slice(&loose_part(original, line));
            let new = || Saved { any: Some(text), own: HashMap::new() };
            let saved = lines.entry(masked.slice(&masked_line.span)).or_insert_with(new);
            join(&mut saved.any, text);
            join(saved.own.entry(owner).or_insert(Some(text)), text);
        }
        Self(lines)
    }

    /// Returns the loose part of the original line whose masked text is `line`. If there are several such lines, those of the same
    /// owner count.
    fn get(&self, line: &str, owner: Owner) -> Only<'a> {
        let saved = self.0.get(line)?;
        saved.own.get(&owner).copied().unwrap_or(saved.any)
    }
}

/// Returns the part of a line that is not the value of a private or preshared key: what follows such a value, or the whole line.
fn loose_part(document: &Document, line: &Line) -> Range<usize> {
    match secret_value(document, line) {
        Some((_, value)) => value.end..line.span.end,
        None => line.span.clone(),
    }
}

/// Returns the key and the value of a line that assigns a private or preshared key. None if the value is missing.
fn secret_value(document: &Document, line: &Line) -> Option<(Key, Range<usize>)> {
    match &line.kind {
        LineKind::Assignment { key: Some(key @ (Key::PrivateKey | Key::PresharedKey)), value, .. } => {
            (!document.slice(value).is_empty()).then(|| (*key, value.clone()))
        }
        LineKind::Assignment { .. }
        | LineKind::Blank
        | LineKind::Comment(_)
        | LineKind::Header { .. }
        | LineKind::Other { .. } => None,
    }
}

/// Returns the private and preshared keys of a text, without white space.
fn secret_values(document: &Document) -> HashSet<Compact> {
    let values = document.lines().iter().filter_map(|line| secret_value(document, line));
    values.map(|(_, value)| compact(document.slice(&value))).collect()
}

/// Returns the secrets of a text, in order. `hidden` are its private and preshared keys.
fn secrets<'a>(document: &'a Document, hidden: &HashSet<Compact>) -> Vec<Found<'a>> {
    let public = public_keys(document, hidden);
    let is_hidden = |value: &Range<usize>| {
        let text = compact(document.slice(value));
        text.0.len() >= KEY_LENGTH && hidden.contains(&text)
    };
    let mut all = Collection::new(document);
    for (line, owner) in document.lines().iter().zip(owners(document, hidden)) {
        let mut loose = Some(loose_part(document, line));
        if let Some((key, value)) = secret_value(document, line) {
            all.add(line, owner, Some(key), value);
        }
        if let LineKind::Assignment { key: Some(Key::PublicKey), value, comment, .. } = &line.kind {
            if is_hidden(value) {
                all.add(line, owner, None, value.clone());
            }
            loose.clone_from(comment);
        }
        let Some(part) = loose else { continue };
        for found in key_like(document.slice(&part)) {
            let span = part.start + found.start..part.start + found.end;
            if !is_public(document.slice(&span), &public) {
                all.add(line, owner, None, span);
            }
        }
    }
    all.found
}

/// Returns the marks of a text, in order: on each line first the mark that is the value of a private or preshared key. `hidden`
/// are the private and preshared keys of the original.
fn marks<'a>(document: &'a Document, hidden: &HashSet<Compact>) -> Vec<Found<'a>> {
    let mut all = Collection::new(document);
    for (line, owner) in document.lines().iter().zip(owners(document, hidden)) {
        if let Some((key, value)) = secret_value(document, line) {
            if is_mark(document.slice(&value)) {
                all.add(line, owner, Some(key), value);
            } else if let Some(damaged) = loose_marks(document, &value).into_iter().next() {
                all.found.push(Found { line, owner, key: Some(key), span: damaged, text: "" });
            }
        }
        for span in loose_marks(document, &loose_part(document, line)) {
            all.add(line, owner, None, span);
        }
    }
    all.found
}

/// Returns the marks in a part of a document, and what is left of damaged ones: the beginning with some dots.
fn loose_marks(document: &Document, part: &Range<usize>) -> Vec<Range<usize>> {
    let text = document.slice(part);
    let found = text.match_indices(HEAD).filter_map(|(at, _)| {
        let rest = text.get(at + HEAD.len()..)?;
        let dots = rest.bytes().take_while(|byte| *byte == b'.').count();
        let tail = if rest.get(dots..)?.starts_with(TAIL) { TAIL.len() } else { 0 };
        let start = part.start + at;
        (dots >= LEAST_DOTS).then(|| start..start + HEAD.len() + dots + tail)
    });
    found.collect()
}

/// Returns the owner of each line. A public key that is one of `hidden` has a mark in the masked text, and names no peer.
fn owners(document: &Document, hidden: &HashSet<Compact>) -> Vec<Owner> {
    let mut owners = Vec::with_capacity(document.lines().len());
    for section in document.lines().chunk_by(|_, next| !matches!(next.kind, LineKind::Header { .. })) {
        let owner = match section.first().map(|line| &line.kind) {
            Some(LineKind::Header { section: Some(Section::Interface), .. }) => Owner::Interface,
            Some(LineKind::Header { section: Some(Section::Peer), .. }) => {
                let mut keys = section.iter().filter_map(|line| public_key(document, line, hidden));
                keys.next_back().map_or(Owner::Nobody, Owner::Peer)
            }
            Some(_) | None => Owner::Nobody,
        };
        owners.extend(section.iter().map(|_| owner));
    }
    owners
}

/// Returns the lines in the sections of the owner of line `number`, which is one of them.
pub(crate) fn same_owner(document: &Document, number: u32) -> impl Iterator<Item = &Line> {
    let owners = owners(document, &HashSet::new());
    let own = usize::try_from(number).ok().and_then(|number| owners.get(number.checked_sub(1)?).copied());
    document.lines().iter().zip(owners).filter(move |(_, owner)| Some(*owner) == own).map(|(line, _)| line)
}

/// Returns the public key that a line assigns. None if it is one of `hidden`.
fn public_key(document: &Document, line: &Line, hidden: &HashSet<Compact>) -> Option<PublicKey> {
    match &line.kind {
        LineKind::Assignment { key: Some(Key::PublicKey), value, .. } => {
            let text = compact(document.slice(value));
            if hidden.contains(&text) { None } else { text.0.parse().ok() }
        }
        LineKind::Assignment { .. }
        | LineKind::Blank
        | LineKind::Comment(_)
        | LineKind::Header { .. }
        | LineKind::Other { .. } => None,
    }
}

/// Returns the public keys of a text, which are not secret wherever they occur. Leaves out those that are one of `hidden`.
fn public_keys(document: &Document, hidden: &HashSet<Compact>) -> HashSet<String> {
    let peers = document.lines().iter().filter_map(|line| public_key(document, line, hidden));
    let own = own_public_key(document).filter(|key| !hidden.contains(&compact(&key.to_string())));
    peers.chain(own).map(|key| key.to_string()).collect()
}

/// Returns true if a text that looks like a key is one of the public keys, with or without the `=` at its end.
fn is_public(text: &str, public: &HashSet<String>) -> bool {
    public.contains(text) || (text.len() + 1 == KEY_LENGTH && public.contains(&format!("{text}=")))
}

/// A text without white space. It is erased from memory on drop.
#[derive(PartialEq, Eq, Hash)]
struct Compact(String);

impl Drop for Compact {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

/// Removes all white space, as `wg` does.
fn compact(text: &str) -> Compact {
    let mut compact = String::with_capacity(text.len());
    compact.extend(text.chars().filter(|character| !is_space(*character)));
    Compact(compact)
}
