//! The permitted uses and names of a certificate (RFC 5280 §4.2.1).

use std::net::IpAddr;

use x509_parser::asn1_rs::Tag;
use x509_parser::prelude::{GeneralName, KeyUsage, ParsedExtension, X509Certificate};

use super::Role;

/// What the extensions of a certificate permit.
#[allow(clippy::struct_excessive_bools, reason = "facts that do not depend on each other")]
pub struct Usage {
    /// Every name in `subjectAltName`, with its kind: `DNS:logstash.example`, `IP:10.0.0.1`; not yet escaped for a
    /// terminal.
    pub alternative_names: Vec<String>,
    /// The last common name of the subject, in which some clients look for the server's name.
    pub common_name: Option<String>,
    /// DNS names in `subjectAltName`, as written.
    pub dns_names: Vec<String>,
    /// IP addresses in `subjectAltName`.
    pub addresses: Vec<IpAddr>,
    /// Whether it belongs to an authority (`basicConstraints`).
    pub is_ca: bool,
    /// How many intermediate certificates may follow beneath it (`pathLenConstraint`), if limited.
    pub(super) path_length: Option<u32>,
    /// Its version of X.509: 1, 2 or 3.
    pub version: u32,
    /// Whether its serial number is negative (RFC 5280 §4.1.2.2 forbids it).
    pub has_negative_serial: bool,
    /// Whether a name in `subjectAltName` that has to be ASCII is not (RFC 5280 §4.2.1.6).
    pub has_name_beyond_ascii: bool,
    /// Whether it limits the names of what it issues (`nameConstraints`).
    pub(super) has_name_constraints: bool,
    /// `keyUsage`, if present.
    of_key: Option<KeyUsage>,
    /// What `extKeyUsage` permits, if present.
    extended: Option<Extended>,
    /// Whether it has a policy of the CA/Browser Forum.
    has_public_policy: bool,
}

struct Extended {
    server: bool,
    client: bool,
}

/// `certificatePolicies` of the CA/Browser Forum for servers: domain, organization, individual and extended
/// validation. Source: its Baseline Requirements for TLS §7.1.6.1, its EV Guidelines §9.3.2.
const PUBLIC_POLICIES: [&str; 4] =
    ["2.23.140.1.2.1", "2.23.140.1.2.2", "2.23.140.1.2.3", "2.23.140.1.1"];

impl Usage {
    pub(super) fn of(certificate: &X509Certificate<'_>) -> Self {
        let extended = certificate.extended_key_usage().ok().flatten().map(|found| Extended {
            server: found.value.server_auth || found.value.any,
            client: found.value.client_auth || found.value.any,
        });
        Self {
            common_name: certificate
                .subject()
                .iter_common_name()
                .last()
                .and_then(|name| name.as_str().ok().map(str::to_owned)),
            dns_names: general_names(certificate, |general| match general {
                GeneralName::DNSName(name) => Some((*name).to_owned()),
                _ => None,
            }),
            addresses: general_names(certificate, |general| match general {
                GeneralName::IPAddress(octets) => address(octets),
                _ => None,
            }),
            path_length: certificate
                .basic_constraints()
                .ok()
                .flatten()
                .and_then(|found| found.value.path_len_constraint),
            version: certificate.version().0 + 1,
            has_negative_serial: certificate
                .raw_serial()
                .first()
                .is_some_and(|byte| byte & 0x80 != 0),
            has_name_beyond_ascii: !general_names(certificate, beyond_ascii).is_empty(),
            has_name_constraints: certificate.name_constraints().ok().flatten().is_some(),
            alternative_names: general_names(certificate, name_with_kind),
            is_ca: certificate.is_ca(),
            of_key: certificate.key_usage().ok().flatten().map(|found| *found.value),
            extended,
            has_public_policy: has_public_policy(certificate),
        }
    }

    /// Returns whether `subjectAltName` holds a server's name.
    #[must_use]
    pub fn has_alternative_names(&self) -> bool {
        !(self.dns_names.is_empty() && self.addresses.is_empty())
    }

