//! Compares every measured case of `tests/data/keys` with `tests/measured-keys.tsv`: whether it is converted, the
//! messages, and whose public key the result has. `FIXKEY_BLESS=1` writes the table.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

use crate::common;

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use common::{FIXKEY, Sandbox, data, has_peers, rows};
use serde_json::Value;

fn openssl(arguments: &[&str]) -> Option<Vec<u8>> {
    let folder = data().join("keys");
    let providers = ["-provider", "default", "-provider", "legacy"];
    let mut command = Command::new("openssl");
    command.args(arguments).args(if arguments[0] == "x509" { &[][..] } else { &providers });
    let output = command.current_dir(folder).stdin(Stdio::null()).output().ok()?;
    output.status.success().then_some(output.stdout)
}

/// Returns the public key of a certificate or a private key, according to OpenSSL.
fn public_key(file: &str, passphrase: Option<&str>) -> Option<Vec<u8>> {
    let passphrase = format!("pass:{}", passphrase.unwrap_or_default());
    openssl(&["x509", "-in", file, "-pubkey", "-noout"])
        .filter(|key| !key.is_empty())
        .or_else(|| openssl(&["pkey", "-in", file, "-pubout", "-passin", &passphrase]))
}

/// Returns whose public key `converted` has: that of the row's certificate; else of the certificate or key with the
/// same name but another ending; else of the file itself, as OpenSSL reads it.
fn owner(converted: &Path, row: &Value) -> String {
    let key = row["key"].as_str().unwrap();
    let own = public_key(converted.to_str().unwrap(), None).expect("OpenSSL reads what came out");
    let stem = key.split('.').next().unwrap();
    let candidates = [
        row["cert"].as_str().unwrap().to_owned(),
        format!("{stem}.crt"),
        format!("{stem}.p8"),
        key.to_owned(),
    ];
    let owns = |file: &&String| public_key(file, row["passphrase"].as_str()).as_ref() == Some(&own);
    candidates.iter().find(owns).cloned().unwrap_or_else(|| "nobody".to_owned())
}

/// Converts the row's key; returns the status and the messages.
fn convert(row: &Value, sandbox: &Sandbox, options: &[&str]) -> (i32, String) {
    let mut command = Command::new("setsid");
    command.args(["--wait", FIXKEY, row["key"].as_str().unwrap(), "-o", "converted"]);
    command.args(options).current_dir(&sandbox.0).stdin(Stdio::null());
    if let Some(passphrase) = row["passphrase"].as_str() {
        command.args(["--passin", "env:PASSPHRASE"]).env("PASSPHRASE", passphrase);
    }
    let output = command.output().unwrap();
    let messages = String::from_utf8(output.stderr).unwrap().trim().replace('\n', " // ");
    (output.status.code().unwrap(), messages)
}

fn copy(file: &str, sandbox: &Sandbox) {
    let copy = sandbox.0.join(file);
    if let Ok(content) = fs::read(data().join("keys").join(file)) {
        fs::write(&copy, content).unwrap();
        Command::new("chmod").arg("600").arg(&copy).status().unwrap();
    }
}

/// Returns a line of the table: the row's id, the status, the owner of the public key, the messages, and the status and
/// the error with the row's certificate.
fn verdict(row: &Value, sandbox: &Sandbox) -> String {
    let certificate = row["cert"].as_str().unwrap();
    copy(row["key"].as_str().unwrap(), sandbox);
    copy(certificate, sandbox);
    let converted = sandbox.0.join("converted");
    let _ = fs::remove_file(&converted);
    let (status, messages) = convert(row, sandbox, &[]);
    let owner = if converted.exists() { owner(&converted, row) } else { "-".to_owned() };
    let _ = fs::remove_file(&converted);
    let (with_certificate, told) = convert(row, sandbox, &["--cert", certificate]);
    let error = told.split(" // ").find(|line| line.starts_with("error: ")).unwrap_or("-");
    let error = if messages.contains(error) { "-".to_owned() } else { without_digests(error) };
    let id = row["id"].as_str().unwrap();
    format!("{id}\t{status}\t{owner}\t{messages}\t{with_certificate}\t{error}\n")
}

fn without_digests(message: &str) -> String {
    let is_digest = |word: &&str| word.len() == 64 && !word.contains('/');
    message.split(' ').filter(|word| !is_digest(word)).collect::<Vec<_>>().join(" ")
}

#[test]
fn every_measured_case_converts_or_is_refused_as_the_table_says() {
    if !has_peers(&["openssl", "setsid", "no-logstash-account"]) {
        return;
    }
    let rows = rows(&data().join("keys/matrix.jsonl"));
    let sandbox = Sandbox::empty();
    let actual: String = rows.iter().map(|row| verdict(row, &sandbox)).collect();
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/measured-keys.tsv");
    if std::env::var_os("FIXKEY_BLESS").is_some() {
        fs::write(&table, &actual).unwrap();
    }
    let expected = fs::read_to_string(&table).unwrap();
    assert!(!actual.contains("\tnobody\t"), "a converted key has nobody's public key");
    for (expected, actual) in expected.lines().zip(actual.lines()) {
        assert_eq!(expected, actual);
    }
    assert_eq!(expected.lines().count(), rows.len(), "no row is left out");
}
