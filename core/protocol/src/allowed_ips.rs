//! Cryptokey routing: finds the peer that owns the longest prefix containing an address (whitepaper section 2).
//!
//! The same table answers both questions of the data path: which peer receives a packet with this destination, and may this peer
//! send a packet with this source. Workers read the table without a lock, and the engine replaces it as a whole, so a copy must
//! be cheap: all nodes live in two plain arrays whose links are indices, and a clone is two `memcpy`s.

mod trie;

#[cfg(test)]
mod tests;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use trie::{NIL, Trie};

/// The routing table: prefixes of both address families, each owned by one peer slot.
///
/// Owners are small dense numbers (slots of a peer table): memory grows with the largest slot in use. A prefix longer than its
/// address counts as the whole address, and bits beyond the prefix are ignored. An IPv4-mapped IPv6 address is an IPv6 address
/// like any other.
///
/// # Example
///
/// ```
/// use adit_protocol::AllowedIps;
///
/// let mut table = AllowedIps::new();
/// table.insert("0.0.0.0".parse()?, 0, 7);
/// table.insert("10.8.0.0".parse()?, 24, 3);
/// assert_eq!(table.lookup("10.8.0.9".parse()?), Some(3), "the longest prefix wins");
/// assert_eq!(table.lookup("192.0.2.1".parse()?), Some(7));
/// assert_eq!(table.lookup("2001:db8::1".parse()?), None);
/// # Ok::<(), std::net::AddrParseError>(())
/// ```
#[derive(Clone, Default, Debug)]
pub struct AllowedIps {
    v4: Trie<u32>,
    v6: Trie<u128>,
    /// First and last prefix of each owner, indexed by owner.
    owners: Vec<ListEnds>,
    len: usize,
}

/// First and last prefix of one owner, in order of insertion.
#[derive(Clone, Copy, Debug)]
struct ListEnds {
    first: Link,
    last: Link,
}

/// A reference to a node of either trie: the node's index, with the top bit set for IPv6.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Link(u32);

/// Neighbours of a prefix in its owner's list.
#[derive(Clone, Copy, Debug)]
struct Neighbours {
    before: Link,
    after: Link,
}

impl AllowedIps {
    /// Returns an empty table.
    pub fn new() -> Self {
        Self::default()
    }

    /// Assigns `ip/prefix` to `owner`, taking it from its previous owner. It becomes the last of the owner's entries.
    pub fn insert(&mut self, ip: IpAddr, prefix: u8, owner: u32) {
        let link = match ip {
            IpAddr::V4(ip) => Link::v4(self.v4.place(ip.to_bits(), prefix)),
            IpAddr::V6(ip) => Link::v6(self.v6.place(ip.to_bits(), prefix)),
        };
        let previous = self.owner_mut(link);
        let had = std::mem::replace(previous, owner);
        match had {
            NIL => self.len += 1,
            had => self.unlink(link, had),
        }
        self.append(link, owner);
    }

    /// Takes `ip/prefix` from `owner`. Returns false, and changes nothing, if that owner does not have it.
    pub fn remove(&mut self, ip: IpAddr, prefix: u8, owner: u32) -> bool {
        let link = match ip {
            IpAddr::V4(ip) => self.v4.find(ip.to_bits(), prefix).map(Link::v4),
            IpAddr::V6(ip) => self.v6.find(ip.to_bits(), prefix).map(Link::v6),
        };
        let Some(link) = link.filter(|link| owner != NIL && *self.owner_mut(*link) == owner) else { return false };
        self.unlink(link, owner);
        self.erase(link);
        true
    }

    /// Takes all prefixes from `owner`.
    pub fn remove_owner(&mut self, owner: u32) {
        while let Some(ends) = self.owners.get(owner as usize).copied().filter(|ends| ends.first != Link::NONE) {
            self.unlink(ends.first, owner);
            self.erase(ends.first);
        }
    }

    /// Returns the owner of the longest prefix that contains `ip`.
    pub fn lookup(&self, ip: IpAddr) -> Option<u32> {
        match ip {
            IpAddr::V4(ip) => self.lookup4(ip.to_bits()),
            IpAddr::V6(ip) => self.lookup6(ip.to_bits()),
        }
    }

