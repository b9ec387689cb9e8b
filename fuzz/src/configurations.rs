//! What `fix` may change of configurations, found out with the parser alone: the values of settings that
//! name keys, and settings that hold the passphrases of such keys.

use std::ops::Range;
use std::path::Path;

use fixkey::beats::file::{self, ShipperFile};
use fixkey::logstash::discovery::{Discovery, Source, SourceKind};
use fixkey::logstash::endpoint;
use fixkey::logstash::plugins;
use fixkey::logstash::variables::Variables;
use fixkey::os::view::View;
use logstash_config::{self, Attribute, Configuration, Plugin, SectionKind, Value, ValueKind};

/// The texts that a path leads to; none where it leads to nothing.
#[must_use]
pub fn texts(path: &Path, view: &View, variables: &Variables) -> Vec<Source> {
    Discovery::new(view, variables).discover(path).map(|found| found.sources).unwrap_or_default()
}

/// A setting of a key that has another value than before.
pub struct Renamed {
    /// What it named.
    pub old: String,
    /// What it names.
    pub new: String,
}

/// What became of the texts.
#[derive(Default)]
pub struct Changes {
    /// Settings of keys that have another value.
    pub renamed: Vec<Renamed>,
    /// The keys beside whose settings a passphrase was removed.
    pub opened: Vec<String>,
}

/// What stands for what may change.
const CUT: &[u8] = b"\0";

/// Compares the texts of before with those of now.
///
/// # Panics
/// When something else changes than may.
#[must_use]
pub fn changes(before: &[Source], after: &[Source]) -> Changes {
    let mut changes = Changes::default();
    for (index, old) in before.iter().enumerate() {
        let same =
            |source: &&Source| source.path == old.path && is_same_kind(&source.kind, &old.kind);
        let number = before[..index].iter().filter(same).count();
        let new = after.iter().filter(same).nth(number).expect("each text is still there");
        assert!(old.pipelines == new.pipelines, "a text is of other pipelines");
        compare(old, new, &mut changes);
    }
    for old in before {
        let new = after.iter().find(|new| new.path == old.path).expect("each file is still there");
        let (before, after) = (remainder(old, before), remainder(new, after));
        assert!(before == after, "{} changes where no text of it is", old.path.display());
    }
    changes
}

fn is_same_kind(one: &SourceKind, two: &SourceKind) -> bool {
    std::mem::discriminant(one) == std::mem::discriminant(two)
}

/// A file without the texts and keys in it that are looked at by themselves.
fn remainder(source: &Source, all: &[Source]) -> Vec<u8> {
    let spans =
        all.iter().filter(|other| other.path == source.path).flat_map(|other| match &other.kind {
            SourceKind::Configuration | SourceKind::Shipper => {
                std::iter::once(0..other.bytes.len()).collect()
            }
            SourceKind::Embedded(embedded) => vec![embedded.scalar.clone()],
            SourceKind::SettingsFile(file) => {
                let keys = file.scalars.iter().filter(|found| is_key_setting(&found.name));
                keys.map(|found| found.span.clone()).collect()
            }
        });
    cut(&source.bytes, spans.collect())
}

/// Whether this setting of `logstash.yml` points to a key.
fn is_key_setting(name: &str) -> bool {
    plugins::SETTINGS.iter().any(|known| known.key == name)
}

/// The text with each span replaced by [`CUT`].
fn cut(text: &[u8], mut spans: Vec<Range<usize>>) -> Vec<u8> {
    spans.sort_by_key(|span| (span.start, span.end));
    spans.dedup();
    let (mut rest, mut at) = (Vec::new(), 0);
    for span in spans.into_iter().filter(|span| !span.is_empty()) {
        rest.extend_from_slice(text.get(at..span.start).unwrap_or_default());
        rest.extend_from_slice(CUT);
        at = at.max(span.end);
    }
    rest.extend_from_slice(&text[at..]);
    rest
}

fn compare(old: &Source, new: &Source, changes: &mut Changes) {
    let escapes = old.support_escapes().unwrap_or(false);
    match (&old.kind, &new.kind) {
        (SourceKind::SettingsFile(old), SourceKind::SettingsFile(new)) => {
            assert_eq!(old.scalars.len(), new.scalars.len(), "another number of settings");
            for (old, new) in old.scalars.iter().zip(&new.scalars) {
                assert_eq!(old.name, new.name, "another setting");
                if *old.value != *new.value {
                    assert!(is_key_setting(&old.name), "{} changes", old.name);
                    let (old, new) = (old.value.to_string(), new.value.to_string());
                    changes.renamed.push(Renamed { old, new });
                }
            }
        }
        (SourceKind::Embedded(old), SourceKind::Embedded(new)) => {
            compare_text(&old.text, &new.text, escapes, changes);
        }
        (SourceKind::Shipper, SourceKind::Shipper) => compare_shippers(old, new, changes),
        _ => compare_text(&old.bytes, &new.bytes, escapes, changes),
    }
}

