//! How a setting of older releases is written today: its new name, its new values, and where a new name alone would
//! change what Logstash does.
//!
//! Source of all rows: tests/data/settings/obsolete-settings.tsv and migrations.jsonl, measured on 8.19.20 and 9.5.2.

use clap::ValueEnum;

/// What becomes of the value of a setting when another replaces it.
#[derive(Debug)]
pub struct Successor {
    /// The plugins, as `input beats`.
    pub plugins: &'static [&'static str],
    /// The `mode` in which this is so; `None` for all.
    pub mode: Option<&'static str>,
    /// The setting.
    pub old: &'static str,
    /// The one that replaces it, where that depends on the mode; `None` for the one that is declared.
    pub new: Option<&'static str>,
    /// What becomes of its value.
    pub values: Values,
}

/// What becomes of a value under the new name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Values {
    /// It stays.
    Same,
    /// It becomes the only one of a list.
    InList,
    /// Each of these words, in any case, becomes another.
    Words(&'static [(&'static str, &'static str)]),
    /// It is written in lower case, and has to be one of these.
    LowerCase(&'static [&'static str]),
    /// They are written in upper case, and have to be cipher suites of Java.
    CipherSuites,
    /// With the setting of the other bound, it becomes the list of the protocols between.
    Protocols(Bound),
    /// With the others of its kind, it becomes a list of what is added to events.
    Enrichments,
}

/// A bound of the protocol versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Bound {
    /// The oldest version.
    Least,
    /// The newest version.
    Most,
}

/// The protocol versions, with the numbers by which the old settings know them, and whether the new setting takes them.
pub const PROTOCOLS: &[(&str, &str, bool)] = &[
    ("1", "TLSv1", false),
    ("1.1", "TLSv1.1", true),
    ("1.2", "TLSv1.2", true),
    ("1.3", "TLSv1.3", true),
];

/// The modes of plugins where none is set. Source: docs/plugins-and-settings.md §2.
pub const DEFAULT_MODES: &[(&str, &str)] = &[("input tcp", "server"), ("output tcp", "client")];

/// Keys of `logstash.yml` that another replaced with the same values. Source: tests/data/settings/settings-files.tsv.
pub const RENAMED_KEYS: &[(&str, &str)] = &[
    ("http.enabled", "api.enabled"),
    ("http.environment", "api.environment"),
    ("http.host", "api.http.host"),
    ("http.port", "api.http.port"),
];

/// What the beats input adds to events where `enrich` is not set.
pub const DEFAULT_ENRICHMENTS: &[&str] = &["source_metadata", "codec_metadata"];

/// What a server asks clients for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum ClientAuth {
    /// No certificate
    None,
    /// A certificate, if they have one
    Optional,
    /// A certificate
    Required,
}

impl ClientAuth {
    /// Returns the value of `ssl_client_authentication`.
    #[must_use]
    pub fn value(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Optional => "optional",
            Self::Required => "required",
        }
    }
}

/// The setting by which servers ask clients for certificates.
pub const CLIENT_AUTHENTICATION: &str = "ssl_client_authentication";

/// The settings for the authorities of clients, the current name first.
pub const AUTHORITIES: &[&str] = &["ssl_certificate_authorities", "ssl_cacert"];

/// The plugins that refuse authorities where nobody is asked for a certificate.
pub const STRICT_ABOUT_AUTHORITIES: &[&str] = &["input beats", "input http"];

/// A value for which the plain successor is refused, or changes what the server asks for.
#[derive(Debug)]
pub struct Exception {
    /// The plugins, as `input beats`.
    pub plugins: &'static [&'static str],
    /// The `mode` in which this is so; `None` for all.
    pub mode: Option<&'static str>,
    /// The setting.
    pub old: &'static str,
    /// The value.
    pub value: &'static str,
    /// Whether this is so with authorities, or without.
    pub with_authorities: bool,
    /// Whether the server asks for the same without the setting, which the release takes.
    pub is_default: bool,
    /// What becomes of it without the setting, or what is in the way.
    pub says: &'static str,
}

