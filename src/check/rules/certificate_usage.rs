//! `certificate-usage`: the certificate belongs to an authority, or is for the other side of a connection.

use super::presented::Presented;
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::os::display::{escape, quoted};
use keyfile::certificate::{Certificate, Role};

pub(super) const RULE: Rule = Rule {
    name: "certificate-usage",
    summary: "the certificate is for the other side of a TLS connection, or is a CA certificate",
    severity: Severity::Warning,
    exceptions: &[(
        Severity::Error,
        "for an EC certificate that may not sign, where Logstash offers no TLS 1.3",
    )],
    of_shippers: true,
    page: include_str!("../../../docs/rules/certificate-usage.md"),
    check: Check::PresentedChain(|presented| Vec::from_iter(finding(presented))),
    ..Rule::DEFAULT
};

fn finding(presented: &Presented<'_>) -> Option<Finding> {
    let leaf = presented.chain.true_leaf();
    let (side, extension) = match presented.role {
        Role::Server => ("server", "serverAuth"),
        Role::Client => ("client", "clientAuth"),
    };
    let is_lost = is_lost_with_tls_1_2(leaf, presented.role);
    let (what, evidence) = if is_of_authority(leaf) {
        (format!("is a CA certificate, not a {side} certificate"), KEY_USAGE)
    } else if !leaf.usage.allows_handshake() {
        ("has a keyUsage that allows no TLS handshake".to_owned(), KEY_USAGE)
    } else if is_lost {
        ("has a keyUsage without digitalSignature".to_owned(), KEY_USAGE)
    } else if !leaf.usage.allows(presented.role) {
        let evidence = match presented.role {
            Role::Server => EXTENDED_OF_SERVER,
            Role::Client => EXTENDED_OF_CLIENT,
        };
        (format!("has an extendedKeyUsage without {extension}"), evidence)
    } else {
        return None;
    };
    let (severity, consequence, evidence) = match (is_lost, presented.lacks_tls_1_3) {
        (false, _) => (Severity::Warning, presented.rejected(), evidence),
        (true, false) => (Severity::Warning, "so TLS 1.2 clients cannot connect".to_owned(), LOST),
        (true, true) => (Severity::Error, "so no client can connect".to_owned(), LOST),
    };
    let message = format!("the certificate \"{}\" {what}, {consequence}", escape(&leaf.subject));
    let purpose = format!("openssl x509 -in {} -noout -purpose", quoted(presented.path));
    Some(
        Finding::new(severity, RULE.name, message)
            .evidence(evidence)
            .action("use the certificate that was issued for this host")
            .action(format!(
                "get a certificate with keyUsage=digitalSignature and extendedKeyUsage={extension}"
            ))
            .command(purpose),
    )
}

/// Returns whether it can only belong to an authority. `openssl req -x509` makes authority certificates by default,
/// which work in a server; so one with host names does not count, nor a self-issued one that does not limit its use.
fn is_of_authority(leaf: &Certificate) -> bool {
    let usage = &leaf.usage;
    let names_nothing = !usage.has_alternative_names() && !leaf.is_self_issued();
    usage.is_ca && (names_nothing || !usage.allows_handshake())
}

/// Whether no TLS 1.2 handshake succeeds with it: a server's EC key only signs there, and its certificate forbids that.
/// An RSA certificate that forbids it shakes hands (docs/what-logstash-loads.md §10, rows `cert-ku-certsign` and `cert-ku-keyenc`).
fn is_lost_with_tls_1_2(leaf: &Certificate, role: Role) -> bool {
    let is_ec = leaf.public_key.ec_encoding().is_some();
    role == Role::Server && is_ec && !leaf.usage.allows_signatures()
}

/// Source: tests/data/logstash, situations `crt-ca` and `crt-sign-certificates-only`; tests/data/keys-2/matrix.jsonl,
/// row `crt-ku-agreement`.
const LOST: &str = "Logstash loads it; no TLS 1.2 handshake succeeds with such an EC certificate, and Logstash before 8 offers no TLS 1.3 by default (measured on Logstash 6.8.23 to 9.0.0)";

/// Source: docs/what-logstash-loads.md §5, row `cert-ku-certsign`.
const KEY_USAGE: &str = "Logstash loads a certificate that may only sign others, and answers without a word; a client that verifies it refuses it (measured with OpenSSL: error 26, unsuitable certificate purpose)";

/// Source: docs/what-logstash-loads.md §5, row `cert-eku-client`.
const EXTENDED_OF_SERVER: &str = "Logstash loads it and answers without a word; a client that verifies it refuses it (measured with OpenSSL: error 26, unsuitable certificate purpose)";

/// Source: `openssl verify -purpose sslclient`, which `tests/suite/certificates.rs` runs; docs/messages.md §3.8, report 64.
const EXTENDED_OF_CLIENT: &str = "a server that verifies it refuses it (measured with OpenSSL alone: error 26, unsuitable certificate purpose)";
