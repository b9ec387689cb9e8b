//! How Go, in Beats, and Java, in Logstash, verify each other's certificates (RFC 5280 §6).
//!
//! rustls-webpki builds and verifies the chain. Where Go and Java were measured to differ from it, this module follows
//! them: docs/what-shippers-load.md §4.

use std::net::IpAddr;

use rustls_pki_types::{CertificateDer, SignatureVerificationAlgorithm, TrustAnchor, UnixTime};
use thiserror::Error;
use time::OffsetDateTime;
use webpki::{
    EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeIdIter, KeyUsage,
    RequiredEkuNotFoundContext, VerifiedPath,
};
use x509_parser::prelude::{FromDer as _, X509Certificate};

use super::signature::{STRONG, WITH_SHA1};
use super::{Certificate, Role};
use crate::public_key::Fingerprint;

/// The library that verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verifier {
    /// Go's `crypto/x509`.
    Go,
    /// The JDK.
    Java,
}

/// Why a chain is refused, or cannot be judged.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Untrusted {
    /// No trusted certificate issued it.
    #[error("no trusted authority issued \"{0}\"")]
    UnknownIssuer(String),
    /// An authority with the right name did not sign it.
    #[error("an authority has the right name, but its key did not sign \"{0}\"")]
    OtherKey(String),
    /// A certificate of the chain has expired.
    #[error("\"{0}\" expired on {1}")]
    Expired(String, time::Date),
    /// A certificate of the chain is not valid yet.
    #[error("\"{0}\" is not valid before {1}")]
    NotYetValid(String, time::Date),
    /// A certificate of the chain issued another, but it belongs to no authority.
    #[error("\"{0}\" is not a CA certificate")]
    NotAnAuthority(String),
    /// `extKeyUsage` or `keyUsage` excludes the side of the connection.
    #[error("\"{0}\" is not valid for TLS {1}")]
    Usage(String, &'static str),
    /// The signature of a certificate has a weak digest.
    #[error("\"{0}\" is signed with {1}")]
    WeakSignature(String, &'static str),
    /// There are more intermediate certificates than an authority allows.
    #[error("the chain of \"{0}\" is longer than its authority allows")]
    TooLong(String),
    /// A name of the certificate is outside the name constraints of an authority.
    #[error("\"{0}\" has a name that its authority may not certify")]
    NameConstraints(String),
    /// fixkey cannot tell.
    #[error("fixkey cannot verify it: {0}")]
    NotKnown(String),
}

/// What a chain is verified against.
pub struct Trust<'a> {
    /// The trusted certificates.
    pub anchors: Vec<&'a Certificate>,
    /// Who verifies.
    pub verifier: Verifier,
    /// When.
    pub now: OffsetDateTime,
    /// The side that presents the chain.
    pub role: Role,
}

