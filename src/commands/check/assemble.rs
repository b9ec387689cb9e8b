//! Everything that was found, put together in its order, each cause once.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fs::Metadata;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use zeroize::Zeroizing;

use super::gather::Origin;
use super::look::{Look, Looked, as_unnamed, examined};
use crate::check::examination::{Attributes, Examination, ExaminedFile, Kind, Located};
use crate::check::finding::{Finding, Repair};
use crate::check::inspection::{Inspection, Text};
use crate::check::judgement::{self, Judged};
use crate::check::named_file::NamedFile;
use crate::check::rules;
use crate::cli::CheckArguments;
use crate::commands::setup::{self, Setup};
use crate::fix::plan::{Options, Passphrases, Planner};
use crate::logstash::discovery::{self, Note, NoteKind, Source};
use crate::os::display::quoted;
use crate::os::view;
use source_text::{LineIndex, Position};

/// What is found, as it comes in.
pub(super) struct Assembly<'a> {
    arguments: &'a CheckArguments,
    setup: &'a Setup,
    files: Vec<ExaminedFile>,
    /// Where in these a path is.
    file_places: HashMap<PathBuf, usize>,
    looked: Vec<Looked>,
    /// What fixkey may not read.
    closed: Vec<(PathBuf, view::Error)>,
    /// The paths by which `fix` would find the texts, in the order of the texts.
    origins: Vec<PathBuf>,
    findings: Vec<Located>,
    /// Where in these a finding about a file is.
    known: HashMap<Cause, usize>,
}

