//! Collects answers that are split into pages because they do not fit into one message.

use crate::{PeerPage, PublicKey, TunnelName, TunnelPage, TunnelView};

/// Asks for all pages of tunnels. Returns all tunnels.
pub fn all_tunnels<E>(mut ask: impl FnMut(Option<TunnelName>) -> Result<TunnelPage, E>) -> Result<Vec<TunnelView>, E> {
    let mut all = Vec::new();
    while take_tunnels(ask(last_name(&all))?, &mut all) {}
    Ok(all)
}

/// Asks for all pages of a tunnel's peers. Returns all peers, sorted by public key, as one page.
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

/// Returns `after` for the next page of tunnels.
pub(crate) fn last_name(tunnels: &[TunnelView]) -> Option<TunnelName> {
    tunnels.last().map(|tunnel| tunnel.name.clone())
}

/// Adds the page's tunnels to `all`. Returns true if there is another page; an empty page is the last one.
pub(crate) fn take_tunnels(page: TunnelPage, all: &mut Vec<TunnelView>) -> bool {
    let more = page.more && !page.tunnels.is_empty();
    all.extend(page.tunnels);
    more
}
