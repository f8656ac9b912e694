//! Extracts values from a fuzzer's bytes. After their end all values are zero or empty, so that every input is valid.

/// The unused bytes of an input.
pub(crate) struct Input<'a>(&'a [u8]);

impl<'a> Input<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn byte(&mut self) -> u8 {
        self.array::<1>()[0]
    }

    pub(crate) fn bool(&mut self) -> bool {
        self.byte() & 1 == 1
    }

    pub(crate) fn u16(&mut self) -> u16 {
        u16::from_le_bytes(self.array())
    }

    pub(crate) fn u64(&mut self) -> u64 {
        u64::from_le_bytes(self.array())
    }

    pub(crate) fn array<const SIZE: usize>(&mut self) -> [u8; SIZE] {
        let mut array = [0; SIZE];
        let taken = self.bytes(SIZE);
        array[..taken.len()].copy_from_slice(taken);
        array
    }

    /// Returns at most `count` bytes.
    pub(crate) fn bytes(&mut self, count: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(count.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// Returns at most as many bytes as the next byte states.
    pub(crate) fn short(&mut self) -> &'a [u8] {
        let count = usize::from(self.byte());
        self.bytes(count)
    }

    /// Returns at most as many bytes as the next two bytes state.
    pub(crate) fn long(&mut self) -> &'a [u8] {
        let count = usize::from(self.u16());
        self.bytes(count)
    }

    pub(crate) const fn rest(self) -> &'a [u8] {
        self.0
    }
}