/// A file, a rule and what it says: the same cause, whoever names the file.
type Cause = (PathBuf, &'static str, String);

impl<'a> Assembly<'a> {
    pub(super) fn new(arguments: &'a CheckArguments, setup: &'a Setup) -> Self {
        let (files, file_places, known) = (Vec::new(), HashMap::new(), HashMap::new());
        let (looked, closed) = (Vec::new(), Vec::new());
        let (origins, findings) = (Vec::new(), Vec::new());
        Self { arguments, setup, files, file_places, looked, closed, origins, findings, known }
    }

    /// Takes the files, and gives all texts.
    pub(super) fn take_looks(&mut self, looks: Vec<Look>, found: Vec<Origin>) -> Vec<Source> {
        let mut origins = found;
        for look in looks {
            match look {
                Look::Configuration(path, bytes, metadata) => {
                    origins.push(configuration(path, bytes, metadata));
                }
                Look::File(looked) => self.looked.push(*looked),
                Look::Other(file) => self.add_file(*file),
                Look::Closed(path, error) => self.take_closed(vec![(path, error)]),
            }
        }
        let mut sources = Vec::with_capacity(origins.len());
        for Origin { source, path } in origins {
            self.origins.push(path);
            sources.push(source);
        }
        sources
    }

    /// Takes what fixkey may not read.
    pub(super) fn take_closed(&mut self, closed: Vec<(PathBuf, view::Error)>) {
        self.closed.extend(closed);
    }

    /// Adds what fixkey may not read, but for what is known by another name.
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

    /// Takes what there is to say of the search for pipelines.
    pub(super) fn take_notes(&mut self, notes: &[Note]) {
        for note in notes {
            if note.kind == NoteKind::Unreadable {
                self.add_file(closed_file(note.path.clone(), &note.message));
            }
            let place = note.place.map(|place| Position { line: place.line, column: place.column });
            let finding = rules::of_note(note);
            let finding = finding.filter(|finding| self.setup.wanted.takes(finding.rule));
            self.findings.extend(finding.map(|finding| Located {
                finding,
                path: note.path.clone(),
                position: place,
                end: None,
                related: None,
                named_at: Vec::new(),
            }));
        }
    }

    /// Takes the configurations, with what they name.
    pub(super) fn take_inspection(&mut self, inspection: &Inspection<'_>) {
        for text in &inspection.texts {
            self.add_file(examined_text(text));
        }
        self.take_named_files(inspection);
        self.take_judgement(inspection);
        let named = named(inspection);
        // Without a look at what they name, nothing is known to be named by none.
        let is_known = inspection.looks_at_files && !inspection.texts.is_empty();
        for looked in std::mem::take(&mut self.looked) {
            if looked.identity.is_none_or(|identity| !named.contains(&identity)) {
                self.take_unnamed(looked, is_known);
            }
        }
    }

    /// Takes the files that configurations name, but for what may be a secret in the place of one.
    fn take_named_files(&mut self, inspection: &Inspection<'_>) {
        let hidden = hidden(inspection);
        for file in inspection.files.values() {
            let examined = examined(file);
            match hidden.get(file.located.path.as_path()) {
                Some(written) if examined.is_closed => {
                    self.add_file(ExaminedFile { path: PathBuf::from(written), ..examined });
                }
                Some(_) => {}
                None => self.add_file(examined),
            }
        }
    }

    /// Takes what the rules say of the configurations, each with what `fix` would do about it.
    fn take_judgement(&mut self, inspection: &Inspection<'_>) {
        let options = Options {
            in_place: false,
            key_dir: None,
            decrypt: false,
            grant: false,
            only_show: true,
            view: &self.setup.view,
        };
        let passphrases = Passphrases::new(&self.setup.variables, None);
        let mut planner = Planner::new(&options, inspection, passphrases);
        let judged = judgement::of_texts(inspection, &self.setup.wanted);
        for judged in judged.chunk_by(|one, two| one.text == two.text) {
            let text = &inspection.texts[judged[0].text];
            let lines = LineIndex::of(&text.source.bytes);
            for judged in judged {
                let finding = self.with_next_step(judged, inspection, &mut planner);
                self.add(located(finding, text, &lines));
            }
        }
    }

    /// The finding with the command that repairs it, or what keeps `fix` from that.
    fn with_next_step<'i>(
        &self,
        judged: &Judged<'i>,
        inspection: &'i Inspection<'i>,
        planner: &mut Planner<'i>,
    ) -> Finding {
        let finding = judged.finding.clone();
        let (Some(repair), Some(site)) = (finding.repair, judged.site(inspection)) else {
            return finding;
        };
        let origin = self.origins.get(judged.text).cloned().unwrap_or_default();
        if origin.as_os_str() == "-" {
            let finding = Finding { repair: None, ..finding };
            return finding.hint("fixkey fix FILE, once it is in a file");
        }
        let command = setup::command(&self.arguments.judging, &[origin]);
        match planner.plan(site, repair) {
            Ok(()) => finding.hint(format!("fixkey fix {command}")),
            Err(obstacle) => {
                let hint = obstacle.hint.map(|hint| setup::spelled_out(&hint, &command));
                let hint = hint.map_or(String::new(), |hint| format!("; {hint}"));
                let hint = format!("fixkey fix leaves this, since {}{hint}", obstacle.message);
                Finding { repair: None, ..finding }.hint(hint)
            }
        }
    }

    /// Takes a file that no configuration names.
    fn take_unnamed(&mut self, looked: Looked, beside_configurations: bool) {
        let Looked { examined, certificate, findings, is_harmless, .. } = looked;
        let path = examined.path.clone();
        self.add_file(examined);
        if let Some(certificate) = certificate {
            self.add_file(certificate);
        }
        let is_harmless = is_harmless || beside_configurations;
        for finding in findings {
            let finding = with_conversion(finding, &path, self.arguments);
            let finding = if is_harmless { as_unnamed(finding) } else { finding };
            self.add(about_file(finding, &path, Vec::new()));
        }
    }

    /// Adds a finding; where it is about a file and known already, the place that names it.
    fn add(&mut self, located: Located) {
        if let Some(about) = &located.finding.about {
            let finding = &located.finding;
            let cause = (about.path.clone(), finding.rule, finding.message.clone());
            if let Some(known) = self.known.get(&cause) {
                self.findings[*known].named_at.extend(located.named_at);
                return;
            }
            self.known.insert(cause, self.findings.len());
        }
        self.findings.push(located);
    }

    /// Adds a file, once; what it turned out to be counts, not that a walk passed it over.
    fn add_file(&mut self, file: ExaminedFile) {
        match self.file_places.get(&file.path) {
            None => {
                self.file_places.insert(file.path.clone(), self.files.len());
                self.files.push(file);
            }
            Some(known) if self.files[*known].kind == Kind::Other && file.kind != Kind::Other => {
                self.files[*known] = file;
            }
            Some(_) => {}
        }
    }

    /// Everything, in its order.
    pub(super) fn finish(mut self) -> Examination {
        self.add_closed();
        let judged_by = self.setup.judged_by();
        self.findings.sort_by(|one, two| order(one).cmp(&order(two)));
        let mut files = self.files;
        files.sort_by(|one, two| one.path.cmp(&two.path));
        let mut names = Names { setup: self.setup, known: BTreeMap::new() };
        for attributes in files.iter_mut().filter_map(|file| file.attributes.as_mut()) {
            names.give(attributes);
        }
        let working_directory = std::env::current_dir().unwrap_or_else(|_| PathBuf::from("/"));
        Examination { judged_by, working_directory, files, findings: self.findings }
    }
}

