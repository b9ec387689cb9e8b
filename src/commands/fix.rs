//! `fixkey fix PATH…`: repairs the keys that configurations name, and the settings that name them.

mod aftermath;
mod changes;
mod failure;
mod options;

use std::collections::HashSet;
use std::path::{Path, PathBuf};

use self::options::FixOptions;
use super::result_stream::{Ended, ResultStream};
use super::setup::{self, Host, Setup};
use super::{Failure, Status, Streams};
use crate::beats;
use crate::check::assembly::ReportBuilder;
use crate::check::finding::Severity;
use crate::check::hint::Hint;
use crate::check::inspection::{Context, Inspection};
use crate::check::judgement::Judged;
use crate::check::report::{FixReport, Remark, Report, SearchRemark};
use crate::check::rules;
use crate::cli::{CommonOptions, FixArguments};
use crate::fix::apply::{self, Applied, Means, apply};
use crate::fix::plan::{self, KeyChange, Passphrases, Plan, Planner, Rewrite};
use crate::fix::repairs::{self, Disposition, Planned};
use crate::fix::transaction::Lock;
use crate::logstash::discovery::{Discovery, Found, Note, Source, SourceKind};
use crate::logstash::releases::{LATEST, Release};
use crate::logstash::version::version;
use crate::os::display::shown;
use crate::os::signals::Signals;
use crate::os::view;
use crate::os::walk;
use crate::report;
use crate::report::human::Style;

/// Repairs what is wrong with the keys of configurations, and reports it.
pub(crate) fn run(arguments: &FixArguments, streams: &mut Streams<'_>) -> anyhow::Result<Status> {
    let mut stdout = ResultStream::new(streams.stdout);
    let mut own = Streams { stdout: &mut stdout, stderr: &mut *streams.stderr };
    let run = fix(arguments, &mut own);
    let written = stdout.finish();
    run.and_then(|done| done.reported(written, streams)).inspect_err(|error| {
        let report = Some(FixReport::default());
        Failure::report(error, report, arguments.format, streams.stdout);
    })
}

