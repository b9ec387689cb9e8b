//! `shipper-name-mismatch`: the host in the shipper's file is not a name in the input's certificate.

use std::net::IpAddr;

use super::ends::{Ends, Mode, Side, Verdict};
use super::{Check, Rule};
use crate::beats::releases::Feature;
use crate::check::finding::{Finding, Severity};
use crate::logstash::endpoint::Tls;
use crate::os::display::escape;
use keyfile::certificate::Certificate;
use keyfile::certificate::verification::{HostNames, is_valid_for};

pub(super) const RULE: Rule = Rule {
    name: "shipper-name-mismatch",
    summary: "the host that the shipper connects to is not a name in the input's certificate",
    severity: Severity::Error,
    exceptions: &[(Severity::Warning, "where the certificate fits another host of the list")],
    page: include_str!("../../../docs/rules/shipper-name-mismatch.md"),
    check: Check::Connection(check),
    ..Rule::DEFAULT
};

fn check(ends: &Ends<'_>) -> Verdict {
    let is_tls = ends.shipper.endpoint.tls == Tls::On;
    if is_tls && !is_sent_as_name(&ends.address.host) {
        return refused_by_java(ends);
    }
    let Some(names) = ends.mode().and_then(Mode::names) else {
        return Verdict::Passes;
    };
    let sent = ends.sent_by_input().unwrap_or_default();
    let Some(leaf) = sent.first() else { return Verdict::Passes };
    let host = &ends.address.host;
    if is_valid_for(leaf, host, names) || host.is_empty() && names == HostNames::CommonNameToo {
        return Verdict::Passes;
    }
    let message = format!(
        "the certificate of {} is not valid for \"{}\"{}",
        ends.input_at,
        escape(host),
        valid_for(leaf)
    );
    let mut finding = Finding::new(Severity::Error, RULE.name, message).at(ends.host.value.clone());
    if names == HostNames::AlternativeNames && is_valid_for(leaf, host, HostNames::CommonNameToo) {
        finding = finding.note("verification_mode strict does not accept the common name");
    }
    let finding = match leaf.usage.names().next() {
        Some(name) => finding.action(format!("connect to {}", escape(&name))),
        None => finding,
    };
    let is_address = host.parse::<IpAddr>().is_ok();
    let host = escape(host);
    let kind = if is_address { "IP" } else { "DNS" };
    let finding = finding.action(format!("get a certificate with subjectAltName={kind}:{host}"));
    if is_address && ends.beats.has(Feature::VerifiesAddresses) != Some(true) {
        return Verdict::NotKnown("Beats before 8.10.1 may not verify addresses");
    }
    // Go before 1.23 accepts `*` alone for a host of one label.
    let is_one_label = !is_address && !ends.address.host.trim_end_matches('.').contains('.');
    let is_bare = is_one_label && leaf.usage.names().any(|name| name == "*");
    Ends::either(if is_bare { ends.has(Feature::HasGo1_23) } else { Ok(true) }, |refuses| {
        if refuses {
            Verdict::Refused(Side::Shipper, Box::new(finding.clone()))
        } else {
            Verdict::Passes
        }
    })
}

/// Returns whether Java takes the host in the handshake (RFC 6066 §3): letters, digits and hyphens. An address is not
/// sent.
fn is_sent_as_name(host: &str) -> bool {
    let is_plain = |c: char| c.is_alphanumeric() || c == '-';
    let is_label = |label: &str| {
        let is_edged = label.starts_with('-') || label.ends_with('-');
        !label.is_empty() && label.len() <= 63 && !is_edged && label.chars().all(is_plain)
    };
    let address = host.split('%').next().unwrap_or_default();
    let host = host.strip_suffix('.').unwrap_or(host);
    address.parse::<IpAddr>().is_ok() || host.is_empty() || host.split('.').all(is_label)
}

fn refused_by_java(ends: &Ends<'_>) -> Verdict {
    let message = format!(
        "{} refuses the name \"{}\": Java accepts letters, digits and hyphens between them",
        ends.input_at,
        escape(&ends.address.host)
    );
    let finding = Finding::new(Severity::Error, RULE.name, message)
        .evidence(ILLEGAL_NAME)
        .at(ends.host.value.clone())
        .action("connect to another name of the server")
        .action("connect to an address of the server");
    Verdict::Refused(Side::Input, Box::new(finding))
}

/// Source: docs/what-shippers-load.md §4.4.
const ILLEGAL_NAME: &str = "measured on Netty 4.1.48 with JDK 17: SSLProtocolException: Illegal server name, type=host_name(0)";

/// Returns the names of a certificate, at most three.
fn valid_for(leaf: &Certificate) -> String {
    let shown: Vec<String> = leaf.usage.names().take(3).map(|name| escape(&name)).collect();
    match (shown.is_empty(), leaf.usage.names().count() > 3) {
        (true, _) => ", it has no names in subjectAltName".to_owned(),
        (false, false) => format!(", only for {}", shown.join(", ")),
        (false, true) => format!(", only for {} and others", shown.join(", ")),
    }
}