impl Trust<'_> {
    /// Verifies the chain of a leaf, given the other certificates that its side sends.
    ///
    /// # Errors
    /// [`Untrusted`]
    pub fn verify(&self, leaf: &Certificate, sent: &[&Certificate]) -> Result<(), Untrusted> {
        let is_trusted = self.is_anchor(leaf);
        // Java does not look at the dates of a leaf that it trusts.
        if !(is_trusted && self.verifier == Verifier::Java) {
            self.dates(leaf)?;
        }
        if !leaf.usage.allows(self.role) {
            return Err(self.usage(leaf));
        }
        if self.verifier == Verifier::Java && !leaf.usage.allows_signatures() {
            return Err(self.usage(leaf));
        }
        if is_trusted {
            return Ok(());
        }
        let result = self.issued(leaf, sent, &mut Vec::new());
        let is_named = self.anchors.iter().any(|anchor| leaf.is_issued_by(anchor));
        match self.doubt(sent) {
            // Java compares names without case and blanks.
            _ if self.verifier == Verifier::Java
                && is_named
                && matches!(result, Err(Untrusted::UnknownIssuer(_))) =>
            {
                Err(Untrusted::NotKnown("a name that is written in two ways".to_owned()))
            }
            Some(why) if matches!(result, Ok(()) | Err(Untrusted::NameConstraints(_))) => {
                Err(Untrusted::NotKnown(why.to_owned()))
            }
            _ => result,
        }
    }

    /// Returns why Java may decide otherwise than rustls-webpki: it reads name constraints in its own way, and takes the
    /// first certificate with the right name for the issuer.
    fn doubt(&self, sent: &[&Certificate]) -> Option<&'static str> {
        if self.verifier == Verifier::Go {
            return None;
        }
        let is_of_other_key = |one: &Certificate| {
            let others = self.anchors.iter().chain(sent);
            let mut same_name = others.filter(|other| other.subject == one.subject);
            same_name.any(|other| !other.public_key.is_same_key(&one.public_key))
        };
        if sent.iter().any(|one| one.usage.has_name_constraints) {
            return Some("name constraints");
        }
        sent.iter().any(|one| is_of_other_key(one)).then_some("two certificates of one name")
    }

    /// Returns that a certificate may not be used on its side of the connection.
    fn usage(&self, one: &Certificate) -> Untrusted {
        let side = match self.role {
            Role::Server => "servers",
            Role::Client => "clients",
        };
        Untrusted::Usage(one.subject.clone(), side)
    }

    fn dates(&self, one: &Certificate) -> Result<(), Untrusted> {
        if one.not_after < self.now {
            return Err(Untrusted::Expired(one.subject.clone(), one.not_after.date()));
        }
        if one.not_before > self.now {
            return Err(Untrusted::NotYetValid(one.subject.clone(), one.not_before.date()));
        }
        Ok(())
    }

    fn is_anchor(&self, one: &Certificate) -> bool {
        self.anchors.iter().any(|anchor| anchor.fingerprint == one.fingerprint)
    }

    /// Returns why this verifier does not accept an issuer. Java does not look at the dates of a trusted one.
    fn refused_issuer(&self, one: &Certificate) -> Result<(), Untrusted> {
        // A certificate of version 1 cannot say that it is an authority.
        if one.usage.version == 3 && !one.usage.is_ca || !one.usage.allows_issuing() {
            return Err(Untrusted::NotAnAuthority(one.subject.clone()));
        }
        if self.verifier == Verifier::Java {
            return Ok(());
        }
        if !one.usage.allows(self.role) {
            return Err(self.usage(one));
        }
        let der = CertificateDer::from(one.der.as_slice());
        let read = EndEntityCert::try_from(&der);
        if matches!(read, Err(webpki::Error::UnsupportedCriticalExtension)) {
            return Err(Untrusted::NotKnown("a critical extension of an authority".to_owned()));
        }
        self.dates(one)
    }

    /// Returns whether Go passes over an issuer, since it takes it for the certificate itself.
    fn is_the_same(&self, one: &Certificate, issuer: &Certificate) -> bool {
        self.verifier == Verifier::Go
            && one.subject == issuer.subject
            && one.public_key.is_same_key(&issuer.public_key)
            && one.usage.alternative_names == issuer.usage.alternative_names
    }

    /// Refuses intermediate certificates that may not issue others by their `keyUsage`, which rustls-webpki does not look
    /// at.
    fn issuers(path: &VerifiedPath<'_>, sent: &[&Certificate]) -> Result<(), webpki::Error> {
        let is_refused =
            |der: &[u8]| sent.iter().any(|one| one.der == der && !one.usage.allows_issuing());
        let mut issuers = path.intermediate_certificates();
        if issuers.any(|one| is_refused(one.der().as_ref())) {
            return Err(webpki::Error::EndEntityUsedAsCa);
        }
        Ok(())
    }

    /// Refuses more intermediate certificates than the authority allows, which Java does not look at.
    fn path_length(&self, path: &VerifiedPath<'_>) -> Result<(), webpki::Error> {
        let is_it = |one: &&&Certificate| {
            let der = CertificateDer::from(one.der.as_slice());
            let anchor = webpki::anchor_from_trusted_cert(&der);
            anchor.is_ok_and(|anchor| anchor == *path.anchor())
        };
        let anchor = self.anchors.iter().find(is_it);
        let most = anchor.and_then(|one| one.usage.path_length);
        let count = u32::try_from(path.intermediate_certificates().count()).unwrap_or(u32::MAX);
        if self.verifier == Verifier::Go && most.is_some_and(|most| count > most) {
            return Err(webpki::Error::PathLenConstraintViolated);
        }
        Ok(())
    }

    /// Verifies that trusted certificates issued `one`, over those that were sent.
    fn issued(
        &self,
        one: &Certificate,
        sent: &[&Certificate],
        path: &mut Vec<Fingerprint>,
    ) -> Result<(), Untrusted> {
        let der = CertificateDer::from(one.der.as_slice());
        let anchors: Vec<CertificateDer<'_>> = self
            .anchors
            .iter()
            .filter(|anchor| self.refused_issuer(anchor).is_ok() && !self.is_the_same(one, anchor))
            .map(|anchor| CertificateDer::from(anchor.der.as_slice()))
            .collect();
        let mut anchors: Vec<TrustAnchor<'_>> =
            anchors.iter().filter_map(|it| webpki::anchor_from_trusted_cert(it).ok()).collect();
        if self.verifier == Verifier::Java {
            // Java does not look at the name constraints of a trusted certificate.
            for anchor in &mut anchors {
                anchor.name_constraints = None;
            }
        }
        let sent_der: Vec<CertificateDer<'_>> =
            sent.iter().map(|one| CertificateDer::from(one.der.as_slice())).collect();
        let algorithms = self.algorithms();
        let seconds = u64::try_from(self.now.unix_timestamp()).unwrap_or_default();
        let time = UnixTime::since_unix_epoch(std::time::Duration::from_secs(seconds));
        let usage = WantedUsage { role: self.role, verifier: self.verifier };
        let found = EndEntityCert::try_from(&der).and_then(|leaf| {
            let within = |path: &VerifiedPath<'_>| {
                Self::issuers(path, sent).and_then(|()| self.path_length(path))
            };
            let within = Some(&within as &dyn Fn(&VerifiedPath<'_>) -> _);
            leaf.verify_for_usage(&algorithms, &anchors, &sent_der, time, usage, None, within)?;
            Ok(())
        });
        match found {
            Ok(()) => Ok(()),
            // Go and Java take these for leaves.
            Err(webpki::Error::CaUsedAsEndEntity | webpki::Error::UnsupportedCertVersion) => {
                self.issued_by_hand(one, sent, path)
            }
            Err(error) => Err(self.refusal(&error, one, sent)),
        }
    }

    /// Does the same for a certificate that rustls-webpki does not accept as a leaf: finds its issuer, and verifies that.
    fn issued_by_hand(
        &self,
        one: &Certificate,
        sent: &[&Certificate],
        path: &mut Vec<Fingerprint>,
    ) -> Result<(), Untrusted> {
        let unknown = Untrusted::UnknownIssuer(one.subject.clone());
        // Each certificate is tried once, whatever the path to it.
        if path.len() >= DEEPEST || path.contains(&one.fingerprint) {
            return Err(unknown);
        }
        path.push(one.fingerprint);
        let is_issuer = |issuer: &&&Certificate| {
            issuer.fingerprint != one.fingerprint
                && one.is_issued_by(issuer)
                && !self.is_the_same(one, issuer)
        };
        let mut worst = unknown;
        for issuer in self.anchors.iter().chain(sent).filter(is_issuer) {
            if issuer.usage.has_name_constraints {
                worst = Untrusted::NotKnown("name constraints".to_owned());
                continue;
            }
            let result = self.signed(one, issuer).and_then(|()| self.refused_issuer(issuer));
            let result = result.and_then(|()| {
                if self.is_anchor(issuer) { Ok(()) } else { self.issued(issuer, sent, path) }
            });
            match result {
                Ok(()) => return Ok(()),
                Err(refusal) => worst = refusal,
            }
        }
        Err(worst)
    }

    fn signed(&self, one: &Certificate, issuer: &Certificate) -> Result<(), Untrusted> {
        if let Some(digest) = one.weak_digest.filter(|_| self.verifier == Verifier::Go) {
            return Err(Untrusted::WeakSignature(one.subject.clone(), digest));
        }
        let der = CertificateDer::from(issuer.der.as_slice());
        let not_known = |error: String| Untrusted::NotKnown(error);
        let key = EndEntityCert::try_from(&der).map_err(|error| not_known(error.to_string()))?;
        let (_, read) =
            X509Certificate::from_der(&one.der).map_err(|error| not_known(error.to_string()))?;
        let (message, signature) = (read.tbs_certificate.as_ref(), &read.signature_value.data);
        let is_signed = self
            .algorithms()
            .into_iter()
            .any(|algorithm| key.verify_signature(algorithm, message, signature).is_ok());
        if is_signed { Ok(()) } else { Err(Untrusted::OtherKey(one.subject.clone())) }
    }

    fn algorithms(&self) -> Vec<&'static dyn SignatureVerificationAlgorithm> {
        let weak = WITH_SHA1.iter().filter(|_| self.verifier == Verifier::Java);
        STRONG.iter().chain(weak).map(|it| it as &dyn SignatureVerificationAlgorithm).collect()
    }

    /// Says what the error of rustls-webpki is about. It does not say which certificate it is of.
    fn refusal(
        &self,
        error: &webpki::Error,
        leaf: &Certificate,
        sent: &[&Certificate],
    ) -> Untrusted {
        use webpki::Error;
        let subject = || leaf.subject.clone();
        let others = || sent.iter().copied().chain(self.anchors.iter().copied());
        let of_dates = || others().find_map(|one| self.dates(one).err());
        match error {
            Error::UnknownIssuer => self.unknown_issuer(leaf, sent),
            Error::InvalidSignatureForPublicKey => Untrusted::OtherKey(subject()),
            Error::CertExpired { .. } | Error::CertNotValidYet { .. } => {
                of_dates().unwrap_or_else(|| Untrusted::UnknownIssuer(subject()))
            }
            Error::RequiredEkuNotFoundContext(_) => self.usage(leaf),
            Error::EndEntityUsedAsCa => {
                let is_none = |one: &&Certificate| !one.usage.is_ca || !one.usage.allows_issuing();
                let found = others().find(is_none);
                Untrusted::NotAnAuthority(found.map_or_else(subject, |one| one.subject.clone()))
            }
            Error::PathLenConstraintViolated => Untrusted::TooLong(subject()),
            Error::NameConstraintViolation => Untrusted::NameConstraints(subject()),
            Error::UnsupportedSignatureAlgorithmContext(_)
            | Error::UnsupportedSignatureAlgorithmForPublicKeyContext(_) => {
                let weak = |one: &Certificate| {
                    Some(Untrusted::WeakSignature(one.subject.clone(), one.weak_digest?))
                };
                let all = std::iter::once(leaf).chain(sent.iter().copied());
                all.filter(|one| !one.is_self_issued())
                    .find_map(weak)
                    .unwrap_or_else(|| Untrusted::NotKnown("its signature algorithm".to_owned()))
            }
            other => Untrusted::NotKnown(other.to_string()),
        }
    }

    /// Says why no issuer was found: perhaps there is one that this verifier does not take.
    fn unknown_issuer(&self, leaf: &Certificate, sent: &[&Certificate]) -> Untrusted {
        let mut last = leaf;
        for _ in 0..DEEPEST {
            let is_next = |one: &&&Certificate| last.is_issued_by(one) && !last.is_issued_by(last);
            match sent.iter().find(is_next) {
                Some(next) => last = next,
                None => break,
            }
        }
        let named = self.anchors.iter().find(|anchor| last.is_issued_by(anchor));
        named
            .and_then(|anchor| self.refused_issuer(anchor).err())
            .unwrap_or_else(|| Untrusted::UnknownIssuer(last.subject.clone()))
    }
}

