//! What plugins ask of settings together, by running them.

/// A setting that a plugin takes only with another, or only without one.
pub struct Constraint {
    /// The plugins, as `input beats`.
    pub plugins: &'static [&'static str],
    /// The mode in which it counts; `None` for all.
    pub mode: Option<&'static str>,
    /// The switches one of which is on where it counts.
    pub switches: &'static [&'static str],
    /// The setting.
    pub setting: &'static str,
    /// The values of it that are meant; none for all.
    pub values: &'static [&'static str],
    /// Settings with values, none for all, one of which it needs.
    pub needs: &'static [(&'static str, &'static [&'static str])],
    /// Settings that it excludes.
    pub excludes: &'static [&'static str],
    /// What is wrong otherwise: the end of a sentence that begins with the setting.
    pub says: &'static str,
    /// What to do.
    pub action: &'static str,
    /// How it is known.
    pub source: &'static str,
}

const SSL: &[&str] = &["ssl_enabled", "ssl", "ssl_enable"];
const ASKED: &[&str] = &["optional", "required"];
const VERIFIED: &[&str] = &["peer", "force_peer"];

const TCP: &[&str] = &["input tcp", "output tcp"];
const ELASTICSEARCH: &[&str] = &["input elasticsearch", "output elasticsearch"];

