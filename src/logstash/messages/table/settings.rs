//! Messages of Logstash about missing, ignored and repeated settings, and about files that do not exist.

use super::super::{Depth, Message, PossibleCause, beyond, found_by};

const MISSING_KEY: &[PossibleCause] =
    &[found_by("setting-missing", "TLS is on, but ssl_key or ssl_certificate is not set")];

/// Source: docs/messages.md §1, docs/plugins-and-settings.md §6, docs/configuration-language.md §2.1 and §2.3.
#[rustfmt::skip]
pub(super) const MESSAGES: &[Message] = &[
    Message {
        wordings: &["ssl_key => is a required setting when ssl => true is configured", "ssl_key => is a required setting when ssl_enabled => true is configured", "ssl_key => is a required"],
        depth: Depth::Cause,
        printed: "the beats input from 6.0.12 (ssl_enabled from 7.0)",
        meaning: None,
        causes: MISSING_KEY,
        source: "read in the code of the plugin",
    },
    Message {
        wordings: &["ssl_certificate => is a required setting when ssl => true is configured", "ssl_certificate => is a required setting when ssl_enabled => true is configured", "ssl_certificate => is a required"],
        depth: Depth::Cause,
        printed: "the beats input from 6.0.12 (ssl_enabled from 7.0)",
        meaning: None,
        causes: MISSING_KEY,
        source: "read in the code of the plugin",
    },
    Message {
        wordings: &["Certificate or Certificate Key not configured"],
        depth: Depth::Cause,
        printed: "the beats input before 6.0.12",
        meaning: None,
        causes: MISSING_KEY,
        source: "read in the code of the plugin",
    },
    Message {
        wordings: &["Using an `ssl_certificate` requires an `ssl_key`"],
        depth: Depth::Cause,
        printed: "the http input from 3.7.0, the tcp input from 6.4.0, redis, and the elasticsearch plugins",
        meaning: None,
        causes: &[found_by("setting-missing", "ssl_certificate is set without ssl_key")],
        source: "read in the code of the plugins",
    },
    Message {
        wordings: &["An `ssl_certificate` is required when using an `ssl_key`"],
        depth: Depth::Cause,
        printed: "the http input from 3.7.0, the tcp input from 6.4.0, redis, and the elasticsearch plugins",
        meaning: None,
        causes: &[found_by("setting-missing", "ssl_key is set without ssl_certificate")],
        source: "read in the code of the plugins",
    },
    Message {
        wordings: &["Configured SSL settings are not used when `ssl_enabled` is set to `false`"],
        depth: Depth::Cause,
        printed: "beats from 6.6.0, http, tcp and others, as a warning at startup",
        meaning: Some("the connection is unencrypted, even if a key and a certificate are set"),
        causes: &[found_by("tls-off", "a key or certificate is set, but TLS is off, so Logstash ignores the TLS settings")],
        source: "read in the code of the plugins",
    },
    Message {
        wordings: &["File does not exist or cannot be opened <path>", "File does not exist or cannot be opened"],
        depth: Depth::Cause,
        printed: "the core of Logstash, for any setting that is a path, when it builds a pipeline and with --config.test_and_exit",
        meaning: Some("the account that Logstash runs as finds no file at this path"),
        causes: &[
            found_by("file-missing", "a file that a setting points to does not exist"),
            found_by("file-unreadable", "the account that Logstash runs as cannot read the file: it cannot enter a directory above it"),
            found_by("path-relative", "the path is relative, so it depends on the directory where Logstash is started"),
            found_by("path-from-variable", "the path comes from a variable that has another value for that account"),
        ],
        source: "read in logstash-core's config/mixin.rb and en.yml (9.5.2; the same check in 5.0 to 8.0)",
    },
    Message {
        wordings: &["Expected path (one value), got <n> values"],
        depth: Depth::Cause,
        printed: "the core of Logstash, when it builds a pipeline",
        meaning: None,
        causes: &[found_by("setting-repeated", "the path is set twice to different values, and becomes a list")],
        source: "measured with the configuration compiler of Logstash",
    },
    Message {
        wordings: &["Cannot evaluate `${"],
        depth: Depth::Cause,
        printed: "the core of Logstash, when it builds a pipeline",
        meaning: Some("a variable has no default, and is not set in the keystore or in the environment of the service"),
        causes: &[found_by("path-from-variable", "a path comes from a variable")],
        source: "read in the code of Logstash",
    },
    Message {
        wordings: &["The setting `<word>` in plugin `<word>` is obsolete and is no longer available", "is obsolete and is no longer available"],
        depth: Depth::Cause,
        printed: "the core of Logstash, when it builds a pipeline: for `ssl` of beats from 7.0.0 (Logstash 9.0), and for other old names",
        meaning: Some("the setting has a new name: ssl -> ssl_enabled, ssl_verify_mode -> ssl_client_authentication (with other values), cipher_suites -> ssl_cipher_suites, tls_min_version and tls_max_version -> ssl_supported_protocols"),
        causes: &[beyond("the configuration has a setting that this release no longer supports")],
        source: "read in the code of Logstash; changelog of beats 7.0.0",
    },
];
