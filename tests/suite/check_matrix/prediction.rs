//! Reads from a report of `check` whether the pair loads, and whether handshakes then succeed.

use std::collections::BTreeSet;

use serde_json::Value;

/// The prediction of `check` for a pair.
#[derive(Debug)]
pub(crate) struct Prediction {
    pub(crate) loads: bool,
    pub(crate) shakes_hands: bool,
    /// The rules of its errors.
    #[allow(dead_code, reason = "it is printed where a test fails")]
    errors: BTreeSet<String>,
}

/// Rules whose errors mean that the key or the certificate does not load.
const OF_LOADING: &[&str] = &[
    "certificate-chain-order",
    "file-missing",
    "key-damaged",
    "key-algorithm-not-supported",
    "key-encrypted-without-passphrase",
    "key-encryption-not-supported",
    "key-layout",
    "key-not-pkcs8",
    "key-wrong-passphrase",
    "not-a-certificate",
    "not-a-private-key",
    "passphrase-on-plain-key",
];

/// `key-damaged` with the evidence that the key loads.
const NEVER_SIGNS: &str = "key-damaged, which loads";

/// Rules whose errors mean that no handshake succeeds with what loads.
const OF_HANDSHAKES: &[&str] = &[
    "certificate-key-mismatch",
    "certificate-usage",
    "key-cannot-handshake",
    NEVER_SIGNS,
    "key-several",
];

/// Returns the rule of a finding; damage that only prevents signing counts separately.
fn rule(finding: &Value) -> String {
    let rule = finding["rule"].as_str().unwrap();
    let loads = finding["evidence"].as_str().is_some_and(|it| it.starts_with("it loads, and then"));
    if rule == "key-damaged" && loads { NEVER_SIGNS.to_owned() } else { rule.to_owned() }
}

impl Prediction {
    /// Reads the prediction from the errors of a report; those of `of_handshakes` mean that the pair loads.
    pub(crate) fn of(report: &Value, of_handshakes: &[&str]) -> Self {
        let findings = report["findings"].as_array().unwrap();
        let errors = findings.iter().filter(|finding| finding["severity"] == "error").map(rule);
        let errors: BTreeSet<String> = errors.collect();
        let any = |rules: &[&str]| rules.iter().any(|rule| errors.contains(*rule));
        let of_loading: Vec<&str> =
            OF_LOADING.iter().copied().filter(|rule| !of_handshakes.contains(rule)).collect();
        Self {
            loads: !any(&of_loading),
            shakes_hands: !any(OF_HANDSHAKES) && !any(of_handshakes),
            errors,
        }
    }
}
