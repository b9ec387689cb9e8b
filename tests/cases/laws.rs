//! Laws for every command, whatever it prints.

use std::collections::BTreeSet;
use std::fs;
use std::process::Command;

use crate::case::Case;
use crate::common::Sandbox;
use crate::hints;
use crate::run::{Run, run, run_apart};
use crate::secrets::{Own, Secrets};
use crate::tree::{Snapshot, Tree};

/// The names of the laws for `without`.
pub(crate) const NAMES: [&str; 5] = ["again", "json", "diff", "check", "undo"];

/// The first run of a case of one command.
pub(crate) struct First<'a> {
    pub(crate) command: &'a str,
    pub(crate) run: &'a Run,
    pub(crate) before: &'a Tree,
    pub(crate) after: &'a Tree,
}

impl First<'_> {
    /// Returns the laws that are violated, except those from which the case is exempt.
    pub(crate) fn failures(&self, case: &Case, sandbox: &Sandbox) -> Vec<String> {
        let without = case.script.head("without").unwrap_or_default();
        let holds = |law: &str| !without.split_whitespace().any(|without| without == law);
        let secrets = Secrets::of_fixtures().of(self.before);
        let mut wrong = Vec::new();
        if holds("again") {
            wrong.extend(self.again(sandbox));
        }
        if holds("json") {
            wrong.extend(self.json(case, &secrets));
        }
        if holds("diff") {
            wrong.extend(self.diff(case, &secrets));
        }
        if holds("check") {
            wrong.extend(self.check(case));
        }
        if holds("undo") {
            wrong.extend(self.undo(case));
        }
        wrong
    }

    /// Checks that a second run changes nothing.
    fn again(&self, sandbox: &Sandbox) -> Vec<String> {
        let before = Snapshot::of(sandbox);
        let second = run(self.command, None, sandbox);
        let mut wrong = before.differences("a second run", &Snapshot::of(sandbox));
        if self.run.status == Some(0) && second.status != Some(0) {
            wrong.push(format!("a second run ends otherwise:\n{}", second.shown()));
        }
        wrong
    }

    /// Checks the hints for files below a directory with a blank in its name.
    fn hints_with_blanks(command: &str, case: &Case) -> Vec<String> {
        let command = command.replace("--map /=. ", "--map \"/=$PWD\" ");
        let run = run_apart(&command, &case.sandbox().copy());
        let json = serde_json::from_str(&run.stdout).unwrap_or_default();
        hints::failures(&json, &command, case, |case| case.sandbox().copy())
    }

    /// Checks that `--format json` reports and does the same.
    fn json(&self, case: &Case, secrets: &Own<'_>) -> Vec<String> {
        let Some(command) = self.with_option("--format json") else { return Vec::new() };
        let sandbox = case.sandbox();
        let run = run_apart(&command, &sandbox);
        let mut wrong = secrets.found_in(&run.printed);
        if run.status != self.run.status {
            wrong.push(format!("json: the status is {:?}, not {:?}", run.status, self.run.status));
        }
        let described = Tree::of(&sandbox).described(self.before);
        let has_changed = described != self.before.described(self.before);
        if described != self.after.described(self.before) {
            wrong.push("json: the files are otherwise".to_owned());
        }
        // A failure before the check is reported on standard error.
        if run.stdout.is_empty() && run.status.is_some_and(|status| status >= 2) {
            return wrong;
        }
        match serde_json::from_str::<serde_json::Value>(&run.stdout) {
            Err(error) => wrong.push(format!("json: {error}:\n{}", run.printed)),
            Ok(json) => {
                let said = |key: &str| json[key].clone();
                if said("version") != 1 || said("status") != run.status.unwrap_or(-1) {
                    wrong.push(format!("json: version or status:\n{}", run.stdout));
                }
                wrong.extend(hints::failures(&json, self.command, case, Case::sandbox));
                wrong.extend(Self::hints_with_blanks(&command, case));
                if said("changed") != has_changed && self.command.contains("fixkey fix ") {
                    wrong.push(format!("json: changed is {}", said("changed")));
                }
            }
        }
        wrong
    }

    /// Checks that `--diff` writes nothing, and that its output can be applied.
    fn diff(&self, case: &Case, secrets: &Own<'_>) -> Vec<String> {
        let Some(command) = self.with_option("--diff") else { return Vec::new() };
        let sandbox = case.sandbox();
        let untouched = Snapshot::of(&sandbox);
        let run = run_apart(&command, &sandbox);
        let mut wrong = untouched.differences("--diff", &Snapshot::of(&sandbox));
        wrong.extend(secrets.found_in(&run.printed));
        if self.run.status == Some(1) && run.status != Some(1) {
            wrong.push(format!("--diff ends with {:?}", run.status));
        }
        let is_repair = |line: &&str| line.contains("hint: ") && line.contains("fixkey fix ");
        let changes = |line: &&str| is_repair(line) && !line.contains(" --diff");
        let hints = run.printed.lines().filter(changes);
        let hints = hints.filter(|_| self.command.contains("fixkey fix "));
        wrong.extend(hints.map(|hint| format!("a hint of --diff would change something: {hint}")));
        // A dry run shows what root would do, even if this account may not.
        let is_for_root = run.printed.contains("a run here would fail");
        let (found, told) = (&self.run.printed, &run.printed);
        let [found, told] = [found, told].map(|printed| findings(printed, is_for_root));
        if found != told && self.command.contains("fixkey fix ") {
            let differ: Vec<_> = found.symmetric_difference(&told).collect();
            wrong.push(format!("--diff has other findings: {differ:#?}"));
        }
        let diff = run.stdout.replace("$TMP", &sandbox.0.display().to_string());
        if diff.contains("secrets are masked") || !diff.contains("\n@@ ") {
            return wrong;
        }
        wrong.extend(patch(&diff, &sandbox));
        let patched = Tree::of(&sandbox);
        for (path, text) in self.after.described(self.before).1 {
            let got = patched.text(&path);
            if self.before.text(&path).is_some() && got.as_ref() != Some(&text) {
                let got = got.map(|got| got.escape_ascii().to_string());
                wrong.push(format!("{path}, patched, is otherwise: {got:?}\n{diff}"));
            }
        }
        wrong
    }

    /// Checks that `check` marks exactly what `fix` repairs as fixable.
    fn check(&self, case: &Case) -> Vec<String> {
        const OF_FIX: [&str; 6] =
            ["--in-place", " -i ", "--key-dir", "--decrypt", "--grant", "--format"];
        let is_fit = self.command.matches("fixkey fix ").count() == 1
            && !OF_FIX.iter().any(|option| self.command.contains(option));
        if !is_fit {
            return Vec::new();
        }
        let command = self.command.replace("--no-backup", "").replace("--diff", "");
        let [fix, check] = ["fix --diff", "check"].map(|verb| {
            let verb = format!("fixkey {verb} --format json ");
            let run = run_apart(&command.replace("fixkey fix ", &verb), &case.sandbox());
            fixable(&run.stdout)
        });
        let (Some(fix), Some(check)) = (fix, check) else { return Vec::new() };
        if fix == check {
            return Vec::new();
        }
        vec![format!("fix would fix {fix:?}\n  and check marks {check:?}")]
    }

    /// Checks that the commands printed by `fix` undo it.
    fn undo(&self, case: &Case) -> Vec<String> {
        let is_undone = ["fixkey fix ", "undo: "].iter().zip([self.command, &self.run.printed]);
        let is_undone = is_undone.into_iter().all(|(word, text)| text.contains(word));
        let is_partly = ["--no-backup", "&& fixkey", "; fixkey"];
        if !is_undone || is_partly.iter().any(|option| self.command.contains(option)) {
            return Vec::new();
        }
        let sandbox = case.sandbox();
        let done = run(self.command, case.script.head("under"), &sandbox);
        let commands: Vec<&str> =
            done.printed.lines().filter_map(|line| line.strip_prefix("undo: ")).collect();
        let folder = sandbox.0.display().to_string();
        let undone = run(&commands.join("\n").replace("$TMP", &folder), None, &sandbox);
        let after = Tree::of(&sandbox).described(self.before);
        if undone.status == Some(0) && after == self.before.described(self.before) {
            return Vec::new();
        }
        vec![format!("it is not undone by {commands:#?}: {}\n{}", undone.shown(), after.0)]
    }

    /// Returns the command with another option; `None` if it already has such options.
    fn with_option(&self, option: &str) -> Option<String> {
        let is_fit = !self.command.contains("--diff") && !self.command.contains("--format");
        let of_check = if option == "--diff" { "" } else { option };
        let command = self.command.replace("fixkey fix ", &format!("fixkey fix {option} "));
        let command = command.replace("fixkey check ", &format!("fixkey check {of_check} "));
        (is_fit && command != self.command).then_some(command)
    }
}

