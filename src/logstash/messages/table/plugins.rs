//! Messages of plugins and of the core of Logstash about a key or certificate that does not load.

use super::super::{Depth, Message, PossibleCause, found_by};
use super::{
    ALGORITHM, CHAIN, DAMAGED, ENCRYPTION, LAYOUT, MISMATCH, NO_PASSPHRASE, NOT_A_CERTIFICATE,
    NOT_A_KEY, NOT_PKCS8, PASSPHRASE_ON_PLAIN, UNREADABLE, WRONG_PASSPHRASE,
};

/// Source: docs/messages.md §3.1 to §3.5 (reports 37 and 38 on permissions, 45 and 46 on the certificate), docs/messages.md §1.
const ANY_CAUSE: &[PossibleCause] = &[
    NOT_PKCS8,
    UNREADABLE,
    ENCRYPTION,
    NO_PASSPHRASE,
    WRONG_PASSPHRASE,
    PASSPHRASE_ON_PLAIN,
    ALGORITHM,
    LAYOUT,
    DAMAGED,
    NOT_A_KEY,
    NOT_A_CERTIFICATE,
    CHAIN,
    MISMATCH,
];

/// Causes that keep the file of a key from loading with Netty: Netty cannot open it, or cannot use what it holds.
const KEY_FILE_LOADS_NOT: &[PossibleCause] = &[
    NOT_PKCS8,
    UNREADABLE,
    ENCRYPTION,
    NO_PASSPHRASE,
    WRONG_PASSPHRASE,
    PASSPHRASE_ON_PLAIN,
    ALGORITHM,
    LAYOUT,
    DAMAGED,
    NOT_A_KEY,
];

/// What was measured behind "Failed to execute action". Source: docs/messages.md §1.1.
const NO_PIPELINE: &[PossibleCause] = &[
    found_by("configuration-syntax", "the configuration has a syntax error"),
    found_by("file-missing", "a file that a setting points to does not exist"),
    UNREADABLE,
    NOT_PKCS8,
    ENCRYPTION,
    NO_PASSPHRASE,
    WRONG_PASSPHRASE,
    PASSPHRASE_ON_PLAIN,
    ALGORITHM,
    LAYOUT,
    DAMAGED,
    NOT_A_KEY,
    NOT_A_CERTIFICATE,
    CHAIN,
    found_by("setting-missing", "TLS is on, but ssl_key or ssl_certificate is not set"),
    found_by("setting-repeated", "a path is set twice to different values, or is a list"),
    found_by("setting-value", "a setting that turns TLS on or off is neither true nor false"),
    found_by(
        "path-from-variable",
        "a variable has no value in the environment of the service or in the keystore",
    ),
    found_by("quoted-plugin-name", "the name of a plugin is in quotes"),
    found_by("plugin-unknown", "this release does not have the plugin"),
    found_by("setting-unknown", "this release does not know a setting"),
    found_by("setting-obsolete", "this release no longer supports a setting"),
    found_by("setting-conflict", "a setting is refused together with another, or without one"),
];

