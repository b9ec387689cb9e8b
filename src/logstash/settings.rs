//! The settings that plugins declare, by release of Logstash.
//!
//! Source: `tests/data/settings`, read by running the plugins' own declarations at the versions that each release bundles.
//! `tests/suite/declared_settings.rs` writes the table here from it, and compares the two.

mod constraints;

pub use constraints::{CONSTRAINTS, Constraint};

use logstash_config::SectionKind;

use super::releases::LATEST;
use super::version::{Version, Versions};

/// A setting a line, sorted: section, plugin, setting, its states, its type, whether it is a list and required, what
/// replaces it, and Logstash's message.
const TABLE: &str = include_str!("settings/declared.tsv");

/// The cipher suites of Java 17, which plugins take. Source: `SSLServerSocketFactory.getSupportedCipherSuites` of `OpenJDK`
/// 17.0.15; the data have as many.
pub const CIPHER_SUITES: &[&str] = &[
    "TLS_AES_256_GCM_SHA384",
    "TLS_AES_128_GCM_SHA256",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_DHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_DHE_DSS_WITH_AES_256_GCM_SHA384",
    "TLS_DHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_DHE_DSS_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_DHE_RSA_WITH_AES_256_CBC_SHA256",
    "TLS_DHE_DSS_WITH_AES_256_CBC_SHA256",
    "TLS_DHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_DHE_DSS_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_DHE_RSA_WITH_AES_256_CBC_SHA",
    "TLS_DHE_DSS_WITH_AES_256_CBC_SHA",
    "TLS_DHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_DHE_DSS_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_256_CBC_SHA256",
    "TLS_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_RSA_WITH_AES_256_CBC_SHA",
    "TLS_RSA_WITH_AES_128_CBC_SHA",
    "TLS_EMPTY_RENEGOTIATION_INFO_SCSV",
];

/// What a release makes of a setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// It takes it.
    Fine,
    /// It takes it, and warns.
    Deprecated,
    /// It does not know it, and refuses the pipeline.
    Absent,
    /// It knows that it is gone, and refuses the pipeline.
    Obsolete,
}

/// A setting as a plugin declares it.
#[derive(Clone, Copy, Debug)]
pub struct DeclaredSetting {
    /// Its name.
    pub name: &'static str,
    states: &'static str,
    /// Its type in the last release: the name of one, or its values with `|` between; empty where any value fits.
    pub kind: &'static str,
    /// The setting that replaces it, or a sentence about several.
    pub replaced_by: Option<&'static str>,
    /// What Logstash says of it where it is obsolete or deprecated.
    pub message: Option<&'static str>,
}

/// Returns the settings of a plugin, sorted by name; none for a plugin that is not in the table.
#[must_use]
pub fn declared(section: SectionKind, plugin: &str) -> Vec<DeclaredSetting> {
    of(section.keyword(), plugin)
}

/// Returns the settings of a codec, sorted by name; none for one that is not in the table.
#[must_use]
pub fn declared_by_codec(codec: &str) -> Vec<DeclaredSetting> {
    of("codec", codec)
}

fn of(kind: &str, plugin: &str) -> Vec<DeclaredSetting> {
    let prefix = format!("{kind}\t{plugin}\t");
    let start = first_at_least(&prefix);
    let lines = TABLE[start..].lines().take_while(|line| line.starts_with(&prefix));
    lines.filter_map(|line| DeclaredSetting::parse(line.split('\t').skip(2))).collect()
}

/// Where the first line of the table begins that is not less than `prefix`: the table is searched where it lies.
fn first_at_least(prefix: &str) -> usize {
    let (mut low, mut high) = (0, TABLE.len());
    while low < high {
        let middle = low + (high - low) / 2;
        let start = TABLE.as_bytes()[..middle].iter().rposition(|byte| *byte == b'\n');
        let start = start.map_or(0, |newline| newline + 1).max(low);
        let end = TABLE.as_bytes()[start..].iter().position(|byte| *byte == b'\n');
        let end = end.map_or(TABLE.len(), |length| start + length + 1);
        if TABLE.as_bytes()[start..end] < *prefix.as_bytes() {
            low = end;
        } else {
            high = start;
        }
    }
    low
}

impl DeclaredSetting {
    fn parse(mut fields: impl Iterator<Item = &'static str>) -> Option<Self> {
        let mut next = || fields.next();
        let (name, states, kind, _flags) = (next()?, next()?, next()?, next()?);
        let some = |text: &'static str| (!text.is_empty()).then_some(text);
        let (replaced_by, message) = (some(next()?), some(next()?));
        Some(Self { name, states, kind, replaced_by, message })
    }

    /// Returns its states, from the first release that was looked at to [`LATEST`].
    pub fn states(&self) -> impl Iterator<Item = (State, Versions)> {
        self.states.split(" | ").filter_map(|text| {
            let (state, versions) = text.split_once(' ')?;
            let state = match state {
                "ok" => State::Fine,
                "deprecated" => State::Deprecated,
                "obsolete" => State::Obsolete,
                _ => State::Absent,
            };
            let (least, most) = versions.split_once("..")?;
            Some((state, Versions { least: Version::parse(least)?, most: Version::parse(most)? }))
        })
    }

    /// Returns its states in some releases; later ones than [`LATEST`] are taken for that one.
    #[must_use]
    pub fn states_in(&self, releases: Versions) -> Vec<State> {
        let Versions { least, most } = releases;
        let known = Versions { least: least.min(LATEST), most: most.min(LATEST) };
        let within = self.states().filter(|(_, versions)| versions.overlaps(known));
        within.map(|(state, _)| state).collect()
    }

    /// Returns the first release, from one on, in which it has this state.
    #[must_use]
    pub fn first_in(&self, state: State, from: Version) -> Option<Version> {
        let such = |(found, versions): &(State, Versions)| *found == state && versions.most >= from;
        self.states().find(such).map(|(_, versions)| versions.least)
    }
}
