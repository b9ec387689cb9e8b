//! `shipper-setting-unknown`: Beats do not know a setting, and ignore it without a message.

use super::{Check, Rule};
use crate::beats::file::{Destination, OUTPUTS, Output, OutputSetting, ShipperFile};
use crate::beats::releases::Beats;
use crate::beats::settings::{LOGSTASH_OUTPUT, TLS};
use crate::check::finding::{Finding, Severity};

pub(super) const RULE: Rule = Rule {
    name: "shipper-setting-unknown",
    summary: "Beats do not know a setting of the shipper's output, and ignore it",
    severity: Severity::Warning,
    page: include_str!("../../../docs/rules/shipper-setting-unknown.md"),
    check: Check::Shipper(check),
    ..Rule::DEFAULT
};

fn check(file: &ShipperFile, beats: Beats) -> Vec<Finding> {
    let of_output = |output: &'_ Output| -> Vec<Finding> {
        let found = output.settings.iter();
        found.filter_map(|set| not_yet(set, beats).or_else(|| finding(output, set))).collect()
    };
    let of_name = file.unknown.iter().map(|(name, place)| {
        let message = format!("Beats do not know {}", shown(name));
        let finding = Finding::new(Severity::Warning, RULE.name, message).at(place.clone());
        match near(name, OUTPUTS.iter().copied(), 3) {
            Some(near) => finding.action(format!("set {near} instead")),
            None => finding.action("correct its name"),
        }
    });
    file.outputs.iter().flat_map(of_output).chain(of_name).collect()
}

/// Finds a setting that only later releases know.
fn not_yet(setting: &OutputSetting, beats: Beats) -> Option<Finding> {
    let known = TLS.iter().find(|known| known.is(&setting.name))?;
    let is_unknown = beats.has(known.feature?) == Some(false);
    let message = format!(
        "this release of Beats does not know {}, and ignores it without a message",
        known.name
    );
    let finding = Finding::new(Severity::Warning, RULE.name, message).evidence(EVIDENCE);
    let finding = finding.at(setting.key.clone());
    is_unknown.then(|| finding.action("remove it").action("upgrade the shipper"))
}

fn finding(output: &Output, setting: &OutputSetting) -> Option<Finding> {
    let name = setting.name.as_str();
    let near = if name.starts_with("ssl.") {
        if TLS.iter().any(|known| known.is(name)) {
            return None;
        }
        near(name, TLS.iter().map(|known| known.name), 4)
    } else {
        // Of other settings, only misspelt ones are told from those of other versions.
        let is_alone = !name.contains('.') && output.destination == Destination::Logstash;
        if !is_alone || LOGSTASH_OUTPUT.contains(&name) || output.is_of_agent {
            return None;
        }
        Some(near(name, LOGSTASH_OUTPUT.iter().copied(), 2)?)
    };
    let message = format!("Beats do not know {}, and ignore it without a message", shown(name));
    let finding = Finding::new(Severity::Warning, RULE.name, message)
        .evidence(EVIDENCE)
        .at(setting.key.clone());
    Some(match near {
        Some(near) => finding.action(format!("set {near} instead")),
        None => finding.action("correct its name").action("remove it"),
    })
}

/// Returns a name for messages. What follows a colon without a blank is part of it, and may be a secret.
pub(super) fn shown(name: &str) -> String {
    let is_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    let shown: String = name.chars().take_while(|c| is_name(*c)).take(60).collect();
    let mark = if shown.len() < name.len() { "********" } else { "" };
    shown + mark
}

/// Names that people give to settings, and the right ones.
const MEANT: &[(&str, &str)] = &[
    ("ssl.ca", "ssl.certificate_authorities"),
    ("ssl.ca_file", "ssl.certificate_authorities"),
    ("ssl.cafile", "ssl.certificate_authorities"),
    ("ssl.ca_cert", "ssl.certificate_authorities"),
    ("ssl.cert_file", "ssl.certificate"),
    ("ssl.certificate_file", "ssl.certificate"),
    ("ssl.key_file", "ssl.key"),
    ("ssl.private_key", "ssl.key"),
    ("ssl.certificate_authority", "ssl.certificate_authorities"),
    ("ssl.passphrase", "ssl.key_passphrase"),
    ("ssl.certificate_key", "ssl.key"),
    ("ssl.client_certificate", "ssl.certificate"),
    ("ssl.verify_mode", "ssl.verification_mode"),
    ("ssl.insecure", "ssl.verification_mode"),
    ("tls", "ssl"),
    ("host", "hosts"),
];

fn near(
    name: &str,
    known: impl Iterator<Item = &'static str>,
    most: usize,
) -> Option<&'static str> {
    if let Some((_, meant)) = MEANT.iter().find(|(given, _)| *given == name) {
        return Some(meant);
    }
    // What is cut off is meant before what is misspelt.
    let known: Vec<&str> = known.collect();
    let longer = known.iter().filter(|known| known.starts_with(name) && name.len() > 4);
    if let Some(longer) = longer.min_by_key(|known| known.len()) {
        return Some(longer);
    }
    let distance = |known: &'static str| (strsim::osa_distance(name, known), known);
    known
        .into_iter()
        .map(distance)
        .min()
        .filter(|(distance, _)| *distance <= most)
        .map(|(_, known)| known)
}

/// Source: docs/what-shippers-load.md §2.1.
const EVIDENCE: &str =
    "go-ucfg looks up the settings that Beats know, and no others (read in source)";
