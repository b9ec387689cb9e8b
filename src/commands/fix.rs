//! `fixkey fix PATH…`: repairs the keys that configurations name, and the settings that name them.

mod aftermath;
mod apply;
mod grants;
mod json;
mod options;
mod story;

use std::collections::{BTreeSet, HashSet};
use std::io;
use std::path::{Path, PathBuf};

use self::apply::{Applied, apply};
use self::options::FixOptions;
use self::story::{Story, Told};
use super::result_stream::{self, ResultStream};
use super::setup::Setup;
use super::{Failure, Status, Streams};
use crate::check::finding::{Repair, Severity};
use crate::check::inspection::{Context, Inspection};
use crate::check::judgement;
use crate::check::rules::{self, Resolved, Rule};
use crate::cli::{FixArguments, FixFormat};
use crate::fix::plan::{self, Passphrases, Plan, Planner, Rewrite};
use crate::fix::transaction::Lock;
use crate::logstash::discovery::{self, Found, Kind, Note, NoteKind, Source};
use crate::os::display::shown;
use crate::os::view;
use crate::report::Messages;

/// Repairs what is wrong with the keys of configurations, and tells of it.
pub(crate) fn run(arguments: &FixArguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let mut stdout = ResultStream::new(streams.stdout);
    let mut own = Streams { stdout: &mut stdout, stderr: &mut *streams.stderr };
    let run = fix(arguments, &mut own);
    let written = stdout.finish();
    run.and_then(|done| done.reported(written, streams)).inspect_err(|failure| {
        if arguments.format == FixFormat::Json {
            json::print_failure(failure, streams.stdout);
        }
    })
}

/// How a run ended, apart from its report.
struct Ended {
    status: Status,
    /// Whether files are now other than they were.
    has_changed: bool,
}

impl Ended {
    /// The same with its report: one that could not be written is no success, unless files are changed by
    /// then. These are as they were to be, and whoever sees a failure would look for the old ones.
    fn reported(
        self,
        written: io::Result<()>,
        streams: &mut Streams<'_>,
    ) -> Result<Status, Failure> {
        let Err(error) = written else { return Ok(self.status) };
        let failure = result_stream::failure(&error);
        if !self.has_changed {
            return Err(failure);
        }
        let message = format!("{}; the files are changed as they were to be", failure.message);
        Messages::new(streams.stderr).labelled("warning", &message);
        Ok(self.status)
    }
}

fn fix(arguments: &FixArguments, streams: &mut Streams<'_>) -> Result<Ended, Failure> {
    let own = FixOptions::of(arguments)?;
    let setup = Setup::of(&arguments.judging)?;
    allow_many_files();
    let Found { sources, notes } = found(arguments, &setup)?;
    let folders = sources.iter().filter_map(|source| source.path.parent());
    // Held until the end, so that what is read stays what it is.
    let mut locked = Lock::default();
    if !arguments.diff {
        lock(&mut locked, folders)?;
    }
    let context = Context { changes_files: true, ..setup.context() };
    let inspection = Inspection::new(sources, &context);
    let options = own.planning(arguments, &setup);
    let passphrases = Passphrases::new(&setup.variables, setup.passin.clone());
    let mut planner = Planner::new(&options, &inspection, passphrases);
    let told = judge(&inspection, &setup, &mut planner);
    let mut plan = planner.finish();
    plan.retain_grants(|path| told.iter().any(|told| told.grants(path)));
    let rewrites = plan::rewrites(&inspection, &plan)
        .map_err(|error| Failure::new(Status::CouldNot, error.to_string()))?;
    let mut applied = Applied::default();
    if !arguments.diff {
        // A run for other configurations may have these keys in hand.
        lock(&mut locked, plan.keys.iter().filter_map(|key| key.new.parent()))?;
        apply::remove_leftovers(&inspection, &plan);
        if !is_nothing(&plan, &rewrites) {
            applied = apply(&plan, &rewrites, &setup, arguments)?;
        }
    }
    let (setup, own, inspection) = (&setup, &own, &inspection);
    let story = Story { arguments, setup, own, inspection, notes, told, plan, rewrites, applied };
    match arguments.format {
        FixFormat::Human => story.tell(streams.stdout),
        FixFormat::Json => json::print(&story, streams.stdout),
    }
    Ok(Ended { status: story.status(), has_changed: !arguments.diff && story.changes() })
}

fn is_nothing(plan: &Plan<'_>, rewrites: &[Rewrite]) -> bool {
    rewrites.is_empty() && plan.grants.is_empty() && plan.keys.iter().all(|key| key.is_there)
}

/// Every key stays open, so that what is asked of it later is not asked of another file.
fn allow_many_files() {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    let most = rustix::process::Rlimit { current: limit.maximum, ..limit };
    let _ = rustix::process::setrlimit(rustix::process::Resource::Nofile, most);
}

