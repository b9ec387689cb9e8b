//! Ruby's globs, by which Logstash finds configurations: `* ? [..] {a,b} **/ \`, and no hidden files.
//!
//! Source: `dir.c` of Ruby 3.1, against which `tests/suite/glob.rs` compares this, and `Dir.java` of `JRuby`, on which
//! Logstash runs. They differ for an unmatched bracket or brace; here, as in `JRuby`, it is an ordinary character.

use std::collections::{BTreeSet, HashMap};
use std::ffi::OsString;
use std::os::unix::ffi::OsStrExt as _;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::{fs, io};

use rustix::fs::FileType;
use rustix::io::Errno;

use crate::os::view::View;

/// Patterns with more alternatives than this are not looked up.
const MOST_PATTERNS: usize = 1000;

/// Directories deeper than this below a `**/` are not entered.
const DEEPEST: usize = 100;

/// The result of a glob.
#[derive(Default)]
pub(super) struct Matches {
    /// Configured paths in Logstash's order: by bytes.
    pub(super) paths: BTreeSet<Bytewise>,
    /// Directories on this machine that cannot be listed.
    pub(super) closed: Vec<(PathBuf, Errno)>,
    /// The limit at which the search ended.
    pub(super) limit: Option<Limit>,
}

/// A path ordered by its bytes; `Path` itself orders by components (`a/b` before `a.b`).
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Bytewise(pub(super) PathBuf);

impl Ord for Bytewise {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.as_os_str().as_bytes().cmp(other.0.as_os_str().as_bytes())
    }
}

impl PartialOrd for Bytewise {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

/// Longer than any path, in bytes (Linux `PATH_MAX`).
const LONGEST: usize = 4096;

/// More directories than anyone has for configurations; links may form loops.
const MOST_DIRECTORIES: usize = 20_000;

/// More configurations than any Logstash runs.
const MOST_FILES: usize = 20_000;

/// Why a search ended early.
#[derive(Clone, Copy, Debug, thiserror::Error)]
pub(super) enum Limit {
    #[error("path.config has more than {MOST_PATTERNS} alternatives")]
    Alternatives,
    #[error("path.config is longer than {LONGEST} bytes")]
    Length,
    #[error("the patterns of this run lead through more than {MOST_DIRECTORIES} directories")]
    Directories,
    #[error("the patterns of this run match more than {MOST_FILES} files")]
    Files,
}

/// The patterns of a run: each is looked up once, and all together have a limit.
pub(super) struct Globs {
    known: HashMap<String, Rc<Matches>>,
    /// How many more directories may be listed.
    directories: usize,
    /// How many more paths may match.
    files: usize,
}

impl Default for Globs {
    fn default() -> Self {
        Self { known: HashMap::new(), directories: MOST_DIRECTORIES, files: MOST_FILES }
    }
}

impl Globs {
    /// Looks up an absolute pattern of configured paths.
    pub(super) fn find(&mut self, pattern: &str, view: &View) -> Rc<Matches> {
        if let Some(known) = self.known.get(pattern) {
            return Rc::clone(known);
        }
        let mut search = Search { view, globs: self, matches: Matches::default() };
        search.whole(pattern);
        let found = Rc::new(search.matches);
        self.known.insert(pattern.to_owned(), Rc::clone(&found));
        found
    }
}

/// Expands braces into all alternatives (`push_braces` of `JRuby`); `false` if there are too many.
fn expand(pattern: &str, into: &mut Vec<String>) -> bool {
    let Some((open, close)) = outer_braces(pattern) else {
        into.push(pattern.to_owned());
        return into.len() <= MOST_PATTERNS;
    };
    let (before, after) = (&pattern[..open], &pattern[close + 1..]);
    alternatives(&pattern[open + 1..close])
        .into_iter()
        .all(|alternative| expand(&format!("{before}{alternative}{after}"), into))
}

fn outer_braces(pattern: &str) -> Option<(usize, usize)> {
    let mut open = None;
    let mut depth = 0;
    let mut bytes = pattern.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'{' => {
                depth += 1;
                open = open.or(Some(at));
            }
            b'}' if depth > 0 => {
                depth -= 1;
                if depth == 0 {
                    return Some((open?, at));
                }
            }
            b'\\' => {
                bytes.next();
            }
            _ => {}
        }
    }
    None
}

