//! What people call their peers: `# Name = office` in a `[Peer]` section or right above it, and the comments of programs that write
//! configurations.

use super::draft::Draft;
use crate::keyword::Section;
use crate::syntax::{Document, LineKind};
use crate::value::PeerName;

/// The first usable name wins. A comment with nothing but comments between it and a `[Peer]` belongs to that peer, any other to
/// the section it stands in. Where no comment says that it is a name, one alone on the line below `[Peer]` is taken for it.
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

/// What stands above the present line.
enum Below {
    Nothing,
    Header,
    /// A comment that stands right below a header.
    Comment(PeerName),
}

fn give(draft: &mut Draft, peer: Option<usize>, name: Option<PeerName>) {
    if let Some(peer) = peer.and_then(|index| draft.peers.get_mut(index)) {
        peer.rest.name = peer.rest.name.take().or(name);
    }
}

/// The name in a comment that says that it is one.
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

/// Of `Name = office`, and of the names that exporters of metrics read.
fn after_a_word(text: &str) -> Option<&str> {
    const WORDS: [&str; 3] = ["name", "friendly_name", "friendlyname"];
    let (word, value) = text.split_once(['=', ':'])?;
    WORDS.iter().any(|known| word.trim().eq_ignore_ascii_case(known)).then_some(value)
}

/// A comment that may be a name although it does not say so, as Proton VPN and Unraid write them: a few words, no sentence and no line
/// of configuration that was taken out.
fn label(comment: &str) -> Option<PeerName> {
    const MOST_WORDS: usize = 4;
    let text = comment.trim_start_matches('#').trim();
    let is_sentence = text.ends_with(['.', '!', ':', ';']) || text.split_whitespace().count() > MOST_WORDS;
    if is_sentence || text.contains('=') { None } else { text.parse().ok() }
}
