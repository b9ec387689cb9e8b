//! The rules: one a file, and the one table of them.

pub mod case;
mod certificate_key_mismatch;
mod configuration_syntax;
mod file_missing;
mod file_unreadable;
mod key_algorithm_not_supported;
mod key_damaged;
mod key_encryption_not_supported;
mod key_not_pkcs8;
mod not_a_private_key;
mod pages;
mod passphrase_on_plain_key;
mod path_from_variable;
mod path_relative;
mod plugin_unknown;
mod quoted_plugin_name;
mod setting_repeated;

use case::Case;
pub use pages::{PAGES, page};

/// The rule that the account of Logstash may read what is named.
pub const FILE_UNREADABLE: &str = file_unreadable::NAME;

use crate::finding::Finding;
use crate::logstash::parse::{self, Configuration};

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
    Error(fn(&parse::Error) -> Finding),
    /// A configuration as a whole.
    Text(fn(&Configuration<'_>) -> Vec<Finding>),
    /// A plugin that may load a key, with the files that it names.
    Endpoint(fn(&Case<'_>) -> Vec<Finding>),
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
        check: Check::Endpoint(not_a_private_key::check),
    },
    Rule {
        name: file_unreadable::NAME,
        summary: "the account that Logstash runs as may not read a file",
        check: Check::Endpoint(file_unreadable::check),
    },
    Rule {
        name: key_damaged::NAME,
        summary: "the file of the key is broken",
        check: Check::Endpoint(key_damaged::check),
    },
    Rule {
        name: certificate_key_mismatch::NAME,
        summary: "the key does not belong to the certificate beside it",
        check: Check::Endpoint(certificate_key_mismatch::check),
    },
    Rule {
        name: key_not_pkcs8::NAME,
        summary: "the key is not in the form that Logstash documents",
        check: Check::Endpoint(key_not_pkcs8::check),
    },
    Rule {
        name: key_algorithm_not_supported::NAME,
        summary: "the reader takes no key of this algorithm, in whatever form",
        check: Check::Endpoint(key_algorithm_not_supported::check),
    },
    Rule {
        name: key_encryption_not_supported::NAME,
        summary: "the key is encrypted in a way that its reader does not decrypt, or is not where it has to be",
        check: Check::Endpoint(key_encryption_not_supported::check),
    },
    Rule {
        name: passphrase_on_plain_key::NAME,
        summary: "a passphrase is set for a key that is not encrypted",
        check: Check::Endpoint(passphrase_on_plain_key::check),
    },
];

/// What is wrong with a text that does not parse.
#[must_use]
pub fn of_error(error: &parse::Error) -> Vec<Finding> {
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
        _ => Vec::new(),
    };
    RULES.iter().flat_map(found).collect()
}
