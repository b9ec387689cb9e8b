//! The plugins with settings for a PEM private key, and how each reads it.

mod table;

pub use table::{
    CLIENT_AUTHENTICATION, KEY_SETTINGS, KEYSTORE_SETTINGS, PLUGINS, SETTINGS, TRUSTSTORE_SETTINGS,
};

use table::{AUTHORITIES_NOT_CHECKED, LAST_WITHOUT_TLS_1_3};

use super::installed::Installed;
use super::readers::{self, Family, Form, Judgement, PassphraseOnPlain, Reader, Verdict};
use super::releases::Release;
use super::version::{Version, Versions};
use logstash_config::SectionKind;

/// A plugin with settings for a PEM private key.
pub struct Plugin {
    /// Its section.
    pub section: SectionKind,
    /// Its name, then its aliases.
    pub names: &'static [&'static str],
    /// The gem whose version decides how the key is read.
    pub gem: &'static str,
    /// The first release of Logstash whose bundled plugin has the key setting; `None` if that is unknown, or no release
    /// bundles the plugin.
    pub since: Option<Version>,
    /// Settings for the key, the current name first.
    pub key: &'static [&'static str],
    /// Settings for the certificate, the current name first.
    pub certificate: &'static [&'static str],
    /// Settings for the passphrase; may be empty.
    pub passphrase: &'static [&'static str],
    /// Known settings for authorities, the current name first.
    pub authorities: &'static [&'static str],
    /// Which of key and certificate must be set.
    pub required: Required,
    /// What turns TLS on.
    pub enabled: Enabled,
    /// The default of `mode`; `None` for a plugin without modes that differ.
    pub mode: Option<&'static str>,
    /// The readers of the key, by mode, each with the first version of the gem that uses it, in ascending order.
    pub readers: &'static [ReaderRow],
    /// What conversion to unencrypted PKCS#8 currently does for it.
    pub conversion: Conversion,
    /// The evidence for this row.
    pub source: &'static str,
}

/// Which of key and certificate must be set if TLS is on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Required {
    /// Both.
    Both,
    /// Both, or a keystore.
    BothOrKeystore,
    /// Neither, or both.
    Together,
    /// Unknown.
    NotKnown,
}

/// What turns the TLS of a plugin on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Enabled {
    /// TLS cannot be turned off.
    Always,
    /// These settings, the current name first; only one of them may be set.
    By(&'static [Switch]),
    /// The same; if none is set, whether the URL begins with `https`.
    Inferred(&'static [Switch]),
}

/// A setting by which a server asks clients for certificates, so that it needs authorities to verify them.
pub struct ClientAuthentication {
    /// The gem of the plugin.
    pub gem: &'static str,
    /// The setting.
    pub setting: &'static str,
    /// The values that ask for certificates.
    pub values: &'static [&'static str],
}

/// A setting that turns TLS on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Switch {
    /// Its name.
    pub name: &'static str,
    /// The value that turns TLS on.
    pub on: &'static str,
    /// Whether TLS is on if the setting is absent.
    pub is_on_by_default: bool,
    /// The release of Logstash from which the plugin refuses this setting; `None` if it never does, or that is unknown.
    pub gone_in: Option<Version>,
}

/// The reader of the key from a version of the gem on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReaderRow {
    /// The mode; `None` for every mode.
    pub mode: Option<&'static str>,
    /// The first version of the gem.
    pub since: Version,
    /// The reader, and whether the passphrase reaches it.
    pub reading: Reading,
}

/// A reader and its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reading {
    /// The reader; `None` if it is unknown, or the setting does not exist yet.
    pub reader: Option<Reader>,
    /// What happens to the passphrase.
    pub passphrase: Passphrase,
}

/// What happens to the passphrase in a plugin's setting.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Passphrase {
    /// It reaches the reader.
    Arrives,
    /// There is a setting, but a bug keeps the passphrase from the reader.
    Lost,
    /// There is no setting.
    NotASetting,
}

/// What conversion to unencrypted PKCS#8 does for a plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Conversion {
    /// No other form loads.
    Required,
    /// No other form is documented.
    Recommended,
    /// Other forms also load.
    Harmless,
    /// It keeps the plugin from starting: the key must stay encrypted.
    Harmful,
}

/// A setting of `logstash.yml` for a PEM private key.
pub struct Setting {
    /// The name of the key setting.
    pub key: &'static str,
    /// The certificate setting.
    pub certificate: &'static str,
    /// The authority setting.
    pub authority: &'static str,
    /// The reader of the key.
    pub reading: Reading,
    /// The first release of Logstash that has it.
    pub since: Version,
    /// The evidence for this row.
    pub source: &'static str,
}

/// Another name of a plugin, which the core of Logstash knows.
pub struct Alias {
    /// Where the plugin stands.
    pub section: SectionKind,
    /// The name.
    pub name: &'static str,
    /// The first release of Logstash that knows it.
    pub since: Version,
}