fn fix(arguments: &FixArguments, streams: &mut Streams<'_>) -> anyhow::Result<Ended> {
    // Before anything repeats it, --passin is known to be a source, not a passphrase.
    let mut setup = Setup::of(&arguments.common)?;
    setup.client_auth = arguments.client_auth;
    let own = FixOptions::of(arguments)?;
    allow_many_files();
    let Found { sources, notes } = found(&own, arguments, &setup)?;
    let folders = sources.iter().filter_map(|source| source.path.parent());
    // Held until the end, so that what is read stays what it is.
    let mut locked = Lock::new(&setup.logstash.view);
    if !arguments.diff {
        lock(&mut locked, folders)?;
    }
    // It repairs everything for the release to upgrade to, not only what the upgrade stops.
    let context = Context { changes_files: true, before: None, ..setup.context() };
    let inspection = Inspection::new(sources, &context);
    let options = own.planning(&setup);
    let passphrases = Passphrases::new(&setup.logstash.variables, setup.passin.clone());
    let mut planner = Planner::new(&options, &inspection, passphrases);
    let mut findings = repairs::planned(&inspection, &setup.wanted, &mut planner);
    let mut plan = planner.finish();
    repairs::judge_again(&inspection, &setup.wanted, &plan.edits, &mut findings);
    findings.retain(|planned| !matches!(planned.disposition, Disposition::Resolved));
    plan.retain_grants(|path| findings.iter().any(|planned| planned.grants(path)));
    let rewrites = plan::rewrites(&inspection, &plan)
        .map_err(|error| Failure::new(Status::CouldNot, error.to_string()))?;
    let mut applied = Applied::default();
    let mut signals = None;
    if !arguments.diff {
        // A run for other configurations may have these keys in hand.
        lock(&mut locked, plan.keys.iter().filter_map(|key| key.new.parent()))?;
        apply::remove_leftovers(&inspection, &plan, &setup.logstash.view);
        if !is_nothing(&plan, &rewrites) {
            signals = Some(Signals::watch().map_err(|error| {
                Failure::new(Status::CouldNot, format!("cannot watch signals: {error}"))
            })?);
            let Host { access, view, .. } = &setup.logstash;
            let shipper_access = &setup.shipper.access;
            let means = Means { access, shipper_access, view, no_backup: arguments.no_backup };
            applied = apply(&plan, &rewrites, &means).map_err(|error| failure::of(&error))?;
        }
    }
    let could_not = could_not(&findings);
    let is_wrong_passphrase = |planned: &Planned<'_>| {
        planned
            .obstacle()
            .is_some_and(|obstacle| obstacle.kind == plan::ObstacleKind::WrongPassphrase)
    };
    let is_refused = findings.iter().any(is_wrong_passphrase);
    let mut report = ReportBuilder::new(&setup.logstash.access, true);
    // What the search says concerns the run, whichever rules are wanted.
    report.take_notes(&notes, |_| true);
    report.take_inspection(&inspection, &told(findings, &own));
    let mut report = Report {
        began: Some(setup.clock.now),
        is_strict: arguments.common.strict,
        ..report.finish(setup.judged_by(&arguments.paths, &inspection))
    };
    if setup.release.is_some_and(|release| release.is_later_than_known()) {
        report.remarks.push(Remark::note(format!(
            "this release of Logstash is later than all that fixkey knows, and judged as {LATEST}"
        )));
    }
    let is_written = |key: &KeyChange<'_>| !key.is_there && key.is_of_logstash;
    let writes_keys = !arguments.diff && plan.keys.iter().any(is_written);
    if writes_keys && setup.logstash.access.know_no_account() {
        report.remarks.push(Remark::note(NO_ACCOUNT));
    }
    report.privileged_command = setup::privileged(&report, || own.same_command());
    let changes = changes::Changes { arguments, setup: &setup, own: &own, inspection: &inspection };
    let search = notes.iter().map(search_remark).collect();
    report.fix = Some(changes.report(&plan, rewrites, applied, search));
    let leaves_problems = is_refused || leaves_problems(&report);
    let is_of_shipper = |text: &usize| inspection.texts[*text].shipper.is_some();
    let is_of_shippers = plan.edits.keys().all(is_of_shipper)
        && plan.grants.is_empty()
        && plan.keys.iter().all(|key| !key.is_of_logstash);
    let next = next_step(&report, &setup, arguments, is_of_shippers);
    if let Some(fix) = &mut report.fix {
        fix.next = next;
    }
    let status = could_not.unwrap_or_else(|| status(&report, leaves_problems));
    let is_coloured = arguments.color.is_wanted();
    let CommonOptions { quiet: is_quiet, verbose: is_verbose, .. } = arguments.common;
    let style = Style { is_quiet, is_verbose, is_coloured };
    report::print(&report, arguments.format, style, status.code(), streams.stdout);
    if let Some(signals) = signals {
        signals.until_the_end();
    }
    let has_changed = report.fix.is_some_and(|fix| !fix.is_dry_run && fix.changes());
    Ok(Ended { status, has_changed })
}

/// For the operator whose Logstash runs in a container, or under another name.
const NO_ACCOUNT: &str = "not checked: whether Logstash can read the new keys (there is no account \"logstash\" here; use --user NAME or --user UID:GID)";

fn is_nothing(plan: &Plan<'_>, rewrites: &[Rewrite]) -> bool {
    rewrites.is_empty() && plan.grants.is_empty() && plan.keys.iter().all(|key| key.is_there)
}

/// Every key stays open, so that what is asked of it later is not asked of another file.
fn allow_many_files() {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    let most = rustix::process::Rlimit { current: limit.maximum, ..limit };
    let _ = rustix::process::setrlimit(rustix::process::Resource::Nofile, most);
}