fn compare_shippers(old: &Source, new: &Source, changes: &mut Changes) {
    if old.bytes == new.bytes {
        return;
    }
    let read = |one: &Source| {
        file::read(&one.path, &one.bytes).expect("it is still the file of a shipper")
    };
    let (before, after) = (read(old), read(new));
    assert_eq!(
        without_keys(&before, &old.bytes),
        without_keys(&after, &new.bytes),
        "other text changes"
    );
    assert_eq!(before.outputs.len(), after.outputs.len(), "another number of outputs");
    for (old, new) in before.outputs.iter().zip(&after.outputs) {
        let (old, new) = (old.all(KEY), new.all(KEY));
        assert_eq!(old.len(), new.len(), "another number of keys");
        for (old, new) in old.iter().zip(new).filter(|(old, new)| old.raw != new.raw) {
            let (old, new) = (old.raw.to_string(), new.raw.to_string());
            changes.renamed.push(Renamed { old, new });
        }
    }
}

/// The setting of a shipper that names its key.
const KEY: &str = "ssl.key";

/// The text of a shipper's file without the names of keys, and without their passphrases, which go as a whole.
fn without_keys(file: &ShipperFile, text: &[u8]) -> Vec<u8> {
    let settings = file.outputs.iter().flat_map(|output| &output.settings);
    let spans = settings.flat_map(|setting| {
        let values = setting.values.iter().map(|value| value.value.clone());
        match setting.name.as_str() {
            KEY => values.collect(),
            "ssl.key_passphrase" => {
                let end = values.map(|span| span.end).max().unwrap_or(setting.key.end);
                std::iter::once(setting.key.start..end).collect()
            }
            _ => Vec::new(),
        }
    });
    let rest = without_blanks(&cut(text, spans.collect()));
    rest.into_iter().filter(|byte| !b":,".contains(byte)).collect()
}

fn compare_text(old: &[u8], new: &[u8], escapes: bool, changes: &mut Changes) {
    if old == new {
        return;
    }
    let old = logstash_config::parse(old).expect("what does not parse stays as it is");
    assert!(str::from_utf8(new).is_ok(), "the text is no UTF-8 any more");
    let new = logstash_config::parse(new).expect("what parsed still does");
    assert_eq!(
        without_blanks(&skeleton(&old)),
        without_blanks(&skeleton(&new)),
        "other text changes"
    );
    assert_eq!(lines_with_comments(&old), lines_with_comments(&new), "comments run together");
    assert_eq!(old.plugins().count(), new.plugins().count(), "another number of plugins");
    for (old, new) in old.plugins().zip(new.plugins()) {
        compare_plugins(&old, &new, escapes, changes);
    }
}

fn skeleton(text: &Configuration<'_>) -> Vec<u8> {
    let spans = text.plugins().flat_map(|plugin| {
        let settings = Settings::of(&plugin);
        let keys = settings.keys.iter().map(|value| value.span.clone());
        let passphrases = settings.passphrases.iter().flat_map(|found| tokens(text.text(), found));
        keys.chain(passphrases).collect::<Vec<_>>()
    });
    let spans: Vec<_> = spans.collect();
    cut(text.text(), spans)
}

/// What goes with a passphrase: its name, arrow and value, but not the comments between them; all of it where
/// the value is an array.
fn tokens(text: &[u8], found: &Attribute<'_>) -> Vec<Range<usize>> {
    let (name, value) = (found.name.span.clone(), found.value.span.clone());
    let is_arrow = |at: &usize| {
        let line = text[name.end..*at].rsplit(|byte| *byte == b'\n').next().unwrap_or_default();
        text[*at..].starts_with(b"=>") && !line.contains(&b'#')
    };
    match (name.end..value.start).find(is_arrow) {
        Some(arrow) if found.value.kind() != ValueKind::Array => {
            vec![name, arrow..arrow + 2, value]
        }
        _ => vec![found.span()],
    }
}

/// Without the marks, too: a passphrase may be gone with its own.
fn without_blanks(text: &[u8]) -> Vec<u8> {
    text.iter().copied().filter(|byte| !byte.is_ascii_whitespace() && *byte != CUT[0]).collect()
}

/// A number sign in a string counts like one before a comment, which is then the same twice.
fn lines_with_comments(text: &Configuration<'_>) -> usize {
    skeleton(text).split(|byte| *byte == b'\n').filter(|line| line.contains(&b'#')).count()
}

