//! Hints do what they say: what is called a command is one, and runs.

use std::process::{Command, Stdio};

use serde_json::Value;

use crate::case::Case;
use crate::messages::is_command;
use crate::run::run;

/// Programs that are everywhere, and whose commands must succeed as they are printed.
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
];

/// What is wrong with the hints of a report of `check` or `fix`, which was made by this command.
pub(crate) fn failures(report: &Value, command: &str, case: &Case) -> Vec<String> {
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
    hints.iter().filter_map(|(kind, text)| failure(*kind, text, command, case)).collect()
}

/// What is wrong with a hint, where it is known whether it is a command; else by its looks.
fn failure(kind: Option<bool>, text: &str, made_by: &str, case: &Case) -> Option<String> {
    let is_meant = kind.unwrap_or_else(|| is_command(text));
    if !is_meant {
        return is_command(text).then(|| format!("this action looks like a command: {text}"));
    }
    if !is_command(text) {
        return Some(format!("this command begins with no known program: {text}"));
    }
    let sandbox = case.sandbox();
    let command = text.replace("$TMP", &sandbox.0.display().to_string());
    if !parses(&command) {
        return Some(format!("sh does not take this command: {text}"));
    }
    let must_succeed = MUST_SUCCEED.iter().any(|program| text.starts_with(program));
    if !must_succeed && !text.contains("fixkey ") {
        return None;
    }
    if made_by.contains("fixkey fix ") {
        run(made_by, case.script.head("under"), &sandbox);
    }
    let ended = run(&command, None, &sandbox);
    let is_wrong = match ended.status {
        Some(0) => false,
        // The program may be absent, and the account may not be known here.
        status if must_succeed => status != Some(127),
        status => status == Some(2),
    };
    is_wrong.then(|| format!("this command ends otherwise: {text}\n{}", ended.shown()))
}

/// The hints among printed lines that look like commands, and that `sh` does not take.
pub(crate) fn not_parsed(printed: &str) -> Vec<String> {
    let hints = printed.lines().filter_map(|line| line.trim_start().strip_prefix("hint: "));
    let wrong = hints.filter(|hint| is_command(hint) && !parses(hint));
    wrong.map(|hint| format!("sh does not take this command: {hint}")).collect()
}

fn parses(command: &str) -> bool {
    let shell = Command::new("sh").args(["-n", "-c", command]).stderr(Stdio::null()).status();
    shell.unwrap().success()
}
