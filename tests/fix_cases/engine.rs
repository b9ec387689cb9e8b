//! Runs the folders that are cases, and says what is otherwise than they say.

#[path = "secrets.rs"]
mod secrets;
#[path = "tree.rs"]
mod tree;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;

use super::common::{FIXKEY, Sandbox, fixtures, has_peers};
use secrets::Secrets;
use tree::{Snapshot, Tree};

struct Case {
    folder: PathBuf,
    command: String,
    without: String,
}

/// What a command printed, and how it ended.
struct Run {
    stdout: String,
    /// Both streams, as a terminal shows them.
    printed: String,
    status: Option<i32>,
}

impl Case {
    fn new(folder: PathBuf) -> Self {
        let command = fs::read_to_string(folder.join("command")).unwrap();
        let without = command.lines().find_map(|line| line.strip_prefix("# without: "));
        let without = without.unwrap_or_default().to_owned();
        Self { folder, command, without }
    }

    fn name(&self) -> String {
        self.folder.file_name().unwrap().to_string_lossy().into_owned()
    }

    fn is_possible(&self) -> bool {
        let needs = self.command.lines().find_map(|line| line.strip_prefix("# needs: "));
        let mut peers: Vec<&str> = needs.unwrap_or_default().split_whitespace().collect();
        peers.extend(["setsid", "patch", "no-logstash-account"]);
        has_peers(&peers)
    }

    /// A sandbox with what the case has before.
    fn sandbox(&self) -> Sandbox {
        let sandbox = Sandbox::empty();
        copy_texts(&self.folder.join("before"), &sandbox.0, &sandbox);
        let keys = fs::read_to_string(self.folder.join("keys")).unwrap_or_default();
        for line in keys.lines().filter(|line| !line.is_empty()) {
            put(line, &sandbox);
        }
        if self.folder.join("setup").exists() {
            let script = fs::read_to_string(self.folder.join("setup")).unwrap();
            let set_up = run(&script, &sandbox);
            assert_eq!(set_up.status, Some(0), "{}: setup: {}", self.name(), set_up.printed);
        }
        sandbox
    }

    /// Everything that is wrong with the case.
    fn failures(&self, secrets: &Secrets) -> Vec<String> {
        let sandbox = self.sandbox();
        let before = Tree::of(&sandbox);
        let first = run(&self.command, &sandbox);
        let after = Tree::of(&sandbox);
        let mut wrong = self.compared(&first, &before, &after);
        wrong.extend(secrets.of(&before).found_in(&first.printed));
        let holds = |law: &str| !self.without.split_whitespace().any(|without| without == law);
        if holds("again") {
            wrong.extend(self.again(&first, &sandbox));
        }
        if holds("json") {
            wrong.extend(self.json(&first, &before, &after, secrets));
        }
        if holds("diff") {
            wrong.extend(self.diff(&before, &after, secrets));
        }
        if holds("check") {
            wrong.extend(self.check());
        }
        wrong.into_iter().map(|wrong| format!("{}: {wrong}", self.name())).collect()
    }

    /// What differs from the files of the case; these are written where that is asked for.
    fn compared(&self, run: &Run, before: &Tree, after: &Tree) -> Vec<String> {
        let printed = with_status(run);
        let (list, texts) = after.described(before);
        let folder = self.folder.join("after");
        if std::env::var_os("FIXKEY_BLESS").is_some() {
            let _ = fs::remove_dir_all(&folder);
            fs::write(self.folder.join("output"), &printed).unwrap();
            fs::write(self.folder.join("tree"), &list).unwrap();
            for (path, text) in &texts {
                fs::create_dir_all(folder.join(path).parent().unwrap()).unwrap();
                fs::write(folder.join(path), text).unwrap();
            }
            return Vec::new();
        }
        let expected = |name: &str| fs::read_to_string(self.folder.join(name)).unwrap_or_default();
        let mut wrong = differences("output", &expected("output"), &printed);
        wrong.extend(differences("tree", &expected("tree"), &list));
        for (path, text) in &texts {
            if fs::read(folder.join(path)).ok().as_ref() != Some(text) {
                wrong.push(format!("{path} is not what after/ says:\n{}", text.escape_ascii()));
            }
        }
        wrong
    }

