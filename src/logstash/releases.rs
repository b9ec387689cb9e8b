//! Releases of Logstash, and the known plugin versions in each.

mod bundled;

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

use super::version::{Version, Versions, number, version};

/// A release of Logstash, or all releases with the same beginning: `8`, `7.17`, `9.5.2`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Release {
    /// The range of releases.
    pub versions: Versions,
    /// How many numbers were given, 1 to 3.
    numbers: usize,
}

/// Why a text is not a release.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Error {
    /// It is not one to three numbers with dots between.
    #[error("\"{0}\" is not a Logstash release; write \"8\", \"7.17\" or \"9.5.2\"")]
    Malformed(String),
    /// It is older than the tables.
    #[error("Logstash {0} is unknown: the oldest known release is {OLDEST}")]
    TooOld(String),
}

/// The oldest release in the tables. Source: docs/plugins-and-settings.md, "460 tags, v2.0.0 to v9.5.2".
pub const OLDEST: Version = version(2, 0, 0);

/// The latest release in the tables; later ones are treated as this one.
pub const LATEST: Version = version(9, 5, 2);

/// The last releases of older majors. Source: tests/data/settings/bundled-plugins.tsv.
const LAST_OF_MAJOR: &[Version] = &[version(6, 8, 23), version(7, 17, 29), version(8, 19, 20)];

/// The first release with the newest dialect of the configuration language. Source: docs/configuration-language.md §1.9.
pub const NEWEST_DIALECT: Version = version(8, 15, 0);

/// The releases that the documentation of today is about.
pub const SUPPORTED: &[Versions] = &[
    Versions { least: version(8, 19, 0), most: version(8, 19, u16::MAX) },
    Versions { least: version(9, 0, 0), most: LATEST },
];

impl FromStr for Release {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self, Error> {
        let malformed = || Error::Malformed(text.to_owned());
        let numbers: Option<Vec<u16>> = text.split('.').map(number).collect();
        let numbers = numbers.filter(|numbers| numbers.len() <= 3).ok_or_else(malformed)?;
        let at = |index: usize, missing: u16| numbers.get(index).copied().unwrap_or(missing);
        let least = version(at(0, 0), at(1, 0), at(2, 0));
        let most = version(at(0, u16::MAX), at(1, u16::MAX), at(2, u16::MAX));
        if most < OLDEST {
            return Err(Error::TooOld(text.to_owned()));
        }
        Ok(Self { versions: Versions { least, most }, numbers: numbers.len() })
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

impl Release {
    /// Returns each of [`SUPPORTED`].
    #[must_use]
    pub fn supported() -> Vec<Self> {
        SUPPORTED.iter().map(|versions| Self { versions: *versions, numbers: 2 }).collect()
    }

    /// Returns the last release of the major before; of those that are known, where that is later.
    #[must_use]
    pub fn last_of_major_before(&self) -> Option<Self> {
        let is_before = |last: &&Version| last.major < self.versions.least.major;
        let last = *LAST_OF_MAJOR.iter().rfind(is_before)?;
        Some(Self { versions: Versions::only(last), numbers: 3 })
    }

    /// Returns whether it is later than the tables, and therefore treated as [`LATEST`].
    #[must_use]
    pub fn is_later_than_known(&self) -> bool {
        self.versions.least > LATEST
    }

    /// Returns whether all of its releases are at least `version`.
    #[must_use]
    pub fn is_at_least(&self, version: Version) -> bool {
        self.versions.least >= version
    }

    /// Returns the bundled versions of a gem (`logstash-input-beats`, `manticore`), in ascending order; none if they
    /// are not known for every release.
    #[must_use]
    pub fn gem(&self, gem: &str) -> Vec<Versions> {
        let meant = if self.is_later_than_known() {
            Versions::only(LATEST)
        } else {
            Versions { least: self.versions.least, most: self.versions.most.min(LATEST) }
        };
        let rows = || bundled::BUNDLED.iter().filter(|row| row.gem == gem);
        let narrowest = rows()
            .filter(|row| row.releases.covers(meant))
            .min_by_key(|row| row.releases.most.distance(row.releases.least));
        if let Some(row) = narrowest {
            return vec![row.versions];
        }
        let overlapping: Vec<_> = rows().filter(|row| row.releases.overlaps(meant)).collect();
        if !is_covered(meant, overlapping.iter().map(|row| row.releases)) {
            return Vec::new();
        }
        let mut versions: Vec<Versions> = overlapping.iter().map(|row| row.versions).collect();
        versions.sort_unstable();
        versions.dedup();
        versions
    }
}

/// Returns whether the ranges cover `meant` without a gap. The end of one line of releases (`8.9999`) and the start of
/// the next (`9.0.0`) leave none, since nothing is between them.
fn is_covered(meant: Versions, ranges: impl Iterator<Item = Versions>) -> bool {
    let mut ranges: Vec<Versions> = ranges.collect();
    ranges.sort_unstable();
    let mut reached = None;
    for range in ranges {
        let starts_in_time = match reached {
            None => range.least <= meant.least.max(OLDEST),
            Some(reached) => range.least <= reached || range.least == bundled::next(reached),
        };
        if !starts_in_time {
            return false;
        }
        reached = reached.max(Some(range.most));
    }
    reached.is_some_and(|reached| reached >= meant.most)
}
