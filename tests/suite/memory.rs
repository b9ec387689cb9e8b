//! Tests that no part of a key is left in the memory of the process at the end of a run.
//!
//! Searches the release binary that `FIXKEY_RELEASE` points to: without optimisation, moves leave copies on the stack
//! outside fixkey's control.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

use crate::common;

use std::collections::{BTreeMap, HashMap};
use std::fs::{self, File};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use common::{Sandbox, fixtures, has_peers};
use keyfile::ber::Element;

/// Sixteen equal bytes in a row are not a coincidence.
const TELLING: usize = 16;

/// Returns the secret integers of a PKCS#1 key, in the byte order of the file and of computer numbers; and their text
/// in base64.
fn secrets() -> BTreeMap<String, Vec<u8>> {
    let der = fs::read(fixtures().join("rsa2048-pkcs1.der")).unwrap();
    let numbers = Element::only(&der).unwrap().children().unwrap();
    let mut secrets = BTreeMap::new();
    for (name, number) in ["d", "p", "q", "dP", "dQ", "qInv"].into_iter().zip(&numbers[3..]) {
        let number = number.content.strip_prefix(&[0]).unwrap_or(number.content);
        secrets.insert(name.to_owned(), number.to_vec());
        secrets.insert(format!("{name} reversed"), number.iter().rev().copied().collect());
    }
    for file in ["rsa2048-pkcs1.pem", "rsa2048-pkcs8.pem"] {
        let text = fs::read_to_string(fixtures().join(file)).unwrap();
        let lines: Vec<&str> = text.lines().collect();
        // The first lines are the public modulus.
        secrets.insert(file.to_owned(), lines[8..lines.len() - 2].join("\n").into_bytes());
        secrets.insert(format!("{file} joined"), lines[8..lines.len() - 2].concat().into_bytes());
    }
    secrets
}

/// Runs fixkey and stops it just before its end.
#[allow(clippy::zombie_processes, reason = "the caller waits, and a panic ends the test")]
fn held_at_its_end(sandbox: &Sandbox, key: &str) -> (Child, PathBuf) {
    let log = sandbox.0.join("log");
    let _ = fs::remove_file(&log);
    let fixkey = std::env::var_os("FIXKEY_RELEASE").unwrap();
    let strace = Command::new("strace")
        .args([
            "-o",
            "log",
            "-e",
            "trace=exit_group",
            "-e",
            "inject=exit_group:delay_enter=5000000",
        ])
        .arg(fixkey)
        .args([key, "-o", "new.p8", "--force", "--passin", "env:PASSPHRASE"])
        .env("PASSPHRASE", "secret")
        .current_dir(&sandbox.0)
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let children = PathBuf::from(format!("/proc/{0}/task/{0}/children", strace.id()));
    for _ in 0..500 {
        sleep(Duration::from_millis(10));
        let child = fs::read_to_string(&children).unwrap_or_default();
        if fs::read_to_string(&log).is_ok_and(|log| log.contains("exit_group("))
            && !child.is_empty()
        {
            return (strace, Path::new("/proc").join(child.trim()));
        }
    }
    panic!("fixkey did not come to its end");
}

/// Returns the writable memory of a process by the names of its parts.
fn memory(process: &Path) -> Vec<(String, Vec<u8>)> {
    let memory = File::open(process.join("mem")).unwrap();
    let maps = fs::read_to_string(process.join("maps")).unwrap();
    let read = |line: &str| {
        let mut fields = line.split_whitespace();
        let (start, end) = fields.next()?.split_once('-')?;
        let [start, end] = [start, end].map(|address| u64::from_str_radix(address, 16).unwrap());
        let mut content = vec![0; usize::try_from(end - start).unwrap()];
        fields.next()?.starts_with("rw").then_some(())?;
        memory.read_exact_at(&mut content, start).ok()?;
        Some((fields.nth(3).unwrap_or("unnamed").to_owned(), content))
    };
    maps.lines().filter_map(read).collect()
}

/// Returns the parts of a secret left in fixkey's memory at its end.
fn left_over(sandbox: &Sandbox, key: &str) -> Vec<String> {
    let (mut strace, process) = held_at_its_end(sandbox, key);
    let memory = memory(&process);
    strace.kill().unwrap();
    strace.wait().unwrap();
    assert!(memory.iter().any(|(name, _)| name == "[stack]"), "the memory could be read");
    let secrets = secrets();
    let pieces = secrets.iter().flat_map(|(name, secret)| {
        secret.chunks_exact(TELLING).map(move |piece| (piece, name.as_str()))
    });
    let pieces: HashMap<&[u8], &str> = pieces.collect();
    let mut left = Vec::new();
    for (place, content) in &memory {
        let found = content.windows(TELLING).filter_map(|window| pieces.get(window));
        left.extend(found.map(|name| format!("{key}: a piece of {name} in {place}")));
    }
    left
}

#[test]
fn no_part_of_a_key_is_left_in_memory() {
    if !has_peers(&["root", "strace", "release-binary"]) {
        return;
    }
    let sandbox = Sandbox::with_fixtures();
    for key in [
        "rsa2048-pkcs1.pem",
        "rsa2048-pkcs1.der",
        "layout-utf16le.pem",
        "rsa2048-pkcs8-indefinite-lengths.pem",
        "rsa2048-pkcs1-aes256.pem",
        "rsa2048-pkcs1-des3.pem",
        "rsa2048-pkcs8-pbes2-aes256-sha256.pem",
        "rsa2048-pkcs8-pkcs12-rc4-128.pem",
        "layout-same-key-twice.pem",
    ] {
        assert_eq!(left_over(&sandbox, key), Vec::<String>::new());
    }
}
