//! `key-algorithm-not-supported`: the reader accepts no key of this algorithm in any form.

use super::case::Case;
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::readers::{Form, LimitKind, Verdict};

pub(super) const RULE: Rule = Rule {
    name: "key-algorithm-not-supported",
    summary: "the plugin cannot load keys of this algorithm",
    severity: Severity::Error,
    exceptions: &[(Severity::Warning, "where it loads without being documented")],
    silenced_by: &["key-cannot-handshake"],
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
