//! Everything that the rules look at, read once: texts, their endpoints, and the files that these name.

mod outright;

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::ops::Range;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::check::clock::Clock;
pub use outright::Outright;

use crate::check::finding::Finding;
use crate::check::hint::{Hint, converted, key_argument};
use crate::check::key_file::{self, Facts, Held, Refusal};
use crate::check::named_file::{NamedFile, Readable};
use crate::check::neighbours::Neighbours;
use crate::check::rules::{
    self,
    case::{Case, Named, NamedPath, Opening},
};
use crate::logstash::discovery::{Source, SourceKind, Style, YamlScalar};
use crate::logstash::endpoint::{self, Endpoint, Setting};
use crate::logstash::plugins::{self, Baseline};
use crate::logstash::variables::{self, Variables};
use crate::os::display::quoted;
use crate::os::parallel;
use crate::os::view::{View, is_windows};
use crate::os::walk;
use keyfile::file::{self, What};

/// What the rules look at.
pub struct Inspection<'a> {
    /// The texts, in Logstash's order.
    pub texts: Vec<Text>,
    /// What their settings name, by the path as it is configured.
    pub files: BTreeMap<PathBuf, NamedFile>,
    /// What the passphrases of settings make of the encrypted keys among these, by path.
    opened: BTreeMap<PathBuf, Vec<Opened>>,
    /// Whether the files that settings name were looked at.
    pub looks_at_files: bool,
    variables: &'a Variables,
    baseline: Baseline<'a>,
    clock: Clock,
    neighbours: Neighbours,
}

/// A text with its endpoints.
pub struct Text {
    /// Where it is from.
    pub source: Source,
    /// The plugins in it that load keys.
    pub endpoints: Vec<Endpoint>,
    /// What there is to say about it as a whole.
    pub findings: Vec<Finding>,
}

/// Where a finding is that is to be repaired.
#[derive(Clone, Copy)]
pub struct Site<'a> {
    /// The text's place in [`Inspection::texts`].
    pub index: usize,
    /// The text.
    pub text: &'a Text,
    /// The endpoint in it.
    pub endpoint: &'a Endpoint,
}

impl Text {
    fn new(source: Source) -> Self {
        Self { source, endpoints: Vec::new(), findings: Vec::new() }
    }

    /// What stands in it.
    fn read(&self) -> (Vec<Endpoint>, Vec<Finding>) {
        match &self.source.kind {
            SourceKind::LogstashYml(scalars) => (of_settings(scalars, self.bytes()), Vec::new()),
            SourceKind::Configuration | SourceKind::Embedded(_) => {
                match logstash_config::parse(self.bytes()) {
                    Ok(configuration) => {
                        (endpoint::endpoints(&configuration), rules::of_text(&configuration))
                    }
                    Err(error) => (Vec::new(), of_broken(self, &error)),
                }
            }
        }
    }

    /// The text itself: of a `config.string`, that alone.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match &self.source.kind {
            SourceKind::Embedded(embedded) => &embedded.text,
            SourceKind::Configuration | SourceKind::LogstashYml(_) => &self.source.bytes,
        }
    }

    /// A span of the text as a span of its file, where it has one.
    #[must_use]
    pub fn in_file(&self, span: Range<usize>) -> Option<Range<usize>> {
        match &self.source.kind {
            SourceKind::Embedded(embedded) => embedded.to_file(span),
            SourceKind::Configuration | SourceKind::LogstashYml(_) => Some(span),
        }
    }

    /// Where a person finds a span: in the file, or else where the text begins there.
    #[must_use]
    pub fn shown_at(&self, span: Range<usize>) -> Range<usize> {
        match &self.source.kind {
            SourceKind::Embedded(embedded) => {
                let start = embedded.scalar.start;
                embedded.to_file(span).unwrap_or(start..start)
            }
            SourceKind::Configuration | SourceKind::LogstashYml(_) => span,
        }
    }

    /// Whether a setting's value depends on whether backslashes are escapes, which is not known: the file was
    /// named alone, or its pipelines differ. Who writes a path of Windows means no escapes.
    fn is_ambiguous(&self, setting: &Setting) -> bool {
        let is_known = matches!(self.source.kind, SourceKind::LogstashYml(_))
            || self.source.support_escapes().is_some();
        let plain = setting.text(false);
        !is_known && setting.text(true) != plain && !is_windows(Path::new(plain.as_str()))
    }

    /// Whether backslashes in its strings are escapes, as far as that is known.
    #[must_use]
    pub fn support_escapes(&self) -> bool {
        match self.source.kind {
            SourceKind::LogstashYml(_) => false,
            _ => self.source.support_escapes().unwrap_or(false),
        }
    }
}

