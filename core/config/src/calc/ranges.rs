//! Address sets of one family as sorted ranges, so that union, intersection and difference need one pass over two lists.

/// A range of addresses, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Range {
    pub(super) first: u128,
    pub(super) last: u128,
}

/// Ranges in ascending order, with at least one missing address between neighbours, so that equal sets have equal lists.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Ranges(Vec<Range>);

impl Ranges {
    /// Creates a set from ranges in any order, which may overlap.
    pub(super) fn new(mut ranges: Vec<Range>) -> Self {
        ranges.sort_unstable();
        let mut merged: Vec<Range> = Vec::with_capacity(ranges.len());
        for range in ranges {
            match merged.last_mut() {
                Some(last) if range.first <= last.last.saturating_add(1) => last.last = last.last.max(range.last),
                Some(_) | None => merged.push(range),
            }
        }
        Self(merged)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(super) fn contains(&self, address: u128) -> bool {
        let after = self.0.partition_point(|range| range.first <= address);
        after.checked_sub(1).and_then(|index| self.0.get(index)).is_some_and(|range| address <= range.last)
    }

    /// Joins all sets.
    pub(super) fn joined(sets: impl IntoIterator<Item = Self>) -> Self {
        Self::new(sets.into_iter().flat_map(|set| set.0).collect())
    }

    pub(super) fn union(&self, other: &Self) -> Self {
        Self::new(self.0.iter().chain(&other.0).copied().collect())
    }

    pub(super) fn intersection(&self, other: &Self) -> Self {
        let mut both = Vec::new();
        let (mut own, mut others) = (self.0.iter().peekable(), other.0.iter().peekable());
        while let (Some(a), Some(b)) = (own.peek(), others.peek()) {
            let (first, last) = (a.first.max(b.first), a.last.min(b.last));
            if first <= last {
                both.push(Range { first, last });
            }
            if a.last <= b.last {
                own.next()
            } else {
                others.next()
            };
        }
        Self(both)
    }

    /// Returns the addresses that are in this set and not in the other.
    pub(super) fn difference(&self, other: &Self) -> Self {
        let mut left = Vec::new();
        let mut others = other.0.iter().peekable();
        for range in &self.0 {
            let mut first = Some(range.first);
            while let Some(start) = first {
                let Some(hole) = others.peek().filter(|hole| hole.first <= range.last) else { break };
                if hole.last < start {
                    others.next();
                    continue;
                }
                if start < hole.first {
                    left.push(Range { first: start, last: hole.first - 1 });
                }
                // A hole that ends after this range may reach into the next one.
                first = if hole.last < range.last { hole.last.checked_add(1) } else { None };
            }
            if let Some(first) = first {
                left.push(Range { first, last: range.last });
            }
        }
        Self(left)
    }

    /// Returns the shortest list of `(address, prefix)` that covers exactly this set, ascending. `bits` is the address width of
    /// the family.
    pub(super) fn blocks(&self, bits: u32) -> impl Iterator<Item = (u128, u32)> {
        self.0.iter().flat_map(move |range| Blocks { next: Some(range.first), last: range.last, bits })
    }
}

/// Cuts a range into aligned blocks, each as large as its position allows. Ranges do not touch, so blocks of two ranges can never
/// be merged.
struct Blocks {
    next: Option<u128>,
    last: u128,
    bits: u32,
}

impl Iterator for Blocks {
    type Item = (u128, u32);

    fn next(&mut self) -> Option<(u128, u32)> {
        let first = self.next.filter(|first| *first <= self.last)?;
        let aligned = first.trailing_zeros().min(self.bits);
        let fitting = match (self.last - first).checked_add(1) {
            Some(count) => count.ilog2(),
            None => u128::BITS,
        };
        let host_bits = aligned.min(fitting);
        let size_less_one = 1_u128.checked_shl(host_bits).map_or(u128::MAX, |size| size - 1);
        self.next = (first + size_less_one).checked_add(1);
        Some((first, self.bits - host_bits))
    }
}
