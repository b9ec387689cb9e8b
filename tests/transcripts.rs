//! Sessions of a shell, replayed: every `tests/transcripts/*.txt` and the README.
//!
//! `$ ` begins a command for `sh`; what it prints on both streams follows, then `? N` where the
//! status is not 0; blank lines that it prints are left out. A line `needs: …` names peers. Each file runs in a folder of its own that holds
//! the fixtures, readable by their owner alone. `FIXKEY_BLESS=1` writes what was printed.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]
#![allow(
    clippy::format_push_string,
    clippy::use_debug,
    reason = "speed and looks do not matter here"
)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use common::{FIXKEY, Sandbox, has_peers};

/// One command with what it is expected to print, its status included.
struct Step {
    command: String,
    expected: String,
}

/// Text between commands is kept as it is.
enum Part {
    Text(String),
    Step(Step),
}

fn parse(transcript: &str) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    for line in transcript.split_inclusive('\n') {
        if line.starts_with("```") {
            parts.push(Part::Text(line.to_owned()));
        } else if let Some(command) = line.strip_prefix("$ ") {
            let command = command.trim_end().to_owned();
            parts.push(Part::Step(Step { command, expected: String::new() }));
        } else {
            match parts.last_mut() {
                Some(Part::Step(step)) if line != "\n" => step.expected.push_str(line),
                Some(Part::Text(text)) => text.push_str(line),
                _ => parts.push(Part::Text(line.to_owned())),
            }
        }
    }
    parts
}

fn run(command: &str, sandbox: &Sandbox) -> String {
    let programs = Path::new(FIXKEY).parent().unwrap().display();
    let path = std::env::var("PATH").unwrap_or_default();
    // Without a controlling terminal nothing can be asked.
    let output = Command::new("setsid")
        .args(["--wait", "sh", "-c", &format!("umask 022; exec 2>&1; {command}")])
        .env("PATH", format!("{programs}:{path}"))
        .env("TMP", &sandbox.0)
        .env("LC_ALL", "C.UTF-8")
        .current_dir(&sandbox.0)
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let mut printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if !printed.is_empty() && !printed.ends_with('\n') {
        printed.push_str("(no newline)\n");
    }
    match output.status.code() {
        Some(0) => {}
        Some(code) => printed.push_str(&format!("? {code}\n")),
        None => printed.push_str("? killed\n"),
    }
    let path = sandbox.0.display().to_string();
    // A diff has it without the slash.
    normalise(&printed.replace(&path, "$TMP").replace(&path[1..], "TMP"))
}

/// Fingerprints change with the fixtures; `tests/fingerprints.rs` compares them with OpenSSL's.
fn normalise(printed: &str) -> String {
    let is_digest =
        |word: &str| word.len() == 64 && word.bytes().all(|byte| byte.is_ascii_hexdigit());
    let word = |word: &str| if is_digest(word) { "SHA256".to_owned() } else { word.to_owned() };
    let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ");
    printed.lines().filter(|line| !line.is_empty()).map(|found| line(found) + "\n").collect()
}

fn replay(path: &Path) -> Result<(), String> {
    let transcript = fs::read_to_string(path).unwrap();
    let needs = transcript.lines().find_map(|line| line.strip_prefix("needs: "));
    let mut peers: Vec<&str> = needs.unwrap_or_default().split_whitespace().collect();
    peers.extend(["setsid", "no-logstash-account"]);
    if !has_peers(&peers) {
        return Ok(());
    }
    let sandbox = Sandbox::with_fixtures();
    let mut actual = String::new();
    for part in parse(&transcript) {
        match part {
            Part::Text(text) => actual.push_str(&text),
            Part::Step(step) => {
                let printed = run(&step.command, &sandbox);
                actual.push_str(&format!("$ {}\n{printed}", step.command));
            }
        }
    }
    if std::env::var_os("FIXKEY_BLESS").is_some() {
        fs::write(path, &actual).unwrap();
        return Ok(());
    }
    difference(path, &transcript, &actual)
}

fn difference(path: &Path, expected: &str, actual: &str) -> Result<(), String> {
    if expected == actual {
        return Ok(());
    }
    let mut expected_lines = expected.lines();
    let mut actual_lines = actual.lines();
    for number in 1.. {
        let (wanted, got) = (expected_lines.next(), actual_lines.next());
        if wanted != got {
            let nothing = "(end)";
            return Err(format!(
                "{}:{number}\n  expected: {}\n  got:      {}",
                path.display(),
                wanted.unwrap_or(nothing),
                got.unwrap_or(nothing)
            ));
        }
    }
    Ok(())
}

fn transcripts() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/transcripts");
    let mut paths: Vec<_> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.push(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md"));
    paths.sort();
    paths
}

#[test]
fn every_transcript_is_what_happens() {
    let failed: Vec<String> = transcripts().iter().filter_map(|path| replay(path).err()).collect();
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}
