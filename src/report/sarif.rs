//! A report for code scanning: one SARIF 2.1.0 log with one run.

use crate::os::display::{holds_key, shown};
use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::document::{Each, absolute, beneath, lines, plain, print_json};
use crate::check::finding::Severity;
use crate::check::report::{LocatedFinding, Report};
use crate::check::rules::{RULES, Rule};
use source_text::Position;

/// Where the published schema is.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// By what name relative locations refer to the working directory.
const ROOT: &str = "%SRCROOT%";

/// What fingerprints are called; the number changes when they are made in another way.
const FINGERPRINT: &str = "fixkeyFinding/v1";

/// A log with one run.
#[derive(Serialize)]
struct Log<Results> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<Results>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<Results> {
    tool: Value,
    column_kind: &'static str,
    original_uri_base_ids: Value,
    invocations: [Value; 1],
    results: Results,
    properties: Value,
}

/// Prints it, with the exit status of the program. What nobody can read is no reason to stop.
pub fn print(report: &Report, status: u8, stdout: &mut dyn Write) {
    let numbers = numbers(report);
    let numbered: Vec<(&LocatedFinding, String)> = report.present().zip(numbers).collect();
    let run = Run {
        tool: json!({ "driver": driver() }),
        column_kind: "unicodeCodePoints",
        original_uri_base_ids: json!({ ROOT: { "uri": folder(report) } }),
        invocations: [invocation(report, status)],
        results: Each(&numbered, |numbered: &(&LocatedFinding, String)| {
            result(report, numbered.0, &numbered.1)
        }),
        properties: json!({ "judgedBy": plain(&report.judged_by) }),
    };
    print_json(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] }, stdout);
}

fn driver() -> Value {
    json!({
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "rules": RULES.iter().map(descriptor).collect::<Vec<_>>(),
    })
}

fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.name,
        "shortDescription": { "text": rule.summary },
        "defaultConfiguration": { "level": level(rule.severity) },
        "help": { "text": rule.page, "markdown": rule.page },
    })
}

fn invocation(report: &Report, status: u8) -> Value {
    let unseen = report
        .unread()
        .map(|(file, why)| notification(report, Some(&file.path), Severity::Error, why));
    let notices = report.notices();
    let notices = notices
        .iter()
        .map(|notice| notification(report, notice.path, notice.severity, &notice.text));
    json!({
        "executionSuccessful": status < 2,
        "exitCode": status,
        "toolExecutionNotifications": unseen.chain(notices).collect::<Vec<_>>(),
    })
}

/// What is said of a file, or of the run, beside the findings.
fn notification(report: &Report, path: Option<&Path>, severity: Severity, text: &str) -> Value {
    let lines: Vec<String> = text.lines().map(plain).collect();
    let locations: Vec<Value> =
        path.map(|path| location(report, path, None, None)).into_iter().collect();
    json!({
        "level": level(severity),
        "message": { "text": without_links(&lines.join("\n")) },
        "locations": locations,
    })
}

/// A fingerprint for each finding. Those with the same one are told apart by their number.
fn numbers(report: &Report) -> impl Iterator<Item = String> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    report.present().map(move |located| {
        let fingerprint = fingerprint(report, located);
        let number = seen.entry(fingerprint.clone()).or_default();
        *number += 1;
        format!("{fingerprint}:{number}")
    })
}

fn result(report: &Report, located: &LocatedFinding, fingerprint: &str) -> Value {
    let place = location(report, &located.path, located.position, located.end);
    let mut result = json!({
        "ruleId": located.finding.rule,
        "level": level(located.finding.severity),
        "message": { "text": without_links(&lines(report, located).join("\n")) },
        "locations": [place],
        "partialFingerprints": { FINGERPRINT: fingerprint },
        "relatedLocations": related(report, located),
        "properties": { "fixable": located.is_fixable() },
    });
    if let Some(index) = RULES.iter().position(|rule| rule.name == located.finding.rule) {
        result["ruleIndex"] = json!(index);
    }
    result
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// The other place that a finding speaks of, and where settings name its file.
fn related(report: &Report, located: &LocatedFinding) -> Vec<Value> {
    let (position, what) = (located.related, located.finding.related.as_ref());
    let other =
        position.zip(what).map(|(position, (_, what))| (&located.path, position, plain(what)));
    let named = located.named_at.iter();
    let named = named.map(|named| (&named.path, named.position, "named here".to_owned()));
    let place = |(path, position, what): (&PathBuf, Position, String)| {
        let mut place = location(report, path, Some(position), None);
        place["message"] = json!({ "text": without_links(&what) });
        place
    };
    other.into_iter().chain(named).map(place).collect()
}

fn location(report: &Report, path: &Path, start: Option<Position>, end: Option<Position>) -> Value {
    let mut place = json!({ "artifactLocation": artifact(report, path) });
    if let Some(start) = start {
        place["region"] = json!({ "startLine": start.line, "startColumn": start.column });
        if let Some(end) = end {
            place["region"]["endLine"] = json!(end.line);
            place["region"]["endColumn"] = json!(end.column);
        }
    }
    json!({ "physicalLocation": place })
}

/// A file: beneath the working directory by a relative URI, else by a whole one.
fn artifact(report: &Report, path: &Path) -> Value {
    match beneath(report, path) {
        Some(path) if !path.as_os_str().is_empty() => {
            json!({ "uri": uri(&path), "uriBaseId": ROOT })
        }
        _ => json!({ "uri": format!("file://{}", uri(&absolute(report, path))) }),
    }
}

/// The working directory, with the slash at its end that a base has to have.
fn folder(report: &Report) -> String {
    let folder = uri(&absolute(report, Path::new("")));
    format!("file://{}/", folder.trim_end_matches('/'))
}

/// A path in a URI: every byte but the unreserved ones of RFC 3986, §2.3, and slashes is escaped. A key that
/// was pasted where a path belongs is not told.
fn uri(path: &Path) -> String {
    let mut uri = String::new();
    let shown = shown(path);
    let is_pasted = holds_key(&path.to_string_lossy());
    let bytes = if is_pasted { shown.as_bytes() } else { path.as_os_str().as_bytes() };
    for byte in bytes {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(byte) {
            uri.push(char::from(*byte));
        } else {
            let _ = write!(uri, "%{byte:02X}");
        }
    }
    uri
}

/// SHA-256 of the rule, the file and the message without numbers of lines, so that it stays the same when lines
/// come before it.
fn fingerprint(report: &Report, located: &LocatedFinding) -> String {
    let file = artifact(report, &located.path)["uri"].to_string();
    let message = without_lines(&plain(&located.finding.message));
    let digest = Sha256::digest([located.finding.rule, &file, &message].join("\0"));
    digest.iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// A message with the numbers of lines and columns left out.
fn without_lines(message: &str) -> String {
    let mut words = message.split(' ').map(str::to_owned).collect::<Vec<_>>();
    for index in 1..words.len() {
        if matches!(words[index - 1].as_str(), "line" | "lines" | "column") {
            words[index].retain(|character| !character.is_ascii_digit());
        }
    }
    words.join(" ")
}

/// A message in which nothing is a link (SARIF 2.1.0, §3.11.6): text of a configuration must not become one.
fn without_links(message: &str) -> String {
    message.replace("](", "] (")
}
