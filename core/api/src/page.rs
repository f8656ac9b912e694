//! Answers that may be larger than what can be carried at once: asked for page after page.

use crate::{PeerPage, PublicKey, TunnelName, TunnelPage, TunnelView};

/// Asks for page after page of the tunnels.
pub fn all_tunnels<E>(mut ask: impl FnMut(Option<TunnelName>) -> Result<TunnelPage, E>) -> Result<Vec<TunnelView>, E> {
    let mut all = Vec::new();
    while take_tunnels(ask(last_name(&all))?, &mut all) {}
    Ok(all)
}

/// Asks for page after page of a tunnel's peers; what comes back is all of them, in the order of their public keys.
pub fn all_peers<E>(mut ask: impl FnMut(Option<PublicKey>) -> Result<PeerPage, E>) -> Result<PeerPage, E> {
    let mut all = ask(None)?;
    while let Some(after) = all.next.take() {
        let PeerPage { configured, running, next } = ask(Some(after))?;
        all.configured.extend(configured);
        all.running.extend(running);
        all.next = next;
    }
    Ok(all)
}

/// The `after` of the next page of tunnels.
pub(crate) fn last_name(tunnels: &[TunnelView]) -> Option<TunnelName> {
    tunnels.last().map(|tunnel| tunnel.name.clone())
}

/// Whether there is another page. After one with nothing on it there is none.
pub(crate) fn take_tunnels(page: TunnelPage, all: &mut Vec<TunnelView>) -> bool {
    let more = page.more && !page.tunnels.is_empty();
    all.extend(page.tunnels);
    more
}
