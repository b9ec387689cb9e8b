//! `shipper-setting-value`: Beats refuse the value of a setting, or the file is not YAML.

use super::shipper_setting_unknown::shown;
use super::{Check, Rule};
use crate::beats::file::{Destination, Output, ShipperFile, is_open};
use crate::beats::hosts;
use crate::beats::releases::{Beats, Feature};
use crate::beats::settings::TLS;
use crate::check::finding::{Finding, Severity};
use crate::logstash::endpoint::Setting;
use crate::os::display::escape;

pub(super) const RULE: Rule = Rule {
    name: "shipper-setting-value",
    summary: "the shipper refuses the value of a setting, or cannot connect with it",
    severity: Severity::Error,
    exceptions: &[(
        Severity::Warning,
        "for a version of TLS that only Beats 9 refuse, if the release is unknown",
    )],
    page: include_str!("../../../docs/rules/shipper-setting-value.md"),
    check: Check::Shipper(check),
    ..Rule::DEFAULT
};

fn check(file: &ShipperFile, beats: Beats) -> Vec<Finding> {
    let broken = file.fault.iter().map(|(place, why)| {
        let message = format!("invalid YAML: {}", escape(why));
        Finding::new(Severity::Error, RULE.name, message).at(*place..*place)
    });
    let outputs = file.outputs.iter();
    broken
        .chain(several_outputs(file))
        .chain(file.outputs.iter().filter_map(without_hosts))
        .chain(outputs.flat_map(|output| {
            values(output).into_iter().chain(by_release(output, beats)).chain(hosts(output))
        }))
        .collect()
}

/// Finds a second output that is on.
fn several_outputs(file: &ShipperFile) -> Option<Finding> {
    let [(first, _), (second, place), ..] = file.enabled.as_slice() else { return None };
    let (first, second) = (shown(first), shown(second));
    let message =
        format!("{first} and {second} are both on, and a Beat starts with one output only");
    let finding = Finding::new(Severity::Error, RULE.name, message).evidence(ONE_OUTPUT);
    let turn_off = format!("set {second}.enabled: false");
    Some(finding.at(place.clone()).action(format!("remove {second}")).action(turn_off))
}

/// Source: elastic/beats issue 5317.
const ONE_OUTPUT: &str = "reported by users: more than one namespace configured accessing 'output'";

fn values(output: &Output) -> Vec<Finding> {
    let limited = TLS.iter().filter(|known| !known.values.is_empty());
    let refused = limited.flat_map(|known| {
        let values = output.all(known.name).iter();
        let is_refused =
            |value: &&Setting| !is_open(&value.raw) && !known.values.contains(&value.raw.as_str());
        values.filter(is_refused).map(|value| of_value(known.name, known.values, value))
    });
    refused.collect()
}

/// Values that not every release accepts.
struct ByRelease {
    setting: &'static str,
    values: &'static [&'static str],
    /// Whether a release accepts them; `None` if that is not known.
    is_accepted: fn(Beats) -> Option<bool>,
    message: &'static str,
    evidence: &'static str,
    instead: &'static str,
    /// Whether it is worth a warning where it is not known.
    warns: bool,
}

const BY_RELEASE: &[ByRelease] = &[
    // Source: docs/what-shippers-load.md §5.1, §1.1.
    ByRelease {
        setting: "ssl.supported_protocols",
        values: &["TLSv1", "TLSv1.0"],
        is_accepted: |beats| beats.has(Feature::RefusesTls1_0).map(|refuses| !refuses),
        message: "Beats 9 refuse",
        evidence: "Beats 9 accept TLSv1.1 and later (read in source: unsupported tls version: TLSv1.0)",
        instead: "write TLSv1.2",
        warns: true,
    },
    // Source: docs/what-shippers-load.md §5.2, §1.1.
    ByRelease {
        setting: "ssl.curve_types",
        values: &["X25519MLKEM768"],
        is_accepted: |beats| beats.has(Feature::KnowsHybridCurve),
        message: "this release of Beats refuses",
        evidence: "Go before 1.24 has no such curve (measured with Go 1.21: CurvePreferences includes unsupported curve)",
        instead: "remove it",
        warns: false,
    },
];

