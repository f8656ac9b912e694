//! The tunnels that exist, as far as rules need to know them.

use adit_config::Cidr;
use adit_config::calc::NetworkSet;
use serde::{Deserialize, Serialize};

use crate::rule::{Mode, Name, TunnelUse};

/// The tunnels of a computer.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Tunnels {
    /// All tunnels.
    pub known: Vec<Tunnel>,
    /// The tunnel that is up where the rules have no default. `None`: the first tunnel that the rules name.
    pub chosen: Option<Name>,
}

/// One tunnel.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Tunnel {
    /// The name.
    pub name: Name,
    /// The address families that the allowed IPs of its configuration contain completely.
    pub full: Families,
    /// The number of endpoints at which its server may be reached: 1 if there is nothing to choose from.
    #[serde(default = "one")]
    pub endpoints: usize,
}

const fn one() -> usize {
    1
}

/// Address families.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
pub struct Families {
    /// IPv4.
    pub ipv4: bool,
    /// IPv6.
    pub ipv6: bool,
}

/// How much of the traffic a choice of tunnels protects. A later value protects more.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Coverage {
    /// No tunnel is up.
    Nothing,
    /// The tunnels stay as they are, whatever that is.
    Untouched,
    /// Private addresses.
    Private,
    /// Some networks.
    Some,
    /// All IPv4 addresses or all IPv6 addresses. Two tunnels, each for one family, are of this class too.
    OneFamily,
    /// Everything except the networks that the computer is in.
    ExceptLan,
    /// Everything.
    Everything,
}

impl Tunnels {
    /// Returns the tunnel of that name, compared regardless of case.
    pub fn get(&self, name: &Name) -> Option<&Tunnel> {
        self.known.iter().find(|tunnel| tunnel.name == *name).or_else(|| self.known.iter().find(|tunnel| tunnel.name.is(name)))
    }

    /// Returns how much of the traffic the tunnels protect while all of them are up: as much as the widest of them. A tunnel that does
    /// not exist counts as one that takes everything in its configuration.
    pub fn coverage(&self, uses: &[TunnelUse]) -> Coverage {
        uses.iter().map(|used| self.coverage_of(used)).max().unwrap_or(Coverage::Nothing)
    }

    /// Adds a tunnel that is up. Of a tunnel that is there already, the wider mode counts.
    pub(crate) fn add(&self, uses: &mut Vec<TunnelUse>, used: TunnelUse) {
        match uses.iter_mut().find(|other| other.tunnel == used.tunnel) {
            None => uses.push(used),
            Some(other) if self.coverage_of(other) < self.coverage_of(&used) => *other = used,
            Some(_) => {}
        }
    }

    /// Returns the address families that the tunnel takes completely, or completely except this LAN.
    pub(crate) fn full(&self, used: &TunnelUse) -> Families {
        match &used.mode {
            Mode::Everything | Mode::ExceptLan => Families::BOTH,
            Mode::Private => Families::default(),
            Mode::Only(networks) => Families::of(networks.as_slice()),
            Mode::AsConfigured => self.get(&used.tunnel).map_or(Families::BOTH, |tunnel| tunnel.full),
        }
    }

    fn coverage_of(&self, used: &TunnelUse) -> Coverage {
        match &used.mode {
            Mode::ExceptLan => Coverage::ExceptLan,
            Mode::Private => Coverage::Private,
            Mode::Everything | Mode::Only(_) | Mode::AsConfigured => match self.full(used) {
                Families::BOTH => Coverage::Everything,
                Families { ipv4: false, ipv6: false } => Coverage::Some,
                Families { .. } => Coverage::OneFamily,
            },
        }
    }
}

impl Coverage {
    /// Returns true if so much is protected only where the network is not trusted: everything, everything of one address family, or
    /// everything except this LAN.
    pub fn is_untrusted(self) -> bool {
        self >= Self::OneFamily
    }
}

impl Families {
    /// IPv4 and IPv6.
    pub const BOTH: Self = Self { ipv4: true, ipv6: true };

    /// Returns the families of which the networks together contain every address.
    pub fn of(networks: &[Cidr]) -> Self {
        let all: NetworkSet = networks.iter().copied().collect();
        let missing = NetworkSet::everything().difference(&all);
        Self { ipv4: missing.clone().ipv4().is_empty(), ipv6: missing.ipv6().is_empty() }
    }

    pub(crate) const fn overlaps(self, other: Self) -> bool {
        self.ipv4 && other.ipv4 || self.ipv6 && other.ipv6
    }
}
