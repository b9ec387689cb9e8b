//! The page of each rule, from `docs/rules/`, as `fixkey explain` prints it.

macro_rules! page {
    ($rule:literal) => {
        ($rule, include_str!(concat!("../../../docs/rules/", $rule, ".md")))
    };
}

/// The name of every rule with its page, in the order in which they are listed.
pub const PAGES: &[(&str, &str)] = &[
    page!("key-not-pkcs8"),
    page!("key-encrypted-without-passphrase"),
    page!("key-encryption-not-supported"),
    page!("key-wrong-passphrase"),
    page!("key-algorithm-not-supported"),
    page!("key-cannot-handshake"),
    page!("key-damaged"),
    page!("key-weak"),
    page!("key-layout"),
    page!("key-several"),
    page!("key-mislabelled"),
    page!("not-a-private-key"),
    page!("certificate-key-mismatch"),
    page!("not-a-certificate"),
    page!("certificate-expired"),
    page!("certificate-not-yet-valid"),
    page!("certificate-expires-soon"),
    page!("certificate-chain-order"),
    page!("certificate-chain-incomplete"),
    page!("certificate-without-san"),
    page!("certificate-usage"),
    page!("certificate-weak"),
    page!("file-missing"),
    page!("file-unreadable"),
    page!("key-world-readable"),
    page!("path-relative"),
    page!("path-from-variable"),
    page!("configuration-syntax"),
    page!("pipeline-not-read"),
    page!("passphrase-on-plain-key"),
    page!("passphrase-in-clear"),
    page!("setting-missing"),
    page!("tls-off"),
    page!("setting-repeated"),
    page!("quoted-plugin-name"),
    page!("ignore-unused"),
    page!("plugin-unknown"),
];

/// The page of a rule.
#[must_use]
pub fn page(rule: &str) -> Option<&'static str> {
    PAGES.iter().find(|(name, _)| *name == rule).map(|(_, page)| *page)
}
