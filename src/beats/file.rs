//! Finds the outputs in a shipper's file: `filebeat.yml` and those of other Beats, `elastic-agent.yml`, policies, and
//! outputs of Fleet.

use std::collections::HashMap;
use std::ops::Range;
use std::path::Path;

use source_text::Position;

use super::releases::{Beats, Feature};
use crate::logstash::discovery::YamlScalar;
use crate::logstash::endpoint::{Endpoint, Setting, Tls};
use crate::logstash::variables::is_template;
use crate::yaml::{self, Aliases, Node, Value};

/// A shipper's file.
#[derive(Default)]
pub struct ShipperFile {
    /// Its outputs, in order.
    pub outputs: Vec<Output>,
    /// The outputs of a Beat that are on, by name, with the spans of their keys; a Beat takes one.
    pub enabled: Vec<(String, Range<usize>)>,
    /// Those with a name that Beats do not know.
    pub unknown: Vec<(String, Range<usize>)>,
    /// Why it cannot be read: where, as a byte offset, and what is wrong.
    pub fault: Option<(usize, String)>,
}

/// Where events go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Destination {
    /// Logstash.
    Logstash,
    /// Elasticsearch, of which only the files are checked.
    Elasticsearch,
}

/// An output, with its settings.
pub struct Output {
    /// Where it sends events.
    pub destination: Destination,
    /// Whether it is one of Elastic Agent, which has settings of its own.
    pub is_of_agent: bool,
    /// The span of its first key.
    pub place: Range<usize>,
    /// Its settings by name beneath the output, such as `ssl.key`, in order.
    pub settings: Vec<OutputSetting>,
}

/// A setting of an output.
pub struct OutputSetting {
    /// Its name beneath the output.
    pub name: String,
    /// The span of its key, or of the last part of a nested one.
    pub key: Range<usize>,
    /// Its value, or those of a list.
    pub values: Vec<Setting>,
}

/// The beginnings of names of outputs in Beats.
const BEATS: &[(&str, Destination)] = &[
    ("output.logstash", Destination::Logstash),
    ("output.elasticsearch", Destination::Elasticsearch),
];

/// The outputs of Beats. Source: docs/what-shippers-load.md §2.4.
pub const OUTPUTS: &[&str] = &[
    "output.logstash",
    "output.elasticsearch",
    "output.kafka",
    "output.redis",
    "output.file",
    "output.console",
    "output.discard",
];

/// The names of the files of Beats, without their ending.
const NAMES: &[&str] = &[
    "auditbeat",
    "filebeat",
    "heartbeat",
    "journalbeat",
    "metricbeat",
    "packetbeat",
    "winlogbeat",
];

/// Returns whether a file has the name of one of a Beat, such as `filebeat.yml`.
fn is_named_as_one(path: &Path) -> bool {
    let is_yaml = path.extension().is_some_and(|end| end == "yml" || end == "yaml");
    is_yaml && path.file_stem().is_some_and(|stem| NAMES.iter().any(|name| stem == *name))
}

/// Returns whether a text may be a shipper's file, so that it is worth parsing.
fn may_be_one(path: &Path, text: &[u8]) -> bool {
    let has = |word: &[u8]| memchr::memmem::find(text, word).is_some();
    if is_named_as_one(path) && has(b"output") {
        return true;
    }
    has(b"output") && (has(b"logstash") || has(b"elasticsearch"))
        || has(b"logstash") && has(b"hosts") && has(b"ssl")
}

/// Larger than any shipper's file, in bytes; a value of YAML takes a hundred times as much in memory.
const LARGEST: usize = 4 << 20;

/// Endings of the names of backups by editors, package managers and fixkey.
const BACKUPS: &[&str] =
    &["~", ".bak", ".backup", ".old", ".orig", ".rpmnew", ".rpmsave", ".dpkg-dist", ".dpkg-old"];

/// Returns whether a file has the name of a backup, or a hidden one.
#[must_use]
pub fn is_backup(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with('.') || BACKUPS.iter().any(|end| name.ends_with(end))
}

/// Reads a shipper's file; `None` if it is something else. For a file that is not YAML, its name counts too.
#[must_use]
pub fn read(path: &Path, text: &[u8]) -> Option<ShipperFile> {
    let is_small = text.len() <= LARGEST;
    let text = std::str::from_utf8(text).ok().filter(|_| is_small && may_be_one(path, text))?;
    match yaml::read(text, Aliases::Followed) {
        Ok(root) => {
            let mut pairs = Vec::new();
            let root = root?;
            flatten("", &root, &mut pairs);
            let outputs = outputs(&pairs, text.as_bytes());
            let is_by_name = is_named_as_one(path) && !by_name(&pairs, "output").is_empty();
            let enabled = enabled(&pairs);
            let is_known = |name: &str| OUTPUTS.contains(&name);
            let unknown = enabled.iter().filter(|(name, _)| !is_known(name)).cloned().collect();
            let is_one = !outputs.is_empty() || is_by_name;
            is_one.then_some(ShipperFile { outputs, enabled, unknown, fault: None })
        }
        Err(error) => is_meant_as_one(path, text).then(|| {
            let fault = Some((offset(text, error.place), error.message));
            ShipperFile { fault, ..ShipperFile::default() }
        }),
    }
}

