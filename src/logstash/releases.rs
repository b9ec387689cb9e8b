//! Releases of Logstash, and the known plugin versions in each.

mod bundled;

use std::str::FromStr;

use thiserror::Error;

pub use super::version::Release;
use super::version::{Version, Versions, version};

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
        let release = Self::parse(text).ok_or_else(|| Error::Malformed(text.to_owned()))?;
        if release.versions.most < OLDEST {
            return Err(Error::TooOld(text.to_owned()));
        }
        Ok(release)
    }
}

impl Release {
    /// Returns each of [`SUPPORTED`].
    #[must_use]
    pub fn supported() -> Vec<Self> {
        SUPPORTED.iter().map(|versions| Self::of(*versions, 2)).collect()
    }

    /// Returns the last release of the major before; of those that are known, where that is later.
    #[must_use]
    pub fn last_of_major_before(&self) -> Option<Self> {
        let is_before = |last: &&Version| last.major < self.versions.least.major;
        let last = *LAST_OF_MAJOR.iter().rfind(is_before)?;
        Some(Self::of(Versions::only(last), 3))
    }

    /// Returns whether it is later than the tables, and therefore treated as [`LATEST`].
    #[must_use]
    pub fn is_later_than_known(&self) -> bool {
        self.versions.least > LATEST
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
        let known = Versions { least: meant.least.max(OLDEST), ..meant };
        if !known.is_covered_by(overlapping.iter().map(|row| row.releases)) {
            return Vec::new();
        }
        let mut versions: Vec<Versions> = overlapping.iter().map(|row| row.versions).collect();
        versions.sort_unstable();
        versions.dedup();
        versions
    }
}
