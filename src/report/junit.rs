//! A report as a `JUnit` report: a test case for each file and rule that found something in it.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::{Path, PathBuf};

use super::document::{absolute, lines, plain, relative};
use super::xml::{DECLARATION, Element};
use crate::check::report::{CheckedFile, FileKind, LocatedFinding, Notice, Report, RunFailure};

/// How a test case came out.
#[derive(PartialEq, Eq)]
enum Outcome {
    Passed,
    Failed,
    NotExamined,
}

/// A test case and how it came out.
type Case = (Outcome, Element);

/// Prints it. The exit status is not told: such a report has no place for it. What nobody can read is no
/// reason to stop.
pub fn print(report: &Report, stdout: &mut dyn Write) {
    let cases = cases(report);
    let counted = |name| {
        let count = |outcome| cases.iter().filter(|case| case.0 == outcome).count().to_string();
        Element::new(name)
            .with("tests", cases.len().to_string())
            .with("failures", count(Outcome::Failed))
            .with("errors", count(Outcome::NotExamined))
    };
    let judged_by = report.failure.is_none().then(|| {
        let property = Element::new("property").with("name", "judged by");
        Element::new("properties").containing([property.with("value", plain(&report.judged_by))])
    });
    let suite = counted("testsuite")
        .with("name", if report.fix.is_some() { "fixkey fix" } else { "fixkey check" })
        .containing(judged_by);
    let suites = counted("testsuites").with("name", "fixkey");
    let suite = suite.containing(cases.into_iter().map(|case| case.1));
    let text = DECLARATION.to_owned() + &suites.containing([suite]).to_text(0);
    let _ = stdout.write_all(text.as_bytes());
}

/// Files in their order, and then by file and rule what was found.
fn cases(report: &Report) -> Vec<Case> {
    let mut by_file_and_rule: BTreeMap<(PathBuf, &str), Vec<&LocatedFinding>> = BTreeMap::new();
    for located in report.present() {
        let key = (absolute(report, &located.path), located.finding.rule);
        by_file_and_rule.entry(key).or_default().push(located);
    }
    let with_findings: BTreeSet<&PathBuf> = by_file_and_rule.keys().map(|key| &key.0).collect();
    let without = |file: &CheckedFile| {
        without_findings(report, file, with_findings.contains(&absolute(report, &file.path)))
    };
    let found = by_file_and_rule.values().map(|findings| found(report, findings));
    let notices = report.notices();
    let notices = notices.iter().map(|notice| noticed(report, notice));
    let failure = report.failure.as_ref().map(failed);
    report.files.iter().filter_map(without).chain(found).chain(notices).chain(failure).collect()
}

/// The test case of a run that failed.
fn failed(failure: &RunFailure) -> Case {
    let lines: Vec<String> = Notice::of_failure(failure).text.lines().map(plain).collect();
    let error = Element::new("error")
        .with("type", "error")
        .with("message", plain(&failure.message))
        .text(lines.join("\n"));
    let case = Element::new("testcase").with("classname", "fixkey").with("name", "run");
    (Outcome::NotExamined, case.containing([error]))
}

/// The test case of a message that no rule gives; it fails for an error, or with `--strict` for a warning.
fn noticed(report: &Report, notice: &Notice<'_>) -> Case {
    let lines: Vec<String> = notice.text.lines().map(plain).collect();
    let case = match notice.path {
        Some(path) => case(report, path, "notice"),
        None => Element::new("testcase").with("classname", "fixkey").with("name", "notice"),
    };
    let text = lines.join("\n");
    if !report.counts_as_error(notice.severity) {
        return (Outcome::Passed, case.containing([Element::new("system-out").text(text)]));
    }
    let failure = Element::new("failure")
        .with("type", notice.severity.word())
        .with("message", lines.first().cloned().unwrap_or_default())
        .text(text);
    (Outcome::Failed, case.containing([failure]))
}

/// The test case of a file that was not examined, or in which nothing was found.
fn without_findings(report: &Report, file: &CheckedFile, has: bool) -> Option<Case> {
    match file.closed() {
        Some(why) => {
            let error =
                Element::new("error").with("type", "not examined").with("message", plain(why));
            let case = case(report, &file.path, "not examined").containing([error]);
            Some((Outcome::NotExamined, case))
        }
        None if has || file.kind == FileKind::Other => None,
        None => Some((Outcome::Passed, case(report, &file.path, "no findings"))),
    }
}

/// The test case of one rule in one file; it fails for an error, or with `--strict` for a warning.
fn found(report: &Report, findings: &[&LocatedFinding]) -> Case {
    let (failures, others): (Vec<&LocatedFinding>, Vec<&LocatedFinding>) =
        findings.iter().partition(|located| report.is_problem(&located.finding));
    let worst = failures.iter().min_by_key(|located| located.finding.severity);
    let failure = worst.map(|worst| {
        Element::new("failure")
            .with("type", worst.finding.severity.word())
            .with("message", plain(&worst.finding.message))
            .text(told(report, &failures))
    });
    let outcome = if failure.is_some() { Outcome::Failed } else { Outcome::Passed };
    let told = (!others.is_empty()).then(|| Element::new("system-out").text(told(report, &others)));
    let case = case(report, &findings[0].path, findings[0].finding.rule);
    (outcome, case.containing(failure).containing(told))
}

fn case(report: &Report, path: &Path, name: &str) -> Element {
    Element::new("testcase").with("classname", relative(report, path)).with("name", name)
}

/// Findings with their places, each with its own lines.
fn told(report: &Report, findings: &[&LocatedFinding]) -> String {
    let told = |located: &&LocatedFinding| {
        let place = located.position.map_or(String::new(), |position| format!(":{position}"));
        format!(
            "{}{place}: {}: {}\n",
            relative(report, &located.path),
            located.finding.severity.word(),
            lines(report, located).join("\n"),
        )
    };
    findings.iter().map(told).collect()
}