/// The exceptions.
pub const EXCEPTIONS: &[Exception] = &[
    Exception {
        plugins: BEATS,
        mode: None,
        old: "ssl_verify_mode",
        value: "none",
        with_authorities: true,
        is_default: true,
        says: "without ssl_verify_mode the input does the same: with ssl_certificate_authorities set, it requires a certificate from clients, in spite of \"none\"",
    },
    Exception {
        plugins: &["input tcp"],
        mode: Some("server"),
        old: "ssl_verify",
        value: "true",
        with_authorities: false,
        is_default: true,
        says: "without ssl_verify the input does the same: it requires a certificate from clients",
    },
    Exception {
        plugins: &["output tcp"],
        mode: Some("server"),
        old: "ssl_verify",
        value: "true",
        with_authorities: false,
        is_default: false,
        says: "ssl_verify requires a certificate from clients, and ssl_client_authentication needs ssl_certificate_authorities for that",
    },
];

/// A setting whose default another release has changed.
#[derive(Debug)]
pub struct ChangedDefault {
    /// The plugin, as `output tcp`.
    pub plugin: &'static str,
    /// The `mode` in which it is used.
    pub mode: &'static str,
    /// The switches one of which is on where it counts.
    pub switches: &'static [&'static str],
    /// The setting.
    pub setting: &'static str,
    /// Its older name.
    pub old: &'static str,
    /// What it was before.
    pub before: &'static str,
    /// What it is from [`ChangedDefault::SINCE`] on.
    pub after: &'static str,
    /// What it was before, in words.
    pub kept: &'static str,
    /// What that means: the end of a sentence.
    pub says: &'static str,
}

impl ChangedDefault {
    /// The release with the new defaults.
    pub const SINCE: crate::logstash::version::Version = crate::logstash::version::version(9, 0, 0);
}

/// The changed defaults.
pub const CHANGED_DEFAULTS: &[ChangedDefault] = &[ChangedDefault {
    plugin: "output tcp",
    mode: "client",
    switches: &["ssl_enabled", "ssl_enable"],
    setting: "ssl_verification_mode",
    old: "ssl_verify",
    before: "none",
    after: "full",
    kept: "nothing verifies the server",
    says: "verifies the server's certificate and name, which it did not before",
}];

const BEATS: &[&str] = &["input beats"];
const SERVERS: &[&str] = &["input beats", "input http"];
const TCP: &[&str] = &["input tcp", "output tcp"];
const CLIENTS: &[&str] = &["filter http", "input http_poller", "output http"];
const STORE_TYPES: Values = Values::LowerCase(&["jks", "pkcs12"]);
const VERIFY_MODES: Values =
    Values::Words(&[("none", "none"), ("peer", "optional"), ("force_peer", "required")]);
const FULL_OR_NONE: Values = Values::Words(&[("true", "full"), ("false", "none")]);
const REQUIRED_OR_NONE: Values = Values::Words(&[("true", "required"), ("false", "none")]);
const COMPRESSION_LEVELS: Values = Values::Words(&[("true", "1"), ("false", "0")]);

const fn row(plugins: &'static [&'static str], old: &'static str, values: Values) -> Successor {
    Successor { plugins, mode: None, old, new: None, values }
}

const fn by_mode(mode: &'static str, new: &'static str, values: Values) -> Successor {
    Successor { plugins: TCP, mode: Some(mode), old: "ssl_verify", new: Some(new), values }
}

/// The settings whose values change; the value of any other stays.
pub const SUCCESSORS: &[Successor] = &[
    row(SERVERS, "ssl_verify_mode", VERIFY_MODES),
    row(&["input http"], "verify_mode", VERIFY_MODES),
    row(SERVERS, "cipher_suites", Values::CipherSuites),
    row(SERVERS, "tls_min_version", Values::Protocols(Bound::Least)),
    row(SERVERS, "tls_max_version", Values::Protocols(Bound::Most)),
    row(BEATS, "ssl_peer_metadata", Values::Enrichments),
    row(BEATS, "include_codec_tag", Values::Enrichments),
    row(TCP, "ssl_cacert", Values::InList),
    by_mode("server", CLIENT_AUTHENTICATION, REQUIRED_OR_NONE),
    by_mode("client", "ssl_verification_mode", FULL_OR_NONE),
    row(&["filter elasticsearch", "input elasticsearch"], "ca_file", Values::InList),
    row(
        &["filter http", "input http_poller", "output elasticsearch", "output http"],
        "cacert",
        Values::InList,
    ),
    row(
        &["input elasticsearch", "output elasticsearch"],
        "ssl_certificate_verification",
        FULL_OR_NONE,
    ),
    row(CLIENTS, "keystore_type", STORE_TYPES),
    row(CLIENTS, "truststore_type", STORE_TYPES),
    row(&["output elasticsearch"], "http_compression", COMPRESSION_LEVELS),
];
