//! A path-compressed binary trie in one array (Morrison's PATRICIA): one node per prefix plus at most one fork per prefix.

use std::fmt::Debug;

use super::{Link, Neighbours};

/// Marks a link without a node, or a node without an owner.
pub(super) const NIL: u32 = u32::MAX;

/// An address as a number whose most significant bit is the first bit on the wire.
pub(super) trait Address: Copy + Debug {
    const WIDTH: u8;
    /// Returns how many leading bits `self` and `other` share.
    fn shared(self, other: Self) -> u8;
    /// Returns bit number `at` from the left. The result for `at == WIDTH` is unspecified.
    fn bit(self, at: u8) -> usize;
    /// Returns the first `bits` bits, with the rest zero.
    fn masked(self, bits: u8) -> Self;
}

macro_rules! address {
    ($($number:ty),*) => {$(
        impl Address for $number {
            const WIDTH: u8 = <$number>::BITS as u8;
            fn shared(self, other: Self) -> u8 {
                (self ^ other).leading_zeros() as u8
            }
            fn bit(self, at: u8) -> usize {
                (self.wrapping_shl(u32::from(at)) >> (<$number>::BITS - 1)) as usize
            }
            fn masked(self, bits: u8) -> Self {
                self & <$number>::MAX.checked_shl(<$number>::BITS - u32::from(bits)).unwrap_or(0)
            }
        }
    )*};
}
address!(u32, u128);

/// The nodes of one address family.
#[derive(Clone, Debug)]
pub(super) struct Trie<A> {
    nodes: Vec<Node<A>>,
    root: u32,
    /// First unused node. Unused nodes are chained through `children[0]`.
    free: u32,
}

/// A prefix with an owner, or a fork between two prefixes (owner `NIL`).
#[derive(Clone, Copy, Debug)]
struct Node<A> {
    key: A,
    children: [u32; 2],
    owner: u32,
    list: Neighbours,
    bits: u8,
}

const _: () = assert!(size_of::<Node<u32>>() <= 28 && size_of::<Node<u128>>() <= 48);

/// The position of a node: at the root, or below the given node on the given side.
#[derive(Clone, Copy)]
enum Place {
    Root,
    Below(u32, usize),
}

impl<A> Default for Trie<A> {
    fn default() -> Self {
        Self { nodes: Vec::new(), root: NIL, free: NIL }
    }
}

impl<A: Address> Trie<A> {
    pub(super) fn lookup(&self, address: A) -> Option<u32> {
        let mut best = NIL;
        let mut at = self.root;
        while let Some(node) = self.nodes.get(at as usize) {
            if node.key.shared(address) < node.bits {
                break;
            }
            if node.owner != NIL {
                best = node.owner;
            }
            at = node.children[address.bit(node.bits)];
        }
        (best != NIL).then_some(best)
    }

    /// Returns the node of exactly this prefix, if it has an owner.
    pub(super) fn find(&self, address: A, bits: u8) -> Option<u32> {
        let bits = bits.min(A::WIDTH);
        let mut at = self.root;
        loop {
            let node = self.nodes.get(at as usize)?;
            if node.bits > bits || node.key.shared(address) < node.bits {
                return None;
            }
            if node.bits == bits {
                return (node.owner != NIL).then_some(at);
            }
            at = node.children[address.bit(node.bits)];
        }
    }

    /// Returns the node of exactly this prefix and creates it if necessary. The caller sets the owner.
    pub(super) fn place(&mut self, address: A, bits: u8) -> u32 {
        let bits = bits.min(A::WIDTH);
        let key = address.masked(bits);
        let mut place = Place::Root;
        loop {
            let at = self.at(place);
            let Some(node) = self.nodes.get(at as usize).copied() else {
                let leaf = self.add(key, bits);
                self.hang(place, leaf);
                return leaf;
            };
            let shared = node.key.shared(key).min(node.bits).min(bits);
            if shared == node.bits {
                if node.bits == bits {
                    return at;
                }
                place = Place::Below(at, key.bit(node.bits));
                continue;
            }
            let new = self.add(key, bits);
            if shared == bits {
                self.node(new).children[node.key.bit(bits)] = at;
                self.hang(place, new);
            } else {
                let fork = self.add(key.masked(shared), shared);
                self.node(fork).children[key.bit(shared)] = new;
                self.node(fork).children[node.key.bit(shared)] = at;
                self.hang(place, fork);
            }
            return new;
        }
    }

