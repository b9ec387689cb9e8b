//! The table of plugins and settings for PEM private keys.

use super::{
    Alias, ClientAuthentication,
    Conversion::{Harmful, Harmless, Recommended, Required},
    Enabled::{Always, By, Inferred},
    Passphrase::{Arrives, Lost, NotASetting},
    Plugin, Reader, ReaderRow, Reading,
    Required::{Both, BothOrKeystore, NotKnown, Together},
    Setting, Switch,
};
use crate::logstash::version::{Version, VersionNumbers, version};
use logstash_config::SectionKind::{self, Filter, Input, Output};

/// The name of every private key setting in any plugin, sorted.
pub const KEY_SETTINGS: &[&str] = &["client_key", "private_key", "ssl_key", "tls_key"];

/// Every setting that names a truststore in any plugin of the table. Source: tests/data/settings/declared-settings.tsv.
pub const TRUSTSTORE_SETTINGS: &[&str] = &["ssl_truststore_path", "truststore"];

/// Every setting that names a keystore in any plugin of the table. Source: tests/data/settings/declared-settings.tsv.
pub const KEYSTORE_SETTINGS: &[&str] = &["ssl_keystore_path", "keystore"];

/// The settings without whose authorities a plugin does not start. Source: tests/data/logstash, situations
/// `client-auth-no-ca` and `peer-no-ca`; the message of the latter on 7.6.0 says that PEER needs them as well; row 004 of
/// tests/data/settings/migrations.jsonl for `optional`.
pub const CLIENT_AUTHENTICATION: &[ClientAuthentication] = &[
    ClientAuthentication {
        gem: BEATS_GEM,
        setting: "ssl_client_authentication",
        values: &["optional", "required"],
    },
    ClientAuthentication {
        gem: BEATS_GEM,
        setting: "ssl_verify_mode",
        values: &["peer", "force_peer"],
    },
];

/// Plugins that do not look whether the files of their authorities exist, but when TLS is on. Source:
/// docs/plugins-and-settings.md §6: their `ssl_certificate_authorities` is an array, elsewhere a list of paths.
pub(super) const AUTHORITIES_NOT_CHECKED: &[(SectionKind, &str)] =
    &[(Input, "beats"), (Input, "http"), (Input, "tcp")];

const BEATS_GEM: &str = "logstash-input-beats";

const fn switch(name: &'static str, is_on_by_default: bool, gone_in: Option<Version>) -> Switch {
    Switch { name, on: "true", is_on_by_default, gone_in }
}

type Row = (VersionNumbers, Option<Reader>, super::Passphrase);

const fn any((since, reader, passphrase): Row) -> ReaderRow {
    let since = version(since.0, since.1, since.2);
    ReaderRow { mode: None, since, reading: Reading { reader, passphrase } }
}

const fn mode(mode: &'static str, row: Row) -> ReaderRow {
    ReaderRow { mode: Some(mode), ..any(row) }
}

const V8_8: Option<Version> = Some(version(8, 8, 0));
const V9: Option<Version> = Some(version(9, 0, 0));

const NETTY: Option<Reader> = Some(Reader::Netty);
const NETTY_49: Option<Reader> = Some(Reader::NettyFrom4_1_49);
const NETTY_80: Option<Reader> = Some(Reader::NettyFrom4_1_80);
const NETTY_97: Option<Reader> = Some(Reader::NettyFrom4_1_97);
const BOUNCY_CASTLE: Option<Reader> = Some(Reader::BouncyCastle);
const OPENSSL_RSA: Option<Reader> = Some(Reader::OpensslRsa);
const OPENSSL_ANY: Option<Reader> = Some(Reader::OpensslAny);
const MANTICORE: Option<Reader> = Some(Reader::Manticore);
const ELASTIC_INTEGRATION: Option<Reader> = Some(Reader::ElasticIntegration);

/// Source: docs/plugins-and-settings.md §1.1; docs/what-logstash-loads.md §3
/// (6.4.4 has Netty 4.1.87, 6.7.1 has 4.1.100). What 3.1.0 carries is not measured.
#[rustfmt::skip]
const BEATS: &[ReaderRow] = &[
    any(((0, 0, 0), OPENSSL_RSA, Arrives)),
    any(((2, 2, 0), OPENSSL_RSA, Lost)),    // fixed in 2.2.4
    any(((2, 2, 4), OPENSSL_RSA, Arrives)),
    any(((3, 1, 0), None,        Lost)),    // a converter that ignores the passphrase
    any(((3, 1, 1), NETTY,       Lost)),    // a TypeError, fixed in 3.1.5
    any(((3, 1, 5), NETTY,       Arrives)),
    any(((6, 0, 11), NETTY_49,   Arrives)),  // 4.1.49; 6.0.5 has 4.1.44
    any(((6, 4, 4), NETTY_80,    Arrives)),
    any(((6, 7, 1), NETTY_97,    Arrives)),
];

