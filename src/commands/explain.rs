//! `fixkey explain [RULE | LINE]`: explains a rule or a log line.

mod pages;
mod story;

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io::{self, BufRead, BufReader};
use std::os::unix::ffi::OsStrExt as _;
use std::os::unix::fs::FileTypeExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use story::NamedLog;

use super::{Status, Streams, near};
use crate::check::rules;
use crate::cli::ExplainArguments;
use crate::logstash::messages;
use crate::os::display::{quoted, shown};
use crate::report::Messages;

/// Explains a rule, or the known messages in a log.
pub(crate) fn run(
    arguments: &ExplainArguments,
    streams: &mut Streams<'_>,
) -> anyhow::Result<Status> {
    match arguments.log.as_slice() {
        [] => {}
        [path] => return log(&shown(path), open(path), streams),
        paths => return logs(paths, streams),
    }
    let subject = arguments.subject.join(OsStr::new(" "));
    if arguments.subject.is_empty() {
        pages::list(&mut Messages::new(streams.stdout));
        Ok(Status::Done)
    } else if subject == "-" {
        log("standard input", Ok(io::stdin().lock()), streams)
    } else if let Some(rule) = rule_like(&subject).filter(|_| !is_message(&subject)) {
        page(&rule, &mut Messages::new(streams.stdout))
    } else {
        line(&subject, streams)
    }
}

/// Returns whether the subject is a known message, which can have the form of a rule name: `KEY_VALUES_MISMATCH`.
fn is_message(subject: &OsStr) -> bool {
    messages::scan(subject.as_bytes()).is_ok_and(|log| !log.sightings.is_empty())
}

/// Opens a log: a file or a pipe, such as `<(journalctl …)`. Refuses devices, such as `/dev/zero`, which have no end.
fn open(path: &Path) -> io::Result<BufReader<File>> {
    let kind = fs::metadata(path)?.file_type();
    if kind.is_char_device() || kind.is_block_device() {
        return Err(io::Error::other("this is a device, not a file"));
    }
    File::open(path).map(BufReader::new)
}

/// Returns the subject if it has the form of a rule name.
fn rule_like(subject: &OsStr) -> Option<String> {
    let name = subject.to_str()?.trim().to_ascii_lowercase().replace('_', "-");
    let is_part =
        |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_alphanumeric());
    name.split('-').all(is_part).then_some(name)
}

fn page(rule: &str, messages: &mut Messages<'_>) -> anyhow::Result<Status> {
    if let Some(rule) = rules::find(rule) {
        pages::print(rule.page, messages);
        return Ok(Status::Done);
    }
    Err(near::no_rule(rule).into())
}

/// Explains one or more pasted lines.
fn line(subject: &OsString, streams: &mut Streams<'_>) -> anyhow::Result<Status> {
    let name = "the text".to_owned();
    let named = [NamedLog { log: read(&name, Ok(subject.as_bytes()))?, name }];
    story::tell(&named, named[0].log.lines > 1, &mut Messages::new(streams.stdout));
    let [NamedLog { log, .. }] = named;
    let is_file = Path::new(subject).is_file();
    let next = if is_file {
        format!("fixkey explain --log {}", quoted(Path::new(subject)))
    } else {
        CHECK.to_owned()
    };
    Ok(known(&log, "unknown message", &next, streams))
}

fn log(
    name: &str,
    log: io::Result<impl BufRead>,
    streams: &mut Streams<'_>,
) -> anyhow::Result<Status> {
    let named = [NamedLog { log: read(name, log)?, name: name.to_owned() }];
    story::tell(&named, true, &mut Messages::new(streams.stdout));
    let [NamedLog { log, .. }] = named;
    let lines = if log.lines == 1 { "line" } else { "lines" };
    let unknown = format!("{name}: no known message ({} {lines})", log.lines);
    Ok(known(&log, &unknown, CHECK, streams))
}

/// Explains several logs, that of Logstash first.
fn logs(paths: &[PathBuf], streams: &mut Streams<'_>) -> anyhow::Result<Status> {
    let read = |path: &PathBuf| -> anyhow::Result<NamedLog> {
        let name = shown(path);
        Ok(NamedLog { log: read(&name, open(path))?, name })
    };
    let mut logs = paths.iter().map(read).collect::<anyhow::Result<Vec<_>>>()?;
    logs.sort_by_key(|it| it.log.is_of_shipper());
    story::tell(&logs, true, &mut Messages::new(streams.stdout));
    let unknown = "the logs hold no known message";
    let first_known = logs.into_iter().map(|it| it.log).find(|log| !log.sightings.is_empty());
    Ok(known(&first_known.unwrap_or_default(), unknown, CHECK, streams))
}

fn read(name: &str, log: io::Result<impl BufRead>) -> anyhow::Result<messages::Log> {
    log.and_then(messages::scan).with_context(|| format!("{name}: cannot read the log"))
}

/// What finds out more than a log says.
const CHECK: &str = "fixkey check /etc/logstash";

/// Returns the status; prints an error and a hint if the log has no known message.
fn known(log: &messages::Log, unknown: &str, next: &str, streams: &mut Streams<'_>) -> Status {
    if !log.sightings.is_empty() {
        return Status::Done;
    }
    let mut stderr = Messages::new(streams.stderr);
    stderr.labelled("error", unknown);
    stderr.labelled("hint", next);
    Status::InputAtFault
}
