//! A set of kinds of links, with "no link" as one of them.

use crate::facts::LinkKind;

/// A set of kinds of links.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct LinkKindSet(u8);

impl LinkKindSet {
    pub(crate) const NONE: Self = Self(0);
    pub(crate) const NO_LINK: Self = Self(1);
    pub(crate) const WIFI: Self = Self::of(LinkKind::Wifi);
    pub(crate) const ALL: Self = Self(0b1_1111);

    pub(crate) const fn of(kind: LinkKind) -> Self {
        match kind {
            LinkKind::Wifi => Self(0b10),
            LinkKind::Ethernet => Self(0b100),
            LinkKind::Cellular => Self(0b1000),
            LinkKind::Other => Self(0b1_0000),
        }
    }

    pub(crate) const fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    pub(crate) const fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    pub(crate) const fn without(self, other: Self) -> Self {
        Self(self.0 & !other.0)
    }

    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }
}
