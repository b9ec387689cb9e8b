//! `fixkey check PATH…`: reports what would keep Logstash, or its clients, from working; never writes.

mod gather;
mod progress;

use std::path::PathBuf;

use self::gather::{Gathered, gather};
use self::progress::Progress;
use super::setup::{self, Setup, usage};
use super::{Failure, Status, Streams};
use crate::check::assembly::{Origin, ReportBuilder};
use crate::check::connection;
use crate::check::finding::Finding;
use crate::check::forecast::Connection;
use crate::check::inspection::{Context, Inspection};
use crate::check::judgement::Judged;
use crate::check::look::{Candidate, Look, Looker};
use crate::check::report::{Remark, Report};
use crate::cli::{CheckArguments, CommonOptions};
use crate::fix::plan::{Options, Passphrases, Planner};
use crate::fix::repairs::{self, Disposition, Planned};
use crate::logstash::discovery::Source;
use crate::os::display::quoted;
use crate::os::parallel;
use crate::os::passphrase::PassphraseSource;
use crate::report;
use crate::report::human::Style;
use keyfile::key::derivation::Limits;

/// Checks what the paths lead to, and reports what it found.
pub(crate) fn run(arguments: &CheckArguments, streams: &mut Streams<'_>) -> anyhow::Result<Status> {
    check(arguments, streams).inspect_err(|error| {
        Failure::report(error, None, arguments.format, streams.stdout);
    })
}

fn check(arguments: &CheckArguments, streams: &mut Streams<'_>) -> anyhow::Result<Status> {
    if arguments.cert.is_some() && arguments.paths.len() != 1 {
        return Err(usage("--cert goes with one key: name that alone").into());
    }
    let setup = Setup::of(&arguments.common)?;
    let cert = arguments.cert.as_deref();
    cert.map_or(Ok(()), |cert| gather::refuse_missing(cert, &setup.logstash.view))?;
    let Gathered { sources, notes, candidates, closed } = gather(arguments, &setup)?;
    let context = Context { looks_at_files: !arguments.no_files, ..setup.context() };
    let passphrase = setup.passin.as_ref().map(PassphraseSource::read).transpose();
    let passphrase =
        passphrase.map_err(|error| Failure::new(Status::CouldNot, error.to_string()))?;
    let looker = Looker {
        context: &context,
        wanted: &setup.wanted,
        cert: arguments.cert.as_deref(),
        passphrase: passphrase.zip(arguments.common.passin.as_deref()),
        by_content: arguments.by_content,
        limits: Limits::shared_by(arguments.paths.len()),
    };
    let progress = Progress::new(candidates.len());
    let mut report = ReportBuilder::new(&setup.logstash.access, false);
    let (first, mut others) = candidates.into_iter().partition::<Vec<_>, _>(Candidate::goes_first);
    let mut origins = Origins::default();
    let found = report.take_looks(looks(&first, &looker, &progress));
    let sources = origins.sources(sources.into_iter().chain(found));
    let mut inspection = Inspection::new(sources, &context);
    let known = inspection.keys_and_certificates();
    others.retain(|candidate| candidate.identity.is_none_or(|found| !known.contains(&found)));
    let found = report.take_looks(looks(&others, &looker, &progress));
    inspection.add(origins.sources(found), &context);
    progress.end();
    report.take_closed(closed);
    // What the search says does not change with the release.
    report
        .take_notes(&notes, |rule| arguments.common.upgrade.is_none() && setup.wanted.takes(rule));
    let judged = judged(&inspection, &setup, arguments, &origins);
    report.take_inspection(&inspection, &judged);
    let mut report = Report {
        began: Some(setup.clock.now),
        is_strict: arguments.common.strict,
        is_of_upgrade: arguments.common.upgrade.is_some(),
        ..report.finish(setup.judged_by(&arguments.paths, &inspection))
    };
    if !report.is_of_upgrade {
        report.connections = connection::connections(&inspection).to_vec();
    }
    if report.is_of_upgrade {
        report.remarks.extend([BEFORE, NOT_CHECKED].map(Remark::note));
    }
    report.fix_command = fix_command(&judged, &origins, arguments);
    report.privileged_command = setup::privileged(&report, || same_command(arguments));
    let status = status(&report, arguments);
    if report.unread().next().is_none() && status == Status::CouldNot {
        return Err(nothing_found(arguments).into());
    }
    let is_coloured = arguments.color.is_wanted();
    let CommonOptions { quiet: is_quiet, verbose: is_verbose, .. } = arguments.common;
    let style = Style { is_quiet, is_verbose, is_coloured };
    report::print(&report, arguments.format, style, status.code(), streams.stdout);
    Ok(status)
}

/// What an upgrade does not change.
const BEFORE: &str =
    "not checked: what is wrong before the upgrade (fixkey check without --upgrade finds it)";

