//! Reads `pipelines.yml`, and reports what Logstash refuses in it.

use std::collections::HashSet;
use std::path::Path;

use zeroize::Zeroizing;

use super::settings::{Noted, Settings, SettingsFile, YamlKey};
use super::{Embedded, Error, NoteKind, Pipeline, Read, Search, SourceKind};
use crate::yaml::{Node, Value};
use source_text::Position;

const PIPELINES_YML: &str = "pipelines.yml";

/// Names of a pipeline's settings, or their prefixes.
///
/// Source: `PIPELINE_SETTINGS_WHITE_LIST` and `DEPRECATED_PIPELINE_OVERRIDE_SETTINGS` of Logstash's `settings.rb`.
/// Releases differ in the settings with a prefix, so these are not distinguished.
const ALLOWED: &[&str] = &[
    "config.debug",
    "config.reload.automatic",
    "config.reload.interval",
    "config.string",
    "config.support_escapes",
    "dead_letter_queue.",
    "metric.collect",
    "path.config",
    "path.dead_letter_queue",
    "path.queue",
    "pipeline.",
    "queue.",
];

/// One entry of the list: its relevant settings, the last of equal names.
#[derive(Default)]
struct Entry<'a> {
    id: Option<&'a Node>,
    string: Option<&'a Node>,
    path: Option<&'a Node>,
    escapes: Option<&'a Node>,
    /// Whether Logstash refuses it whatever its values.
    is_refused: bool,
}

impl Search<'_, '_> {
    pub(super) fn listed_pipelines(
        &mut self,
        path: &Path,
        settings: &Settings,
    ) -> Result<(), Error> {
        let read = Read::new(path, self.view)?;
        match self.yaml(&read) {
            Err(Noted) => {}
            Ok(Some(Node { value: Value::List(entries), .. })) => {
                self.entries(&entries, &read, settings);
            }
            Ok(Some(node)) if node.scalar().is_none_or(|_| node.text().is_some()) => {
                // Source: `retrieve_yaml_pipelines` of Logstash's `config/source/multi_local.rb`.
                let class = node.class();
                let message = format!(
                    "Logstash refuses this: \"Pipelines YAML file must contain an array of pipeline configs. \
                     Found \"{class}\"\""
                );
                self.note(NoteKind::Refused, path, Some(node.place), message);
            }
            Ok(_) => {
                let message =
                    "Logstash starts only with -f or -e: \"Pipelines YAML file is empty\"";
                self.note(NoteKind::Refused, path, None, message);
            }
        }
        Ok(())
    }

    fn entries(&mut self, entries: &[Node], read: &Read, settings: &Settings) {
        let defaults = self.defaults(settings);
        let mut ids = HashSet::new();
        let mut keys = Vec::new();
        for entry in entries {
            let Value::Map(pairs) = &entry.value else {
                let message = "each pipeline is a map of settings, such as `- pipeline.id: main`";
                self.note(NoteKind::Refused, &read.path, Some(entry.place), message);
                continue;
            };
            let known =
                pairs.iter().filter_map(|(key, _)| YamlKey::known(PIPELINES_YML, key.text()?, key));
            keys.extend(known);
            let entry_settings = self.entry(pairs, read);
            let pipeline = self.pipeline(&entry_settings, &defaults, read);
            if !entry_settings.is_refused && !ids.insert(pipeline.id.clone()) {
                self.duplicate_id(read, entry_settings.id.unwrap_or(entry).place);
            }
            self.take_entry(&entry_settings, read, &pipeline);
        }
        let file = SettingsFile { name: PIPELINES_YML, keys, ..SettingsFile::default() };
        self.take_settings_file(file, read);
    }

    fn duplicate_id(&mut self, read: &Read, place: Position) {
        // Source: `detect_duplicate_pipelines` of Logstash's `config/source/multi_local.rb`.
        let message = "another pipeline has the same pipeline.id, so Logstash refuses the file: \"Pipelines YAML file contains duplicate pipeline ids\"";
        self.note(NoteKind::Refused, &read.path, Some(place), message);
    }

