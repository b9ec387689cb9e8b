//! What a shipper and a beats input agree on in a handshake: version, cipher suite and curve.

use keyfile::public_key::PublicKey;

/// A version of TLS.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Protocol {
    /// TLS 1.0.
    Tls1_0,
    /// TLS 1.1.
    Tls1_1,
    /// TLS 1.2.
    Tls1_2,
    /// TLS 1.3.
    Tls1_3,
}

impl Protocol {
    /// Returns the version with this name in Beats and Logstash.
    #[must_use]
    pub fn of(name: &str) -> Option<Self> {
        Some(match name {
            "TLSv1" | "TLSv1.0" => Self::Tls1_0,
            "TLSv1.1" => Self::Tls1_1,
            "TLSv1.2" => Self::Tls1_2,
            "TLSv1.3" => Self::Tls1_3,
            _ => return None,
        })
    }
}

/// What a shipper offers; an empty list is the default of Beats.
pub struct Offer<'a> {
    /// `ssl.supported_protocols`
    pub protocols: &'a [&'a str],
    /// `ssl.cipher_suites`
    pub suites: &'a [&'a str],
    /// `ssl.curve_types`
    pub curves: &'a [&'a str],
    /// Whether the default has no RSA key exchange.
    pub omits_rsa_key_exchange: bool,
}

/// What an input accepts; an empty list is its default.
pub struct Acceptance<'a> {
    /// `ssl_supported_protocols`
    pub protocols: Vec<&'a str>,
    /// `ssl_cipher_suites`
    pub suites: Vec<&'a str>,
    /// Whether its default has no TLS 1.3.
    pub lacks_tls_1_3: bool,
}

/// What two ends do not have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mismatch {
    /// A version of TLS.
    Version,
    /// The shipper refuses the version that the input chose, which is in its range and not in its list.
    NotListed,
    /// A cipher suite that goes with the key of the input.
    Suite,
    /// A curve.
    Curve,
}

/// The versions that Beats offer by default, as far as Java speaks them. Source: docs/what-shippers-load.md §5.1.
const OFFERED: &[&str] = &["TLSv1.2", "TLSv1.3"];

/// The versions that the beats input accepts by default. Java does not speak those before (`jdk.tls.disabledAlgorithms`).
const ACCEPTED: &[&str] = &["TLSv1.2", "TLSv1.3"];

/// The cipher suites that Beats accept by their names, and those of Java; `None` for the suites of TLS 1.3, which Go
/// always offers, and those that Java does not speak. Source: docs/what-shippers-load.md §5.3.
pub(super) const SUITES: &[(&str, Option<&str>)] = &[
    ("ECDHE-ECDSA-AES-128-CBC-SHA", Some("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA")),
    ("ECDHE-ECDSA-AES-128-CBC-SHA256", Some("TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256")),
    ("ECDHE-ECDSA-AES-128-GCM-SHA256", Some("TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256")),
    ("ECDHE-ECDSA-AES-256-CBC-SHA", Some("TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA")),
    ("ECDHE-ECDSA-AES-256-GCM-SHA384", Some("TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384")),
    ("ECDHE-ECDSA-CHACHA20-POLY1305", Some("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256")),
    ("ECDHE-ECDSA-RC4-128-SHA", None),
    ("ECDHE-RSA-3DES-CBC3-SHA", None),
    ("ECDHE-RSA-AES-128-CBC-SHA", Some("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA")),
    ("ECDHE-RSA-AES-128-CBC-SHA256", Some("TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256")),
    ("ECDHE-RSA-AES-128-GCM-SHA256", Some("TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256")),
    ("ECDHE-RSA-AES-256-CBC-SHA", Some("TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA")),
    ("ECDHE-RSA-AES-256-GCM-SHA384", Some("TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")),
    ("ECDHE-RSA-CHACHA20-POLY1205", Some("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256")),
    ("ECDHE-RSA-RC4-128-SHA", None),
    ("RSA-3DES-CBC3-SHA", None),
    ("RSA-AES-128-CBC-SHA", Some("TLS_RSA_WITH_AES_128_CBC_SHA")),
    ("RSA-AES-128-CBC-SHA256", Some("TLS_RSA_WITH_AES_128_CBC_SHA256")),
    ("RSA-AES-128-GCM-SHA256", Some("TLS_RSA_WITH_AES_128_GCM_SHA256")),
    ("RSA-AES-256-CBC-SHA", Some("TLS_RSA_WITH_AES_256_CBC_SHA")),
    ("RSA-AES-256-GCM-SHA384", Some("TLS_RSA_WITH_AES_256_GCM_SHA384")),
    ("RSA-RC4-128-SHA", None),
    ("TLS-AES-128-GCM-SHA256", None),
    ("TLS-AES-256-GCM-SHA384", None),
    ("TLS-CHACHA20-POLY1305-SHA256", None),
];

/// The suites of TLS 1.2 with RSA key exchange that Go before 1.22 offers by default. Source:
/// docs/what-shippers-load.md §5.2.
const OLD_DEFAULT_OF_GO: &[&str] = &[
    "TLS_RSA_WITH_AES_128_CBC_SHA",
    "TLS_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_RSA_WITH_AES_256_CBC_SHA",
    "TLS_RSA_WITH_AES_256_GCM_SHA384",
];

