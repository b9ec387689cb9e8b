//! `key-encryption-not-supported`: the reader cannot decrypt the key with any passphrase.

use super::case::Case;
use super::{Check, Fixable, Rule, severity};
use crate::check::finding::{Finding, Repair, Severity};
use crate::check::hint::unused_beside;
use crate::check::key_file::{HeldKey, Protection};
use crate::logstash::readers::{Encryption, Family, Form, Judgement, Verdict};
use crate::os::display::{quoted, shown};
use keyfile::key::Encoding;
use keyfile::key::encryption::EncryptedKey;

pub(super) const RULE: Rule = Rule {
    name: "key-encryption-not-supported",
    summary: "the plugin cannot decrypt the key, or needs it encrypted",
    severity: Severity::Error,
    exceptions: &[(Severity::Warning, "where it loads without being documented")],
    fixable: Fixable::When("with `--decrypt`"),
    of_shippers: true,
    page: include_str!("../../../docs/rules/key-encryption-not-supported.md"),
    check: Check::Loaded(|case| Vec::from_iter(finding(case))),
    ..Rule::DEFAULT
};

const UNPROMISED: &str = "no documentation promises it";

fn finding(case: &Case<'_>) -> Option<Finding> {
    let (setting, held) = case.held_key()?;
    let path = case.key.as_ref()?.path.path()?;
    let must_be_encrypted = case.endpoint.is_harmed_by_conversion();
    let (family, state) = match &held.protection {
        Protection::Encrypted(key) => {
            let scheme = key.scheme().map_or_else(|error| error.to_string(), |it| it.to_string());
            (Family::Unknown, format!("the key is encrypted ({scheme}{})", salt(held.form)))
        }
        Protection::Unencrypted(_, facts) if must_be_encrypted => {
            (facts.as_ref().ok()?.family, "the key is not encrypted".to_owned())
        }
        Protection::Unencrypted(..) => return None,
    };
    let found = case.judge(held.form, family);
    let inside = encoding_inside(case, held);
    let (found, state) = match inside {
        Some(encoding)
            if case.is_decrypted(held) && case.endpoint.is_read_by_netty(case.baseline) =>
        {
            (
                Judgement { verdict: Verdict::Refuses, evidence: OTHER_INSIDE },
                format!("the encrypted key is {encoding}, not PKCS#8"),
            )
        }
        _ => (found, state),
    };
    let severity = severity(found.verdict)?;
    let message = if case.endpoint.is_of_shipper() && severity == Severity::Warning {
        format!("{}: newer Beats deprecate this: {state}", shown(path))
    } else {
        format!("{}: {state}", case.not_documented(path, found.verdict, UNPROMISED))
    };
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

/// What is peculiar about the salt.
fn salt(form: Form) -> &'static str {
    match form {
        Form::EncryptedPkcs8(Encryption::ShortSalt) => ", a salt of under 8 bytes",
        Form::EncryptedPkcs8(Encryption::Pbes2WithoutSalt) => ", an empty salt",
        _ => "",
    }
}

/// Returns the encoding of what encrypted PKCS#8 holds, where its passphrase opens it and it is not PKCS#8.
fn encoding_inside(case: &Case<'_>, held: &HeldKey) -> Option<Encoding> {
    let is_pkcs8 = matches!(held.protection, Protection::Encrypted(EncryptedKey::Pkcs8(_)));
    let encoding = case.facts().filter(|_| is_pkcs8)?.encoding;
    (encoding != Encoding::Pkcs8).then_some(encoding)
}

/// Source: row `pbes2-holds-sec1` of tests/data/keys-2.
const OTHER_INSIDE: &str = "the JDK takes nothing but PKCS#8 out of an encrypted key (measured on Netty 4.1.118 with JDK 17 and 21, with BouncyCastle)";
