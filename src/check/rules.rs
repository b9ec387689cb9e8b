//! The rules, one per file, and the code that runs them.

pub mod case;
mod certificate_chain_incomplete;
mod certificate_chain_order;
mod certificate_expired;
mod certificate_expires_soon;
mod certificate_key_mismatch;
mod certificate_not_yet_valid;
mod certificate_usage;
mod certificate_weak;
mod certificate_without_san;
mod configuration_syntax;
pub mod declared;
pub mod ends;
mod file_missing;
mod file_unreadable;
mod ignore_unused;
mod key_algorithm_not_supported;
mod key_cannot_handshake;
mod key_damaged;
mod key_encrypted_without_passphrase;
mod key_encryption_not_supported;
mod key_layout;
mod key_mislabelled;
mod key_not_pkcs8;
mod key_several;
mod key_weak;
mod key_world_readable;
mod key_wrong_passphrase;
mod not_a_certificate;
mod not_a_private_key;
mod passphrase_in_clear;
mod passphrase_on_plain_key;
mod path_from_variable;
mod path_relative;
mod pipeline_not_read;
mod plugin_unknown;
pub mod presented;
mod quoted_plugin_name;
mod setting_conflict;
mod setting_default;
mod setting_deprecated;
mod setting_missing;
mod setting_not_yet;
mod setting_obsolete;
mod setting_repeated;
mod setting_unknown;
mod setting_value;
mod shipper_client_certificate;
mod shipper_file_permissions;
mod shipper_fingerprint;
mod shipper_name_mismatch;
mod shipper_no_input;
mod shipper_protocol_mismatch;
mod shipper_setting_unknown;
mod shipper_setting_value;
mod shipper_tls_one_side;
mod shipper_untrusted_certificate;
mod tls_off;

pub(super) use certificate_key_mismatch::RULE as MISMATCH;

use std::path::Path;

/// The name of the rule about names in certificates.
pub(super) const NAME_MISMATCH: &str = shipper_name_mismatch::RULE.name;

use case::Case;
use declared::{DeclaredPlugin, Releases, SetSetting, Upgrade, migration};
use ends::{Ends, Verdict};
use presented::{CertificateFile, Presented};

use crate::beats::file::ShipperFile;
use crate::beats::hosts::Address;
use crate::beats::releases::Beats;
use crate::check::finding::{Finding, Severity};
use crate::check::ignore::Ignore;
use crate::check::named_file::Closed;
use crate::logstash::discovery::{Note, SettingsFile};
use crate::logstash::endpoint::{Setting, Tls};
use crate::logstash::plugins::Baseline;
use crate::logstash::readers;
use logstash_config::{Configuration, Dialect, Plugin};

/// Every rule, in the order of every listing. A rule comes after those that silence it.
pub const RULES: &[Rule] = &[
    configuration_syntax::RULE,
    quoted_plugin_name::RULE,
    plugin_unknown::RULE,
    setting_repeated::RULE,
    setting_obsolete::RULE,
    setting_deprecated::RULE,
    setting_not_yet::RULE,
    setting_unknown::RULE,
    setting_value::RULE,
    setting_conflict::RULE,
    setting_default::RULE,
    path_from_variable::RULE,
    file_missing::RULE,
    path_relative::RULE,
    not_a_private_key::RULE,
    file_unreadable::RULE,
    key_damaged::RULE,
    not_a_certificate::RULE,
    certificate_chain_order::RULE,
    certificate_chain_incomplete::RULE,
    certificate_expired::RULE,
    certificate_not_yet_valid::RULE,
    certificate_expires_soon::RULE,
    certificate_usage::RULE,
    certificate_without_san::RULE,
    certificate_weak::RULE,
    certificate_key_mismatch::RULE,
    key_not_pkcs8::RULE,
    key_cannot_handshake::RULE,
    key_algorithm_not_supported::RULE,
    key_encryption_not_supported::RULE,
    passphrase_on_plain_key::RULE,
    key_encrypted_without_passphrase::RULE,
    key_wrong_passphrase::RULE,
    key_layout::RULE,
    key_mislabelled::RULE,
    key_several::RULE,
    key_weak::RULE,
    passphrase_in_clear::RULE,
    setting_missing::RULE,
    tls_off::RULE,
    key_world_readable::RULE,
    shipper_file_permissions::RULE,
    shipper_setting_value::RULE,
    shipper_setting_unknown::RULE,
    shipper_no_input::RULE,
    shipper_tls_one_side::RULE,
    shipper_protocol_mismatch::RULE,
    shipper_fingerprint::RULE,
    shipper_untrusted_certificate::RULE,
    shipper_name_mismatch::RULE,
    shipper_client_certificate::RULE,
    pipeline_not_read::RULE,
    ignore_unused::RULE,
];

