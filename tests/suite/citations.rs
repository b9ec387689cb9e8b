//! Tests that citations in code, tests and documents exist: files of the project, numbered sections of its documents,
//! and relative links. Nothing cites files outside the repository.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Directories without text of the project.
const PASSED_OVER: &[&str] =
    &["target", "corpus", "artifacts", "coverage", "classes", "__pycache__"];

/// Returns the files below a path of the project, in order; none if it does not exist.
fn files(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let Ok(entries) = fs::read_dir(path) else { return Vec::new() };
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| {
        let name = path.file_name().unwrap().to_str().unwrap();
        !path.is_symlink() && !PASSED_OVER.contains(&name)
    });
    paths.sort();
    paths.iter().flat_map(|path| files(path)).collect()
}

fn has_ending(path: &Path, ending: &str) -> bool {
    path.extension().is_some_and(|it| it == ending)
}

/// Returns every text of the project, except the measured data, with its path from the root.
fn texts() -> Vec<(PathBuf, String)> {
    let places = [
        ".ci", ".cargo", "benches", "crates", "docs", "fixtures", "fuzz", "interop", "src", "tests",
    ];
    let mut paths: Vec<PathBuf> = places.iter().flat_map(|it| files(&root().join(it))).collect();
    let of_root = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path());
    paths.extend(of_root.filter(|path| path.is_file() && !path.ends_with(".git")));
    let text = |path: PathBuf| {
        // Keys, certificates and archives are not text.
        let text = fs::read_to_string(&path).ok()?;
        Some((path.strip_prefix(root()).unwrap().to_owned(), text))
    };
    let is_data = |path: &Path| path.starts_with("tests/data") && !has_ending(path, "md");
    paths.into_iter().filter_map(text).filter(|(path, _)| !is_data(path)).collect()
}

fn is_of_path(character: char) -> bool {
    character.is_ascii_alphanumeric() || "._/-".contains(character)
}

/// Returns whether this can follow a path, or separate two sections of a list: punctuation, the start of a comment's
/// next line, or a conjunction.
fn is_joint(text: &str) -> bool {
    let is_mark = |it: char| it.is_whitespace() || ",/!#)]`–;:(".contains(it);
    let words = text.split(is_mark).filter(|word| !word.is_empty());
    words.into_iter().all(|word| ["and", "or", "to", "the", "rows", "of"].contains(&word))
}

/// Returns the paths of the project that a text cites, below its directories.
fn cited_paths(text: &str) -> Vec<(usize, &str)> {
    const BENEATH: [&str; 10] = [
        "docs/",
        "src/",
        "crates/",
        "tests/",
        "benches/",
        "fixtures/",
        "interop/",
        "fuzz/",
        ".ci/",
        ".cargo/",
    ];
    let mut found = Vec::new();
    for start in BENEATH {
        for (at, _) in text.match_indices(start) {
            // A longer path, or the address of a page.
            if text[..at].ends_with(is_of_path) || text[..at].ends_with(['~', '$', '}']) {
                continue;
            }
            let rest = &text[at..];
            let end = rest.find(|it| !is_of_path(it)).unwrap_or(rest.len());
            // A name with a placeholder or wildcard.
            if !rest[end..].starts_with(['*', '{', '$', '<', '…']) {
                found.push((at, rest[..end].trim_end_matches(['.', '/'])));
            }
        }
    }
    found.sort_unstable();
    found
}

/// Returns whether a path belongs to another project, is generated, or is an example: `NAME` is a placeholder.
fn is_foreign(path: &str) -> bool {
    const OTHERS: [&str; 2] = ["src/pem.rs", "src/main/java"];
    let is_made = path.split('/').any(|part| PASSED_OVER.contains(&part));
    path.contains("NAME") || OTHERS.contains(&path) || is_made
}

/// Returns whether a cited path exists: from the root, or from a directory of the citing text.
fn is_there(path: &str, from: &Path) -> bool {
    from.ancestors().any(|directory| root().join(directory).join(path).exists())
}

/// Standards whose own sections are cited.
const STANDARDS: [&str; 11] = [
    "RFC ",
    "SEC 1",
    "SEC 2",
    "SARIF",
    "XML 1.0",
    "PKCS #",
    "for TLS",
    "Guidelines",
    "X.690",
    "X.509",
    "SP 800",
];

