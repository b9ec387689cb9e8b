//! Reads everything that the rules examine once: texts, their endpoints, and the files that these point to.

mod outright;

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use source_text::LineIndex;
use zeroize::Zeroizing;

use crate::beats::releases::{Beats, Feature};
use crate::beats::{self, file::ShipperFile, installed};
use crate::check::clock::Clock;
use crate::check::forecast::Connection;
pub use outright::Outright;

use crate::check::finding::Finding;
use crate::check::hint::{Hint, converted, key_argument};
use crate::check::key_file::{self, Facts, Held, Refusal};
use crate::check::named_file::{NamedFile, Readable};
use crate::check::neighbours::Neighbours;
use crate::check::rules::{
    self, StartFile, SyntaxError,
    case::{Case, Environment, Named, NamedPath, Opening, PassphraseOddity},
    declared::Upgrade,
};
use crate::check::system_authorities;
use crate::logstash::discovery::{Source, SourceKind, YamlScalar};
use crate::logstash::endpoint::{self, Endpoint, Setting};
use crate::logstash::plugins::{self, Baseline};
use crate::logstash::releases::Release;
use crate::logstash::variables::{self, Use, Variables};
use crate::os::display::quoted;
use crate::os::parallel;
use crate::os::view::{Contents, LocatedPath, View, is_windows};
use crate::os::walk;
use keyfile::certificate::Certificate;
use keyfile::file::{self, What};
use keyfile::key::derivation::{Budget, Limits};

/// Everything that the rules examine.
pub struct Inspection<'a> {
    /// The texts, in Logstash's order.
    pub texts: Vec<Text>,
    /// The files that their settings point to.
    pub files: BTreeMap<FileId, NamedFile>,
    /// The result of each passphrase in settings for the encrypted keys.
    opened: BTreeMap<FileId, Vec<Opened>>,
    /// Whether the files that settings point to were examined.
    pub looks_at_files: bool,
    variables: &'a Variables,
    /// Where the paths of shippers' files are on this machine.
    shipper_view: &'a View,
    shipper_variables: &'a Variables,
    baseline: Baseline<'a>,
    upgrade: Upgrade,
    /// The Logstash before an upgrade, where only what the upgrade stops is wanted.
    pub before: Option<Baseline<'a>>,
    clock: Clock,
    neighbours: Neighbours,
    /// The authorities of the shippers' system, once they are read.
    system: OnceLock<Vec<Certificate>>,
    /// The connections of shippers, once they are judged.
    pub(super) connections: OnceLock<Vec<Connection>>,
    /// Whether some text has a tcp or http input.
    has_tcp_or_http: bool,
}

/// What identifies a file that a setting points to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FileId {
    /// A path in a configuration of Logstash.
    OfLogstash(PathBuf),
    /// A path in a shipper's file, which may be of another host.
    OfShipper(PathBuf),
    /// PEM in a shipper's file: that file, and where the value begins in it.
    Inline(PathBuf, usize),
}

/// A text with its endpoints.
pub struct Text {
    /// Its source.
    pub source: Source,
    /// The plugins in it that load keys.
    pub endpoints: Vec<Endpoint>,
    /// What it holds if it is a shipper's file, with an output for each of the endpoints.
    pub shipper: Option<ShipperFile>,
    /// The releases that the shipper may be.
    pub beats: Beats,
    /// Findings about the whole text.
    pub findings: Vec<Finding>,
    /// The same for the Logstash before an upgrade.
    pub findings_before: Vec<Finding>,
}

/// Where a finding is repaired.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    /// The text's index in [`Inspection::texts`].
    pub index: usize,
    /// The text.
    pub text: &'a Text,
    /// The endpoint in it.
    pub endpoint: &'a Endpoint,
}

impl Text {
    fn new(source: Source, beats: Beats) -> Self {
        let (findings, findings_before) = (Vec::new(), Vec::new());
        let is_of_shipper = matches!(source.kind, SourceKind::Shipper);
        let shipper =
            is_of_shipper.then(|| beats::file::read(&source.path, &source.bytes)).flatten();
        Self { source, endpoints: Vec::new(), shipper, beats, findings, findings_before }
    }

