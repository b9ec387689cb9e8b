//! What code, tests and documents cite is there: documents and their numbered sections, measured data, and the targets
//! of relative links. Nothing cites what lies outside the repository.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Names of directories that hold no text of the project.
const PASSED_OVER: &[&str] =
    &["target", "corpus", "artifacts", "coverage", "classes", "__pycache__"];

/// The files below a path of the project, in order; none if it does not exist.
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

/// Every Rust file that may cite, and every Markdown file.
fn citing() -> Vec<PathBuf> {
    let places = ["src", "crates", "tests", "docs", "fuzz", "interop", "benches"];
    let mut all: Vec<PathBuf> =
        places.iter().flat_map(|place| files(&root().join(place))).collect();
    all.extend(["README.md", "CONTRIBUTING.md", "CHANGELOG.md"].map(|name| root().join(name)));
    all.retain(|path| has_ending(path, "rs") || has_ending(path, "md"));
    all
}

fn is_of_path(character: char) -> bool {
    character.is_ascii_alphanumeric() || "._/-".contains(character)
}

/// A path of the project that a text cites, and the sections of it.
#[derive(Debug, PartialEq)]
struct Citation {
    path: String,
    sections: Vec<String>,
}

/// The citations of a text that begin with `start`.
fn citations(text: &str, start: &str) -> Vec<Citation> {
    let mut found = Vec::new();
    for (at, _) in text.match_indices(start) {
        // A longer path, or the address of a page.
        if text[..at].ends_with(is_of_path) {
            continue;
        }
        let rest = &text[at..];
        let end = rest.find(|it| !is_of_path(it)).unwrap_or(rest.len());
        let path = rest[..end].trim_end_matches('.').to_owned();
        let after = &rest[path.len()..];
        found.push(Citation { path, sections: sections(after) });
    }
    found
}

/// The numbers of the sections that follow a path: `§4.3, §4.4 and the rows of §10`.
fn sections(mut text: &str) -> Vec<String> {
    let mut found = Vec::new();
    loop {
        // A citation goes on in the next line of a comment.
        text = text.trim_start_matches(|it: char| it.is_whitespace() || ",/!".contains(it));
        if let Some(word) =
            ["and ", "or ", "to ", "the rows of "].iter().find(|it| text.starts_with(**it))
        {
            text = &text[word.len()..];
            continue;
        }
        let Some(rest) = text.strip_prefix('§') else { return found };
        let end = rest.find(|it: char| !it.is_ascii_alphanumeric() && it != '.');
        let end = end.unwrap_or(rest.len());
        let number = rest[..end].trim_end_matches('.');
        if number.is_empty() {
            return found;
        }
        found.push(number.to_owned());
        text = &rest[end..];
    }
}

/// The headings of a document, without what stands in code.
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

/// The numbers of the numbered headings.
fn numbers(markdown: &str) -> BTreeSet<String> {
    let number =
        |heading: &str| heading.split(' ').next().unwrap().trim_end_matches('.').to_owned();
    let is_number = |it: &String| it.starts_with(|first: char| first.is_ascii_digit());
    headings(markdown).into_iter().map(number).filter(is_number).collect()
}

/// The anchor that GitHub gives a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|it| it.is_alphanumeric() || " -_".contains(*it));
    kept.collect::<String>().to_lowercase().replace(' ', "-")
}

/// What is wrong with the citations of a text, and how many there are.
fn check(text: &str) -> (Vec<String>, usize) {
    let mut wrong = Vec::new();
    let documents =
        citations(text, "docs/").into_iter().filter(|it| has_ending(Path::new(&it.path), "md"));
    let data = citations(text, "tests/data/");
    let all: Vec<Citation> = documents.chain(data).collect();
    for Citation { path, sections } in &all {
        if !root().join(path).exists() {
            wrong.push(format!("no such file: {path}"));
        } else if !sections.is_empty() {
            let numbers = numbers(&fs::read_to_string(root().join(path)).unwrap());
            let missing = sections.iter().filter(|section| !numbers.contains(*section));
            wrong.extend(missing.map(|section| format!("no such section: {path} §{section}")));
        }
    }
    (wrong, all.len())
}

