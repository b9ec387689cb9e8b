//! `certificate-key-mismatch`: key and certificate load, but no handshake succeeds.

use super::case::Case;
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::endpoint::Setting;
use crate::os::display::{escape, shown};
use keyfile::certificate::Certificate;
use keyfile::public_key::PublicKey;

pub(in crate::check) const RULE: Rule = Rule {
    name: "certificate-key-mismatch",
    summary: "the key does not belong to the certificate",
    severity: Severity::Error,
    of_shippers: true,
    page: include_str!("../../../docs/rules/certificate-key-mismatch.md"),
    check: Check::Loaded(|case| Vec::from_iter(finding(case))),
    ..Rule::DEFAULT
};

fn finding(case: &Case<'_>) -> Option<Finding> {
    let (setting, _) = case.held_key()?;
    let certificate = case.leaf()?;
    let own = &*case.public_key()?;
    if own.is_same_key(&certificate.public_key) {
        return of_another_algorithm(case, setting, certificate, own);
    }
    if case.chosen().is_some() {
        return None;
    }
    // In a chain that is out of order, the leaf is not the first certificate, which Beats take.
    let chain = case.certificate.as_ref()?.file?.certificates()?;
    if !case.endpoint.is_of_shipper() && own.is_same_key(&chain.true_leaf().public_key) {
        return None;
    }
    let name = case.certificate.as_ref()?.path.path()?;
    let (consequence, evidence) = if case.endpoint.is_of_shipper() {
        ("the shipper does not start", OF_SHIPPER)
    } else {
        ("no TLS handshake succeeds", EVIDENCE)
    };
    let message = format!(
        "the key does not belong to the certificate {} (\"{}\"), so {consequence}",
        shown(name),
        escape(&certificate.subject)
    );
    let finding = Finding::new(Severity::Error, RULE.name, message)
        .evidence(evidence)
        .at(setting.value.clone());
    let public = &certificate.public_key;
    let beside = case.pair().find_map(|named| case.key_beside(named, public));
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

/// Of one RSA key, the private key and the certificate differ in whether it is for RSA-PSS alone.
fn of_another_algorithm(
    case: &Case<'_>,
    setting: &Setting,
    certificate: &Certificate,
    own: &PublicKey,
) -> Option<Finding> {
    let public = &certificate.public_key;
    if own.is_rsa_pss() == public.is_rsa_pss() || !case.endpoint.is_read_by_netty(case.baseline) {
        return None;
    }
    let message = format!(
        "the key is {own} and the certificate \"{}\" is for {public}, so no TLS handshake succeeds",
        escape(&certificate.subject)
    );
    Some(
        Finding::new(Severity::Error, RULE.name, message)
            .evidence(OF_ANOTHER_ALGORITHM)
            .at(setting.value.clone())
            .action("sign a new certificate request with this key, and get a certificate for it"),
    )
}

/// Source: docs/what-shippers-load.md §3.2.
const OF_SHIPPER: &str =
    "Beats refuse such a pair (measured with Go: tls: private key does not match public key)";

/// Source: tests/data/keys-2/matrix.jsonl, row `rsapss-key-rsa-cert`; the reverse in `tests/suite/certificates/jdk.rs`.
const OF_ANOTHER_ALGORITHM: &str = "Logstash starts with such a pair, and then no connection succeeds: \"no cipher suites in common\" (measured on Netty 4.1.118 and JDK 17)";

/// Source: docs/what-logstash-loads.md §10, rows `mismatch-*`.
const EVIDENCE: &str = "Logstash starts with such a pair without a word, and then no connection succeeds (measured on Netty 4.1.17, 4.1.48 and 4.1.118)";
