//! Computes the new bytes of changed files, and verifies that they differ only as planned.

use std::collections::BTreeMap;
use std::fs::Metadata;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use thiserror::Error;
use zeroize::Zeroizing;

use super::Plan;
use crate::check::inspection::{Inspection, Text};
use crate::logstash::discovery::SourceKind;
use crate::yaml;
use logstash_config::edit::{self, Edit};
use logstash_config::{Attribute, Plugin};

/// A file with its new content.
pub struct Rewrite {
    /// The file.
    pub path: PathBuf,
    /// Its metadata when it was read.
    pub metadata: Option<Metadata>,
    /// Its content at that time.
    pub old: Arc<Zeroizing<Vec<u8>>>,
    /// Its new content.
    pub new: Zeroizing<Vec<u8>>,
    /// The edits between the two.
    pub edits: Vec<Edit>,
    /// Indices of its texts in [`Inspection::texts`].
    pub texts: Vec<usize>,
}

/// The new content does not mean what was planned, because of a bug in fixkey.
#[derive(Debug, Error)]
#[error("{}: the edited text is not what fixkey planned; please report this", .0.display())]
pub struct Unverified(pub PathBuf);

/// Returns the files that a plan changes.
///
/// # Errors
/// [`Unverified`]
pub fn rewrites(inspection: &Inspection<'_>, plan: &Plan<'_>) -> Result<Vec<Rewrite>, Unverified> {
    let mut files: BTreeMap<&Path, Vec<usize>> = BTreeMap::new();
    for index in plan.edits.keys() {
        files.entry(&inspection.texts[*index].source.path).or_default().push(*index);
    }
    files.into_iter().map(|(path, texts)| rewrite(inspection, plan, path, texts)).collect()
}

fn rewrite(
    inspection: &Inspection<'_>,
    plan: &Plan<'_>,
    path: &Path,
    texts: Vec<usize>,
) -> Result<Rewrite, Unverified> {
    let unverified = || Unverified(path.to_owned());
    let mut edits = Vec::new();
    let mut expected = Vec::new();
    for index in &texts {
        let (text, own) = (&inspection.texts[*index], &plan.edits[index]);
        let edited = edit::apply(text.bytes(), own).map_err(|_| unverified())?;
        if !means_what_was_planned(text, own, &edited) {
            return Err(unverified());
        }
        for edit in edit::merged(own) {
            let span = text.in_file(edit.start..edit.end).ok_or_else(unverified)?;
            edits.push(Edit::new(span, text.lines_in_file(edit.start, edit.text)));
        }
        expected.push((text, edited));
    }
    let source = &inspection.texts[texts[0]].source;
    let new = edit::apply(&source.bytes, &edits).map_err(|_| unverified())?;
    if !holds(&source.bytes, &new, &expected, &edits) {
        return Err(unverified());
    }
    let (old, metadata) = (Arc::clone(&source.bytes), source.metadata.clone());
    Ok(Rewrite { path: path.to_owned(), metadata, old, new, edits, texts })
}

/// Returns whether a file's new content holds the edited texts and is otherwise unchanged.
fn holds(old: &[u8], new: &[u8], expected: &[(&Text, Zeroizing<Vec<u8>>)], edits: &[Edit]) -> bool {
    match expected {
        [(text, edited)] if matches!(text.source.kind, SourceKind::Configuration) => {
            **edited == *new
        }
        _ => yaml::differ_only_in(old, new, |before, after| {
            expected.iter().any(|(text, edited)| match &text.source.kind {
                SourceKind::Embedded(embedded) => {
                    *embedded.text == before.as_bytes() && **edited == after.as_bytes()
                }
                SourceKind::SettingsFile(file) => {
                    let values = text.endpoints.iter().flat_map(|endpoint| &endpoint.keys);
                    let is_value = values.into_iter().any(|key| *key.raw == before);
                    let is_known = is_value || file.keys.iter().any(|key| key.name == before);
                    is_known && edits.iter().any(|edit| unquoted(&edit.text) == after)
                }
                SourceKind::Shipper => {
                    let values = text.endpoints.iter().flat_map(|endpoint| &endpoint.keys);
                    let mut values = values
                        .into_iter()
                        .chain(text.endpoints.iter().flat_map(|endpoint| &endpoint.passphrases));
                    values.any(|value| *value.raw == before)
                        && edits.iter().any(|edit| unquoted(&edit.text) == after)
                }
                SourceKind::Configuration => false,
            })
        }),
    }
}

