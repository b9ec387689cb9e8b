//! The settings that plugins declare, by release of Logstash.
//!
//! Source: `tests/data/settings`, read by running the plugins' own declarations at the versions that each release bundles.
//! `tests/suite/declared_settings.rs` writes the table here from it, and compares the two.

mod constraints;
mod successors;

pub use constraints::{CONSTRAINTS, Constraint};
pub use successors::{
    AUTHORITIES, Bound, CHANGED_DEFAULTS, CLIENT_AUTHENTICATION, ChangedDefault, ClientAuth,
    DEFAULT_ENRICHMENTS, DEFAULT_MODES, EXCEPTIONS, Exception, PROTOCOLS, RENAMED_KEYS,
    STRICT_ABOUT_AUTHORITIES, SUCCESSORS, Successor, Values,
};

use std::sync::{LazyLock, OnceLock};

use super::releases::LATEST;
use super::version::{Version, Versions};

/// A setting a line, sorted: section, plugin, setting, its states, its type, whether it is a list and required, what
/// replaces it, Logstash's message, and versions of the plugin.
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

/// The section of the table with what is known of `logstash.yml` and `pipelines.yml`: what was dropped or renamed.
pub const SETTINGS_FILE: &str = "file";

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
#[derive(Debug)]
pub struct DeclaredSetting {
    /// Its name.
    pub name: &'static str,
    states: Vec<(State, Versions)>,
    /// Its type in the last release: the name of one, or its values with `|` between; empty where any value fits.
    pub kind: &'static str,
    /// Whether it takes several such values.
    pub is_list: bool,
    /// The setting that replaces it, or a sentence about several.
    pub replaced_by: Option<&'static str>,
    /// What Logstash says of it where it is obsolete or deprecated.
    pub message: Option<&'static str>,
    /// The states that it has from a version of its plugin on, in order; none where no such version is known.
    since_plugin: Vec<(State, Version)>,
}

/// The settings of one plugin, parsed when they are first asked for.
struct PluginRows {
    section: &'static str,
    plugin: &'static str,
    lines: &'static str,
    settings: OnceLock<Vec<DeclaredSetting>>,
}

/// The plugins of the table, sorted.
static PLUGINS: LazyLock<Vec<PluginRows>> = LazyLock::new(|| {
    let mut found: Vec<PluginRows> = Vec::new();
    let mut start = 0;
    for line in TABLE.split_inclusive('\n') {
        let mut fields = line.split('\t');
        let (section, plugin) =
            (fields.next().unwrap_or_default(), fields.next().unwrap_or_default());
        let end = start + line.len();
        match found.last_mut().filter(|last| (last.section, last.plugin) == (section, plugin)) {
            Some(last) => last.lines = &TABLE[start - last.lines.len()..end],
            None => {
                found.push(PluginRows { section, plugin, lines: line, settings: OnceLock::new() });
            }
        }
        start = end;
    }
    found
});

/// Returns the settings of a plugin, sorted by name; none for a plugin that is not in the table. A codec is a plugin of
/// the section `codec`.
#[must_use]
pub fn declared(section: &str, plugin: &str) -> &'static [DeclaredSetting] {
    let sought = (section, plugin);
    let at = PLUGINS.binary_search_by(|rows| (rows.section, rows.plugin).cmp(&sought));
    let Some(rows) = at.ok().and_then(|at| PLUGINS.get(at)) else { return &[] };
    rows.settings.get_or_init(|| rows.lines.lines().filter_map(DeclaredSetting::parse).collect())
}

impl DeclaredSetting {
    fn parse(line: &'static str) -> Option<Self> {
        let mut fields = line.split('\t').skip(2);
        let mut next = || fields.next();
        let (name, states, kind, flags) = (next()?, next()?, next()?, next()?);
        let some = |text: &'static str| (!text.is_empty()).then_some(text);
        let (replaced_by, message) = (some(next()?), some(next()?));
        let states = states.split(" | ").filter_map(parse_state).collect();
        let is_list = flags.contains("list");
        let since_plugin = next()?.split(" | ").filter_map(parse_since).collect();
        Some(Self { name, states, kind, is_list, replaced_by, message, since_plugin })
    }

    /// Returns its states, from the first release that was looked at to [`LATEST`].
    pub fn states(&self) -> impl Iterator<Item = (State, Versions)> {
        self.states.iter().copied()
    }

    /// Returns its states in some releases; later ones than [`LATEST`] are taken for that one.
    pub fn states_in(&self, releases: Versions) -> impl Iterator<Item = State> {
        let Versions { least, most } = releases;
        let known = Versions { least: least.min(LATEST), most: most.min(LATEST) };
        let within = self.states().filter(move |(_, versions)| versions.overlaps(known));
        within.map(|(state, _)| state)
    }

    /// Returns its state in a version of its plugin, which may be another than a release bundles; `None` where that is not
    /// known.
    #[must_use]
    pub fn state_in_plugin(&self, version: Version) -> Option<State> {
        let first = self.since_plugin.first()?;
        let since = self.since_plugin.iter().rfind(|(_, since)| *since <= version);
        let before = if first.0 == State::Fine { State::Absent } else { State::Fine };
        Some(since.map_or(before, |(state, _)| *state))
    }

    /// Returns the first release, from one on, in which it has this state.
    #[must_use]
    pub fn first_in(&self, state: State, from: Version) -> Option<Version> {
        let such = |(found, versions): &(State, Versions)| *found == state && versions.most >= from;
        self.states().find(such).map(|(_, versions)| versions.least)
    }
}

/// Parses `deprecated 8.8.0..8.19.20`.
fn parse_state(text: &str) -> Option<(State, Versions)> {
    let (state, versions) = text.split_once(' ')?;
    let (least, most) = versions.split_once("..")?;
    let versions = Versions { least: Version::parse(least)?, most: Version::parse(most)? };
    Some((state_of(state), versions))
}

/// Parses `deprecated 6.6.0`.
fn parse_since(text: &str) -> Option<(State, Version)> {
    let (state, version) = text.split_once(' ')?;
    Some((state_of(state), Version::parse(version)?))
}

fn state_of(word: &str) -> State {
    match word {
        "ok" => State::Fine,
        "deprecated" => State::Deprecated,
        "obsolete" => State::Obsolete,
        _ => State::Absent,
    }
}
