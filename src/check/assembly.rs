//! Assembles a report: each file once, each cause once, everything in order.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use source_text::{LineIndex, Position};
use zeroize::Zeroizing;

use super::look::{Look, Looked, as_unnamed, examined};
use crate::check::access::AccessPolicy;
use crate::check::finding::{Finding, Repair};
use crate::check::hint::Hint;
use crate::check::inspection::{Inspection, Text};
use crate::check::judgement::Judged;
use crate::check::named_file::NamedFile;
use crate::check::report::{Attributes, CheckedFile, FileKind, LocatedFinding, NamedAt, Report};
use crate::check::rules;
use crate::logstash::discovery::{self, Note, NoteKind, Source};
use crate::os::view;

/// A configuration, and the path to give to `fix`.
pub(crate) struct Origin {
    pub(crate) source: Source,
    pub(crate) path: PathBuf,
}

/// Collects files and findings for a report.
pub(crate) struct ReportBuilder<'a> {
    /// Whether each setting that points to a file is repaired on its own, as in `fix`.
    by_setting: bool,
    /// Gives owners and groups their names.
    access: &'a AccessPolicy,
    files: Vec<CheckedFile>,
    /// The index of a path in `files`.
    file_places: HashMap<PathBuf, usize>,
    /// Files that no configuration may point to.
    looked: Vec<Looked>,
    /// Files that fixkey has no permission to read.
    closed: Vec<(PathBuf, view::Error)>,
    findings: Vec<LocatedFinding>,
    /// The index in `findings` of a finding about a file.
    known: HashMap<SameCause, usize>,
    texts: HashMap<PathBuf, Arc<Zeroizing<Vec<u8>>>>,
}

