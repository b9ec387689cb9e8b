//! `shipper-untrusted-certificate`: the shipper does not trust the certificate of the input.

use super::case::Named;
use super::ends::{Ends, Known, LEAST_RSA_BITS, Mode, Side, Verdict};
use super::shipper_fingerprint::{Pin, pinned_authority};
use super::{Check, Rule};
use crate::beats::releases::Feature;
use crate::check::finding::{Finding, Severity};
use crate::logstash::readers::unread_by_go;
use crate::os::display::escape;
use keyfile::certificate::Certificate;
use keyfile::certificate::verification::Untrusted;

pub(super) const RULE: Rule = Rule {
    name: "shipper-untrusted-certificate",
    summary: "the shipper's authorities do not verify the input's certificate",
    severity: Severity::Error,
    page: include_str!("../../../docs/rules/shipper-untrusted-certificate.md"),
    check: Check::Connection(check),
    ..Rule::DEFAULT
};

fn check(ends: &Ends<'_>) -> Verdict {
    let Some(sent) = ends.sent_by_input() else {
        return Verdict::NotKnown("the input's certificate could not be read");
    };
    ends.by_release(Feature::HasGo1_23, |refuses_negative| {
        ends.by_release(Feature::HasGo1_24, |refuses_short| {
            verify(ends, &sent, refuses_negative, refuses_short)
        })
    })
}

/// Verifies what the input sends.
fn verify(
    ends: &Ends<'_>,
    sent: &[&Certificate],
    refuses_negative: bool,
    refuses_short: bool,
) -> Verdict {
    let [leaf, others @ ..] = sent else { return Verdict::Passes };
    if let Some(refusal) = refused_always(sent, refuses_negative, refuses_short) {
        return refused(ends, &refusal, [NEW_CERTIFICATE.to_owned()]);
    }
    match ends.mode() {
        Some(Mode::None) => return Verdict::Passes,
        None => return Verdict::NotKnown("ssl.verification_mode depends on a variable"),
        Some(_) => {}
    }
    let Known::Certificates(mut anchors) = Ends::authorities(ends.shipper) else {
        return Verdict::NotKnown("the shipper's certificate authorities could not be read");
    };
    let is_by_system = ends.shipper.authorities.is_empty();
    if let Some(system) = ends.system.filter(|_| is_by_system) {
        anchors.extend(system);
    }
    match pinned_authority(ends, sent) {
        Pin::Found(authority) => anchors.push(authority),
        Pin::NotKnown(verdict) => return verdict,
        Pin::None => {}
    }
    if is_by_system && ends.system.is_none() && anchors.is_empty() {
        return Verdict::NotKnown(
            "the shipper has no certificate_authorities and uses those of its system",
        );
    }
    match ends.trust_of_shipper(anchors, refuses_negative).verify(leaf, others) {
        Ok(()) => Verdict::Passes,
        Err(Untrusted::NotKnown(_)) => Verdict::NotKnown("the chain cannot be verified by fixkey"),
        Err(why) => refused(ends, &why.to_string(), next_steps(ends, leaf, others, &why)),
    }
}

const NEW_CERTIFICATE: &str = "get a new certificate for the input";

/// Returns why Go refuses a server in every mode. Source: docs/what-shippers-load.md §4.5.
fn refused_always(
    sent: &[&Certificate],
    refuses_negative: bool,
    refuses_short: bool,
) -> Option<String> {
    let unread = |one: &&Certificate| {
        Some(format!("\"{}\" {}", one.subject, unread_by_go(one, refuses_negative)?))
    };
    if let Some(refusal) = sent.iter().find_map(unread) {
        return Some(refusal);
    }
    let leaf = sent.first()?;
    let is_short = |bits: &usize| *bits < LEAST_RSA_BITS && refuses_short;
    let bits = leaf.public_key.rsa_bits().filter(is_short)?;
    Some(format!("\"{}\" has an RSA key of only {bits} bits", leaf.subject))
}

fn refused(ends: &Ends<'_>, why: &str, actions: impl IntoIterator<Item = String>) -> Verdict {
    let message =
        format!("the shipper does not trust the certificate of {}: {}", ends.input_at, escape(why));
    let place = ends.output.setting("ssl.certificate_authorities").map(|it| it.key.clone());
    let finding = Finding::new(Severity::Error, RULE.name, message)
        .at(place.unwrap_or_else(|| ends.host.value.clone()));
    let finding = actions.into_iter().fold(finding, Finding::action);
    Verdict::Refused(Side::Shipper, Box::new(finding))
}

/// Returns what to do, which depends on the side that is at fault; of several actions, one is enough.
fn next_steps(
    ends: &Ends<'_>,
    leaf: &Certificate,
    others: &[&Certificate],
    why: &Untrusted,
) -> Vec<String> {
    let is_of_input = |subject: &String| {
        std::iter::once(leaf).chain(others.iter().copied()).any(|one| one.subject == *subject)
    };
    let set = "set ssl.certificate_authorities to";
    match why {
        Untrusted::UnknownIssuer(_) if leaf.is_self_issued() => {
            let path = ends.input.certificate.as_ref().map_or_else(String::new, Named::shown);
            vec![format!("{set} a copy of {path}, which is self-signed")]
        }
        Untrusted::UnknownIssuer(_) => {
            let issuer = escape(&others.last().copied().unwrap_or(leaf).issuer);
            vec![
                format!("{set} the certificate of \"{issuer}\""),
                format!(
                    "if \"{issuer}\" is an intermediate, append its certificate to ssl_certificate"
                ),
            ]
        }
        Untrusted::OtherKey(_) => {
            vec!["copy the current CA certificate to the shipper: it trusts another one with the same name".to_owned()]
        }
        Untrusted::Expired(subject, _)
        | Untrusted::NotYetValid(subject, _)
        | Untrusted::WeakSignature(subject, _)
            if is_of_input(subject) =>
        {
            vec![NEW_CERTIFICATE.to_owned()]
        }
        Untrusted::Usage(subject, _) if is_of_input(subject) => {
            vec![
                "get a certificate for TLS servers (extendedKeyUsage=serverAuth) for the input"
                    .to_owned(),
            ]
        }
        Untrusted::NameConstraints(_) | Untrusted::TooLong(_) => {
            vec!["get a certificate for the input that its CA may issue".to_owned()]
        }
        _ => vec![format!("{set} a valid CA certificate that issued the input's certificate")],
    }
}