fn configuration(path: PathBuf, bytes: Zeroizing<Vec<u8>>, metadata: Option<Metadata>) -> Origin {
    let (kind, pipelines) = (discovery::Kind::Configuration, Vec::new());
    let source = Source { path: path.clone(), bytes: Arc::new(bytes), metadata, kind, pipelines };
    Origin { source, path }
}

/// A finding about a text where it stands there, or where it stands in the file that it is about.
fn located(finding: Finding, text: &Text, lines: &LineIndex<'_>) -> Located {
    let related = finding.related.map(|(span, what)| (text.shown_at(span), what));
    let span = finding.span.map(|span| text.shown_at(span));
    let finding = Finding { span, related, ..finding };
    let path = &text.source.path;
    let place = |offset: usize| lines.position(offset);
    let position = finding.span.as_ref().map(|span| place(span.start));
    if finding.about.is_some() {
        let named_at = position.map(|position| (path.clone(), position)).into_iter().collect();
        return about_file(finding, path, named_at);
    }
    let end = finding.span.as_ref().map(|span| place(span.end));
    let related = finding.related.as_ref().map(|(span, _)| place(span.start));
    Located { finding, path: path.clone(), position, end, related, named_at: Vec::new() }
}

/// A finding about a file, at its line in that file.
fn about_file(finding: Finding, path: &Path, named_at: Vec<(PathBuf, Position)>) -> Located {
    let (path, line) = match &finding.about {
        Some(about) => (about.path.clone(), about.line),
        None => (path.to_owned(), None),
    };
    let position = line.map(|line| Position { line, column: 1 });
    let finding = Finding { span: None, related: None, ..finding };
    Located { finding, path, position, end: None, related: None, named_at }
}

/// Of a key that no configuration names, `fix` knows nothing: the command that converts it alone.
fn with_conversion(finding: Finding, path: &Path, arguments: &CheckArguments) -> Finding {
    let is_converted = finding.repair == Some(Repair::ConvertKey);
    let finding = Finding { repair: None, ..finding };
    if !is_converted {
        return finding;
    }
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let new = path.with_file_name(crate::fix::plan::new_name(&name));
    let new = if path.as_os_str() == "-" { PathBuf::from("our.p8") } else { new };
    let passin = arguments
        .judging
        .passin
        .as_ref()
        .map_or(String::new(), |source| format!(" --passin {}", quoted(Path::new(source))));
    let cert = arguments.cert.as_deref();
    let cert = cert.map_or(String::new(), |cert| format!(" --cert {}", quoted(cert)));
    finding.hint(format!("fixkey {} -o {}{passin}{cert}", quoted(path), quoted(&new)))
}

/// What variables give and is no file here, with what is written in its place; it may be a secret.
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

/// Device and inode of the files that configurations name.
fn named(inspection: &Inspection<'_>) -> HashSet<(u64, u64)> {
    inspection.files.values().filter_map(NamedFile::identity).collect()
}

fn closed_file(path: PathBuf, why: &str) -> ExaminedFile {
    let not_examined = Some(crate::os::display::without_numbers(why));
    let (kind, contents, attributes) = (Kind::Other, Vec::new(), None);
    ExaminedFile { path, kind, contents, attributes, not_examined, is_closed: true }
}

fn examined_text(text: &Text) -> ExaminedFile {
    let kind = match text.source.kind {
        discovery::Kind::Configuration => Kind::Configuration,
        discovery::Kind::Embedded(_) | discovery::Kind::LogstashYml(_) => Kind::Settings,
    };
    ExaminedFile {
        path: text.source.path.clone(),
        kind,
        contents: Vec::new(),
        attributes: text.source.metadata.as_ref().map(Attributes::of),
        not_examined: None,
        is_closed: false,
    }
}

fn order(located: &Located) -> (&Path, Option<Position>, &'static str, &str) {
    (&located.path, located.position, located.finding.rule, &located.finding.message)
}

/// The names of owners and groups, each looked up once.
struct Names<'a> {
    setup: &'a Setup,
    known: BTreeMap<(bool, u32), String>,
}

impl Names<'_> {
    /// Gives the numbers of a file their names.
    fn give(&mut self, attributes: &mut Attributes) {
        let rights = &self.setup.rights;
        let mut name = |number: &str, is_group: bool| {
            let number: u32 = number.parse().unwrap_or_default();
            let known = self.known.entry((is_group, number));
            known.or_insert_with(|| rights.name(number, is_group)).clone()
        };
        attributes.owner = name(&attributes.owner, false);
        attributes.group = name(&attributes.group, true);
    }
}