    /// Removes a prefix, and the fork above it if that fork has become unnecessary.
    pub(super) fn erase(&mut self, index: u32) {
        let Node { key, bits, .. } = *self.node(index);
        self.node(index).owner = NIL;
        let (mut above, mut place) = (Place::Root, Place::Root);
        loop {
            let at = self.at(place);
            if at == index {
                break;
            }
            let side = key.bit(self.node(at).bits);
            debug_assert!(self.node(at).bits < bits);
            above = place;
            place = Place::Below(at, side);
        }
        self.collapse(place);
        if let Place::Below(..) = place {
            self.collapse(above);
        }
    }

    pub(super) fn prefix(&self, index: u32) -> (A, u8) {
        let node = &self.nodes[index as usize];
        (node.key, node.bits)
    }

    pub(super) fn owner_mut(&mut self, index: u32) -> &mut u32 {
        &mut self.node(index).owner
    }

    pub(super) fn neighbours(&self, index: u32) -> Neighbours {
        self.nodes[index as usize].list
    }

    pub(super) fn neighbours_mut(&mut self, index: u32) -> &mut Neighbours {
        &mut self.node(index).list
    }

    pub(super) fn memory(&self) -> usize {
        self.nodes.capacity() * size_of::<Node<A>>()
    }

    /// Counts the prefixes by walking the trie. Panics on a node that is neither owned nor a true fork, and on a lost node.
    #[cfg(test)]
    pub(super) fn checked_len(&self) -> usize {
        let mut free = 0;
        let mut at = self.free;
        while let Some(node) = self.nodes.get(at as usize) {
            free += 1;
            at = node.children[0];
        }
        let (mut seen, mut owned, mut open) = (0, 0, vec![self.root]);
        while let Some(at) = open.pop() {
            let Some(node) = self.nodes.get(at as usize) else { continue };
            assert!(node.owner != NIL || !node.children.contains(&NIL), "a fork without a purpose: {node:?}");
            seen += 1;
            owned += usize::from(node.owner != NIL);
            open.extend(node.children);
        }
        assert_eq!(seen + free, self.nodes.len());
        owned
    }

    /// Replaces the node at `place` by its only child or by nothing, unless the node is owned or is a true fork.
    fn collapse(&mut self, place: Place) {
        let at = self.at(place);
        let node = *self.node(at);
        let [left, right] = node.children;
        if node.owner != NIL || (left != NIL && right != NIL) {
            return;
        }
        self.hang(place, if left == NIL { right } else { left });
        self.node(at).children = [self.free, NIL];
        self.free = at;
    }

    fn add(&mut self, key: A, bits: u8) -> u32 {
        let list = Neighbours { before: Link::NONE, after: Link::NONE };
        let node = Node { key, children: [NIL; 2], owner: NIL, list, bits };
        if self.free != NIL {
            let index = self.free;
            self.free = self.node(index).children[0];
            *self.node(index) = node;
            return index;
        }
        let index = self.nodes.len() as u32;
        reserve(&mut self.nodes, index as usize + 1);
        self.nodes.push(node);
        index
    }

    fn node(&mut self, index: u32) -> &mut Node<A> {
        &mut self.nodes[index as usize]
    }

    fn at(&self, place: Place) -> u32 {
        match place {
            Place::Root => self.root,
            Place::Below(index, side) => self.nodes[index as usize].children[side],
        }
    }

    fn hang(&mut self, place: Place, index: u32) {
        match place {
            Place::Root => self.root = index,
            Place::Below(above, side) => self.node(above).children[side] = index,
        }
    }
}

/// Reserves room for `len` elements and grows by a sixteenth, so that a large table does not carry half its size in spare
/// capacity.
pub(super) fn reserve<T>(list: &mut Vec<T>, len: usize) {
    if len > list.capacity() {
        let wanted = len + len / 16 + 4;
        list.reserve_exact(wanted - list.len());
    }
}
