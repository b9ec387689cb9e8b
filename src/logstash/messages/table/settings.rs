//! What Logstash says of settings: missing ones, ignored ones, repeated ones, and files that do not exist.

use super::super::{Depth, Message, PossibleCause, beyond, found_by};

const MISSING_KEY: &[PossibleCause] =
    &[found_by("setting-missing", "TLS is on, and ssl_key or ssl_certificate is not set")];

/// Source: docs/messages.md §1, docs/plugins-and-settings.md §6, docs/configuration-language.md §2.1 and §2.3.
#[rustfmt::skip]
pub(super) const MESSAGES: &[Message] = &[
    Message {
        wordings: &["ssl_key => is a required setting when ssl => true is configured", "ssl_key => is a required setting when ssl_enabled => true is configured", "ssl_key => is a required"],
        depth: Depth::Cause,
        printed: "the beats input from 6.0.12 (ssl_enabled from 7.0)",
        meaning: None,
        causes: MISSING_KEY,
        source: "read in the plugin",
    },
    Message {
        wordings: &["ssl_certificate => is a required setting when ssl => true is configured", "ssl_certificate => is a required setting when ssl_enabled => true is configured", "ssl_certificate => is a required"],
        depth: Depth::Cause,
        printed: "the beats input from 6.0.12 (ssl_enabled from 7.0)",
        meaning: None,
        causes: MISSING_KEY,
        source: "read in the plugin",
    },
    Message {
        wordings: &["Certificate or Certificate Key not configured"],
        depth: Depth::Cause,
        printed: "the beats input before 6.0.12",
        meaning: None,
        causes: MISSING_KEY,
        source: "read in the plugin",
    },
    Message {
        wordings: &["Using an `ssl_certificate` requires an `ssl_key`"],
        depth: Depth::Cause,
        printed: "the http input from 3.7.0, the tcp input from 6.4.0, redis, and the elasticsearch plugins",
        meaning: None,
        causes: &[found_by("setting-missing", "ssl_certificate is set without ssl_key")],
        source: "read in the plugins",
    },
    Message {
        wordings: &["An `ssl_certificate` is required when using an `ssl_key`"],
        depth: Depth::Cause,
        printed: "the http input from 3.7.0, the tcp input from 6.4.0, redis, and the elasticsearch plugins",
        meaning: None,
        causes: &[found_by("setting-missing", "ssl_key is set without ssl_certificate")],
        source: "read in the plugins",
    },
    Message {
        wordings: &["Configured SSL settings are not used when `ssl_enabled` is set to `false`"],
        depth: Depth::Cause,
        printed: "beats from 6.6.0, http, tcp and others, as a warning at start",
        meaning: Some("the connection is not encrypted, whatever key and certificate are named"),
        causes: &[found_by("tls-off", "TLS is switched off, so that its settings are ignored")],
        source: "read in the plugins",
    },
    Message {
        wordings: &["File does not exist or cannot be opened <path>", "File does not exist or cannot be opened"],
        depth: Depth::Cause,
        printed: "the core of Logstash, for any setting that is a path: when a pipeline is built, and with --config.test_and_exit",
        meaning: Some("nothing of that name is there for the account that Logstash runs as"),
        causes: &[
            found_by("file-missing", "the file does not exist"),
            found_by("file-unreadable", "the account that Logstash runs as may not enter a folder above it"),
            found_by("path-relative", "the path is relative, and counts from the folder that Logstash is started in"),
            found_by("path-from-variable", "the path comes from a variable that has another value there"),
        ],
        source: "read in logstash-core's config/mixin.rb and en.yml (9.5.2; the same check in 5.0 to 8.0)",
    },
    Message {
        wordings: &["Expected path (one value), got <n> values"],
        depth: Depth::Cause,
        printed: "the core of Logstash, when a pipeline is built",
        meaning: None,
        causes: &[found_by("setting-repeated", "the path is set twice, to different values, which makes a list")],
        source: "measured with Logstash's own compiler of configurations",
    },
    Message {
        wordings: &["Cannot evaluate `${"],
        depth: Depth::Cause,
        printed: "the core of Logstash, when a pipeline is built",
        meaning: Some("a variable is set neither in the keystore nor in the environment of the service, and has no default"),
        causes: &[found_by("path-from-variable", "a path comes from a variable")],
        source: "read in the source of Logstash",
    },
    Message {
        wordings: &["The setting `<word>` in plugin `<word>` is obsolete and is no longer available", "is obsolete and is no longer available"],
        depth: Depth::Cause,
        printed: "the core of Logstash, when a pipeline is built: for `ssl` of beats from 7.0.0 (Logstash 9.0), and for other old names",
        meaning: Some("the setting has another name now: ssl -> ssl_enabled, ssl_verify_mode -> ssl_client_authentication (with other values), cipher_suites -> ssl_cipher_suites, tls_min_version and tls_max_version -> ssl_supported_protocols"),
        causes: &[beyond("a setting that this release no longer has")],
        source: "read in the source of Logstash; beats 7.0.0's list of changes",
    },
];