    /// Returns whether `keyUsage`, if present, permits handshakes.
    #[must_use]
    pub fn allows_handshake(&self) -> bool {
        self.of_key.is_none_or(|usage| {
            usage.digital_signature() || usage.key_encipherment() || usage.key_agreement()
        })
    }

    /// Whether `keyUsage`, where there is one, lets the key sign a handshake.
    #[must_use]
    pub fn allows_signatures(&self) -> bool {
        self.of_key.is_none_or(|usage| usage.digital_signature())
    }

    /// Returns the server names in `subjectAltName`: DNS names, and then IP addresses as text.
    pub fn names(&self) -> impl Iterator<Item = String> {
        let addresses = self.addresses.iter().map(IpAddr::to_string);
        self.dns_names.iter().cloned().chain(addresses)
    }

    /// Returns whether `keyUsage`, if present, lets the key sign certificates.
    #[must_use]
    pub fn allows_issuing(&self) -> bool {
        self.of_key.is_none_or(|usage| usage.key_cert_sign())
    }

    /// Whether `extKeyUsage`, where there is one, lets it stand on this side of a connection.
    #[must_use]
    pub fn allows(&self, role: Role) -> bool {
        self.extended.as_ref().is_none_or(|extended| match role {
            Role::Server => extended.server,
            Role::Client => extended.client,
        })
    }

    /// Returns whether it claims to follow the rules for public authorities, whose roots sign no server certificates
    /// (CA/Browser Forum, Baseline Requirements for TLS §6.1.7).
    #[must_use]
    pub fn is_publicly_issued(&self) -> bool {
        self.has_public_policy
    }
}

fn general_names<T>(
    certificate: &X509Certificate<'_>,
    name: impl FnMut(&GeneralName<'_>) -> Option<T>,
) -> Vec<T> {
    let Ok(Some(found)) = certificate.subject_alternative_name() else { return Vec::new() };
    found.value.general_names.iter().filter_map(name).collect()
}

/// Returns a name with its kind, in the terms of OpenSSL's configuration (`x509v3_config`).
fn name_with_kind(general: &GeneralName<'_>) -> Option<String> {
    Some(match general {
        GeneralName::DNSName(name) => format!("DNS:{name}"),
        GeneralName::IPAddress(octets) => format!("IP:{}", address(octets)?),
        GeneralName::RFC822Name(address) => format!("email:{address}"),
        GeneralName::URI(uri) => format!("URI:{uri}"),
        GeneralName::DirectoryName(name) => format!("dirName:{name}"),
        GeneralName::RegisteredID(id) => format!("RID:{id}"),
        GeneralName::OtherName(id, _) => format!("otherName:{id}"),
        _ => return None,
    })
}

/// Returns a mail address, a DNS name or a URI that is not ASCII.
fn beyond_ascii(general: &GeneralName<'_>) -> Option<()> {
    let is_beyond = match general {
        GeneralName::RFC822Name(name) | GeneralName::DNSName(name) | GeneralName::URI(name) => {
            !name.is_ascii()
        }
        // Those are texts of these three kinds that are not UTF-8 either.
        GeneralName::Invalid(Tag(1 | 2 | 6), _) => true,
        _ => false,
    };
    is_beyond.then_some(())
}

/// Returns the IP address of these octets, of which there are 4 or 16.
fn address(octets: &[u8]) -> Option<IpAddr> {
    let of_4 = <[u8; 4]>::try_from(octets).map(IpAddr::from);
    of_4.or_else(|_| <[u8; 16]>::try_from(octets).map(IpAddr::from)).ok()
}

fn has_public_policy(certificate: &X509Certificate<'_>) -> bool {
    certificate.iter_extensions().any(|extension| match extension.parsed_extension() {
        ParsedExtension::CertificatePolicies(policies) => policies
            .iter()
            .any(|policy| PUBLIC_POLICIES.contains(&policy.policy_id.to_id_string().as_str())),
        _ => false,
    })
}
