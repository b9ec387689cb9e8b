//! Tests the architecture: each module uses only those below it, and sibling modules do not use each other in a circle.
//! `CONTRIBUTING.md` holds the picture, made from the same arrows.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

/// The modules of `src/`, from top to bottom: each uses only those after it.
const LAYERS: &[&str] =
    &["main", "commands", "cli", "report", "fix", "check", "beats", "logstash", "yaml", "os"];

/// The libraries; the others use the last one.
const LIBRARIES: &[&str] = &["keyfile", "logstash_config", "source_text"];

/// The begin and end of the picture in the document.
const PICTURE: [&str; 2] = ["<!-- modules -->\n", "<!-- end of modules -->"];

/// Modules by their path, such as `check::rules`; the root is the empty path.
type Modules = BTreeMap<Vec<String>, String>;

/// A module, and an item in it.
type Used = (Vec<String>, Option<String>);

/// Arrows from a module to one that it uses.
type Arrows = BTreeSet<(Vec<String>, Vec<String>)>;

fn project(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn modules(folder: &Path) -> Modules {
    fn collect(folder: &Path, above: &[String], modules: &mut Modules) {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = path.file_stem().unwrap().to_string_lossy().into_owned();
            let own: Vec<String> = above.iter().cloned().chain([name.clone()]).collect();
            if path.is_dir() {
                collect(&path, &own, modules);
            } else {
                let own = if above.is_empty() && name == "lib" { Vec::new() } else { own };
                modules.insert(own, code(&fs::read_to_string(&path).unwrap()));
            }
        }
    }
    let mut modules = Modules::new();
    collect(folder, &[], &mut modules);
    modules
}

/// Returns a source without comments and without its unit tests, which are at its end (clippy checks that).
fn code(source: &str) -> String {
    let end = source.find("#[cfg(test)]\nmod tests").unwrap_or(source.len());
    let is_comment = |line: &str, at: usize| !line[..at].ends_with(':');
    let code = |line: &str| {
        let at = line.match_indices("//").map(|(at, _)| at).find(|at| is_comment(line, *at));
        line[..at.unwrap_or(line.len())].to_owned() + "\n"
    };
    source[..end].lines().map(code).collect()
}

/// Returns the paths in a source that begin with `crate` or `super`, with groups spelled out.
fn paths(code: &str) -> Vec<String> {
    let mut found = Vec::new();
    for root in ["crate::", "super::"] {
        for (at, _) in code.match_indices(root) {
            let before = code[..at].chars().next_back();
            if before.is_none_or(|c| !c.is_alphanumeric() && c != '_' && c != ':') {
                found.extend(spelled_out(&code[at..]).0);
            }
        }
    }
    found
}

/// Returns the paths at the beginning of `text`, and their length.
fn spelled_out(text: &str) -> (Vec<String>, usize) {
    let is_part = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let length = text.find(|c| !is_part(c)).unwrap_or(text.len());
    let (stem, rest) = text.split_at(length);
    if !(stem.ends_with("::") && rest.starts_with('{')) {
        return (vec![stem.to_owned()], length);
    }
    let mut all = Vec::new();
    let mut at = length + 1;
    while !text[at..].starts_with('}') {
        let (inner, length) = spelled_out(&text[at..]);
        all.extend(inner.iter().filter(|path| !path.is_empty()).map(|path| stem.to_owned() + path));
        at += length.max(1);
    }
    (all, at + 1)
}

fn arrows(modules: &Modules) -> Arrows {
    let re_exports = re_exports(modules);
    let mut arrows = Arrows::new();
    for (module, code) in modules {
        for path in paths(code) {
            let mut used = target(modules, module, &path);
            // A re-export counts as a use of its origin.
            while let Some(handed_on) = re_exports.get(&used) {
                used = handed_on.clone();
            }
            if used.0 != *module {
                arrows.insert((module.clone(), used.0));
            }
        }
    }
    arrows
}

/// Returns the re-exports by `pub use`, by the module and the name there.
fn re_exports(modules: &Modules) -> BTreeMap<Used, Used> {
    let mut found = BTreeMap::new();
    for (module, code) in modules {
        let marks = ["pub use ", "pub(super) use ", "pub(crate) use "];
        let handed_on = marks.iter().flat_map(|it| code.split(it).skip(1));
        for path in handed_on.flat_map(|after| spelled_out(after).0) {
            let used = target(modules, module, &path);
            if used.0 != *module {
                found.insert((module.clone(), used.1.clone()), used);
            }
        }
    }
    found
}

/// Returns the module that a path leads to, and the item in it.
fn target(modules: &Modules, module: &[String], path: &str) -> Used {
    let mut at = module.to_vec();
    for part in path.split("::") {
        match part {
            "crate" => at.clear(),
            "super" => _ = at.pop(),
            part => {
                at.push(part.to_owned());
                if !modules.contains_key(&at) {
                    return (at[..at.len() - 1].to_vec(), at.pop());
                }
            }
        }
    }
    (at, None)
}

/// Returns the arrows between sibling modules by their parent; nested modules count as the sibling that they are in.
fn side_by_side(arrows: &Arrows) -> BTreeMap<&[String], BTreeSet<(&str, &str)>> {
    let mut by_parent: BTreeMap<&[String], BTreeSet<(&str, &str)>> = BTreeMap::new();
    for (from, to) in arrows {
        let common = from.iter().zip(to).take_while(|(one, other)| one == other).count();
        if let (Some(one), Some(other)) = (from.get(common), to.get(common)) {
            by_parent.entry(&from[..common]).or_default().insert((one, other));
        }
    }
    by_parent
}

