//! The context of a sentence: the names that it may need besides its value.

use adit_api::{TunnelId, TunnelView};

use crate::{Words, argument};

/// Names of tunnels. The errors of the contract have only their ids.
#[derive(Clone, Copy, Default)]
pub struct Context<'a> {
    /// All tunnels.
    pub tunnels: &'a [TunnelView],
    /// The name of the tunnel that the sentence is about.
    pub tunnel: Option<&'a str>,
}

impl Context<'_> {
    /// Returns the name of the tunnel that the sentence is about.
    pub(crate) fn name(&self, words: &Words) -> String {
        self.tunnel.map_or_else(|| words.say("tunnel-unnamed", &[]), str::to_owned)
    }

    /// Returns that name as a command-line argument.
    pub(crate) fn argument(&self) -> String {
        self.tunnel.map_or_else(|| "NAME".to_owned(), argument)
    }

    /// Returns the name of another tunnel, or a general word if it is unknown.
    pub(crate) fn other(&self, id: TunnelId, words: &Words) -> String {
        self.known(id).map_or_else(|| words.say("tunnel-other", &[]), str::to_owned)
    }

    /// Returns the name of a tunnel, if it is known.
    pub(crate) fn known(&self, id: TunnelId) -> Option<&str> {
        self.tunnels.iter().find(|tunnel| tunnel.id == id).map(|tunnel| tunnel.name.as_str())
    }
}
