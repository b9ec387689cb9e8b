//! Tests that rules are complete: a page in `docs/rules/`, a case that triggers it, a case that does not, and a row in
//! `docs/rules.md`. `FIXKEY_BLESS=1` writes the case `example` into the page.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use fixkey::check::rules::{Fixable, RULES, Rule};

use crate::case::Case;
use crate::is_blessing;

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// Returns what is missing for the rules, given the cases.
pub(crate) fn incomplete(cases: &[Case]) -> Vec<String> {
    let mut wrong = Vec::new();
    for rule in RULES {
        let folder = format!("check/{}/", rule.name);
        let own = cases.iter().filter(|case| case.name.starts_with(&folder));
        let mark = format!("[{}]", rule.name);
        let (mut trips, mut silent) = (0, 0);
        for case in own {
            let expected = case.script.expected();
            if expected.is_empty() || case.archive.get("tree").is_none() {
                wrong.push(format!("{}: nothing is expected of it", case.name));
            } else if expected.contains(&mark) {
                trips += 1;
            } else {
                silent += 1;
            }
        }
        if trips == 0 || silent == 0 {
            wrong.push(format!("{}: {trips} cases trip it, {silent} do not", rule.name));
        }
        if !cases.iter().any(|case| case.name == format!("{folder}example")) {
            wrong.push(format!("{}: it has no example", rule.name));
        }
        match fs::read_to_string(page(rule.name)) {
            Err(_) => wrong.push(format!("{}: it has no page", rule.name)),
            Ok(page) if !page.contains("\n```console\n") => {
                wrong.push(format!("{}: its page has no block of console", rule.name));
            }
            Ok(_) => {}
        }
    }
    let known: BTreeSet<&str> = RULES.iter().map(|rule| rule.name).collect();
    let folders = fs::read_dir(project("tests/check")).unwrap();
    let names = folders.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let strange = names.filter(|name| !known.contains(name.as_str()));
    wrong.extend(strange.map(|name| format!("tests/check/{name}: there is no such rule")));
    wrong
}

fn page(rule: &str) -> PathBuf {
    project(&format!("docs/rules/{rule}.md"))
}

/// Returns how the page of a rule differs in its head from the rule, or in its example from this case; writes both when
/// blessing.
pub(crate) fn page_differs(case: &Case) -> Option<String> {
    let rule = case.name.strip_prefix("check/")?.strip_suffix("/example")?;
    let shown = fs::read_to_string(page(rule)).unwrap_or_default();
    let rule_of_page = RULES.iter().find(|known| known.name == rule)?;
    let expected = with_example(&with_head(&shown, &head(rule_of_page)), &example(case));
    if shown == expected {
        return None;
    }
    if is_blessing() {
        fs::write(page(rule), expected).unwrap();
        return None;
    }
    Some(format!("docs/rules/{rule}.md has another head or example"))
}

/// Returns a case as typed at a prompt.
fn example(case: &Case) -> String {
    let mut shown = String::new();
    for (name, text) in case.archive.beneath("before") {
        shown.push_str(&format!("$ cat {name}\n{}", String::from_utf8_lossy(text)));
    }
    for step in case.script.steps() {
        shown.push_str(&format!("$ {}\n", step.command));
        // A prompt does not show the status.
        let lines = step.expected.split_inclusive('\n').filter(|line| !line.starts_with("? "));
        shown.extend(lines);
    }
    shown
}

/// Returns the page with this as its first console block.
fn with_example(page: &str, example: &str) -> String {
    let Some((before, rest)) = page.split_once("```console\n") else { return page.to_owned() };
    let end = if rest.starts_with("```") { 0 } else { rest.find("\n```").map_or(0, |at| at + 1) };
    format!("{before}```console\n{example}{}", &rest[end..])
}

/// Returns the severities of a rule: `error, or warning where the plugin was not measured`.
fn severities(rule: &Rule) -> String {
    let mut words = rule.severity.word().to_owned();
    for (severity, condition) in rule.exceptions {
        words.push_str(&format!(", or {} {condition}", severity.word()));
    }
    words
}

/// Returns the third line of a rule's page.
fn head(rule: &Rule) -> String {
    let (first, rest) = rule.summary.split_at(1);
    let fixable = match rule.fixable {
        Fixable::No => "no",
        Fixable::Yes => "yes",
        Fixable::When(condition) => condition,
    };
    let (first, severities) = (first.to_uppercase(), severities(rule));
    format!("{first}{rest}. ({severities}; fixable by `fixkey fix`: {fixable})")
}

/// Replaces the third line of the page, unless it is a heading.
fn with_head(page: &str, head: &str) -> String {
    let mut lines: Vec<&str> = page.split_inclusive('\n').collect();
    let head = format!("{head}\n");
    match lines.get_mut(2) {
        Some(current) if !current.starts_with('#') && *current != "\n" => *current = &head,
        _ => {
            let at = lines.len().min(2);
            lines.splice(at..at, [head.as_str(), "\n"]);
        }
    }
    lines.concat()
}

/// Returns how the table of `docs/rules.md` differs from the rules; writes it when blessing.
pub(crate) fn index_differs() -> Option<String> {
    let path = project("docs/rules.md");
    let index = fs::read_to_string(&path).unwrap();
    let rows = RULES.iter().map(|rule| {
        let (name, summary, severities) = (rule.name, rule.summary, severities(rule));
        let star = if rule.fixable == Fixable::No { "" } else { "*" };
        format!("| [`{name}`](rules/{name}.md){star} | {summary} ({severities}) |\n")
    });
    let start = index.find("| [`").unwrap();
    let expected = index[..start].to_owned() + &rows.collect::<String>();
    if is_blessing() {
        fs::write(&path, &expected).unwrap();
        return None;
    }
    (index != expected).then(|| "the rows of docs/rules.md are not those of the rules".to_owned())
}