/// The suites of TLS 1.2 that Go offers by default. Source: docs/what-shippers-load.md §5.2.
const DEFAULT_OF_GO: &[&str] = &[
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
];

/// The suites that the beats input accepts by default. Source: logstash-input-beats `SslContextBuilder.java`.
const DEFAULT_OF_INPUT: &[&str] = &[
    "TLS_AES_256_GCM_SHA384",
    "TLS_AES_128_GCM_SHA256",
    "TLS_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384",
    "TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384",
    "TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256",
    "TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256",
];

/// The suites of TLS 1.3.
const OF_TLS_1_3: &[&str] =
    &["TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256", "TLS_CHACHA20_POLY1305_SHA256"];

/// The key of a server, as far as suites differ.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Rsa,
    Ec,
}

/// Returns the version that both agree on. `key` is that of the input's certificate, where it is known.
///
/// # Errors
/// [`Mismatch`]
pub fn negotiate(
    offer: &Offer<'_>,
    acceptance: &Acceptance<'_>,
    key: Option<&PublicKey>,
) -> Result<Protocol, Mismatch> {
    let or = |list: &[&'static str], set: &[&str]| -> Vec<String> {
        let list = if set.is_empty() { list } else { set };
        list.iter().map(|one| (*one).to_owned()).collect()
    };
    let versions = |names: &[String]| -> Vec<Protocol> {
        names.iter().filter_map(|name| Protocol::of(name)).collect()
    };
    let listed = versions(&or(OFFERED, offer.protocols));
    let accepted_suites = or(DEFAULT_OF_INPUT, &acceptance.suites);
    let has_suite_for = |version: Protocol| {
        let is_of_1_3 = |suite: &String| OF_TLS_1_3.contains(&suite.as_str());
        accepted_suites.iter().any(|suite| is_of_1_3(suite) == (version == Protocol::Tls1_3))
    };
    let mut accepted = versions(&or(ACCEPTED, &acceptance.protocols));
    if acceptance.protocols.is_empty() && acceptance.lacks_tls_1_3 {
        accepted.retain(|version| *version != Protocol::Tls1_3);
    }
    // Java does not speak the older ones, and none without a suite.
    accepted.retain(|version| *version >= Protocol::Tls1_2 && has_suite_for(*version));
    let (Some(least), Some(most)) = (listed.iter().min(), listed.iter().max()) else {
        return Err(Mismatch::Version);
    };
    let in_range = |version: &&Protocol| (least..=most).contains(version);
    let version = *accepted.iter().filter(in_range).max().ok_or(Mismatch::Version)?;
    if !listed.contains(&version) {
        return Err(Mismatch::NotListed);
    }
    if !offer.curves.is_empty() && !offer.curves.iter().any(|curve| OF_JAVA.contains(curve)) {
        return Err(Mismatch::Curve);
    }
    if let Some(key) = key {
        agree_on_key(offer, &accepted_suites, version, key)?;
    }
    Ok(version)
}

/// Checks that a suite and a curve go with the key of the input.
fn agree_on_key(
    offer: &Offer<'_>,
    accepted: &[String],
    version: Protocol,
    key: &PublicKey,
) -> Result<(), Mismatch> {
    let kind = if key.rsa_bits().is_some() { Kind::Rsa } else { Kind::Ec };
    if version == Protocol::Tls1_3 {
        return Ok(());
    }
    let offered: Vec<&str> = if offer.suites.is_empty() {
        let old = OLD_DEFAULT_OF_GO.iter().filter(|_| !offer.omits_rsa_key_exchange);
        DEFAULT_OF_GO.iter().chain(old).copied().collect()
    } else {
        let java = |name: &str| SUITES.iter().find(|row| row.0 == name)?.1;
        offer.suites.iter().filter_map(|name| java(name)).collect()
    };
    let fits = |suite: &&str| {
        let of_kind = if suite.contains("_ECDSA_") { Kind::Ec } else { Kind::Rsa };
        of_kind == kind && accepted.iter().any(|accepted| accepted == *suite)
    };
    if !offered.iter().any(fits) {
        return Err(Mismatch::Suite);
    }
    // The key itself has to be on a curve that the shipper offers.
    let curve = key.curve().and_then(|oid| CURVES.iter().find(|row| row.0 == oid.to_string()));
    let is_offered = |(_, name): &(&str, &str)| offer.curves.contains(name);
    match curve {
        Some(curve) if !offer.curves.is_empty() && !is_offered(curve) => Err(Mismatch::Curve),
        _ => Ok(()),
    }
}

/// The curves that the JDK speaks; JDK 17 has no others.
const OF_JAVA: &[&str] = &["P-256", "P-384", "P-521", "X25519"];

/// The curves of keys that shake hands, by object identifier and as Beats write them.
const CURVES: &[(&str, &str)] =
    &[("1.2.840.10045.3.1.7", "P-256"), ("1.3.132.0.34", "P-384"), ("1.3.132.0.35", "P-521")];
