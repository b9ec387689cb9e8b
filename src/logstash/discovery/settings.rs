//! Reads `logstash.yml`: the settings for pipelines and keys.

use std::collections::HashMap;
use std::ops::Range;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::{Error, NoteKind, Pipeline, Read, Search, SourceKind};
use crate::logstash::plugins;
use crate::logstash::settings::{self, SETTINGS_FILE};
use crate::yaml::{self, Aliases, Node, Style, Value};
use source_text::Position;

const LOGSTASH_YML: &str = "logstash.yml";

/// The scalar value of a setting in a YAML file.
pub struct YamlScalar {
    /// The setting's dotted name.
    pub name: String,
    /// Its meaning, with variables as written.
    pub value: Zeroizing<String>,
    /// The scalar as written, with its quotes, in bytes of the file.
    pub span: Range<usize>,
    /// Its style.
    pub style: Style,
    /// Whether the span is exactly the plain or quoted value, so that it can be replaced.
    pub editable: bool,
}

/// What is known of the settings of a file.
#[derive(Default)]
pub struct SettingsFile {
    /// The settings for private keys, and what belongs to them.
    pub scalars: Vec<YamlScalar>,
    /// The file's name among [`settings`].
    pub name: &'static str,
    /// The keys that are among [`settings`].
    pub keys: Vec<YamlKey>,
}

/// A key that sets something.
#[derive(Clone)]
pub struct YamlKey {
    /// The setting's dotted name.
    pub name: String,
    /// The key as written, with its quotes, in bytes of the file; the last part of a name that is nested.
    pub span: Range<usize>,
    /// Whether the key is the whole name, so that it can be replaced.
    pub is_whole: bool,
}

impl YamlKey {
    /// Returns the key of a setting if something is known of it.
    pub(super) fn known(file: &str, name: &str, key: &Node) -> Option<Self> {
        settings::declared(SETTINGS_FILE, file).iter().find(|known| known.name == name)?;
        let scalar = key.scalar().filter(|scalar| !scalar.marked);
        let is_whole = scalar.is_some_and(|scalar| scalar.text.as_str() == name);
        Some(Self { name: name.to_owned(), span: key.span.clone(), is_whole })
    }
}

/// The settings of a `logstash.yml`, by dotted name.
#[derive(Default)]
pub(super) struct Settings {
    path: PathBuf,
    read: Option<Read>,
    values: HashMap<String, Node>,
    keys: Vec<YamlKey>,
}

impl Settings {
    /// Returns whether they define a pipeline, so that `pipelines.yml` is ignored.
    pub(super) fn names_pipeline(&self) -> bool {
        ["path.config", "config.string"].into_iter().any(|name| self.is_set(name))
    }

    fn is_set(&self, name: &str) -> bool {
        let value = self.values.get(name);
        value.is_some_and(|value| {
            value.scalar().is_none() || value.text().is_some_and(|text| !text.is_empty())
        })
    }

    /// Returns the settings for keys and the certificates that belong to them.
    fn scalars(&self) -> Vec<YamlScalar> {
        let names = plugins::SETTINGS
            .iter()
            .flat_map(|known| [known.key, known.certificate, known.authority]);
        names.filter_map(|name| YamlScalar::of(name, self.values.get(name)?)).collect()
    }
}

impl YamlScalar {
    /// Returns the value of a setting; `None` for a null, a list and a map.
    pub(crate) fn of(name: &str, node: &Node) -> Option<Self> {
        let scalar = node.scalar()?;
        node.text()?;
        let is_flow = matches!(scalar.style, Style::Plain | Style::Single | Style::Double);
        Some(Self {
            name: name.to_owned(),
            value: scalar.text.clone(),
            span: node.span.clone(),
            style: scalar.style,
            editable: is_flow && !scalar.marked,
        })
    }
}

/// Invalid YAML that has been noted.
pub(super) struct Noted;

impl Search<'_, '_> {
    /// Reads a `logstash.yml` that need not exist.
    pub(super) fn optional_settings(&mut self, path: &Path) -> Settings {
        if !self.exists(path) {
            return Settings::default();
        }
        self.settings(path).unwrap_or_else(|error| {
            self.unreadable(&error);
            Settings::default()
        })
    }

    pub(super) fn settings(&mut self, path: &Path) -> Result<Settings, Error> {
        let read = Read::new(path, self.view)?;
        let root = self.yaml(&read);
        let mut settings =
            Settings { path: path.to_owned(), read: Some(read), ..Settings::default() };
        match root.ok().flatten().map(|root| (root.place, root.value)) {
            Some((_, Value::Map(entries))) => self.flatten("", entries, &mut settings),
            Some((place, Value::List(_))) => {
                let message = "Logstash accepts only a map of settings here, not a list";
                self.note(NoteKind::Refused, path, Some(place), message);
            }
            _ => {}
        }
        Ok(settings)
    }

