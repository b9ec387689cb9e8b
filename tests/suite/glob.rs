//! Compares discovery with Ruby's `Dir.glob` for every pattern of `path.config`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

use crate::common;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;

use common::{Sandbox, has_peers, ruby};
use fixkey::logstash::discovery::{Discovery, Found};
use fixkey::logstash::variables::Variables;
use fixkey::os::view::{Map, View};

const FILES: &[&str] = &[
    "a",
    "b",
    "ab",
    "abc",
    "a.conf",
    "b.conf",
    ".h",
    ".conf",
    "x[1].conf",
    "[a]",
    "q*",
    "{a}",
    "{a,b}",
    "a,b",
    "-",
    "!a",
    "^",
    "]",
    "é.conf",
    "é",
    "a\\b",
    "\\",
    "b~",
    "d/a.conf",
    "d/b",
    "d/.h",
    "d/.e/c.conf",
    "d/e/a.conf",
    "d/e/e/b",
    ".e/a.conf",
    "[d]/a",
    "da/b",
];

/// Does what `ConfigPathLoader` of Logstash's `config/source/local.rb` does, for each pattern on standard input.
const ORACLE: &str = r#"
STDIN.read.force_encoding("UTF-8").split("\0").each do |pattern|
  path = File.expand_path(pattern)
  path = File.join(path, "*") if File.directory?(path)
  found = Dir.glob(path).select { |file| File.file?(file) && file !~ /~$/ }
  print found.map { |file| File.realpath(file) }.sort.uniq.join("\1"), "\0"
end
"#;

fn tree(root: &Path) {
    for file in FILES {
        let path = root.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, "").unwrap();
    }
    symlink("d", root.join("l")).unwrap();
    symlink("../a", root.join("d/k")).unwrap();
    symlink("nowhere", root.join("dangling")).unwrap();
}

/// Returns patterns in a fixed random order, so that a failure can be reproduced.
fn patterns(count: usize) -> Vec<String> {
    let pieces = [
        "*", "*", "**/", "**", "?", "[", "]", "[a", "[!a", "[^", "a-d]", "-", "{", "}", ",",
        "{a,b}", "{", "\\", "/", "/", "a", "b", "d", "e", ".", "conf", "é", "[é]", "x", "1", "d/",
        "l/", "~", "!", "^",
    ];
    let mut state = 0x2545_f491_4f6c_dd1d_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 33).unwrap() % below
    };
    let mut pattern = || (0..=next(6)).map(|_| pieces[next(pieces.len())]).collect::<String>();
    std::iter::repeat_with(&mut pattern).filter(|pattern| is_sound(pattern)).take(count).collect()
}

/// Returns whether a pattern stays in the directory, and C Ruby and `JRuby` agree on it: they differ on unmatched
/// brackets and braces, backslashes before a slash or the end, and whether `.*/` enters the directory itself.
fn is_sound(pattern: &str) -> bool {
    let mut depth = 0;
    let mut in_brackets = false;
    let mut chars = pattern.chars();
    while let Some(next) = chars.next() {
        match next {
            '\\' if matches!(chars.next(), None | Some('/')) => return false,
            '/' | '{' | '}' | ',' if in_brackets => return false,
            '[' => in_brackets = true,
            ']' => in_brackets = false,
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth < 0 {
            return false;
        }
    }
    if depth != 0 || in_brackets || pattern.contains("..") {
        return false;
    }
    let enters = [".*", ".?", ".[", ".{"].iter().any(|mark| pattern.contains(mark));
    !enters || !pattern.contains('/')
}

/// Returns the files that Ruby finds for each pattern.
fn by_ruby(patterns: &[String]) -> Vec<BTreeSet<String>> {
    let output = ruby(ORACLE, patterns);
    let set = |files: &str| {
        files.split('\u{1}').filter(|file| !file.is_empty()).map(str::to_owned).collect()
    };
    output.split_terminator('\0').map(set).collect()
}

/// Returns the files that discovery finds, with each pattern as a pipeline.
fn by_discovery(patterns: &[String], folder: &Path, view: &View) -> Vec<BTreeSet<String>> {
    let entry = |(number, pattern): (usize, &String)| {
        let pattern = serde_json::to_string(pattern).unwrap();
        format!("- pipeline.id: '{number}'\n  path.config: {pattern}\n")
    };
    let yaml: String = patterns.iter().enumerate().map(entry).collect();
    fs::write(folder.join("pipelines.yml"), yaml).unwrap();
    let found: Found = Discovery::new(view, &Variables::default()).discover(folder).unwrap();
    let mut sets = vec![BTreeSet::new(); patterns.len()];
    for source in &found.sources {
        let path = fs::canonicalize(&source.path).unwrap().to_str().unwrap().to_owned();
        for pipeline in &source.pipelines {
            sets[pipeline.id.parse::<usize>().unwrap()].insert(path.clone());
        }
    }
    sets
}

#[test]
fn finds_what_ruby_finds() {
    if !has_peers(&["ruby"]) {
        return;
    }
    let sandbox = Sandbox::empty();
    let root = sandbox.0.join("root");
    let settings = sandbox.0.join("settings");
    fs::create_dir(&settings).unwrap();
    tree(&root);
    let relative = patterns(4000);
    let patterns: Vec<String> =
        relative.iter().map(|pattern| format!("{}/{pattern}", root.display())).collect();
    let ruby = by_ruby(&patterns);
    assert!(ruby.iter().filter(|files| !files.is_empty()).count() > 400);
    compare(&relative, &ruby, &by_discovery(&patterns, &settings, &View::default()));
    // The same through a map, where fixkey resolves links.
    let inside: Vec<String> = relative.iter().map(|pattern| format!("/{pattern}")).collect();
    let map = Map { from: "/".into(), to: root };
    compare(&relative, &ruby, &by_discovery(&inside, &settings, &View::new(vec![map])));
}

fn compare(patterns: &[String], expected: &[BTreeSet<String>], actual: &[BTreeSet<String>]) {
    let rows = patterns.iter().zip(expected).zip(actual);
    let wrong: Vec<_> = rows.filter(|((_, expected), actual)| expected != actual).collect();
    let first: Vec<_> = wrong.iter().take(10).collect();
    assert!(wrong.is_empty(), "{} of {}: {first:#?}", wrong.len(), patterns.len());
}
