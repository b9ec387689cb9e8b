//! `shipper-fingerprint`: a fingerprint in the shipper's file is not the one of the input's chain.

use super::ends::{Ends, Known, Mode, Side, Verdict};
use super::{Check, Rule};
use crate::beats::releases::Feature;
use crate::check::finding::{Finding, Severity};
use keyfile::certificate::Certificate;

pub(super) const RULE: Rule = Rule {
    name: "shipper-fingerprint",
    summary: "a fingerprint that the shipper sets is not in the input's chain",
    severity: Severity::Error,
    page: include_str!("../../../docs/rules/shipper-fingerprint.md"),
    check: Check::Connection(check),
    ..Rule::DEFAULT
};

/// What `ssl.ca_trusted_fingerprint` leads to.
pub(super) enum Pin<'a> {
    /// No authority, or the setting has no effect.
    None,
    /// This authority, which is then trusted.
    Found(&'a Certificate),
    /// It depends on a variable.
    NotKnown(Verdict),
}

const SEND_AUTHORITY: &[&str] = &[
    "append the CA certificate to the file of ssl_certificate",
    "set ssl.certificate_authorities to the CA certificate",
];
const TRUSTED: &str = "ssl.ca_trusted_fingerprint";
const PINNED: &str = "ssl.ca_sha256";

/// Returns the authority in the input's chain that the shipper trusts by its fingerprint. Source:
/// docs/what-shippers-load.md §4.3, §4.1.
pub(super) fn pinned_authority<'a>(ends: &Ends<'a>, sent: &[&'a Certificate]) -> Pin<'a> {
    let Some(values) = ends.values(TRUSTED) else {
        return Pin::NotKnown(Verdict::NotKnown("ssl.ca_trusted_fingerprint is a variable"));
    };
    let wanted = match (values.first(), reads_fingerprint(ends)) {
        (None, _) | (_, Ok(false)) => return Pin::None,
        (Some(_), Err(why)) => return Pin::NotKnown(Verdict::NotKnown(why)),
        (Some(wanted), Ok(true)) => wanted,
    };
    let is_it = |one: &&&Certificate| {
        one.usage.is_ca && one.fingerprint.to_string().eq_ignore_ascii_case(wanted)
    };
    sent.iter().find(is_it).map_or(Pin::None, |one| Pin::Found(one))
}

/// Returns whether the shipper looks at `ssl.ca_trusted_fingerprint`, or why that is not known.
fn reads_fingerprint(ends: &Ends<'_>) -> Result<bool, &'static str> {
    match (ends.has(Feature::KnowsTrustedFingerprint), ends.mode()) {
        (Ok(true), Some(Mode::Strict)) => ends.reloads(),
        (known, _) => known,
    }
}

fn check(ends: &Ends<'_>) -> Verdict {
    if ends.mode() == Some(Mode::None) {
        return Verdict::Passes;
    }
    let (Some(trusted), Some(pins)) = (ends.values(TRUSTED), ends.values(PINNED)) else {
        return Verdict::NotKnown("a fingerprint depends on a variable");
    };
    let is_read = reads_fingerprint(ends) == Ok(true);
    let invalid = trusted.first().filter(|value| !is_fingerprint(value) && is_read);
    if let Some(invalid) = invalid {
        let has_colons = invalid.contains(':');
        let what = if has_colons { "has colons" } else { "is not a SHA-256 in hexadecimal" };
        let message = format!("{TRUSTED} {what}, so every connection fails");
        return refused(ends, TRUSTED, message, &["write the 64 hexadecimal digits alone"]);
    }
    let Some(sent) = ends.sent_by_input() else { return Verdict::Passes };
    let is_alone = ends.shipper.authorities.is_empty() && ends.system.is_none();
    if !trusted.is_empty()
        && is_read
        && is_alone
        && matches!(pinned_authority(ends, &sent), Pin::None)
    {
        let message =
            format!("{} sends no CA certificate with the fingerprint in {TRUSTED}", ends.input_at);
        return refused(ends, TRUSTED, message, SEND_AUTHORITY);
    }
    if pins.is_empty() {
        return Verdict::Passes;
    }
    let anchors = match Ends::authorities(ends.shipper) {
        Known::Certificates(anchors) if anchors.is_empty() => {
            ends.system.unwrap_or_default().iter().collect()
        }
        Known::Certificates(anchors) => anchors,
        Known::NotKnown => return Verdict::Passes,
    };
    let is_pinned = |one: &&Certificate| {
        let pin = one.public_key.fingerprint().to_base64();
        pins.iter().any(|value| *value == pin)
    };
    if sent.into_iter().chain(anchors).any(|one| is_pinned(&one)) {
        return Verdict::Passes;
    }
    let message = format!(
        "no certificate in the chain of {} has a public key with a hash in {PINNED}",
        ends.input_at
    );
    let actions =
        [format!("set {PINNED} to the hash of the CA's public key"), format!("remove {PINNED}")];
    refused(ends, PINNED, message, &actions)
}

fn is_fingerprint(value: &str) -> bool {
    value.len() == 64 && value.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Refuses for the setting of this name; of several actions, one is enough.
fn refused(ends: &Ends<'_>, name: &str, message: String, actions: &[impl ToString]) -> Verdict {
    let place = ends.output.one(name).map(|it| it.value.clone());
    let finding = Finding::new(Severity::Error, RULE.name, message)
        .at(place.unwrap_or_else(|| ends.host.value.clone()));
    let finding =
        actions.iter().fold(finding, |finding, action| finding.action(action.to_string()));
    Verdict::Refused(Side::Shipper, Box::new(finding))
}
