//! The rules: one a file, and the one table of them.

pub mod case;
mod certificate_chain_incomplete;
mod certificate_chain_order;
mod certificate_expired;
mod certificate_expires_soon;
mod certificate_key_mismatch;
mod certificate_not_yet_valid;
mod certificate_usage;
mod certificate_weak;
mod certificate_without_san;
mod configuration_syntax;
mod file_missing;
mod file_unreadable;
mod ignore_unused;
mod key_algorithm_not_supported;
mod key_cannot_handshake;
mod key_damaged;
mod key_encrypted_without_passphrase;
mod key_encryption_not_supported;
mod key_layout;
mod key_mislabelled;
mod key_not_pkcs8;
mod key_several;
mod key_weak;
mod key_world_readable;
mod key_wrong_passphrase;
pub mod not_a_certificate;
mod not_a_private_key;
mod pages;
mod passphrase_in_clear;
mod passphrase_on_plain_key;
mod path_from_variable;
mod path_relative;
mod pipeline_not_read;
mod plugin_unknown;
pub mod presented;
mod quoted_plugin_name;
mod setting_missing;
mod setting_repeated;
mod tls_off;

use case::Case;
pub use pages::{PAGES, page};

/// The rule that the account of Logstash may read what is named.
pub const FILE_UNREADABLE: &str = file_unreadable::NAME;

/// The rule that not everyone may read a key.
pub const KEY_WORLD_READABLE: &str = key_world_readable::NAME;

/// The rule that the configured passphrase opens the key.
pub const KEY_WRONG_PASSPHRASE: &str = key_wrong_passphrase::NAME;

/// Rules that matter of certificates only where it is known who shows them: an authority's, or a bundle of
/// several, breaks them by rights.
pub const OF_PRESENTED_CHAINS: &[&str] = &[
    certificate_chain_incomplete::NAME,
    certificate_chain_order::NAME,
    certificate_usage::NAME,
    certificate_without_san::NAME,
];

/// The rule that a passphrase belongs in the keystore.
pub const PASSPHRASE_IN_CLEAR: &str = passphrase_in_clear::NAME;

use crate::check::finding::{Finding, Severity};
use crate::check::ignore::Ignore;
use crate::logstash::discovery::Note;
use crate::logstash::endpoint::Tls;
use logstash_config::Configuration;

/// What is checked, and by what name.
pub struct Rule {
    /// In kebab-case; never used again for something else.
    pub name: &'static str,
    /// What it finds, in a few words.
    pub summary: &'static str,
    check: Check,
}

