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
    let (what, evidence) = if is_of_authority(leaf) {
        (format!("is a CA certificate, not a {side} certificate"), KEY_USAGE)
    } else if !leaf.usage.allows_handshake() {
        ("has a keyUsage without handshakes".to_owned(), KEY_USAGE)
    } else if !leaf.usage.allows(presented.role) {
        let evidence = match presented.role {
            Role::Server => EXTENDED_OF_SERVER,
            Role::Client => EXTENDED_OF_CLIENT,
        };
        (format!("has an extendedKeyUsage without {extension}"), evidence)
    } else {
        return None;
    };
    let message =
        format!("the certificate \"{}\" {what}, {}", escape(&leaf.subject), presented.rejected());
    let purpose = format!("openssl x509 -in {} -noout -purpose", quoted(presented.path));
    Some(
        Finding::new(Severity::Warning, RULE.name, message)
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

/// Source: docs/what-logstash-loads.md §5, row `cert-ku-certsign`.
const KEY_USAGE: &str = "Logstash loads a certificate that may only sign others, and answers without a word; a client that verifies it refuses it (measured with OpenSSL: error 26, unsuitable certificate purpose)";

/// Source: docs/what-logstash-loads.md §5, row `cert-eku-client`.
const EXTENDED_OF_SERVER: &str = "Logstash loads it and answers without a word; a client that verifies it refuses it (measured with OpenSSL: error 26, unsuitable certificate purpose)";

/// Source: `openssl verify -purpose sslclient`, which `tests/suite/certificates.rs` runs; docs/messages.md §3.8, report 64.
const EXTENDED_OF_CLIENT: &str = "a server that verifies it refuses it (measured with OpenSSL alone: error 26, unsuitable certificate purpose)";
