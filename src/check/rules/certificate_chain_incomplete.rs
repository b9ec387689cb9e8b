//! `certificate-chain-incomplete`: an intermediate certificate, which the server has to send, is known to be missing.

use super::presented::Presented;
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::os::display::{escape, quoted};
use keyfile::certificate::Missing;

pub(super) const RULE: Rule = Rule {
    name: "certificate-chain-incomplete",
    summary: "an intermediate certificate is missing from the file",
    severity: Severity::Warning,
    silenced_by: &["certificate-chain-order"],
    page: include_str!("../../../docs/rules/certificate-chain-incomplete.md"),
    check: Check::PresentedChain(check),
    ..Rule::DEFAULT
};

/// Silent where nothing is known: a leaf alone is complete where a root issued it.
fn check(presented: &Presented<'_>) -> Vec<Finding> {
    let last = presented.chain.last();
    let Some(missing) = presented.chain.missing(presented.at_hand.iter().map(|(_, one)| *one))
    else {
        return Vec::new();
    };
    let (issuer, path) = (escape(&last.issuer), quoted(presented.path));
    let why = match &missing {
        Missing::AtHand(issuer) => {
            format!("it is no root, since \"{}\" issued it in turn", escape(&issuer.issuer))
        }
        Missing::OfPublicAuthority => {
            "it is a public authority's, whose roots sign no certificates of servers".to_owned()
        }
    };
    let message = format!(
        "the chain ends with \"{}\", and the certificate of its issuer \"{issuer}\" is missing: {why}",
        escape(&last.subject)
    );
    let hint = format!(
        "put the certificate of \"{issuer}\" behind the others: cat {path} {} > FULLCHAIN.crt, and name that file (certbot's is fullchain.pem)",
        file_of(&missing, presented)
    );
    vec![Finding::new(Severity::Warning, RULE.name, message).evidence(EVIDENCE).hint(hint)]
}

/// The file that holds the missing certificate.
fn file_of(missing: &Missing<'_>, presented: &Presented<'_>) -> String {
    let found = match missing {
        Missing::AtHand(issuer) => {
            presented.at_hand.iter().find(|(_, one)| std::ptr::eq(*one, *issuer))
        }
        Missing::OfPublicAuthority => None,
    };
    found.map_or("INTERMEDIATE.crt".to_owned(), |(path, _)| quoted(path))
}

/// Source: docs/what-logstash-loads.md §5, row `chain-leafonly`; docs/messages.md §3.8, report 58.
const EVIDENCE: &str = "Logstash loads it and answers without a word; a client that has only the root refuses it (measured with OpenSSL: error 20, unable to get local issuer certificate)";
