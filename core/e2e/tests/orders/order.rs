//! Random orders. The same seed gives the same orders.

use adit_api::Role;
use adit_e2e::Who;
use rand_chacha::ChaCha20Rng;
use rand_core::{Rng as _, SeedableRng as _};

use crate::texts::FACTS;

/// Number of names for tunnels, and of interfaces.
pub(crate) const NAMES: usize = 6;

/// A request to the service. All but `Import` and `Route` are about one tunnel.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Order {
    Import {
        name: usize,
        text: usize,
    },
    Edit {
        text: usize,
    },
    Rename {
        name: usize,
    },
    Remove,
    Undo,
    Block {
        on: bool,
    },
    Boot {
        on: bool,
    },
    BeginRotation,
    CancelRotation,
    Export,
    Versions,
    Up {
        despite: bool,
    },
    Down,
    Toggle,
    Pause,
    Resume,
    Restart,
    Status,
    /// Asks for the route to the first address of the first network of a text.
    Route {
        text: usize,
    },
}

impl Order {
    /// Returns the role that the order needs.
    pub(crate) fn needs(self) -> Role {
        match self {
            Self::Status | Self::Route { .. } => Role::Status,
            Self::Up { .. } | Self::Down | Self::Toggle | Self::Pause | Self::Resume | Self::Restart | Self::Block { .. } => {
                Role::Operate
            }
            Self::Import { .. }
            | Self::Edit { .. }
            | Self::Rename { .. }
            | Self::Remove
            | Self::Undo
            | Self::Boot { .. }
            | Self::BeginRotation
            | Self::CancelRotation
            | Self::Export
            | Self::Versions => Role::Administer,
        }
    }
}

/// The random number generator.
pub(crate) struct Dice(ChaCha20Rng);

impl Dice {
    pub(crate) fn of(seed: u64) -> Self {
        Self(ChaCha20Rng::seed_from_u64(seed))
    }

    /// Returns a number from 0 to `limit` - 1.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.0.next_u32()).unwrap_or_default() % limit
    }

    /// Returns a random user; those with more rights come more often.
    pub(crate) fn who(&mut self) -> Who {
        match self.below(8) {
            0..=3 => Who::Root,
            4..=6 => Who::Operator,
            _ => Who::Nobody,
        }
    }

    /// Returns a random order that changes nothing in the store.
    pub(crate) fn switch(&mut self) -> Order {
        let despite = self.below(6) == 0;
        match self.below(10) {
            0..=3 => Order::Up { despite },
            4 => Order::Down,
            5 => Order::Toggle,
            6..=7 => Order::Pause,
            8 => Order::Resume,
            _ => Order::Restart,
        }
    }

    pub(crate) fn order(&mut self) -> Order {
        let (name, text, half) = (self.below(NAMES), self.below(FACTS.len()), self.below(2) == 0);
        match self.below(52) {
            0..=5 => Order::Import { name, text },
            6..=10 => Order::Edit { text },
            11 => Order::Rename { name },
            12..=13 => Order::Remove,
            14..=15 => Order::Undo,
            16..=17 => Order::Block { on: half },
            18 => Order::Boot { on: half },
            19..=20 => Order::BeginRotation,
            21 => Order::CancelRotation,
            22 => Order::Export,
            23 => Order::Versions,
            24..=33 => Order::Up { despite: name == 0 },
            34..=37 => Order::Down,
            38..=40 => Order::Toggle,
            41..=43 => Order::Pause,
            44..=46 => Order::Resume,
            47..=48 => Order::Restart,
            49..=50 => Order::Status,
            _ => Order::Route { text },
        }
    }
}