    /// What stands in it.
    fn read(&self, baseline: Baseline<'_>, upgrade: Upgrade) -> (Vec<Endpoint>, Vec<Finding>) {
        match &self.source.kind {
            SourceKind::Shipper => {
                let outputs = self.shipper.iter().flat_map(|file| &file.outputs);
                let findings = self.shipper.as_ref().map(|it| rules::of_shipper(it, self.beats));
                let endpoints = outputs.map(|output| output.endpoint(self.beats)).collect();
                (endpoints, findings.unwrap_or_default())
            }
            SourceKind::SettingsFile(file) => (
                of_settings(&file.scalars, self.bytes()),
                rules::of_settings_file(file, self.bytes(), baseline, upgrade),
            ),
            SourceKind::Configuration | SourceKind::Embedded(_) => {
                match logstash_config::parse(self.bytes()) {
                    Ok(configuration) => (
                        endpoint::endpoints(&configuration),
                        rules::of_text(&configuration, baseline, upgrade),
                    ),
                    Err(error) => (Vec::new(), of_broken(self, &error, baseline)),
                }
            }
        }
    }

    /// Returns the text itself; for a `config.string`, only its value.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match &self.source.kind {
            SourceKind::Embedded(embedded) => &embedded.text,
            _ => &self.source.bytes,
        }
    }

    /// Returns a span of the text as a span of its file, if possible.
    #[must_use]
    pub fn in_file(&self, span: Range<usize>) -> Option<Range<usize>> {
        match &self.source.kind {
            SourceKind::Embedded(embedded) => embedded.to_file(span),
            _ => Some(span),
        }
    }

    /// Returns what is written in the text at this place as it has to be in the file.
    #[must_use]
    pub fn lines_in_file(&self, at: usize, written: String) -> String {
        match &self.source.kind {
            SourceKind::Embedded(embedded) => embedded.indented(at, written, &self.source.bytes),
            _ => written,
        }
    }

    /// Returns the span to show: in the file, or else the beginning of the text there.
    #[must_use]
    pub fn shown_at(&self, span: Range<usize>) -> Range<usize> {
        match &self.source.kind {
            SourceKind::Embedded(embedded) => {
                let start = embedded.scalar.start;
                embedded.to_file(span).unwrap_or(start..start)
            }
            _ => span,
        }
    }

    /// Returns whether a setting's value depends on whether backslashes are escapes, and that is unknown: the file was
    /// given alone, or its pipelines differ. A Windows path is meant without escapes.
    fn is_ambiguous(&self, setting: &Setting) -> bool {
        let is_known =
            matches!(self.source.kind, SourceKind::SettingsFile(_) | SourceKind::Shipper)
                || self.source.support_escapes().is_some();
        let plain = setting.text(false);
        !is_known && setting.text(true) != plain && !is_windows(Path::new(plain.as_str()))
    }

    /// Returns whether backslashes in its strings are escapes, if known.
    #[must_use]
    pub fn support_escapes(&self) -> bool {
        match self.source.kind {
            SourceKind::SettingsFile(_) | SourceKind::Shipper => false,
            _ => self.source.support_escapes().unwrap_or(false),
        }
    }
}

/// What is wrong with a text that does not parse; that it is a key, where it is one.
fn of_broken(text: &Text, error: &logstash_config::Error, baseline: Baseline<'_>) -> Vec<Finding> {
    let is_of_older = false;
    let mut findings = rules::of_error(&SyntaxError { error, is_of_older, baseline });
    if error.cause() == logstash_config::Cause::Utf16 {
        // No excerpt: secrets in a text that does not parse cannot be found and masked.
        for finding in &mut findings {
            (finding.span, finding.related) = (None, None);
        }
    } else if !walk::has_section(text.bytes()) {
        // Nothing is shown of a file that is something else.
        for finding in &mut findings {
            "this is not a Logstash configuration: it has no `input {`, `filter {` or `output {`"
                .clone_into(&mut finding.message);
            (finding.span, finding.related) = (None, None);
            finding.hints.clear();
        }
    }
    let entries = file::recognise(text.bytes()).unwrap_or_default();
    if entries.iter().any(|entry| matches!(entry.what, What::Key(_) | What::Encrypted(_))) {
        for finding in &mut findings {
            "this is a private key, not a configuration".clone_into(&mut finding.message);
            (finding.span, finding.related) = (None, None);
            let path = &text.source.path;
            let new = quoted(&converted(path));
            finding.hints = vec![Hint::Command(format!("fixkey {} -o {new}", key_argument(path)))];
        }
    }
    findings
}

