//! Tables of judgements that differ from the measurements. They are compared literally, so that each change of a
//! judgement shows; `FIXKEY_BLESS=1` writes them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::{Value, json};

/// Runs `check` on configurations, all at once. Returns a report for each that has findings, by its name without
/// `.conf`: those in its text and those in the files that it points to.
pub(crate) fn reports(check: &mut Command, configurations: &Path) -> BTreeMap<String, Value> {
    let mut paths: Vec<_> =
        fs::read_dir(configurations).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let output = check.args(paths).output().unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{output:?}");
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let mut found: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for finding in report["findings"].as_array().unwrap() {
        let places = finding["named_at"].as_array().unwrap().iter().chain([finding]);
        let name = |place: &Value| {
            let path = Path::new(place["path"].as_str().unwrap());
            let name = path.strip_prefix(configurations).ok()?.to_str().unwrap();
            Some(name.strip_suffix(".conf").unwrap().to_owned())
        };
        let names: std::collections::BTreeSet<String> = places.filter_map(name).collect();
        assert!(!names.is_empty(), "no configuration: {finding}");
        for name in names {
            found.entry(name).or_default().push(finding.clone());
        }
    }
    found.into_iter().map(|(name, findings)| (name, json!({ "findings": findings }))).collect()
}

/// Fails if the table of this name, in `tests/suite/check_matrix`, has other lines, or if there are more than `most`
/// lines: a judgement that becomes wrong is not blessed.
pub(crate) fn compare(name: &str, columns: &str, lines: &[String], most: usize) {
    assert!(lines.len() <= most, "{name}: {} disagreements, more than {most}", lines.len());
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/check_matrix").join(name);
    let found = format!("{columns}\n{}", lines.concat());
    if std::env::var_os("FIXKEY_BLESS").is_some() {
        fs::write(&path, &found).unwrap();
    }
    let recorded = fs::read_to_string(&path).unwrap();
    let only = |one: &str, other: &str| -> Vec<String> {
        one.lines().filter(|line| !other.lines().any(|it| it == *line)).map(str::to_owned).collect()
    };
    assert!(
        found == recorded,
        "{name} differs\nno longer: {:#?}\nnew: {:#?}",
        only(&recorded, &found),
        only(&found, &recorded)
    );
}
