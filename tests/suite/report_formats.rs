//! Tests the formats of `check` and `fix` for programs: an independent consumer reads each.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

use crate::common;

use std::ffi::OsStr;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, Write};
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use fixkey::check::finding::{Finding, Repair, Severity};
use fixkey::check::hint::Hint;
use fixkey::check::report::{
    Attributes, Certificate, CheckedFile, Content, ConvertedKey, EditedFile, FileKind, FixReport,
    GrantedFile, LocatedFinding, NamedAccess, NamedAt, Remark, Report, RunFailure, SearchRemark,
};
use fixkey::report::{concise, github, gitlab, json, junit, openmetrics, sarif};
use serde_json::Value;
use source_text::Position;
use time::macros::datetime;

use common::{consumer, has_peers};

const FINGERPRINT: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// Hostile text in a path, a configuration, or a message with one of them.
const HOSTILE: &str = "\"'<a href=x>&amp;]]>\u{1b}[31m\r\n::error::%0A%25,a=b: \u{7}\u{0}\u{9b}\u{202e}\u{fffe}\u{ffff}${X}{0}[go](http://x) é\u{1f511}";

type Format = fn(&Report, u8, &mut dyn Write);

/// Each format with its consumer.
const FORMATS: [(&str, Format); 6] = [
    ("json_schema", json::print),
    ("sarif", sarif::print),
    ("github", |report, _, stdout| github::print(report, stdout)),
    ("gitlab", |report, _, stdout| gitlab::print(report, stdout)),
    ("junit", |report, _, stdout| junit::print(report, stdout)),
    ("openmetrics", openmetrics::print),
];

/// The option and value of every format of `fix`, and of those that only `check` has.
const OF_FIX: [&str; 6] = ["human", "json", "sarif", "github", "gitlab", "junit"];
const OF_CHECK_ALONE: [&str; 2] = ["concise", "openmetrics"];

fn written(format: Format, report: &Report, status: u8) -> String {
    let mut text = Vec::new();
    format(report, status, &mut text);
    String::from_utf8(text).unwrap()
}

/// Returns what a consumer read, or its error.
fn consumed(name: &str, text: &str) -> Result<Value, String> {
    consumed_by("docs/check.schema.json", name, text)
}