    fn entry<'a>(&mut self, pairs: &'a [(Node, Node)], read: &Read) -> Entry<'a> {
        let mut entry = Entry::default();
        let mut names = HashSet::new();
        for (key, node) in pairs {
            let Some(name) = key.text() else { continue };
            if !names.insert(name) {
                self.duplicate(name, &read.path, key.place);
            }
            entry.is_refused |= self.is_refused(name, key.place, node, read);
            // Null unsets.
            let value = (node.scalar().is_none() || node.text().is_some()).then_some(node);
            match name {
                "pipeline.id" => entry.id = value,
                "config.string" => entry.string = value,
                "path.config" => entry.path = value,
                "config.support_escapes" => entry.escapes = value,
                _ => {}
            }
        }
        entry
    }

    /// Notes a setting that Logstash does not accept here.
    fn is_refused(&mut self, name: &str, place: Position, node: &Node, read: &Read) -> bool {
        let allows = |allowed: &&str| {
            name == *allowed || allowed.ends_with('.') && name.starts_with(*allowed)
        };
        if ALLOWED.iter().any(allows) {
            return false;
        }
        // Source: `merge_pipeline_settings` of Logstash's `settings.rb`.
        let refused = format!(
            "Logstash refuses this: \"Only pipeline related settings are expected. Received \"{name}\"\""
        );
        let message = match nested_key(node) {
            Some(key) => {
                format!("{refused}; write `{name}.{key}: …` with dots, not nested")
            }
            None => refused,
        };
        self.note(NoteKind::Refused, &read.path, Some(place), message);
        true
    }

    fn pipeline(&mut self, entry: &Entry<'_>, defaults: &Pipeline, read: &Read) -> Pipeline {
        let id = entry.id.and_then(|node| self.expanded("pipeline.id", node, &read.path));
        Pipeline {
            id: id.map_or_else(|| defaults.id.clone(), |id| id.to_string()),
            support_escapes: entry
                .escapes
                .map_or(defaults.support_escapes, |node| self.is_on(node)),
            settings: defaults.settings.iter().chain([&read.path]).cloned().collect(),
        }
    }

    fn take_entry(&mut self, entry: &Entry<'_>, read: &Read, pipeline: &Pipeline) {
        let is_set = |node: &&Node| node.text() != Some("");
        match (entry.string.filter(is_set), entry.path.filter(is_set)) {
            (Some(string), path) => {
                if path.is_some() {
                    let message =
                        "Logstash reads only config.string and ignores path.config beside it";
                    self.note(NoteKind::StringWins, &read.path, Some(string.place), message);
                }
                self.take_string(string, read, pipeline);
            }
            (None, Some(path)) => self.take_path(path, read, pipeline),
            (None, None) => {}
        }
    }

    /// Takes the value of `config.string`.
    pub(super) fn take_string(&mut self, node: &Node, read: &Read, pipeline: &Pipeline) {
        let Some(scalar) = node.scalar() else {
            return self.refuse_class("config.string", node, &read.path);
        };
        let embedded = Embedded::new(scalar, node.span.clone(), &read.bytes);
        let source =
            read.clone().into_source(SourceKind::Embedded(embedded), vec![pipeline.clone()]);
        self.found.sources.push(source);
    }

    /// Takes the files that the value of `path.config` matches.
    pub(super) fn take_path(&mut self, node: &Node, read: &Read, pipeline: &Pipeline) {
        if let Some(value) = self.expanded("path.config", node, &read.path) {
            self.files(&value, (node.text().unwrap_or_default(), &read.path, node.place), pipeline);
        }
    }

    /// Returns the text of a setting with its variables replaced; notes why it has none.
    pub(super) fn expanded(
        &mut self,
        name: &str,
        node: &Node,
        path: &Path,
    ) -> Option<Zeroizing<String>> {
        if node.scalar().is_none() {
            self.refuse_class(name, node, path);
            return None;
        }
        let expansion = self.variables.expand(node.text()?);
        if expansion.value.is_none() {
            let unset = expansion.variables.iter().filter(|found| found.origin.is_none());
            let unset: Vec<String> = unset.map(|found| format!("${{{}}}", found.name)).collect();
            let message = format!("{name} contains {}, which is not set here", unset.join(" and "));
            self.note(NoteKind::NoValue, path, Some(node.place), message);
        }
        expansion.value
    }

    pub(super) fn is_on(&self, node: &Node) -> bool {
        let text = node.text().and_then(|text| self.variables.expand(text).value);
        node.is_true() || text.is_some_and(|text| text.eq_ignore_ascii_case("true"))
    }

    fn refuse_class(&mut self, name: &str, node: &Node, path: &Path) {
        // Source: `Setting#validate` of Logstash's `settings.rb`.
        let message =
            format!("Logstash refuses this: {name} must be a String, not a {}", node.class());
        self.note(NoteKind::Refused, path, Some(node.place), message);
    }
}

fn nested_key(node: &Node) -> Option<&str> {
    match &node.value {
        Value::Map(pairs) => pairs.first()?.0.text(),
        Value::List(_) | Value::Scalar(_) => None,
    }
}
