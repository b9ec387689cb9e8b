//! Runs `check` on every real configuration with a literal key path, in four states of its files: the findings are
//! those in the tables of `docs/plugins-and-settings.md`, and nothing else. The expectation uses no code of fixkey.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

use crate::common;
use crate::configurations;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use common::{OTHER_PEOPLES_CONFIGURATIONS, Sandbox, corpus, has_peers};
use configurations::{KEYS, Real, place, reals};
use fixkey::commands::{self, Streams};
use serde_json::Value;

/// The files that a configuration points to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Good,
    Pkcs1,
    Mismatched,
    Unreadable,
}

/// Rule, severity, and the file name and line of a finding; no line for a file that is not a configuration.
type Found = (String, String, String, Option<usize>);

/// Rules about what plugins declare, whose findings are in a table of their own.
const OF_DECLARATIONS: [&str; 6] = [
    "setting-obsolete",
    "setting-deprecated",
    "setting-not-yet",
    "setting-unknown",
    "setting-value",
    "setting-conflict",
];

/// Inputs whose key Netty reads, documented only for PKCS#8 (docs/plugins-and-settings.md §1). The tcp and lumberjack
/// inputs accept PKCS#1 too.
const BY_NETTY: [&str; 3] = ["beats", "elastic_agent", "http"];

/// Settings that turn TLS on (docs/plugins-and-settings.md §1).
const SWITCHES: [&str; 3] = ["ssl", "ssl_enabled", "ssl_enable"];

const CERTIFICATES: [&str; 2] = ["ssl_certificate", "ssl_cert"];

/// Settings of authorities, which may be lists (docs/plugins-and-settings.md §6; the rows of the table there).
const AUTHORITIES: [&str; 4] = ["ssl_certificate_authorities", "ssl_cacert", "cacert", "ca_file"];

/// The literal paths of its authorities.
fn authorities(real: &Real) -> impl Iterator<Item = &str> {
    let set = real.attributes.iter().filter(|found| AUTHORITIES.contains(&&*found.name));
    let paths = set.flat_map(|found| raw(real, found).split(['"', '\'']));
    paths.filter(|path| path.starts_with('/') && !path.contains("${"))
}

/// What the configuration says after the arrow.
fn raw<'a>(real: &'a Real, attribute: &configurations::Attribute) -> &'a str {
    &real.text[attribute.start..attribute.end]
}

fn line(real: &Real, at: usize) -> usize {
    1 + real.text[..at].matches('\n').count()
}

fn file_name(path: &str) -> String {
    Path::new(path).file_name().unwrap().to_str().unwrap().to_owned()
}

/// Returns the expected findings.
fn expected(real: &Real, state: State) -> BTreeSet<Found> {
    let configuration = file_name(&real.file);
    let mut found = BTreeSet::new();
    // A word that a template leaves to be replaced is no path of a file.
    let words = real.attributes.iter().filter(|set| {
        let mut value = raw(real, set).bytes();
        AUTHORITIES.contains(&&*set.name) && value.all(|b| b.is_ascii_uppercase() || b == b'_')
    });
    found.extend(words.map(|set| {
        let place = Some(line(real, set.start));
        ("file-missing".to_owned(), "error".to_owned(), configuration.clone(), place)
    }));
    for (key, path) in real.paths(&KEYS) {
        let of_plugin = |name: &str| {
            real.attributes.iter().find(|other| {
                other.name == name && other.section == key.section && other.plugin == key.plugin
            })
        };
        let switch = SWITCHES.iter().find_map(|name| of_plugin(name));
        let off = switch.filter(|switch| raw(real, switch) == "false");
        if let Some(off) = off {
            let place = Some(line(real, off.start));
            found.insert((
                "tls-off".to_owned(),
                "warning".to_owned(),
                configuration.clone(),
                place,
            ));
        }
        let severity = if off.is_some() { "warning" } else { "error" }.to_owned();
        let at_key = Some(line(real, key.start));
        let rule = match state {
            State::Pkcs1 if BY_NETTY.contains(&&*key.plugin) => "key-not-pkcs8",
            State::Mismatched => "certificate-key-mismatch",
            State::Unreadable => {
                let file = file_name(path);
                found.insert(("file-unreadable".to_owned(), severity, file, None));
                continue;
            }
            State::Good | State::Pkcs1 => continue,
        };
        found.insert((rule.to_owned(), severity, configuration.clone(), at_key));
    }
    found
}