fn unquoted(text: &str) -> &str {
    text.trim_matches(['"', '\''])
}

/// Returns whether an edited configuration has the plugins and settings of the old one, except for the edits.
fn means_what_was_planned(text: &Text, edits: &[Edit], edited: &[u8]) -> bool {
    if matches!(text.source.kind, SourceKind::SettingsFile(_) | SourceKind::Shipper) {
        return true;
    }
    let (Ok(old), Ok(new)) = (logstash_config::parse(text.bytes()), logstash_config::parse(edited))
    else {
        return false;
    };
    let edits = edit::merged(edits);
    let kept = |plugin: Plugin<'_>| {
        (plugin.section(), plugin.name().raw().to_vec(), after(&plugin, &edits))
    };
    let found = |plugin: Plugin<'_>| {
        let settings: Vec<_> = plugin.attributes().map(|attribute| written(&attribute)).collect();
        (plugin.section(), plugin.name().raw().to_vec(), settings)
    };
    old.plugins().map(kept).eq(new.plugins().map(found))
}

/// The name and the value of a setting, as written.
type Written = (Vec<u8>, Zeroizing<Vec<u8>>);

fn written(attribute: &Attribute<'_>) -> Written {
    (attribute.name.raw().to_vec(), Zeroizing::new(attribute.value.raw().to_vec()))
}

/// Returns the settings of a plugin after the sorted edits, with those that the edits add.
fn after(plugin: &Plugin<'_>, edits: &[Edit]) -> Vec<Written> {
    let mut settings = Vec::new();
    let mut at = plugin.body().start;
    for attribute in plugin.attributes() {
        settings.extend(added(edits, at..attribute.name.span.start));
        let span = attribute.span();
        let covers = |edit: &&Edit| edit.start <= span.start && edit.end >= span.end;
        match edits.iter().find(covers) {
            Some(edit) => settings.extend(of_edit(edit)),
            None => settings.extend(edited(&attribute, edits)),
        }
        at = attribute.value.span.end;
    }
    settings.extend(added(edits, at..plugin.body().end));
    settings
}

/// Returns the settings that edits add between two of the text.
fn added(edits: &[Edit], between: Range<usize>) -> Vec<Written> {
    let is_between = |edit: &&Edit| edit.start >= between.start && edit.end <= between.end;
    edits.iter().filter(is_between).flat_map(of_edit).collect()
}

/// Returns the settings that the text of an edit holds.
fn of_edit(edit: &Edit) -> Vec<Written> {
    let alone = format!("input{{x{{{}\n}}}}", edit.text);
    let parsed = logstash_config::parse(alone.as_bytes());
    let plugin = parsed.as_ref().ok().and_then(|parsed| parsed.plugins().next());
    plugin.iter().flat_map(Plugin::attributes).map(|attribute| written(&attribute)).collect()
}

/// Returns name and value of a setting after the sorted edits; `None` if they remove it.
fn edited(attribute: &Attribute<'_>, edits: &[Edit]) -> Option<Written> {
    let span = attribute.span();
    let first = edits.partition_point(|edit| edit.end <= span.start);
    let last = edits.partition_point(|edit| edit.start < span.end);
    let edits = &edits[first..last];
    let name = &attribute.name.span;
    let covers = |edit: &Edit| edit.start <= name.start && edit.end >= name.end;
    if edits.iter().any(|edit| covers(edit) && edit.text.is_empty()) {
        return None;
    }
    let within = |span: &Range<usize>, raw: &[u8]| {
        let inside = edits.iter().filter(|edit| edit.start >= span.start && edit.end <= span.end);
        let inside: Vec<Edit> = inside
            .map(|edit| Edit::new(edit.start - span.start..edit.end - span.start, &*edit.text))
            .collect();
        edit::apply(raw, &inside).ok()
    };
    let value = within(&attribute.value.span, attribute.value.raw())?;
    Some((within(name, attribute.name.raw())?.to_vec(), value))
}