/// The most certificates of a chain.
const DEEPEST: usize = 8;

/// What is asked of `extKeyUsage`, where there is one: Go wants the usage or any in the whole chain, Java in the leaf,
/// which is judged before.
#[derive(Clone, Copy)]
struct WantedUsage {
    role: Role,
    verifier: Verifier,
}

/// serverAuth, clientAuth and anyExtendedKeyUsage (RFC 5280 §4.2.1.12).
const SERVER: &[usize] = &[1, 3, 6, 1, 5, 5, 7, 3, 1];
const CLIENT: &[usize] = &[1, 3, 6, 1, 5, 5, 7, 3, 2];
const ANY: &[usize] = &[2, 5, 29, 37, 0];

impl ExtendedKeyUsageValidator for WantedUsage {
    fn validate(&self, present: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        let wanted = match self.role {
            Role::Server => SERVER,
            Role::Client => CLIENT,
        };
        let (mut is_limited, mut is_allowed) = (false, self.verifier == Verifier::Java);
        for purpose in present {
            is_limited = true;
            let purpose = purpose?.to_decoded_oid();
            is_allowed |= purpose == wanted || purpose == ANY;
        }
        if is_allowed || !is_limited {
            return Ok(());
        }
        let required = KeyUsage::server_auth();
        let context = RequiredEkuNotFoundContext { required, present: Vec::new() };
        Err(webpki::Error::RequiredEkuNotFoundContext(context))
    }
}

