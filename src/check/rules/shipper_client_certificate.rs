//! `shipper-client-certificate`: the input asks for a certificate that the shipper does not have.

use super::ends::{Ends, Known, LEAST_RSA_BITS, Side, Verdict};
use super::{Check, Rule};
use crate::beats::releases::Feature;
use crate::check::finding::{Finding, Severity};
use crate::logstash::endpoint::ClientCertificate;
use crate::os::display::escape;
use keyfile::certificate::Certificate;
use keyfile::certificate::verification::Untrusted;

pub(super) const RULE: Rule = Rule {
    name: "shipper-client-certificate",
    summary: "the input refuses the shipper's certificate, or requires one that the shipper does not send",
    severity: Severity::Error,
    page: include_str!("../../../docs/rules/shipper-client-certificate.md"),
    check: Check::Connection(check),
    ..Rule::DEFAULT
};

fn check(ends: &Ends<'_>) -> Verdict {
    let asked = ends.listener.client_certificate;
    match asked {
        ClientCertificate::NotAsked => return Verdict::Passes,
        ClientCertificate::NotKnown => {
            return Verdict::NotKnown("whether the input asks for certificates is a variable");
        }
        ClientCertificate::Optional | ClientCertificate::Required => {}
    }
    let is_required = asked == ClientCertificate::Required;
    let Known::Certificates(authorities) = Ends::authorities(ends.input) else {
        return Verdict::NotKnown("the input's certificate authorities could not be read");
    };
    if ends.shipper.certificate.is_none() {
        return without(ends, is_required, "the shipper has none");
    }
    let Some(own) = ends.of_shipper() else {
        return Verdict::NotKnown("the shipper's certificate could not be read");
    };
    let are_short_refused = ends.beats.has(Feature::HasGo1_24);
    ends.either(ends.reloads(), |reloads| {
        // Go sends nothing that the authorities in the server's list did not issue.
        if !reloads && !is_sent(&own, &authorities) {
            return not_sent(ends, is_required, &own);
        }
        ends.either(are_short_refused, |refuses_short| {
            sent(ends, &own, &authorities, refuses_short)
        })
    })
}

/// Judges a certificate that the shipper does not send.
fn not_sent(ends: &Ends<'_>, is_required: bool, own: &[&Certificate]) -> Verdict {
    let issuer = own.last().map_or_else(String::new, |last| escape(&last.issuer));
    let why = format!("the shipper sends none: \"{issuer}\" is not among its authorities");
    without(ends, is_required, &why)
}

/// Judges a certificate that the shipper sends.
fn sent(
    ends: &Ends<'_>,
    own: &[&Certificate],
    authorities: &[&Certificate],
    refuses_short: bool,
) -> Verdict {
    let [leaf, others @ ..] = own else { return Verdict::Passes };
    if let Some(bits) = leaf.public_key.rsa_bits().filter(|bits| *bits < LEAST_RSA_BITS) {
        if !refuses_short {
            let message = format!(
                "{} refuses client certificates with RSA keys of {bits} bits",
                ends.input_at
            );
            return refused(ends, Side::Input, message);
        }
        let message = format!(
            "{} asks for a client certificate, and the shipper cannot sign with an RSA key of {bits} bits",
            ends.input_at
        );
        return refused(ends, Side::Shipper, message);
    }
    match ends.trust_of_input(authorities.to_vec()).verify(leaf, others) {
        Ok(()) => Verdict::Passes,
        Err(Untrusted::NotKnown(_)) => Verdict::NotKnown("the chain cannot be verified by fixkey"),
        Err(refusal) => {
            let message = format!(
                "{} refuses the shipper's certificate: {}",
                ends.input_at,
                escape(&refusal.to_string())
            );
            refused(ends, Side::Input, message)
        }
    }
}

/// Returns whether Go sends a certificate to a server that lists these authorities. Source:
/// docs/what-shippers-load.md §3.4.
fn is_sent(own: &[&Certificate], authorities: &[&Certificate]) -> bool {
    authorities.is_empty()
        || own.iter().any(|one| authorities.iter().any(|authority| one.is_issued_by(authority)))
}

fn without(ends: &Ends<'_>, is_required: bool, why: &str) -> Verdict {
    if !is_required {
        return Verdict::Passes;
    }
    let message = format!("{} requires a client certificate, and {why}", ends.input_at);
    refused(ends, Side::Input, message)
}

fn refused(ends: &Ends<'_>, side: Side, message: String) -> Verdict {
    let place = ends.output.one("ssl.certificate").map(|it| it.value.clone());
    let finding = Finding::new(Severity::Error, RULE.name, message)
        .at(place.unwrap_or_else(|| ends.host.value.clone()))
        .action("get a client certificate from a CA in ssl_certificate_authorities, and set ssl.certificate and ssl.key to it");
    Verdict::Refused(side, Box::new(finding))
}
