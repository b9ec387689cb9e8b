//! Shared parts of the integration tests: fixtures, sandboxes, and optional peers.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]
#![allow(dead_code, reason = "each test uses its own part")]
#![allow(clippy::format_push_string, reason = "speed does not matter here")]

pub(crate) mod archive;

use std::collections::BTreeMap;
use std::fs;
use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The program under test.
pub(crate) const FIXKEY: &str = env!("CARGO_BIN_EXE_fixkey");

/// Returns the directory of fixtures.
pub(crate) fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures")
}

/// A temporary directory for one test, removed on drop.
pub(crate) struct Sandbox(pub(crate) PathBuf);

impl Sandbox {
    /// Creates an empty directory.
    pub(crate) fn empty() -> Self {
        Self::named("fixkey-test")
    }

    fn named(name: &str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let name = format!("{name}-{}-{number}", std::process::id());
        let path = std::env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
        Self(fs::canonicalize(path).unwrap())
    }

    /// Creates a directory with a copy of every fixture, readable only by its owner.
    pub(crate) fn with_fixtures() -> Self {
        let sandbox = Self::empty();
        for entry in fs::read_dir(fixtures()).unwrap() {
            let copy = sandbox.0.join(entry.as_ref().unwrap().file_name());
            fs::copy(entry.unwrap().path(), &copy).unwrap();
            fs::set_permissions(&copy, fs::Permissions::from_mode(0o600)).unwrap();
        }
        sandbox
    }
}

impl Sandbox {
    /// A copy with everything that is in it, with owners and modes, in a directory whose name has a blank.
    pub(crate) fn copy(&self) -> Self {
        let copy = Self::named("fixkey test");
        let all = self.0.join(".");
        assert!(Command::new("cp").arg("-a").args([&all, &copy.0]).status().unwrap().success());
        copy
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// Returns what a command prints on both streams for `input`, and its status unless that is 0.
pub(crate) fn told(command: &mut Command, input: &[u8]) -> String {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    // The command may end before it has read all input.
    let writer = std::thread::spawn(move || drop(stdin.write_all(&input)));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap();
    let text = |bytes| String::from_utf8(bytes).unwrap();
    let status = output.status.code().unwrap();
    let status = if status == 0 { String::new() } else { format!("? {status}\n") };
    text(output.stdout) + &text(output.stderr) + &status
}

/// Returns those of these peers that are missing.
pub(crate) fn absent<'a>(peers: &[&'a str]) -> Vec<&'a str> {
    static KNOWN: Mutex<BTreeMap<String, bool>> = Mutex::new(BTreeMap::new());
    let mut known = KNOWN.lock().unwrap();
    let mut is_known = |peer: &str| *known.entry(peer.to_owned()).or_insert_with(|| is_here(peer));
    peers.iter().copied().filter(|peer| !is_known(peer)).collect()
}

/// Configurations by other people, under various licences. They are not in the repository.
pub(crate) const OTHER_PEOPLES_CONFIGURATIONS: &str = "other-peoples-configurations";

/// Returns whether every one of these peers is here: a program's name, `root`, `release-binary` for the one that
/// `FIXKEY_RELEASE` points to, `python-consumers` for what `tests/consumers/install` installs, `no-logstash-account`,
/// or [`OTHER_PEOPLES_CONFIGURATIONS`].
///
/// Prints a line that begins with `passed over: ` and the test's name where a peer is missing. Fails the test
/// instead where `FIXKEY_REQUIRE_PEERS` is set, unless only [`OTHER_PEOPLES_CONFIGURATIONS`] are missing: a clone
/// never has them.
pub(crate) fn has_peers(peers: &[&str]) -> bool {
    let absent = absent(peers);
    if absent.is_empty() {
        return true;
    }
    let is_required = |peer: &&str| *peer != OTHER_PEOPLES_CONFIGURATIONS;
    assert!(
        std::env::var_os("FIXKEY_REQUIRE_PEERS").is_none() || !absent.iter().any(is_required),
        "absent: {absent:?}"
    );
    let thread = std::thread::current();
    let line =
        format!("passed over: {}: {}\n", thread.name().unwrap_or("a test"), absent.join(", "));
    // The harness captures the output of passing tests; this line must be visible.
    std::io::Write::write_all(&mut std::io::stderr(), line.as_bytes()).unwrap();
    false
}

fn is_here(peer: &str) -> bool {
    match peer {
        "root" => rustix::process::geteuid().is_root(),
        OTHER_PEOPLES_CONFIGURATIONS => corpus().join("configs.jsonl").is_file(),
        "release-binary" => std::env::var_os("FIXKEY_RELEASE").is_some(),
        "python-consumers" => {
            consumer("peers").stderr(Stdio::null()).status().is_ok_and(|status| status.success())
        }
        "no-logstash-account" => {
            !fs::read_to_string("/etc/passwd").unwrap_or_default().contains("\nlogstash:")
        }
        program => Command::new("sh")
            .args(["-c", "command -v \"$0\"", program])
            .output()
            .is_ok_and(|found| found.status.success()),
    }
}

/// Returns a command for a program of `tests/consumers`, run by the Python that `FIXKEY_CONSUMERS` points to.
pub(crate) fn consumer(name: &str) -> Command {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/consumers");
    let python = std::env::var_os("FIXKEY_CONSUMERS").unwrap_or_else(|| "python3".into());
    let mut command = Command::new(python);
    command.arg("-B").arg(folder.join(name).with_extension("py"));
    command
}

/// Returns the measured data; its `README.md` says what each directory holds.
pub(crate) fn data() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data")
}

/// Returns the directory of [`OTHER_PEOPLES_CONFIGURATIONS`], beside the project.
pub(crate) fn corpus() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/cases")
}

/// Reads the rows of a file with lines of JSON.
pub(crate) fn rows(file: &Path) -> Vec<serde_json::Value> {
    let text = fs::read_to_string(file).unwrap();
    text.lines().map(|row| serde_json::from_str(row).unwrap()).collect()
}

/// Returns the output of a Ruby program for these texts, joined with NUL.
pub(crate) fn ruby(program: &str, texts: &[String]) -> String {
    let mut ruby = Command::new("ruby")
        .args(["-e", program])
        .env("LC_ALL", "C.UTF-8")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    ruby.stdin.take().unwrap().write_all(texts.join("\0").as_bytes()).unwrap();
    String::from_utf8(ruby.wait_with_output().unwrap().stdout).unwrap()
}
