//! `certificate-chain-incomplete`: an intermediate certificate, which the server must send, is known to be missing.

use std::path::Path;

use super::presented::{Presented, USE_NEW_FILE};
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::check::hint::unused_beside;
use crate::os::display::{escape, quoted};
use keyfile::certificate::{Certificate, Missing};

pub(super) const RULE: Rule = Rule {
    name: "certificate-chain-incomplete",
    summary: "an intermediate certificate is missing from the file",
    severity: Severity::Warning,
    silenced_by: &["certificate-chain-order"],
    of_shippers: true,
    page: include_str!("../../../docs/rules/certificate-chain-incomplete.md"),
    check: Check::PresentedChain(check),
    ..Rule::DEFAULT
};

/// Reports only what is certain: a leaf alone is complete if a root issued it.
fn check(presented: &Presented<'_>) -> Vec<Finding> {
    let last = presented.chain.last();
    let Some(missing) = presented.chain.missing(presented.at_hand.iter().map(|(_, one)| *one))
    else {
        return Vec::new();
    };
    let issuer = escape(&last.issuer);
    let message = format!(
        "the intermediate certificate \"{issuer}\" is missing after \"{}\", so verification with only the root fails",
        escape(&last.subject)
    );
    let finding = Finding::new(Severity::Warning, RULE.name, message).evidence(EVIDENCE);
    let Some(file) = file_of(&missing, presented) else {
        return vec![
            finding
                .action(format!("append the certificate of \"{issuer}\" to the file"))
                .action("if the certificate comes from certbot, use its fullchain.pem"),
        ];
    };
    let new = unused_beside(presented.path, "pem");
    // Unlike `cat`, it ends each file with a newline.
    let command = format!("awk 1 {} {} > {}", quoted(presented.path), quoted(file), quoted(&new));
    vec![finding.command(command).action(USE_NEW_FILE)]
}

/// Returns a file that holds the missing certificate and nothing else, if it is known.
fn file_of<'a>(missing: &Missing<'_>, presented: &Presented<'a>) -> Option<&'a Path> {
    let Missing::AtHand(issuer) = missing else { return None };
    // The command would copy the key.
    if presented.chain.beside.is_some() {
        return None;
    }
    let is_it = |one: &Certificate| one.fingerprint == issuer.fingerprint;
    presented.at_hand.iter().find_map(|(alone_in, one)| alone_in.filter(|_| is_it(one)))
}

/// Source: docs/what-logstash-loads.md §5, row `chain-leafonly`; docs/messages.md §3.8, report 58.
const EVIDENCE: &str = "Logstash loads it and answers without a word; a client that has only the root refuses it (measured with OpenSSL: error 20, unable to get local issuer certificate)";
