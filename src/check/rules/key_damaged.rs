//! `key-damaged`: the key file is truncated or corrupt.

use super::case::{Case, Named, Opening};
use super::{Check, Rule, severity};
use crate::check::finding::{Finding, Severity};
use crate::check::hint::Hint;
use crate::check::key_file::{
    Held, HeldKey, NEW_KEY, Protection, Refusal, WHOLE_COPY, WITHOUT_BROKEN,
};
use crate::logstash::readers::{Family, Judgement, LimitKind, Verdict};
use keyfile::key::{Defect, Error};

pub(super) const RULE: Rule = Rule {
    name: "key-damaged",
    summary: "the key file is truncated or corrupt",
    severity: Severity::Error,
    exceptions: &[(Severity::Warning, "where such keys were measured to work")],
    of_shippers: true,
    page: include_str!("../../../docs/rules/key-damaged.md"),
    check: Check::Loaded(|case| Vec::from_iter(finding(case))),
    ..Rule::DEFAULT
};

fn finding(case: &Case<'_>) -> Option<Finding> {
    let named = case.key.as_ref().filter(|named| named.contradicting.is_none())?;
    match (&named.file?.held, case.opening) {
        (Held::Broken(error), _) => Some(damaged(named, error.to_string(), error.line)),
        (Held::Key(held), Opening::Tried(Err(Refusal::Damaged(error)))) => {
            Some(damaged(named, error.to_string(), held.line))
        }
        (Held::Key(held), _) => {
            let flaw = case.limits(LimitKind::Flawed, RULE.name).next();
            let flaw = flaw.filter(|_| !case.endpoint.is_of_shipper());
            let own = flaw.map(|flaw| flaw.hints(hints())).or_else(|| wrong(case, named, held));
            own.or_else(|| behind(case, named, held))
        }
        _ => None,
    }
}

/// Finds an unencrypted key that contradicts itself.
fn wrong(case: &Case<'_>, named: &Named<'_>, held: &HeldKey) -> Option<Finding> {
    if case.endpoint.is_of_shipper() {
        return wrong_for_go(named, held);
    }
    let Protection::Unencrypted(_, Err(error)) = &held.protection else { return None };
    let finding = damaged(named, error.to_string(), held.line);
    // Its behaviour was measured in a form that loads.
    let family = held.plain().and_then(Result::ok).map_or(Family::Unknown, |key| Family::of(&key));
    let loads = severity(case.judge(held.form, family).verdict) != Some(Severity::Error);
    let Some(damage) = held.damage.filter(|damage| loads && damage.loads.is_some()) else {
        return Some(finding);
    };
    let reads = |reader| Judgement {
        verdict: if damage.refused_by.contains(&reader) {
            Verdict::Refuses
        } else {
            Verdict::Loads
        },
        evidence: damage.evidence,
    };
    let is_refused = case.endpoint.judge_by(case.baseline, reads).verdict == Verdict::Refuses;
    let works = damage.shakes_hands == Some(true) && !is_refused;
    let severity = if works { Severity::Warning } else { Severity::Error };
    Some(Finding { severity, ..finding }.evidence(damage.evidence))
}

/// Does the same for Go, which checks the numbers of RSA keys, and computes the public key of EC keys itself.
fn wrong_for_go(named: &Named<'_>, held: &HeldKey) -> Option<Finding> {
    let Protection::Unencrypted(_, Err(error)) = &held.protection else { return None };
    let family = held.plain().and_then(Result::ok).map_or(Family::Unknown, |key| Family::of(&key));
    let is_read = family == Family::Ec && *error == Error::Damaged(Defect::WrongPublicKey);
    (!is_read).then(|| damaged(named, error.to_string(), held.line))
}

/// Finds a key with something broken after it.
fn behind(case: &Case<'_>, named: &Named<'_>, held: &HeldKey) -> Option<Finding> {
    let error = held.broken_behind.as_ref()?;
    let finding = damaged(named, format!("broken content after the key: {error}"), error.line);
    let finding = finding.hints(vec![Hint::action(WITHOUT_BROKEN)]);
    if !case.endpoint.is_read_by_netty(case.baseline) {
        return Some(finding);
    }
    Some(Finding { severity: Severity::Warning, ..finding }.evidence(FIRST_COUNTS))
}

/// Source: docs/what-logstash-loads.md §4.3; `interop/tests/check.rs`.
const FIRST_COUNTS: &str = "the first private key of a file counts (measured on Netty 4.1.17, 4.1.48 and 4.1.118), and Netty 4.1.48 loads it with such a block behind it";

fn hints() -> Vec<Hint> {
    [WHOLE_COPY, NEW_KEY].map(Hint::action).to_vec()
}

fn damaged(named: &Named<'_>, message: String, line: Option<usize>) -> Finding {
    let finding = Finding::new(Severity::Error, RULE.name, message).at(named.setting.value.clone());
    let finding = finding.hints(hints());
    match named.file {
        Some(file) => finding.about(&file.located.path, line),
        None => finding,
    }
}
