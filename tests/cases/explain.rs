//! Laws of `fixkey explain` for a log, which is a case in `tests/explain/`.

use std::process::Command;

use fixkey::logstash::messages;

use crate::case::{Case, differences};
use crate::common::{FIXKEY, told};

/// Returns what is wrong: the output is the same for a file, standard input and an argument.
pub(crate) fn failures(case: &Case) -> Vec<String> {
    let [(name, content)] = case.archive.beneath("before").collect::<Vec<_>>()[..] else {
        return vec!["it is not one log".to_owned()];
    };
    let sandbox = case.sandbox();
    let explain = |arguments: &[&str], input: &[u8]| {
        let mut command = Command::new(FIXKEY);
        command.arg("explain").args(arguments).current_dir(&sandbox.0);
        told(&mut command, input)
    };
    let told = explain(&["--log", name], b"");
    let piped = explain(&["-"], content).replace("standard input:", &format!("{name}:"));
    let mut wrong = differences("standard input", &told, &piped);
    let text = String::from_utf8(content.to_vec()).unwrap_or_default();
    if told.starts_with(char::is_uppercase) && !text.is_empty() {
        let pasted = explain(&[&text], b"");
        wrong.extend(differences("pasted", &without_places(&told), &without_places(&pasted)));
    }
    for secret in ["hunter2", "swordfish", "MIIEv", "AAAA", "nobody at home"] {
        if told.contains(secret) {
            wrong.push(format!("it says {secret}"));
        }
    }
    wrong
}

/// Removes the places, which a single line does not have.
fn without_places(told: &str) -> String {
    let is_place = |line: &&str| line.starts_with("  found: ");
    told.lines().filter(|line| !is_place(line)).collect::<Vec<_>>().join("\n")
}

/// Returns the messages that occur in none of these cases.
pub(crate) fn in_no_log(cases: &[Case]) -> Vec<String> {
    let logs = cases.iter().filter(|case| case.name.starts_with("explain/"));
    let told: String = logs.map(|case| case.script.expected()).collect();
    let is_told = |wording: &&&str| {
        told.lines().any(|line| line == **wording || line == format!("  with:       {wording}"))
    };
    let lacking = messages::all().filter(|message| !message.wordings.iter().any(|w| is_told(&w)));
    lacking.map(|message| format!("no log has {:?}", message.wordings)).collect()
}
