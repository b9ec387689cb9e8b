//! `shipper-protocol-mismatch`: both ends have no version of TLS, no cipher suite or no curve in common.

use super::ends::{Ends, Side, Verdict};
use super::{Check, Rule};
use crate::beats::releases::Feature;
use crate::beats::tls::{Acceptance, Mismatch, Offer, Protocol, negotiate};
use crate::check::finding::{Finding, Severity};
use crate::logstash::endpoint::Setting;

pub(super) const RULE: Rule = Rule {
    name: "shipper-protocol-mismatch",
    summary: "the shipper and the input have no TLS version, cipher suite or curve in common",
    severity: Severity::Error,
    page: include_str!("../../../docs/rules/shipper-protocol-mismatch.md"),
    check: Check::Connection(check),
    ..Rule::DEFAULT
};

fn check(ends: &Ends<'_>) -> Verdict {
    let values = |name: &str| ends.values(name);
    let (Some(protocols), Some(suites), Some(curves)) =
        (values("ssl.supported_protocols"), values("ssl.cipher_suites"), values("ssl.curve_types"))
    else {
        return Verdict::NotKnown("the protocols of the shipper depend on a variable");
    };
    if ends.listener.protocols.as_ref().is_some_and(Vec::is_empty) {
        return Verdict::NotKnown("the input sets tls_min_version or tls_max_version");
    }
    let lacks_tls_1_3 = ends.input.endpoint.lacks_tls_1_3(ends.input.baseline);
    let acceptance = Acceptance {
        protocols: texts(ends.listener.protocols.as_ref()),
        suites: texts(ends.listener.suites.as_ref()),
        lacks_tls_1_3,
    };
    let sent = ends.sent_by_input().unwrap_or_default();
    let key = sent.first().map(|leaf| &leaf.public_key);
    let is_too_old = protocols.iter().any(|name| Protocol::of(name) == Some(Protocol::Tls1_0));
    let refuses_too_old = ends.beats.has(Feature::RefusesTls1_0);
    if is_too_old && refuses_too_old == Some(true) {
        // The shipper does not start: see shipper-setting-value.
        return Verdict::Passes;
    }
    let agree = || {
        ends.by_release(Feature::HasGo1_22, |omits_rsa_key_exchange| {
            let (protocols, suites, curves) = (&*protocols, &*suites, &*curves);
            let offer = Offer { protocols, suites, curves, omits_rsa_key_exchange };
            let agreed = negotiate(&offer, &acceptance, key);
            agreed.map_or_else(|mismatch| refused(ends, mismatch), |_| Verdict::Passes)
        })
    };
    match agree() {
        Verdict::Passes if is_too_old && refuses_too_old.is_none() => {
            Verdict::NotKnown(ends.beats.doubt())
        }
        agreed => agreed,
    }
}

fn refused(ends: &Ends<'_>, mismatch: Mismatch) -> Verdict {
    let (what, setting, action) = match mismatch {
        Mismatch::Version => (
            "have no version of TLS in common",
            "ssl.supported_protocols",
            "set ssl.supported_protocols to [TLSv1.2, TLSv1.3], and ssl_supported_protocols in the input too",
        ),
        Mismatch::NotListed => (
            "agree on a version of TLS that ssl.supported_protocols does not list",
            "ssl.supported_protocols",
            "set ssl.supported_protocols to [TLSv1.2, TLSv1.3]",
        ),
        Mismatch::Suite => (
            "have no cipher suite in common that fits the input's key",
            "ssl.cipher_suites",
            match (ends.output.setting("ssl.cipher_suites"), &ends.listener.suites) {
                (Some(_), Some(_)) => {
                    "remove ssl.cipher_suites, and ssl_cipher_suites in the input"
                }
                (None, Some(_)) => "remove ssl_cipher_suites in the input",
                (_, None) => "remove ssl.cipher_suites",
            },
        ),
        Mismatch::Curve => (
            "have no curve in common that fits the input's key",
            "ssl.curve_types",
            "remove ssl.curve_types",
        ),
    };
    let side = match mismatch {
        Mismatch::NotListed => Side::Shipper,
        Mismatch::Version | Mismatch::Suite | Mismatch::Curve => Side::Input,
    };
    let place = ends.output.setting(setting).map(|setting| setting.key.clone());
    let message = format!("the shipper and {} {what}", ends.input_at);
    let finding = Finding::new(Severity::Error, RULE.name, message)
        .at(place.unwrap_or_else(|| ends.host.value.clone()))
        .action(action);
    Verdict::Refused(side, Box::new(finding))
}

fn texts(settings: Option<&Vec<Setting>>) -> Vec<&str> {
    settings.into_iter().flatten().map(|setting| setting.raw.as_str()).collect()
}
