//! Runs a case, and reports its failures.

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

use crate::common::archive::Archive;
use crate::common::{Sandbox, fixtures};
use crate::run::{Run, run};
use crate::script::{Part, Script};
use crate::secrets::Secrets;
use crate::tree::Tree;
use crate::{explain, hints, is_blessing, laws, rules};

/// What a case requires besides its output.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Files before and after, and the laws of `laws.rs` for a single command.
    Command,
    /// Files before and after, and that the last command succeeds.
    Session,
    /// A log as a file, an argument and standard input.
    Log,
    /// Only commands, beside every fixture.
    Transcript,
    /// The blocks of a page, beside every fixture.
    Page,
}

pub(crate) struct Case {
    pub(crate) name: String,
    pub(crate) kind: Kind,
    pub(crate) path: PathBuf,
    pub(crate) archive: Archive,
    pub(crate) script: Script,
}

impl Case {
    pub(crate) fn read(name: &str, kind: Kind, path: &Path) -> Self {
        let (name, path) = (name.to_owned(), path.to_owned());
        if kind == Kind::Page {
            let page = fs::read_to_string(&path).unwrap();
            let script = Script::parse_markdown(&page);
            return Self { name, kind, path, archive: Archive::default(), script };
        }
        let archive = Archive::read(&path);
        let script = Script::parse(&archive.comment);
        Self { name, kind, path, archive, script }
    }

    /// Returns the peers that it needs.
    pub(crate) fn peers(&self) -> Vec<&str> {
        let needs = self.script.head("needs").unwrap_or_default().split_whitespace();
        needs.chain(["setsid", "patch", "no-logstash-account"]).collect()
    }

    /// Creates a sandbox with the case's files.
    pub(crate) fn sandbox(&self) -> Sandbox {
        let sandbox = match self.kind {
            Kind::Transcript | Kind::Page => Sandbox::with_fixtures(),
            Kind::Command | Kind::Session | Kind::Log => Sandbox::empty(),
        };
        self.archive.beneath("before").for_each(|(path, bytes)| place(path, bytes, &sandbox));
        let keys = self.archive.text("keys").unwrap_or_default();
        keys.lines().filter(|line| !line.is_empty()).for_each(|line| put(line, &sandbox));
        if let Some(setup) = self.archive.text("setup") {
            let set_up = run(setup, None, &sandbox);
            assert_eq!(set_up.status, Some(0), "setup: {}", set_up.printed);
        }
        sandbox
    }

    /// Returns everything that is wrong with the case.
    pub(crate) fn failures(mut self) -> Vec<String> {
        let misspelt = self.misspelt();
        if !misspelt.is_empty() {
            return misspelt;
        }
        let sandbox = self.sandbox();
        let before = Tree::of(&sandbox);
        let under = self.script.head("under");
        let (mut runs, mut of_hints) = (Vec::new(), Vec::new());
        for step in self.script.steps() {
            let run = run(&step.command, under, &sandbox);
            if self.kind == Kind::Transcript && under.is_none() {
                of_hints.extend(hints::of_transcript(&run.printed, &step.command, &sandbox));
            }
            runs.push(run);
        }
        let after = Tree::of(&sandbox);
        let mut wrong = self.not_given(&runs);
        wrong.extend(of_hints);
        if matches!(self.kind, Kind::Command | Kind::Session) {
            let secrets = Secrets::of_fixtures().of(&before);
            wrong.extend(runs.iter().flat_map(|run| secrets.found_in(&run.printed)));
            let is_marked = |run: &&Run| run.printed.contains("\\u{");
            let marked = runs.iter().filter(is_marked);
            wrong.extend(marked.map(|run| format!("a mark is printed:\n{}", run.printed)));
        }
        match (self.kind, self.script.only_command(), runs.as_slice()) {
            (Kind::Command, Some(command), [first]) => {
                let first = laws::First { command, run: first, before: &before, after: &after };
                wrong.extend(first.failures(&self, &sandbox));
            }
            (Kind::Session, _, [.., last]) if last.status != Some(0) => {
                wrong.push("the session does not end well".to_owned());
            }
            (Kind::Log, ..) => wrong.extend(explain::failures(&self)),
            _ => {}
        }
        if is_blessing() {
            self.bless(&runs, &before, &after);
        } else {
            wrong.extend(self.differences(&runs, &before, &after));
        }
        wrong.extend(rules::page_differs(&self));
        wrong
    }

    /// Returns parts of the case that would be ignored: a word of the head, a law, a file.
    fn misspelt(&self) -> Vec<String> {
        const FILES: [&str; 3] = ["keys", "setup", "tree"];
        let is_command = |kind| matches!(kind, Kind::Command | Kind::Session);
        let mut wrong = Vec::new();
        let fewest = if self.name == "README.md" { 11 } else { 1 };
        if self.script.steps().count() < fewest {
            wrong.push(format!("it has fewer than {fewest} commands"));
        }
        if self.kind != Kind::Page {
            let names = self.script.names_in_head();
            let strange = names.filter(|name| !["needs", "without", "under"].contains(name));
            wrong.extend(strange.map(|name| format!("its head says {name}")));
        }
        let without: Vec<&str> = self
            .script
            .head("without")
            .map_or(Vec::new(), |laws| laws.split_whitespace().collect());
        let strange = without.iter().filter(|law| !laws::NAMES.contains(law));
        wrong.extend(strange.map(|law| format!("there is no law {law}")));
        let has_laws = self.kind == Kind::Command && self.script.only_command().is_some();
        if self.kind == Kind::Command && !has_laws && without != laws::NAMES {
            let all = laws::NAMES.join(" ");
            wrong.push(format!("no law is tried on several commands: say without: {all}"));
        }
        let is_known = |name: &str| {
            let is_tree = name == "tree" || name.starts_with("after/");
            (name.starts_with("before/") || is_tree || FILES.contains(&name))
                && (!is_tree || is_command(self.kind))
        };
        let strange = self.archive.names().filter(|name| !is_known(name));
        wrong.extend(strange.map(|name| format!("nothing reads its file {name}")));
        wrong
    }