    /// Twice is once.
    fn again(&self, first: &Run, sandbox: &Sandbox) -> Vec<String> {
        let before = Snapshot::of(sandbox);
        let second = run(&self.command, sandbox);
        let mut wrong = before.differences("a second run", &Snapshot::of(sandbox));
        if first.status == Some(0) && second.status != Some(0) {
            wrong.push(format!("a second run ends otherwise:\n{}", with_status(&second)));
        }
        wrong
    }

    /// `--format json` says and does the same.
    fn json(&self, first: &Run, before: &Tree, after: &Tree, secrets: &Secrets) -> Vec<String> {
        let Some(command) = self.with_option("--format json") else { return Vec::new() };
        let sandbox = self.sandbox();
        let run = run(&command, &sandbox);
        let mut wrong = secrets.of(before).found_in(&run.printed);
        if run.status != first.status {
            wrong.push(format!("json: the status is {:?}, not {:?}", run.status, first.status));
        }
        let has_changed = Tree::of(&sandbox).described(before) != before.described(before);
        if Tree::of(&sandbox).described(before) != after.described(before) {
            wrong.push("json: the files are otherwise".to_owned());
        }
        // What stops fixkey before it has judged anything is said on standard error.
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
                if said("changed") != has_changed && self.command.contains("fixkey fix ") {
                    wrong.push(format!("json: changed is {}", said("changed")));
                }
            }
        }
        wrong
    }

    /// `--diff` writes nothing, and applies.
    fn diff(&self, before: &Tree, after: &Tree, secrets: &Secrets) -> Vec<String> {
        let Some(command) = self.with_option("--diff") else { return Vec::new() };
        let sandbox = self.sandbox();
        let untouched = Snapshot::of(&sandbox);
        let run = run(&command, &sandbox);
        let mut wrong = untouched.differences("--diff", &Snapshot::of(&sandbox));
        wrong.extend(secrets.of(before).found_in(&run.printed));
        let diff = run.stdout.replace("$TMP", &sandbox.0.display().to_string());
        if diff.contains("secrets are masked") || !diff.contains("\n@@ ") {
            return wrong;
        }
        wrong.extend(patch(&diff, &sandbox));
        let patched = Tree::of(&sandbox);
        for (path, text) in after.described(before).1 {
            let got = patched.text(&path);
            if before.text(&path).is_some() && got.as_ref() != Some(&text) {
                let got = got.map(|got| got.escape_ascii().to_string());
                wrong.push(format!("{path}, patched, is otherwise: {got:?}\n{diff}"));
            }
        }
        wrong
    }

    /// `check` marks as fixable exactly what `fix` would fix.
    fn check(&self) -> Vec<String> {
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
            let run = run(&command.replace("fixkey fix ", &verb), &self.sandbox());
            fixable(&run.stdout)
        });
        let (Some(fix), Some(check)) = (fix, check) else { return Vec::new() };
        if fix == check {
            return Vec::new();
        }
        vec![format!("fix would fix {fix:?}\n  and check marks {check:?}")]
    }

    /// The command with another option; `None` where it says such things itself.
    fn with_option(&self, option: &str) -> Option<String> {
        let is_fit = !self.command.contains("--diff") && !self.command.contains("--format");
        let of_check = if option == "--diff" { "" } else { option };
        let command = self.command.replace("fixkey fix ", &format!("fixkey fix {option} "));
        let command = command.replace("fixkey check ", &format!("fixkey check {of_check} "));
        (is_fit && command != self.command).then_some(command)
    }
}

/// What a report in JSON marks as fixable: rule, file, line and column.
fn fixable(report: &str) -> Option<BTreeSet<String>> {
    let report: serde_json::Value = serde_json::from_str(report).ok()?;
    let findings = report["findings"].as_array()?.iter().filter(|found| found["fixable"] == true);
    let place = |found: &serde_json::Value| {
        // What `check` says of a file, `fix` says where a setting names it.
        let at = found["named_at"].get(0).unwrap_or(found);
        format!("{} {} {}:{}", found["rule"], at["path"], at["line"], at["column"])
    };
    Some(findings.map(place).collect())
}

