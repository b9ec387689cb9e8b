//! `key-wrong-passphrase`: the passphrase in the setting is wrong.

use super::case::{Case, Opening, PassphraseOddity};
use super::{Check, Fixable, Resolved, Rule};
use crate::check::finding::{Finding, Repair, Severity};
use crate::check::key_file::Refusal;
use crate::logstash::readers::{Family, Verdict, unprintable_passphrase};
use crate::os::display::{quoted, shown};
use keyfile::key::encryption::Error;

pub(super) const RULE: Rule = Rule {
    name: "key-wrong-passphrase",
    summary: "the passphrase does not decrypt the key",
    severity: Severity::Error,
    fixable: Fixable::When("with `--decrypt` where the passphrase is empty or not printable ASCII"),
    resolved_by_conversion: Resolved::AtPlugin,
    of_shippers: true,
    page: include_str!("../../../docs/rules/key-wrong-passphrase.md"),
    check: Check::Loaded(|case| Vec::from_iter(finding(case))),
    ..Rule::DEFAULT
};

fn finding(case: &Case<'_>) -> Option<Finding> {
    let (_, held) = case.held_key()?;
    if !case.is_decrypted(held) {
        return None;
    }
    let oddity = match (&case.opening, case.passphrase_oddity) {
        (Opening::Tried(Err(Refusal::Encrypted(Error::WrongPassphrase))), _) => None,
        (Opening::Tried(Ok(_)), Some(oddity)) => Some(oddity),
        _ => return None,
    };
    let path = case.key.as_ref()?.path.path()?;
    let Some(passphrase) = case.endpoint.passphrases.first() else {
        let message = "wrong passphrase: --passin does not decrypt this key";
        return Some(Finding::new(Severity::Error, RULE.name, message));
    };
    let name = if case.endpoint.is_of_shipper() {
        passphrase.value.start..passphrase.value.start
    } else {
        passphrase.span.start..passphrase.span.start + passphrase.name.len()
    };
    let Some(oddity) = oddity else {
        let message = format!(
            "wrong passphrase: the value of {} does not decrypt {}",
            passphrase.name,
            shown(path)
        );
        let place = quoted(&case.key.as_ref()?.file?.located.path);
        let attempt = format!("try a passphrase with: fixkey check {place} --passin file:PATH");
        let is_of_shipper = case.endpoint.is_of_shipper();
        let evidence = if is_of_shipper { WRONG_FOR_BEATS } else { WRONG };
        let finding = Finding::new(Severity::Error, RULE.name, message).evidence(evidence);
        return Some(
            finding.at(name).action("set the passphrase that decrypts the key").action(attempt),
        );
    };
    let (what, evidence) = match oddity {
        PassphraseOddity::Unprintable => {
            let found = case.endpoint.judge_by(case.baseline, unprintable_passphrase);
            let what = "is not printable ASCII, and Java 17 rejects such passphrases";
            (what, Some(found.evidence).filter(|_| found.verdict == Verdict::Refuses)?)
        }
        PassphraseOddity::Empty => {
            let found = case.judge(held.form, Family::Unknown).verdict;
            let is_by_bouncy_castle = found == Verdict::LoadsUndocumented
                && case.endpoint.is_read_by_netty(case.baseline);
            let what = "is empty, and BouncyCastle, which alone decrypts this key, takes no empty passphrase";
            (what, Some(EMPTY).filter(|_| is_by_bouncy_castle)?)
        }
    };
    let message = format!("the value of {} {what}", passphrase.name);
    let finding = Finding::new(Severity::Error, RULE.name, message).evidence(evidence).at(name);
    Some(if case.endpoint.is_harmed_by_conversion() {
        finding.action("encrypt the key with an ASCII passphrase")
    } else {
        finding.repair(Repair::ConvertKey)
    })
}

/// Source: docs/what-logstash-loads.md §10, rows `v1-wrongpass`, `v2-wrongpass`, `v1-emptypass`, `v2-emptypass`.
const WRONG: &str = "Netty refuses the key then (measured on 4.1.17, 4.1.48 and 4.1.118: Given final block not properly padded)";

/// Source: docs/what-shippers-load.md §3.1.
const WRONG_FOR_BEATS: &str =
    "Beats refuse the key then (measured with Go: pkcs8: incorrect password)";

/// Source: docs/what-logstash-loads.md §8.8 (password empty), and row `pbes2-keyempty` of tests/data/logstash, refused on 8.8.2.
const EMPTY: &str =
    "BouncyCastle takes no empty passphrase (measured on BouncyCastle 1.72 and Logstash 8.8.2)";
