//! Tests hints: those marked as commands are commands, and run.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::case::Case;
use crate::common::Sandbox;
use crate::messages::is_command;
use crate::run::run;

/// Programs that exist everywhere, and whose commands must succeed as printed.
const MUST_SUCCEED: &[&str] = &[
    "openssl x509 ",
    "openssl pkey ",
    "openssl pkcs7 ",
    "awk ",
    "sed ",
    "iconv ",
    "printf ",
    "mkdir ",
    "chmod ",
    "base64 ",
    "gzip ",
    "tar ",
    "ssh-keygen ",
    "keytool ",
    "unzip ",
];

/// Returns what is wrong with the hints of a report of `check` or `fix`, which this command made.
///
/// Each is run in its own `sandbox`.
pub(crate) fn failures(
    report: &Value,
    command: &str,
    case: &Case,
    sandbox: impl Fn(&Case) -> Sandbox,
) -> Vec<String> {
    let members = |value: &Value, name: &str| value[name].as_array().cloned().unwrap_or_default();
    let findings = members(report, "findings").into_iter();
    let of_findings = findings.flat_map(|finding| members(&finding, "hints"));
    let mut hints: Vec<(Option<bool>, String)> = of_findings
        .map(|hint| (Some(hint["kind"] == "command"), hint["text"].as_str().unwrap().to_owned()))
        .collect();
    let written = ["keys", "grants", "configurations"].iter();
    let written = written.flat_map(|list| members(report, list));
    let notes = written.flat_map(|file| members(&file, "notes"));
    let remarks = notes.chain(members(report, "remarks"));
    let is_hint = |remark: &Value| remark["kind"] == "hint";
    let of_remarks = remarks.filter(is_hint);
    hints.extend(of_remarks.map(|hint| (None, hint["message"].as_str().unwrap().to_owned())));
    let failure =
        |(kind, text): &(Option<bool>, String)| failure(*kind, text, command, case, &sandbox);
    hints.iter().filter_map(failure).collect()
}

/// Returns what is wrong with a hint; `kind` is whether it is a command, guessed if `None`.
fn failure(
    kind: Option<bool>,
    text: &str,
    made_by: &str,
    case: &Case,
    sandbox: impl Fn(&Case) -> Sandbox,
) -> Option<String> {
    let is_meant = kind.unwrap_or_else(|| is_command(text));
    if !is_meant {
        return is_command(text).then(|| format!("this action looks like a command: {text}"));
    }
    if !is_command(text) {
        return Some(format!("this command begins with no known program: {text}"));
    }
    let sandbox = sandbox(case);
    let command = text.replace("$TMP", &sandbox.0.display().to_string());
    if !parses(&command) {
        return Some(format!("sh does not take this command: {text}"));
    }
    if made_by.contains("fixkey fix ") {
        run(made_by, case.script.head("under"), &sandbox);
    }
    ends_otherwise(text, &command, &sandbox)
}

/// Returns what is wrong with the exit status of a command that is run as printed.
fn ends_otherwise(text: &str, command: &str, sandbox: &Sandbox) -> Option<String> {
    let must_succeed =
        MUST_SUCCEED.iter().any(|program| text.starts_with(program)) || gives_by_number(text);
    if !must_succeed && !text.contains("fixkey ") {
        return None;
    }
    // What asks for a passphrase gets that of the fixtures. keytool reads ahead, and another program asks after it.
    let is_ahead = text.starts_with("keytool ");
    let typed = if is_ahead { "while sleep 0.3; do echo secret; done" } else { "yes secret" };
    let ended = run(&format!("{typed} | {{ {command}; }}"), None, sandbox);
    let is_wrong = match ended.status {
        Some(0) => false,
        // The program may be missing, and the account may be unknown here.
        status if must_succeed => status != Some(127),
        status => status == Some(2),
    };
    is_wrong.then(|| format!("this command ends otherwise: {text}\n{}", ended.shown()))
}

/// Returns whether a command gives access to an account or group by its number, which every machine has.
fn gives_by_number(text: &str) -> bool {
    let account = ["chgrp ", "setfacl -m u:", "setfacl -m g:"];
    let account = account.iter().find_map(|program| text.strip_prefix(program));
    account.is_some_and(|account| account.starts_with(|c: char| c.is_ascii_digit()))
        && rustix::process::geteuid().is_root()
}

/// Returns what is wrong with the hints printed by a step of a transcript, each run in a copy of the directory.
pub(crate) fn of_transcript(printed: &str, step: &str, sandbox: &Sandbox) -> Vec<String> {
    let hints = printed.lines().filter_map(|line| line.trim_start().strip_prefix("hint: "));
    let wrong = hints.filter(|hint| is_command(hint)).filter_map(|hint| {
        if !parses(hint) {
            return Some(format!("sh does not take this command: {hint}"));
        }
        // A step that leaves the directory prints paths of another one.
        let is_elsewhere = step.contains("cd ") || step.contains("unshare ");
        let is_run = !is_elsewhere && !hint.starts_with("fixkey explain");
        let copy = is_run.then(|| sandbox.copy())?;
        let path = copy.0.display().to_string();
        // The path of the copy has a blank.
        let in_quotes = hint.replace("'$TMP", &format!("'{path}"));
        ends_otherwise(hint, &in_quotes.replace("$TMP", &format!("'{path}'")), &copy)
    });
    wrong.collect()
}

fn parses(command: &str) -> bool {
    let shell = Command::new("sh").args(["-n", "-c", command]).stderr(Stdio::null()).status();
    shell.unwrap().success()
}