    /// [`AllowedIps::lookup`] for an IPv4 address as a number (`192.0.2.1` is `0xc0000201`).
    pub fn lookup4(&self, ip: u32) -> Option<u32> {
        self.v4.lookup(ip)
    }

    /// [`AllowedIps::lookup`] for an IPv6 address as a number.
    pub fn lookup6(&self, ip: u128) -> Option<u32> {
        self.v6.lookup(ip)
    }

    /// Returns the prefixes of `owner`, in the order in which they were inserted.
    pub fn entries(&self, owner: u32) -> impl Iterator<Item = (IpAddr, u8)> + '_ {
        let mut link = self.owners.get(owner as usize).map_or(Link::NONE, |ends| ends.first);
        std::iter::from_fn(move || {
            let (address, bits) = match link.split()? {
                (Family::V4, index) => {
                    let (key, bits) = self.v4.prefix(index);
                    (IpAddr::V4(Ipv4Addr::from_bits(key)), bits)
                }
                (Family::V6, index) => {
                    let (key, bits) = self.v6.prefix(index);
                    (IpAddr::V6(Ipv6Addr::from_bits(key)), bits)
                }
            };
            link = self.neighbours(link).after;
            Some((address, bits))
        })
    }

    /// Returns the number of prefixes.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Returns true if the table has no prefix.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Returns the number of bytes on the heap.
    pub fn memory(&self) -> usize {
        self.v4.memory() + self.v6.memory() + self.owners.capacity() * size_of::<ListEnds>()
    }

    fn append(&mut self, link: Link, owner: u32) {
        let owner = owner as usize;
        if owner >= self.owners.len() {
            trie::reserve(&mut self.owners, owner + 1);
            self.owners.resize(owner + 1, ListEnds { first: Link::NONE, last: Link::NONE });
        }
        let last = std::mem::replace(&mut self.owners[owner].last, link);
        *self.neighbours_mut(link) = Neighbours { before: last, after: Link::NONE };
        match last {
            Link::NONE => self.owners[owner].first = link,
            last => self.neighbours_mut(last).after = link,
        }
    }

    fn unlink(&mut self, link: Link, owner: u32) {
        let Neighbours { before, after } = self.neighbours(link);
        match before {
            Link::NONE => self.owners[owner as usize].first = after,
            before => self.neighbours_mut(before).after = after,
        }
        match after {
            Link::NONE => self.owners[owner as usize].last = before,
            after => self.neighbours_mut(after).before = before,
        }
    }

    fn erase(&mut self, link: Link) {
        match link.split() {
            Some((Family::V4, index)) => self.v4.erase(index),
            Some((Family::V6, index)) => self.v6.erase(index),
            None => return,
        }
        self.len -= 1;
    }

    fn owner_mut(&mut self, link: Link) -> &mut u32 {
        match link.family() {
            Family::V4 => self.v4.owner_mut(link.index()),
            Family::V6 => self.v6.owner_mut(link.index()),
        }
    }

    fn neighbours(&self, link: Link) -> Neighbours {
        match link.family() {
            Family::V4 => self.v4.neighbours(link.index()),
            Family::V6 => self.v6.neighbours(link.index()),
        }
    }

    fn neighbours_mut(&mut self, link: Link) -> &mut Neighbours {
        match link.family() {
            Family::V4 => self.v4.neighbours_mut(link.index()),
            Family::V6 => self.v6.neighbours_mut(link.index()),
        }
    }
}

enum Family {
    V4,
    V6,
}

impl Link {
    const NONE: Self = Self(NIL);
    const V6: u32 = 1 << 31;

    fn v4(index: u32) -> Self {
        Self(index)
    }

    fn v6(index: u32) -> Self {
        Self(index | Self::V6)
    }

    fn family(self) -> Family {
        if self.0 & Self::V6 == 0 { Family::V4 } else { Family::V6 }
    }

    fn index(self) -> u32 {
        self.0 & !Self::V6
    }

    fn split(self) -> Option<(Family, u32)> {
        (self != Self::NONE).then(|| (self.family(), self.index()))
    }
}