    /// Returns the commands marked as given that the previous output does not contain.
    fn not_given(&self, runs: &[Run]) -> Vec<String> {
        let (mut wrong, mut last, mut remark) = (Vec::new(), "", None);
        let mut runs = runs.iter();
        for part in &self.script.parts {
            match part {
                Part::Text(text) => {
                    remark = text.lines().find_map(|line| line.strip_prefix("# given"));
                }
                Part::Step(step) => {
                    let words = remark.take().map(|words| words.strip_prefix(": "));
                    let words = words.map(|words| words.unwrap_or(&step.command));
                    if let Some(words) = words.filter(|words| !gives(last, words)) {
                        wrong.push(format!("no message gave: {words}"));
                    }
                    last = runs.next().map_or("", |run| &run.printed);
                }
            }
        }
        wrong
    }

    /// Returns the differences from the case.
    fn differences(&self, runs: &[Run], before: &Tree, after: &Tree) -> Vec<String> {
        let mut wrong = Vec::new();
        for (step, run) in self.script.steps().zip(runs) {
            wrong.extend(differences(&step.command, &step.expected, &run.shown()));
        }
        if !self.has_tree() {
            return wrong;
        }
        let Some(tree) = self.archive.text("tree") else {
            wrong.push("nothing is expected of it: FIXKEY_BLESS=1 writes what happens".to_owned());
            return wrong;
        };
        let (list, texts) = after.described(before);
        wrong.extend(differences("tree", tree, &list));
        for (path, text) in &texts {
            if self.archive.get(&format!("after/{path}")) != Some(text) {
                wrong.push(format!("{path} is not what after/ says:\n{}", text.escape_ascii()));
            }
        }
        let is_left = |path: &str| !texts.iter().any(|(changed, _)| changed == path);
        let left = self.archive.beneath("after").filter(|(path, _)| is_left(path));
        wrong.extend(left.map(|(path, _)| format!("after/{path} has not changed")));
        wrong
    }

    /// Writes the results into the case.
    fn bless(&mut self, runs: &[Run], before: &Tree, after: &Tree) {
        let printed: Vec<String> = runs.iter().map(Run::shown).collect();
        let text = self.script.with_expected(&printed);
        if self.kind == Kind::Page {
            fs::write(&self.path, text).unwrap();
            return;
        }
        self.script = Script::parse(&text);
        self.archive.comment = text;
        if self.has_tree() {
            let (list, texts) = after.described(before);
            self.archive.remove(|name| name == "tree" || name.starts_with("after/"));
            self.archive.set("tree", list.as_bytes());
            for (path, text) in &texts {
                self.archive.set(&format!("after/{path}"), text);
            }
        }
        self.archive.write(&self.path);
    }

    fn has_tree(&self) -> bool {
        matches!(self.kind, Kind::Command | Kind::Session)
    }
}

/// Returns whether a message contains these words, to the end of the last word.
fn gives(message: &str, words: &str) -> bool {
    let words = format!(" {words} ");
    let spaced = |line: &str| line.replace([';', ','], " ") + " ";
    message.lines().any(|line| spaced(line).contains(&words))
}

/// Writes a file of the case, with the sandbox's path for `$TMP`.
fn place(path: &str, bytes: &[u8], sandbox: &Sandbox) {
    let target = sandbox.0.join(path);
    make_folder(target.parent().unwrap());
    let bytes = match std::str::from_utf8(bytes) {
        Ok(text) => text.replace("$TMP", &sandbox.0.display().to_string()).into_bytes(),
        Err(_) => bytes.to_vec(),
    };
    fs::write(&target, bytes).unwrap();
    set_mode(&target, 0o644);
}

fn make_folder(path: &Path) {
    if !path.exists() {
        make_folder(path.parent().unwrap());
        fs::create_dir(path).unwrap();
        set_mode(path, 0o755);
    }
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Carries out a line of `keys`.
fn put(line: &str, sandbox: &Sandbox) {
    let words: Vec<&str> = line.split_whitespace().collect();
    let path = sandbox.0.join(words[0]);
    let mode = |octal: &str| u32::from_str_radix(octal, 8).unwrap();
    make_folder(path.parent().unwrap());
    match words[1..] {
        ["link", target] => {
            symlink(target.replace("$TMP", &sandbox.0.display().to_string()), path).unwrap();
        }
        ["mode", octal] => set_mode(&path, mode(octal)),
        ["folder"] => make_folder(&path),
        [fixture, ref rest @ ..] => {
            fs::copy(fixtures().join(fixture), &path).expect(fixture);
            set_mode(&path, rest.first().map_or(0o600, |octal| mode(octal)));
        }
        [] => panic!("{line}"),
    }
}

/// Returns the first line that differs.
pub(crate) fn differences(what: &str, expected: &str, actual: &str) -> Vec<String> {
    if expected == actual {
        return Vec::new();
    }
    let (mut expected, mut actual) = (expected.lines(), actual.lines());
    loop {
        let (wanted, got) = (expected.next(), actual.next());
        if wanted != got || wanted.is_none() {
            let show = |line: Option<&str>| line.unwrap_or("(end)").to_owned();
            let (wanted, got) = (show(wanted), show(got));
            return vec![format!("{what}\n  expected: {wanted}\n  got:      {got}")];
        }
    }
}