/// File, rule, message, whether it is repaired and, where each setting is repaired on its own, note and hints. Findings
/// that agree in these have one cause, whichever setting points to the file.
type SameCause = (PathBuf, &'static str, String, bool, Option<String>, Vec<Hint>);

impl<'a> ReportBuilder<'a> {
    pub(crate) fn new(access: &'a AccessPolicy, by_setting: bool) -> Self {
        Self {
            by_setting,
            access,
            files: Vec::new(),
            file_places: HashMap::new(),
            looked: Vec::new(),
            closed: Vec::new(),
            findings: Vec::new(),
            known: HashMap::new(),
            texts: HashMap::new(),
        }
    }

    /// Adds files, and returns the configurations among them.
    pub(crate) fn take_looks(&mut self, looks: Vec<Look>) -> Vec<Origin> {
        let mut origins = Vec::new();
        for look in looks {
            match look {
                Look::Configuration(source) => {
                    origins.push(Origin { path: source.path.clone(), source: *source });
                }
                Look::File(looked) => self.looked.push(*looked),
                Look::Other(file) => self.add_file(*file),
                Look::Closed(path, error) => self.closed.push((path, error)),
            }
        }
        origins
    }

    /// Adds files that fixkey has no permission to read.
    pub(crate) fn take_closed(&mut self, closed: Vec<(PathBuf, view::Error)>) {
        self.closed.extend(closed);
    }

    /// Adds the unreadable files, except those known by another path.
    fn add_closed(&mut self) {
        let whole = |path: &Path| std::fs::canonicalize(path).unwrap_or_else(|_| path.to_owned());
        let closed = std::mem::take(&mut self.closed);
        let mut known: HashSet<PathBuf> = if closed.is_empty() {
            HashSet::new()
        } else {
            self.file_places.keys().map(|path| whole(path)).collect()
        };
        for (path, error) in closed {
            if known.insert(whole(&path)) {
                self.add_file(closed_file(path, &error.to_string()));
            }
        }
    }

    /// Adds the notes of the search for pipelines, for the rules that count.
    pub(crate) fn take_notes(&mut self, notes: &[Note], counts: impl Fn(&str) -> bool) {
        for note in notes {
            if note.kind == NoteKind::Unreadable {
                self.add_file(closed_file(note.path.clone(), &note.message));
            }
            let findings = rules::of_note(note).into_iter();
            let findings = findings.filter(|finding| counts(finding.rule));
            self.findings.extend(findings.map(|finding| LocatedFinding {
                finding,
                path: note.path.clone(),
                position: note.place,
                end: None,
                related: None,
                named_at: Vec::new(),
                key: None,
            }));
        }
    }

    /// Adds the configurations with the files that they point to and their findings, then the files that no
    /// configuration points to.
    pub(crate) fn take_inspection(&mut self, inspection: &Inspection<'_>, judged: &[Judged<'_>]) {
        for text in &inspection.texts {
            self.add_file(examined_text(text));
            self.texts.insert(text.source.path.clone(), Arc::clone(&text.source.bytes));
        }
        self.take_named_files(inspection);
        self.take_judged(judged, inspection);
        let named = named(inspection);
        // If files were not examined, it is unknown which of them a configuration points to.
        let is_known = inspection.looks_at_files && !inspection.texts.is_empty();
        for looked in std::mem::take(&mut self.looked) {
            if looked.identity.is_none_or(|identity| !named.contains(&identity)) {
                self.take_unnamed(looked, is_known);
            }
        }
    }

    /// Adds the files that configurations point to, except a path that may be a secret.
    fn take_named_files(&mut self, inspection: &Inspection<'_>) {
        let hidden = hidden(inspection);
        for (path, file) in &inspection.files {
            let mut examined = examined(file);
            if let Some(limit) = inspection.limit(path) {
                (examined.is_closed, examined.not_examined) = (true, Some(limit));
            }
            match hidden.get(file.located.path.as_path()) {
                Some(written) if examined.is_closed => {
                    self.add_file(CheckedFile { path: PathBuf::from(written), ..examined });
                }
                Some(_) => {}
                None => self.add_file(examined),
            }
        }
    }

    /// Adds the findings of the rules, in the order of the configurations.
    fn take_judged(&mut self, judged: &[Judged<'_>], inspection: &Inspection<'_>) {
        for judged in judged.chunk_by(|one, two| one.text == two.text) {
            let text = &inspection.texts[judged[0].text];
            let lines = LineIndex::of(&text.source.bytes);
            for judged in judged {
                let located = located(judged.finding.clone(), text, &lines);
                self.add(LocatedFinding { key: converted_key(judged, inspection), ..located });
            }
        }
    }

    /// Adds a file that no configuration points to.
    fn take_unnamed(&mut self, looked: Looked, beside_configurations: bool) {
        let Looked { examined, certificate, findings, is_harmless, .. } = looked;
        let path = examined.path.clone();
        self.add_file(examined);
        if let Some(certificate) = certificate {
            self.add_file(certificate);
        }
        let is_harmless = is_harmless || beside_configurations;
        for finding in findings {
            let finding = if is_harmless { as_unnamed(finding) } else { finding };
            self.add(about_file(finding, &path, Vec::new()));
        }
    }

    /// Adds a finding. One that is known already gains the setting, and keeps the worse severity.
    fn add(&mut self, located: LocatedFinding) {
        if let Some(about) = &located.finding.about {
            let finding = &located.finding;
            let is_fixable = located.is_fixable();
            let tells_how = self.by_setting && !is_fixable;
            let note = finding.note.clone().filter(|_| tells_how);
            let hints = if tells_how { finding.hints.clone() } else { Vec::new() };
            let message = finding.message.clone();
            let cause = (about.path.clone(), finding.rule, message, is_fixable, note, hints);
            if let Some(known) = self.known.get(&cause) {
                let known = &mut self.findings[*known];
                known.named_at.extend(located.named_at);
                known.finding.is_of_unseen_file |= located.finding.is_of_unseen_file;
                if located.finding.severity < known.finding.severity {
                    known.finding = located.finding;
                }
                return;
            }
            self.known.insert(cause, self.findings.len());
        }
        self.findings.push(located);
    }

    /// Adds a file once. What was examined replaces what a walk skipped.
    fn add_file(&mut self, file: CheckedFile) {
        match self.file_places.get(&file.path) {
            None => {
                self.file_places.insert(file.path.clone(), self.files.len());
                self.files.push(file);
            }
            Some(known)
                if self.files[*known].kind == FileKind::Other && file.kind != FileKind::Other =>
            {
                self.files[*known] = file;
            }
            Some(_) => {}
        }
    }

    /// Returns the report, sorted.
    pub(crate) fn finish(mut self, judged_by: String) -> Report {
        self.add_closed();
        self.findings.sort_by(|one, two| order(one).cmp(&order(two)));
        self.files.sort_by(|one, two| one.path.cmp(&two.path));
        let mut names = Names { access: self.access, known: BTreeMap::new() };
        for attributes in self.files.iter_mut().filter_map(|file| file.attributes.as_mut()) {
            names.give(attributes);
        }
        Report {
            judged_by,
            is_of_upgrade: false,
            working_directory: std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/")),
            files: self.files,
            findings: self.findings,
            texts: self.texts,
            ..Report::default()
        }
    }
}

/// Returns the key file that is converted for a finding.
fn converted_key(judged: &Judged<'_>, inspection: &Inspection<'_>) -> Option<PathBuf> {
    let endpoint = judged.endpoint.filter(|_| judged.finding.repair == Some(Repair::ConvertKey))?;
    let key = inspection.case(&inspection.texts[judged.text], endpoint).key?;
    key.file.map(|file| file.located.path.clone())
}

/// Locates a finding in its configuration, or in the file that it is about.
fn located(finding: Finding, text: &Text, lines: &LineIndex<'_>) -> LocatedFinding {
    let related = finding.related.map(|(span, what)| (text.shown_at(span), what));
    let span = finding.span.map(|span| text.shown_at(span));
    let finding = Finding { span, related, ..finding };
    let path = &text.source.path;
    let place = |offset: usize| lines.position(offset);
    let position = finding.span.as_ref().map(|span| place(span.start));
    if finding.about.is_some() {
        let place = finding.span.clone().zip(position);
        let named_at = place.map(|(span, position)| NamedAt { path: path.clone(), position, span });
        return about_file(finding, path, named_at.into_iter().collect());
    }
    let end = finding.span.as_ref().map(|span| place(span.end));
    let related = finding.related.as_ref().map(|(span, _)| place(span.start));
    let named_at = Vec::new();
    LocatedFinding { finding, path: path.clone(), position, end, related, named_at, key: None }
}

/// Locates a finding in the file that it is about.
fn about_file(finding: Finding, path: &Path, named_at: Vec<NamedAt>) -> LocatedFinding {
    let (path, line) = match &finding.about {
        Some(about) => (about.path.clone(), about.line),
        None => (path.to_owned(), None),
    };
    let position = line.map(|line| Position { line, column: 1 });
    let finding = Finding { span: None, related: None, ..finding };
    LocatedFinding { finding, path, position, end: None, related: None, named_at, key: None }
}

/// Returns the values of variables that are not files here, with the text to print instead: they may be secrets.
fn hidden<'i>(inspection: &'i Inspection<'_>) -> HashMap<&'i Path, String> {
    let (mut hidden, mut known) = (HashMap::new(), HashSet::new());
    if inspection.files.values().all(|file| file.metadata.is_some()) {
        return hidden;
    }
    let endpoints = inspection.texts.iter().flat_map(|text| {
        text.endpoints.iter().map(move |endpoint| inspection.case(text, endpoint))
    });
    for case in endpoints {
        for named in case.named() {
            let Some(file) = named.file else { continue };
            let path = file.located.path.as_path();
            if named.is_to_be_hidden() {
                hidden.insert(path, named.shown());
            } else {
                known.insert(path);
            }
        }
    }
    hidden.retain(|path, _| !known.contains(path));
    hidden
}

/// Returns device and inode of the files that configurations point to.
fn named(inspection: &Inspection<'_>) -> HashSet<(u64, u64)> {
    inspection.files.values().filter_map(NamedFile::identity).collect()
}

fn closed_file(path: PathBuf, why: &str) -> CheckedFile {
    let not_examined = Some(crate::os::display::without_numbers(why));
    let (kind, contents, attributes) = (FileKind::Other, Vec::new(), None);
    CheckedFile { path, kind, contents, attributes, not_examined, is_closed: true }
}

fn examined_text(text: &Text) -> CheckedFile {
    let kind = match text.source.kind {
        discovery::SourceKind::Configuration => FileKind::Configuration,
        discovery::SourceKind::Shipper => FileKind::Shipper,
        discovery::SourceKind::Embedded(_) | discovery::SourceKind::SettingsFile(_) => {
            FileKind::Settings
        }
    };
    CheckedFile {
        path: text.source.path.clone(),
        kind,
        contents: Vec::new(),
        attributes: text.source.metadata.as_ref().map(Attributes::of),
        not_examined: None,
        is_closed: false,
    }
}

fn order(located: &LocatedFinding) -> (&Path, Option<Position>, &'static str, &str) {
    (&located.path, located.position, located.finding.rule, &located.finding.message)
}

/// Looks up the names of owners and groups, each once.
struct Names<'a> {
    access: &'a AccessPolicy,
    known: BTreeMap<(bool, u32), String>,
}

impl Names<'_> {
    /// Replaces the numbers of a file by names.
    fn give(&mut self, attributes: &mut Attributes) {
        let mut name = |number: &str, is_group: bool| {
            let number: u32 = number.parse().unwrap_or_default();
            let known = self.known.entry((is_group, number));
            known.or_insert_with(|| self.access.name(number, is_group)).clone()
        };
        attributes.owner = name(&attributes.owner, false);
        attributes.group = name(&attributes.group, true);
    }
}