/// A check with a name, and everything that the program and its documents say about it.
pub struct Rule {
    /// The defect in kebab-case; never used again for another rule.
    pub name: &'static str,
    /// What it finds: a sentence without its capital letter and full stop.
    pub summary: &'static str,
    /// How bad its findings usually are.
    pub severity: Severity,
    /// How bad they are otherwise, each with when: `where it loads without being documented`.
    pub exceptions: &'static [(Severity, &'static str)],
    /// Whether `fix` repairs them.
    pub fixable: Fixable,
    /// Rules that report the same cause at the same place better.
    pub silenced_by: &'static [&'static str],
    /// Which of its findings no longer hold once `fix` has converted the key.
    pub resolved_by_conversion: Resolved,
    /// Whether a finding is as bad in a file that no configuration points to.
    pub keeps_severity: bool,
    /// Whether it holds for the outputs of shippers too.
    of_shippers: bool,
    /// Its page in `docs/rules/`.
    pub page: &'static str,
    check: Check,
}

/// The heading of a rule's page under which it says why it matters.
const REASON: &str = "\n## Why it matters\n\n";

/// Whether `fix` repairs the findings of a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixable {
    /// Never.
    No,
    /// Always.
    Yes,
    /// On a condition: ``with `--grant` ``.
    When(&'static str),
}

/// Which findings a new key resolves: it has its own permissions and needs no passphrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Resolved {
    /// None.
    Nothing,
    /// Those at the setting of the key.
    AtSetting,
    /// Those of the plugin.
    AtPlugin,
}