fn alternatives(inside: &str) -> Vec<&str> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut depth = 0;
    let mut bytes = inside.bytes().enumerate();
    while let Some((at, byte)) = bytes.next() {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            b',' if depth == 0 => {
                found.push(&inside[start..at]);
                start = at + 1;
            }
            b'\\' => {
                bytes.next();
            }
            _ => {}
        }
    }
    found.push(&inside[start..]);
    found
}

/// The pattern of one name.
enum Part {
    /// `**/`
    AnyFolders,
    /// A literal name.
    Name(String),
    /// A pattern.
    Pattern(Vec<char>),
}

fn parts(pattern: &str) -> Vec<Part> {
    let mut found: Vec<Part> = Vec::new();
    let names: Vec<&str> = pattern.split('/').collect();
    let last = names.len().saturating_sub(1);
    for (at, name) in names.into_iter().enumerate() {
        match name {
            "" => {}
            "**" if at < last => {
                if !matches!(found.last(), Some(Part::AnyFolders)) {
                    found.push(Part::AnyFolders);
                }
            }
            _ if is_pattern(name) => found.push(Part::Pattern(name.chars().collect())),
            _ => found.push(Part::Name(unescaped(name))),
        }
    }
    found
}

/// Returns whether a name is a pattern; an unmatched bracket is an ordinary character.
fn is_pattern(name: &str) -> bool {
    let mut in_brackets = false;
    let mut bytes = name.bytes();
    while let Some(byte) = bytes.next() {
        match byte {
            b'*' | b'?' => return true,
            b'[' => in_brackets = true,
            b']' if in_brackets => return true,
            b'\\' => {
                bytes.next();
            }
            _ => {}
        }
    }
    false
}

fn unescaped(name: &str) -> String {
    let mut plain = String::with_capacity(name.len());
    let mut chars = name.chars();
    while let Some(next) = chars.next() {
        plain.extend(if next == '\\' { chars.next() } else { Some(next) });
    }
    plain
}

struct Search<'a> {
    view: &'a View,
    globs: &'a mut Globs,
    matches: Matches,
}