/// What keeps Logstash from reading a text, and the settings files that lead to it. The permissions of a text with a
/// name that Logstash skips say nothing: an editor made it, or a program that is to move it to its place.
fn of_closed(source: &Source, readable: &dyn Readable) -> Vec<Finding> {
    let name = source.path.file_name().unwrap_or_default().as_encoded_bytes();
    if name.starts_with(b".") || name.ends_with(b"~") {
        return Vec::new();
    }
    let settings = source.pipelines.iter().flat_map(|pipeline| &pipeline.settings);
    let texts = settings.map(|path| (path, None)).chain([(&source.path, source.listed.as_deref())]);
    let texts: BTreeMap<&PathBuf, Option<&Path>> = texts.collect();
    let finding = |(path, listed): (&PathBuf, Option<&Path>)| {
        Some(rules::of_closed_text(path, &readable.closed_text(path, listed)?))
    };
    texts.into_iter().filter_map(finding).collect()
}

/// A value that is PEM itself, and the shipper's file that it is in.
struct Inline<'a> {
    text: &'a Text,
    setting: &'a Setting,
}

/// Returns whether a value is PEM itself, as Beats decide it. Source: docs/what-shippers-load.md §3.2.
fn is_inline(setting: &Setting) -> bool {
    let value = setting.raw.trim_start();
    value.starts_with('-') || value.contains("-----BEGIN")
}

/// Examines PEM in a shipper's file, with the lines of that file.
fn inline_file(path: &Path, inline: Option<&Inline<'_>>, readable: &dyn Readable) -> NamedFile {
    let (mut bytes, mut first) = (Vec::new(), 1);
    if let Some(Inline { text, setting }) = inline {
        bytes = setting.raw.as_bytes().to_vec();
        let begins = |text: &[u8]| memchr::memmem::find(text, b"-----BEGIN").unwrap_or_default();
        let start = setting.value.start;
        let in_file = text.bytes().get(start..).unwrap_or_default();
        let line = LineIndex::of(text.bytes()).position(start + begins(in_file)).line;
        first = 1 + line - LineIndex::of(&bytes).position(begins(&bytes)).line.min(line);
    }
    let contents = Contents { bytes: Zeroizing::new(bytes), file: None };
    let mut file = NamedFile::new(LocatedPath::of_this_machine(path), Ok(contents), readable);
    // That is said of the shipper's file itself.
    file.closed = None;
    file.count_lines_from(first);
    file
}

/// The endpoints of `logstash.yml`: each client in it, with its key, its certificate and its authority.
fn of_settings(scalars: &[YamlScalar], text: &[u8]) -> Vec<Endpoint> {
    let setting = |name: &str| {
        let scalar = scalars.iter().find(|scalar| scalar.name == name);
        scalar.map(|scalar| Setting::of_yaml(scalar, None, text))
    };
    let endpoint = |known: &'static plugins::Setting| {
        let settings = [known.key, known.certificate, known.authority].map(setting);
        let is_set = settings.iter().any(Option::is_some);
        is_set.then(|| Endpoint::of_settings_file(known, settings))
    };
    plugins::SETTINGS.iter().filter_map(endpoint).collect()
}