/// What a rule examines.
enum Check {
    /// An error of a text.
    Syntax(fn(&SyntaxError<'_>) -> Vec<Finding>),
    /// A configuration as a whole, and the Logstash that is assumed.
    Text(fn(&Configuration<'_>, Baseline<'_>) -> Vec<Finding>),
    /// A setting of a plugin whose settings are known.
    Setting(fn(&DeclaredPlugin<'_>, &SetSetting<'_>) -> Option<Finding>),
    /// All settings of such a plugin.
    Settings(fn(&DeclaredPlugin<'_>, &[SetSetting<'_>]) -> Vec<Finding>),
    /// A plugin that may load a key, with the files that its settings name.
    Endpoint(fn(&Case<'_>) -> Vec<Finding>),
    /// The same, for what matters only when the files are loaded: a warning at most while TLS is off.
    Loaded(fn(&Case<'_>) -> Vec<Finding>),
    /// The file of a certificate, loaded or not; a warning at most while TLS is off.
    CertificateFile(fn(&CertificateFile<'_>) -> Vec<Finding>),
    /// Certificates that load; a warning at most while TLS is off.
    Certificate(fn(&Presented<'_>) -> Vec<Finding>),
    /// The same, if known that somebody presents them: a file of authorities breaks such a rule rightly.
    PresentedChain(fn(&Presented<'_>) -> Vec<Finding>),
    /// The settings of a shipper's file, and the releases that it may be.
    Shipper(fn(&ShipperFile, Beats) -> Vec<Finding>),
    /// The file that a Beat starts with.
    ShipperFile(fn(&StartFile<'_>) -> Option<Finding>),
    /// A host of a shipper, where no input listens; with the ports and addresses on which some do.
    Port(fn(&Setting, &Address, &[Bound]) -> Finding),
    /// A host of a shipper, and an input that it leads to.
    Connection(fn(&Ends<'_>) -> Verdict),
    /// A note of the search for pipelines.
    Discovery(fn(&Note) -> Vec<Finding>),
    /// A comment that silenced nothing.
    IgnoreComment(fn(&UnusedIgnore<'_>) -> Vec<Finding>),
}

/// An error of a text, and which Logstash refuses the text for it.
pub struct SyntaxError<'a> {
    /// The error.
    pub error: &'a logstash_config::Error,
    /// Whether only Logstash before [`NEWEST_DIALECT`](crate::logstash::releases::NEWEST_DIALECT) does.
    pub is_of_older: bool,
    /// The Logstash that is assumed.
    pub baseline: Baseline<'a>,
}

/// The port that an input listens on, and the address if it is one.
pub type Bound = (u16, Option<String>);

/// The file that a Beat starts with, and who can change it.
pub struct StartFile<'a> {
    /// The file.
    pub path: &'a Path,
    /// The user id of its owner.
    pub owner: u32,
    /// Its mode.
    pub mode: u32,
    /// The user id of the Beat.
    pub account: u32,
}

/// A comment, and a rule in it that it did not silence.
pub struct UnusedIgnore<'a> {
    /// The comment.
    pub comment: &'a Ignore,
    /// The rule, by the name in the comment.
    pub rule: &'a str,
}

impl Rule {
    /// The values for most rules.
    const DEFAULT: Self = Self {
        name: "",
        summary: "",
        severity: Severity::Error,
        exceptions: &[],
        fixable: Fixable::No,
        silenced_by: &[],
        resolved_by_conversion: Resolved::Nothing,
        keeps_severity: false,
        of_shippers: false,
        page: "",
        check: Check::Endpoint(|_| Vec::new()),
    };

    /// Returns why it matters: the first paragraph, or item of a list, under that heading of its page, on one line.
    #[must_use]
    pub fn reason(&self) -> String {
        let (_, reason) = self.page.split_once(REASON).unwrap_or(("", self.page));
        let reason = reason.strip_prefix("* ").unwrap_or(reason);
        let ends = |end: &'static str| reason.match_indices(end).map(|(at, _)| at);
        // A paragraph that ends in a colon goes on.
        let mut ends: Vec<usize> = ends("\n\n").chain(ends("\n* ")).collect();
        ends.sort_unstable();
        let end = ends.into_iter().find(|end| !reason[..*end].ends_with(':'));
        reason[..end.unwrap_or(reason.len())].split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// Returns whether a finding of it can be as bad as this.
    fn reports(&self, severity: Severity) -> bool {
        let mut others = self.exceptions.iter().map(|(severity, _)| *severity);
        severity == self.severity || others.any(|other| other == severity)
    }
}

/// Returns the rule of this name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Rule> {
    RULES.iter().find(|rule| rule.name == name)
}

/// Returns whether findings of a rule say that another release does something else.
#[must_use]
pub fn is_of_change(rule: &str) -> bool {
    rule == setting_default::RULE.name
}

/// Returns whether findings of a rule say that a text could not be read, so that nothing in it was checked.
#[must_use]
pub fn leaves_unread(rule: &str) -> bool {
    rule == configuration_syntax::RULE.name
}

/// Returns whether a rule looks at the file of a shipper, so that it takes both ends to find what it finds.
#[must_use]
pub fn needs_shipper(rule: &str) -> bool {
    find(rule).is_some_and(|rule| {
        matches!(
            rule.check,
            Check::Shipper(_) | Check::ShipperFile(_) | Check::Port(_) | Check::Connection(_)
        )
    })
}

/// Returns whether an error of a rule keeps an end from starting, or from any handshake. What a certificate says is
/// for the other end to judge.
#[must_use]
pub fn stops_an_end(rule: &str) -> bool {
    find(rule).is_some_and(|rule| {
        let is_of_certificate =
            matches!(rule.check, Check::Certificate(_) | Check::PresentedChain(_));
        !is_of_certificate || rule.name == certificate_chain_order::RULE.name
    })
}

/// Returns whether the findings of a rule follow from the text of a configuration alone.
#[must_use]
pub fn is_of_text(rule: &str) -> bool {
    find(rule).is_some_and(|rule| {
        matches!(rule.check, Check::Text(_) | Check::Setting(_) | Check::Settings(_))
    })
}

/// Returns how bad it is that a key is judged so; `None` if there is nothing to say.
fn severity(verdict: readers::Verdict) -> Option<Severity> {
    use readers::Verdict::{
        DependsOnJava, Loads, LoadsUndocumented, NotDocumented, NotKnown, Refuses,
    };
    match verdict {
        Refuses | NotDocumented => Some(Severity::Error),
        LoadsUndocumented | DependsOnJava => Some(Severity::Warning),
        Loads | NotKnown => None,
    }
}

/// Returns what the rules say about a note of the search for pipelines.
#[must_use]
pub fn of_note(note: &Note) -> Vec<Finding> {
    run(|check| match check {
        Check::Discovery(check) => check(note),
        _ => Vec::new(),
    })
}

/// Returns how bad a note of the search for pipelines is.
#[must_use]
pub fn severity_of_note(note: &Note) -> Severity {
    pipeline_not_read::severity(note)
}

/// Returns what the rules say about a comment that silenced nothing.
#[must_use]
pub fn of_unused_ignore(unused: &UnusedIgnore<'_>) -> Vec<Finding> {
    run(|check| match check {
        Check::IgnoreComment(check) => check(unused),
        _ => Vec::new(),
    })
}

/// Returns what the rules say about an error of a text.
#[must_use]
pub fn of_error(error: &SyntaxError<'_>) -> Vec<Finding> {
    run(|check| match check {
        Check::Syntax(check) => check(error),
        _ => Vec::new(),
    })
}

/// Returns what the rules say about a configuration as a whole.
#[must_use]
pub fn of_text(
    configuration: &Configuration<'_>,
    baseline: Baseline<'_>,
    upgrade: Upgrade,
) -> Vec<Finding> {
    let rejections = configuration.rejections().iter().flat_map(|rejection| {
        let is_of_older = rejection.last == Dialect::Older;
        of_error(&SyntaxError { error: &rejection.error, is_of_older, baseline })
    });
    let of_whole = run(|check| match check {
        Check::Text(check) => check(configuration, baseline),
        _ => Vec::new(),
    });
    rejections.chain(of_whole).chain(of_declared(configuration, baseline, upgrade)).collect()
}

/// Returns what the rules say about the settings of `logstash.yml` or `pipelines.yml`.
#[must_use]
pub fn of_settings_file(
    file: &SettingsFile,
    text: &[u8],
    baseline: Baseline<'_>,
    upgrade: Upgrade,
) -> Vec<Finding> {
    let releases = Releases::of(baseline, upgrade);
    let declared = DeclaredPlugin::of_file(file.name, text, &releases);
    let mut settings: Vec<_> = file.keys.iter().map(|key| declared.set_in_file(key)).collect();
    migration::migrate_keys(&declared, &mut settings, &file.keys);
    of_set(&declared, &settings)
}

/// Returns what the rules say about the settings of each plugin that is in the table.
fn of_declared(
    configuration: &Configuration<'_>,
    baseline: Baseline<'_>,
    upgrade: Upgrade,
) -> Vec<Finding> {
    let releases = Releases::of(baseline, upgrade);
    let of_plugin = |plugin: Plugin<'_>| {
        let name = declared::lossy(plugin.name().raw());
        let text = configuration.text();
        let Some(declared) = DeclaredPlugin::of(&plugin, &name, text, &releases) else {
            return Vec::new();
        };
        let mut settings: Vec<_> = plugin.attributes().map(|it| declared.set(it)).collect();
        migration::migrate(&declared, &mut settings);
        of_set(&declared, &settings)
    };
    configuration.plugins().flat_map(of_plugin).collect()
}

fn of_set(declared: &DeclaredPlugin<'_>, settings: &[SetSetting<'_>]) -> Vec<Finding> {
    run(|check| match check {
        Check::Setting(check) => settings.iter().filter_map(|set| check(declared, set)).collect(),
        Check::Settings(check) => check(declared, settings),
        _ => Vec::new(),
    })
}

/// Returns what the rules say about the settings of a shipper's file.
#[must_use]
pub fn of_shipper(file: &ShipperFile, beats: Beats) -> Vec<Finding> {
    run(|check| match check {
        Check::Shipper(check) => check(file, beats),
        _ => Vec::new(),
    })
}

/// Returns what the rules say about the file that a Beat starts with.
#[must_use]
pub fn of_start_file(file: &StartFile<'_>) -> Vec<Finding> {
    run(|check| match check {
        Check::ShipperFile(check) => check(file).into_iter().collect(),
        _ => Vec::new(),
    })
}

/// Returns what the rules say about a host of a shipper, given where inputs listen, and not there.
#[must_use]
pub fn of_port(host: &Setting, address: &Address, bound: &[Bound]) -> Vec<Finding> {
    run(|check| match check {
        Check::Port(check) => vec![check(host, address, bound)],
        _ => Vec::new(),
    })
}

/// Returns the first obstacle to a connection; else why it cannot be told, if one of the rules cannot.
#[must_use]
pub fn of_connection(ends: &Ends<'_>) -> Verdict {
    let mut result = Verdict::Passes;
    for rule in RULES {
        let Check::Connection(check) = rule.check else { continue };
        if ends.is_without_tls() && rule.name != shipper_tls_one_side::RULE.name {
            continue;
        }
        match (check(ends), &result) {
            (refused @ Verdict::Refused(..), _) => return refused,
            (unknown @ Verdict::NotKnown(_), Verdict::Passes) => result = unknown,
            _ => {}
        }
    }
    result
}

/// Returns what the rules say about a text of Logstash's own that its account cannot read.
#[must_use]
pub fn of_closed_text(path: &Path, closed: &Closed) -> Finding {
    file_unreadable::of_file(path, closed)
}

/// Returns what the rules say about an endpoint and its files.
#[must_use]
pub fn of_endpoint(case: &Case<'_>) -> Vec<Finding> {
    let beside = case.beside_certificate();
    let file = case.certificate_file(beside.as_ref().map_or(&[], |beside| beside));
    let authorities = case.authority_files();
    // What keeps a file from loading keeps nothing from working while TLS is off.
    let worst = match case.endpoint.tls {
        Tls::Off(_) | Tls::OffByDefault => Severity::Warning,
        Tls::On | Tls::NotKnown | Tls::Invalid(..) => Severity::Error,
    };
    let is_of_shipper = case.endpoint.is_of_shipper();
    let holds = |rule: &Rule| rule.of_shippers || !is_of_shipper;
    run_bounded(worst, holds, |check| match check {
        Check::Endpoint(check) | Check::Loaded(check) => check(case),
        _ => file.iter().chain(&authorities).flat_map(|file| of_file(check, file)).collect(),
    })
}

/// Returns what the rules say about the file of a certificate alone.
#[must_use]
pub fn of_certificate_file(file: &CertificateFile<'_>) -> Vec<Finding> {
    run(|check| of_file(check, file))
}

fn of_file(check: &Check, file: &CertificateFile<'_>) -> Vec<Finding> {
    let found = match (check, &file.loaded) {
        (Check::CertificateFile(check), _) => check(file),
        (Check::Certificate(check), Ok(presented))
            if presented.is_authority && presented.shipper.is_none() =>
        {
            let mut found = presented.place(check(presented));
            // Java trusts it anyway.
            for finding in &mut found {
                finding.severity = finding.severity.max(Severity::Warning);
            }
            found
        }
        (Check::Certificate(check), Ok(presented)) => presented.place(check(presented)),
        (Check::PresentedChain(check), Ok(presented)) if file.is_presented => {
            presented.place(check(presented))
        }
        _ => Vec::new(),
    };
    found.into_iter().map(|finding| finding.at(file.setting.clone())).collect()
}

fn run(check: impl Fn(&Check) -> Vec<Finding>) -> Vec<Finding> {
    run_bounded(Severity::Error, |_| true, check)
}

/// Runs each rule in turn and drops what an earlier finding silences. What needs TLS is `worst` at most.
fn run_bounded(
    worst: Severity,
    holds: impl Fn(&Rule) -> bool,
    check: impl Fn(&Check) -> Vec<Finding>,
) -> Vec<Finding> {
    let mut found: Vec<Finding> = Vec::new();
    for rule in RULES.iter().filter(|rule| holds(rule)) {
        let mut own = check(&rule.check);
        own.retain(|finding| {
            let is_own = finding.rule == rule.name && rule.reports(finding.severity);
            debug_assert!(
                is_own,
                "{}: {}: {}",
                rule.name,
                finding.severity.word(),
                finding.message
            );
            let silences = |earlier: &Finding| {
                rule.silenced_by.contains(&earlier.rule) && earlier.span == finding.span
            };
            !found.iter().any(silences)
        });
        if rule.check.needs_tls() {
            for finding in &mut own {
                finding.severity = finding.severity.max(worst);
            }
        }
        found.append(&mut own);
    }
    found
}

impl Check {
    /// Returns whether what it finds harms nothing while TLS is off.
    fn needs_tls(&self) -> bool {
        matches!(
            self,
            Self::Loaded(_)
                | Self::CertificateFile(_)
                | Self::Certificate(_)
                | Self::PresentedChain(_)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_rule_has_its_own_name_a_summary_and_its_page() {
        for (at, rule) in RULES.iter().enumerate() {
            let name = rule.name;
            assert!(RULES[..at].iter().all(|other| other.name != name), "{name}");
            assert!(rule.page.starts_with(&format!("# {name}\n")), "{name}");
            let has_end = rule.summary.ends_with('.');
            assert!(!rule.summary.is_empty() && !has_end, "{name}: {}", rule.summary);
        }
    }

    #[test]
    fn every_rule_stands_behind_those_that_silence_it() {
        for (at, rule) in RULES.iter().enumerate() {
            for other in rule.silenced_by {
                let is_before = RULES[..at].iter().any(|before| before.name == *other);
                assert!(is_before, "{} before {}", other, rule.name);
            }
        }
    }
}
