//! What `fix` makes of the settings of older releases, beside what Logstash made of both (tests/data/settings).
#![allow(clippy::unwrap_used, reason = "a test fails so")]

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::common::{FIXKEY, Sandbox, data, rows};

/// The rows whose fixed configuration is not simply `new` where the effect was the same, and the old one elsewhere; what
/// it is, and why.
const OTHERWISE: &[(&[&str], Fixed, &str)] = &[
    (&["028", "058"], Fixed::Without("ssl => true"), "`new` has both names, which is refused"),
    (&["062", "068"], Fixed::New, "the effect is the same, but for the setting that says it"),
    (
        &["082"],
        Fixed::Without("ssl_client_authentication => \"required\""),
        "required is the default, and refused where it is written out",
    ),
    (
        &["114", "116"],
        Fixed::With("ssl_verification_mode => \"none\""),
        "8.19.20 does not verify, and 9.5.2 does where nothing is set",
    ),
    (
        &["150", "152", "156", "158", "164", "166", "170", "172", "178", "180", "184", "186"],
        Fixed::New,
        "the new setting takes only lower case",
    ),
];

/// What the fixed configuration is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fixed {
    New,
    Old,
    /// `new` without this setting.
    Without(&'static str),
    /// `new` with this setting too.
    With(&'static str),
}

/// Returns the settings of a configuration that has one a line, sorted.
fn settings(text: &str) -> Vec<String> {
    let lines = text.lines().map(str::trim).filter(|line| line.contains("=>"));
    let mut settings: Vec<String> = lines.map(str::to_owned).collect();
    settings.sort();
    settings
}

fn expected(row: &Value) -> Vec<String> {
    let id = row["id"].as_str().unwrap();
    let otherwise = OTHERWISE.iter().find(|(ids, ..)| ids.contains(&id));
    let plain = if row["same_effect"] == true { Fixed::New } else { Fixed::Old };
    let mut new = settings(row["new"].as_str().unwrap());
    match otherwise.map_or(plain, |(_, fixed, _)| *fixed) {
        Fixed::New => {}
        Fixed::Old => new = settings(row["old"].as_str().unwrap()),
        Fixed::Without(setting) => new.retain(|found| found != setting),
        Fixed::With(setting) => {
            new.push(setting.to_owned());
            new.sort();
        }
    }
    new
}

fn fixkey(command: &str, release: &str, options: &[&str], path: &Path) -> Value {
    let output = Command::new(FIXKEY)
        .args([command, "--format", "json", "--logstash", release])
        .args(options)
        .arg(path)
        .env_clear()
        .output()
        .unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Returns whether `check` says that a release starts with the text of a configuration.
fn starts(release: &str, path: &Path) -> bool {
    let report = fixkey("check", release, &["--no-files"], path);
    report["findings"].as_array().unwrap().iter().all(|finding| finding["severity"] != "error")
}

#[test]
fn fix_writes_the_settings_that_were_measured() {
    let rows = rows(&data().join("settings/migrations.jsonl"));
    assert_eq!(rows.len(), 95);
    let sandbox = Sandbox::empty();
    let path = sandbox.0.join("a.conf");
    let mut outcomes = BTreeMap::new();
    for row in &rows {
        let id = row["id"].as_str().unwrap();
        for release in ["8.19", "9"] {
            let old = row["old"].as_str().unwrap();
            fs::write(&path, old).unwrap();
            fixkey("fix", release, &["--no-backup"], &path);
            let fixed = fs::read_to_string(&path).unwrap();
            assert_eq!(settings(&fixed), expected(row), "{id} for {release}");
            let again = fixkey("fix", release, &["--no-backup"], &path);
            assert_eq!(again["changed"], false, "{id} for {release}");
            if fixed == old {
                *outcomes.entry("left").or_insert(0) += 1;
                continue;
            }
            *outcomes.entry("changed").or_insert(0) += 1;
            // Where the new names alone are refused, something else was wrong with both.
            let is_refused = |which: &str| row[which]["result"] == "refuses";
            let is_wrong = is_refused("old@8.19.20") && is_refused("new@8.19.20");
            for release in ["8.19.20", "9.5.2"] {
                assert_eq!(starts(release, &path), !is_wrong, "{id} on {release}: {fixed}");
            }
        }
    }
    assert_eq!(outcomes, BTreeMap::from([("changed", 170), ("left", 20)]));
}

/// Settings of each plugin with values that mean something, and what the plugin needs besides.
const PLUGINS: &[(&str, &str, &[&str])] = &[
    (
        "input { beats { port => 5044",
        "} }",
        &[
            "ssl => true|ssl => false",
            "ssl_verify_mode => none|ssl_verify_mode => 'peer'|ssl_verify_mode => \"force_peer\"",
            "ssl_certificate_authorities => [\"/ca\"]",
            "tls_min_version => 1|tls_min_version => 1.2",
            "tls_max_version => 1.3",
            "ssl_peer_metadata => true|ssl_peer_metadata => false",
            "include_codec_tag => false",
            "enrich => [source_metadata]",
        ],
    ),
    (
        "input { tcp { port => 1",
        "} }",
        &[
            "mode => client|mode => server",
            "ssl_enable => true|ssl_enabled => true",
            "ssl_verify => true|ssl_verify => false",
            "ssl_cert => \"/c\"",
            "ssl_certificate_authorities => [\"/ca\"]",
        ],
    ),
    (
        "output { tcp { host => h port => 1",
        "} }",
        &[
            "mode => client|mode => server",
            "ssl_enable => true|ssl_enabled => true",
            "ssl_verify => true|ssl_verify => false",
            "ssl_cacert => \"/ca\"",
        ],
    ),
];

/// Returns every choice of none or one of each group.
fn choices(groups: &[&str]) -> Vec<Vec<String>> {
    let Some((first, rest)) = groups.split_first() else { return vec![Vec::new()] };
    let rest = choices(rest);
    let with = first.split('|').flat_map(|setting| {
        rest.iter().map(move |rest| {
            let mut all = vec![setting.to_owned()];
            all.extend(rest.iter().cloned());
            all
        })
    });
    with.chain(rest.iter().cloned()).collect()
}

/// All in one file for each way of asking, so that it is few runs.
#[test]
fn what_fix_calls_fixed_is_taken_by_both_releases() {
    let sandbox = Sandbox::empty();
    let path = sandbox.0.join("a.conf");
    let mut plugins = 0;
    for option in [None, Some("none"), Some("optional"), Some("required")] {
        let mut text = String::new();
        for (begin, end, groups) in PLUGINS {
            for (at, choice) in choices(groups).iter().enumerate() {
                plugins += 1;
                // On lines of their own, or on one.
                let separator = if at % 2 == 0 { "\n  " } else { " " };
                let settings = choice.join(separator);
                writeln!(text, "{begin}{separator}{settings}\n{end}").unwrap();
            }
        }
        fs::write(&path, &text).unwrap();
        let chosen: Vec<&str> =
            option.iter().flat_map(|choice| ["--client-auth", choice]).collect();
        let options = [&["--no-backup"], chosen.as_slice()].concat();
        let left = |report: &Value, rule: &str| {
            let findings = report["findings"].as_array().unwrap().iter();
            findings.filter(|it| it["rule"] == rule && it["fixed"] == false).count()
        };
        let fixed = fixkey("fix", "9", &options, &path);
        let again = fixkey("fix", "9", &options, &path);
        assert_eq!(again["changed"], false, "{option:?}");
        for rule in ["setting-obsolete", "setting-deprecated", "setting-default"] {
            assert_eq!(left(&fixed, rule), left(&again, rule), "{rule} {option:?}");
        }
        for rule in [
            "setting-unknown",
            "setting-not-yet",
            "setting-value",
            "setting-conflict",
            "setting-missing",
        ] {
            assert!(left(&fixed, rule) >= left(&again, rule), "{rule} {option:?}");
        }
    }
    assert!(plugins > 4_000, "{plugins}");
}
