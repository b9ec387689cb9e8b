//! The releases that a shipper may be, and in what they differ.

use std::fmt;

use thiserror::Error;

use crate::logstash::readers::Reader;
use crate::logstash::version::{Release, Version, VersionNumbers, Versions, version};

/// The releases of Beats or Elastic Agent that a shipper may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Beats {
    /// Those that are supported, where nothing says more.
    Supported,
    /// Those that the command line names.
    Named(Release),
    /// The one that is installed on the system that is looked at.
    Installed(Version),
}

/// Why a text is not a release of Beats.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum Error {
    /// It is not one to three numbers with dots between.
    #[error("\"{0}\" is not a Beats release; write \"9\", \"8.19\" or \"7.17.29\"")]
    Malformed(String),
    /// It is older than the tables.
    #[error("Beats {0} is unknown: the oldest known release is {OLDEST}")]
    TooOld(String),
}

/// The latest line of releases in the tables; later ones are treated as this one.
const LATEST: Version = version(9, 5, X);

/// The oldest release in the tables.
const OLDEST: Version = version(7, 17, 0);

/// Something that releases do differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Feature {
    /// They do not start with `TLSv1.0`.
    RefusesTls1_0,
    /// They have Go 1.22 or later, and offer no cipher suites with RSA key exchange unless these are set.
    HasGo1_22,
    /// They have Go 1.23 or later, and refuse negative serial numbers, and `*` alone as a name.
    HasGo1_23,
    /// They have Go 1.24 or later, and neither verify nor sign with RSA keys below 1024 bits.
    HasGo1_24,
    /// They know the curve `X25519MLKEM768`.
    KnowsHybridCurve,
    /// They verify that an IP address of `hosts` is in the certificate.
    VerifiesAddresses,
    /// They know `ssl.certificate_reload`.
    Reloads,
    /// They reload certificates unless a setting says otherwise.
    ReloadsByDefault,
    /// They know `ssl.ca_trusted_fingerprint`.
    KnowsTrustedFingerprint,
    /// They know `ssl.key_passphrase_path`.
    KnowsPassphrasePath,
    /// They decrypt PKCS#8.
    DecryptsPkcs8,
}

/// The releases with a feature, and those without; of all others it is not known.
struct InReleases {
    feature: Feature,
    with: &'static [Versions],
    without: &'static [Versions],
}

const fn to(from: VersionNumbers, to: VersionNumbers) -> Versions {
    Versions { least: version(from.0, from.1, from.2), most: version(to.0, to.1, to.2) }
}

/// The end of a line of releases.
const X: u16 = u16::MAX;

/// Every release of Beats 9 and later.
const FROM_9: Versions = to((9, 0, 0), (X, X, X));
const FROM_8_19: Versions = to((8, 19, 0), (8, X, X));
const BEATS_7_17: Versions = to((7, 17, 0), (7, X, X));
/// Those of 7.17 whose Go is known to be older than 1.22.
const OLD_GO_7_17: Versions = to((7, 17, 0), (7, 17, 19));

/// Source: docs/what-shippers-load.md §1.1.
#[rustfmt::skip]
const FEATURES: &[InReleases] = &[
    InReleases { feature: Feature::RefusesTls1_0, with: &[FROM_9], without: &[to((7, 17, 0), (8, 17, X))] },
    InReleases { feature: Feature::HasGo1_22, with: &[to((8, 15, 3), (8, X, X)), FROM_9],
        without: &[OLD_GO_7_17, to((8, 0, 0), (8, 14, 0))] },
    InReleases { feature: Feature::HasGo1_23, with: &[FROM_8_19, FROM_9],
        without: &[OLD_GO_7_17, to((8, 0, 0), (8, 15, 3))] },
    InReleases { feature: Feature::HasGo1_24, with: &[FROM_8_19, FROM_9],
        without: &[OLD_GO_7_17, to((8, 0, 0), (8, 15, 3))] },
    InReleases { feature: Feature::KnowsHybridCurve, with: &[], without: &[OLD_GO_7_17, to((8, 0, 0), (8, 15, 3))] },
    InReleases { feature: Feature::VerifiesAddresses, with: &[to((8, 10, 1), (8, X, X)), FROM_9], without: &[] },
    InReleases { feature: Feature::Reloads,
        with: &[to((8, 19, 17), (8, X, X)), to((9, 3, 6), (9, 3, X)), to((9, 4, 3), (9, 4, X)), to((9, 5, 0), (X, X, X))],
        without: &[to((7, 17, 0), (8, 19, 16)), to((9, 0, 0), (9, 3, 5)), to((9, 4, 0), (9, 4, 2))] },
    InReleases { feature: Feature::ReloadsByDefault, with: &[to((9, 5, 0), (X, X, X))], without: &[to((7, 17, 0), (9, 4, X))] },
    InReleases { feature: Feature::KnowsTrustedFingerprint, with: &[to((8, 0, 0), (X, X, X))], without: &[BEATS_7_17] },
    InReleases { feature: Feature::KnowsPassphrasePath, with: &[FROM_8_19, FROM_9], without: &[BEATS_7_17] },
    InReleases { feature: Feature::DecryptsPkcs8, with: &[FROM_8_19, FROM_9], without: &[BEATS_7_17] },
];

