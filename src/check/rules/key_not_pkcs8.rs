//! `key-not-pkcs8`: the key is PKCS#1, SEC1 or another form, but only PKCS#8 is documented.

use super::case::Case;
use super::{Check, Fixable, Rule, severity};
use crate::check::finding::{Finding, Repair, Severity};
use crate::check::key_file::Protection;
use crate::logstash::plugins::Baseline;
use crate::logstash::readers::Form;
use crate::logstash::version::{Versions, version};

pub(super) const RULE: Rule = Rule {
    name: "key-not-pkcs8",
    summary: "the key is not in the format that Logstash documents: PKCS#8 in PEM",
    severity: Severity::Error,
    exceptions: &[(
        Severity::Warning,
        "where the release was measured to load it, or one Java loads it and another does not",
    )],
    fixable: Fixable::Yes,
    of_shippers: true,
    page: include_str!("../../../docs/rules/key-not-pkcs8.md"),
    check: Check::Loaded(|case| Vec::from_iter(finding(case))),
    ..Rule::DEFAULT
};

fn finding(case: &Case<'_>) -> Option<Finding> {
    let (setting, held) = case.held_key()?;
    let Protection::Unencrypted(encoded, Ok(key)) = &held.protection else { return None };
    let found = case.judge(held.form, key.family);
    let severity = severity(found.verdict)?;
    // The form is the cause only if PKCS#8 would do better.
    if case.judge(Form::Pkcs8, key.family).verdict >= found.verdict {
        return None;
    }
    let path = case.key.as_ref()?.path.path()?;
    let form = if held.form == Form::Der {
        "in DER, not in PEM".to_owned()
    } else {
        format!("in {}{}", encoded.encoding, oddity(held.form))
    };
    let beginning = case.not_documented(path, found.verdict, "the documentation asks for PKCS#8");
    let mut finding =
        Finding::new(severity, RULE.name, format!("{beginning}: {} {form}", key.name))
            .evidence(found.evidence)
            .at(setting.value.clone());
    finding.note = by_order(case).map(str::to_owned);
    Some(if case.is_undecided() { finding } else { finding.repair(Repair::ConvertKey) })
}

/// Releases in which it depends on the order of inputs what loads, and what it depends on.
/// Source: docs/what-logstash-loads.md §8.3.
const BY_ORDER: &[(Versions, &str)] = &[
    (
        Versions::only(version(7, 17, 27)),
        "if a tcp input with TLS starts first, the key may load (measured: it did in 2 of 5 starts)",
    ),
    (
        Versions { least: version(7, 17, 28), most: version(7, 17, 29) },
        "if a tcp or http input starts first, it brings an older Netty, which refuses the key",
    ),
];

fn by_order(case: &Case<'_>) -> Option<&'static str> {
    let Baseline::Release(release) = case.baseline else { return None };
    let is_netty = case.endpoint.is_read_by_netty(case.baseline);
    let meant = |(versions, _): &&(Versions, _)| versions.covers(release.versions);
    let (_, what) = BY_ORDER.iter().find(meant)?;
    (is_netty && case.is_beside_tcp_or_http).then_some(*what)
}

/// What is peculiar about a key that the JDK, or `BouncyCastle`, refuses.
fn oddity(form: Form) -> &'static str {
    match form {
        Form::Pkcs8AfterParameters => ", after an EC PARAMETERS block",
        Form::Pkcs8ExplicitCurve => ", with explicit parameters in place of the name of its curve",
        Form::Pkcs8StrayPublicKey => ", with a public key that its version does not allow",
        Form::Pkcs8Version1 => " of version 1, which Java 17 loads and Java 11 refuses",
        Form::Pkcs8WithoutCurve => ", without the name of its curve in the algorithm",
        Form::Sec1WithoutCurve => ", without the name of its curve",
        Form::Pkcs8InnerVersion => ", with an inner version that Java rejects",
        _ => ", not PKCS#8",
    }
}
