//! What the rules have beside their cases: each a page in `docs/rules/`, a case that trips it and a case that does
//! not, and a row in the README. The example of the page is the case `example`, as `FIXKEY_BLESS=1` writes it there.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use fixkey::check::rules::RULES;

use crate::case::Case;
use crate::is_blessing;

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

/// What is wrong with the rules, where these are the cases.
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
        if !page(rule.name).exists() {
            wrong.push(format!("{}: it has no page", rule.name));
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

/// Whether the page of a rule shows something else than this case, which is its example; writes it there where
/// that is asked for.
pub(crate) fn page_differs(case: &Case) -> Option<String> {
    let rule = case.name.strip_prefix("check/")?.strip_suffix("/example")?;
    let shown = fs::read_to_string(page(rule)).unwrap_or_default();
    let expected = with_example(&shown, &example(case));
    if shown == expected {
        return None;
    }
    if is_blessing() {
        fs::write(page(rule), expected).unwrap();
        return None;
    }
    Some(format!("docs/rules/{rule}.md shows another example"))
}

/// What a case looks like at a prompt.
fn example(case: &Case) -> String {
    let mut shown = String::new();
    for (name, text) in case.archive.beneath("before") {
        shown.push_str(&format!("$ cat {name}\n{}", String::from_utf8_lossy(text)));
    }
    for step in case.script.steps() {
        shown.push_str(&format!("$ {}\n", step.command));
        // The status does not show at a prompt.
        let lines = step.expected.split_inclusive('\n').filter(|line| !line.starts_with("? "));
        shown.extend(lines);
    }
    shown
}

/// The page with this in its first console block.
fn with_example(page: &str, example: &str) -> String {
    let Some((before, rest)) = page.split_once("```console\n") else { return page.to_owned() };
    let end = if rest.starts_with("```") { 0 } else { rest.find("\n```").map_or(0, |at| at + 1) };
    format!("{before}```console\n{example}{}", &rest[end..])
}

/// The severity that the page of a rule states, and whether `fix` can repair what it finds.
fn stated(rule: &str) -> (String, bool) {
    let page = fs::read_to_string(page(rule)).unwrap_or_default();
    let line = page.lines().nth(2).unwrap_or_default();
    let (_, rest) = line.split_once(" (").unwrap_or_default();
    let (severity, fixable) = rest.split_once("; fixable by `fixkey fix`: ").unwrap_or_default();
    (severity.to_owned(), !fixable.starts_with("no"))
}

/// The rows of the README's table of rules that it lacks.
pub(crate) fn not_in_the_readme() -> Vec<String> {
    let readme = fs::read_to_string(project("README.md")).unwrap();
    let row = |rule: &fixkey::check::rules::Rule| {
        let (severity, is_fixable) = stated(rule.name);
        let (name, star) = (rule.name, if is_fixable { "*" } else { "" });
        format!("| [`{name}`](docs/rules/{name}.md){star} | {} ({severity}) |", rule.summary)
    };
    let rows = RULES.iter().map(row);
    let lacking = rows.filter(|row| !readme.lines().any(|line| line == row));
    lacking.map(|row| format!("README.md lacks {row}")).collect()
}
