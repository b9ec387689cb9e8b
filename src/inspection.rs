//! Everything that the rules look at, read once: texts, their endpoints, and the files that these name.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::certificate::{self, Certificate};
use crate::file::{self, What};
use crate::finding::Finding;
use crate::key_file::{self, Held};
use crate::logstash::discovery::{Kind, Source, Style, YamlScalar};
use crate::logstash::endpoint::{self, Endpoint, Setting};
use crate::logstash::parse;
use crate::logstash::plugins::{self, Of};
use crate::logstash::variables::{self, Variables};
use crate::plan;
use crate::report::quoted;
use crate::rules::{
    self,
    case::{Case, Closed, Named, NamedFile, NamedPath},
};
use crate::view::{self, View};

/// What the rules look at.
pub struct Inspection<'a> {
    /// The texts, in Logstash's order.
    pub texts: Vec<Text>,
    /// What their settings name, by the path as it is configured.
    pub files: BTreeMap<PathBuf, NamedFile>,
    /// The first certificate of each file that a setting names as a certificate.
    certificates: BTreeMap<PathBuf, Certificate>,
    variables: &'a Variables,
    of: Of<'a>,
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

impl Text {
    fn new(source: Source) -> Self {
        let mut text = Self { source, endpoints: Vec::new(), findings: Vec::new() };
        (text.endpoints, text.findings) = match &text.source.kind {
            Kind::LogstashYml(scalars) => (of_settings(scalars, text.bytes()), Vec::new()),
            Kind::Configuration | Kind::Embedded(_) => match parse::parse(text.bytes()) {
                Ok(configuration) => {
                    (endpoint::endpoints(&configuration), rules::of_text(&configuration))
                }
                Err(error) => (Vec::new(), of_broken(&text, &error)),
            },
        };
        text
    }

    /// The text itself: of a `config.string`, that alone.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        match &self.source.kind {
            Kind::Embedded(embedded) => &embedded.text,
            Kind::Configuration | Kind::LogstashYml(_) => &self.source.bytes,
        }
    }

    /// A span of the text as a span of its file, where it has one.
    #[must_use]
    pub fn in_file(&self, span: Range<usize>) -> Option<Range<usize>> {
        match &self.source.kind {
            Kind::Embedded(embedded) => embedded.to_file(span),
            Kind::Configuration | Kind::LogstashYml(_) => Some(span),
        }
    }

    /// Where a person finds a span: in the file, or else where the text begins there.
    #[must_use]
    pub fn shown_at(&self, span: Range<usize>) -> Range<usize> {
        match &self.source.kind {
            Kind::Embedded(embedded) => {
                let start = embedded.scalar.start;
                embedded.to_file(span).unwrap_or(start..start)
            }
            Kind::Configuration | Kind::LogstashYml(_) => span,
        }
    }

    /// Whether a setting's value depends on whether backslashes are escapes, which is not known: the file was
    /// named alone, or its pipelines differ.
    fn is_ambiguous(&self, setting: &Setting) -> bool {
        let is_known = matches!(self.source.kind, Kind::LogstashYml(_))
            || self.source.support_escapes().is_some();
        !is_known && setting.text(true) != setting.text(false)
    }

    /// Whether backslashes in its strings are escapes, as far as that is known.
    #[must_use]
    pub fn support_escapes(&self) -> bool {
        match self.source.kind {
            Kind::LogstashYml(_) => false,
            _ => self.source.support_escapes().unwrap_or(false),
        }
    }
}