/// Source: docs/messages.md §1 and §2, docs/plugins-and-settings.md §4.
#[rustfmt::skip]
pub(super) const MESSAGES: &[Message] = &[
    Message {
        wordings: &["Looks like you either have a bad certificate, an invalid key or your private key was not in PKCS8 format"],
        depth: Depth::Outer,
        printed: "the beats input, on each connection: Logstash 6.0.0 to 7.6.0 and 6.8.x (plugin 5.0.2 to 6.0.7). Later plugins still contain the text, but read the key at startup and fail then",
        meaning: Some("the beats input could not use the key or the certificate; this line has many possible causes, including permissions"),
        causes: ANY_CAUSE,
        source: "read in the plugin's message_listener.rb; measured with plugin 5.1.6 and PKCS#1; beats issues 149 and 197, wazuh-documentation issue 1116",
    },
    Message {
        wordings: &["Looks like you either have an invalid key or your private key was not in PKCS8 format"],
        depth: Depth::Outer,
        printed: "the beats input, on each connection: Logstash 2.4.0 to 5.6.16 (plugin 3.1.2 to 3.1.32, 4.0.0 to 5.0.1)",
        meaning: Some("the beats input could not use the key; this line has many possible causes, including permissions"),
        causes: ANY_CAUSE,
        source: "read in the plugin's message_listener.rb",
    },
    Message {
        wordings: &["Failed to initialize a channel. Closing:"],
        depth: Depth::Outer,
        printed: "Netty in the beats input, on each connection: plugins before 6.0.8 (Logstash before 7.6.1), with \"Looks like you either have …\"",
        meaning: Some("the beats input could not use the key or the certificate; the following lines give the cause"),
        causes: ANY_CAUSE,
        source: "beats issue 197",
    },
    Message {
        wordings: &["Pipeline aborted due to error"],
        depth: Depth::Outer,
        printed: "the core of Logstash, for any error of a plugin at startup; for keys in 7.6.x (beats 6.0.8 to 6.0.11, http before 3.3.7)",
        meaning: Some("a plugin did not start; a key is the cause only if the rest of the entry says so"),
        causes: ANY_CAUSE,
        source: "beats pull request 394, logstash issue 11713",
    },
    Message {
        wordings: &["Could not execute action: PipelineAction::Create<<word>>, action_result: false", "Failed to execute action"],
        depth: Depth::Outer,
        printed: "the core of Logstash, for any pipeline that does not start. In 7.8 to 7.10.1 it is the only message about a key that does not load, unless the log level is debug",
        meaning: Some("a pipeline did not start; this line does not say whether a key is the cause"),
        causes: NO_PIPELINE,
        source: "beats issue 400; measured on Logstash 6.8.23 to 9.0.0 for each of these causes",
    },
    Message {
        wordings: &["SSL configuration invalid", "SSL configuration failed"],
        depth: Depth::Outer,
        printed: "the beats input from 6.0.12, the http input from 3.3.7, the tcp input from 6.1.0, at startup",
        meaning: Some("the key or the certificate does not load; the rest of the entry gives the cause"),
        causes: ANY_CAUSE,
        source: "read in the code of the plugins",
    },
    Message {
        wordings: &["Could not inititalize SSL context"],
        depth: Depth::Outer,
        printed: "the tcp input from 2.0.2 (as a server until 5.1, as a client always), with this misspelling",
        meaning: None,
        causes: ANY_CAUSE,
        source: "read in the code of the plugin",
    },
    Message {
        wordings: &["File does not contain valid private key: <path>", "File does not contain valid private key"],
        depth: Depth::Load,
        printed: "Netty from 4.1.1, in every input that loads its key with Netty (beats, elastic_agent, http, logstash, elastic_serverless_forwarder)",
        meaning: Some("the key does not load; the \"Caused by\" line below it says why"),
        causes: KEY_FILE_LOADS_NOT,
        source: "read in Netty's SslContextBuilder.java (4.1.128, the same since 4.1.1); measured on 4.1.17, 4.1.48 and 4.1.118",
    },
    Message {
        wordings: &["File does not contain valid certificates: <path>", "File does not contain valid certificates"],
        depth: Depth::Load,
        printed: "Netty from 4.1.1, in every input that loads its certificate with Netty",
        meaning: Some("the certificate does not load; the \"Caused by\" line below it says why"),
        causes: &[NOT_A_CERTIFICATE, UNREADABLE],
        source: "read in Netty's SslContextBuilder.java (4.1.128, the same since 4.1.1); measured on 4.1.17, 4.1.48 and 4.1.118",
    },
    Message {
        wordings: &["Private key file cannot be read. Please confirm the user running Logstash has permissions to read: <path>", "Private key file cannot be read"],
        depth: Depth::Load,
        printed: "the beats input from 6.0.10, the http input from 3.7.0, the tcp input from 6.4.0, at startup",
        meaning: Some("the permissions are the problem, not the format of the key"),
        causes: &[UNREADABLE],
        source: "read in the code of the plugins; beats pull request 394",
    },
    Message {
        wordings: &["Certificate file cannot be read. Please confirm the user running Logstash has permissions to read: <path>", "Certificate file cannot be read"],
        depth: Depth::Load,
        printed: "the beats input from 6.0.10, the http input from 3.7.0, the tcp input from 6.4.0, at startup",
        meaning: Some("the permissions are the problem, not the format of the certificate"),
        causes: &[UNREADABLE],
        source: "read in the code of the plugins; beats pull request 394",
    },
    Message {
        wordings: &["unexpected key format (class <word>", "unexpected key format (null)", "unexpected key format"],
        depth: Depth::Cause,
        printed: "the tcp input from 6.1.0",
        meaning: Some("the tcp input reads only the first PEM block of the file, and that block is not a key"),
        causes: &[
            found_by("key-not-pkcs8", "an EC PARAMETERS block comes before the key"),
            found_by("key-layout", "the tcp input does not find the block because of a byte-order mark or indentation"),
            NOT_A_KEY,
        ],
        source: "read in the code of the plugin; measured with its parser: curve parameters, a certificate or a byte-order mark before the key, indented lines, DER",
    },
    Message {
        wordings: &["Could not recognize 'ssl_key' format. Class: <word>", "Could not recognize 'ssl_key' format"],
        depth: Depth::Cause,
        printed: "the tcp input 5.2.0 to 6.0.10 (Logstash 6.5.0 and later)",
        meaning: Some("the tcp input reads only the first PEM block of the file, and that block is not a key that it supports"),
        causes: &[
            found_by("key-not-pkcs8", "an EC PARAMETERS block comes before the key"),
            found_by("key-encryption-not-supported", "the key is encrypted, and plugin 5.2.0 (Logstash 6.5.0 to 6.6.2) cannot decrypt it"),
            found_by("key-layout", "the tcp input does not find the block because of a byte-order mark or indentation"),
            NOT_A_KEY,
        ],
        source: "read in the code of the plugin",
    },
    Message {
        wordings: &["failed to read certificate from ssl_certificate path"],
        depth: Depth::Load,
        printed: "the tcp input from 6.4.0",
        meaning: None,
        causes: &[NOT_A_CERTIFICATE, UNREADABLE],
        source: "read in the code of the plugin",
    },
];