fn copy_texts(from: &Path, to: &Path, sandbox: &Sandbox) {
    let Ok(entries) = fs::read_dir(from) else { return };
    for entry in entries.map(Result::unwrap) {
        let (source, target) = (entry.path(), to.join(entry.file_name()));
        if source.is_dir() {
            make_folder(&target);
            copy_texts(&source, &target, sandbox);
        } else {
            let bytes = fs::read(&source).unwrap();
            let bytes = match String::from_utf8(bytes) {
                Ok(text) => text.replace("$TMP", &sandbox.0.display().to_string()).into_bytes(),
                Err(error) => error.into_bytes(),
            };
            fs::write(&target, bytes).unwrap();
            set_mode(&target, 0o644);
        }
    }
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

fn run(command: &str, sandbox: &Sandbox) -> Run {
    let programs = Path::new(FIXKEY).parent().unwrap().display();
    let path = std::env::var("PATH").unwrap_or_default();
    let both = Sandbox::empty().0.with_extension("printed");
    // Without a controlling terminal nothing can be asked. `both` keeps the order of the streams.
    let script = format!("umask 022; exec >>'{0}' 2>&1; {command}", both.display());
    let shell = |script: &str| {
        let mut shell = Command::new("setsid");
        shell.args(["--wait", "sh", "-c", script]);
        shell.env("PATH", format!("{programs}:{path}"));
        shell.env("TMP", &sandbox.0).env("LC_ALL", "C.UTF-8");
        // Where sessions find what they share.
        shell.env("CASES", concat!(env!("CARGO_MANIFEST_DIR"), "/tests"));
        shell.current_dir(&sandbox.0).stdin(Stdio::null()).output().unwrap()
    };
    let is_json = command.contains("--format json") || command.contains("--diff");
    let output = shell(&if is_json { format!("umask 022; {command}") } else { script });
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let mut printed = if is_json {
        text(&output.stdout) + &text(&output.stderr)
    } else {
        text(&fs::read(&both).unwrap_or_default())
    };
    let _ = fs::remove_file(&both);
    let sandboxed = |text: String| text.replace(&sandbox.0.display().to_string(), "$TMP");
    printed = sandboxed(printed);
    // A path without its first slash, as `patch -p0` takes it.
    let relative = sandbox.0.strip_prefix("/").unwrap().display().to_string();
    printed = printed.replace(&relative, "$TMP-from-/");
    Run { stdout: sandboxed(text(&output.stdout)), printed, status: output.status.code() }
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

fn with_status(run: &Run) -> String {
    let mut printed = run.printed.clone();
    if !printed.is_empty() && !printed.ends_with('\n') {
        printed.push_str("(no newline)\n");
    }
    match run.status {
        Some(0) => {}
        Some(code) => printed.push_str(&format!("? {code}\n")),
        None => printed.push_str("? killed\n"),
    }
    without_digests(&printed)
}

/// Fingerprints change with the fixtures; `tests/fingerprints.rs` compares them with OpenSSL's.
fn without_digests(printed: &str) -> String {
    let is_digest =
        |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let words = printed.split_inclusive(|c: char| !c.is_ascii_alphanumeric());
    let word = |word: &str| match word.char_indices().last() {
        Some((at, _)) if is_digest(&word[..at]) => format!("SHA256{}", &word[at..]),
        _ => word.to_owned(),
    };
    words.map(word).collect()
}

fn differences(what: &str, expected: &str, actual: &str) -> Vec<String> {
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

/// The cases in a folder of the project.
fn cases(folder: &str) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let wanted = std::env::var("FIXKEY_CASE").unwrap_or_default();
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut folders: Vec<_> = entries.filter(|path| path.join("command").exists()).collect();
    folders.sort();
    folders.into_iter().map(Case::new).filter(|case| case.name().contains(&wanted)).collect()
}

/// Runs every case in these folders of the project.
pub(crate) fn replay(folders: &[&str]) {
    let secrets = Secrets::of_fixtures();
    let cases: Vec<Case> = folders.iter().flat_map(|folder| cases(folder)).collect();
    let cases = Mutex::new(cases.into_iter());
    let failed = Mutex::new(Vec::new());
    let work = || {
        loop {
            let next = cases.lock().unwrap().next();
            let Some(case) = next else { return };
            if case.is_possible() {
                let failures = case.failures(&secrets);
                failed.lock().unwrap().extend(failures);
            }
        }
    };
    std::thread::scope(|scope| (0..3).for_each(|_| drop(scope.spawn(work))));
    let mut failed = failed.into_inner().unwrap();
    failed.sort();
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}