/// What is wrong with a text that does not parse; that it is a key, where it is one.
fn of_broken(text: &Text, error: &logstash_config::Error) -> Vec<Finding> {
    let mut findings = rules::of_error(error);
    if error.cause() == logstash_config::Cause::Utf16 {
        // No excerpt: what is to be masked in one is not found in such a text.
        for finding in &mut findings {
            (finding.span, finding.related) = (None, None);
        }
    } else if !walk::has_section(text.bytes()) {
        // Of a file that is something else nothing is shown.
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

/// The endpoints of `logstash.yml`: each of its keys, with the certificate beside it.
fn of_settings(scalars: &[YamlScalar], text: &[u8]) -> Vec<Endpoint> {
    let endpoint = |scalar: &YamlScalar| {
        let known = plugins::of_settings_file(&scalar.name)?;
        let certificate = scalars.iter().find(|other| other.name == known.certificate);
        let setting = |scalar| yaml_setting(scalar, text);
        Some(Endpoint::of_settings_file(known, setting(scalar), certificate.map(setting)))
    };
    scalars.iter().filter_map(endpoint).collect()
}

fn yaml_setting(scalar: &YamlScalar, text: &[u8]) -> Setting {
    let quote = match scalar.style {
        Style::Double => Some(b'"'),
        Style::Single => Some(b'\''),
        _ => None,
    };
    let quotes = usize::from(quote.is_some());
    let content = scalar.span.start + quotes..scalar.span.end.saturating_sub(quotes);
    Setting {
        name: scalar.name.clone(),
        span: scalar.span.clone(),
        value: scalar.span.clone(),
        raw: scalar.value.clone(),
        quote,
        // What stands there is the value itself, not an escaped form of it.
        is_editable: scalar.editable
            && text.get(content).is_some_and(|written| written == scalar.value.as_bytes()),
    }
}

/// How things are looked at.
pub struct Context<'a> {
    /// Where configured paths lie.
    pub view: &'a View,
    /// What `${VAR}` stands for.
    pub variables: &'a Variables,
    /// Who may read files.
    pub readable: &'a dyn Readable,
    /// The Logstash that is assumed.
    pub baseline: Baseline<'a>,
    /// The time that certificates are judged at.
    pub clock: Clock,
    /// Whether the files that settings name are looked at.
    pub looks_at_files: bool,
    /// Whether they are to be changed, and so are kept open.
    pub changes_files: bool,
}

/// A passphrase that settings have for a key.
type Attempt = (PathBuf, Zeroizing<String>);

/// A passphrase, and what it makes of a key.
type Opened = (Zeroizing<String>, Result<Facts, Refusal>);

impl<'a> Inspection<'a> {
    /// Reads the sources and what they name.
    #[must_use]
    pub fn new(sources: Vec<Source>, context: &Context<'a>) -> Self {
        let Context { variables, baseline, clock, looks_at_files, .. } = *context;
        let mut inspection = Self {
            texts: Vec::new(),
            files: BTreeMap::new(),
            opened: BTreeMap::new(),
            looks_at_files,
            variables,
            baseline,
            clock,
            neighbours: Neighbours::new(context.view),
        };
        inspection.add(sources, context);
        inspection
    }

    /// Reads further sources and what they name.
    pub fn add(&mut self, sources: Vec<Source>, context: &Context<'_>) {
        if sources.is_empty() {
            return;
        }
        let mut texts: Vec<Text> = sources.into_iter().map(Text::new).collect();
        let read = parallel::map(&texts, Text::read);
        for (text, read) in texts.iter_mut().zip(read) {
            (text.endpoints, text.findings) = read;
        }
        self.texts.extend(texts);
        if self.looks_at_files {
            self.look_at_files(context);
            self.try_passphrases();
        }
    }

    fn look_at_files(&mut self, context: &Context<'_>) {
        let mut paths = self.paths();
        paths.retain(|path| !self.files.contains_key(path));
        let paths: Vec<PathBuf> = paths.into_iter().collect();
        let files = parallel::map(&paths, |path| {
            let mut file = NamedFile::configured(path, context.view, context.readable);
            if !context.changes_files {
                file.close();
            }
            file
        });
        self.files.extend(paths.into_iter().zip(files));
    }

    /// Every path of a key or certificate, as it is configured.
    fn paths(&self) -> BTreeSet<PathBuf> {
        let mut paths = BTreeSet::new();
        for text in &self.texts {
            let endpoints = text.endpoints.iter();
            for setting in
                endpoints.flat_map(|endpoint| endpoint.keys.iter().chain(&endpoint.certificates))
            {
                paths.extend(self.named_path(text, setting).path().cloned());
            }
        }
        paths
    }

    /// Device and inode of the files that hold a key or certificates.
    #[must_use]
    pub fn keys_and_certificates(&self) -> HashSet<(u64, u64)> {
        let is_one =
            |file: &&NamedFile| matches!(file.held, Held::Key(_)) || file.is_of_certificates();
        self.files.values().filter(is_one).filter_map(NamedFile::identity).collect()
    }

    /// Opens every encrypted key with each passphrase that a setting has for it.
    fn try_passphrases(&mut self) {
        let mut attempts: BTreeMap<PathBuf, Vec<Zeroizing<String>>> = BTreeMap::new();
        for text in &self.texts {
            let found = text.endpoints.iter().filter_map(|endpoint| self.attempt(text, endpoint));
            for attempt in found.filter(|attempt| self.tried(attempt).is_none()) {
                let (path, passphrase) = attempt;
                let passphrases = attempts.entry(path).or_default();
                if !passphrases.contains(&passphrase) {
                    passphrases.push(passphrase);
                }
            }
        }
        let each = |(path, passphrases): (PathBuf, Vec<Zeroizing<String>>)| {
            passphrases.into_iter().map(move |passphrase| (path.clone(), passphrase))
        };
        let attempts: Vec<Attempt> = attempts.into_iter().flat_map(each).collect();
        let results = parallel::map(&attempts, |(path, passphrase)| {
            let key = self.files.get(path)?.held.encrypted()?;
            Some(key_file::open(key, [passphrase.as_bytes()]))
        });
        for ((path, passphrase), result) in attempts.into_iter().zip(results) {
            let opened = self.opened.entry(path).or_default();
            opened.extend(result.map(|result| (passphrase, result)));
        }
    }

    /// The encrypted key that an endpoint names with the value of its passphrase, where both are known.
    fn attempt(&self, text: &Text, endpoint: &Endpoint) -> Option<Attempt> {
        let path = self.named_path(text, endpoint.keys.first()?).path()?.clone();
        self.files.get(&path)?.held.encrypted()?;
        let passphrase = endpoint.passphrases.first()?.text(text.support_escapes());
        Some((path, self.variables.expand(&passphrase).value?))
    }

    fn named_path(&self, text: &Text, setting: &Setting) -> NamedPath {
        let value = setting.text(text.support_escapes());
        if text.is_ambiguous(setting) {
            return NamedPath::Ambiguous;
        }
        if variables::is_template(&value) {
            return NamedPath::Template;
        }
        let expansion = self.variables.expand(&value);
        if expansion.variables.is_empty() {
            return NamedPath::Literal(PathBuf::from(value.as_str()));
        }
        let path = expansion.value.map(|value| PathBuf::from(value.as_str()));
        NamedPath::FromVariables(expansion.variables, path)
    }

    /// An endpoint with what its settings name.
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
        let passphrase_is_not_ascii = attempt.is_some_and(|(_, passphrase)| !passphrase.is_ascii());
        Case {
            endpoint,
            key,
            certificate,
            opening,
            passphrase_is_not_ascii,
            baseline: self.baseline,
            clock: self.clock,
            is_presented: true,
            neighbours: Some(&self.neighbours),
        }
    }

    fn tried(&self, (path, passphrase): &Attempt) -> Option<&Result<Facts, Refusal>> {
        let opened = self.opened.get(path)?;
        opened.iter().find(|(tried, _)| tried == passphrase).map(|(_, result)| result)
    }

    fn named<'i>(&'i self, text: &Text, settings: &'i [Setting]) -> Option<Named<'i>> {
        let (setting, others) = settings.split_first()?;
        let value = setting.text(text.support_escapes());
        let differs = |other: &&Setting| {
            other.name == setting.name && other.text(text.support_escapes()) != value
        };
        let path = self.named_path(text, setting);
        let file = path.path().and_then(|path| self.files.get(path));
        Some(Named { setting, contradicting: others.iter().find(differs), path, file })
    }
}
