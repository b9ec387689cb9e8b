//! The settings of a configuration beside what their plugins declare: what the rules about settings are judged by.

pub(super) mod migration;
pub(super) mod values;

use std::borrow::Cow;
use std::ops::Range;
use std::sync::Arc;

use logstash_config::{Attribute, Plugin};

use values::text_of;

use crate::check::finding::{Migration, Severity};
use crate::logstash::discovery::YamlKey;
use crate::logstash::installed::{CORE, Installed};
use crate::logstash::plugins::{self, Baseline};
use crate::logstash::releases::{LATEST, SUPPORTED};
use crate::logstash::settings::{ClientAuth, DeclaredSetting, SETTINGS_FILE, State, declared};
use crate::logstash::version::{Version, Versions};

/// A plugin of the table with its settings, and the releases that are meant.
pub struct DeclaredPlugin<'a> {
    name: &'a str,
    section: &'static str,
    /// The name by which the table knows it.
    known: &'a str,
    settings: &'static [DeclaredSetting],
    /// The text that it is in.
    text: &'a [u8],
    /// The version of the plugin that is installed.
    installed: Option<Version>,
    releases: &'a Releases<'a>,
}

/// What an upgrade goes from, and what is to be decided by it.
#[derive(Clone, Copy, Debug, Default)]
pub struct Upgrade {
    /// The release that has to run with the same settings until then, where it is known.
    pub from: Option<Versions>,
    /// What to ask clients for, where an old setting allows two intentions.
    pub client_auth: Option<ClientAuth>,
    /// Whether only what the upgrade stops is wanted.
    pub is_asked_for: bool,
}

/// The releases that are meant, and whether they are known.
pub struct Releases<'a> {
    meant: Vec<Versions>,
    is_known: bool,
    /// The Logstash whose plugins are meant, where it is installed.
    installed: Option<&'a Installed>,
    upgrade: Upgrade,
}

/// A setting of a configuration.
pub struct SetSetting<'a> {
    name: Cow<'a, str>,
    /// Where its name stands.
    place: Range<usize>,
    /// The attribute of a plugin; `None` in a settings file.
    pub(super) attribute: Option<Attribute<'a>>,
    /// What its plugin declares; `None` where it declares no such setting.
    pub(super) declared: Option<&'static DeclaredSetting>,
    /// Its states in the releases that are meant, each as a bit.
    states: u8,
    /// How the setting that replaces it is to be written; `None` where none does, or no release is known.
    pub(super) migration: Option<Arc<Migration>>,
}

impl SetSetting<'_> {
    /// Whether it is in this state in some of the releases that are meant.
    pub(super) fn is(&self, state: State) -> bool {
        self.states & bit(state) != 0
    }

    /// Whether it is in this state in all of them.
    pub(super) fn is_only(&self, state: State) -> bool {
        self.states == bit(state)
    }

    /// Whether some of them take it.
    pub(super) fn is_taken(&self) -> bool {
        self.is(State::Fine) || self.is(State::Deprecated)
    }

    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Where its name stands.
    pub(super) fn place(&self) -> Range<usize> {
        self.place.clone()
    }

    /// The text of its value, in a plugin.
    pub(super) fn text(&self) -> Option<String> {
        Some(text_of(&self.attribute.as_ref()?.value))
    }
}

fn bit(state: State) -> u8 {
    1 << state as u8
}

/// What the releases that are meant make of a setting.
pub(super) struct Standing {
    /// How bad it is: an error where every release that is meant refuses it, and a release is known.
    pub(super) severity: Severity,
    /// The first release, of those that are meant or before, that does this; `None` for all that were looked at.
    pub(super) since: Option<Version>,
}

/// Source: [`crate::logstash::settings`].
const REFUSED_IN_FILE: &str = "Logstash does not start (read in its source: Setting \"…\" doesn't exist. Please check if you haven't made a typo.)";

/// Source: [`crate::logstash::settings`].
const REFUSED: &str = "Logstash refuses the pipeline (measured by running the plugins' own declarations at the versions that each release bundles)";

impl<'a> Releases<'a> {
    pub(super) fn of(baseline: Baseline<'a>, upgrade: Upgrade) -> Self {
        let installed = match baseline {
            Baseline::Installed(installed) => Some(installed),
            Baseline::Documentation | Baseline::Release(_) => None,
        };
        let release = match baseline {
            Baseline::Documentation => None,
            Baseline::Release(release) => Some(release.versions),
            Baseline::Installed(installed) => installed.gem(CORE).map(Versions::only),
        };
        match release {
            Some(release) => Self { meant: vec![release], is_known: true, installed, upgrade },
            None => Self { meant: SUPPORTED.to_vec(), is_known: false, installed, upgrade },
        }
    }
}

impl<'a> DeclaredPlugin<'a> {
    /// Returns what is declared by the plugin of this name; `None` where it is not in the table, or none of the releases
    /// has it.
    pub(super) fn of(
        plugin: &Plugin<'_>,
        name: &'a str,
        text: &'a [u8],
        releases: &'a Releases<'a>,
    ) -> Option<Self> {
        let (section, known) = if plugin.outer().is_some() {
            ("codec", name)
        } else {
            let known =
                plugins::plugin(plugin.section(), name).map_or(name, |known| known.names[0]);
            (plugin.section().keyword(), known)
        };
        let settings = declared(section, known);
        let gem = || format!("logstash-{section}-{known}");
        let installed = releases.installed.and_then(|installed| installed.gem(&gem()));
        let own = Self { name, section, known, settings, text, installed, releases };
        let is_bundled =
            |setting: &DeclaredSetting| own.states(setting).any(|state| state != State::Absent);
        // Of a release without data of the plugin it is not known what works.
        let before = releases.upgrade.from.filter(|_| releases.upgrade.is_asked_for);
        let is_known_before = before.is_none_or(|before| {
            settings.iter().any(|setting| setting.states_in(before).next().is_some())
        });
        (is_known_before && own.settings.iter().any(is_bundled)).then_some(own)
    }