/// The settings of a plugin.
struct Settings<'a> {
    /// The texts that name a key.
    keys: Vec<Value<'a>>,
    passphrases: Vec<Attribute<'a>>,
    /// All but the passphrases: name, and value unless it names a key.
    others: Vec<(&'a [u8], Option<&'a [u8]>)>,
}

impl<'a> Settings<'a> {
    fn of(plugin: &Plugin<'a>) -> Self {
        let (keys, passphrases) = names(plugin);
        let is_one = |names: &[&str], attribute: &Attribute<'_>| {
            names.iter().any(|name| name.as_bytes() == attribute.name.text())
        };
        let mut settings = Self { keys: Vec::new(), passphrases: Vec::new(), others: Vec::new() };
        for attribute in plugin.attributes() {
            let (name, value) = (attribute.name.raw(), attribute.value.raw());
            match one_text(&attribute.value) {
                Some(text) if is_one(keys, &attribute) => {
                    settings.keys.push(text);
                    settings.others.push((name, None));
                }
                Some(_) if is_one(passphrases, &attribute) => settings.passphrases.push(attribute),
                _ => settings.others.push((name, Some(value))),
            }
        }
        settings
    }
}

/// The settings of its key, and those of the passphrase.
fn names(plugin: &Plugin<'_>) -> (&'static [&'static str], &'static [&'static str]) {
    let is_one = plugin.outer().is_none() && !plugin.name().is_quoted();
    let name = str::from_utf8(plugin.name().raw()).ok().filter(|_| is_one);
    let known = name.and_then(|name| plugins::plugin(plugin.section(), name));
    known.map_or((&[], &[]), |known| (known.key, known.passphrase))
}

/// A text, or the only one of an array.
fn one_text<'a>(value: &Value<'a>) -> Option<Value<'a>> {
    match value.kind() {
        ValueKind::String | ValueKind::Bareword | ValueKind::Number => Some(value.clone()),
        ValueKind::Array => {
            let elements: Vec<_> = value.elements().collect();
            let [only] = <[_; 1]>::try_from(elements).ok()?;
            matches!(only.kind(), ValueKind::String | ValueKind::Bareword).then_some(only)
        }
        ValueKind::Plugin | ValueKind::Hash => None,
    }
}

fn compare_plugins(old: &Plugin<'_>, new: &Plugin<'_>, escapes: bool, changes: &mut Changes) {
    let called = |plugin: &Plugin<'_>| -> (SectionKind, Vec<u8>) {
        (plugin.section(), plugin.name().raw().to_vec())
    };
    assert_eq!(called(old), called(new), "another plugin");
    let (old, new) = (Settings::of(old), Settings::of(new));
    assert_eq!(old.others, new.others, "another setting changes");
    for (old, new) in old.keys.iter().zip(&new.keys).filter(|(old, new)| old.raw() != new.raw()) {
        changes.renamed.push(Renamed { old: text(old, escapes), new: text(new, escapes) });
    }
    let raw = |settings: &Settings<'_>| -> Vec<Vec<u8>> {
        settings.passphrases.iter().map(|found| found.value.raw().to_vec()).collect()
    };
    if raw(&old) != raw(&new) {
        assert!(new.passphrases.is_empty(), "a passphrase changes, or only one of them goes");
        changes.opened.extend(new.keys.iter().map(|key| text(key, escapes)));
    }
}

/// What Logstash takes a value for.
fn text(value: &Value<'_>, escapes: bool) -> String {
    let content = String::from_utf8_lossy(value.content());
    endpoint::meaning(&content, escapes && value.quote().is_some()).to_string()
}

/// Whether `word` stands in these texts in the values of passphrases, and nowhere else in `files`; `false`
/// where that cannot be said.
pub fn is_secret<'f>(
    word: &[u8],
    sources: &[Source],
    files: impl Iterator<Item = &'f [u8]>,
) -> bool {
    let mut inside = 0;
    for source in sources {
        let text = match &source.kind {
            // An alias is another place of the same text.
            SourceKind::Embedded(_) if source.bytes.contains(&b'&') => return false,
            SourceKind::Embedded(embedded) => &embedded.text,
            SourceKind::Configuration => &source.bytes,
            SourceKind::SettingsFile(_) | SourceKind::Shipper => continue,
        };
        let Ok(found) = logstash_config::parse(text) else { continue };
        for plugin in found.plugins() {
            let settings = Settings::of(&plugin);
            inside += settings
                .passphrases
                .iter()
                .map(|found| count(word, found.value.raw()))
                .sum::<usize>();
        }
    }
    inside > 0 && inside == files.map(|bytes| count(word, bytes)).sum::<usize>()
}

fn count(word: &[u8], text: &[u8]) -> usize {
    text.windows(word.len()).filter(|window| *window == word).count()
}
