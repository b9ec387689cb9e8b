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
            return Verdict::NotKnown("it is not known whether the input asks for a certificate");
        }
        ClientCertificate::Optional | ClientCertificate::Required => {}
    }
    let is_required = asked == ClientCertificate::Required;
    let Known::Certificates(authorities) = Ends::authorities(ends.input) else {
        return Verdict::NotKnown("the input's certificate authorities could not be read");
    };
    if ends.shipper.certificate.is_none() {
        return without(ends, is_required, "the shipper has none", &[new_certificate()]);
    }
    let Some(own) = ends.of_shipper() else {
        return Verdict::NotKnown("the shipper's certificate could not be read");
    };
    Ends::either(ends.reloads(), |reloads| {
        // Go sends nothing that the authorities in the server's list did not issue.
        if !reloads && !is_sent(&own, &authorities) {
            return not_sent(ends, is_required, &own);
        }
        ends.by_release(Feature::HasGo1_24, |refuses_short| {
            sent(ends, &own, &authorities, refuses_short)
        })
    })
}

/// Judges a certificate that the shipper does not send.
fn not_sent(ends: &Ends<'_>, is_required: bool, own: &[&Certificate]) -> Verdict {
    let issuer = own.last().map_or_else(String::new, |last| escape(&last.issuer));
    let why = format!("the shipper sends none: \"{issuer}\" is not among its authorities");
    without(ends, is_required, &why, &of_unknown_issuer(own))
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
            return refused(ends, Side::Input, message, &[new_certificate()]);
        }
        let message = format!(
            "{} asks for a client certificate, and the shipper cannot sign with an RSA key of {bits} bits",
            ends.input_at
        );
        return refused(ends, Side::Shipper, message, &[new_certificate()]);
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
            let actions = match refusal {
                Untrusted::UnknownIssuer(_) => of_unknown_issuer(own),
                _ => vec![new_certificate()],
            };
            refused(ends, Side::Input, message, &actions)
        }
    }
}

/// Returns whether Go sends a certificate to a server that lists these authorities. Source:
/// docs/what-shippers-load.md §3.4.
fn is_sent(own: &[&Certificate], authorities: &[&Certificate]) -> bool {
    authorities.is_empty()
        || own.iter().any(|one| authorities.iter().any(|authority| one.is_issued_by(authority)))
}

fn without(ends: &Ends<'_>, is_required: bool, why: &str, actions: &[String]) -> Verdict {
    if !is_required {
        return Verdict::Passes;
    }
    let message = format!("{} requires a client certificate, and {why}", ends.input_at);
    refused(ends, Side::Input, message, actions)
}

fn refused(ends: &Ends<'_>, side: Side, message: String, actions: &[String]) -> Verdict {
    let place = ends.output.one("ssl.certificate").map(|it| it.value.clone());
    let finding = Finding::new(Severity::Error, RULE.name, message)
        .at(place.unwrap_or_else(|| ends.host.value.clone()));
    let finding = actions.iter().cloned().fold(finding, Finding::action);
    Verdict::Refused(side, Box::new(finding))
}

fn new_certificate() -> String {
    "get a client certificate from a CA in ssl_certificate_authorities, and set ssl.certificate and ssl.key to it".to_owned()
}

/// Returns the ways to let the input know the issuer of the last certificate of the shipper; one is enough.
fn of_unknown_issuer(own: &[&Certificate]) -> Vec<String> {
    let Some(last) = own.last() else { return vec![new_certificate()] };
    let issuer = escape(&last.issuer);
    let mut ways = vec![format!(
        "add the certificate of \"{issuer}\" to ssl_certificate_authorities of the input"
    )];
    if !last.is_self_issued() {
        ways.insert(
            0,
            format!(
                "if \"{issuer}\" is an intermediate, append its certificate to ssl.certificate"
            ),
        );
    }
    ways
}
