//! `fixkey check PATH…`: reports what would keep Logstash, or its clients, from working; never writes.

mod assemble;
mod gather;
mod look;
mod progress;
mod tell;

use std::io::Write;

use self::assemble::Assembly;
use self::gather::{Candidate, Gathered, gather};
use self::look::{Look, Looker};
use self::progress::Progress;
use super::setup::{Setup, usage};
use super::{Failure, Status, Streams};
use crate::check::examination::Examination;
use crate::check::finding::Severity;
use crate::check::inspection::{Context, Inspection};
use crate::cli::{CheckArguments, Format};
use crate::os::parallel;
use crate::report::{github, json, junit, sarif};

/// Checks what the paths lead to, and tells what it found.
pub(crate) fn run(
    arguments: &CheckArguments,
    streams: &mut Streams<'_>,
) -> Result<Status, Failure> {
    if arguments.cert.is_some() && arguments.paths.len() != 1 {
        return Err(usage("--cert goes with one key: name that alone"));
    }
    let setup = Setup::of(&arguments.judging)?;
    arguments.cert.as_deref().map_or(Ok(()), gather::refuse_missing)?;
    let Gathered { sources, notes, candidates, closed } = gather(arguments, &setup)?;
    let looker = Looker::new(arguments, &setup)?;
    let progress = Progress::new(candidates.len());
    let mut assembly = Assembly::new(arguments, &setup);
    let context = Context { looks_at_files: !arguments.no_files, ..setup.context() };
    let (first, mut others) = candidates.into_iter().partition::<Vec<_>, _>(Candidate::goes_first);
    let sources = assembly.take_looks(looks(&first, &looker, &progress), sources);
    let mut inspection = Inspection::new(sources, &context);
    let known = inspection.keys_and_certificates();
    others.retain(|candidate| candidate.identity.is_none_or(|found| !known.contains(&found)));
    let sources = assembly.take_looks(looks(&others, &looker, &progress), Vec::new());
    inspection.add(sources, &context);
    progress.end();
    assembly.take_closed(closed);
    assembly.take_notes(&notes);
    assembly.take_inspection(&inspection);
    let examination = assembly.finish();
    let status = status(&examination, arguments);
    if !examination.could_not_look() && status == Status::CouldNot {
        return Err(nothing_found(arguments));
    }
    print(&examination, &inspection, status, arguments, streams.stdout);
    Ok(status)
}

fn looks(candidates: &[Candidate], looker: &Looker<'_>, progress: &Progress) -> Vec<Look> {
    parallel::map(candidates, |candidate| {
        let look = looker.look(candidate);
        progress.step();
        look
    })
}

fn nothing_found(arguments: &CheckArguments) -> Failure {
    let paths: Vec<String> =
        arguments.paths.iter().map(|path| crate::os::display::shown(path)).collect();
    Failure::new(Status::CouldNot, format!("{}: nothing to check was found", paths.join(", ")))
        .hint("name keys, certificates, configurations, or a folder that holds them")
}

/// How the run ends: what could not be looked at outranks what was found.
fn status(examination: &Examination, arguments: &CheckArguments) -> Status {
    let most = if arguments.judging.strict { Severity::Warning } else { Severity::Error };
    let is_counted = |finding: &crate::check::finding::Finding| {
        finding.severity <= most || arguments.judging.strict && finding.is_of_unseen_file
    };
    if examination.could_not_look() || examination.is_of_nothing() && !arguments.by_content {
        Status::CouldNot
    } else if examination.findings.iter().any(|located| is_counted(&located.finding)) {
        Status::InputAtFault
    } else {
        Status::Done
    }
}

fn print(
    examination: &Examination,
    inspection: &Inspection<'_>,
    status: Status,
    arguments: &CheckArguments,
    stdout: &mut dyn Write,
) {
    match arguments.format {
        Format::Human => tell::tell(examination, inspection, arguments, stdout),
        Format::Json => json::write(examination, status.code(), stdout),
        Format::Sarif => sarif::write(examination, status.code(), stdout),
        Format::Github => github::write(examination, status.code(), stdout),
        Format::Junit => junit::write(examination, status.code(), stdout),
    }
}