/// The settings of an inspection.
pub struct Context<'a> {
    /// Where configured paths are on this machine.
    pub view: &'a View,
    /// The values of variables.
    pub variables: &'a Variables,
    /// Where the paths of shippers' files are on this machine.
    pub shipper_view: &'a View,
    /// The values of variables in shippers' files.
    pub shipper_variables: &'a Variables,
    /// Who may read the files of Logstash.
    pub readable: &'a dyn Readable,
    /// Who may read those of shippers.
    pub shipper_readable: &'a dyn Readable,
    /// The release of the shippers, if it is named.
    pub beats: Option<Beats>,
    /// The Logstash that is assumed.
    pub baseline: Baseline<'a>,
    /// The Logstash before an upgrade, where only what the upgrade stops is wanted.
    pub before: Option<Baseline<'a>>,
    /// What the settings are to be migrated for.
    pub upgrade: Upgrade,
    /// The time of the check.
    pub clock: Clock,
    /// Whether the files that settings point to are examined.
    pub looks_at_files: bool,
    /// Whether files are going to be changed, and are kept open.
    pub changes_files: bool,
}

impl<'a> Context<'a> {
    fn readable_for(&self, text: &Text) -> &'a dyn Readable {
        if text.shipper.is_some() { self.shipper_readable } else { self.readable }
    }

    /// Returns the file of a text if a Beat starts with it.
    fn start_file<'t>(&self, text: &'t Text) -> Option<StartFile<'t>> {
        let path = text.source.path.as_path();
        let outputs = &text.shipper.as_ref()?.outputs;
        let is_of_beat = outputs.iter().all(|output| !output.is_of_agent);
        let metadata = text.source.metadata.as_ref().filter(|_| is_of_beat)?;
        let (owner, mode) = (metadata.uid(), metadata.mode());
        let account = self.shipper_readable.uid()?;
        installed::is_in_place(self.shipper_view, path).then_some(StartFile {
            path,
            owner,
            mode,
            account,
        })
    }

    /// Returns the releases that the shipper with this file may be.
    fn beats_of(&self, source: &Source) -> Beats {
        let is_of_shipper = matches!(source.kind, SourceKind::Shipper);
        let installed = || {
            is_of_shipper
                .then(|| installed::release(self.shipper_view, &source.path).map(Beats::Installed))
                .flatten()
        };
        self.beats.or_else(installed).unwrap_or(Beats::Supported)
    }
}

/// A key's file, and a passphrase in a setting for it.
type Attempt = (FileId, Zeroizing<String>);

/// A passphrase, and the result of opening a key with it.
type Opened = (Zeroizing<String>, Result<Facts, Refusal>);

impl<'a> Inspection<'a> {
    /// Reads the sources and the files that they point to.
    #[must_use]
    pub fn new(sources: Vec<Source>, context: &Context<'a>) -> Self {
        let Context { variables, baseline, upgrade, before, clock, looks_at_files, .. } = *context;
        let mut inspection = Self {
            texts: Vec::new(),
            files: BTreeMap::new(),
            opened: BTreeMap::new(),
            looks_at_files,
            variables,
            shipper_view: context.shipper_view,
            shipper_variables: context.shipper_variables,
            baseline,
            upgrade,
            before,
            clock,
            neighbours: Neighbours::new(context.view),
            system: OnceLock::new(),
            connections: OnceLock::new(),
            has_tcp_or_http: false,
        };
        inspection.add(sources, context);
        inspection
    }

    /// Reads further sources and the files that they point to.
    pub fn add(&mut self, sources: Vec<Source>, context: &Context<'_>) {
        if sources.is_empty() {
            return;
        }
        self.connections = OnceLock::new();
        let mut texts: Vec<Text> = sources
            .into_iter()
            .map(|source| {
                let beats = context.beats_of(&source);
                Text::new(source, beats)
            })
            .collect();
        let read = parallel::map(&texts, |text| {
            let (endpoints, mut findings) = text.read(context.baseline, context.upgrade);
            let before = context.before.map(|before| text.read(before, Upgrade::default()).1);
            let mut before = before.unwrap_or_default();
            if self.looks_at_files {
                let mut closed = of_closed(&text.source, context.readable_for(text));
                closed.extend(context.start_file(text).iter().flat_map(rules::of_start_file));
                before.extend(closed.iter().cloned());
                findings.extend(closed);
            }
            (endpoints, findings, before)
        });
        for (text, read) in texts.iter_mut().zip(read) {
            (text.endpoints, text.findings, text.findings_before) = read;
        }
        let mut endpoints = texts.iter().flat_map(|text| &text.endpoints);
        let is_it = |it: &Endpoint| matches!(it.name.as_str(), "tcp input" | "http input");
        self.has_tcp_or_http |= endpoints.any(is_it);
        self.texts.extend(texts);
        if self.looks_at_files {
            self.look_at_files(context);
            self.try_passphrases();
        }
    }