/// Returns whether a text that is not YAML is meant as a shipper's file: by its name, and a line that begins an output of
/// Beats. Another program has yet to fill in a template.
fn is_meant_as_one(path: &Path, text: &str) -> bool {
    let is_yaml = path.extension().is_some_and(|end| end == "yml" || end == "yaml");
    let begins = |line: &str| BEATS.iter().any(|(name, _)| line.starts_with(name));
    is_yaml && !is_template(text) && text.lines().any(begins)
}

/// A key with its full name and its value.
struct Pair<'a> {
    name: String,
    key: &'a Node,
    value: &'a Node,
}

/// Returns the outputs of a Beat that are not turned off.
fn enabled(pairs: &[Pair<'_>]) -> Vec<(String, Range<usize>)> {
    let place = |(name, settings): (&str, Vec<Beneath<'_>>)| {
        let switch = settings.iter().rev().find(|(name, _)| *name == "enabled");
        let is_off = switch.and_then(|(_, pair)| truth(pair.value.text()?)) == Some(false);
        let places = settings.iter().map(|(_, pair)| pair.key.span.clone());
        let first = places.min_by_key(|place| place.start).filter(|_| !is_off)?;
        Some((format!("output.{name}"), first))
    };
    by_name(pairs, "output").into_iter().filter_map(place).collect()
}

/// Returns a place as a byte offset.
fn offset(text: &str, place: Position) -> usize {
    let line = text.split_inclusive('\n').take(place.line.saturating_sub(1));
    let start: usize = line.map(str::len).sum();
    let rest = text.get(start..).unwrap_or_default();
    let column = rest.char_indices().nth(place.column.saturating_sub(1));
    start + column.map_or(0, |(at, _)| at)
}

fn outputs(pairs: &[Pair<'_>], text: &[u8]) -> Vec<Output> {
    let mut outputs = Vec::new();
    for (name, destination) in BEATS {
        outputs.extend(output(*destination, false, beneath(pairs, name), text));
    }
    for (_, settings) in by_name(pairs, "outputs") {
        outputs.extend(typed(&settings, text));
    }
    let fleet = pairs.iter().find(|pair| pair.name == "xpack.fleet.outputs");
    if let Some(Pair { value: Node { value: Value::List(items), .. }, .. }) = fleet {
        for item in items {
            let mut pairs = Vec::new();
            flatten("", item, &mut pairs);
            outputs.extend(typed(&all(&pairs), text));
        }
    }
    let is_tls = |pair: &Pair<'_>| pair.name == "ssl" || pair.name.starts_with("ssl.");
    if outputs.is_empty() && pairs.iter().any(is_tls) && pairs.iter().any(|it| it.name == "hosts") {
        outputs.extend(typed(&all(pairs), text));
    }
    outputs.sort_by_key(|output| output.place.start);
    outputs
}

/// Longer than the name of any setting, in bytes.
const LONGEST_NAME: usize = 500;

/// Joins nested keys with dots.
fn flatten<'a>(prefix: &str, node: &'a Node, into: &mut Vec<Pair<'a>>) {
    let Value::Map(entries) = &node.value else { return };
    for (key, value) in entries {
        let Some(name) = key.text().filter(|name| prefix.len() + name.len() <= LONGEST_NAME) else {
            continue;
        };
        let name = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
        into.push(Pair { name: name.clone(), key, value });
        flatten(&name, value, into);
    }
}

/// A setting by its name beneath an output.
type Beneath<'a> = (&'a str, &'a Pair<'a>);

