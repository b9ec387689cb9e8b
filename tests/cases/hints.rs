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

/// What is wrong with the hints of a report of `check`.
pub(crate) fn failures(report: &Value, case: &Case) -> Vec<String> {
    let findings = report["findings"].as_array().into_iter().flatten();
    let hints = findings.flat_map(|finding| finding["hints"].as_array().into_iter().flatten());
    hints.filter_map(|hint| failure(&hint["kind"], hint["text"].as_str().unwrap(), case)).collect()
}

fn failure(kind: &Value, text: &str, case: &Case) -> Option<String> {
    if kind != "command" {
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
    let ended = run(&command, None, &sandbox);
    let is_wrong = match ended.status {
        Some(0) => false,
        // The program may be absent, and the account may not be known here.
        status if must_succeed => status != Some(127),
        status => status == Some(2),
    };
    is_wrong.then(|| format!("this command ends otherwise: {text}\n{}", ended.shown()))
}

fn parses(command: &str) -> bool {
    let shell = Command::new("sh").args(["-n", "-c", command]).stderr(Stdio::null()).status();
    shell.unwrap().success()
}
