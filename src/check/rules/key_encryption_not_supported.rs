//! `key-encryption-not-supported`: the reader cannot decrypt the key with any passphrase.

use super::case::Case;
use super::{Check, Fixable, Rule, severity};
use crate::check::finding::{Finding, Repair, Severity};
use crate::check::hint::unused_beside;
use crate::check::key_file::Protection;
use crate::logstash::readers::Family;
use crate::os::display::quoted;

pub(super) const RULE: Rule = Rule {
    name: "key-encryption-not-supported",
    summary: "the plugin cannot decrypt the key, or needs it encrypted",
    severity: Severity::Error,
    exceptions: &[(Severity::Warning, "where it loads without being documented")],
    fixable: Fixable::When("with `--decrypt`"),
    page: include_str!("../../../docs/rules/key-encryption-not-supported.md"),
    check: Check::Loaded(|case| Vec::from_iter(finding(case))),
    ..Rule::DEFAULT
};

fn finding(case: &Case<'_>) -> Option<Finding> {
    let (setting, held) = case.held_key()?;
    let path = case.key.as_ref()?.path.path()?;
    let must_be_encrypted = case.endpoint.is_harmed_by_conversion();
    let (family, state) = match &held.protection {
        Protection::Encrypted(key) => {
            let scheme = key.scheme().map_or_else(|error| error.to_string(), |it| it.to_string());
            (Family::Unknown, format!("the key is encrypted ({scheme})"))
        }
        Protection::Unencrypted(_, facts) if must_be_encrypted => {
            (facts.as_ref().ok()?.family, "the key is not encrypted".to_owned())
        }
        Protection::Unencrypted(..) => return None,
    };
    let found = case.judge(held.form, family);
    let severity = severity(found.verdict)?;
    let message = format!("{}: {state}", case.not_loaded(path, found.verdict));
    let finding = Finding::new(severity, RULE.name, message)
        .evidence(found.evidence)
        .at(setting.value.clone());
    Some(if must_be_encrypted {
        let old = &case.key.as_ref()?.file?.located.path;
        let new = unused_beside(old, "p8");
        let (old, quoted_new) = (quoted(old), quoted(&new));
        finding
            .command(format!("openssl pkcs8 -topk8 -v1 PBE-SHA1-3DES -in {old} -out {quoted_new}"))
            .action(case.set_key(&new)?)
            .action("set ssl_key_passphrase to the new passphrase")
    } else {
        finding.repair(Repair::ConvertKey)
    })
}
