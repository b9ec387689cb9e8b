//! `certificate-chain-incomplete`: an intermediate certificate, which the server has to send, is known to be missing.

use super::presented::Presented;
use crate::certificate::Missing;
use crate::finding::{Finding, Severity};
use crate::report::{escape, quoted};

pub(super) const NAME: &str = "certificate-chain-incomplete";

/// Silent where nothing is known: a leaf alone is complete where a root issued it.
pub(super) fn findings(presented: &Presented<'_>) -> Vec<Finding> {
    let last = presented.chain.last();
    let Some(missing) = presented.chain.missing(presented.at_hand.iter().copied()) else {
        return Vec::new();
    };
    let (issuer, path) = (escape(&last.issuer), quoted(presented.path));
    let why = match missing {
        Missing::AtHand(issuer) => {
            format!("which is not a root: \"{}\" issued it in turn", escape(&issuer.issuer))
        }
        Missing::OfPublicAuthority => {
            "a public authority, whose roots sign no certificates of servers".to_owned()
        }
    };
    let message = format!(
        "the chain ends with \"{}\", and the certificate of its issuer \"{issuer}\" is missing, {why}",
        escape(&last.subject)
    );
    let hint = format!(
        "put the certificate of \"{issuer}\" behind the others: cat {path} INTERMEDIATE.crt > FULLCHAIN.crt, and name that file (certbot's is fullchain.pem)"
    );
    vec![Finding::new(Severity::Warning, NAME, message).evidence(EVIDENCE).hint(hint)]
}

/// Source: what-logstash-loads.md, "Handshakes", row `chain-leafonly`; users-and-peers.md, 58.
const EVIDENCE: &str = "Logstash loads it and answers without a word; a client that has only the root refuses it (measured with OpenSSL: error 20, unable to get local issuer certificate)";