/// Returns every section that a text cites, with its document; `None` if no document is cited.
fn cited_sections<'a>(from: &'a Path, text: &'a str) -> Vec<(Option<PathBuf>, &'a str)> {
    let documents: Vec<(usize, &str)> = cited_paths(text)
        .into_iter()
        .filter(|(_, path)| has_ending(Path::new(path), "md") && path.starts_with("docs/"))
        .collect();
    let own = has_ending(from, "md").then(|| from.to_owned());
    let mut found: Vec<(Option<PathBuf>, &str)> = Vec::new();
    // Where the last section ends, and whether it belongs to a standard.
    let mut last = (0, false);
    for (at, _) in text.match_indices('§') {
        let number = text[at..].trim_start_matches('§');
        let end = number.find(|it: char| !it.is_ascii_alphanumeric() && it != '.');
        let number = number[..end.unwrap_or(number.len())].trim_end_matches('.');
        if number.is_empty() || text[..at].ends_with('§') {
            continue;
        }
        let goes_on = last.0 > 0 && is_joint(&text[last.0..at]);
        let before: String = text[..at].chars().rev().take(60).collect();
        let before: String = before.chars().rev().collect();
        let is_of_standard = STANDARDS.iter().any(|name| before.contains(name));
        let is_standard = if goes_on { last.1 } else { is_of_standard };
        let nearest = documents.iter().rfind(|(start, _)| *start < at);
        let is_adjacent = |(start, path): &&(usize, &str)| is_joint(&text[start + path.len()..at]);
        last = (at + text[at..].find(number).unwrap_or_default() + number.len(), is_standard);
        let document = if goes_on {
            found.last().and_then(|last| last.0.clone())
        } else if let Some((_, path)) = nearest.filter(is_adjacent) {
            last.1 = false;
            Some(PathBuf::from(path))
        } else {
            own.clone().or_else(|| nearest.map(|(_, path)| PathBuf::from(path)))
        };
        if !last.1 {
            found.push((document, number));
        }
    }
    found
}

/// Returns the headings of a document, except in code.
fn headings(markdown: &str) -> Vec<&str> {
    let mut is_code = false;
    let mut found = Vec::new();
    for line in markdown.lines() {
        is_code ^= line.starts_with("```");
        if !is_code && line.starts_with('#') {
            found.push(line.trim_start_matches('#').trim());
        }
    }
    found
}

/// Returns the numbers of the numbered headings.
fn numbers(markdown: &str) -> BTreeSet<String> {
    let number =
        |heading: &str| heading.split(' ').next().unwrap().trim_end_matches('.').to_owned();
    let is_number = |it: &String| it.starts_with(|first: char| first.is_ascii_digit());
    headings(markdown).into_iter().map(number).filter(is_number).collect()
}

/// Returns the anchor that GitHub gives a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|it| it.is_alphanumeric() || " -_".contains(*it));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// Returns the broken citations of a text, and the number of citations.
fn check(from: &Path, text: &str) -> (Vec<String>, usize) {
    let mut wrong = Vec::new();
    let paths = cited_paths(text);
    let (mut count, missing) = (paths.len(), paths.into_iter().map(|(_, path)| path));
    let missing = missing.filter(|path| !is_foreign(path) && !is_there(path, from));
    wrong.extend(missing.map(|path| format!("no such file: {path}")));
    for (document, section) in cited_sections(from, text) {
        count += 1;
        let Some(document) = document else {
            wrong.push(format!("§{section} is of no document"));
            continue;
        };
        let markdown = fs::read_to_string(root().join(&document));
        if markdown.is_ok_and(|markdown| !numbers(&markdown).contains(section)) {
            wrong.push(format!("no such section: {} §{section}", document.display()));
        }
    }
    (wrong, count)
}

