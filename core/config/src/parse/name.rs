//! What people call their peers: `# Name = office` in a `[Peer]` section or right above it.

use super::draft::Draft;
use crate::keyword::Section;
use crate::syntax::{Document, LineKind};
use crate::value::PeerName;

/// The first usable name wins. A comment with nothing but comments between it and a `[Peer]` belongs to that peer, any other to
/// the section it stands in.
pub(super) fn give_names(document: &Document, draft: &mut Draft) {
    let mut above: Option<PeerName> = None;
    let mut current: Option<usize> = None;
    let mut next = 0;
    for line in document.lines() {
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
}

fn give(draft: &mut Draft, peer: Option<usize>, name: Option<PeerName>) {
    if let Some(peer) = peer.and_then(|index| draft.peers.get_mut(index)) {
        peer.rest.name = peer.rest.name.take().or(name);
    }
}

fn name(comment: &str) -> Option<PeerName> {
    const WORDS: [&str; 3] = ["name", "friendly_name", "friendlyname"];
    let (word, value) = comment.trim_start_matches('#').split_once(['=', ':'])?;
    let word = word.trim();
    WORDS.iter().any(|known| word.eq_ignore_ascii_case(known)).then(|| value.parse().ok()).flatten()
}