/// What a rule looks at.
enum Check {
    /// A text that is not in the language.
    Error(fn(&logstash_config::Error) -> Finding),
    /// A configuration as a whole.
    Text(fn(&Configuration<'_>) -> Vec<Finding>),
    /// A plugin that may load a key, with the files that it names.
    Endpoint(fn(&Case<'_>) -> Vec<Finding>),
    /// The same of what nobody loads where TLS is off.
    Loaded(fn(&Case<'_>) -> Vec<Finding>),
    /// What is found in another way, or with another rule that goes before it.
    Elsewhere,
}

/// Every rule. Where several find the same cause, the first that does speaks.
pub const RULES: &[Rule] = &[
    Rule {
        name: configuration_syntax::NAME,
        summary: "the configuration is not in Logstash's language",
        check: Check::Error(configuration_syntax::check),
    },
    Rule {
        name: quoted_plugin_name::NAME,
        summary: "a plugin's name stands in quotes, so that Logstash finds no such plugin",
        check: Check::Text(quoted_plugin_name::check),
    },
    Rule {
        name: plugin_unknown::NAME,
        summary: "a plugin that fixkey does not know names a key, which is left alone",
        check: Check::Text(plugin_unknown::check),
    },
    Rule {
        name: setting_repeated::NAME,
        summary: "a path is set twice, to different values, or is a list",
        check: Check::Endpoint(setting_repeated::check),
    },
    Rule {
        name: path_from_variable::NAME,
        summary: "a path comes from a variable or a template, or may be read in two ways",
        check: Check::Endpoint(path_from_variable::check),
    },
    Rule {
        name: path_relative::NAME,
        summary: "a path is relative, and so depends on where Logstash is started",
        check: Check::Endpoint(path_relative::check),
    },
    Rule {
        name: file_missing::NAME,
        summary: "a file that a setting names does not exist",
        check: Check::Endpoint(file_missing::check),
    },
    Rule {
        name: not_a_private_key::NAME,
        summary: "the file of the key holds no private key",
        check: Check::Loaded(not_a_private_key::check),
    },
    Rule {
        name: file_unreadable::NAME,
        summary: "the account that Logstash runs as may not read a file",
        check: Check::Loaded(file_unreadable::check),
    },
    Rule {
        name: key_damaged::NAME,
        summary: "the file of the key is broken",
        check: Check::Loaded(key_damaged::check),
    },
    Rule {
        name: not_a_certificate::NAME,
        summary: "the file of the certificate holds none that Logstash reads, or something else among them",
        check: Check::Loaded(presented::check),
    },
    Rule {
        name: certificate_chain_order::NAME,
        summary: "the certificates of the file do not follow each other as Java wants it",
        check: Check::Elsewhere,
    },
    Rule {
        name: certificate_chain_incomplete::NAME,
        summary: "an intermediate certificate is missing from the file",
        check: Check::Elsewhere,
    },
    Rule {
        name: certificate_expired::NAME,
        summary: "the certificate is not valid any more",
        check: Check::Elsewhere,
    },
    Rule {
        name: certificate_not_yet_valid::NAME,
        summary: "the certificate is not valid yet",
        check: Check::Elsewhere,
    },
    Rule {
        name: certificate_expires_soon::NAME,
        summary: "the certificate is soon not valid any more",
        check: Check::Elsewhere,
    },
    Rule {
        name: certificate_usage::NAME,
        summary: "the certificate is for another use, or is an authority's",
        check: Check::Elsewhere,
    },
    Rule {
        name: certificate_without_san::NAME,
        summary: "the certificate names its host in the common name alone",
        check: Check::Elsewhere,
    },
    Rule {
        name: certificate_weak::NAME,
        summary: "the certificate rests on a weak digest or key",
        check: Check::Elsewhere,
    },
    Rule {
        name: certificate_key_mismatch::NAME,
        summary: "the key does not belong to the certificate beside it",
        check: Check::Loaded(certificate_key_mismatch::check),
    },
    Rule {
        name: key_not_pkcs8::NAME,
        summary: "the key is not in the form that Logstash documents",
        check: Check::Loaded(key_not_pkcs8::check),
    },
    Rule {
        name: key_algorithm_not_supported::NAME,
        summary: "the reader takes no key of this algorithm, in whatever form",
        check: Check::Loaded(key_algorithm_not_supported::check),
    },
    Rule {
        name: key_encryption_not_supported::NAME,
        summary: "the key is encrypted in a way that its reader does not decrypt, or is not where it has to be",
        check: Check::Loaded(key_encryption_not_supported::check),
    },
    Rule {
        name: passphrase_on_plain_key::NAME,
        summary: "a passphrase is set for a key that is not encrypted",
        check: Check::Loaded(passphrase_on_plain_key::check),
    },
    Rule {
        name: key_encrypted_without_passphrase::NAME,
        summary: "the key is encrypted, and no passphrase is set",
        check: Check::Loaded(key_encrypted_without_passphrase::check),
    },
    Rule {
        name: key_wrong_passphrase::NAME,
        summary: "the passphrase that is set does not open the key",
        check: Check::Loaded(key_wrong_passphrase::check),
    },
    Rule {
        name: key_cannot_handshake::NAME,
        summary: "the key loads, and no TLS handshake succeeds with it",
        check: Check::Loaded(key_cannot_handshake::check),
    },
    Rule {
        name: key_layout::NAME,
        summary: "the text of the key is laid out in a way that its reader does not read",
        check: Check::Loaded(key_layout::check),
    },
    Rule {
        name: key_mislabelled::NAME,
        summary: "the label of the key is that of another form",
        check: Check::Endpoint(key_mislabelled::check),
    },
    Rule {
        name: key_several::NAME,
        summary: "the file holds different private keys, and the first one counts",
        check: Check::Loaded(key_several::check),
    },
    Rule {
        name: key_weak::NAME,
        summary: "the key is too short, and clients may refuse it",
        check: Check::Loaded(key_weak::check),
    },
    Rule {
        name: passphrase_in_clear::NAME,
        summary: "a passphrase stands in the configuration, not in the keystore",
        check: Check::Endpoint(passphrase_in_clear::check),
    },
    Rule {
        name: setting_missing::NAME,
        summary: "TLS is on, and its key or certificate is not set",
        check: Check::Endpoint(setting_missing::check),
    },
    Rule {
        name: tls_off::NAME,
        summary: "settings of TLS are there, and TLS is not on",
        check: Check::Endpoint(tls_off::check),
    },
    Rule {
        name: key_world_readable::NAME,
        summary: "every account of the machine can read the key",
        check: Check::Endpoint(key_world_readable::check),
    },
    Rule {
        name: pipeline_not_read::NAME,
        summary: "a part of the pipelines is not read, by Logstash or by fixkey",
        check: Check::Elsewhere,
    },
    Rule {
        name: ignore_unused::NAME,
        summary: "a comment silences a rule that finds nothing there",
        check: Check::Elsewhere,
    },
];

/// Whether there is a rule of this name.
#[must_use]
pub fn is_rule(name: &str) -> bool {
    RULES.iter().any(|rule| rule.name == name)
}

/// What keeps a key from loading keeps nothing from working as long as TLS is off.
fn as_far_as_loaded(findings: Vec<Finding>, tls: &Tls) -> Vec<Finding> {
    let is_off = matches!(tls, Tls::Off(_) | Tls::OffByDefault);
    let least = if is_off { Severity::Warning } else { Severity::Error };
    let bounded = |finding: Finding| Finding { severity: finding.severity.max(least), ..finding };
    findings.into_iter().map(bounded).collect()
}

/// What there is to say about the search for pipelines; `None` for what is as it should be.
#[must_use]
pub fn of_note(note: &Note) -> Option<Finding> {
    pipeline_not_read::finding(note)
}

/// What to say of a rule in a comment that silenced nothing.
#[must_use]
pub fn unused(ignore: &Ignore, rule: &str) -> Finding {
    ignore_unused::finding(ignore, rule, is_rule(rule))
}

/// What is wrong with a text that does not parse.
#[must_use]
pub fn of_error(error: &logstash_config::Error) -> Vec<Finding> {
    let found = |rule: &Rule| match rule.check {
        Check::Error(check) => Some(check(error)),
        _ => None,
    };
    RULES.iter().filter_map(found).collect()
}

/// What there is to say about a configuration as a whole.
#[must_use]
pub fn of_text(configuration: &Configuration<'_>) -> Vec<Finding> {
    let found = |rule: &Rule| match rule.check {
        Check::Text(check) => check(configuration),
        _ => Vec::new(),
    };
    RULES.iter().flat_map(found).collect()
}

/// What there is to say about an endpoint and its files.
#[must_use]
pub fn of_endpoint(case: &Case<'_>) -> Vec<Finding> {
    let found = |rule: &Rule| match rule.check {
        Check::Endpoint(check) => check(case),
        Check::Loaded(check) => as_far_as_loaded(check(case), &case.endpoint.tls),
        _ => Vec::new(),
    };
    RULES.iter().flat_map(found).collect()
}
