//! The settings of a configuration beside what their plugins declare: what the rules about settings are judged by.

use logstash_config::{Attribute, Configuration, Plugin};

use crate::check::finding::{Finding, Severity};
use crate::logstash::plugins::{self, Baseline};
use crate::logstash::releases::LATEST;
use crate::logstash::settings::{DeclaredSetting, State, declared, declared_by_codec};
use crate::logstash::version::{Version, Versions, version};

/// The releases that the documentation of today is about.
const SUPPORTED: &[Versions] = &[
    Versions { least: version(8, 19, 0), most: version(8, 19, u16::MAX) },
    Versions { least: version(9, 0, 0), most: LATEST },
];

/// A plugin of the table, with its settings.
pub(super) struct DeclaredPlugin {
    /// What messages call it: `the beats input`.
    pub(super) name: String,
    key: String,
    settings: Vec<DeclaredSetting>,
    releases: Vec<Versions>,
    is_release: bool,
}

/// What the releases that are meant make of a setting.
pub(super) struct Standing {
    /// How bad it is: an error where every release that is meant refuses it, and a release is known.
    pub(super) severity: Severity,
    /// The first release, of those that are meant or before, that does this; `None` for all that were looked at.
    pub(super) since: Option<Version>,
}

/// Calls `check` for each plugin of the table with its settings in the configuration.
pub(super) fn each(
    configuration: &Configuration<'_>,
    baseline: Baseline<'_>,
    mut check: impl FnMut(&DeclaredPlugin, &[Attribute<'_>]) -> Vec<Finding>,
) -> Vec<Finding> {
    let (releases, is_release) = releases(baseline);
    let mut found = Vec::new();
    for plugin in configuration.plugins() {
        let declared = DeclaredPlugin::of(&plugin, releases.clone(), is_release);
        if let Some(declared) = declared {
            found.extend(check(&declared, &plugin.attributes().collect::<Vec<_>>()));
        }
    }
    found
}

/// Returns what `check` finds in each setting of a plugin of the table.
pub(super) fn each_setting(
    configuration: &Configuration<'_>,
    baseline: Baseline<'_>,
    check: impl Fn(&DeclaredPlugin, &Attribute<'_>) -> Option<Finding>,
) -> Vec<Finding> {
    each(configuration, baseline, |plugin, attributes| {
        attributes.iter().filter_map(|attribute| check(plugin, attribute)).collect()
    })
}

/// Source: [`crate::logstash::settings`].
pub(super) const REFUSED: &str = "Logstash refuses the pipeline (measured by running the plugins' own declarations at the versions that each release bundles)";

/// The releases that are meant, and whether they are known.
fn releases(baseline: Baseline<'_>) -> (Vec<Versions>, bool) {
    let release = match baseline {
        Baseline::Documentation => None,
        Baseline::Release(release) => Some(release.versions),
        Baseline::Installed(installed) => installed.gem("logstash-core").map(Versions::only),
    };
    release.map_or_else(|| (SUPPORTED.to_vec(), false), |release| (vec![release], true))
}

impl DeclaredPlugin {
    fn of(plugin: &Plugin<'_>, releases: Vec<Versions>, is_release: bool) -> Option<Self> {
        let name = String::from_utf8_lossy(plugin.name().raw()).into_owned();
        let (settings, kind, known) = if plugin.outer().is_some() {
            (declared_by_codec(&name), "codec", &*name)
        } else {
            let section = plugin.section();
            let known = plugins::plugin(section, &name).map_or(&*name, |known| known.names[0]);
            (declared(section, known), section.keyword(), known)
        };
        let key = format!("{kind} {known}");
        let own = Self { name: format!("the {name} {kind}"), key, settings, releases, is_release };
        // Where a release lacks the plugin, its settings say nothing.
        let is_bundled = |setting: &DeclaredSetting| {
            own.states(setting).iter().any(|state| *state != State::Absent)
        };
        own.settings.iter().any(is_bundled).then_some(own)
    }

    /// The setting that an attribute sets.
    pub(super) fn setting(&self, attribute: &Attribute<'_>) -> Option<&DeclaredSetting> {
        let name = attribute.name.text();
        self.settings.iter().find(|setting| setting.name.as_bytes() == name)
    }

    /// Its section and its name: `input beats`.
    pub(super) fn key(&self) -> &str {
        &self.key
    }

    /// Its settings that the releases take.
    pub(super) fn taken(&self) -> impl Iterator<Item = &DeclaredSetting> {
        self.settings.iter().filter(|setting| self.takes(setting))
    }

    /// Whether some of the releases take a setting.
    pub(super) fn takes(&self, setting: &DeclaredSetting) -> bool {
        let states = self.states(setting);
        states.contains(&State::Fine) || states.contains(&State::Deprecated)
    }

    /// What the releases that are meant make of it.
    pub(super) fn states(&self, setting: &DeclaredSetting) -> Vec<State> {
        self.releases.iter().flat_map(|releases| setting.states_in(*releases)).collect()
    }

    /// Returns how it stands with a setting that is in this state in some of the releases.
    pub(super) fn standing(&self, setting: &DeclaredSetting, state: State) -> Option<Standing> {
        let states = self.states(setting);
        let first = setting.states().next()?.1.least;
        let since = setting.first_in(state, self.first_release()?).filter(|since| *since > first);
        states.contains(&state).then(|| Standing {
            severity: self.severity(states.iter().all(|found| *found == state)),
            since,
        })
    }

    /// The first of the releases that are meant.
    pub(super) fn first_release(&self) -> Option<Version> {
        self.releases.first().map(|releases| releases.least.min(LATEST))
    }

    /// Returns how bad it is that all of the releases, or some, refuse a pipeline.
    pub(super) fn severity(&self, is_of_all: bool) -> Severity {
        if is_of_all && self.is_release { Severity::Error } else { Severity::Warning }
    }
}

/// Writes a release without a last number of zero: `8.8`.
pub(super) fn short(version: Version) -> String {
    let Version { major, minor, patch } = version;
    if patch == 0 { format!("{major}.{minor}") } else { version.to_string() }
}