/// The Logstash that is assumed to load a key.
#[derive(Clone, Copy, Debug)]
pub enum Baseline<'a> {
    /// None in particular: only what the documentation of current releases promises.
    Documentation,
    /// The installed one.
    Installed(&'a Installed),
    /// A release.
    Release(&'a Release),
}

impl Baseline<'_> {
    /// Whether some release that is meant is this one or a later one; `None` where no release is known.
    #[must_use]
    pub fn may_reach(&self, version: Version) -> Option<bool> {
        match self {
            Self::Release(release) => Some(release.versions.most >= version),
            Self::Documentation | Self::Installed(_) => None,
        }
    }

    /// Whether some release that is meant is older than this one; `None` where no release is known.
    #[must_use]
    pub fn may_precede(&self, version: Version) -> Option<bool> {
        match self {
            Self::Release(release) => Some(!release.is_at_least(version)),
            Self::Documentation | Self::Installed(_) => None,
        }
    }
}

/// The first release with an alias of this name; `None` for any other name.
#[must_use]
pub fn alias_since(section: SectionKind, name: &str) -> Option<Version> {
    let is_it = |alias: &&Alias| alias.section == section && alias.name == name;
    table::ALIASES.iter().find(is_it).map(|alias| alias.since)
}

/// The plugin of this name or alias.
#[must_use]
pub fn plugin(section: SectionKind, name: &str) -> Option<&'static Plugin> {
    PLUGINS.iter().find(|plugin| plugin.section == section && plugin.names.contains(&name))
}

/// Whether a setting of this name names a private key in any plugin.
#[must_use]
pub fn names_a_key(attribute: &str) -> bool {
    KEY_SETTINGS.contains(&attribute)
}

impl Plugin {
    /// Returns the readers of the key in `mode`, in order of versions. A mode without rows, such as a variable, counts
    /// as every mode, and an unknown version as every version.
    #[must_use]
    pub fn readings(&self, mode: Option<&str>, baseline: Baseline<'_>) -> Vec<Reading> {
        let modes = self.modes(mode);
        let mut readings = Vec::new();
        for rows in modes.iter().map(|mode| self.rows(*mode)) {
            for reading in readings_of(&rows, &self.versions(baseline), baseline) {
                if !readings.contains(&reading) {
                    readings.push(reading);
                }
            }
        }
        readings
    }

    /// Judges a key in `mode`: the worst verdict of every assumed version. If an unknown version or mode makes a
    /// difference, the verdict is unknown.
    #[must_use]
    pub fn judge(
        &self,
        mode: Option<&str>,
        baseline: Baseline<'_>,
        form: Form,
        family: Family,
    ) -> Judgement {
        let judgement = self.judge_by(mode, baseline, |reading| reading.judge(form, family));
        match (baseline, judgement.verdict) {
            (Baseline::Documentation, Verdict::Loads) if self.was_refused(mode, form, family) => {
                Judgement { verdict: Verdict::LoadsUndocumented, ..judgement }
            }
            _ => judgement,
        }
    }

    /// Judges by what `judge` returns for each reading.
    pub fn judge_by(
        &self,
        mode: Option<&str>,
        baseline: Baseline<'_>,
        judge: impl Fn(&Reading) -> Judgement,
    ) -> Judgement {
        let is_certain = self.modes(mode).len() <= 1
            && (matches!(baseline, Baseline::Documentation) || !self.versions(baseline).is_empty());
        let readings = self.readings(mode, baseline);
        let judgements: Vec<Judgement> = readings.iter().map(judge).collect();
        let judgement = worst(judgements.into_iter(), is_certain);
        match (baseline, judgement.verdict) {
            (Baseline::Documentation, Verdict::LoadsUndocumented) => {
                Judgement { verdict: Verdict::NotDocumented, ..judgement }
            }
            _ => judgement,
        }
    }

    /// Returns whether older versions with the same kind of reader refuse an encrypted key that loads now: no
    /// documentation says since when, so this matters if the release is unknown.
    fn was_refused(&self, mode: Option<&str>, form: Form, family: Family) -> bool {
        let rows: Vec<_> = self.modes(mode).iter().flat_map(|mode| self.rows(*mode)).collect();
        let is_netty = |row: &ReaderRow| row.reading.reader.is_some_and(Reader::is_netty);
        form.is_encrypted() == Some(true)
            && rows.last().is_some_and(|last| is_netty(last))
            && rows.iter().any(|row| {
                let refused = row.reading.judge(form, family).verdict == Verdict::Refuses;
                is_netty(row) && row.reading.passphrase == Passphrase::Arrives && refused
            })
    }

    /// Judges a passphrase that is set for an unencrypted key, with the evidence: the worst of every assumed version.
    #[must_use]
    pub fn passphrase_on_plain(
        &self,
        mode: Option<&str>,
        baseline: Baseline<'_>,
    ) -> (PassphraseOnPlain, &'static str) {
        let readings = self.readings(mode, baseline);
        let effects = readings.iter().map(Reading::passphrase_on_plain);
        effects.min().unwrap_or((PassphraseOnPlain::NotKnown, NO_VERSION))
    }

    /// Returns whether it is an input that connects to a server itself, as every one does whose key is read by
    /// Manticore.
    #[must_use]
    pub fn is_client(&self) -> bool {
        self.readers.iter().all(|row| row.reading.reader == Some(Reader::Manticore))
    }