    fn look_at_files(&mut self, context: &Context<'_>) {
        let mut wanted = self.wanted();
        wanted.retain(|id, _| !self.files.contains_key(id));
        let wanted: Vec<(FileId, Option<Inline<'_>>)> = wanted.into_iter().collect();
        let files = parallel::map(&wanted, |(id, inline)| {
            let mut file = match (id, inline) {
                (FileId::OfLogstash(path), _) => {
                    NamedFile::configured(path, context.view, context.readable)
                }
                (FileId::OfShipper(path), _) => {
                    NamedFile::configured(path, context.shipper_view, context.shipper_readable)
                }
                (FileId::Inline(path, _), inline) => {
                    inline_file(path, inline.as_ref(), context.shipper_readable)
                }
            };
            if !context.changes_files {
                file.close();
            }
            file
        });
        let files: Vec<_> = wanted.into_iter().map(|(id, _)| id).zip(files).collect();
        self.files.extend(files);
    }

    /// Returns the releases that the shippers may be, each once.
    #[must_use]
    pub fn beats(&self) -> Vec<Beats> {
        let shippers = self.texts.iter().filter(|text| text.shipper.is_some());
        let mut all = Vec::new();
        for text in shippers {
            if !all.contains(&text.beats) {
                all.push(text.beats);
            }
        }
        all
    }

    /// The files that variables of settings may come from.
    pub fn environment_files(&self) -> impl Iterator<Item = &Path> {
        self.variables.files()
    }

    /// Every file that a setting points to; with its text, where that is in the setting itself.
    fn wanted(&self) -> BTreeMap<FileId, Option<Inline<'_>>> {
        let mut wanted = BTreeMap::new();
        for text in &self.texts {
            for setting in text.endpoints.iter().flat_map(Endpoint::files) {
                let Some(id) = self.file_id(text, setting) else { continue };
                let inline = matches!(id, FileId::Inline(..)).then_some(Inline { text, setting });
                wanted.insert(id, inline);
            }
        }
        wanted
    }

    /// Returns the file that a setting points to, if that is known.
    fn file_id(&self, text: &Text, setting: &Setting) -> Option<FileId> {
        if text.shipper.is_some() && is_inline(setting) {
            return Some(FileId::Inline(text.source.path.clone(), setting.value.start));
        }
        let path = self.named_path(text, setting).path()?.clone();
        Some(match text.shipper {
            Some(_) => FileId::OfShipper(path),
            None => FileId::OfLogstash(path),
        })
    }

    /// Returns device and inode of the files that hold a key or certificates.
    #[must_use]
    pub fn keys_and_certificates(&self) -> HashSet<(u64, u64)> {
        let is_one =
            |file: &&NamedFile| matches!(file.held, Held::Key(_)) || file.is_of_certificates();
        self.files.values().filter(is_one).filter_map(NamedFile::identity).collect()
    }

