//! `key-algorithm-not-supported`: the reader accepts no key of this algorithm in any form.

use super::case::Case;
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::check::key_file::Facts;
use crate::logstash::endpoint::Setting;
use crate::logstash::readers::{Family, Form, LimitKind, Verdict};

pub(super) const RULE: Rule = Rule {
    name: "key-algorithm-not-supported",
    summary: "the plugin cannot load keys of this algorithm",
    severity: Severity::Error,
    exceptions: &[(Severity::Warning, "where it loads without being documented")],
    silenced_by: &["key-cannot-handshake"],
    of_shippers: true,
    page: include_str!("../../../docs/rules/key-algorithm-not-supported.md"),
    check: Check::Loaded(|case| Vec::from_iter(finding(case))),
    ..Rule::DEFAULT
};

fn finding(case: &Case<'_>) -> Option<Finding> {
    let (setting, held) = case.held_key()?;
    if case.endpoint.is_harmed_by_conversion() {
        return None;
    }
    let key = held.facts()?;
    if case.endpoint.is_of_shipper() {
        return of_shipper(case, setting, key);
    }
    let best = case.judge(Form::Pkcs8, key.family);
    let severity = match best.verdict {
        Verdict::Refuses => Severity::Error,
        Verdict::NotDocumented | Verdict::LoadsUndocumented | Verdict::DependsOnJava => {
            Severity::Warning
        }
        // It was not measured, which is worth a warning.
        Verdict::NotKnown => return case.limits(LimitKind::Unsupported, RULE.name).next(),
        Verdict::Loads => return None,
    };
    let path = case.key.as_ref()?.path.path()?;
    let algorithm = match best.verdict {
        Verdict::Refuses => "unsupported key algorithm:",
        _ => "the key algorithm is",
    };
    let message = format!("{}: {algorithm} {}", case.not_loaded(path, best.verdict), key.name);
    Some(
        Finding::new(severity, RULE.name, message)
            .evidence(best.evidence)
            .at(setting.value.clone())
            .action("create a new RSA key and get a certificate for it"),
    )
}

/// Go's TLS loads RSA, EC on the curves of NIST, and Ed25519.
fn of_shipper(case: &Case<'_>, setting: &Setting, key: &Facts) -> Option<Finding> {
    let found = case.judge(Form::Pkcs8, key.family);
    let is_other_curve = case.limits(LimitKind::NoHandshake, RULE.name).next().is_some();
    let loads = match key.family {
        Family::Ec => !is_other_curve || key.name.contains("P-224"),
        Family::Edwards => key.name.contains("Ed25519"),
        _ => found.verdict == Verdict::Loads,
    };
    if loads {
        return None;
    }
    let path = case.key.as_ref()?.path.path()?;
    let message = format!(
        "{}: unsupported key algorithm: {}",
        case.not_loaded(path, Verdict::Refuses),
        key.name
    );
    Some(
        Finding::new(Severity::Error, RULE.name, message)
            .evidence(OF_SHIPPER)
            .at(setting.value.clone())
            .action("create a new RSA or EC P-256 key and get a certificate for it"),
    )
}

/// Source: docs/what-shippers-load.md §3.1.
const OF_SHIPPER: &str = "Beats load RSA keys, EC keys on P-224, P-256, P-384 and P-521, and Ed25519 keys (measured with Go 1.21, 1.24 and 1.26)";