    /// Whether it refuses authorities that do not exist also while TLS is off.
    #[must_use]
    pub fn checks_authorities(&self) -> bool {
        !AUTHORITIES_NOT_CHECKED.contains(&(self.section, self.names[0]))
    }

    /// Whether every version that is meant is known to offer no TLS 1.3 unless a setting says so.
    #[must_use]
    pub fn lacks_tls_1_3(&self, baseline: Baseline<'_>) -> bool {
        let versions = self.versions(baseline);
        let last = LAST_WITHOUT_TLS_1_3.iter().find(|(gem, _)| *gem == self.gem);
        last.is_some_and(|(_, last)| {
            !versions.is_empty() && versions.iter().all(|it| it.most <= *last)
        })
    }

    /// The versions of the gem that are meant; none where they are not known.
    fn versions(&self, baseline: Baseline<'_>) -> Vec<Versions> {
        match baseline {
            Baseline::Documentation => Vec::new(),
            Baseline::Installed(installed) => {
                installed.gem(self.gem).map(Versions::only).into_iter().collect()
            }
            Baseline::Release(release) => release.gem(self.gem),
        }
    }

    /// Returns the assumed modes: `None` alone for a plugin without modes.
    fn modes(&self, mode: Option<&str>) -> Vec<Option<&'static str>> {
        let Some(default) = self.mode else { return vec![None] };
        let mut known: Vec<_> = self.readers.iter().map(|row| row.mode).collect();
        known.dedup();
        let meant = mode.unwrap_or(default);
        match known.iter().find(|known| **known == Some(meant)) {
            Some(mode) => vec![*mode],
            None => known,
        }
    }

    fn rows(&self, mode: Option<&str>) -> Vec<&'static ReaderRow> {
        self.readers.iter().filter(|row| row.mode == mode).collect()
    }
}

/// Returns the readings of these rows of one mode in these versions; of the last row alone for the documentation; of
/// every row if no version is known.
fn readings_of(rows: &[&ReaderRow], versions: &[Versions], baseline: Baseline<'_>) -> Vec<Reading> {
    let last = rows.len().saturating_sub(1);
    let is_meant = |at: usize, row: &ReaderRow| {
        let end = rows.get(at + 1).map_or(Version::MOST, |next| next.since);
        let is_in = |range: &Versions| range.most >= row.since && range.least < end;
        match baseline {
            Baseline::Documentation => at == last,
            _ => versions.is_empty() || versions.iter().any(is_in),
        }
    };
    let meant = rows.iter().enumerate().filter(|(at, row)| is_meant(*at, row));
    meant.map(|(_, row)| row.reading).collect()
}

/// Returns the worst judgement; unknown if they differ and it is not certain that all of them apply.
fn worst(judgements: impl Iterator<Item = Judgement> + Clone, is_certain: bool) -> Judgement {
    let unknown = |evidence| Judgement { verdict: Verdict::NotKnown, evidence };
    let best = judgements.clone().map(|judgement| judgement.verdict).min();
    match judgements.max_by_key(|judgement| judgement.verdict) {
        None => unknown(NO_VERSION),
        Some(worst) if !is_certain && Some(worst.verdict) != best => unknown(NO_VERSION),
        Some(worst) => worst,
    }
}

impl Reading {
    /// Judges a key of this form and family.
    #[must_use]
    pub fn judge(&self, form: Form, family: Family) -> Judgement {
        let refuses = |evidence| Judgement { verdict: Verdict::Refuses, evidence };
        match (self.reader, self.passphrase, form.is_encrypted()) {
            (None, ..) => Judgement { verdict: Verdict::NotKnown, evidence: NO_VERSION },
            (_, Passphrase::Lost, Some(true)) => refuses(LOST),
            (_, Passphrase::NotASetting, Some(true)) => refuses(NOT_A_SETTING),
            (Some(reader), ..) => readers::judge(reader, form, family),
        }
    }

    /// Judges any key by what `judge` returns for its reader.
    #[must_use]
    pub fn judge_by(&self, judge: impl Fn(Reader) -> Judgement) -> Judgement {
        self.reader.map_or(Judgement { verdict: Verdict::NotKnown, evidence: NO_VERSION }, judge)
    }

    /// Judges a passphrase that is set for an unencrypted key, with the evidence.
    #[must_use]
    pub fn passphrase_on_plain(&self) -> (PassphraseOnPlain, &'static str) {
        match (self.passphrase, self.reader) {
            (Passphrase::NotASetting, _) => (PassphraseOnPlain::NotASetting, NOT_A_SETTING),
            (_, Some(reader)) => readers::passphrase_on_plain(reader),
            (_, None) => (PassphraseOnPlain::NotKnown, NO_VERSION),
        }
    }
}

const NO_VERSION: &str = "how this version of the plugin reads a key is not known";
const LOST: &str = "this version of the plugin does not hand its passphrase on, so that no encrypted key loads (by its source)";
const NOT_A_SETTING: &str = "there is no setting for a passphrase, so that no encrypted key loads";
