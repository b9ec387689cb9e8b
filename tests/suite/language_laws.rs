//! Laws of the language's parser for every text, tried on many.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use logstash_config::{Cause, Configuration, DEEPEST, Plugin, ValueKind};
use proptest::prelude::*;

use crate::common::archive::Archive;

/// Returns the texts of `tests/language`, including refused ones.
fn texts() -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/language");
    let paths = ["accepted", "refused"].map(|part| fs::read_dir(folder.join(part)).unwrap());
    let paths = paths.into_iter().flatten().map(|entry| entry.unwrap().path());
    let mut paths: Vec<_> = paths.collect();
    paths.sort();
    let text = |path: &PathBuf| Archive::read(path).get("conf").unwrap().to_vec();
    paths.iter().map(text).collect()
}

/// Returns the smallest named parts of a configuration, in order: names, and values without plugins inside.
fn leaves(found: &Configuration<'_>) -> Vec<Range<usize>> {
    let own = |plugin: Plugin<'_>| {
        let values = plugin.attributes().filter(|attribute| {
            let inside = |plugin: Plugin<'_>| attribute.value.span.contains(&plugin.span().start);
            !found.plugins().any(inside)
        });
        let names = plugin.attributes().map(|attribute| attribute.name.span);
        let values = values.map(|attribute| attribute.value.span);
        names.chain(values).chain([plugin.name().span]).collect::<Vec<_>>()
    };
    let mut leaves: Vec<_> = found.plugins().flat_map(own).collect();
    leaves.sort_by_key(|span| span.start);
    leaves
}

fn must_be_inside(inner: &Range<usize>, outer: &Range<usize>) {
    assert!(outer.start <= inner.start && inner.end <= outer.end, "{inner:?} is not in {outer:?}");
}

/// Checks that the leaves and the text between them are the whole text.
fn must_tile(found: &Configuration<'_>) {
    let mut again = Vec::new();
    for leaf in leaves(found) {
        assert!(!leaf.is_empty() && again.len() <= leaf.start, "{leaf:?} overlaps");
        again.extend_from_slice(&found.text()[again.len()..leaf.start]);
        again.extend_from_slice(&found.text()[leaf]);
    }
    again.extend_from_slice(&found.text()[again.len()..]);
    assert_eq!(again, found.text());
}

/// Checks that plugins are in their section, in order, and enclose their parts.
fn must_nest(found: &Configuration<'_>) {
    let sections: Vec<_> = found.sections().collect();
    assert!(sections.windows(2).all(|pair| pair[0].span.end <= pair[1].span.start));
    assert!(found.plugins().map(|plugin| plugin.span().start).is_sorted());
    for plugin in found.plugins() {
        let around = sections.iter().find(|section| section.span.contains(&plugin.span().start));
        assert_eq!(around.unwrap().kind, plugin.section());
        must_be_inside(&plugin.span(), &around.unwrap().span);
        must_be_inside(&plugin.body(), &plugin.span());
        let mut at = plugin.body().start;
        for attribute in plugin.attributes() {
            must_be_inside(&attribute.span(), &(at..plugin.body().end));
            at = attribute.span().end;
            for element in attribute.value.elements() {
                must_be_inside(&element.span, &attribute.value.span);
            }
        }
        if let Some(outer) = plugin.outer() {
            let holds = |value: Range<usize>| value.contains(&plugin.span().start);
            assert!(outer.attributes().any(|attribute| holds(attribute.value.span)));
        }
    }
}

/// Checks that any text gets a quick answer whose spans are in the text.
fn judge(text: &[u8]) {
    let start = Instant::now();
    match logstash_config::parse(text) {
        Ok(found) => {
            must_tile(&found);
            must_nest(&found);
        }
        Err(error) => {
            let spans = error.related().map(|(span, _)| span).into_iter().chain([error.span()]);
            spans.for_each(|span| assert!(text.get(span).is_some()));
            assert!(error.offset() <= text.len());
            assert!(!error.to_string().is_empty());
        }
    }
    assert!(start.elapsed() < Duration::from_secs(1), "{} bytes took too long", text.len());
}

#[test]
fn every_truncation_is_judged() {
    for text in texts() {
        (0..text.len()).for_each(|length| judge(&text[..length]));
    }
}

#[test]
fn every_change_of_a_byte_is_judged() {
    for text in texts() {
        for (at, with) in
            (0..text.len()).flat_map(|at| b"{}[]\"'\\#=,/ \n\raif(5\0\xff".map(|with| (at, with)))
        {
            let mut changed = text.clone();
            changed[at] = with;
            judge(&changed);
        }
    }
}

/// Returns a text with `depth` nested brackets of a kind, including the plugin or branch around them.
fn nested(kind: &str, depth: usize) -> String {
    let (before, open, middle, close, after) = match kind {
        "arrays" => ("filter { x { aa => ", "[", "1", "]", " } }"),
        "hashes" => ("filter { x { aa => ", "{ aa => ", "1", "}", " } }"),
        "plugins" => ("filter { x { aa => ", "pp { aa => ", "1", "}", " } }"),
        "branches" => ("filter { if 5 { ", "if [a] { ", "x { }", " }", " } }"),
        "else branches" => ("filter { if 5 { ", "if 5 { } else if 5 { } else { ", "", " }", " } }"),
        "numbered branches" => ("filter { if5 { ", "if5 { ", "if5 { aa => 1 }", " }", " } }"),
        "parentheses" => ("filter { if (", "(", "5", ")", ") { } }"),
        "negations" => ("filter { if !(", "! (", "5", ")", ") { } }"),
        _ => ("filter { if ff(", "ff(", "", ")", ") { } }"),
    };
    let inner = depth - 1;
    format!("{before}{}{middle}{}{after}", open.repeat(inner), close.repeat(inner))
}

