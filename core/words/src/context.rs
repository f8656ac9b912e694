//! What a sentence may need beside the value that it is about.

use adit_api::{TunnelId, TunnelView};

use crate::{Words, argument};

/// Names of tunnels, which the contract's errors have by id alone.
#[derive(Clone, Copy, Default)]
pub struct Context<'a> {
    /// The tunnels that there are.
    pub tunnels: &'a [TunnelView],
    /// The name of the tunnel that the sentence is about.
    pub tunnel: Option<&'a str>,
}

impl Context<'_> {
    /// Of the tunnel that the sentence is about.
    pub(crate) fn name(&self, words: &Words) -> String {
        self.tunnel.map_or_else(|| words.say("tunnel-unnamed", &[]), str::to_owned)
    }

    /// The same on a command line.
    pub(crate) fn argument(&self) -> String {
        self.tunnel.map_or_else(|| "NAME".to_owned(), argument)
    }

    /// Of another tunnel.
    pub(crate) fn other(&self, id: TunnelId, words: &Words) -> String {
        self.known(id).map_or_else(|| words.say("tunnel-other", &[]), str::to_owned)
    }

    /// Of a tunnel, where it is known.
    pub(crate) fn known(&self, id: TunnelId) -> Option<&str> {
        self.tunnels.iter().find(|tunnel| tunnel.id == id).map(|tunnel| tunnel.name.as_str())
    }
}
