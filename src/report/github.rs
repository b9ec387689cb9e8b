//! A report as annotations of GitHub Actions: one workflow command a line.

use std::io::Write;

use super::document::{lines, plain, relative};
use crate::check::finding::Severity;
use crate::check::report::{CheckedFile, LocatedFinding, Notice, Report};

/// Prints a line for each file that was not examined, each finding and each notice. The exit status is not told: the runner
/// has it. What nobody can read is no reason to stop.
pub fn print(report: &Report, stdout: &mut dyn Write) {
    let unseen = report.unread().map(|(file, why)| unseen(report, file, why));
    let found = report.present().map(|located| found(report, located));
    let mut notices = report.notices();
    notices.extend(report.failure.as_ref().map(Notice::of_failure));
    let told = notices.iter().map(|notice| told(report, notice));
    let _ = stdout.write_all(unseen.chain(found).chain(told).collect::<String>().as_bytes());
}

fn unseen(report: &Report, file: &CheckedFile, why: &str) -> String {
    let properties =
        [("file", relative(report, &file.path)), ("title", "fixkey: not examined".to_owned())];
    command("error", &properties, &plain(why))
}

fn told(report: &Report, notice: &Notice<'_>) -> String {
    let file = notice.path.map(|path| ("file", relative(report, path)));
    let properties: Vec<_> = file.into_iter().chain([("title", "fixkey".to_owned())]).collect();
    let lines: Vec<String> = notice.text.lines().map(plain).collect();
    command(name(notice.severity), &properties, &lines.join("\n"))
}

fn found(report: &Report, located: &LocatedFinding) -> String {
    let mut properties = vec![("file", relative(report, &located.path))];
    if let Some(position) = located.position {
        properties.push(("line", position.line.to_string()));
        properties.push(("col", position.column.to_string()));
    }
    if let Some(end) = located.end {
        properties.push(("endLine", end.line.to_string()));
    }
    properties.push(("title", format!("fixkey: {}", located.finding.rule)));
    let message = lines(report, located).join("\n");
    command(name(located.finding.severity), &properties, &message)
}

fn name(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "notice",
    }
}

/// A workflow command, escaped as the toolkit of Actions does it.
fn command(name: &str, properties: &[(&str, String)], message: &str) -> String {
    let property = |(key, value): &(&str, String)| format!("{key}={}", in_property(value));
    let properties: Vec<_> = properties.iter().map(property).collect();
    format!("::{name} {}::{}\n", properties.join(","), in_message(message))
}

fn in_message(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn in_property(text: &str) -> String {
    in_message(text).replace(':', "%3A").replace(',', "%2C")
}
