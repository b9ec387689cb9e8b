//! `key-encrypted-without-passphrase`: the key is encrypted, and no setting holds its passphrase.

use super::case::{Case, Opening};
use super::{Check, Fixable, Rule};
use crate::check::finding::{Finding, Repair, Severity};
use crate::check::key_file::Protection;
use crate::logstash::readers::Verdict;

pub(super) const RULE: Rule = Rule {
    name: "key-encrypted-without-passphrase",
    summary: "the key is encrypted, and no passphrase is set",
    severity: Severity::Error,
    exceptions: &[(Severity::Note, "for a key file that is checked alone")],
    fixable: Fixable::When("with `--decrypt`"),
    of_shippers: true,
    page: include_str!("../../../docs/rules/key-encrypted-without-passphrase.md"),
    check: Check::Loaded(|case| Vec::from_iter(finding(case))),
    ..Rule::DEFAULT
};

fn finding(case: &Case<'_>) -> Option<Finding> {
    let (setting, held) = case.held_key()?;
    let Protection::Encrypted(_) = &held.protection else { return None };
    let path = case.key.as_ref()?.path.path()?;
    if !case.is_decrypted(held) {
        return None;
    }
    if case.endpoint.is_outright() && matches!(case.opening, Opening::NotKnown) {
        return Some(Finding::new(Severity::Note, RULE.name, OUTRIGHT).action(OUTRIGHT_HINT));
    }
    if !matches!(case.opening, Opening::NoPassphrase) || case.used_instead().is_some() {
        return None;
    }
    let message = format!(
        "{}: the key is encrypted, and no passphrase is set",
        case.not_loaded(path, Verdict::Refuses)
    );
    let is_of_shipper = case.endpoint.is_of_shipper();
    let finding = Finding::new(Severity::Error, RULE.name, message)
        .evidence(if is_of_shipper { OF_SHIPPER } else { EVIDENCE })
        .at(setting.value.clone());
    Some(if is_of_shipper {
        finding.action(
            "set ssl.key_passphrase to the passphrase of the key, or to a variable that holds it",
        )
    } else if case.endpoint.is_harmed_by_conversion() {
        finding.action("set ssl_key_passphrase to the passphrase of the key")
    } else {
        finding.repair(Repair::ConvertKey)
    })
}

const OUTRIGHT: &str =
    "not checked: the key is encrypted, and Logstash loads it only with ssl_key_passphrase";
const OUTRIGHT_HINT: &str = "to check the key, add --passin env:NAME, file:PATH, fd:N or stdin";

/// Source: docs/what-shippers-load.md §3.1.
const OF_SHIPPER: &str = "Beats refuse an encrypted key without its passphrase (measured with Go: no passphrase available)";

/// Source: docs/what-logstash-loads.md §10, rows `v1-nopass`, `v2-nopass`, `trad-aes256-nopass`.
const EVIDENCE: &str = "Netty refuses an encrypted key without its passphrase (measured on 4.1.17, 4.1.48 and 4.1.118, with BouncyCastle and without)";