/// Returns the findings of `check`.
fn found(real: &Real, state: State) -> BTreeSet<Found> {
    let sandbox = Sandbox::empty();
    let root = sandbox.0.join("root");
    let mode = |path: &str, mode: u32| {
        let path = root.join(path.trim_start_matches('/'));
        fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
    };
    for (_, path) in real.paths(&KEYS) {
        place(
            &root,
            path,
            match state {
                State::Pkcs1 => "rsa2048-pkcs1.pem",
                State::Mismatched => "rsa2048-other-pkcs8.pem",
                State::Good | State::Unreadable => "rsa2048-pkcs8.pem",
            },
        );
        mode(path, 0o600);
    }
    for (_, path) in real.paths(&CERTIFICATES) {
        place(&root, path, "rsa2048-good.crt");
        mode(path, 0o644);
    }
    for path in authorities(real) {
        place(&root, path, "p256-ca.crt");
        mode(path, 0o644);
    }
    let configuration = sandbox.0.join(&real.file);
    fs::write(&configuration, &real.text).unwrap();
    let mut map = OsString::from("/=");
    map.push(&root);
    let mut arguments: Vec<OsString> =
        ["fixkey", "check", "--format", "json", "--map"].map(OsString::from).into();
    arguments.push(map);
    if state == State::Unreadable {
        arguments.extend(["--user".into(), "4711:4711".into()]);
    }
    // Its name is that of a Logstash input, whatever the case is called.
    arguments.push(configuration.into());
    let report = report(arguments);
    let text = |found: &Value, name: &str| found[name].as_str().unwrap().to_owned();
    let one = |found: &Value| {
        let line = found["line"].as_u64().map(|line| usize::try_from(line).unwrap());
        (text(found, "rule"), text(found, "severity"), file_name(&text(found, "path")), line)
    };
    let found = report["findings"].as_array().unwrap().iter();
    found
        .filter(|found| !OF_DECLARATIONS.contains(&found["rule"].as_str().unwrap()))
        .map(one)
        .collect()
}

fn report(arguments: Vec<OsString>) -> Value {
    let (mut stdout, mut stderr) = (Vec::new(), Vec::new());
    let mut streams = Streams { stdout: &mut stdout, stderr: &mut stderr };
    let _ = commands::run(arguments, &mut streams);
    serde_json::from_slice(&stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&stderr)))
}

#[test]
fn real_configurations_are_judged_as_the_tables_say() {
    if !has_peers(&[OTHER_PEOPLES_CONFIGURATIONS, "root", "no-logstash-account"]) {
        return;
    }
    let literal = |real: &Real| real.paths(&KEYS).next().is_some();
    let reals: Vec<Real> = reals().into_iter().filter(literal).collect();
    assert_eq!(reals.len(), 17);
    let mut wrong = Vec::new();
    for real in &reals {
        for state in [State::Good, State::Pkcs1, State::Mismatched, State::Unreadable] {
            let (expected, found) = (expected(real, state), found(real, state));
            if expected != found {
                wrong.push(format!(
                    "{} {state:?}\n  expected {expected:?}\n  found {found:?}",
                    real.file
                ));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn settings_of_real_configurations_are_judged_as_recorded() {
    if !has_peers(&[OTHER_PEOPLES_CONFIGURATIONS]) {
        return;
    }
    let folder = corpus().join("configs");
    let mut lines = vec!["logstash\tfile\tline\trule\tmessage\n".to_owned()];
    for release in ["8.19.20", "9.5.2"] {
        let only = OF_DECLARATIONS.iter().flat_map(|rule| ["--only", rule]);
        let options = ["fixkey", "check", "--no-files", "--format", "json", "--logstash", release];
        let arguments = options.into_iter().chain(only).map(OsString::from);
        let report = report(arguments.chain([folder.clone().into_os_string()]).collect());
        lines.extend(report["findings"].as_array().unwrap().iter().map(|found| {
            let path = Path::new(found["path"].as_str().unwrap()).strip_prefix(&folder).unwrap();
            let [rule, message] = ["rule", "message"].map(|name| found[name].as_str().unwrap());
            format!("{release}\t{}\t{}\t{rule}\t{message}\n", path.display(), found["line"])
        }));
    }
    let table = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/real/settings.tsv");
    if std::env::var_os("FIXKEY_BLESS").is_some() {
        fs::write(&table, lines.concat()).unwrap();
    }
    assert!(
        fs::read_to_string(table).unwrap() == lines.concat(),
        "FIXKEY_BLESS=1 writes what is found"
    );
}
