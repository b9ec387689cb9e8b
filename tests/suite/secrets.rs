//! Tests that no message holds a part of a key or a passphrase.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

use crate::common;

use std::fs;
use std::process::{Command, Stdio};

use base64ct::{Base64, Encoding as _};

use common::{FIXKEY, Sandbox, fixtures};

/// Sixteen characters are 96 bits of a key.
const TELLING: usize = 16;

/// Returns every base64 line of the file, and its hexadecimal form if it is binary.
fn telling_parts(content: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(content).replace('\0', "");
    let base64 = |c: char| !c.is_ascii_alphanumeric() && c != '+' && c != '/';
    let runs = text.split(base64).filter(|run| run.len() >= TELLING);
    let parts = runs.flat_map(|run| run.as_bytes().chunks(TELLING));
    parts
        .filter(|part| part.len() == TELLING)
        .map(|part| String::from_utf8_lossy(part).into_owned())
        .collect()
}

#[test]
fn no_message_holds_a_part_of_a_key_or_a_passphrase() {
    let sandbox = Sandbox::with_fixtures();
    for entry in fs::read_dir(&sandbox.0).unwrap() {
        let path = entry.unwrap().path();
        let content = fs::read(&path).unwrap();
        for passphrase in ["secret", "other-secret"] {
            let output = Command::new(FIXKEY)
                .arg(path.file_name().unwrap())
                .args([
                    "-o",
                    "/dev/full/nowhere",
                    "--passin",
                    "env:PASSPHRASE",
                    "--cert",
                    "rsa2048.crt",
                ])
                .env("PASSPHRASE", passphrase)
                .current_dir(&sandbox.0)
                .stdin(Stdio::null())
                .output()
                .unwrap();
            let message = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.stdout.is_empty() && !message.is_empty());
            let name = path.file_name().unwrap().to_string_lossy();
            // A command for Kubernetes contains the word that is the fixtures' passphrase.
            let told = message.replace(&*name, "").replace("kubectl get secret", "");
            assert!(!told.contains(passphrase), "{message}");
            let part = telling_parts(&content).into_iter().find(|part| told.contains(part));
            assert_eq!(part, None, "{message}");
        }
    }
}

#[test]
fn a_passphrase_given_as_an_option_is_not_repeated() {
    for given in ["pass:hunter2", "hunter2", "hunter2:"] {
        let output = Command::new(FIXKEY)
            .args(["our.key", "-o", "our.p8", "--passin", given])
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(2));
        assert!(!String::from_utf8_lossy(&output.stderr).contains("hunter2"));
    }
}

#[test]
fn no_report_of_check_holds_a_part_of_a_key_or_a_passphrase() {
    let sandbox = Sandbox::with_fixtures();
    for (at, entry) in fs::read_dir(&sandbox.0).unwrap().enumerate() {
        let path = entry.unwrap().path();
        let content = fs::read(&path).unwrap();
        let parts = telling_parts(&content);
        let name = path.file_name().unwrap();
        let path_in_json = name.to_string_lossy().into_owned();
        for format in ["human", ["json", "sarif", "github", "junit"][at % 4]] {
            let output = Command::new(FIXKEY)
                .arg("check")
                .arg(name)
                .args(["--format", format, "--passin", "env:PASSPHRASE"])
                .env("PASSPHRASE", "hunter2-hunter2")
                .current_dir(&sandbox.0)
                .stdin(Stdio::null())
                .output()
                .unwrap();
            let told = [output.stdout, output.stderr].concat();
            let told = String::from_utf8_lossy(&told).replace(&path_in_json, "");
            assert!(!told.contains("hunter2"), "{format}: {told}");
            let part = parts.iter().find(|part| told.contains(*part));
            assert_eq!(part, None, "{format} of {name:?}");
        }
    }
}

/// In a container, `${TLS_KEY}` often holds the base64 of a key, of its DER or of its PEM.
#[test]
fn a_key_in_base64_where_a_path_belongs_is_not_repeated() {
    let der = fs::read(fixtures().join("p256-pkcs8.pem")).unwrap();
    let pem = String::from_utf8(der).unwrap();
    let body: String = pem.lines().filter(|line| !line.contains("-----")).collect();
    let sandbox = Sandbox::empty();
    let text = |value: &str| {
        format!(
            "input {{ beats {{ port => 1 ssl_enabled => true ssl_key => \"{value}\" ssl_certificate => \"/nx\" }} }}\n"
        )
    };
    let twice = Base64::encode_string(pem.as_bytes());
    for key in [body, twice] {
        fs::write(sandbox.0.join("literal.conf"), text(&key)).unwrap();
        fs::write(sandbox.0.join("variable.conf"), text("${TLS_KEY}")).unwrap();
        for file in ["literal.conf", "variable.conf"] {
            for arguments in REPORTS {
                let mut fixkey = Command::new(FIXKEY);
                let fixkey = fixkey.args(arguments).arg(file).current_dir(&sandbox.0);
                let output = fixkey.env("TLS_KEY", &key).output().unwrap();
                let said = [output.stdout, output.stderr].concat();
                let said = String::from_utf8(said).unwrap();
                assert!(!said.contains(&key[20..60]), "{arguments:?} {file}: {said}");
                assert!(!said.is_empty());
            }
        }
    }
}

const REPORTS: [&[&str]; 8] = [
    &["check"],
    &["check", "--format", "json"],
    &["check", "--format", "sarif"],
    &["check", "--format", "github"],
    &["check", "--format", "junit"],
    &["fix"],
    &["fix", "--diff"],
    &["fix", "--format", "json"],
];
