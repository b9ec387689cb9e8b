//! What `check` found, for code scanning: one SARIF 2.1.0 log with one run.

use crate::os::display::shown;
use std::collections::HashMap;
use std::fmt::Write as _;
use std::io::Write;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::telling::{Part, absolute, beneath, lines, plain, print};
use crate::check::examination::{Examination, ExaminedFile, Located};
use crate::check::finding::Severity;
use crate::check::rules::{RULES, Rule};
use source_text::Position;

/// Where the published schema is.
const SCHEMA: &str =
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// By what name relative locations refer to the working directory.
const ROOT: &str = "%SRCROOT%";

/// What fingerprints are called; the number changes when they are made in another way.
const FINGERPRINT: &str = "fixkeyFinding/v1";

/// Writes it, with the exit status of the program. What nobody can read is no reason to stop.
pub fn write(examination: &Examination, status: u8, stdout: &mut dyn Write) {
    let results = results(examination);
    let run = Part::Object(vec![
        ("tool", Part::Value(json!({ "driver": driver() }))),
        ("columnKind", Part::Value(json!("unicodeCodePoints"))),
        ("originalUriBaseIds", Part::Value(json!({ ROOT: { "uri": folder(examination) } }))),
        ("invocations", Part::Value(json!([invocation(examination, status)]))),
        ("results", Part::List(Box::new(results))),
        ("properties", Part::Value(json!({ "judgedBy": plain(&examination.judged_by) }))),
    ]);
    let log = Part::Object(vec![
        ("$schema", Part::Value(json!(SCHEMA))),
        ("version", Part::Value(json!("2.1.0"))),
        ("runs", Part::Only(Box::new(run))),
    ]);
    print(log, stdout);
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

fn invocation(examination: &Examination, status: u8) -> Value {
    let unseen = examination.files.iter().filter_map(|file| unseen(examination, file));
    json!({
        "executionSuccessful": status < 2,
        "exitCode": status,
        "toolExecutionNotifications": unseen.collect::<Vec<_>>(),
    })
}

fn unseen(examination: &Examination, file: &ExaminedFile) -> Option<Value> {
    let why = file.closed()?;
    Some(json!({
        "level": "error",
        "message": { "text": without_links(&plain(why)) },
        "locations": [location(examination, &file.path, None, None)],
    }))
}

/// A result for each finding. Those with one fingerprint are told apart by their number.
fn results(examination: &Examination) -> impl Iterator<Item = Value> {
    let mut seen: HashMap<String, usize> = HashMap::new();
    let result = move |located: &Located| {
        let fingerprint = fingerprint(examination, located);
        let number = seen.entry(fingerprint.clone()).or_default();
        *number += 1;
        result(examination, located, &format!("{fingerprint}:{number}"))
    };
    examination.findings.iter().map(result)
}

fn result(examination: &Examination, located: &Located, fingerprint: &str) -> Value {
    let place = location(examination, &located.path, located.position, located.end);
    let mut result = json!({
        "ruleId": located.finding.rule,
        "level": level(located.finding.severity),
        "message": { "text": without_links(&lines(examination, located).join("\n")) },
        "locations": [place],
        "partialFingerprints": { FINGERPRINT: fingerprint },
        "relatedLocations": related(examination, located),
        "properties": { "fixable": located.finding.repair.is_some() },
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
fn related(examination: &Examination, located: &Located) -> Vec<Value> {
    let (position, what) = (located.related, located.finding.related.as_ref());
    let other =
        position.zip(what).map(|(position, (_, what))| (&located.path, position, plain(what)));
    let named = located.named_at.iter();
    let named = named.map(|(path, position)| (path, *position, "named here".to_owned()));
    let place = |(path, position, what): (&PathBuf, Position, String)| {
        let mut place = location(examination, path, Some(position), None);
        place["message"] = json!({ "text": without_links(&what) });
        place
    };
    other.into_iter().chain(named).map(place).collect()
}

fn location(
    examination: &Examination,
    path: &Path,
    start: Option<Position>,
    end: Option<Position>,
) -> Value {
    let mut place = json!({ "artifactLocation": artifact(examination, path) });
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
fn artifact(examination: &Examination, path: &Path) -> Value {
    match beneath(examination, path) {
        Some(path) if !path.as_os_str().is_empty() => {
            json!({ "uri": uri(&path), "uriBaseId": ROOT })
        }
        _ => json!({ "uri": format!("file://{}", uri(&absolute(examination, path))) }),
    }
}

/// The working directory, with the slash at its end that a base has to have.
fn folder(examination: &Examination) -> String {
    let folder = uri(&absolute(examination, Path::new("")));
    format!("file://{}/", folder.trim_end_matches('/'))
}

/// A path in a URI: every byte but the unreserved ones of RFC 3986, §2.3, and slashes is escaped. A key that
/// was pasted where a path belongs is not told.
fn uri(path: &Path) -> String {
    let mut uri = String::new();
    let shown = shown(path);
    let is_pasted = path.to_string_lossy().contains("-----BEGIN");
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
fn fingerprint(examination: &Examination, located: &Located) -> String {
    let file = artifact(examination, &located.path)["uri"].to_string();
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
