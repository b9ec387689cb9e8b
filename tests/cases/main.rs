//! Runs every test that is a file: the case `tests/DIRECTORY/NAME.txtar` is the test `DIRECTORY/NAME`.
//!
//! | directory | a case |
//! |---|---|
//! | `fix/`, `check/RULE/` | a command, the files before it and those after it, and the laws of `laws.rs` |
//! | `sessions/` | what an operator types, up to a good end; the same files |
//! | `transcripts/` | commands alone, in a directory with every fixture; those of the README and of `docs/*.md` are run as well |
//! | `explain/` | a log, and its explanation |
//! | `discovery/` | a path, and the texts that are found for it |
//! | `language/accepted/`, `language/refused/` | a configuration, and what the parser finds or says |
//!
//! `script.rs` describes the form of commands and their output, `archive.rs` that of files. A case has these files:
//!
//! | file | holds |
//! |---|---|
//! | `keys` | what an archive cannot hold: `PATH FIXTURE [MODE]` (0600), `PATH link TARGET`, `PATH folder`, `PATH mode MODE` |
//! | `keys` | what a text cannot be: `PATH FIXTURE [MODE]` (0600), `PATH link TARGET`, `PATH folder`, `PATH mode MODE` |
//! | `setup` | a script that is run first, where that is not enough (owners, pipes) |
//! | `tree` | every file afterwards: its mode, its path, and whose content it has |
//! | `after/PATH` | a text that `tree` calls `changed` |
//!
//! `FIXKEY_BLESS=1` writes the output, `tree` and `after/`. `cargo test --test cases WORD` runs the cases whose names
//! contain the word. A case whose peers are missing is ignored, and listed on standard error.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]
#![allow(
    clippy::format_push_string,
    clippy::use_debug,
    reason = "speed and looks do not matter here"
)]

#[path = "../common/mod.rs"]
mod common;

mod case;
mod discovery;
mod explain;
mod hints;
mod language;
mod laws;
mod messages;
mod rules;
mod run;
mod script;
mod secrets;
mod tree;

use std::ffi::OsString;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use libtest2_mimic::{Harness, RunContext, RunError, RunResult, Trial};

use case::{Case, Kind};

/// Returns whether results are written into the cases.
fn is_blessing() -> bool {
    std::env::var_os("FIXKEY_BLESS").is_some()
}

fn tests() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests")
}

/// The fewest cases in a directory, to notice lost ones.
const FEWEST: [(&str, usize); 8] = [
    ("fix", 264),
    ("check", 464),
    ("sessions", 10),
    ("explain", 27),
    ("transcripts", 15),
    ("discovery", 29),
    ("language/accepted", 23),
    ("language/refused", 115),
];

/// Returns the directories that have lost cases.
fn lost_cases() -> Vec<String> {
    let counted = FEWEST.map(|(folder, fewest)| (folder, archives(folder).len(), fewest));
    let lost = counted.iter().filter(|(_, found, fewest)| found < fewest);
    lost.map(|(folder, found, fewest)| format!("{folder}: {found} cases of {fewest}")).collect()
}

/// Returns the cases below a directory of `tests/`, with their names; panics at any other file.
fn archives(folder: &str) -> Vec<(String, PathBuf)> {
    let mut found = Vec::new();
    for entry in fs::read_dir(tests().join(folder)).unwrap().map(Result::unwrap) {
        let name = format!("{folder}/{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            found.extend(archives(&name));
        } else {
            let case = name.strip_suffix(".txtar").unwrap_or_else(|| panic!("{name} is no case"));
            found.push((case.to_owned(), entry.path()));
        }
    }
    found.sort();
    found
}

/// Returns the cases with commands.
fn cases() -> Vec<Case> {
    let folders = [
        ("fix", Kind::Command),
        ("check", Kind::Command),
        ("sessions", Kind::Session),
        ("explain", Kind::Log),
        ("transcripts", Kind::Transcript),
    ];
    let mut cases = Vec::new();
    for (folder, kind) in folders {
        let read = |(name, path): (String, PathBuf)| Case::read(&name, kind, &path);
        cases.extend(archives(folder).into_iter().map(read));
    }
    cases.extend(pages());
    cases
}

/// Returns the README, and the pages of `docs/` with console blocks. Pages of rules are checked with their rule.
fn pages() -> Vec<Case> {
    let project = tests().join("..");
    let mut names = vec!["README.md".to_owned()];
    for entry in fs::read_dir(project.join("docs")).unwrap().map(Result::unwrap) {
        let name = format!("docs/{}", entry.file_name().to_str().unwrap());
        let text = fs::read_to_string(entry.path()).unwrap_or_default();
        let is_page = entry.path().extension().is_some_and(|it| it == "md");
        if is_page && text.contains("\n```console\n") {
            names.push(name);
        }
    }
    names.sort();
    names.iter().map(|name| Case::read(name, Kind::Page, &project.join(name))).collect()
}

fn outcome(wrong: &[String]) -> RunResult {
    if wrong.is_empty() { Ok(()) } else { Err(RunError::fail(wrong.join("\n"))) }
}

/// Returns the test of a case, which is ignored if one of its peers is missing.
fn trial(case: &Case) -> Trial {
    let (name, kind, path) = (case.name.clone(), case.kind, case.path.clone());
    Trial::test(case.name.clone(), move |context| {
        let case = Case::read(&name, kind, &path);
        let absent = common::absent(&case.peers());
        if absent.is_empty() {
            return outcome(&case.failures());
        }
        let absent = format!("absent: {}", absent.join(" "));
        if std::env::var_os("FIXKEY_REQUIRE_PEERS").is_some() {
            return Err(RunError::fail(absent));
        }
        let _ = writeln!(std::io::stderr(), "passed over: {name}: {absent}");
        context.ignore_for(absent)
    })
}

/// Returns the arguments from cargo, without those for showing output, which this harness never hides.
fn arguments() -> impl Iterator<Item = OsString> {
    let is_known = |argument: &OsString| {
        !["--nocapture", "--no-capture", "--show-output"].iter().any(|shown| argument == shown)
    };
    std::env::args_os().filter(is_known)
}

fn main() {
    let cases = cases();
    let of_all = [
        (
            "rules/every_rule_has_a_page_a_case_that_trips_it_and_one_that_does_not",
            rules::incomplete(&cases),
        ),
        ("rules/the_index_lists_every_rule", rules::index_differs().into_iter().collect()),
        ("explain/every_message_stands_in_some_log", explain::in_no_log(&cases)),
        ("no_directory_has_lost_a_case", lost_cases()),
        ("messages/every_message_is_in_the_file_and_in_style", messages::failures(&cases)),
    ];
    let of_all = of_all.map(|(name, wrong)| Trial::test(name, move |_| outcome(&wrong)));
    let mut trials: Vec<Trial> = cases.iter().map(trial).chain(of_all).collect();
    for (name, path) in archives("discovery") {
        trials.push(Trial::test(name, move |_| outcome(&discovery::failures(&path))));
    }
    for (folder, is_accepted) in [("language/accepted", true), ("language/refused", false)] {
        for (name, path) in archives(folder) {
            let failures =
                move |_: RunContext<'_>| outcome(&language::failures(&path, is_accepted));
            trials.push(Trial::test(name, failures));
        }
    }
    Harness::with_args(arguments()).discover(trials).main()
}
