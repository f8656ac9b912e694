//! Finds the names of peers: `# Name = office` in a `[Peer]` section or directly above it, and the comments of programs that
//! write configurations.

use super::draft::Draft;
use crate::keyword::Section;
use crate::syntax::{Document, LineKind};
use crate::value::PeerName;

/// Gives each peer its first usable name. A comment that only comments separate from a following `[Peer]` belongs to that peer;
/// any other comment belongs to its own section. If no comment is marked as a name, a single one on the line below `[Peer]`
/// counts as the name.
pub(super) fn give_names(document: &Document, draft: &mut Draft) {
    let mut above: Option<PeerName> = None;
    let mut below = Below::Nothing;
    let mut current: Option<usize> = None;
    let mut next = 0;
    let mut labels: Vec<(Option<usize>, PeerName)> = Vec::new();
    for line in document.lines() {
        if let (Below::Comment(label), false) = (&below, matches!(line.kind, LineKind::Comment(_))) {
            labels.push((current, label.clone()));
        }
        below = match (&below, &line.kind) {
            (_, LineKind::Header { section: Some(Section::Peer), .. }) => Below::Header,
            (Below::Header, LineKind::Comment(span)) => label(document.slice(span)).map_or(Below::Nothing, Below::Comment),
            _ => Below::Nothing,
        };
        match &line.kind {
            LineKind::Comment(span) => above = above.or_else(|| name(document.slice(span))),
            LineKind::Header { section: Some(Section::Peer), .. } => {
                current = Some(next);
                next += 1;
                give(draft, current, above.take());
            }
            LineKind::Header { .. } => {
                give(draft, current, above.take());
                current = None;
            }
            LineKind::Blank | LineKind::Assignment { .. } | LineKind::Other { .. } => give(draft, current, above.take()),
        }
    }
    give(draft, current, above);
    labels.into_iter().for_each(|(peer, label)| give(draft, peer, Some(label)));
}

/// The lines above the current one.
enum Below {
    Nothing,
    Header,
    /// A comment directly below a header.
    Comment(PeerName),
}

fn give(draft: &mut Draft, peer: Option<usize>, name: Option<PeerName>) {
    if let Some(peer) = peer.and_then(|index| draft.peers.get_mut(index)) {
        peer.rest.name = peer.rest.name.take().or(name);
    }
}

/// Returns the name in a comment that is marked as a name.
fn name(comment: &str) -> Option<PeerName> {
    let text = comment.trim_start_matches('#').trim();
    let name = after_a_word(text)
        // wg-easy, with the client's id; pfSense.
        .or_else(|| text.strip_prefix("Client: ").map(|client| client.rsplit_once(" (").map_or(client, |(name, _)| name)))
        .or_else(|| text.strip_prefix("Peer: "))
        // PiVPN: `### begin NAME ###`.
        .or_else(|| text.strip_prefix("begin ").and_then(|rest| rest.strip_suffix("###")))
        // angristan/wireguard-install: `### Client NAME`.
        .or_else(|| comment.strip_prefix("### Client "))
        // Nyr/wireguard-install: `# BEGIN_PEER NAME`.
        .or_else(|| text.strip_prefix("BEGIN_PEER "))?;
    name.trim().parse().ok()
}

/// Returns the value in `Name = office`, or in the form that metrics exporters read.
fn after_a_word(text: &str) -> Option<&str> {
    const WORDS: [&str; 3] = ["name", "friendly_name", "friendlyname"];
    let (word, value) = text.split_once(['=', ':'])?;
    WORDS.iter().any(|known| word.trim().eq_ignore_ascii_case(known)).then_some(value)
}

/// Returns a comment that may be a name although it is not marked as one, as Proton VPN and Unraid write them: a few words, no
/// sentence, and no disabled configuration line.
fn label(comment: &str) -> Option<PeerName> {
    const MOST_WORDS: usize = 4;
    let text = comment.trim_start_matches('#').trim();
    let is_sentence = text.ends_with(['.', '!', ':', ';']) || text.split_whitespace().count() > MOST_WORDS;
    if is_sentence || text.contains('=') { None } else { text.parse().ok() }
}
