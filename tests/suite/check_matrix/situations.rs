//! Runs `check` on each situation in which whole Logstash releases were started, as those releases.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use super::common::{FIXKEY, Sandbox, data, rows};
use super::recorded;

const RELEASES: [&str; 7] = ["6.8.23", "7.6.0", "7.10.2", "7.17.27", "8.8.2", "8.15.0", "9.0.0"];

/// Copies a directory and makes it readable by everyone.
fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    set_mode(to, 0o755);
    for entry in fs::read_dir(from).unwrap().map(|entry| entry.unwrap()) {
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to);
        } else {
            fs::copy(&from, &to).unwrap();
            set_mode(&to, 0o644);
        }
    }
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

/// Lays out the files of all situations as they were when Logstash was started, with the modes and empty directories
/// that Git does not store.
fn lay_out(place: &Path) {
    copy(&data().join("logstash/files"), place);
    set_mode(&place.join("key-unreadable/our.key"), 0o600);
    set_mode(&place.join("crt-unreadable/our.crt"), 0o600);
    set_mode(&place.join("dir-closed/closed"), 0o700);
    fs::create_dir(place.join("key-dir/our.key")).unwrap();
    fs::create_dir(place.join("crt-dir/our.crt")).unwrap();
}

/// Rules whose errors concern clients, and not whether Logstash accepts events.
const OF_CLIENTS: &[&str] = &["certificate-expired", "certificate-not-yet-valid"];

fn is_error_of_logstash(finding: &Value) -> bool {
    finding["severity"] == "error" && !OF_CLIENTS.iter().any(|rule| finding["rule"] == *rule)
}

/// Returns the situations of a release in which `check` finds an error.
fn with_errors(situations: &[Value], release: &str, sandbox: &Sandbox) -> BTreeSet<String> {
    let configurations = sandbox.0.join(release);
    fs::create_dir(&configurations).unwrap();
    for row in situations {
        let name = format!("{}.conf", row["id"].as_str().unwrap());
        fs::write(configurations.join(name), row["conf"].as_str().unwrap()).unwrap();
    }
    // What Logstash had in its environment, and nothing else: no keystore held the secrets of these situations.
    let environment = sandbox.0.join(format!("{release}.env"));
    fs::write(&environment, "RS_DIR=/etc/logstash/case\nRS_PASS=secret\n").unwrap();
    let mut check = Command::new(FIXKEY);
    check
        .args(["check", "--env-file"])
        .arg(environment)
        .args(["--format", "json", "--logstash", release, "--user", "1999:1999", "--map"])
        .arg(format!("/etc/logstash/case={}", sandbox.0.join("case").display()))
        .env_clear();
    let reports = recorded::reports(&mut check, &configurations);
    let has_error =
        |report: &Value| report["findings"].as_array().unwrap().iter().any(is_error_of_logstash);
    reports.into_iter().filter(|(_, report)| has_error(report)).map(|(id, _)| id).collect()
}

#[test]
fn check_says_of_each_situation_what_is_recorded() {
    let sandbox = Sandbox::empty();
    lay_out(&sandbox.0.join("case"));
    let word = |works| if works { "takes events" } else { "does not" };
    let mut disagreements = Vec::new();
    for release in RELEASES {
        let mut situations = rows(&data().join("logstash").join(format!("{release}.jsonl")));
        // They depend on the directory in which Logstash was started.
        situations.retain(|row| !row["id"].as_str().unwrap().starts_with("rel-"));
        assert_eq!(situations.len(), 172, "{release}");
        let with_errors = with_errors(&situations, release, &sandbox);
        for row in &situations {
            let id = row["id"].as_str().unwrap();
            let (measured, said) = (row["event"] == true, !with_errors.contains(id));
            if said != measured {
                let (measured, said) = (word(measured), word(said));
                let why = why(id, release);
                disagreements.push(format!("{id}\t{release}\t{measured}\t{said}\t{why}\n"));
            }
        }
    }
    let columns = "id\tlogstash\tmeasured\tsaid\twhy";
    recorded::compare("logstash-disagreements.tsv", columns, &disagreements, 13);
}

/// Returns why fixkey says otherwise. Source: docs/what-logstash-loads.md §8.7.
fn why(id: &str, release: &str) -> &'static str {
    match (release, id) {
        ("6.8.23" | "7.6.0", _) if id.starts_with("chain-") || id == "rsa1024-p8" => {
            "measured with Netty's OpenSSL provider in place of BoringSSL, whose answer this is"
        }
        ("8.8.2", "elastic-agent") => "the plugin was not installed where this was measured",
        ("8.8.2", "crt-lay-trusted" | "crt-lay-body-on-one-line") => "the cause is not known",
        _ => panic!("no reason is known for {id} on {release}"),
    }
}