/// Source: docs/plugins-and-settings.md §1, §1.1 (3.6.1 has Netty 4.1.87, 4.1.12 has 4.1.136; between them it is
/// not stated from which version Netty is 4.1.97 or later). Before 3.1.0 there is no setting for a PEM key.
#[rustfmt::skip]
const HTTP: &[ReaderRow] = &[
    any(((0, 0, 0),  None,     Arrives)),
    any(((3, 1, 0),  NETTY,    Arrives)),
    any(((3, 3, 5),  NETTY_49, Arrives)),
    any(((3, 6, 1),  NETTY_80, Arrives)),
    any(((4, 1, 12), NETTY_97, Arrives)),
];

/// Source: docs/plugins-and-settings.md §1 (`SslContextBuilder.java:174-189` @e82af5f; `tcp.rb` `ssl_context`).
#[rustfmt::skip]
const TCP_INPUT: &[ReaderRow] = &[
    mode("client", ((0, 0, 0), OPENSSL_RSA,   Lost)),    // fixed in 3.0.6
    mode("client", ((3, 0, 6), OPENSSL_RSA,   Arrives)),
    mode("server", ((0, 0, 0), OPENSSL_RSA,   Lost)),
    mode("server", ((3, 0, 6), OPENSSL_RSA,   Arrives)),
    mode("server", ((5, 2, 0), BOUNCY_CASTLE, Lost)),    // plain keys only
    mode("server", ((5, 2, 1), BOUNCY_CASTLE, Arrives)),
];

/// Gems, and the last version that is known to offer no TLS 1.3 unless a setting says so. Source:
/// tests/data/logstash: 6.8.23 to 7.17.27 (5.1.11 to 6.2.6) answer TLS 1.3 with `protocol_version`, 8.8.2 (6.6.1) and
/// later complete it.
pub(super) const LAST_WITHOUT_TLS_1_3: &[(&str, Version)] =
    &[("logstash-input-beats", version(6, 2, 6))];

const BY_MANTICORE: &[ReaderRow] = &[any(((0, 0, 0), MANTICORE, NotASetting))];

/// Both names of the TLS switch in plugins that had `ssl` until Logstash 9.
const SSL: &[Switch] = &[switch("ssl_enabled", false, None), switch("ssl", false, V9)];
const SSL_ENABLE: &[Switch] =
    &[switch("ssl_enabled", false, None), switch("ssl_enable", false, V9)];
const SSL_ENABLED: &[Switch] = &[switch("ssl_enabled", true, None)];

/// Source: docs/plugins-and-settings.md §1 (AliasRegistry.java:46 @v7.13.0); docs/messages.md §1.1 (7.10.2 lacks it).
pub(super) const ALIASES: &[Alias] =
    &[Alias { section: Input, name: "elastic_agent", since: version(7, 13, 0) }];