    /// What messages call it: `the beats input`.
    pub(super) fn name(&self) -> String {
        if self.is_file() {
            return self.name.to_owned();
        }
        format!("the {} {}", self.name, self.section)
    }

    /// Returns whether it is the plugin of this section and name: `input beats`.
    pub(super) fn is(&self, key: &str) -> bool {
        let name = key.strip_prefix(self.section).and_then(|rest| rest.strip_prefix(' '));
        name == Some(self.known)
    }

    /// What is set by an attribute of the plugin.
    pub(super) fn set<'t>(&self, attribute: Attribute<'t>) -> SetSetting<'t> {
        let name = lossy(attribute.name.text());
        let place = attribute.name.span.clone();
        SetSetting { attribute: Some(attribute), ..self.named(name, place) }
    }

    /// What is set by a key of the file.
    pub(super) fn set_in_file<'t>(&self, key: &'t YamlKey) -> SetSetting<'t> {
        self.named(Cow::Borrowed(&key.name), key.span.clone())
    }

    fn named<'t>(&self, name: Cow<'t, str>, place: Range<usize>) -> SetSetting<'t> {
        let at = self.settings.binary_search_by(|setting| setting.name.cmp(&name));
        let declared = at.ok().and_then(|at| self.settings.get(at));
        let states = declared
            .map_or(0, |setting| self.states(setting).fold(0, |states, state| states | bit(state)));
        SetSetting { name, place, attribute: None, declared, states, migration: None }
    }

    /// Returns the settings file of this name.
    pub(super) fn of_file(name: &'a str, text: &'a [u8], releases: &'a Releases<'a>) -> Self {
        let section = SETTINGS_FILE;
        let settings = declared(section, name);
        Self { name, section, known: name, settings, text, installed: None, releases }
    }

    pub(super) fn is_file(&self) -> bool {
        self.section == SETTINGS_FILE
    }

    /// How it is known that Logstash refuses a setting, and what it does then.
    pub(super) fn refused(&self) -> &'static str {
        if self.is_file() { REFUSED_IN_FILE } else { REFUSED }
    }

    /// Its settings that the releases take.
    pub(super) fn taken(&self) -> impl Iterator<Item = &'static DeclaredSetting> {
        self.settings.iter().filter(|setting| {
            self.states(setting).any(|state| matches!(state, State::Fine | State::Deprecated))
        })
    }

    fn states(&self, setting: &DeclaredSetting) -> impl Iterator<Item = State> {
        let installed = self.installed.and_then(|version| setting.state_in_plugin(version));
        let releases = self.releases.meant.iter().filter(move |_| installed.is_none());
        installed.into_iter().chain(releases.flat_map(|releases| setting.states_in(*releases)))
    }

    /// Returns how it stands with a setting that is in this state in some of the releases.
    pub(super) fn standing(&self, set: &SetSetting<'_>, state: State) -> Option<Standing> {
        let setting = set.declared.filter(|_| set.is(state))?;
        let first = setting.states().next()?.1.least;
        let since = setting.first_in(state, self.first_release()?).filter(|since| *since > first);
        Some(Standing { severity: self.severity(set.is_only(state)), since })
    }

    /// Whether the settings were written for releases before this one: some are old, or an older release runs.
    pub(super) fn comes_from_before(&self, version: Version, settings: &[SetSetting<'_>]) -> bool {
        let is_old = |set: &SetSetting<'_>| set.is(State::Obsolete) || set.is(State::Deprecated);
        let is_running = self.releases.upgrade.from.is_some_and(|from| from.least < version);
        let is_meant = self.first_release().is_some_and(|first| first >= version);
        let is_upgrade = is_running && is_meant;
        let is_asked_for = self.releases.upgrade.is_asked_for;
        self.releases.is_known && (is_upgrade || !is_asked_for && settings.iter().any(is_old))
    }

    /// The first of the releases that are meant.
    pub(super) fn first_release(&self) -> Option<Version> {
        self.releases.meant.first().map(|releases| releases.least.min(LATEST))
    }

    /// Whether the releases that are meant are of those that the documentation of today is about.
    pub(super) fn is_of_supported_releases(&self) -> bool {
        let least = SUPPORTED.first().map(|releases| releases.least);
        self.first_release() >= least
    }

    /// Says which releases were looked at, where none is known: ` in 8.19 to 9.5`.
    pub(super) fn in_releases(&self) -> String {
        match self.releases.meant.as_slice() {
            [first, .., last] if !self.releases.is_known => {
                let [first, last] = [first.least, last.most].map(|it| (it.major, it.minor));
                format!(" in {}.{} to {}.{}", first.0, first.1, last.0, last.1)
            }
            _ => String::new(),
        }
    }

    /// Returns how bad it is that all of the releases, or some, refuse a pipeline.
    pub(super) fn severity(&self, is_of_all: bool) -> Severity {
        if is_of_all && self.releases.is_known { Severity::Error } else { Severity::Warning }
    }
}

/// Reads bytes as text. Those of nearly every configuration are UTF-8, which the standard library's function with this
/// result tests in a slower way.
pub(super) fn lossy(bytes: &[u8]) -> Cow<'_, str> {
    std::str::from_utf8(bytes).map_or_else(|_| String::from_utf8_lossy(bytes), Cow::Borrowed)
}

/// Writes a release without a last number of zero: `8.8`.
pub(super) fn short(version: Version) -> String {
    let Version { major, minor, patch } = version;
    if patch == 0 { format!("{major}.{minor}") } else { version.to_string() }
}