/// Returns the findings for people, each without its line break, with or without the word before it: what is fixed
/// would be.
fn findings(printed: &str, without_word: bool) -> BTreeSet<String> {
    let is_finding = |line: &&str| line.ends_with(']') && line.starts_with(char::is_lowercase);
    let lines = printed.lines().filter(is_finding);
    let with_word = lines.map(|line| line.replacen("to fix: ", "fixed: ", 1));
    let word_end = |line: &String| if without_word { line.find(": ").unwrap_or(0) } else { 0 };
    with_word.map(|line| line[word_end(&line)..].to_owned()).collect()
}

/// Returns what a JSON report marks as fixable: rule, file, line and column.
fn fixable(report: &str) -> Option<BTreeSet<String>> {
    let report: serde_json::Value = serde_json::from_str(report).ok()?;
    let findings = report["findings"].as_array()?.iter().filter(|found| found["fixable"] == true);
    let place = |found: &serde_json::Value| {
        // `fix` reports a finding about a file at the setting that points to it.
        let at = found["named_at"].get(0).unwrap_or(found);
        format!("{} {} {}:{}", found["rule"], at["path"], at["line"], at["column"])
    };
    Some(findings.map(place).collect())
}

fn patch(diff: &str, sandbox: &Sandbox) -> Option<String> {
    let path = sandbox.0.with_extension("diff");
    fs::write(&path, diff).unwrap();
    let output = Command::new("patch")
        .args(["-p0", "--fuzz=0", "--no-backup-if-mismatch", "--follow-symlinks", "--binary"])
        .args(["-d", "/", "-i", path.to_str().unwrap()])
        .output()
        .unwrap();
    fs::remove_file(&path).unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    (!output.status.success() || said.contains("offset")).then(|| format!("patch: {said}\n{diff}"))
}