impl Beats {
    /// Returns the releases that a text stands for: `9`, `8.19` or `7.17.29`.
    ///
    /// # Errors
    /// If the text is no release, or one that is older than the tables.
    pub fn parse(text: &str) -> Result<Self, Error> {
        let release = Release::parse(text).ok_or_else(|| Error::Malformed(text.to_owned()))?;
        if release.versions.most < OLDEST {
            return Err(Error::TooOld(text.to_owned()));
        }
        Ok(Self::Named(release))
    }

    /// Returns the range of releases.
    fn versions(self) -> Versions {
        match self {
            Self::Supported => Versions { least: version(8, 19, 0), most: Version::MOST },
            Self::Named(Release { versions: Versions { least, most }, .. }) => {
                Versions { least: least.max(OLDEST), most }
            }
            Self::Installed(version) => Versions::only(version),
        }
    }

    /// Returns whether these releases have a feature; `None` if only some have, or it is not known.
    #[must_use]
    pub fn has(self, feature: Feature) -> Option<bool> {
        let row = FEATURES.iter().find(|row| row.feature == feature)?;
        let are_all = |known: &[Versions]| self.versions().is_covered_by(known.iter().copied());
        match (are_all(row.with), are_all(row.without)) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        }
    }

    /// Returns how they may read private keys.
    #[must_use]
    pub fn readers(self) -> &'static [Reader] {
        match self.has(Feature::DecryptsPkcs8) {
            Some(true) => &[Reader::Beats],
            Some(false) => &[Reader::Beats7],
            None => &[Reader::Beats7, Reader::Beats],
        }
    }

    /// Returns why nothing can be told about something in which releases differ.
    #[must_use]
    pub fn doubt(self) -> &'static str {
        match self {
            Self::Supported => "it depends on the release of the shipper: add --shipper VERSION",
            Self::Named(_) | Self::Installed(_) => {
                "it is not known of this release of the shipper, or differs within it"
            }
        }
    }
}

/// Writes them for people.
impl fmt::Display for Beats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Supported => f.write_str("Beats 8.19 and 9"),
            Self::Named(release) if release.versions.least > LATEST => {
                let Version { major, minor, .. } = LATEST;
                write!(f, "Beats {major}.{minor} (the last that fixkey knows before {release})")
            }
            Self::Named(release) => write!(f, "Beats {release}"),
            Self::Installed(version) => write!(f, "the installed Beats {version}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_release_is_known_to_have_a_feature_and_not_to_have_it() {
        for InReleases { feature, with, without } in FEATURES {
            assert!(
                with.iter().all(|one| without.iter().all(|other| !one.overlaps(*other))),
                "{feature:?}"
            );
        }
    }

    #[test]
    fn a_range_of_releases_has_a_feature_if_all_of_them_have_it() {
        let has = |text: &str, feature| Beats::parse(text).unwrap().has(feature);
        assert_eq!(has("9", Feature::RefusesTls1_0), Some(true));
        assert_eq!(has("8", Feature::RefusesTls1_0), None);
        assert_eq!(has("8.17", Feature::RefusesTls1_0), Some(false));
        assert_eq!(has("7", Feature::RefusesTls1_0), Some(false));
        assert_eq!(has("9.4.2", Feature::Reloads), Some(false));
        assert_eq!(has("9.4.3", Feature::Reloads), Some(true));
        assert_eq!(has("10", Feature::Reloads), Some(true));
        assert_eq!(Beats::Supported.has(Feature::HasGo1_24), Some(true));
        assert_eq!(Beats::Supported.has(Feature::Reloads), None);
    }

    #[test]
    fn what_is_no_known_release_is_refused() {
        assert!(matches!(Beats::parse("6.8"), Err(Error::TooOld(_))));
        assert!(matches!(Beats::parse("nine"), Err(Error::Malformed(_))));
    }
}
