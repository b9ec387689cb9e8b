//! Lists every message of the program in `tests/messages.txt`, for review against the rules of style, and checks the
//! rules that a program can check.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use crate::case::{Case, Kind, differences};
use crate::{is_blessing, tests};

/// The labels of messages.
const LABELS: [&str; 4] = ["error: ", "warning: ", "note: ", "hint: "];

/// Programs in the commands of hints.
const PROGRAMS: &[&str] = &[
    "ansible-vault",
    "awk",
    "base64",
    "chgrp",
    "chmod",
    "chown",
    "fixkey",
    "git",
    "git-crypt",
    "iconv",
    "install",
    "keytool",
    "ls",
    "mkdir",
    "openssl",
    "printf",
    "puttygen",
    "rm",
    "sed",
    "setfacl",
    "usermod",
    "sops",
    "ssh-keygen",
    "systemctl",
];

/// Forbidden wordings, each with a better one.
const FORBIDDEN: &[(&str, &str)] = &[
    (" folder", "directory"),
    (" rights", "permissions"),
    ("looked at", "checked"),
    (" is to hold", "must contain"),
    ("others than", "except"),
    ("all the same", "still"),
    ("as it stands", "as written"),
    ("stands ", "is"),
    ("cannot be had", "cannot read"),
    ("by its own words", ""),
    ("anew", "new"),
    ("without a word", "silently"),
    ("no such thing", "missing"),
    ("measured on", "(the page of the rule)"),
];

/// The most words in a sentence.
const MOST_WORDS: usize = 25;

/// Returns the differences from the file, which can be blessed, and violations of the rules of style.
pub(crate) fn failures(cases: &[Case]) -> Vec<String> {
    let messages = all(cases);
    let mut text = String::new();
    for message in &messages {
        text.push_str(&format!("{message}\n"));
    }
    let path: PathBuf = tests().join("messages.txt");
    if is_blessing() {
        fs::write(&path, &text).unwrap();
    }
    let known = fs::read_to_string(&path).unwrap_or_default();
    let mut wrong = differences("tests/messages.txt", &known, &text);
    wrong.extend(messages.iter().flat_map(|message| against_style(message)));
    wrong
}

fn all(cases: &[Case]) -> BTreeSet<String> {
    // `explain` has its own cases, and README.md repeats others.
    let own = cases.iter().filter(|case| !matches!(case.kind, Kind::Log | Kind::Page));
    own.flat_map(|case| lines(&case.script.expected())).collect()
}

/// Returns the messages in a command's output, without the parts that differ between files.
fn lines(printed: &str) -> Vec<String> {
    let message = |line: &str| {
        let line = line.trim_start_matches([' ', '=']);
        LABELS.iter().any(|label| line.starts_with(label)).then(|| masked(line))
    };
    let is_for_people = |line: &&str| !line.contains("\\u{1b}") && !line.contains('\u{1b}');
    printed.lines().filter(is_for_people).filter_map(message).collect()
}

/// Replaces variable parts of a line by `PATH`, `N` and `"…"`.
fn masked(line: &str) -> String {
    let (label, rest) = line.split_once(": ").unwrap();
    let rest = rest.split(", set at ").next().unwrap();
    let mut words: Vec<String> = unquoted(rest).split(' ').map(word).collect();
    // The file that the message is about.
    while words.first().is_some_and(|word| label != "hint" && is_place(word)) {
        words.remove(0);
    }
    words.dedup_by(|one, other| one == other && one == "PATH");
    format!("{label}: {}", words.join(" "))
}

fn is_place(word: &str) -> bool {
    word.ends_with(':') && (word.starts_with("PATH") || word.contains('.') || word == "-:")
}

/// Replaces the text in double quotes by an ellipsis.
fn unquoted(text: &str) -> String {
    let mut parts = text.split('"');
    let mut masked = parts.next().unwrap_or_default().to_owned();
    while let Some(_inside) = parts.next() {
        masked.push_str("\"…\"");
        masked.push_str(parts.next().unwrap_or_default());
    }
    masked
}

fn word(word: &str) -> String {
    let name = word.trim_end_matches([':', ',', ';', ')']);
    let end = &word[name.len()..];
    let is_path =
        name.contains('/') && name.len() > 1 && !name.starts_with('`') && !name.starts_with("s/")
            || [".key", ".pem", ".p8", ".crt", ".conf", ".der", ".p12", ".jks"]
                .iter()
                .any(|end| name.ends_with(end));
    if is_path {
        return format!("PATH{end}");
    }
    let is_number = |c: char| c.is_ascii_digit();
    let mut masked = String::new();
    for part in word.split_inclusive(|c: char| !is_number(c)) {
        let rest = part.trim_start_matches(is_number);
        if rest.len() < part.len() {
            masked.push('N');
        }
        masked.push_str(rest);
    }
    masked
}

/// Returns whether a hint is a command.
pub(crate) fn is_command(text: &str) -> bool {
    let first = text.split(' ').next().unwrap_or_default();
    PROGRAMS.contains(&first)
}

fn against_style(message: &str) -> Vec<String> {
    let (label, text) = message.split_once(": ").unwrap();
    let mut wrong = Vec::new();
    if label == "hint" && is_command(text) {
        let prose = ["; then ", ", and ", " (OpenSSL", ", then ", " or: "];
        let found = prose.iter().filter(|words| text.contains(**words));
        wrong.extend(found.map(|words| format!("prose{words:?} in a command: {message}")));
        return wrong;
    }
    // A command at the end of a sentence does not count.
    let sentence = text.split(" with: ").next().unwrap_or(text);
    let sentence = sentence.split(" run: ").next().unwrap_or(sentence);
    let longest = sentence.split(". ").map(|one| one.split_whitespace().count()).max();
    if longest > Some(MOST_WORDS) {
        wrong.push(format!("more than {MOST_WORDS} words: {message}"));
    }
    let found = FORBIDDEN.iter().filter(|(words, _)| sentence.contains(words));
    wrong.extend(found.map(|(words, better)| format!("{words:?}, not {better:?}: {message}")));
    wrong
}