/// How a client in Go compares the name of a host with a certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HostNames {
    /// Go's own way: `subjectAltName` alone.
    AlternativeNames,
    /// That of Beats' `full`: the common name too, where `subjectAltName` has no DNS name, or is that address.
    CommonNameToo,
}

/// Returns whether a certificate is valid for a host, a name or an address. Source: docs/what-shippers-load.md §4.4.
#[must_use]
pub fn is_valid_for(leaf: &Certificate, host: &str, names: HostNames) -> bool {
    let (usage, by_common_name) = (&leaf.usage, names == HostNames::CommonNameToo);
    let common_name = usage.common_name.as_deref().filter(|_| by_common_name);
    if let Ok(address) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
        let address = address.to_canonical();
        let is_it = |name: &str| name.parse().is_ok_and(|it: IpAddr| it.to_canonical() == address);
        let mut addresses = usage.addresses.iter().map(IpAddr::to_canonical);
        return addresses.any(|it| it == address) || common_name.is_some_and(is_it);
    }
    let matches = |pattern: &str| match names {
        // Go compares what is no host name as it is.
        HostNames::AlternativeNames if pattern.ends_with('.') => pattern.eq_ignore_ascii_case(host),
        HostNames::AlternativeNames if pattern == "*" => false,
        _ => matches(pattern, host),
    };
    let is_matched = usage.dns_names.iter().any(|pattern| matches(pattern));
    let common_name = common_name.filter(|_| usage.dns_names.is_empty());
    is_matched || common_name.is_some_and(matches)
}

/// Returns whether a pattern is the name of a host: without case, and `*` for the whole of the first label.
fn matches(pattern: &str, host: &str) -> bool {
    let host = host.strip_suffix('.').unwrap_or(host);
    if pattern.is_empty() || host.is_empty() || pattern.ends_with('.') {
        return false;
    }
    if pattern.eq_ignore_ascii_case(host) {
        return true;
    }
    let (wildcard, rest) = pattern.split_once('.').unwrap_or((pattern, ""));
    let (first, domain) = host.split_once('.').unwrap_or((host, ""));
    wildcard == "*" && !first.is_empty() && rest.eq_ignore_ascii_case(domain)
}
