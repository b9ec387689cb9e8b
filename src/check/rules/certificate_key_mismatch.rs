//! `certificate-key-mismatch`: both load, and no handshake succeeds.

use super::case::Case;
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::endpoint::Setting;
use crate::os::display::{escape, shown};
use keyfile::public_key::PublicKey;

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
    let own = &*case.public_key()?;
    if own.is_same_key(&certificate.public_key) && own.is_pss() != certificate.public_key.is_pss() {
        return other_algorithm(case, setting, own);
    }
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

/// One of key and certificate is restricted to RSA-PSS, and the other is not.
fn other_algorithm(case: &Case<'_>, setting: &Setting, own: &PublicKey) -> Option<Finding> {
    let name = shown(case.certificate.as_ref()?.path.path()?);
    let (key, certificate) = if own.is_pss() { ("RSA-PSS", "RSA") } else { ("RSA", "RSA-PSS") };
    let message = format!(
        "the key is {key} and the certificate {name} is {certificate}, so no TLS handshake succeeds"
    );
    Some(
        Finding::new(Severity::Error, RULE.name, message)
            .evidence(TWO_ALGORITHMS)
            .at(setting.value.clone())
            .action("create a new RSA key and get a certificate for it"),
    )
}

/// Source: row `rsapss-key-rsa-cert` of tests/data/keys-2; the reverse: docs/what-logstash-loads.md §8.8.
const TWO_ALGORITHMS: &str = "Java takes neither algorithm for the other (measured on Netty 4.1.48 and, with BouncyCastle, on 4.1.118 with JDK 17: no cipher suites in common)";

/// Source: docs/what-logstash-loads.md §10, rows `mismatch-*`.
const EVIDENCE: &str = "Logstash starts with such a pair without a word, and then no connection succeeds (measured on Netty 4.1.17, 4.1.48 and 4.1.118)";