/// Repeatedly removes modules that use no remaining one; the rest is in a circle, or leads to one.
fn circle<'a>(arrows: &BTreeSet<(&'a str, &'a str)>) -> BTreeSet<(&'a str, &'a str)> {
    let mut left = arrows.clone();
    loop {
        let users: BTreeSet<&str> = left.iter().map(|(from, _)| *from).collect();
        let next: BTreeSet<_> = left.iter().copied().filter(|(_, to)| users.contains(to)).collect();
        if next.len() == left.len() {
            return left;
        }
        left = next;
    }
}

fn sources() -> [PathBuf; 4] {
    ["src", "crates/keyfile/src", "crates/logstash-config/src", "crates/source-text/src"]
        .map(project)
}

#[test]
fn no_modules_side_by_side_use_each_other_in_a_circle() {
    let mut wrong = Vec::new();
    let mut count = 0;
    for source in sources() {
        let arrows = arrows(&modules(&source));
        count += arrows.len();
        for (parent, arrows) in side_by_side(&arrows) {
            let circle = circle(&arrows);
            if !circle.is_empty() {
                let source = source.display();
                wrong.push(format!("{source}, in {:?}: {circle:?}", parent.join("::")));
            }
        }
    }
    assert!(count > 300, "only {count} arrows were found");
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Globs and other names for the root would hide arrows.
#[test]
fn every_use_spells_out_what_it_uses() {
    let hides = |line: &&str| {
        let line = line.trim_start();
        line.contains("crate as ")
            || line.contains("super::*")
            || line.contains("use crate::") && line.contains("::*")
    };
    for (module, code) in sources().iter().flat_map(|source| modules(source)) {
        let hidden: Vec<&str> = code.lines().filter(hides).collect();
        assert!(hidden.is_empty(), "{}: {hidden:?}", module.join("::"));
    }
}

#[test]
fn each_module_uses_only_those_below_it() {
    let modules = modules(&project("src"));
    let top: BTreeSet<&str> =
        modules.keys().filter_map(|path| Some(path.first()?.as_str())).collect();
    assert_eq!(top, LAYERS.iter().copied().collect(), "the modules of src/ and the layers");
    let arrows = arrows(&modules);
    let layer = |module: &str| LAYERS.iter().position(|layer| *layer == module);
    let mut wrong = Vec::new();
    for (from, to) in arrows {
        let (Some(one), Some(other)) = (from.first(), to.first()) else { continue };
        match (layer(one), layer(other)) {
            (Some(one), Some(other)) if one <= other => {}
            (Some(_), Some(_)) => {
                wrong.push(format!("{} uses {}", from.join("::"), to.join("::")));
            }
            (one, _) => {
                let unknown = if one.is_none() { &from } else { &to };
                wrong.push(format!("{} is in no layer", unknown.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

/// Returns the modules that define a type of each name; `Error` is excluded, since its module identifies it, as in
/// `io::Error`.
fn types() -> BTreeMap<String, Vec<String>> {
    let mut types: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (module, code) in sources().iter().flat_map(|source| modules(source)) {
        for line in code.lines() {
            let words: Vec<&str> = line.split_whitespace().collect();
            // `type` within a block belongs to the trait that it implements.
            let is_definition = |word: &&str| {
                matches!(*word, "struct" | "enum" | "trait")
                    || *word == "type" && !line.starts_with(' ')
            };
            let Some(at) = words.iter().position(is_definition) else { continue };
            let is_before = |word: &&str| word.starts_with("pub") || word.ends_with(')');
            let name = words.get(at + 1).copied().unwrap_or_default();
            let name = name.split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
            if words[..at].iter().all(is_before) && name != "Error" {
                types.entry(name.to_owned()).or_default().push(module.join("::"));
            }
        }
    }
    types
}

#[test]
fn no_name_is_that_of_three_types() {
    let types = types();
    assert!(types.len() > 250, "only {} names of types were found", types.len());
    let wrong: Vec<_> = types.iter().filter(|(_, modules)| modules.len() > 2).collect();
    assert!(wrong.is_empty(), "{wrong:#?}");
}

/// Returns the picture in Mermaid: every layer and library, with what it uses.
fn picture() -> String {
    let mut lines = BTreeSet::new();
    let modules = modules(&project("src"));
    for (from, to) in arrows(&modules) {
        if let (Some(from), Some(to)) = (from.first(), to.first())
            && from != to
        {
            lines.insert(format!("  {from} --> {to}\n"));
        }
    }
    let mut uses = |who: &str, code: &str| {
        for library in LIBRARIES.iter().filter(|library| code.contains(&format!("{library}::"))) {
            lines.insert(format!("  {who} --> {library}\n"));
        }
    };
    for (module, code) in &modules {
        if let Some(module) = module.first() {
            uses(module, code);
        }
    }
    for library in LIBRARIES {
        let source = format!("crates/{}/src", library.replace('_', "-"));
        for code in self::modules(&project(&source)).values() {
            uses(library, code);
        }
    }
    lines.retain(|line| !LIBRARIES.iter().any(|it| *line == format!("  {it} --> {it}\n")));
    let lines: String = lines.into_iter().collect();
    format!("```mermaid\nflowchart TD\n{lines}```\n")
}

#[test]
fn the_picture_of_the_modules_is_up_to_date() {
    let path = project("CONTRIBUTING.md");
    let text = fs::read_to_string(&path).unwrap();
    let [begin, end] = PICTURE;
    let (before, rest) = text.split_once(begin).expect("the picture begins");
    let (_, after) = rest.split_once(end).expect("the picture ends");
    let expected = format!("{before}{begin}{}{end}{after}", picture());
    if std::env::var_os("FIXKEY_BLESS").is_some() {
        fs::write(&path, expected).unwrap();
    } else {
        assert_eq!(text, expected, "FIXKEY_BLESS=1 writes the picture");
    }
}