fn consumed_by(schema: &str, name: &str, text: &str) -> Result<Value, String> {
    let mut child = consumer(name)
        .arg(Path::new(env!("CARGO_MANIFEST_DIR")).join(schema))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    if output.status.success() {
        Ok(serde_json::from_slice(&output.stdout).unwrap())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}

/// Returns what the consumer of a format reads.
fn read(name: &str, report: &Report, status: u8) -> Value {
    let format = FORMATS.iter().find(|format| format.0 == name).unwrap().1;
    let text = written(format, report, status);
    let command = if report.fix.is_some() { "fix" } else { "check" };
    let schema = format!("docs/{command}.schema.json");
    consumed_by(&schema, name, &text).unwrap_or_else(|error| panic!("{name}: {error}\n{text}"))
}

fn content() -> Content {
    Content {
        line: Some(1),
        description: "RSA 2048, PKCS#1, not encrypted".to_owned(),
        public_key_sha256: Some(FINGERPRINT.to_owned()),
        certificate: None,
    }
}

fn file(path: impl AsRef<Path>, kind: FileKind) -> CheckedFile {
    let certificate = (kind == FileKind::Certificate).then(|| certificate("CN=logstash.example"));
    let content = Content { certificate, ..content() };
    let has_content = matches!(kind, FileKind::Key | FileKind::Certificate);
    CheckedFile {
        path: path.as_ref().to_owned(),
        kind,
        contents: if has_content { vec![content] } else { Vec::new() },
        attributes: Some(Attributes {
            owner: "root".to_owned(),
            group: "1000".to_owned(),
            mode: 0o100_640,
            modified: datetime!(2026-11-25 14:23:06 UTC),
        }),
        not_examined: None,
        is_closed: false,
    }
}

fn certificate(subject: &str) -> Certificate {
    Certificate {
        subject: subject.to_owned(),
        issuer: "CN=root".to_owned(),
        serial: "0A1B".to_owned(),
        subject_alternative_names: vec![
            "DNS:logstash.example".to_owned(),
            "IP:10.0.0.1".to_owned(),
        ],
        not_before: datetime!(2026-01-01 00:00:00 UTC),
        not_after: datetime!(2026-12-24 12:00:00 UTC),
        sha256: FINGERPRINT.to_owned(),
    }
}

fn not_examined(path: impl AsRef<Path>, why: &str) -> CheckedFile {
    CheckedFile {
        not_examined: Some(why.to_owned()),
        is_closed: true,
        attributes: None,
        ..file(path, FileKind::Other)
    }
}

fn located(path: impl AsRef<Path>, line: Option<usize>, finding: Finding) -> LocatedFinding {
    let at = |column| line.map(|line| Position { line, column });
    LocatedFinding {
        finding: Finding { span: line.map(|line| 10 * line..10 * line + 4), ..finding },
        path: path.as_ref().to_owned(),
        position: at(5),
        end: at(9),
        related: None,
        named_at: Vec::new(),
        key: None,
    }
}

fn report(files: Vec<CheckedFile>, findings: Vec<LocatedFinding>) -> Report {
    Report {
        judged_by: "logstash-input-beats 6.9.3".to_owned(),
        working_directory: PathBuf::from("/home/a user"),
        began: Some(datetime!(2026-11-28 21:00:00 UTC)),
        files,
        findings,
        ..Report::default()
    }
}

fn named_at(path: impl AsRef<Path>, line: usize, column: usize) -> NamedAt {
    let (path, position) = (path.as_ref().to_owned(), Position { line, column });
    NamedAt { path, position, span: 0..1 }
}

fn clean() -> Report {
    report(
        vec![file("conf.d/a.conf", FileKind::Configuration), file("our.key", FileKind::Key)],
        Vec::new(),
    )
}

/// Returns a report with every severity, and a file outside the working directory without a place.
fn everything() -> Report {
    let error = Finding::new(Severity::Error, "key-not-pkcs8", "it is PKCS#1")
        .evidence("on line 3")
        .note("a note")
        .command("fixkey fix conf.d")
        .action("look")
        .repair(Repair::ConvertKey);
    let warning = Finding::new(Severity::Warning, "path-relative", "it is relative");
    let note = Finding::new(Severity::Note, "path-from-variable", "it is ${A}");
    let conf = "conf.d/a.conf";
    let mut missing = located(
        "/etc/x.key",
        None,
        Finding::new(Severity::Error, "file-missing", "gone (os error 2)"),
    );
    missing.named_at = vec![named_at(conf, 7, 3)];
    let mut repeated =
        located(conf, Some(9), Finding::new(Severity::Error, "setting-repeated", "twice"));
    repeated.finding.related = Some((20..24, "first here".to_owned()));
    repeated.related = Some(Position { line: 2, column: 1 });
    let findings = vec![
        missing,
        located(conf, Some(3), error.clone()),
        located("/home/a user/conf.d/a.conf", Some(4), error),
        located(conf, Some(5), warning),
        located(conf, Some(6), note),
        repeated,
    ];
    let files = vec![
        file(conf, FileKind::Configuration),
        file("/home/a user/ca.crt", FileKind::Certificate),
        file("our.key", FileKind::Key),
        not_examined("../secret.key", "Permission denied (os error 13)"),
    ];
    Report { remarks: vec![Remark::note("of the run")], ..report(files, findings) }
}

/// Returns a report with hostile text everywhere, and paths that are not UTF-8.
fn hostile() -> Report {
    let path = |folder: &str| {
        let mut bytes = format!("{folder}{HOSTILE}").replace('\0', "").into_bytes();
        bytes.extend(b"\xff\xfe?#");
        PathBuf::from(OsStr::from_bytes(&bytes))
    };
    let finding = |severity| {
        let finding = Finding::new(severity, "key-damaged", HOSTILE);
        finding.evidence(HOSTILE).note(HOSTILE).command(HOSTILE).action(HOSTILE)
    };
    let mut first = located(path(""), Some(1), finding(Severity::Error));
    first.finding.related = Some((0..1, HOSTILE.to_owned()));
    first.related = Some(Position { line: 1, column: 1 });
    first.named_at = vec![named_at(path("/"), 1, 1)];
    let mut examined = file(path(""), FileKind::Key);
    HOSTILE.clone_into(&mut examined.contents[0].description);
    let findings = vec![first, located(path("/x/"), None, finding(Severity::Note))];
    let mut of_certificate = file(path("c"), FileKind::Certificate);
    of_certificate.contents[0].certificate = Some(Certificate {
        issuer: HOSTILE.to_owned(),
        subject_alternative_names: vec![format!("DNS:{HOSTILE}")],
        ..certificate(HOSTILE)
    });
    let files = vec![
        examined,
        not_examined(path("./"), HOSTILE),
        not_examined("-----BEGIN X", "x"),
        of_certificate,
    ];
    let mut hostile = report(files, findings);
    HOSTILE.clone_into(&mut hostile.judged_by);
    hostile
}

fn strings<'a>(values: &'a Value, pointer: &str) -> Vec<&'a str> {
    let values = values.as_array().unwrap().iter();
    values.map(|value| value.pointer(pointer).unwrap().as_str().unwrap()).collect()
}

