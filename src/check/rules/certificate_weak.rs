//! `certificate-weak`: the certificate's signature or key can be forged, now or soon.

use super::presented::Presented;
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::os::display::escape;
use keyfile::certificate::Certificate;

pub(super) const RULE: Rule = Rule {
    name: "certificate-weak",
    summary: "the certificate is signed with SHA-1 or MD5, or has an RSA key under 2048 bits",
    severity: Severity::Warning,
    page: include_str!("../../../docs/rules/certificate-weak.md"),
    check: Check::Certificate(check),
    ..Rule::DEFAULT
};

/// RSA keys below this are weak (NIST SP 800-131A, OpenSSL's security level 2).
const LEAST_RSA_BITS: usize = 2048;

fn check(presented: &Presented<'_>) -> Vec<Finding> {
    // What a peer makes of a weak authority was not measured.
    let presented = Some(presented).filter(|presented| !presented.is_authority);
    let of_all = |presented: &Presented<'_>| {
        let leaf = presented.chain.true_leaf().fingerprint;
        let finding = |one: &Certificate| finding(presented, one, one.fingerprint == leaf);
        presented.verified().filter_map(finding).collect::<Vec<_>>()
    };
    presented.map(of_all).unwrap_or_default()
}

/// Nobody verifies the signature of a self-signed certificate, so its digest does not make it weak.
fn finding(presented: &Presented<'_>, one: &Certificate, is_leaf: bool) -> Option<Finding> {
    let digest = one.weak_digest.filter(|_| !one.is_self_issued());
    let bits = one.public_key.rsa_bits().filter(|bits| *bits < LEAST_RSA_BITS);
    // `key-weak` judges the key of the leaf, if it is available.
    let bits = bits.filter(|_| !(is_leaf && presented.has_key));
    let (why, evidence) = match (digest, bits) {
        (Some(digest), None) => (format!("is signed with {digest}"), DIGEST),
        (None, Some(bits)) => (format!("has an RSA key of only {bits} bits"), BITS),
        (Some(digest), Some(bits)) => {
            (format!("is signed with {digest} and has an RSA key of only {bits} bits"), BITS)
        }
        (None, None) => return None,
    };
    let message = format!(
        "the certificate \"{}\" {why}, so {}s at OpenSSL security level 2 reject it",
        escape(&one.subject),
        presented.verifier()
    );
    let action = format!(
        "get a new certificate from \"{}\", signed with SHA-256, for an RSA 2048 or EC P-256 key",
        escape(&one.issuer)
    );
    Some(Finding::new(Severity::Warning, RULE.name, message).evidence(format!("a {} on OpenSSL's security level 2, as Debian sets it, refuses it (measured with OpenSSL: {evidence}); Logstash itself loads it", presented.verifier())).note("security level 2 is the default of Debian").action(action))
}

/// Source: `openssl verify -auth_level 2`, which `tests/suite/certificates.rs` runs; docs/what-logstash-loads.md §10, row `cert-sha1`.
const DIGEST: &str = "error 68, CA signature digest algorithm too weak";

/// Source: docs/what-logstash-loads.md §5.
const BITS: &str = "error 66, EE certificate key too weak";
