//! Versions of Logstash and of its plugins.

use std::fmt;

/// A version of three numbers; a suffix after a hyphen is dropped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    /// The first number.
    pub major: u16,
    /// The second number.
    pub minor: u16,
    /// The third number.
    pub patch: u16,
}

/// Major, minor and patch, as the tables write a version.
pub(super) type VersionNumbers = (u16, u16, u16);

impl Version {
    /// The highest version.
    pub const MOST: Self = version(u16::MAX, u16::MAX, u16::MAX);

    /// Parses `6.7.1`; also `6.7.1-java`, the name of a locked platform gem, and versions of fewer or more numbers:
    /// missing ones are 0, and those after the third are dropped.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let plain = text.split_once('-').map_or(text, |(before, _)| before);
        let numbers: Vec<&str> = plain.split('.').collect();
        let number = |at: usize| numbers.get(at).map_or(Some(0), |digits| number(digits));
        Some(version(number(0)?, number(1)?, number(2)?))
    }

    /// Returns how far it is above `other`, to tell a narrow range from a wide one.
    pub(super) fn distance(self, other: Self) -> VersionNumbers {
        (
            self.major.saturating_sub(other.major),
            self.minor.saturating_sub(other.minor),
            self.patch.saturating_sub(other.patch),
        )
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// Creates a version from its three numbers.
#[must_use]
pub const fn version(major: u16, minor: u16, patch: u16) -> Version {
    Version { major, minor, patch }
}

/// Parses a number of a version: only digits, without a sign.
pub(super) fn number(digits: &str) -> Option<u16> {
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().ok()).flatten()
}

/// An inclusive range of versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Versions {
    /// The lowest.
    pub least: Version,
    /// The highest.
    pub most: Version,
}

impl Versions {
    /// Returns the range of a single version.
    #[must_use]
    pub const fn only(version: Version) -> Self {
        Self { least: version, most: version }
    }

    /// Returns whether the two ranges overlap.
    #[must_use]
    pub fn overlaps(&self, other: Self) -> bool {
        self.least <= other.most && other.least <= self.most
    }

    /// Returns whether this range contains all of `other`.
    #[must_use]
    pub fn covers(&self, other: Self) -> bool {
        self.least <= other.least && other.most <= self.most
    }
}
