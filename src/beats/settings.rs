//! The settings of `output.logstash` and of `ssl` in Beats and Elastic Agent, with the values that they accept.
//!
//! Beats ignore settings that they do not know (docs/what-shippers-load.md §2.1).

use super::releases::Feature;
use super::tls::SUITES;

/// A setting that Beats know.
pub struct Known {
    /// Its name beneath the output: `ssl.key`.
    pub name: &'static str,
    /// The values that it accepts; empty if it accepts any.
    pub values: &'static [&'static str],
    /// The feature of releases without which they do not know it.
    pub feature: Option<Feature>,
}

impl Known {
    /// Returns whether a setting of this name is it, or belongs to it.
    #[must_use]
    pub fn is(&self, name: &str) -> bool {
        let rest = name.strip_prefix(self.name);
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
    }
}

const fn any(name: &'static str) -> Known {
    Known { name, values: &[], feature: None }
}

const fn since(name: &'static str, feature: Feature) -> Known {
    Known { name, values: &[], feature: Some(feature) }
}

const fn one_of(name: &'static str, values: &'static [&'static str]) -> Known {
    Known { name, values, feature: None }
}

/// Source: docs/what-shippers-load.md §2.2.
pub static TLS: &[Known] = &[
    any("ssl.enabled"),
    any("ssl.certificate_authorities"),
    any("ssl.certificate"),
    any("ssl.key"),
    any("ssl.key_passphrase"),
    since("ssl.key_passphrase_path", Feature::KnowsPassphrasePath),
    since("ssl.ca_trusted_fingerprint", Feature::KnowsTrustedFingerprint),
    any("ssl.ca_sha256"),
    one_of(
        "ssl.verification_mode",
        &["full", "strict", "certificate", "none", "", "0", "1", "2", "3"],
    ),
    one_of("ssl.supported_protocols", &["TLSv1", "TLSv1.0", "TLSv1.1", "TLSv1.2", "TLSv1.3"]),
    one_of("ssl.cipher_suites", CIPHER_SUITES),
    one_of("ssl.curve_types", &["P-256", "P-384", "P-521", "X25519", "X25519MLKEM768"]),
    one_of("ssl.renegotiation", &["never", "once", "freely"]),
    since("ssl.certificate_reload", Feature::Reloads),
    any("ssl.restart_on_cert_change"),
    any("ssl.disable_legacy_pem_support"),
    any("ssl.client_authentication"),
];

/// The names of cipher suites that Beats accept.
const CIPHER_SUITES: &[&str] = &{
    let mut names = [""; SUITES.len()];
    let mut at = 0;
    while at < names.len() {
        names[at] = SUITES[at].0;
        at += 1;
    }
    names
};

/// The settings of the Logstash output beside TLS. Source: docs/what-shippers-load.md §2.4.
pub static LOGSTASH_OUTPUT: &[&str] = &[
    "backoff",
    "bulk_max_size",
    "compression_level",
    "enabled",
    "escape_html",
    "hosts",
    "index",
    "loadbalance",
    "max_retries",
    "pipelining",
    "proxy_url",
    "proxy_use_local_resolver",
    "queue",
    "slow_start",
    "ssl",
    "timeout",
    "ttl",
    "worker",
    "workers",
];