/// Every plugin, by section, then by name. Source of `required`: docs/plugins-and-settings.md §1, docs/messages.md §1 (beats from
/// 6.0.12, http from 3.7.0, tcp from 6.4.0; redis and the elasticsearch plugins without a version).
#[rustfmt::skip]
pub static PLUGINS: &[Plugin] = &[
    Plugin {
        section: Input, names: &["beats", "elastic_agent"], gem: "logstash-input-beats", since: Some(version(2, 0, 0)),
        key: &["ssl_key"], certificate: &["ssl_certificate"], passphrase: &["ssl_key_passphrase"],
        authorities: &["ssl_certificate_authorities"], required: Both, enabled: By(SSL), mode: None, readers: BEATS, conversion: Recommended,
        source: "docs/plugins-and-settings.md §1, §1.1, §6: beats.rb:74-87,128, SslContextBuilder.java:98-110,175-176 @a0220a6; AliasRegistry.yml @v7.14",
    },
    Plugin {
        section: Input, names: &["elastic_serverless_forwarder"], gem: "logstash-input-http", since: Some(version(8, 10, 0)),
        key: &["ssl_key"], certificate: &["ssl_certificate"], passphrase: &["ssl_key_passphrase"],
        authorities: &["ssl_certificate_authorities"], required: NotKnown, enabled: By(&[switch("ssl_enabled", true, None), switch("ssl", true, V9)]),
        mode: None, readers: HTTP, conversion: Recommended,
        source: "docs/plugins-and-settings.md §1: elastic_serverless_forwarder.rb:25-30,43,126-134 @5633b51, which hands the key to the http input; config lines of the same file for ssl and the authorities",
    },
    Plugin {
        section: Input, names: &["elasticsearch"], gem: "logstash-input-elasticsearch", since: V8_8,
        key: &["ssl_key"], certificate: &["ssl_certificate"], passphrase: &[],
        authorities: &["ssl_certificate_authorities", "ca_file"], required: Together, enabled: Inferred(&[switch("ssl_enabled", false, None), switch("ssl", false, None)]),
        mode: None, readers: BY_MANTICORE, conversion: Required,
        source: "docs/plugins-and-settings.md §2, §6: elasticsearch.rb:226-239,483-487; ssl and ca_file from the config lines of lib/logstash/inputs/elasticsearch.rb",
    },
    Plugin {
        section: Input, names: &["http"], gem: "logstash-input-http", since: Some(version(6, 4, 0)),
        key: &["ssl_key"], certificate: &["ssl_certificate"], passphrase: &["ssl_key_passphrase"],
        authorities: &["ssl_certificate_authorities"], required: BothOrKeystore, enabled: By(SSL), mode: None, readers: HTTP, conversion: Recommended,
        source: "docs/plugins-and-settings.md §1, §6: SslSimpleBuilder.java:110-127,240, http.rb:61-81,138 @44fd5b3; §6 for what must be set",
    },
    Plugin {
        section: Input, names: &["http_poller"], gem: "logstash-input-http_poller", since: None,
        key: &["ssl_key", "client_key"], certificate: &["ssl_certificate", "client_cert"], passphrase: &[],
        authorities: &["ssl_certificate_authorities", "cacert"], required: NotKnown, enabled: By(SSL_ENABLED), mode: None, readers: BY_MANTICORE, conversion: Required,
        source: "docs/plugins-and-settings.md §2: http_client.rb:85-94,229-231 of mixin-http_client; deprecated_ssl_config_support.rb @0e65a76 for cacert",
    },
    Plugin {
        section: Input, names: &["logstash"], gem: "logstash-input-http", since: Some(version(8, 11, 0)),
        key: &["ssl_key"], certificate: &["ssl_certificate"], passphrase: &["ssl_key_passphrase"],
        authorities: &["ssl_certificate_authorities"], required: NotKnown, enabled: By(SSL_ENABLED), mode: None, readers: HTTP, conversion: Recommended,
        source: "docs/plugins-and-settings.md §1: inputs/logstash.rb:22-27,52,131-134 @d2e35f4, which hands the key to the http input; the same file @0463b08 for the authorities",
    },
    Plugin {
        section: Input, names: &["lumberjack"], gem: "logstash-input-lumberjack", since: Some(version(2, 0, 0)),
        key: &["ssl_key"], certificate: &["ssl_certificate"], passphrase: &["ssl_key_passphrase"],
        authorities: &[], required: Both, enabled: Always, mode: None, readers: &[any(((0, 0, 0), OPENSSL_RSA, Lost))], conversion: Harmless,
        source: "docs/plugins-and-settings.md §1: jls-lumberjack server.rb:55, lumberjack.rb:56 (the passphrase never worked); with Logstash 2 to 5.6 alone",
    },
    Plugin {
        section: Input, names: &["puppet_facter"], gem: "logstash-input-puppet_facter", since: None,
        key: &["private_key"], certificate: &["public_key"], passphrase: &[],
        authorities: &[], required: NotKnown, enabled: By(&[switch("ssl", true, None)]), mode: None,
        readers: &[any(((0, 0, 0), OPENSSL_RSA, NotASetting))], conversion: Harmless,
        source: "docs/plugins-and-settings.md §2: puppet_facter.rb; with no release",
    },
    Plugin {
        section: Input, names: &["relp"], gem: "logstash-input-relp", since: None,
        key: &["ssl_key"], certificate: &["ssl_cert"], passphrase: &["ssl_key_passphrase"],
        authorities: &["ssl_cacert"], required: NotKnown, enabled: By(&[switch("ssl_enable", false, None)]), mode: None,
        readers: &[any(((0, 0, 0), OPENSSL_RSA, Arrives))], conversion: Harmless,
        source: "docs/plugins-and-settings.md §1: relp.rb:84; relp.rb @d7a3cfc for the authorities; with no release",
    },
    Plugin {
        section: Input, names: &["tcp"], gem: "logstash-input-tcp", since: Some(version(2, 0, 0)),
        key: &["ssl_key"], certificate: &["ssl_certificate", "ssl_cert"], passphrase: &["ssl_key_passphrase"],
        authorities: &["ssl_certificate_authorities", "ssl_cacert"], required: Together, enabled: By(SSL_ENABLE), mode: Some("server"), readers: TCP_INPUT, conversion: Harmless,
        source: "docs/plugins-and-settings.md §1, §6: SslContextBuilder.java:174-189 @e82af5f, tcp.rb",
    },
    Plugin {
        section: Filter, names: &["elastic_integration"], gem: "logstash-filter-elastic_integration", since: Some(version(8, 13, 0)),
        key: &["ssl_key"], certificate: &["ssl_certificate"], passphrase: &["ssl_key_passphrase"],
        authorities: &["ssl_certificate_authorities"], required: NotKnown, enabled: Inferred(&[switch("ssl_enabled", false, None)]),
        mode: None, readers: &[any(((0, 0, 0), ELASTIC_INTEGRATION, Arrives))], conversion: Harmful,
        source: "docs/plugins-and-settings.md §5.3, §2: KeyStoreUtil.java:95-145, elastic_integration.rb:256,299; the same file @a71a070 for the authorities and how TLS is inferred",
    },
    Plugin {
        section: Filter, names: &["elasticsearch"], gem: "logstash-filter-elasticsearch", since: V8_8,
        key: &["ssl_key"], certificate: &["ssl_certificate"], passphrase: &[],
        authorities: &["ssl_certificate_authorities", "ca_file"], required: Together, enabled: Inferred(&[switch("ssl_enabled", false, None), switch("ssl", false, None)]),
        mode: None, readers: BY_MANTICORE, conversion: Required,
        source: "docs/plugins-and-settings.md §2: elasticsearch.rb:83-96,282-286; ssl and ca_file from the config lines of the same file",
    },
    Plugin {
        section: Filter, names: &["http"], gem: "logstash-filter-http", since: None,
        key: &["ssl_key", "client_key"], certificate: &["ssl_certificate", "client_cert"], passphrase: &[],
        authorities: &["ssl_certificate_authorities", "cacert"], required: NotKnown, enabled: By(SSL_ENABLED), mode: None, readers: BY_MANTICORE, conversion: Required,
        source: "docs/plugins-and-settings.md §2: http_client.rb:85-94,229-231 of mixin-http_client; deprecated_ssl_config_support.rb @0e65a76 for cacert",
    },
    Plugin {
        section: Output, names: &["elasticsearch"], gem: "logstash-output-elasticsearch", since: V8_8,
        key: &["ssl_key"], certificate: &["ssl_certificate"], passphrase: &[],
        authorities: &["ssl_certificate_authorities", "cacert"], required: Together, enabled: Inferred(&[switch("ssl_enabled", false, None), switch("ssl", false, None)]),
        mode: None, readers: BY_MANTICORE, conversion: Required,
        source: "docs/plugins-and-settings.md §2: api_configs.rb:87-90, http_client_builder.rb:135-139 @b134443; api_configs.rb @0348cd5 for ssl and cacert",
    },
    Plugin {
        section: Output, names: &["http"], gem: "logstash-output-http", since: None,
        key: &["ssl_key", "client_key"], certificate: &["ssl_certificate", "client_cert"], passphrase: &[],
        authorities: &["ssl_certificate_authorities", "cacert"], required: NotKnown, enabled: By(SSL_ENABLED), mode: None, readers: BY_MANTICORE, conversion: Required,
        source: "docs/plugins-and-settings.md §2: http_client.rb:85-94,229-231 of mixin-http_client; deprecated_ssl_config_support.rb @0e65a76 for cacert",
    },
    Plugin {
        section: Output, names: &["logstash"], gem: "logstash-integration-logstash", since: Some(version(8, 11, 0)),
        key: &["ssl_key"], certificate: &["ssl_certificate"], passphrase: &[],
        authorities: &["ssl_certificate_authorities"], required: NotKnown, enabled: By(SSL_ENABLED), mode: None, readers: BY_MANTICORE, conversion: Required,
        source: "docs/plugins-and-settings.md §2: outputs/logstash.rb @d3f7fbe, which takes the settings of mixin-http_client without the deprecated ones",
    },
    Plugin {
        section: Output, names: &["opensearch"], gem: "logstash-output-opensearch", since: None,
        key: &["tls_key"], certificate: &["tls_certificate"], passphrase: &[],
        authorities: &["cacert"], required: NotKnown, enabled: Inferred(&[switch("ssl", false, None)]), mode: None, readers: BY_MANTICORE, conversion: Required,
        source: "docs/plugins-and-settings.md §2: http_client_builder.rb:156-158 @2868d41; api_configs.rb @aec6e5d for ssl and cacert; third party",
    },
    Plugin {
        section: Output, names: &["redis"], gem: "logstash-output-redis", since: Some(version(8, 15, 0)),
        key: &["ssl_key"], certificate: &["ssl_certificate"], passphrase: &["ssl_key_passphrase"],
        authorities: &["ssl_certificate_authorities"], required: Together, enabled: By(&[switch("ssl_enabled", false, None), switch("ssl", false, None)]), mode: None,
        readers: &[any(((0, 0, 0), OPENSSL_RSA, Arrives))], conversion: Harmless,
        source: "docs/plugins-and-settings.md §2: redis.rb:245-250; v5-2-0-plugins-outputs-redis.md @2d83a1e of elastic/logstash-docs-md for ssl and the authorities",
    },
    Plugin {
        section: Output, names: &["syslog"], gem: "logstash-output-syslog", since: None,
        key: &["ssl_key"], certificate: &["ssl_certificate", "ssl_cert"], passphrase: &["ssl_key_passphrase"],
        authorities: &["ssl_certificate_authorities", "ssl_cacert"],
        required: NotKnown, enabled: By(&[Switch { name: "protocol", on: "ssl-tcp", is_on_by_default: false, gone_in: None }]), mode: None,
        readers: &[any(((0, 0, 0), OPENSSL_RSA, Lost)), any(((3, 1, 0), OPENSSL_ANY, Lost))], conversion: Harmless,
        source: "docs/plugins-and-settings.md §2: syslog.rb:280 (the passphrase is handed on as an object); the config lines of the same file for the authorities; with no release",
    },
    Plugin {
        section: Output, names: &["tcp"], gem: "logstash-output-tcp", since: None,
        key: &["ssl_key"], certificate: &["ssl_certificate", "ssl_cert"], passphrase: &["ssl_key_passphrase"],
        authorities: &["ssl_certificate_authorities", "ssl_cacert"], required: NotKnown, enabled: By(&[switch("ssl_enabled", false, None), switch("ssl_enable", false, None)]),
        mode: None, readers: &[any(((0, 0, 0), OPENSSL_RSA, Lost)), any(((6, 0, 2), OPENSSL_RSA, Arrives))], conversion: Harmless,
        source: "docs/plugins-and-settings.md §2: tcp.rb:119-124 @2715142; the config lines of lib/logstash/outputs/tcp.rb for the authorities",
    },
];

const fn setting(key: &'static str, certificate: &'static str, authority: &'static str) -> Setting {
    let reading = Reading { reader: MANTICORE, passphrase: NotASetting };
    let since = version(8, 9, 0);
    Setting { key, certificate, authority, reading, since, source: SETTINGS_SOURCE }
}

const SETTINGS_SOURCE: &str = "docs/plugins-and-settings.md §2: elasticsearch_options.rb:39-40, monitoring.rb:294-295, extension.rb:40-41 @v9.5.2; elasticsearch_options.rb @0578974 for the authority";

/// Every setting of `logstash.yml`, by name.
#[rustfmt::skip]
pub static SETTINGS: &[Setting] = &[
    setting("monitoring.elasticsearch.ssl.key", "monitoring.elasticsearch.ssl.certificate", "monitoring.elasticsearch.ssl.certificate_authority"),
    setting("xpack.management.elasticsearch.ssl.key", "xpack.management.elasticsearch.ssl.certificate", "xpack.management.elasticsearch.ssl.certificate_authority"),
    setting("xpack.monitoring.elasticsearch.ssl.key", "xpack.monitoring.elasticsearch.ssl.certificate", "xpack.monitoring.elasticsearch.ssl.certificate_authority"),
];