impl Search<'_> {
    fn whole(&mut self, pattern: &str) {
        let mut patterns = Vec::new();
        self.matches.limit = match pattern.len() {
            0..=LONGEST if expand(pattern, &mut patterns) => None,
            0..=LONGEST => Some(Limit::Alternatives),
            _ => Some(Limit::Length),
        };
        // A final slash matches only directories, of which nothing is read.
        for pattern in patterns.iter().filter(|pattern| !pattern.ends_with('/')) {
            if self.matches.limit.is_none() {
                self.descend(Path::new("/"), &parts(pattern));
            }
        }
    }

    fn descend(&mut self, folder: &Path, parts: &[Part]) {
        match parts {
            [] => {
                if self
                    .view
                    .locate(folder)
                    .is_ok_and(|found| fs::symlink_metadata(found.path).is_ok())
                {
                    self.take(folder);
                }
            }
            [Part::Name(name), rest @ ..] => self.descend(&folder.join(name), rest),
            [Part::AnyFolders, rest @ ..] => self.descend_all(folder, rest, 0),
            [Part::Pattern(pattern), rest @ ..] => {
                for (name, _) in self.entries(folder) {
                    let chars: Vec<char> = name.to_string_lossy().chars().collect();
                    if matches(pattern, &chars) {
                        self.descend(&folder.join(name), rest);
                    }
                }
            }
        }
    }

    /// Visits this directory and all below it, except hidden and linked ones.
    fn descend_all(&mut self, folder: &Path, rest: &[Part], depth: usize) {
        self.descend(folder, rest);
        for (name, kind) in self.entries(folder) {
            if name.as_bytes().starts_with(b".") || depth >= DEEPEST {
                continue;
            }
            let path = folder.join(&name);
            let is_folder = match kind {
                FileType::Directory => true,
                FileType::Unknown => self
                    .view
                    .locate(&path)
                    .is_ok_and(|found| found.link.is_none() && self.view.is_dir(&found.path)),
                _ => false,
            };
            if is_folder {
                self.descend_all(&path, rest, depth + 1);
            }
        }
    }

    fn take(&mut self, path: &Path) {
        match self.globs.files.checked_sub(1) {
            Some(left) if self.matches.paths.insert(Bytewise(path.to_owned())) => {
                self.globs.files = left;
            }
            Some(_) => {}
            None => self.matches.limit = Some(Limit::Files),
        }
    }

    fn entries(&mut self, folder: &Path) -> Vec<(OsString, FileType)> {
        if self.matches.limit.is_some() {
            return Vec::new();
        }
        let Some(left) = self.globs.directories.checked_sub(1) else {
            self.matches.limit = Some(Limit::Directories);
            return Vec::new();
        };
        self.globs.directories = left;
        let Ok(located) = self.view.locate(folder) else {
            return Vec::new();
        };
        match self.view.entries(&located.path) {
            Ok(entries) => entries,
            Err(error) => {
                let absent = [io::ErrorKind::NotFound, io::ErrorKind::NotADirectory];
                let is_known = self.matches.closed.iter().any(|(path, _)| *path == located.path);
                if !absent.contains(&error.kind()) && !is_known {
                    let errno = Errno::from_io_error(&error).unwrap_or(Errno::IO);
                    self.matches.closed.push((located.path, errno));
                }
                Vec::new()
            }
        }
    }
}

/// Returns whether a name matches a pattern, like `fnmatch_helper` of Ruby.
fn matches(mut pattern: &[char], mut name: &[char]) -> bool {
    if name.first() == Some(&'.') && literal(pattern).map(|(next, _)| next) != Some('.') {
        return false;
    }
    let mut last_star: Option<(&[char], &[char])> = None;
    loop {
        if let ['*', rest @ ..] = pattern {
            pattern = rest;
            last_star = Some((pattern, name));
            continue;
        }
        if pattern.is_empty() && name.is_empty() {
            return true;
        }
        if let Some(rest) = name.first().and_then(|next| one(pattern, *next)) {
            (pattern, name) = (rest, &name[1..]);
        } else if let Some((after, [_, longer @ ..])) = last_star {
            (pattern, name, last_star) = (after, longer, Some((after, longer)));
        } else {
            return false;
        }
    }
}

/// Returns the rest of the pattern after the part that matches this character.
fn one(pattern: &[char], next: char) -> Option<&[char]> {
    match pattern {
        ['?', rest @ ..] => Some(rest),
        ['[', rest @ ..] => bracket(rest, next),
        _ => literal(pattern).filter(|(wanted, _)| *wanted == next).map(|(_, rest)| rest),
    }
}

fn bracket(mut set: &[char], next: char) -> Option<&[char]> {
    let mut wanted = true;
    if let ['!' | '^', rest @ ..] = set {
        (set, wanted) = (rest, false);
    }
    let mut is_in = false;
    loop {
        if let [']', rest @ ..] = set {
            return (is_in == wanted).then_some(rest);
        }
        let (low, rest) = literal(set)?;
        let (high, rest) = match rest {
            ['-', range @ ..] if range.first() != Some(&']') => literal(range)?,
            _ => (low, rest),
        };
        is_in |= (low..=high).contains(&next) || low == next || high == next;
        set = rest;
    }
}

/// Returns the first character, without its backslash, and the rest.
fn literal(pattern: &[char]) -> Option<(char, &[char])> {
    match pattern {
        ['\\', escaped, rest @ ..] => Some((*escaped, rest)),
        [first, rest @ ..] => Some((*first, rest)),
        [] => None,
    }
}