const KINDS: [&str; 9] = [
    "arrays",
    "hashes",
    "plugins",
    "branches",
    "else branches",
    "numbered branches",
    "parentheses",
    "negations",
    "calls",
];

#[test]
fn nesting_is_read_to_its_limit_on_a_small_stack() {
    let read = || {
        for kind in KINDS {
            // The innermost of these has one more pair of brackets.
            let most = DEEPEST - usize::from(matches!(kind, "branches" | "numbered branches"));
            let text = nested(kind, most);
            let found = logstash_config::parse(text.as_bytes());
            assert!(found.is_ok(), "{kind}: {:?}", found.err());
            let text = nested(kind, most + 1);
            let error = logstash_config::parse(text.as_bytes()).err();
            assert_eq!(error.map(|error| error.cause()), Some(Cause::TooDeep), "{kind}");
        }
    };
    std::thread::Builder::new().stack_size(2 << 20).spawn(read).unwrap().join().unwrap();
}

#[test]
fn a_text_of_4_gib_is_refused() {
    // These zeros take no memory until they are read.
    let text = vec![0; 1 << 32];
    assert_eq!(
        logstash_config::parse(&text).err().map(|error| error.cause()),
        Some(Cause::TooLarge)
    );
}

/// Returns texts that make a parser backtrack again and again.
fn hostile(length: usize) -> Vec<String> {
    let pieces = [
        "{",
        "[",
        "\"",
        "'",
        "#",
        "(",
        "\\\"",
        "input{",
        "input{}",
        "filter { if [a] { ",
        "if5{",
        "else{",
        "a=>",
        "a=>1 ",
    ];
    let inside = [
        "if5 { aa => 1 } ",
        "if [a] { } else if5 { aa => 1 } ",
        "if [a] { } else { aa => 1 } ",
        "if5and5and5and5and5 { \"aaaaaaa\" => 1 } ",
        "x { aa => \"b\" {} } ",
        "if [\"aaaaaaaaaaaaaa\", 1] == 5 { } ",
        "if [a][b][c][d][e][f] == [[], []] { } ",
        "# c\n",
        "# c\r",
        "if \"a\" and \"b\" or \"c\" { } ",
        "x { aa => aaaaaaaaaa # c\n } ",
        "if5 # c\n { x { ",
        "if [a] { if5 { \"",
        "if 5 in 5 nand ",
        "else { \"a\" ",
        "else if ",
        "if\n",
    ];
    let many = |piece: &&str| piece.repeat(length / piece.len());
    let around = |piece: &&str| format!("filter {{ {} }}", many(piece));
    let attribute = |piece: &&str| format!("filter {{ x {{ aa => [{}", many(piece));
    let values = ["1,", "[],", "[", "{", "aa{},", "\"a\",", "aaa # c\n", "aa { bb => [ "];
    pieces
        .iter()
        .map(many)
        .chain(inside.iter().map(around))
        .chain(values.iter().map(attribute))
        .collect()
}

#[test]
fn time_grows_with_the_text_and_not_faster() {
    // A quadratic parser would take minutes for each.
    for text in hostile(1_000_000) {
        let start = Instant::now();
        let _ = logstash_config::parse(text.as_bytes());
        let beginning: String = text.chars().take(60).collect();
        assert!(start.elapsed() < Duration::from_secs(3), "takes too long: {beginning}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn random_bytes_are_judged(text in prop::collection::vec(any::<u8>(), 0..300)) {
        judge(&text);
    }

    #[test]
    fn random_tokens_are_judged(text in "((input|filter|output) ?\\{ ?)?(if|else|not|in|and|[a-z]{1,3}|\"|'|[a-z]+ ?\\{|=>|[a-z]+ => |\\[a\\]|[\\[\\](){},=~!<>/# \n\r\\\\-]|[0-9.]{1,3}| \\}){0,40}") {
        judge(text.as_bytes());
    }

    #[test]
    fn another_value_changes_nothing_else(which in any::<prop::sample::Index>(), value in "\"[a-z/ #{}]{0,9}\"") {
        for text in texts() {
            let Ok(found) = logstash_config::parse(&text) else { continue };
            let strings: Vec<_> = found
                .plugins()
                .flat_map(|plugin| plugin.attributes().collect::<Vec<_>>())
                .filter(|attribute| attribute.value.kind() == ValueKind::String)
                .collect();
            if strings.is_empty() {
                continue;
            }
            let span = strings[which.index(strings.len())].value.span.clone();
            let changed = [&text[..span.start], value.as_bytes(), &text[span.end..]].concat();
            let again = logstash_config::parse(&changed).expect("a string stands where a string stood");
            let pieces = |found: &Configuration<'_>| leaves(found).into_iter().map(|leaf| found.text()[leaf].to_vec()).collect::<Vec<_>>();
            let differing = pieces(&found).into_iter().zip(pieces(&again)).filter(|(before, after)| before != after);
            prop_assert!(differing.count() <= 1);
            prop_assert_eq!(leaves(&found).len(), leaves(&again).len());
        }
    }
}