/// Source of the rows that say "measured": tests/data/settings/migrations.jsonl, on 8.19.20 and 9.5.2.
pub const CONSTRAINTS: &[Constraint] = &[
    Constraint {
        plugins: &["input http"],
        mode: None,
        switches: SSL,
        setting: "ssl_client_authentication",
        values: ASKED,
        needs: &[("ssl_certificate_authorities", &[]), ("ssl_truststore_path", &[])],
        excludes: &[],
        says: "asks for certificates, and no authorities are set, so Logstash refuses the pipeline",
        action: "set ssl_certificate_authorities to the authorities that issue the clients' certificates",
        source: "measured on Logstash 8.19.20 and 9.5.2: Using `ssl_client_authentication` set to `optional` or `required`, requires the configuration of `ssl_certificate_authorities` or `ssl_truststore_path`",
    },
    Constraint {
        plugins: &["input http"],
        mode: None,
        switches: SSL,
        setting: "ssl_verify_mode",
        values: VERIFIED,
        needs: &[("ssl_certificate_authorities", &[]), ("ssl_truststore_path", &[])],
        excludes: &[],
        says: "asks for certificates, and no authorities are set, so Logstash refuses the pipeline",
        action: "set ssl_certificate_authorities to the authorities that issue the clients' certificates",
        source: "measured on Logstash 8.19.20: Using `ssl_verify_mode` set to `peer` or `force_peer`, requires the configuration of `ssl_certificate_authorities` or `ssl_truststore_path`",
    },
    Constraint {
        plugins: &["input http"],
        mode: None,
        switches: SSL,
        setting: "verify_mode",
        values: VERIFIED,
        needs: &[("ssl_certificate_authorities", &[]), ("ssl_truststore_path", &[])],
        excludes: &[],
        says: "asks for certificates, and no authorities are set, so Logstash refuses the pipeline",
        action: "set ssl_certificate_authorities to the authorities that issue the clients' certificates",
        source: "read in http.rb: Using `verify_mode` set to `peer` or `force_peer`, requires the configuration of `ssl_certificate_authorities` or `ssl_truststore_path`",
    },
    Constraint {
        plugins: &["input http"],
        mode: None,
        switches: SSL,
        setting: "ssl_certificate_authorities",
        values: &[],
        needs: &[
            ("ssl_client_authentication", ASKED),
            ("ssl_verify_mode", VERIFIED),
            ("verify_mode", VERIFIED),
        ],
        excludes: &[],
        says: "is set, and nothing asks clients for certificates, so Logstash refuses the pipeline",
        action: "set ssl_client_authentication to optional or required, or remove ssl_certificate_authorities",
        source: "measured on Logstash 8.19.20 and 9.5.2: The configuration of `ssl_certificate_authorities` requires setting `ssl_client_authentication` to `optional` or 'required'",
    },
    Constraint {
        plugins: TCP,
        mode: Some("server"),
        switches: SSL,
        setting: "ssl_client_authentication",
        values: ASKED,
        needs: &[("ssl_certificate_authorities", &[])],
        excludes: &[],
        says: "asks for certificates, and no authorities are set, so Logstash refuses the pipeline",
        action: "set ssl_certificate_authorities to the authorities that issue the clients' certificates",
        source: "measured of required on Logstash 8.19.20 and 9.5.2, read in tcp.rb of optional: An `ssl_certificate_authorities` is required when `ssl_client_authentication` => `required`",
    },
    Constraint {
        plugins: &["input beats"],
        mode: None,
        switches: SSL,
        setting: "ssl_peer_metadata",
        values: &["true"],
        needs: &[("ssl_client_authentication", ASKED), ("ssl_verify_mode", VERIFIED)],
        excludes: &[],
        says: "is set, and nothing asks clients for certificates, so Logstash refuses the pipeline",
        action: "set ssl_client_authentication to optional or required, or remove ssl_peer_metadata",
        source: "measured on Logstash 8.19.20: Configuring ssl_peer_metadata => true requires ssl_client_authentication => to be configured with 'optional' or 'required'",
    },
    Constraint {
        plugins: &["input beats"],
        mode: None,
        switches: SSL,
        setting: "ssl_client_authentication",
        values: &["none"],
        needs: &[],
        excludes: &["ssl_certificate_authorities"],
        says: "is none, and ssl_certificate_authorities is set, so Logstash refuses the pipeline",
        action: "remove ssl_certificate_authorities, or set ssl_client_authentication to optional or required",
        source: "measured: Logstash refuses it from 8.8 on (tests/data/settings/obsolete-settings.tsv, ssl_verify_mode of the beats input)",
    },
    Constraint {
        plugins: ELASTICSEARCH,
        mode: None,
        switches: SSL,
        setting: "ssl_certificate",
        values: &[],
        needs: &[],
        excludes: &["ssl_keystore_path", "keystore"],
        says: "is set beside a keystore, so Logstash refuses the pipeline",
        action: "set the certificate and its key, or the keystore",
        source: "read in http_client_builder.rb and inputs/elasticsearch.rb: Use either \"ssl_certificate\" or \"ssl_keystore_path/keystore\" when configuring client certificates",
    },
    Constraint {
        plugins: ELASTICSEARCH,
        mode: None,
        switches: SSL,
        setting: "ssl_certificate_authorities",
        values: &[],
        needs: &[],
        excludes: &["ssl_truststore_path", "truststore"],
        says: "is set beside a truststore, so Logstash refuses the pipeline",
        action: "set ssl_certificate_authorities, or the truststore",
        source: "read in http_client_builder.rb and inputs/elasticsearch.rb: Use either \"ssl_certificate_authorities/cacert\" or \"ssl_truststore_path/truststore\" when configuring the CA certificate",
    },
    Constraint {
        plugins: TCP,
        mode: Some("client"),
        switches: SSL,
        setting: "ssl_client_authentication",
        values: &[],
        needs: &[],
        excludes: &[],
        says: "is for mode server, so Logstash refuses the pipeline in mode client",
        action: "set ssl_verification_mode instead",
        source: "read in tcp.rb of both: `ssl_client_authentication` must not be configured when mode is `client`, use `ssl_verification_mode` instead.",
    },
    Constraint {
        plugins: TCP,
        mode: Some("server"),
        switches: SSL,
        setting: "ssl_verification_mode",
        values: &[],
        needs: &[],
        excludes: &[],
        says: "is for mode client, so Logstash refuses the pipeline in mode server",
        action: "set ssl_client_authentication instead",
        source: "read in tcp.rb of both: `ssl_verification_mode` must not be configured when mode is `server`, use `ssl_client_authentication` instead.",
    },
    Constraint {
        plugins: &["input http"],
        mode: None,
        switches: SSL,
        setting: "verify_mode",
        values: &[],
        needs: &[],
        excludes: &["ssl_verify_mode"],
        says: "is set beside ssl_verify_mode, so Logstash refuses the pipeline",
        action: "remove verify_mode",
        source: "read in http.rb: Both 'ssl_verify_mode' and 'verify_mode' were set. Use only 'ssl_verify_mode'.",
    },
];
