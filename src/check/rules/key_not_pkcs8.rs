//! `key-not-pkcs8`: the key is PKCS#1, SEC1 or another form, but only PKCS#8 is documented.

use super::case::Case;
use super::{Check, Fixable, Rule, severity};
use crate::check::finding::{Finding, Repair, Severity};
use crate::check::key_file::Protection;
use crate::logstash::readers::Form;

pub(super) const RULE: Rule = Rule {
    name: "key-not-pkcs8",
    summary: "the key is not in the format that Logstash documents: PKCS#8 in PEM",
    severity: Severity::Error,
    exceptions: &[(Severity::Warning, "where the release was measured to load it")],
    fixable: Fixable::Yes,
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
    let message = format!("{}: {} {form}", case.not_loaded(path, found.verdict), key.name);
    let finding = Finding::new(severity, RULE.name, message)
        .evidence(found.evidence)
        .at(setting.value.clone());
    Some(if case.is_undecided() { finding } else { finding.repair(Repair::ConvertKey) })
}

/// Returns the oddity of PKCS#8 that the JDK refuses.
fn oddity(form: Form) -> &'static str {
    match form {
        Form::Pkcs8AfterParameters => ", after an EC PARAMETERS block",
        Form::Pkcs8ExplicitCurve => ", with explicit parameters in place of the name of its curve",
        Form::Pkcs8StrayPublicKey => ", with a public key that its version does not allow",
        Form::Pkcs8WithoutCurve => ", without the name of its curve in the algorithm",
        Form::Pkcs8InnerVersion => ", with an inner version that Java rejects",
        _ => ", not PKCS#8",
    }
}
