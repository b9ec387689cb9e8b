//! A report for code scanning: one SARIF 2.1.0 log with one run.

use std::io::Write;
use std::path::{Path, PathBuf};

use serde::Serialize;
use serde_json::{Value, json};

use super::HOMEPAGE;
use super::document::{Each, absolute, artifact_uri, lines, plain, print_json, uri};
use super::fingerprint::Fingerprints;
use crate::check::finding::Severity;
use crate::check::report::{LocatedFinding, Notice, Report};
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
    let mut fingerprints = Fingerprints::new(report);
    let found: Vec<(&LocatedFinding, String)> =
        report.present().map(|located| (located, fingerprints.of_finding(located))).collect();
    let run = Run {
        tool: json!({ "driver": driver() }),
        column_kind: "unicodeCodePoints",
        original_uri_base_ids: json!({ ROOT: { "uri": folder(report) } }),
        invocations: [invocation(report, status)],
        results: Each(&found, |found: &(&LocatedFinding, String)| {
            result(report, found.0, &found.1)
        }),
        properties: if report.failure.is_some() {
            json!({})
        } else {
            json!({ "judgedBy": plain(&report.judged_by) })
        },
    };
    print_json(&Log { schema: SCHEMA, version: "2.1.0", runs: [run] }, stdout);
}

fn driver() -> Value {
    json!({
        "name": env!("CARGO_PKG_NAME"),
        "version": env!("CARGO_PKG_VERSION"),
        "semanticVersion": env!("CARGO_PKG_VERSION"),
        "informationUri": HOMEPAGE,
        "rules": RULES.iter().map(descriptor).collect::<Vec<_>>(),
    })
}

fn descriptor(rule: &Rule) -> Value {
    json!({
        "id": rule.name,
        "shortDescription": { "text": rule.summary },
        "defaultConfiguration": { "level": level(rule.severity) },
        "help": { "text": rule.reason() },
        "helpUri": format!("{HOMEPAGE}/docs/rules/{}.md", rule.name),
    })
}

fn invocation(report: &Report, status: u8) -> Value {
    let unseen = report
        .unread()
        .map(|(file, why)| notification(report, Some(&file.path), Severity::Error, why));
    let mut notices = report.notices();
    notices.extend(report.failure.as_ref().map(Notice::of_failure));
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
    let artifact = artifact_uri(report, path);
    if artifact.is_relative {
        json!({ "uri": artifact.uri, "uriBaseId": ROOT })
    } else {
        json!({ "uri": artifact.uri })
    }
}

/// The working directory, with the slash at its end that a base has to have.
fn folder(report: &Report) -> String {
    let folder = uri(&absolute(report, Path::new("")));
    format!("file://{}/", folder.trim_end_matches('/'))
}

/// A message in which nothing is a link (SARIF 2.1.0, §3.11.6): text of a configuration must not become one.
fn without_links(message: &str) -> String {
    message.replace("](", "] (")
}
