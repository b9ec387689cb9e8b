//! `shipper-tls-one-side`: one end of a connection uses TLS, and the other does not.

use super::ends::{Ends, Side, Verdict};
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::endpoint::Tls;

pub(super) const RULE: Rule = Rule {
    name: "shipper-tls-one-side",
    summary: "the shipper uses TLS and the input does not, or the reverse",
    severity: Severity::Error,
    page: include_str!("../../../docs/rules/shipper-tls-one-side.md"),
    check: Check::Connection(check),
    ..Rule::DEFAULT
};

fn check(ends: &Ends<'_>) -> Verdict {
    let is_on = |tls: &Tls| match tls {
        Tls::On => Some(true),
        Tls::Off(_) | Tls::OffByDefault => Some(false),
        Tls::NotKnown | Tls::Invalid(..) => None,
    };
    let (shipper, input) = (&ends.shipper.endpoint.tls, &ends.input.endpoint.tls);
    let (message, side, action) = match (is_on(shipper), is_on(input)) {
        (Some(true), Some(false)) => (
            format!("the shipper uses TLS, but {} does not", ends.input_at),
            Side::Input,
            "set ssl_enabled => true, ssl_certificate and ssl_key in the input",
        ),
        (Some(false), Some(true)) => (
            format!("{} uses TLS, but the shipper does not", ends.input_at),
            Side::Input,
            match shipper {
                Tls::Off(_) => "remove ssl.enabled: false from the shipper's output",
                _ => "set ssl.certificate_authorities in the shipper's output",
            },
        ),
        (Some(_), Some(_)) => return Verdict::Passes,
        _ => return Verdict::NotKnown("whether TLS is on depends on a variable"),
    };
    let finding = Finding::new(Severity::Error, RULE.name, message).at(ends.host.value.clone());
    Verdict::Refused(side, Box::new(finding.action(action)))
}