fn beneath<'a>(pairs: &'a [Pair<'a>], prefix: &str) -> Vec<Beneath<'a>> {
    let rest = |pair: &'a Pair<'a>| {
        let rest = pair.name.strip_prefix(prefix)?;
        let name = if rest.is_empty() { rest } else { rest.strip_prefix('.')? };
        Some((name, pair))
    };
    pairs.iter().filter_map(rest).collect()
}

fn all<'a>(pairs: &'a [Pair<'a>]) -> Vec<Beneath<'a>> {
    pairs.iter().map(|pair| (pair.name.as_str(), pair)).collect()
}

/// Returns the settings beneath each next part of the names beneath a prefix, in the order of these parts.
fn by_name<'a>(pairs: &'a [Pair<'a>], prefix: &str) -> Vec<(&'a str, Vec<Beneath<'a>>)> {
    let mut groups: Vec<(&str, Vec<Beneath<'_>>)> = Vec::new();
    let mut places = HashMap::new();
    for (name, pair) in beneath(pairs, prefix) {
        let (first, rest) = name.split_once('.').unwrap_or((name, ""));
        if first.is_empty() {
            continue;
        }
        let place = *places.entry(first).or_insert(groups.len());
        if place == groups.len() {
            groups.push((first, Vec::new()));
        }
        groups[place].1.push((rest, pair));
    }
    groups
}

/// Returns an output whose `type` says where it sends events.
fn typed(pairs: &[Beneath<'_>], text: &[u8]) -> Option<Output> {
    let (_, kind) = pairs.iter().find(|(name, _)| *name == "type")?;
    let is_of_output = |name: &str| matches!(name, "hosts" | "ssl") || name.starts_with("ssl.");
    pairs.iter().find(|(name, _)| is_of_output(name))?;
    let destination = match kind.value.text()? {
        "logstash" => Destination::Logstash,
        "elasticsearch" => Destination::Elasticsearch,
        _ => return None,
    };
    output(destination, true, pairs.to_vec(), text)
}

fn output(
    destination: Destination,
    is_of_agent: bool,
    pairs: Vec<Beneath<'_>>,
    text: &[u8],
) -> Option<Output> {
    let place = pairs.iter().map(|(_, pair)| pair.key.span.clone()).min_by_key(|it| it.start)?;
    let settings = pairs.into_iter().filter(|(name, _)| !name.is_empty());
    let mut settings: Vec<OutputSetting> = settings
        .map(|(name, pair)| OutputSetting {
            name: name.to_owned(),
            key: pair.key.span.clone(),
            values: values(name, pair, text),
        })
        .collect();
    settings.sort_by_key(|setting| setting.key.start);
    let output = Output { destination, is_of_agent, place, settings };
    let is_off = output.one("enabled").is_some_and(|enabled| truth(&enabled.raw) == Some(false));
    (!is_off).then_some(output)
}

fn values(name: &str, pair: &Pair<'_>, text: &[u8]) -> Vec<Setting> {
    let key = pair.key.span.clone();
    // Beats take an empty text as no value.
    let setting = |node: &Node| {
        let scalar = YamlScalar::of(name, node).filter(|scalar| !scalar.value.is_empty())?;
        Some(Setting::of_yaml(&scalar, Some(key.clone()), text))
    };
    match &pair.value.value {
        Value::List(items) => items.iter().filter_map(setting).collect(),
        _ => setting(pair.value).into_iter().collect(),
    }
}

impl Output {
    /// Returns the setting of this name; of several, the last counts.
    #[must_use]
    pub fn setting(&self, name: &str) -> Option<&OutputSetting> {
        self.settings.iter().rev().find(|setting| setting.name == name)
    }

    /// Returns the values of a setting.
    #[must_use]
    pub fn all(&self, name: &str) -> &[Setting] {
        self.setting(name).map_or(&[], |setting| &setting.values)
    }

    /// Returns the first value of a setting.
    #[must_use]
    pub fn one(&self, name: &str) -> Option<&Setting> {
        self.all(name).first()
    }

    /// Returns whether it uses TLS. Source: docs/what-shippers-load.md §2.1.
    #[must_use]
    pub fn tls(&self) -> Tls {
        let is_set = self.settings.iter().any(|it| it.name.starts_with("ssl."));
        match self.one("ssl.enabled").map(|enabled| (truth(&enabled.raw), enabled)) {
            Some((None, _)) => Tls::NotKnown,
            Some((Some(false), enabled)) => Tls::Off(enabled.value.clone()),
            _ if is_set => Tls::On,
            _ if self.destination == Destination::Elasticsearch => Tls::NotKnown,
            _ => Tls::OffByDefault,
        }
    }

    /// Returns it as an endpoint, for the rules about keys and certificates.
    #[must_use]
    pub fn endpoint(&self, beats: Beats) -> Endpoint {
        let copies = |names: &[&str]| -> Vec<Setting> {
            names.iter().flat_map(|name| self.all(name)).cloned().collect()
        };
        let pair = ["ssl.key", "ssl.certificate"].map(|name| copies(&[name]));
        let mut passphrases = copies(&["ssl.key_passphrase"]);
        if beats.has(Feature::KnowsPassphrasePath) != Some(false) {
            passphrases.extend(copies(&["ssl.key_passphrase_path"]));
        }
        let authorities = copies(&["ssl.certificate_authorities"]);
        // Fleet keeps a key as a secret of its own.
        let has_secrets = self.settings.iter().any(|it| it.name.starts_with("secrets.ssl"));
        let tls = self.tls();
        let place = self.place.clone();
        let mut endpoint =
            Endpoint::of_shipper(place, pair, authorities, passphrases, tls, beats.readers());
        endpoint.has_keystore = has_secrets;
        endpoint
    }
}

/// Returns the truth value that a text is for Beats, which read YAML 1.1.
#[must_use]
pub fn truth(text: &str) -> Option<bool> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "y" | "on" => Some(true),
        "false" | "no" | "n" | "off" => Some(false),
        _ => None,
    }
}

/// Returns whether a value depends on a variable, or another program has yet to fill it in.
#[must_use]
pub fn is_open(value: &str) -> bool {
    value.contains("${") || is_template(value)
}