/// What may stop with an upgrade, and nothing here says.
const NOT_CHECKED: &str = "not checked: plugins that Logstash does not bundle, its Java, whether it runs as root, and whether plugins behave differently with the same settings";

/// This very command.
fn same_command(arguments: &CheckArguments) -> String {
    let CheckArguments { no_files, by_content, .. } = *arguments;
    let flags = [(no_files, "--no-files"), (by_content, "--by-content")];
    let mut words = vec!["fixkey check".to_owned()];
    words
        .extend(flags.iter().filter(|(is_given, _)| *is_given).map(|(_, flag)| (*flag).to_owned()));
    words.extend(arguments.cert.as_deref().map(|cert| format!("--cert {}", quoted(cert))));
    words.extend(setup::outcome_options(&arguments.common));
    words.push(setup::command(&arguments.common, &arguments.paths));
    words.join(" ")
}

/// The paths by which `fix` would find the texts, in the order of the texts.
#[derive(Default)]
struct Origins(Vec<PathBuf>);

impl Origins {
    /// The texts themselves.
    fn sources(&mut self, found: impl IntoIterator<Item = Origin>) -> Vec<Source> {
        let source = |Origin { source, path }| {
            self.0.push(path);
            source
        };
        found.into_iter().map(source).collect()
    }
}

fn looks(candidates: &[Candidate], looker: &Looker<'_>, progress: &Progress) -> Vec<Look> {
    parallel::map(candidates, |candidate| {
        let look = looker.look(candidate);
        progress.step();
        look
    })
}

/// What the rules say of the configurations, each with what `fix` would do about it.
fn judged<'i>(
    inspection: &'i Inspection<'i>,
    setup: &Setup,
    arguments: &CheckArguments,
    origins: &Origins,
) -> Vec<Judged<'i>> {
    let options = Options {
        in_place: false,
        key_dir: None,
        decrypt: false,
        grant: false,
        no_backup: false,
        is_shipper_mapped: setup.is_shipper_mapped,
        is_shipper_root: setup.shipper.access.account_uid() == Some(0),
        only_show: true,
        view: &setup.logstash.view,
    };
    let passphrases = Passphrases::new(&setup.logstash.variables, None);
    let mut planner = Planner::new(&options, inspection, passphrases);
    let told = |Planned { judged, disposition }: Planned<'i>| {
        let origin = origins.0.get(judged.text).cloned().unwrap_or_default();
        let is_stdin = origin.as_os_str() == "-";
        let command = setup::command(&arguments.common, &[origin]);
        let finding = judged.finding;
        let finding = match disposition {
            Disposition::NoRepair => finding,
            Disposition::Repaired | Disposition::Left(_) if is_stdin => {
                Finding { repair: None, ..finding }
                    .action("save the configuration to a file and run fixkey fix on it")
            }
            Disposition::Repaired => finding.command(format!("fixkey fix {command}")),
            Disposition::Resolved if finding.repair.is_none() => finding,
            Disposition::Resolved => Finding { repair: None, ..finding }
                .note("fixkey fix makes a new key to use instead"),
            Disposition::Left(obstacle) => {
                obstacle.explain(finding, "fixkey fix does not repair this", |option| {
                    format!("fixkey fix {option} {command}")
                })
            }
        };
        Judged { finding, ..judged }
    };
    repairs::planned(inspection, &setup.wanted, &mut planner).into_iter().map(told).collect()
}

/// The command that makes the repairs, with the paths as they were given where they lead to the configurations.
fn fix_command(
    judged: &[Judged<'_>],
    origins: &Origins,
    arguments: &CheckArguments,
) -> Option<String> {
    let mut paths: Vec<PathBuf> = Vec::new();
    for judged in judged.iter().filter(|judged| judged.finding.repair.is_some()) {
        let origin = origins.0.get(judged.text)?;
        let leads = |path: &&PathBuf| *path == origin || origin.parent() == Some(path.as_path());
        let path = arguments.paths.iter().find(leads).unwrap_or(origin);
        if !paths.contains(path) {
            paths.push(path.clone());
        }
    }
    let command = || format!("fixkey fix {}", setup::command(&arguments.common, &paths));
    (!paths.is_empty()).then(command)
}

fn nothing_found(arguments: &CheckArguments) -> Failure {
    let paths: Vec<String> =
        arguments.paths.iter().map(|path| crate::os::display::shown(path)).collect();
    Failure::new(Status::CouldNot, format!("{}: nothing to check was found", paths.join(", ")))
        .hint("give keys, certificates, configurations, or a directory that holds them")
}

/// How the run ends: what could not be looked at outranks what was found.
fn status(report: &Report, arguments: &CheckArguments) -> Status {
    if report.unread().next().is_some() || report.is_of_nothing() && !arguments.by_content {
        Status::CouldNot
    } else if report.has_problem() || report.connections.iter().any(Connection::fails) {
        Status::InputAtFault
    } else {
        Status::Done
    }
}