/// What is wrong with a text that does not parse; that it is a key, where it is one.
fn of_broken(text: &Text, error: &parse::Error) -> Vec<Finding> {
    let mut findings = rules::of_error(error);
    if !looks_like_configuration(text.bytes()) {
        // Of a file that is something else nothing is shown.
        for finding in &mut findings {
            "this is not a Logstash configuration, which has `input`, `filter` or `output` and a brace"
                .clone_into(&mut finding.message);
            (finding.span, finding.related, finding.hint) = (None, None, None);
        }
    }
    let entries = file::recognise(text.bytes()).unwrap_or_default();
    if entries.iter().any(|entry| matches!(entry.what, What::Key(_) | What::Encrypted(_))) {
        for finding in &mut findings {
            "this is a private key, not a configuration".clone_into(&mut finding.message);
            (finding.span, finding.related) = (None, None);
            let path = &text.source.path;
            let new = path.file_name().unwrap_or_default().to_string_lossy();
            let new = path.with_file_name(plan::new_name(&new));
            finding.hint =
                Some(format!("to convert it alone: fixkey {} -o {}", quoted(path), quoted(&new)));
        }
    }
    findings
}

/// Whether a text has the beginning of a section anywhere.
fn looks_like_configuration(text: &[u8]) -> bool {
    ["input", "filter", "output"].iter().any(|section| {
        let found = text.windows(section.len()).enumerate();
        found.filter(|(_, window)| *window == section.as_bytes()).any(|(at, _)| {
            let rest = &text[at + section.len()..];
            rest.trim_ascii_start().first() == Some(&b'{')
        })
    })
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

impl<'a> Inspection<'a> {
    /// Reads what the sources name, through the view; `closed` says what keeps Logstash's account from
    /// reading a file of this machine.
    #[must_use]
    pub fn new(
        sources: Vec<Source>,
        view: &View,
        variables: &'a Variables,
        of: Of<'a>,
        closed: impl Fn(&Path) -> Option<Closed>,
    ) -> Self {
        let texts: Vec<Text> = sources.into_iter().map(Text::new).collect();
        let (files, certificates) = (BTreeMap::new(), BTreeMap::new());
        let mut inspection = Self { texts, files, certificates, variables, of };
        let of_certificates = inspection.paths(|endpoint| &endpoint.certificates);
        let of_keys = inspection.paths(|endpoint| &endpoint.keys);
        for path in of_keys.union(&of_certificates) {
            let mut file = look_at(path, view);
            if !matches!(file.held, Held::Nothing(_) | Held::Unreadable(_)) {
                file.closed = closed(&file.located.path);
            }
            let certificate = of_certificates.get(path).and_then(|_| leaf(&file.located.path));
            inspection.certificates.extend(certificate.map(|leaf| (path.clone(), leaf)));
            inspection.files.insert(path.clone(), file);
        }
        inspection
    }

    /// The paths that some settings of the endpoints name, as they are configured.
    fn paths(&self, settings: impl Fn(&Endpoint) -> &[Setting]) -> BTreeSet<PathBuf> {
        let mut paths = BTreeSet::new();
        for text in &self.texts {
            for setting in text.endpoints.iter().flat_map(&settings) {
                paths.extend(self.named_path(text, setting).path().cloned());
            }
        }
        paths
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
        Case {
            endpoint,
            key: self.named(text, &endpoint.keys),
            leaf: self.leaf(text, endpoint),
            certificate: self.named(text, &endpoint.certificates),
            of: self.of,
        }
    }

    fn leaf(&self, text: &Text, endpoint: &Endpoint) -> Option<&Certificate> {
        let path = self.named_path(text, endpoint.certificates.first()?);
        self.certificates.get(path.path()?)
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

/// The first certificate of a file.
fn leaf(path: &Path) -> Option<Certificate> {
    let contents = view::read_file(path).ok()?;
    certificate::leaf(file::recognise(&contents.bytes).ok()?).ok()
}

fn look_at(configured: &Path, view: &View) -> NamedFile {
    let (located, held) = match view.locate(configured) {
        Ok(located) => {
            let held = key_file::held(view::read_file(&located.path));
            (located, held)
        }
        Err(error) => {
            let located = view::Located { path: configured.to_owned(), link: None, folder: None };
            (located, Held::Nothing(view::Error::Io(io::Error::other(error))))
        }
    };
    let resolved = std::fs::canonicalize(&located.path).unwrap_or_else(|_| located.path.clone());
    NamedFile { located, resolved, held, closed: None }
}
