//! Versions and releases of Logstash, of its plugins and of Beats.

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
pub(crate) type VersionNumbers = (u16, u16, u16);

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

    /// Returns the version after it; a number of [`u16::MAX`] ends a line.
    fn next(self) -> Self {
        let Self { major, minor, patch } = self;
        match (minor, patch) {
            (u16::MAX, u16::MAX) => version(major.saturating_add(1), 0, 0),
            (_, u16::MAX) => version(major, minor.saturating_add(1), 0),
            _ => version(major, minor, patch.saturating_add(1)),
        }
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

/// A release, or all releases with the same beginning: `8`, `7.17`, `9.5.2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    /// The range of releases.
    pub versions: Versions,
    /// How many numbers were given, 1 to 3.
    numbers: usize,
}

impl Release {
    /// Creates the release that is written with this many of the first numbers of `versions`, 1 to 3.
    pub(super) fn of(versions: Versions, numbers: usize) -> Self {
        Self { versions, numbers }
    }

    /// Parses one to three numbers with dots between.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let numbers: Option<Vec<u16>> = text.split('.').map(number).collect();
        let numbers = numbers.filter(|numbers| numbers.len() <= 3)?;
        let at = |index: usize, missing: u16| numbers.get(index).copied().unwrap_or(missing);
        let least = version(at(0, 0), at(1, 0), at(2, 0));
        let most = version(at(0, u16::MAX), at(1, u16::MAX), at(2, u16::MAX));
        Some(Self { versions: Versions { least, most }, numbers: numbers.len() })
    }

    /// Returns whether all of its releases are at least `version`.
    #[must_use]
    pub fn is_at_least(&self, version: Version) -> bool {
        self.versions.least >= version
    }
}

/// Writes the text that was given.
impl fmt::Display for Release {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Version { major, minor, patch } = self.versions.least;
        match self.numbers {
            1 => write!(f, "{major}"),
            2 => write!(f, "{major}.{minor}"),
            _ => write!(f, "{major}.{minor}.{patch}"),
        }
    }
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

    /// Returns whether ranges cover it without a gap. The end of one line (`8.65535.65535`) and the start of the next
    /// (`9.0.0`) leave none, since nothing is between them.
    #[must_use]
    pub fn is_covered_by(&self, ranges: impl IntoIterator<Item = Self>) -> bool {
        let mut ranges: Vec<Self> =
            ranges.into_iter().filter(|range| range.overlaps(*self)).collect();
        ranges.sort_unstable();
        let mut next = self.least;
        for range in ranges {
            if range.least > next {
                return false;
            }
            if range.most >= self.most {
                return true;
            }
            next = next.max(range.most.next());
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(from: VersionNumbers, to: VersionNumbers) -> Versions {
        Versions { least: version(from.0, from.1, from.2), most: version(to.0, to.1, to.2) }
    }

    #[test]
    fn ranges_cover_one_that_they_leave_no_gap_in() {
        const X: u16 = u16::MAX;
        let whole = range((8, 19, 0), (9, 1, 0));
        assert!(whole.is_covered_by([range((8, 0, 0), (8, X, X)), range((9, 0, 0), (X, X, X))]));
        assert!(whole.is_covered_by([range((9, 0, 0), (9, 1, 0)), range((8, 19, 0), (8, X, X))]));
        assert!(!whole.is_covered_by([range((8, 19, 0), (8, 19, 9)), range((9, 0, 0), (9, X, X))]));
        assert!(!whole.is_covered_by([range((8, 19, 1), (9, X, X))]));
        assert!(!whole.is_covered_by([range((8, 0, 0), (9, 0, X))]));
        assert!(!whole.is_covered_by([]));
        assert!(range((9, 0, 0), (X, X, X)).is_covered_by([range((8, 0, 0), (X, X, X))]));
    }
}