fn hexadecimal(path: &Path) -> String {
    path.as_os_str().as_bytes().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

#[test]
fn clean_results_are_valid_and_empty() {
    if !has_peers(&["python-consumers"]) {
        return;
    }
    let report = read("json_schema", &clean(), 0);
    assert_eq!(report["findings"], serde_json::json!([]));
    assert_eq!(report["files"][1]["mode"], "0640");
    assert_eq!(report["files"][1]["modified"], "2026-11-25T14:23:06Z");
    assert_eq!(report["summary"]["keys"], 1);
    let run = read("sarif", &clean(), 0);
    assert_eq!(run["results"], serde_json::json!([]));
    assert_eq!(
        run["tool"]["driver"]["rules"].as_array().unwrap().len(),
        fixkey::check::rules::RULES.len()
    );
    assert_eq!(run["invocations"][0]["executionSuccessful"], true);
    assert_eq!(read("github", &clean(), 0), serde_json::json!([]));
    let report = read("junit", &clean(), 0);
    assert_eq!((&report["tests"], &report["failures"]), (&2.into(), &0.into()));
    assert_eq!(strings(&report["cases"], "/classname"), ["conf.d/a.conf", "our.key"]);
    assert_eq!(read("gitlab", &clean(), 0), serde_json::json!([]));
    let samples = read("openmetrics", &clean(), 0);
    assert_eq!(value(&samples, "fixkey_exit_status", &[]), 0);
    assert_eq!(value(&samples, "fixkey_findings", &[("severity", "error")]), 0);
}

/// Returns the value of the only sample with this name and these labels.
fn value(samples: &Value, name: &str, labels: &[(&str, &str)]) -> i64 {
    let is_it = |sample: &&Value| {
        sample["name"] == name && labels.iter().all(|(key, value)| sample["labels"][key] == *value)
    };
    let found: Vec<&Value> = samples.as_array().unwrap().iter().filter(is_it).collect();
    assert_eq!(found.len(), 1, "{name} {labels:?}: {samples}");
    found[0]["value"].as_i64().unwrap()
}

#[test]
fn json_tells_every_finding() {
    if !has_peers(&["python-consumers"]) {
        return;
    }
    let report = read("json_schema", &everything(), 3);
    assert_eq!(report["status"], 3);
    assert_eq!(report["findings"][0]["message"], "gone");
    assert_eq!(report["findings"][0]["line"], Value::Null);
    assert_eq!(report["findings"][0]["named_at"][0]["line"], 7);
    let second = serde_json::json!({
        "rule": "key-not-pkcs8", "severity": "error", "message": "it is PKCS#1", "evidence": "on line 3",
        "note": "a note", "hint": "fixkey fix conf.d; look",
        "hints": [{ "kind": "command", "text": "fixkey fix conf.d" }, { "kind": "action", "text": "look" }],
        "path": "conf.d/a.conf", "line": 3, "column": 5, "end_line": 3,
        "end_column": 9, "start": 30, "end": 34, "fixable": true, "named_at": [],
    });
    assert_eq!(report["findings"][1], second);
    let summary = serde_json::json!({
        "errors": 4, "warnings": 1, "notes": 1, "files": 4, "keys": 1, "certificates": 1, "configurations": 1,
    });
    assert_eq!(report["summary"], summary);
    assert_eq!(report["files"][3]["not_examined"], "Permission denied");
    let certificate = serde_json::json!({
        "subject": "CN=logstash.example", "issuer": "CN=root", "serial": "0A1B",
        "subject_alternative_names": ["DNS:logstash.example", "IP:10.0.0.1"],
        "not_before": "2026-01-01T00:00:00Z", "not_after": "2026-12-24T12:00:00Z", "sha256": FINGERPRINT,
        "public_key_sha256": FINGERPRINT,
    });
    assert_eq!(report["files"][1]["contents"][0]["certificate"], certificate);
    assert_eq!(report["files"][2]["contents"][0]["certificate"], Value::Null, "of a key");
}

#[test]
fn sarif_tells_every_finding() {
    if !has_peers(&["python-consumers"]) {
        return;
    }
    let run = read("sarif", &everything(), 3);
    let results = &run["results"];
    assert_eq!(strings(results, "/level"), ["error", "error", "error", "warning", "note", "error"]);
    assert_eq!(results[0]["path"], hexadecimal(Path::new("/etc/x.key")));
    assert_eq!(results[0]["locations"][0]["physicalLocation"].get("region"), None);
    let conf = hexadecimal(Path::new("/home/a user/conf.d/a.conf"));
    assert_eq!(results[0]["related"], serde_json::json!([conf]));
    assert_eq!((&results[1]["path"], &results[2]["path"]), (&conf.clone().into(), &conf.into()));
    let artifact = &results[2]["locations"][0]["physicalLocation"]["artifactLocation"];
    assert_eq!(*artifact, serde_json::json!({ "uri": "conf.d/a.conf", "uriBaseId": "%SRCROOT%" }));
    assert_eq!(results[5]["relatedLocations"][0]["message"]["text"], "first here");
    assert_eq!(run["invocations"][0]["executionSuccessful"], false);
    let unseen = &run["invocations"][0]["toolExecutionNotifications"][0];
    assert_eq!(unseen["message"]["text"], "Permission denied");
    let of_run = &run["invocations"][0]["toolExecutionNotifications"][1];
    assert_eq!(
        (&of_run["message"]["text"], &of_run["level"]),
        (&"of the run".into(), &"note".into())
    );
}

#[test]
fn github_is_told_every_finding() {
    if !has_peers(&["python-consumers"]) {
        return;
    }
    let commands = read("github", &everything(), 3);
    let names = ["error", "error", "error", "error", "warning", "notice", "error", "notice"];
    assert_eq!(strings(&commands, "/name"), names);
    assert_eq!(commands[1]["message"], "gone\nset at conf.d/a.conf:7:3");
    let third = serde_json::json!({
        "name": "error",
        "properties": {
            "file": "conf.d/a.conf", "line": "4", "col": "5", "endLine": "4", "title": "fixkey: key-not-pkcs8",
        },
        "message": "it is PKCS#1\nnote: a note\nhint: fixkey fix conf.d\nhint: look",
    });
    assert_eq!(commands[3], third);
    let of_run = serde_json::json!({
        "name": "notice", "properties": { "title": "fixkey" }, "message": "of the run",
    });
    assert_eq!(commands[7], of_run);
}

#[test]
fn gitlab_is_told_every_finding() {
    if !has_peers(&["python-consumers"]) {
        return;
    }
    let violations = read("gitlab", &everything(), 3);
    let severities =
        ["critical", "critical", "critical", "critical", "major", "info", "critical", "info"];
    assert_eq!(strings(&violations, "/severity"), severities);
    let checks = [
        "not-examined",
        "file-missing",
        "key-not-pkcs8",
        "key-not-pkcs8",
        "path-relative",
        "path-from-variable",
        "setting-repeated",
        "notice",
    ];
    assert_eq!(strings(&violations, "/check_name"), checks);
    assert_eq!(violations[1]["location"]["path"], "/etc/x.key");
    assert_eq!(violations[1]["location"]["lines"]["begin"], 1, "where there is no line");
    assert_eq!(
        violations[3]["location"],
        serde_json::json!({ "path": "conf.d/a.conf", "lines": { "begin": 4 } })
    );
    assert_eq!(
        violations[3]["description"],
        "it is PKCS#1\nnote: a note\nhint: fixkey fix conf.d\nhint: look"
    );
    assert_eq!(violations[7]["location"]["path"], ".", "of the run");
}

#[test]
fn gitlab_and_sarif_have_the_same_fingerprints() {
    let log: Value = serde_json::from_str(&written(sarif::print, &everything(), 1)).unwrap();
    let of_sarif = log["runs"][0]["results"].clone();
    let of_sarif = strings(&of_sarif, "/partialFingerprints/fixkeyFinding~1v1");
    let format = FORMATS.iter().find(|format| format.0 == "gitlab").unwrap().1;
    let violations: Value = serde_json::from_str(&written(format, &everything(), 1)).unwrap();
    let of_gitlab = strings(&violations, "/fingerprint");
    assert_eq!(of_sarif, of_gitlab[1..7]);
}

#[test]
fn metrics_tell_dates_and_counts() {
    if !has_peers(&["python-consumers"]) {
        return;
    }
    let mut report = everything();
    // In both formats, a repeated series makes the whole file invalid.
    let again = report.files[1].contents[0].certificate.clone();
    report.files[1].contents.push(Content { certificate: again, ..content() });
    let samples = read("openmetrics", &report, 3);
    assert_eq!(value(&samples, "fixkey_exit_status", &[]), 3);
    assert_eq!(value(&samples, "fixkey_unreadable_files", &[]), 1);
    assert_eq!(value(&samples, "fixkey_run_timestamp_seconds", &[]), 1_795_899_600);
    for (severity, count) in [("error", 4), ("warning", 1), ("note", 1)] {
        assert_eq!(value(&samples, "fixkey_findings", &[("severity", severity)]), count);
    }
    let of =
        [("path", "/home/a user/ca.crt"), ("subject", "CN=logstash.example"), ("serial", "0A1B")];
    let value = |name: &str| value(&samples, &format!("fixkey_certificate_{name}"), &of);
    assert_eq!(value("not_before_timestamp_seconds"), 1_767_225_600);
    assert_eq!(value("not_after_timestamp_seconds"), 1_798_113_600);
    assert_eq!(value("days_left"), 25);
}

#[test]
fn a_certificate_that_expired_an_hour_ago_has_no_whole_day_left() {
    let mut report = report(vec![file("ca.crt", FileKind::Certificate)], Vec::new());
    let days_left = |report: &Report| {
        let text = written(openmetrics::print, report, 0);
        let line = text.lines().find(|line| line.starts_with("fixkey_certificate_days_left"));
        line.unwrap().rsplit(' ').next().unwrap().to_owned()
    };
    for (began, days) in [
        (datetime!(2026-12-24 11:59:59 UTC), "0"),
        (datetime!(2026-12-23 12:00:00 UTC), "1"),
        (datetime!(2026-12-24 13:00:00 UTC), "-1"),
        (datetime!(2026-12-26 12:00:00 UTC), "-2"),
    ] {
        report.began = Some(began);
        assert_eq!(days_left(&report), days, "{began}");
    }
}

#[test]
fn a_concise_report_has_a_line_for_each_finding() {
    let mut text = Vec::new();
    let mut report = everything();
    report.findings[0].finding = report.findings[0].finding.clone().about(Path::new("x"), None);
    report.findings[1].finding = report.findings[1].finding.clone().about(Path::new("x"), Some(3));
    concise::print(&report, &mut text);
    let expected = "../secret.key: error: Permission denied
/etc/x.key: error: gone [file-missing]
conf.d/a.conf:3: error: it is PKCS#1 [key-not-pkcs8]
/home/a user/conf.d/a.conf:4:5: error: it is PKCS#1 [key-not-pkcs8]
conf.d/a.conf:5:5: warning: it is relative [path-relative]
conf.d/a.conf:6:5: note: it is ${A} [path-from-variable]
conf.d/a.conf:9:5: error: twice [setting-repeated]
";
    assert_eq!(String::from_utf8(text).unwrap(), expected);
}

#[test]
fn junit_counts_files_and_rules() {
    if !has_peers(&["python-consumers"]) {
        return;
    }
    let report = read("junit", &everything(), 3);
    // Two files without findings, one not examined; file-missing, key-not-pkcs8 (by two paths), path-relative,
    // path-from-variable, setting-repeated; the remark about the run.
    let counts = (&report["tests"], &report["failures"], &report["errors"]);
    assert_eq!(counts, (&9.into(), &3.into(), &1.into()));
    let case = |name| {
        let mut cases = report["cases"].as_array().unwrap().iter();
        cases.find(|case| case["name"] == name).unwrap()
    };
    assert_eq!(case("path-from-variable")["parts"][0]["tag"], "system-out");
    assert_eq!(case("path-relative")["parts"][0]["tag"], "system-out");
    assert_eq!(case("notice")["parts"][0]["text"], "of the run");
    assert_eq!(case("not examined")["parts"][0]["message"], "Permission denied");
    assert_eq!(
        case("key-not-pkcs8")["parts"][0]["text"],
        "conf.d/a.conf:3:5: error: it is PKCS#1\nnote: a note\nhint: fixkey fix conf.d\nhint: look\n\
         conf.d/a.conf:4:5: error: it is PKCS#1\nnote: a note\nhint: fixkey fix conf.d\nhint: look\n"
    );
}

#[test]
fn a_warning_is_a_failure_of_junit_with_strict_alone() {
    if !has_peers(&["python-consumers"]) {
        return;
    }
    let mut report = everything();
    report.remarks.push(Remark::warning("of the run too"));
    report.is_strict = true;
    let report = read("junit", &report, 3);
    assert_eq!((&report["failures"], &report["errors"]), (&5.into(), &1.into()));
    let failed = |case: &&Value| case["parts"][0]["type"] == "warning";
    let failed: Vec<&Value> = report["cases"].as_array().unwrap().iter().filter(failed).collect();
    assert_eq!(failed[0]["name"], "path-relative");
    assert_eq!(failed[1]["parts"][0]["message"], "of the run too");
}

#[test]
fn sarif_without_findings_has_less_than_800_bytes_a_rule() {
    let text = written(sarif::print, &clean(), 0);
    let log: Value = serde_json::from_str(&text).unwrap();
    let rules = log["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert!(text.len() < 800 * rules.len(), "{} bytes", text.len());
    for rule in rules {
        let help = rule["help"]["text"].as_str().unwrap();
        assert!((40..=700).contains(&help.len()) && !help.contains('\n'), "{help}");
        let link = rule["helpUri"].as_str().unwrap();
        let page = link.strip_prefix(fixkey::report::HOMEPAGE).unwrap().trim_start_matches('/');
        assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join(page).is_file(), "{link}");
    }
}

/// Returns a report of `fix` without empty lists.
fn fixed() -> Report {
    let remark = Remark { hints: vec![Hint::action("a hint")], ..Remark::warning("a remark") };
    let key = ConvertedKey {
        old: PathBuf::from("our.key"),
        new: PathBuf::from("our.p8"),
        target: PathBuf::from("our.p8"),
        configured: PathBuf::from("/etc/our.p8"),
        description: "RSA 2048, PKCS#1".to_owned(),
        public_key_sha256: Some(FINGERPRINT.to_owned()),
        is_up_to_date: false,
        limits: vec!["a limit".to_owned()],
        remarks: vec![remark.clone()],
        renewal: None,
        access: Some(NamedAccess {
            owner: "root".to_owned(),
            group: "logstash".to_owned(),
            mode: 0o640,
        }),
        backup: None,
    };
    let grant = GrantedFile {
        path: PathBuf::from("our.crt"),
        group: "logstash".to_owned(),
        group_before: None,
        mode: 0o640,
        mode_before: Some(0o600),
        account: "logstash".to_owned(),
        remarks: vec![remark.clone()],
        renewal: None,
        undo: None,
    };
    let configuration = EditedFile {
        path: PathBuf::from("conf.d/a.conf"),
        target: PathBuf::from("conf.d/a.conf"),
        backup: None,
        old: std::sync::Arc::default(),
        new: zeroize::Zeroizing::default(),
        edits: Vec::new(),
        remarks: vec![remark.clone()],
    };
    let search = SearchRemark {
        severity: Severity::Warning,
        path: PathBuf::from("pipelines.yml"),
        position: None,
        text: "a message".to_owned(),
    };
    let fix = FixReport {
        is_dry_run: false,
        search: vec![search],
        keys: vec![key],
        grants: vec![grant],
        configurations: vec![configuration],
        in_the_way: ["an obstacle".to_owned()].into(),
        left_over: vec!["a file".to_owned()],
        next: Some("restart Logstash".to_owned()),
    };
    Report { remarks: vec![remark], fix: Some(fix), ..everything() }
}

#[test]
fn every_format_of_fix_is_valid() {
    if !has_peers(&["python-consumers"]) {
        return;
    }
    for name in ["json_schema", "sarif", "github", "gitlab", "junit"] {
        read(name, &fixed(), 1);
    }
    let report = read("json_schema", &fixed(), 1);
    assert_eq!(report["configurations"][0]["backup"], Value::Null);
    assert_eq!(report["findings"][1]["fixed"], true);
    for (right, wrong) in [
        ("\"would_change\":", "\"will_change\":"),
        ("\"there_already\": false", "\"there_already\": null"),
        ("\"mode\": \"0640\"", "\"mode\": \"640\""),
        ("\"fixed\":", "\"fixes\":"),
        ("\"kind\": \"hint\"", "\"kind\": \"tip\""),
    ] {
        let text = written(json::print, &fixed(), 1);
        assert!(text.contains(right), "{right}: {text}");
        let text = text.replace(right, wrong);
        assert!(consumed_by("docs/fix.schema.json", "json_schema", &text).is_err(), "{wrong}");
    }
}

/// Returns a failed run of `fix` or `check`.
fn failed(fix: Option<FixReport>) -> Report {
    let failure = RunFailure { message: HOSTILE.to_owned(), hints: vec![Hint::action("a hint")] };
    Report {
        began: None,
        judged_by: String::new(),
        failure: Some(failure),
        fix,
        ..clean_of_files()
    }
}

fn clean_of_files() -> Report {
    report(Vec::new(), Vec::new())
}

#[test]
fn a_run_that_failed_has_a_valid_document_in_every_format() {
    if !has_peers(&["python-consumers"]) {
        return;
    }
    let escaped = fixkey::os::display::escape(HOSTILE);
    for fix in [false, true] {
        let report = || failed(fix.then(FixReport::default));
        let document = read("json_schema", &report(), 3);
        assert_eq!(document["status"], 3);
        assert_eq!(
            (&document["error"], &document["hint"]),
            (&escaped.clone().into(), &"a hint".into())
        );
        assert_eq!(document.get("changed"), fix.then_some(&false.into()));
        let run = read("sarif", &report(), 3);
        assert_eq!(run["results"], serde_json::json!([]));
        assert_eq!(run["invocations"][0]["executionSuccessful"], false);
        let notification = &run["invocations"][0]["toolExecutionNotifications"][0];
        assert_eq!(notification["level"], "error");
        let commands = read("github", &report(), 3);
        assert_eq!(strings(&commands, "/name"), ["error"]);
        assert_eq!(read("gitlab", &report(), 3), serde_json::json!([]));
        let suite = read("junit", &report(), 3);
        assert_eq!((&suite["tests"], &suite["errors"]), (&1.into(), &1.into()));
        assert_eq!(suite["cases"][0]["parts"][0]["tag"], "error");
    }
    let samples = read("openmetrics", &failed(None), 3);
    assert_eq!(value(&samples, "fixkey_exit_status", &[]), 3);
    assert_eq!(samples.as_array().unwrap().len(), 1, "nothing is known of certificates");
}

/// Returns standard output and standard error of a run of fixkey.
fn run(arguments: &[&str], folder: &Path) -> (Option<i32>, String, String) {
    let mut fixkey = std::process::Command::new(common::FIXKEY);
    let output = fixkey.args(arguments).current_dir(folder).output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    (output.status.code(), text(output.stdout), text(output.stderr))
}

#[test]
fn a_run_that_finds_nothing_to_check_prints_a_document() {
    if !has_peers(&["python-consumers"]) {
        return;
    }
    let sandbox = common::Sandbox::empty();
    fs::create_dir(sandbox.0.join("empty")).unwrap();
    let runs = OF_FIX.iter().map(|format| ("fix", format));
    let runs = runs.chain(OF_FIX.iter().chain(&OF_CHECK_ALONE).map(|format| ("check", format)));
    for (command, format) in runs {
        for path in ["missing", "empty"] {
            let (status, stdout, stderr) = run(&[command, "--format", format, path], &sandbox.0);
            assert_eq!(status, Some(3), "{command} {format} {path}: {stdout}{stderr}");
            assert!(stderr.starts_with("error: "), "{command} {format} {path}: {stderr}");
            let consumer = match *format {
                "human" | "concise" => {
                    assert_eq!(stdout, "", "{command} {format} {path}");
                    continue;
                }
                "json" => "json_schema",
                format => format,
            };
            let schema = format!("docs/{command}.schema.json");
            if let Err(error) = consumed_by(&schema, consumer, &stdout) {
                panic!("{command} {format} {path}: {error}\n{stdout}");
            }
        }
    }
}

#[test]
fn fix_has_every_format_of_check_but_two() {
    let sandbox = common::Sandbox::empty();
    for format in OF_CHECK_ALONE {
        let (status, stdout, stderr) = run(&["fix", "--format", format, "x.conf"], &sandbox.0);
        assert_eq!((status, stdout.as_str()), (Some(2), ""));
        let values = format!("[possible values: {}]", OF_FIX.join(", "));
        assert!(stderr.contains(&values), "{stderr}");
    }
}

/// The runner of GitHub Actions acts on lines of any program (`ActionCommand.cs` of actions/runner).
#[test]
fn no_output_is_a_workflow_command() {
    let sandbox = common::Sandbox::empty();
    let folder = sandbox.0.join("::error::x");
    fs::create_dir(&folder).unwrap();
    let key = common::fixtures().join("rsa2048-pkcs1.pem");
    let certificate = common::fixtures().join("rsa2048-good.crt");
    for name in ["::error::a.key", " ::warning::b.key", "c##[error]d.key", "##[group]e.key"] {
        fs::copy(&key, sandbox.0.join(name)).unwrap();
        fs::copy(&key, folder.join(name)).unwrap();
    }
    fs::copy(&certificate, sandbox.0.join("::notice::f.crt")).unwrap();
    let plugin = |name: &str| {
        format!(
            "input {{\n  beats {{\n  port => 1 # ##[debug]x\n  ssl => true\n::error::x => 1\n##[error]\n  ::error::y => 2\n  ssl_certificate => \"/::notice::f.crt\"\n  ssl_key => \"/{name}\"\n}} }}\n"
        )
    };
    let valid = |name: &str| {
        let text = plugin(name);
        text.lines()
            .filter(|line| !line.contains("=> 2") && !line.contains("x => 1"))
            .map(|line| line.replace("##[error]", "# ##[error]") + "\n")
            .collect::<String>()
            .replace("port", "id => \"\n::error::in a string\n\" port")
    };
    fs::write(sandbox.0.join("::error::g.conf"), plugin("::error::a.key")).unwrap();
    fs::write(sandbox.0.join("##[error]h.conf"), valid("c##[error]d.key")).unwrap();
    fs::write(sandbox.0.join(" ::error::i.conf"), valid("::error::a.key")).unwrap();
    let everything = [
        "::error::a.key",
        " ::warning::b.key",
        "c##[error]d.key",
        "::notice::f.crt",
        "::error::g.conf",
        "##[error]h.conf",
        " ::error::i.conf",
        "::error::x",
        "::error::missing",
    ];
    let formats = OF_FIX.iter().chain(&OF_CHECK_ALONE).filter(|format| **format != "github");
    let mut count = 0;
    for format in formats {
        for options in
            [&["check"][..], &["check", "--color", "always"], &["fix", "--diff"], &["fix"]]
        {
            if options[0] == "fix" && OF_CHECK_ALONE.contains(format) {
                continue;
            }
            for paths in everything.iter().map(std::slice::from_ref).chain([&everything[..8]]) {
                let options =
                    [options, &["--map", "/=.", "--format", format, "--"], paths].concat();
                let (_, stdout, stderr) = run(&options, &sandbox.0);
                for line in stdout.lines().chain(stderr.lines()) {
                    let is_command = line.trim_start().starts_with("::") && line.trim() != ":::";
                    assert!(
                        !is_command && !is_old_command(line),
                        "{options:?}: {line}\n{stdout}{stderr}"
                    );
                    count += 1;
                }
            }
        }
    }
    assert!(count > 1000, "{count} lines");
}

/// Returns whether the runner takes a line for a command of the old form: `##[name]`, anywhere.
fn is_old_command(line: &str) -> bool {
    line.split_once("##[").is_some_and(|(_, rest)| {
        rest.starts_with(|next: char| next.is_ascii_alphabetic()) && rest.contains(']')
    })
}

#[test]
fn junit_has_no_case_of_a_file_that_was_passed_over() {
    if !has_peers(&["python-consumers"]) {
        return;
    }
    let other = file("notes.txt", FileKind::Other);
    let report = read("junit", &report(vec![other], Vec::new()), 0);
    assert_eq!(report["tests"], 0);
}

/// `/dev/full` is a full disk.
#[test]
fn a_report_that_cannot_be_written_is_no_success() {
    let key = common::fixtures().join("rsa2048-pkcs8.pem");
    let formats = OF_FIX.into_iter().chain(OF_CHECK_ALONE);
    let check = |format| vec!["check", "--format", format, key.to_str().unwrap()];
    let sandbox = beats_with_pkcs1_key();
    let configuration = sandbox.0.join("beats.conf");
    let others = [
        vec!["explain"],
        vec!["explain", "key-weak"],
        vec!["fix", "--diff", configuration.to_str().unwrap()],
    ];
    for command in formats.map(check).chain(others) {
        let (status, said) = onto_full_disk(&command);
        assert_eq!(status, Some(3), "{command:?}");
        assert!(
            said.starts_with("error: the result could not be written: "),
            "{command:?}: {said}"
        );
    }
}

/// Whoever sees a failure assumes that nothing was changed.
#[test]
fn a_fix_that_is_done_and_cannot_be_told_is_a_success() {
    for format in ["human", "json"] {
        let sandbox = beats_with_pkcs1_key();
        let configuration = sandbox.0.join("beats.conf");
        let path = configuration.to_str().unwrap();
        let (status, said) = onto_full_disk(&["fix", "--format", format, path]);
        assert_eq!(status, Some(0), "{format}: {said}");
        assert!(said.starts_with("warning: the result could not be written: "), "{format}: {said}");
        assert!(said.ends_with("; the files were changed as planned\n"), "{format}: {said}");
        assert!(fs::read_to_string(&configuration).unwrap().contains("rsa2048-pkcs1.p8"));
    }
}

fn beats_with_pkcs1_key() -> common::Sandbox {
    let sandbox = common::Sandbox::with_fixtures();
    let (certificate, key) = (sandbox.0.join("rsa2048.crt"), sandbox.0.join("rsa2048-pkcs1.pem"));
    let text = format!(
        "input {{ beats {{ port => 5044 ssl => true ssl_certificate => \"{}\" ssl_key => \"{}\" }} }}\n",
        certificate.display(),
        key.display()
    );
    fs::write(sandbox.0.join("beats.conf"), text).unwrap();
    sandbox
}

/// Returns status and messages of a run whose output goes to a full disk.
fn onto_full_disk(arguments: &[&str]) -> (Option<i32>, String) {
    let full = fs::File::options().write(true).open("/dev/full").unwrap();
    let mut fixkey = std::process::Command::new(common::FIXKEY);
    let output = fixkey.args(arguments).stdout(full).output().unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn hostile_texts_stay_texts() {
    if !has_peers(&["python-consumers"]) {
        return;
    }
    let report = read("json_schema", &hostile(), 1);
    let path = hostile().files[0].path.to_string_lossy().into_owned();
    assert_eq!(report["files"][0]["path"], path, "a program finds the file");
    assert_eq!(report["files"][2]["path"], "(a key, not a path)");
    let run = read("sarif", &hostile(), 1);
    let whole = Path::new("/home/a user").join(&hostile().files[0].path);
    let whole: PathBuf = whole.components().collect();
    assert_eq!(run["results"][0]["path"], hexadecimal(&whole), "to the byte");
    for texts in [&run["results"], &run["invocations"]] {
        assert!(!texts.to_string().contains("[go](http"), "no link: {texts}");
    }
    let commands = read("github", &hostile(), 1);
    assert_eq!(strings(&commands, "/name"), ["error", "error", "error", "notice"]);
    let message = commands[2]["message"].as_str().unwrap();
    assert!(message.starts_with(&fixkey::os::display::escape(HOSTILE)), "{message}");
    let report = read("junit", &hostile(), 1);
    assert_eq!((&report["tests"], &report["errors"]), (&5.into(), &2.into()));
    let message = report["cases"][3]["parts"][0]["message"].as_str().unwrap();
    let forbidden = fixkey::os::display::escape(HOSTILE)
        .replace('\u{fffe}', "\\u{fffe}")
        .replace('\u{ffff}', "\\u{ffff}");
    assert_eq!(message, forbidden);
    let violations = read("gitlab", &hostile(), 1);
    assert_eq!(strings(&violations, "/severity"), ["critical", "critical", "critical", "info"]);
    let samples = read("openmetrics", &hostile(), 1);
    let path = fixkey::os::display::shown(&hostile().files[3].path);
    let subject = fixkey::os::display::escape(HOSTILE);
    value(&samples, "fixkey_certificate_days_left", &[("path", &path), ("subject", &subject)]);
}

#[test]
fn consumers_refuse_what_is_wrong() {
    if !has_peers(&["python-consumers"]) {
        return;
    }
    let wrong = [
        ("json_schema", "\"version\": 1", "\"version\": 2"),
        ("json_schema", "\"rule\":", "\"ruler\":"),
        ("json_schema", "2026-11-25T", "2026-11-25 "),
        ("sarif", "\"level\": \"warning\"", "\"level\": \"bad\""),
        ("sarif", "\"startLine\": 3", "\"startLine\": 0"),
        ("sarif", "a%20user", "a user"),
        ("github", "%3A", ":"),
        ("json_schema", "\"serial\": \"0A1B\"", "\"serial\": 2587"),
        ("gitlab", "\"severity\": \"major\"", "\"severity\": \"warning\""),
        ("gitlab", "\"begin\": 4", "\"begin\": 0"),
        ("gitlab", ":2\"", ":1\""),
        ("openmetrics", "# EOF\n", ""),
        ("openmetrics", "serial=\"0A1B\"", "serial=\"0A1B"),
        ("openmetrics", "# TYPE fixkey_findings gauge", "# TYPE fixkey_findings counter"),
        ("openmetrics", "severity=\"note\"", "severity=\"error\""),
        ("junit", "failures=\"3\"", "failures=\"4\""),
        ("junit", "<failure", "<failed"),
    ];
    for (name, right, wrong) in wrong {
        let format = FORMATS.iter().find(|format| format.0 == name).unwrap().1;
        let text = written(format, &everything(), 1);
        assert!(text.contains(right), "{name}: {right}: {text}");
        assert!(consumed(name, &text.replace(right, wrong)).is_err(), "{name} takes {wrong}");
    }
}

#[test]
fn no_control_character_gets_through() {
    for (name, format) in FORMATS {
        let text = written(format, &hostile(), 1);
        let is_unsafe = |c: &char| (c.is_control() && *c != '\n') || *c == '\u{202e}';
        assert_eq!(text.chars().find(is_unsafe), None, "{name}: {text}");
        assert!(!text.contains("-----BEGIN"), "{name}: {text}");
    }
}

#[test]
fn fingerprints_outlive_new_lines() {
    let fingerprints = |report: &Report| {
        let log: Value = serde_json::from_str(&written(sarif::print, report, 1)).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        results.iter().map(|result| result["partialFingerprints"].clone()).collect::<Vec<_>>()
    };
    let damaged = |line: usize| {
        let message = format!("cannot be read at line {line}, column 7");
        located("a.conf", Some(line), Finding::new(Severity::Error, "key-damaged", message))
    };
    let before = report(Vec::new(), vec![damaged(3), damaged(12)]);
    let after = report(Vec::new(), vec![damaged(103), damaged(112)]);
    assert_eq!(fingerprints(&before), fingerprints(&after));
    let all = fingerprints(&everything());
    let different: std::collections::BTreeSet<_> = all.iter().map(Value::to_string).collect();
    assert_eq!(different.len(), all.len());
}

#[test]
fn closed_pipe_is_no_error() {
    struct Closed;
    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    }
    for (_, format) in FORMATS {
        format(&everything(), 1, &mut Closed);
    }
}

/// A pipe keeps the run waiting for more than a second, long enough for a person to wonder.
#[test]
fn a_long_run_says_on_a_terminal_alone_how_far_it_is() {
    if !has_peers(&["script", "mkfifo"]) {
        return;
    }
    let sandbox = common::Sandbox::with_fixtures();
    let waiting = |command: &str| {
        let line = format!(
            "mkfifo pipe.pem; (sleep 1.3; cat rsa2048-pkcs8.pem >pipe.pem) & {command}; wait; rm pipe.pem"
        );
        let mut shell = std::process::Command::new("sh");
        let output = shell.args(["-c", &line]).current_dir(&sandbox.0).output().unwrap();
        String::from_utf8_lossy(&output.stdout).into_owned()
            + &String::from_utf8_lossy(&output.stderr)
    };
    let check = format!("{} check p256-pkcs8.pem pipe.pem", common::FIXKEY);
    let on_terminal = waiting(&format!("script -qec '{check}' /dev/null </dev/null"));
    assert!(on_terminal.contains("\r\u{1b}[K2 of 2 files\r\u{1b}[K"), "{on_terminal:?}");
    let elsewhere = waiting(&check);
    assert!(elsewhere.contains("2 keys") && !elsewhere.contains(" of 2 files"), "{elsewhere:?}");
}
