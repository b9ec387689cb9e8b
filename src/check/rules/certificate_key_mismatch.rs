//! `certificate-key-mismatch`: key and certificate load, but no handshake succeeds.

use super::case::Case;
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::os::display::{escape, shown};

pub(in crate::check) const RULE: Rule = Rule {
    name: "certificate-key-mismatch",
    summary: "the key does not belong to the certificate",
    severity: Severity::Error,
    page: include_str!("../../../docs/rules/certificate-key-mismatch.md"),
    check: Check::Loaded(|case| Vec::from_iter(finding(case))),
    ..Rule::DEFAULT
};

fn finding(case: &Case<'_>) -> Option<Finding> {
    let (setting, _) = case.held_key()?;
    let certificate = case.leaf()?;
    let own = case.facts()?.public_key.as_ref()?;
    if own.is_same_key(&certificate.public_key) || case.chosen().is_some() {
        return None;
    }
    // In a chain that is out of order, the leaf is not the first certificate.
    let chain = case.certificate.as_ref()?.file?.certificates()?;
    if own.is_same_key(&chain.true_leaf().public_key) {
        return None;
    }
    let name = case.certificate.as_ref()?.path.path()?;
    let message = format!(
        "the key does not belong to the certificate {} (\"{}\"), so no TLS handshake succeeds",
        shown(name),
        escape(&certificate.subject)
    );
    let finding = Finding::new(Severity::Error, RULE.name, message)
        .evidence(EVIDENCE)
        .at(setting.value.clone());
    let public = &certificate.public_key;
    let beside = case.named().find_map(|named| case.key_beside(named, public));
    Some(match beside {
        Some(key) => finding.action(format!(
            "set {} to {}, which holds the key of this certificate",
            setting.name,
            shown(&key)
        )),
        None => finding
            .note(format!(
                "SHA-256 of the public key: {} (key), {} (certificate)",
                own.fingerprint(),
                public.fingerprint()
            ))
            .action("use a key and a certificate that belong together"),
    })
}

/// Source: docs/what-logstash-loads.md §10, rows `mismatch-*`.
const EVIDENCE: &str = "Logstash starts with such a pair without a word, and then no connection succeeds (measured on Netty 4.1.17, 4.1.48 and 4.1.118)";