#[test]
fn every_document_section_and_file_of_the_data_that_is_cited_exists() {
    let mut wrong = Vec::new();
    let (mut of_code, mut of_documents) = (0, 0);
    let paths = citing();
    for path in &paths {
        let (found, count) = check(&fs::read_to_string(path).unwrap());
        *(if has_ending(path, "rs") { &mut of_code } else { &mut of_documents }) += count;
        wrong.extend(found.iter().map(|it| format!("{}: {it}", path.display())));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(paths.len() > 150, "only {} files", paths.len());
    assert!(of_code > 80, "only {of_code} citations in code");
    assert!(of_documents > 10, "only {of_documents} citations in documents");
}

/// The text of Markdown outside code.
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

/// The targets of the links of a document that are no addresses.
fn links(markdown: &str) -> Vec<String> {
    let text = without_code(markdown);
    let targets = text.split("](").skip(1).filter_map(|rest| rest.split([')', '\n']).next());
    targets.filter(|target| !target.contains("://")).map(str::to_owned).collect()
}

/// Whether a link of a document leads to a file, and to a heading of it where it has an anchor.
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
    for path in citing().into_iter().filter(|path| has_ending(path, "md")) {
        // The cases of other tests are not documents.
        for link in links(&fs::read_to_string(&path).unwrap()) {
            count += 1;
            if !resolves(&path, &link) {
                wrong.push(format!("{}: {link}", path.display()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(count > 20, "only {count} links");
}

/// Names of pages that were never in the repository; what they held is in `docs`.
const KNOWLEDGE: [&str; 4] = [
    concat!("logstash-key-", "settings.md"),
    concat!("logstash-config-", "language.md"),
    concat!("users-and-", "peers.md"),
    concat!("model-", "codebases.md"),
];

/// The directory beside the project that may hold other people's configurations.
const OUTSIDE: &str = concat!("../", "shared");

#[test]
fn nothing_cites_what_lies_outside_the_repository() {
    let mut outside = Vec::new();
    let mut wrong = Vec::new();
    let places = ["src", "crates", "tests", "docs", "fuzz", "interop", "benches", ".ci", ".cargo"];
    let mut paths: Vec<PathBuf> = places.iter().flat_map(|it| files(&root().join(it))).collect();
    let of_root = fs::read_dir(root()).unwrap().map(|entry| entry.unwrap().path());
    paths.extend(of_root.filter(|path| path.is_file() && !path.ends_with(".git")));
    let mut count = 0;
    for path in &paths {
        // Keys, certificates and archives are no text.
        let Ok(text) = fs::read_to_string(path) else { continue };
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        count += 1;
        outside.extend(text.matches(OUTSIDE).map(|_| name.clone()));
        wrong.extend(
            KNOWLEDGE.iter().filter(|page| text.contains(**page)).map(|it| (name.clone(), *it)),
        );
        let page = "what-logstash-loads.md";
        for (at, _) in text.match_indices(page) {
            let is_link = name.starts_with("docs") || name.starts_with("tests/data");
            let is_here = name == "tests/suite/citations.rs";
            if !text[..at].ends_with("docs/") && !is_link && !is_here {
                wrong.push((name.clone(), page));
            }
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
    assert_eq!(outside, ["tests/common/mod.rs"], "one place alone looks for the configurations");
    assert!(count > 1000, "only {count} files");
}

#[test]
fn a_broken_citation_is_found() {
    let document = ["docs/what-logstash-loads", ".md"].concat();
    let sound =
        format!("// Source: {document} §4.3, §4.4 and the rows of §10 (308 pairs); {document},");
    assert_eq!(check(&sound), (vec![], 2));
    let wrapped = format!("/// Source: {document} §4.3,\n    /// §99.1; and so on");
    assert_eq!(check(&wrapped).0, [format!("no such section: {document} §99.1")]);
    let lettered = format!("{document} §1a: the number has no letter");
    assert_eq!(check(&lettered).0, [format!("no such section: {document} §1a")]);
    let missing = ["docs/what-nobody-wrote", ".md §1"].concat();
    assert_eq!(check(&missing).0.len(), 1);
    let missing = ["tests/data", "/keys/nobody.key"].concat();
    assert_eq!(check(&missing).0.len(), 1);
    assert_eq!(check(&format!("https://example.org/{document}")).1, 0);
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
