//! `fixkey check` from outside: every folder of `tests/check/RULE/` is a case of that rule, and those of
//! `tests/sessions/` are sessions of an operator; see `tests/fix_cases.rs` for what is in a case.
//!
//! Each rule has a page in `docs/rules/`, a case that trips it and a case that does not; the example of the page
//! is the case `example`, as `FIXKEY_BLESS=1` writes it there.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]
#![allow(clippy::format_push_string, reason = "speed does not matter here")]

mod common;

#[path = "fix_cases/engine.rs"]
mod engine;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use fixkey::check::rules::{Fixable, RULES, Rule};

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn names(folder: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(project(folder)).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

#[test]
fn every_case_of_check_is_what_happens() {
    let folders: Vec<String> =
        names("tests/check").iter().map(|rule| format!("tests/check/{rule}")).collect();
    let folders: Vec<&str> = folders.iter().map(String::as_str).collect();
    engine::replay(&folders);
}

#[test]
fn every_session_of_an_operator_comes_to_its_end() {
    engine::replay(&["tests/sessions"]);
}

#[test]
fn every_rule_has_a_page_a_case_that_trips_it_and_one_that_does_not() {
    let mut wrong = Vec::new();
    for rule in RULES {
        let folder = format!("tests/check/{}", rule.name);
        let cases = fs::read_dir(project(&folder)).into_iter().flatten();
        let outputs = cases.map(|case| {
            fs::read_to_string(case.unwrap().path().join("output")).unwrap_or_default()
        });
        let mark = format!("[{}]", rule.name);
        let (trips, silent): (Vec<String>, Vec<String>) =
            outputs.partition(|output| output.contains(&mark));
        if trips.is_empty() || silent.is_empty() {
            let (trips, silent) = (trips.len(), silent.len());
            wrong.push(format!("{}: {trips} cases trip it, {silent} do not", rule.name));
        }
        if !project(&format!("docs/rules/{}.md", rule.name)).exists() {
            wrong.push(format!("{}: it has no page", rule.name));
        }
    }
    let known: BTreeSet<String> = RULES.iter().map(|rule| rule.name.to_owned()).collect();
    let strange = names("tests/check").into_iter().filter(|name| !known.contains(name));
    wrong.extend(strange.map(|name| format!("tests/check/{name}: there is no such rule")));
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn every_page_has_the_head_of_its_rule_and_the_example_of_its_case() {
    let mut wrong = Vec::new();
    for rule in RULES {
        let path = project(&format!("docs/rules/{}.md", rule.name));
        let page = fs::read_to_string(&path).unwrap_or_default();
        let headed = with_head(&page, &head(rule));
        let expected = with_example(&headed, &example(rule.name));
        if std::env::var_os("FIXKEY_BLESS").is_some() && !page.is_empty() {
            fs::write(&path, expected).unwrap();
        } else if page != expected {
            wrong.push(format!(
                "docs/rules/{}.md: the head or the example is not what it should be",
                rule.name
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// What the case `example` of a rule looks like at a prompt.
fn example(rule: &str) -> String {
    let folder = project(&format!("tests/check/{rule}/example"));
    let read = |name: &str| fs::read_to_string(folder.join(name)).unwrap_or_default();
    let command = read("command");
    let mut shown = String::new();
    for text in texts(&folder.join("before")) {
        let name = text.strip_prefix(folder.join("before")).unwrap().display();
        shown.push_str(&format!("$ cat {name}\n{}", fs::read_to_string(&text).unwrap_or_default()));
    }
    for line in command.lines().filter(|line| !line.starts_with('#')) {
        shown.push_str(&format!("$ {line}\n"));
    }
    // The status does not show at a prompt.
    let output = read("output");
    let seen = output.split_inclusive('\n').filter(|line| !line.starts_with("? "));
    shown + &seen.collect::<String>()
}

fn texts(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(texts(&path)) } else { found.push(path) }
    }
    found.sort();
    found
}

/// The page with this in its first console block.
fn with_example(page: &str, example: &str) -> String {
    let Some((before, rest)) = page.split_once("```console\n") else { return page.to_owned() };
    let end = if rest.starts_with("```") { 0 } else { rest.find("\n```").map_or(0, |at| at + 1) };
    format!("{before}```console\n{example}{}", &rest[end..])
}

/// How bad findings of a rule are: `error, or warning where the plugin was not measured`.
fn severities(rule: &Rule) -> String {
    let mut words = rule.severity.word().to_owned();
    for (severity, condition) in rule.exceptions {
        words.push_str(&format!(", or {} {condition}", severity.word()));
    }
    words
}

/// The third line of the page of a rule.
fn head(rule: &Rule) -> String {
    let (first, rest) = rule.summary.split_at(1);
    let fixable = match rule.fixable {
        Fixable::No => "no",
        Fixable::Yes => "yes",
        Fixable::When(condition) => condition,
    };
    let severities = severities(rule);
    let first = first.to_uppercase();
    format!("{first}{rest}. ({severities}; fixable by `fixkey fix`: {fixable})")
}

/// The page with this as its third line.
fn with_head(page: &str, head: &str) -> String {
    let current = page.lines().nth(2).unwrap_or_default();
    page.replacen(current, head, 1)
}

#[test]
fn the_readme_lists_every_rule() {
    let path = project("README.md");
    let readme = fs::read_to_string(&path).unwrap();
    let rows = RULES.iter().map(|rule| {
        let (name, summary, severities) = (rule.name, rule.summary, severities(rule));
        let star = if rule.fixable == Fixable::No { "" } else { "*" };
        format!("| [`{name}`](docs/rules/{name}.md){star} | {summary} ({severities}) |\n")
    });
    let start = readme.find("| [`").unwrap();
    let end = start + readme[start..].find("\n\n").unwrap() + 1;
    let expected = readme[..start].to_owned() + &rows.collect::<String>() + &readme[end..];
    if std::env::var_os("FIXKEY_BLESS").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    let current = fs::read_to_string(&path).unwrap();
    assert!(current == expected, "the rows of README.md are not those of the rules");
}
