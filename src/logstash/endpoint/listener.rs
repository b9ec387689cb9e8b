//! What an input that speaks the protocol of shippers sets for their connections.

use super::setting::texts;
use super::{Setting, named};
use logstash_config::{Plugin, SectionKind};

/// The inputs that speak the protocol of Beats.
const INPUTS: &[&str] = &["beats", "elastic_agent"];

/// An input that accepts connections of shippers.
pub struct Listener {
    /// The setting of the port.
    pub port: Option<Setting>,
    /// The setting of the address that it listens on; all addresses by default.
    pub host: Option<Setting>,
    /// The versions of TLS that it offers; `None` for the default.
    pub protocols: Option<Vec<Setting>>,
    /// The cipher suites that it offers; `None` for the default.
    pub suites: Option<Vec<Setting>>,
    /// What it asks clients for.
    pub client_certificate: ClientCertificate,
}

/// What an input does about certificates of clients.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClientCertificate {
    /// It asks for none.
    NotAsked,
    /// It asks for one, and verifies it if there is one.
    Optional,
    /// It refuses a connection without one.
    Required,
    /// It depends on a variable, or has another value.
    NotKnown,
}

/// Returns what an input sets for connections of shippers; `None` for other plugins.
pub(super) fn of(plugin: &Plugin<'_>) -> Option<Listener> {
    let is_it = plugin.section() == SectionKind::Input
        && INPUTS.iter().any(|name| plugin.name().raw() == name.as_bytes());
    if !is_it {
        return None;
    }
    let all = |names: &[&str]| -> Option<Vec<Setting>> {
        let found: Vec<Setting> = named(plugin, names).flat_map(|it| texts(&it)).collect();
        (!found.is_empty()).then_some(found)
    };
    let one = |names: &[&str]| all(names).and_then(|found| found.into_iter().next());
    let asks = one(&["ssl_client_authentication", "ssl_verify_mode"]);
    let has_authorities = all(&["ssl_certificate_authorities"]).is_some();
    let versions = one(&["tls_min_version"]).is_none() && one(&["tls_max_version"]).is_none();
    Some(Listener {
        port: one(&["port"]),
        host: one(&["host"]),
        protocols: all(&["ssl_supported_protocols"]).or((!versions).then(Vec::new)),
        suites: all(&["ssl_cipher_suites", "cipher_suites"]),
        client_certificate: client_certificate(asks.as_ref(), has_authorities),
    })
}

/// Returns what an input does about certificates of clients. Authorities alone require one, even with `ssl_verify_mode`
/// at `none`. Source: logstash-input-beats `beats.rb` `client_authentication_enabled?` and `SslContextBuilder.java`.
fn client_certificate(asks: Option<&Setting>, has_authorities: bool) -> ClientCertificate {
    let by_authorities =
        if has_authorities { ClientCertificate::Required } else { ClientCertificate::NotAsked };
    let Some(asks) = asks else { return by_authorities };
    let value = asks.raw.to_ascii_lowercase();
    match (asks.name.as_str(), value.as_str()) {
        ("ssl_verify_mode", "none") => by_authorities,
        ("ssl_client_authentication", "none") => ClientCertificate::NotAsked,
        ("ssl_verify_mode", "peer") | ("ssl_client_authentication", "optional") => {
            ClientCertificate::Optional
        }
        ("ssl_verify_mode", "force_peer") | ("ssl_client_authentication", "required") => {
            ClientCertificate::Required
        }
        _ => ClientCertificate::NotKnown,
    }
}