/// How the run ends where repairs could not be made.
fn could_not(findings: &[Planned<'_>]) -> Option<Status> {
    let kinds = || findings.iter().filter_map(|planned| Some(planned.obstacle()?.kind));
    let signal = kinds().find_map(|kind| match kind {
        plan::ObstacleKind::Signal(signal) => Some(Status::Signalled(signal)),
        _ => None,
    });
    signal.or_else(|| {
        kinds().any(|kind| kind == plan::ObstacleKind::CouldNot).then_some(Status::CouldNot)
    })
}

/// Whether something is left that keeps Logstash from working, or with `--strict` may.
fn leaves_problems(report: &Report) -> bool {
    report.has_problem()
        || report.unread().next().is_some()
        || report.fix.as_ref().is_some_and(|fix| fix.errors().next().is_some())
}

/// How the run ends otherwise: what could not be looked at outranks what was found.
fn status(report: &Report, leaves_problems: bool) -> Status {
    let would_change = report.fix.as_ref().is_some_and(|fix| fix.is_dry_run && fix.changes());
    if report.unread().next().is_some() {
        Status::CouldNot
    } else if would_change || leaves_problems {
        Status::InputAtFault
    } else {
        Status::Done
    }
}

/// What the operator does next.
fn next_step(
    report: &Report,
    setup: &Setup,
    arguments: &FixArguments,
    is_of_shippers: bool,
) -> Option<String> {
    let fix = report.fix.as_ref().filter(|fix| !fix.is_dry_run && fix.changes())?;
    let (restart, run) = if is_of_shippers {
        ("restart the shipper", "")
    } else if setup.logstash.view.is_mapped() {
        ("restart Logstash", "")
    } else {
        ("systemctl restart logstash", "run: ")
    };
    let most = if arguments.common.strict { Severity::Warning } else { Severity::Error };
    let left = report.left().filter(|left| left.finding.severity <= most).count();
    let left = left + fix.errors().count() + report.unread().count();
    let reloads = |release: Release| release.is_at_least(version(9, 5, 0));
    Some(match left {
        0 if setup.release.is_some_and(reloads) => {
            format!(
                "{restart} (with config.reload.automatic and ssl.reload.automatic, Logstash reloads by itself)"
            )
        }
        0 => restart.to_owned(),
        1 => format!("resolve the 1 problem above, then {run}{restart}"),
        left => format!("resolve the {left} problems above, then {run}{restart}"),
    })
}

/// The texts of every PATH, each once.
fn found(own: &FixOptions<'_>, arguments: &FixArguments, setup: &Setup) -> Result<Found, Failure> {
    let mut all = Found::default();
    let mut known = HashSet::new();
    let mut discovery = Discovery::new(&setup.logstash.view, &setup.logstash.variables);
    for path in &arguments.paths {
        let shippers = shipper_files(path, setup);
        let is_of_shippers = !shippers.is_empty() && !holds_configurations(path, setup);
        let found = if is_of_shippers { Ok(Found::default()) } else { discovery.discover(path) };
        let found = found.map_err(|error| unreadable(path, &error.cause))?;
        let Found { mut sources, notes } = found;
        sources.retain(|source| shippers.iter().all(|shipper| shipper.path != source.path));
        sources.extend(shippers);
        all.notes.extend(notes);
        for source in sources {
            if known.insert(identity(&source)) {
                all.sources.push(source);
            }
        }
    }
    if all.sources.is_empty() {
        return Err(nothing_found(own, arguments, &all.notes));
    }
    Ok(all)
}

/// Returns the shippers' files that a path of the command line leads to: itself, or those directly in a directory.
fn shipper_files(path: &Path, setup: &Setup) -> Vec<Source> {
    if !setup.logstash.view.is_dir(path) {
        return shipper_file(path, setup).into_iter().collect();
    }
    let mut names = setup.logstash.view.names(path).unwrap_or_default();
    names.sort();
    let files = names.into_iter().map(|name| path.join(name));
    let files = files.filter(|file| !beats::file::is_backup(file));
    files.filter_map(|file| shipper_file(&file, setup)).collect()
}

/// Returns whether a directory holds settings or configurations of Logstash.
fn holds_configurations(path: &Path, setup: &Setup) -> bool {
    let names = setup.logstash.view.names(path).unwrap_or_default();
    names.iter().any(|name| {
        let name = Path::new(name);
        walk::is_settings_file(name) || name.extension().is_some_and(|end| end == "conf")
    })
}

/// Returns a shipper's file that the command line names.
fn shipper_file(path: &Path, setup: &Setup) -> Option<Source> {
    let path = setup.logstash.view.resolve(path).ok()?;
    let is_configuration = path.extension().is_some_and(|end| end == "conf");
    let is_one =
        !is_configuration && !walk::is_settings_file(&path) && !setup.logstash.view.is_dir(&path);
    let contents = is_one.then(|| setup.logstash.view.read_file(&path).ok()).flatten()?;
    beats::file::read(&path, &contents.bytes)?;
    Some(Source::of_shipper(path, contents))
}

fn unreadable(path: &Path, error: &view::Error) -> Failure {
    let failure = Failure::new(Status::CouldNot, format!("{}: {error}", shown(path)));
    match error {
        view::Error::Io(error) if error.kind() == std::io::ErrorKind::PermissionDenied => {
            failure.hint("run fixkey as root or as the owner of the file")
        }
        view::Error::Missing => failure.hint(
            "give a configuration, a directory of configurations, or the directory of pipelines.yml",
        ),
        _ => failure,
    }
}

fn nothing_found(own: &FixOptions<'_>, arguments: &FixArguments, notes: &[Note]) -> Failure {
    if let Some(note) = notes.iter().find(|note| rules::severity_of_note(note) == Severity::Error) {
        return Failure::new(Status::CouldNot, located(note));
    }
    let paths: Vec<String> = arguments.paths.iter().map(|path| shown(path)).collect();
    let (paths, below) = (paths.join(", "), "no pipelines.yml, logstash.yml or configuration");
    let is_directory = arguments.paths.iter().all(|path| path.is_dir());
    let message = if is_directory {
        format!("{paths}: {below} directly in this directory")
    } else {
        format!("{paths}: no configuration was found")
    };
    let failure = Failure::new(Status::CouldNot, message);
    if let Some(below) = arguments.paths.iter().find_map(|path| configurations_below(path)) {
        return failure.with(Hint::command(own.command_for(below)));
    }
    if notes.is_empty() {
        return failure.hint("give a configuration, or the directory that holds configurations");
    }
    failure.hint(notes.iter().map(located).collect::<Vec<_>>().join("; "))
}

/// The directory below this one, or below its `etc/logstash`, that holds configurations, such as `conf.d`: `fix` reads a
/// directory as Logstash does, which does not look below it.
fn configurations_below(path: &Path) -> Option<PathBuf> {
    let entries = |directory: &Path| -> Vec<PathBuf> {
        let entries = std::fs::read_dir(directory).into_iter().flatten().flatten();
        let mut paths: Vec<PathBuf> = entries.map(|entry| entry.path()).collect();
        paths.sort();
        paths
    };
    let is_configuration = |path: &PathBuf| path.extension().is_some_and(|it| it == "conf");
    let mut below = entries(path).into_iter().chain(entries(&path.join("etc/logstash")));
    below.find(|below| entries(below).iter().any(is_configuration))
}

/// A note of the search with its place.
fn located(note: &Note) -> String {
    let place = note.place.map_or(String::new(), |place| format!(":{place}"));
    format!("{}{place}: {}", shown(&note.path), note.message)
}

/// What tells one text from another: its file, and for a `config.string` its place there.
fn identity(source: &Source) -> (std::mem::Discriminant<SourceKind>, Option<usize>, PathBuf) {
    let start = match &source.kind {
        SourceKind::Embedded(embedded) => Some(embedded.scalar.start),
        SourceKind::Configuration | SourceKind::SettingsFile(_) | SourceKind::Shipper => None,
    };
    let path = std::fs::canonicalize(&source.path).unwrap_or_else(|_| source.path.clone());
    (std::mem::discriminant(&source.kind), start, path)
}

fn lock<'p>(locked: &mut Lock<'_>, folders: impl Iterator<Item = &'p Path>) -> Result<(), Failure> {
    locked.add(folders).map_err(|folder| {
        let message = format!("{}: another fixkey is running in this directory", shown(&folder));
        Failure::new(Status::CouldNot, message).hint("run it again when the other one is done")
    })
}

/// The findings, each with the reason why it is not repaired.
fn told<'a>(findings: Vec<Planned<'a>>, own: &FixOptions<'_>) -> Vec<Judged<'a>> {
    let told = |Planned { judged, disposition }: Planned<'a>| match disposition {
        Disposition::Left(obstacle) => {
            let finding =
                obstacle.explain(judged.finding, "not fixed", |option| own.command_with(option));
            Judged { finding, ..judged }
        }
        _ => judged,
    };
    findings.into_iter().map(told).collect()
}

fn search_remark(note: &Note) -> SearchRemark {
    let (path, position) = (note.path.clone(), note.place);
    SearchRemark {
        severity: rules::severity_of_note(note),
        path,
        position,
        text: note.message.clone(),
    }
}