    /// Opens every encrypted key with each passphrase that a setting has for it.
    fn try_passphrases(&mut self) {
        let mut attempts: BTreeMap<FileId, Vec<Zeroizing<String>>> = BTreeMap::new();
        for text in &self.texts {
            let found = text.endpoints.iter().filter_map(|endpoint| self.attempt(text, endpoint));
            for attempt in found.filter(|attempt| self.tried(attempt).is_none()) {
                let (key, passphrase) = attempt;
                let passphrases = attempts.entry(key).or_default();
                if !passphrases.contains(&passphrase) {
                    passphrases.push(passphrase);
                }
            }
        }
        let each = |(path, passphrases): (FileId, Vec<Zeroizing<String>>)| {
            passphrases.into_iter().map(move |passphrase| (path.clone(), passphrase))
        };
        let attempts: Vec<Attempt> = attempts.into_iter().flat_map(each).collect();
        // In their order, so that the same ones are left out every time.
        let mut budget = Budget::default();
        let is_affordable = |(path, _): &Attempt| {
            let key = self.files.get(path).and_then(|file| file.held.encrypted());
            key.map_or(Ok(()), |key| budget.take(key.cost()))
        };
        let affordable: Vec<_> = attempts.iter().map(is_affordable).collect();
        let planned: Vec<_> = attempts.iter().zip(affordable).collect();
        let results = parallel::map(&planned, |((path, passphrase), affordable)| {
            let key = self.files.get(path)?.held.encrypted()?;
            if let Err(error) = affordable {
                return Some(Err(Refusal::Encrypted((*error).into())));
            }
            Some(key_file::open(key, [passphrase.as_bytes()], &Limits::default()))
        });
        for ((path, passphrase), result) in attempts.into_iter().zip(results) {
            let opened = self.opened.entry(path).or_default();
            opened.extend(result.map(|result| (passphrase, result)));
        }
    }

    /// Returns an endpoint's encrypted key with the value of its passphrase, if both are known.
    fn attempt(&self, text: &Text, endpoint: &Endpoint) -> Option<Attempt> {
        let key = self.file_id(text, endpoint.keys.first()?)?;
        self.files.get(&key)?.held.encrypted()?;
        let setting = endpoint.passphrases.first()?;
        let passphrase = setting.text(text.support_escapes());
        let value = self.variables_of(text).expand(&passphrase).value?;
        if setting.name != "ssl.key_passphrase_path" {
            return Some((key, value));
        }
        text.beats.has(Feature::KnowsPassphrasePath).filter(|knows| *knows)?;
        let located = self.shipper_view.locate(Path::new(value.as_str())).ok()?;
        let contents = self.shipper_view.read_located(&located).ok()?;
        let passphrase = std::str::from_utf8(&contents.bytes).ok()?.trim();
        Some((key, Zeroizing::new(passphrase.to_owned())))
    }

    /// Returns the value of a setting with its variables replaced; `None` if one of them has no value here.
    pub(crate) fn value(&self, text: &Text, setting: &Setting) -> Option<Zeroizing<String>> {
        self.variables_of(text).expand(&setting.text(text.support_escapes())).value
    }