/// The texts of every PATH, each once.
fn found(arguments: &FixArguments, setup: &Setup) -> Result<Found, Failure> {
    let mut all = Found::default();
    let mut known = HashSet::new();
    for path in &arguments.paths {
        let Found { sources, notes } = discovery::discover(path, &setup.view, &setup.variables)
            .map_err(|error| unreadable(path, &error.cause))?;
        all.notes.extend(notes);
        for source in sources {
            if known.insert(identity(&source)) {
                all.sources.push(source);
            }
        }
    }
    if all.sources.is_empty() {
        return Err(nothing_found(arguments, &all.notes));
    }
    Ok(all)
}

fn unreadable(path: &Path, error: &view::Error) -> Failure {
    let failure = Failure::new(Status::CouldNot, format!("{}: {error}", shown(path)));
    match error {
        view::Error::Io(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            failure.hint("run fixkey as root or as the owner of the file")
        }
        view::Error::Missing => failure.hint(
            "name a configuration, a folder of them, or the folder that holds pipelines.yml, such as /etc/logstash",
        ),
        _ => failure,
    }
}

fn nothing_found(arguments: &FixArguments, notes: &[Note]) -> Failure {
    if let Some(note) = notes.iter().find(|note| severity(note) == Severity::Error) {
        return Failure::new(Status::CouldNot, located(note));
    }
    let paths: Vec<String> = arguments.paths.iter().map(|path| shown(path)).collect();
    let message = format!("{}: no configuration was found", paths.join(", "));
    let failure = Failure::new(Status::CouldNot, message);
    if notes.is_empty() {
        return failure.hint("name a configuration, or the folder that holds them; folders below it are not searched");
    }
    failure.hint(notes.iter().map(located).collect::<Vec<_>>().join("; "))
}

/// A note of the search with its place.
fn located(note: &Note) -> String {
    let place =
        note.place.map_or(String::new(), |place| format!(":{}:{}", place.line, place.column));
    format!("{}{place}: {}", shown(&note.path), note.message)
}

/// What tells one text from another: its file, and for a `config.string` its place there.
fn identity(source: &Source) -> (std::mem::Discriminant<Kind>, Option<usize>, PathBuf) {
    let start = match &source.kind {
        Kind::Embedded(embedded) => Some(embedded.scalar.start),
        Kind::Configuration | Kind::LogstashYml(_) => None,
    };
    let path = std::fs::canonicalize(&source.path).unwrap_or_else(|_| source.path.clone());
    (std::mem::discriminant(&source.kind), start, path)
}

fn lock<'p>(locked: &mut Lock, folders: impl Iterator<Item = &'p Path>) -> Result<(), Failure> {
    locked.add(folders).map_err(|folder| {
        let message = format!("{}: another fixkey is at work in this folder", shown(&folder));
        Failure::new(Status::CouldNot, message).hint("run it again when the other one is done")
    })
}

/// Every finding, with what becomes of it.
fn judge<'a>(
    inspection: &'a Inspection<'a>,
    setup: &Setup,
    planner: &mut Planner<'a>,
) -> Vec<Told> {
    let judged = judgement::of_texts(inspection, &setup.wanted);
    let told = judged.into_iter().map(|judged| {
        let outcome = match (judged.site(inspection), judged.finding.repair) {
            (Some(site), Some(repair)) => Some(planner.plan(site, repair)),
            _ => None,
        };
        let endpoint = judged.endpoint.map(|endpoint| endpoint.place.start);
        Told { text: judged.text, endpoint, finding: judged.finding, outcome }
    });
    let mut told = told.collect();
    drop_what_is_resolved(&mut told);
    told
}

/// Drops what no longer holds once a key is converted.
fn drop_what_is_resolved(told: &mut Vec<Told>) {
    let place = |told: &Told| (told.text, told.finding.span.as_ref().map(|span| span.start));
    let plugin = |told: &Told| (told.text, told.endpoint);
    let is_conversion =
        |told: &&Told| told.finding.repair == Some(Repair::ConvertKey) && told.is_fixed();
    let places: BTreeSet<_> = told.iter().filter(is_conversion).map(place).collect();
    let plugins: BTreeSet<_> = told.iter().filter(is_conversion).map(plugin).collect();
    let is_resolved = |told: &Told| match rules::find(told.finding.rule) {
        Some(Rule { resolved_by_conversion: Resolved::AtSetting, .. }) => {
            places.contains(&place(told))
        }
        Some(Rule { resolved_by_conversion: Resolved::AtPlugin, .. }) => {
            plugins.contains(&plugin(told))
        }
        _ => false,
    };
    told.retain(|told| is_conversion(&told) || !is_resolved(told));
}

/// How bad a note of the search is.
fn severity(note: &Note) -> Severity {
    match note.kind {
        NoteKind::Refused | NoteKind::Unreadable => Severity::Error,
        NoteKind::NoMatch => Severity::Warning,
        _ => Severity::Note,
    }
}