    /// Returns the first document of a file, if any.
    pub(super) fn yaml(&mut self, read: &Read) -> Result<Option<Node>, Noted> {
        let Ok(text) = std::str::from_utf8(&read.bytes) else {
            self.note(NoteKind::Refused, &read.path, None, "the file is not UTF-8");
            return Err(Noted);
        };
        yaml::read(text, Aliases::Refused).map_err(|error| {
            let message = format!("invalid YAML: {error}");
            self.note(NoteKind::Refused, &read.path, Some(error.place), message);
            Noted
        })
    }

    /// Joins nested keys with dots; the last of equal names counts.
    ///
    /// Source: `flatten_hash` of Logstash's `settings.rb`.
    fn flatten(&mut self, prefix: &str, entries: Vec<(Node, Node)>, into: &mut Settings) {
        for (key, node) in entries {
            let Some(name) = key.text() else { continue };
            let name = if prefix.is_empty() { name.to_owned() } else { format!("{prefix}.{name}") };
            let known = YamlKey::known(LOGSTASH_YML, &name, &key);
            let Node { value, span, place } = node;
            if let Value::Map(entries) = value {
                self.flatten(&name, entries, into);
                continue;
            }
            into.keys.extend(known);
            if into.values.insert(name.clone(), Node { value, span, place }).is_some() {
                let path = into.path.clone();
                self.duplicate(&name, &path, key.place);
            }
        }
    }

    pub(super) fn duplicate(&mut self, name: &str, path: &Path, place: Position) {
        let message = format!("{name} is set twice, and Logstash uses the last value");
        self.note(NoteKind::DuplicateKey, path, Some(place), message);
    }

    /// Adds the file itself as a source if something is known of its settings.
    pub(super) fn take_settings(&mut self, settings: &Settings) {
        let (scalars, keys) = (settings.scalars(), settings.keys.clone());
        let file = SettingsFile { scalars, name: LOGSTASH_YML, keys };
        if let Some(read) = &settings.read {
            self.take_settings_file(file, read);
        }
    }

    pub(super) fn take_settings_file(&mut self, file: SettingsFile, read: &Read) {
        if !file.scalars.is_empty() || !file.keys.is_empty() {
            let kind = SourceKind::SettingsFile(file);
            self.found.sources.push(read.clone().into_source(kind, Vec::new()));
        }
    }

    pub(super) fn is_managed_centrally(&mut self, settings: &Settings) -> bool {
        let node = settings.values.get("xpack.management.enabled");
        let Some(node) = node.filter(|node| self.is_on(node)) else {
            return false;
        };
        let message = "not checked: with xpack.management.enabled, Logstash gets its pipelines from Elasticsearch";
        self.note(NoteKind::CentralManagement, &settings.path, Some(node.place), message);
        true
    }

    /// Takes the pipeline that `logstash.yml` itself defines, if any.
    pub(super) fn own_pipeline(&mut self, settings: &Settings) {
        let Some(read) = &settings.read else { return };
        let string =
            settings.values.get("config.string").filter(|_| settings.is_set("config.string"));
        let path = settings.values.get("path.config").filter(|_| settings.is_set("path.config"));
        if let (Some(string), Some(_)) = (string, path) {
            // Source: `config_conflict?` of Logstash's `config/source/local.rb`.
            let message = "Logstash does not start with both path.config and config.string";
            self.note(NoteKind::Refused, &settings.path, Some(string.place), message);
        }
        let pipeline = self.defaults(settings);
        if let Some(string) = string {
            self.take_string(string, read, &pipeline);
        }
        if let Some(path) = path {
            self.take_path(path, read, &pipeline);
        }
    }

    /// Returns the defaults for pipelines.
    pub(super) fn defaults(&mut self, settings: &Settings) -> Pipeline {
        let path = &settings.path;
        let id = settings
            .values
            .get("pipeline.id")
            .and_then(|node| self.expanded("pipeline.id", node, path));
        let escapes = settings.values.get("config.support_escapes");
        Pipeline {
            id: id.map_or_else(|| "main".to_owned(), |id| id.to_string()),
            support_escapes: escapes.is_some_and(|node| self.is_on(node)),
            settings: settings.read.iter().map(|read| read.path.clone()).collect(),
        }
    }
}