/// Finds values that the release refuses.
fn by_release(output: &Output, beats: Beats) -> Vec<Finding> {
    let found = BY_RELEASE.iter().filter_map(|row| {
        let value = output.all(row.setting).iter().find(|it| row.values.contains(&&**it.raw))?;
        let (severity, refuses) = match (row.is_accepted)(beats) {
            Some(false) => (Severity::Error, row.message),
            None if !row.warns => return None,
            None if beats == Beats::Supported => (Severity::Warning, row.message),
            None => (Severity::Warning, "this release of Beats may refuse"),
            Some(true) => return None,
        };
        let message = format!("{refuses} the value \"{}\" of {}", &**value.raw, row.setting);
        let is_alone = output.all(row.setting).len() == 1;
        let instead = if is_alone { row.instead } else { "remove it" };
        let finding = Finding::new(severity, RULE.name, message).evidence(row.evidence);
        Some(finding.at(value.value.clone()).action(instead))
    });
    found.collect()
}

fn of_value(name: &str, values: &[&'static str], value: &Setting) -> Finding {
    // A key that was pasted in the wrong place is not shown.
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let is_shown = value.raw.len() <= LONGEST_VALUE && value.raw.chars().all(is_name);
    let message = if is_shown {
        format!("Beats refuse the value \"{}\" of {name}", value.raw.as_str())
    } else {
        format!("Beats refuse the value of {name}")
    };
    let finding = Finding::new(Severity::Error, RULE.name, message).at(value.value.clone());
    let written = value.raw.replace('_', "-").replace("TLS-", "").replace("WITH-", "");
    let distance = |known: &&'static str| {
        (strsim::osa_distance(&known.to_lowercase(), &written.to_lowercase()), *known)
    };
    // Of short names, such as numbers, none is near.
    let near = values.iter().filter(|known| known.len() > 1).map(distance).min();
    let switches_off = ["off", "false", "no", "disabled"].contains(&&*written.to_lowercase());
    let near = match near {
        Some(_) if switches_off && values.contains(&"none") => Some((0, "none")),
        near => near,
    };
    let finding = match near.filter(|(distance, _)| *distance <= 6) {
        Some((_, "none")) => finding.action("write none, which turns verification off"),
        Some((_, near)) => finding.action(format!("write {near}")),
        None => finding,
    };
    if values.len() > 10 {
        return finding;
    }
    let words: Vec<&str> = values.iter().copied().filter(|it| it.len() > 1).collect();
    finding.action(format!("allowed: {}", words.join(", ")))
}

/// Longer than the name of any cipher suite, in bytes.
const LONGEST_VALUE: usize = 50;

/// Finds an output that has settings, and no host.
fn without_hosts(output: &Output) -> Option<Finding> {
    let is_of_logstash = output.destination == Destination::Logstash;
    let is_set = output.settings.iter().any(|setting| setting.name != "enabled");
    let is_missing = is_of_logstash && is_set && output.setting("hosts").is_none();
    let message = "the output has no hosts, so the shipper does not start";
    let finding = Finding::new(Severity::Error, RULE.name, message).evidence(NO_HOSTS);
    is_missing.then(|| finding.at(output.place.clone()).action("set hosts: [\"NAME:5044\"]"))
}

/// Source: elastic/go-ucfg@05a58b6, `error.go`.
const NO_HOSTS: &str = "missing required field accessing 'output.logstash.hosts' (read in source)";

/// Finds entries of `hosts` that lead nowhere.
fn hosts(output: &Output) -> Vec<Finding> {
    if output.destination != Destination::Logstash {
        return Vec::new();
    }
    let refused =
        output.all("hosts").iter().filter(|host| !is_open(&host.raw)).filter_map(|host| {
            let why = hosts::address(&host.raw).err()?;
            let message = format!("the host \"{}\" {why}", escape(&hosts::shown(&host.raw)));
            let finding = Finding::new(Severity::Error, RULE.name, message).at(host.value.clone());
            Some(finding.action("write each host as NAME:PORT"))
        });
    refused.collect()
}