    fn variables_of(&self, text: &Text) -> &'a Variables {
        if text.shipper.is_some() { self.shipper_variables } else { self.variables }
    }

    fn named_path(&self, text: &Text, setting: &Setting) -> NamedPath {
        let value = setting.text(text.support_escapes());
        if text.shipper.is_some() && is_inline(setting) {
            return NamedPath::Literal(text.source.path.clone());
        }
        if text.is_ambiguous(setting) {
            return NamedPath::Ambiguous;
        }
        if variables::is_template(&value) {
            return NamedPath::Template;
        }
        let expansion = self.variables_of(text).expand(&value);
        if expansion.variables.is_empty() {
            return NamedPath::Literal(PathBuf::from(value.as_str()));
        }
        let path = expansion.value.map(|value| PathBuf::from(value.as_str()));
        NamedPath::FromVariables(expansion.variables, path)
    }

    /// Returns what the rules say about a text of a configuration, as they do about those of the inspection.
    #[must_use]
    pub fn of_text(&self, text: &[u8]) -> Vec<Finding> {
        self.of_text_in(text, self.baseline)
    }

    /// Returns what is so in each supported release, if no release is known.
    pub(crate) fn in_supported_releases<T>(&self, of: impl Fn(Baseline<'_>) -> T) -> Vec<T> {
        if !matches!(self.baseline, Baseline::Documentation) {
            return Vec::new();
        }
        Release::supported().iter().map(|release| of(Baseline::Release(release))).collect()
    }

    /// Returns the same for another Logstash.
    #[must_use]
    pub fn of_text_in(&self, text: &[u8], baseline: Baseline<'_>) -> Vec<Finding> {
        let parsed = logstash_config::parse(text);
        parsed.map_or_else(
            |_| Vec::new(),
            |configuration| rules::of_text(&configuration, baseline, self.upgrade),
        )
    }

    /// Returns the authorities of the system of a shipper; `None` if that system is not known.
    #[must_use]
    pub fn system_authorities(&self, text: &Text) -> Option<&[Certificate]> {
        let is_known = self.shipper_view.root() != Path::new("/")
            || system_authorities::is_of_this_machine(&text.source.path);
        let read = || system_authorities::read(self.shipper_view);
        (is_known && self.looks_at_files).then(|| self.system.get_or_init(read).as_slice())
    }

    /// Returns an endpoint with the files that its settings point to.
    #[must_use]
    pub fn case<'i>(&'i self, text: &'i Text, endpoint: &'i Endpoint) -> Case<'i> {
        let key = self.named(text, &endpoint.keys);
        let attempt = self.attempt(text, endpoint);
        let tried = attempt.as_ref().and_then(|attempt| self.tried(attempt));
        let opening = match key.as_ref().and_then(|key| key.file?.held.encrypted()) {
            None => Opening::NotNeeded,
            Some(_) if endpoint.passphrases.is_empty() => Opening::NoPassphrase,
            Some(_) => tried.map_or(Opening::NotKnown, Opening::Tried),
        };
        let certificate = self.named(text, &endpoint.certificates);
        let passphrase_oddity =
            attempt.and_then(|(_, passphrase)| PassphraseOddity::of(&passphrase));
        let unset_passphrase = self.unset_passphrase(text, endpoint);
        let is_unset = |named: &Named<'_>| matches!(named.path, NamedPath::FromVariables(_, None));
        let has_unset = unset_passphrase.is_some() || key.iter().chain(&certificate).any(is_unset);
        let is_whole = has_unset && self.variables.are_whole_for(&text.source.path);
        Case {
            endpoint,
            key,
            certificate,
            authorities: self.each_named(text, &endpoint.authorities),
            truststores: self.each_named(text, &endpoint.truststores),
            opening,
            unset_passphrase,
            environment: if is_whole { Environment::Whole } else { Environment::Partial },
            is_beside_tcp_or_http: self.has_tcp_or_http,
            passphrase_oddity,
            baseline: self.baseline,
            beats: text.shipper.as_ref().map(|_| text.beats),
            clock: self.clock,
            is_presented: true,
            neighbours: Some(&self.neighbours),
        }
    }

    /// Returns which limit kept an encrypted key from being opened.
    pub(crate) fn limit(&self, file: &FileId) -> Option<String> {
        self.opened.get(file)?.iter().find_map(|(_, result)| result.as_ref().err()?.limit())
    }

    /// The setting of a passphrase whose variables have no value here.
    fn unset_passphrase<'i>(
        &self,
        text: &Text,
        endpoint: &'i Endpoint,
    ) -> Option<(&'i Setting, Vec<Use>)> {
        let setting = endpoint.passphrases.first()?;
        let value = setting.text(text.support_escapes());
        let expansion = self.variables_of(text).expand(&value);
        let is_unset = expansion.value.is_none() && !variables::is_template(&value);
        is_unset.then_some((setting, expansion.variables))
    }

    fn tried(&self, (path, passphrase): &Attempt) -> Option<&Result<Facts, Refusal>> {
        let opened = self.opened.get(path)?;
        opened.iter().find(|(tried, _)| tried == passphrase).map(|(_, result)| result)
    }

    fn each_named<'i>(&'i self, text: &Text, settings: &'i [Setting]) -> Vec<Named<'i>> {
        settings.chunks(1).filter_map(|setting| self.named(text, setting)).collect()
    }

    fn named<'i>(&'i self, text: &Text, settings: &'i [Setting]) -> Option<Named<'i>> {
        let (setting, others) = settings.split_first()?;
        let value = setting.text(text.support_escapes());
        let differs = |other: &&Setting| {
            other.name == setting.name && other.text(text.support_escapes()) != value
        };
        let path = self.named_path(text, setting);
        let file = self.file_id(text, setting).and_then(|id| self.files.get(&id));
        Some(Named { setting, contradicting: others.iter().find(differs), path, file })
    }
}