#[test]
fn every_file_and_section_that_is_cited_exists() {
    let mut wrong = Vec::new();
    let (mut of_code, mut of_documents) = (0, 0);
    let texts = texts();
    // The test of citations contains wrong ones on purpose.
    for (path, text) in texts.iter().filter(|(path, _)| !path.ends_with("citations.rs")) {
        let (found, count) = check(path, text);
        *(if has_ending(path, "md") { &mut of_documents } else { &mut of_code }) += count;
        wrong.extend(found.iter().map(|it| format!("{}: {it}", path.display())));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(texts.len() > 1000, "only {} files", texts.len());
    assert!(of_code > 350, "only {of_code} citations in code");
    assert!(of_documents > 100, "only {of_documents} citations in documents");
}

/// Returns the text of Markdown outside code.
fn without_code(markdown: &str) -> String {
    let mut text = String::new();
    let mut is_code = false;
    for line in markdown.lines() {
        is_code ^= line.starts_with("```");
        if !is_code {
            // Every other part is between backticks.
            text.extend(line.split('`').step_by(2).map(|part| format!("{part} ")));
        }
        text.push('\n');
    }
    text
}

/// Returns the relative link targets of a document.
fn links(markdown: &str) -> Vec<String> {
    let text = without_code(markdown);
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', '\n']).next());
    targets.filter(|target| !target.contains("://")).map(str::to_owned).collect()
}

/// Returns whether a link of a document leads to a file, and to a heading in it if it has an anchor.
fn resolves(document: &Path, link: &str) -> bool {
    let (path, fragment) = link.split_once('#').map_or((link, None), |(path, it)| (path, Some(it)));
    let target = match path {
        "" => document.to_owned(),
        path => document.parent().unwrap().join(path),
    };
    let has_heading = |fragment: &str| {
        let markdown = fs::read_to_string(&target).unwrap_or_default();
        headings(&markdown).iter().any(|heading| anchor(heading) == fragment)
    };
    target.exists() && fragment.is_none_or(has_heading)
}

#[test]
fn every_relative_link_of_a_document_resolves() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for (path, text) in texts().into_iter().filter(|(path, _)| has_ending(path, "md")) {
        for link in links(&text) {
            count += 1;
            if !resolves(&root().join(&path), &link) {
                wrong.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(count > 20, "only {count} links");
}

/// Names of pages that were never in the repository; `docs` has their content.
const KNOWLEDGE: [&str; 4] = [
    concat!("logstash-key-", "settings.md"),
    concat!("logstash-config-", "language.md"),
    concat!("users-and-", "peers.md"),
    concat!("model-", "codebases.md"),
];

/// The directory beside the project that may hold other people's configurations, and its content.
const OUTSIDE: [&str; 2] = [concat!("../", "shared"), concat!("/shared", "/")];

#[test]
fn nothing_cites_what_lies_outside_the_repository() {
    let mut outside = Vec::new();
    let mut wrong = Vec::new();
    for (path, text) in texts() {
        let name = path.display().to_string();
        let is_outside = OUTSIDE.iter().any(|path| text.contains(path));
        outside.extend(is_outside.then(|| name.clone()));
        let known = KNOWLEDGE.iter().filter(|page| text.contains(**page));
        wrong.extend(known.map(|page| (name.clone(), *page)));
        let page = "what-logstash-loads.md";
        for (at, _) in text.match_indices(page) {
            let is_link = path.starts_with("docs") || path.starts_with("tests/data");
            let is_here = path.ends_with("citations.rs");
            if !text[..at].ends_with("docs/") && !is_link && !is_here {
                wrong.push((name.clone(), page));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(outside, ["tests/common/mod.rs"], "one place alone looks for the configurations");
}

#[test]
fn a_broken_citation_is_found() {
    let code = Path::new("src/logstash/readers.rs");
    let document = "docs/what-logstash-loads.md";
    let wrong = |text: &str| check(code, text).0;
    let sound = format!(
        "// Source: {document} §4.3, §4.4 and the rows of §10 (308 pairs); {document}, §§1 and (§4).\n// Bare: §4.3"
    );
    assert_eq!(check(code, &sound), (vec![], 8));
    for (text, section) in [
        (format!("/// Source: {document} §4.3,\n    /// §99.1; and so on"), "99.1"),
        (format!("{document} §1a: the number has no letter"), "1a"),
        (format!("[what it loads]({document}), §98"), "98"),
        (format!("`{document}`; §97"), "97"),
        (format!("{document} §4.3–§96"), "96"),
        (format!("{document}\n// a sentence. // §95"), "95"),
    ] {
        assert_eq!(wrong(&text), [format!("no such section: {document} §{section}")], "{text}");
    }
    let page = Path::new("docs/libraries.md");
    assert_eq!(check(page, "see §94").0, ["no such section: docs/libraries.md §94"]);
    assert_eq!(check(page, "see §5").0, [""; 0]);
    assert_eq!(wrong("what §1 says"), ["§1 is of no document"]);
    assert_eq!(wrong("RFC 8018 §6.2 and §99, SEC 1, §C.4"), [""; 0]);
    assert_eq!(wrong("docs/nobody.md tests/data/keys/nobody.key src/nobody.rs").len(), 3);
    assert_eq!(check(Path::new("fuzz/README.md"), "`src/tree.rs`, tests/check/NAME/").0, [""; 0]);
    assert_eq!(check(code, &format!("https://example.org/{document}")).1, 0);
}

#[test]
fn a_broken_link_is_found() {
    let document = root().join("docs/messages.md");
    let links = links("[a](b.md#c) `[d](e)` [f](#g)\n```\n[h](i)\n```\n[j](https://example.org/)");
    assert_eq!(links, ["b.md#c", "#g"]);
    assert!(resolves(&document, "what-logstash-loads.md#84-relative-paths"));
    assert!(!resolves(&document, "what-logstash-loads.md#85-relative-paths"));
    assert!(!resolves(&document, "what-nobody-wrote.md"));
}
