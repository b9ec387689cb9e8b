//! The certificate chain that an endpoint presents, or why it presents none: the input of certificate rules.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::case::{Case, Named};
use crate::beats::releases::{Beats, Feature};
use crate::check::clock::Clock;
use crate::check::finding::Finding;
use crate::check::key_file::Held;
use crate::check::named_file::NamedFile;
use crate::check::neighbours::Neighbour;
use crate::logstash::readers::{
    self, CertificateLayout, Judgement, Netty, Reader, UnreadByGo, UnreadByJdk, Verdict,
};
use crate::os::display::escape;
use crate::os::view;
use keyfile::certificate::{Certificate, Chain, Error, Fault, Other, Role};
use keyfile::file::Foreign;

/// OpenSSL's error for an expired certificate. Source: docs/what-logstash-loads.md §5, row `cert-expired`;
/// docs/messages.md §3.8, report 60.
pub(super) const EXPIRED: &str = "error 10, certificate has expired";

/// The action that follows a command which writes a new certificate file.
pub(super) const USE_NEW_FILE: &str = "point the certificate setting to the new file";

/// The file that a certificate setting points to.
pub struct CertificateFile<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// The span of the setting's value in its configuration.
    pub setting: Range<usize>,
    /// Whether its certificates are known to be presented.
    pub is_presented: bool,
    /// Who reads it, if it is a file of authorities or a shipper's.
    pub authorities: Option<TrustReader>,
    /// What else is wrong in the file, and how its reader takes that.
    pub fault: Option<(&'a Fault, Judgement)>,
    /// The chain that its reader loads.
    pub loaded: Result<Presented<'a>, NotLoaded<'a>>,
}

/// Who reads a file of authorities.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TrustReader {
    /// Java's `CertificateFactory`.
    Java,
    /// Beats.
    Beats,
    /// A reader that was not measured.
    Other,
}

/// Why the reader loads no chain from the file.
pub enum NotLoaded<'a> {
    /// The certificate setting and the key setting point to each other's files.
    Swapped {
        /// The file of the key setting.
        key: &'a Named<'a>,
        /// The file of the certificate setting.
        certificate: &'a Named<'a>,
    },
    /// The file holds no certificate.
    NoCertificate(&'a Error),
    /// There is something else than a file.
    NotAFile(&'a view::Error),
    /// The file of authorities holds something else as well.
    Beside(&'a Other, Option<usize>),
    /// The reader does not load this layout.
    Layout(&'static CertificateLayout),
    /// Beats find no PEM certificate in it.
    NotForBeats,
    /// The reader refuses it for [`CertificateFile::fault`].
    Fault,
    /// The JDK does not read this certificate.
    Unread(&'a Certificate, UnreadByJdk<'a>),
    /// Go does not read this certificate of a shipper.
    UnreadByGo(&'a Certificate, UnreadByGo<'a>),
}

/// A chain of certificates, and what it is checked against.
#[allow(clippy::struct_excessive_bools, reason = "facts that do not depend on each other")]
pub struct Presented<'a> {
    /// Its file.
    pub path: &'a Path,
    /// Every certificate of its file.
    pub chain: &'a Chain,
    /// The side that presents it.
    pub role: Role,
    /// The time to check dates against.
    pub clock: Clock,
    /// The newest Netty that may load it; `None` for another reader.
    pub netty: Option<Netty>,
    /// Whether no client can use TLS 1.3, unless a setting turns it on.
    pub lacks_tls_1_3: bool,
    /// Certificates in files beside it, of which one may be a missing issuer; with the file, where nothing else is in it.
    pub at_hand: Vec<(Option<&'a Path>, &'a Certificate)>,
    /// Whether the private key of its leaf was found, and is checked on its own.
    pub has_key: bool,
    /// Whether nobody presents it: it is trusted.
    pub is_authority: bool,
    /// The releases of the shipper that has it, if one does.
    pub shipper: Option<Beats>,
}

impl<'a> CertificateFile<'a> {
    /// Decides whether the reader loads the certificates of a file.
    #[must_use]
    pub fn new(
        path: &'a Path,
        found: Result<Presented<'a>, NotLoaded<'a>>,
        layout: Option<&'static CertificateLayout>,
    ) -> Self {
        let fault = found.as_ref().ok().and_then(|presented| {
            let fault = presented.chain.fault.as_ref()?;
            Some((fault, readers::judge_fault(presented.netty, fault)))
        });
        let is_refused = fault.is_some_and(|(_, judged)| judged.verdict == Verdict::Refuses);
        let loaded = found.and_then(|presented| match layout {
            Some(layout) if presented.netty.is_some_and(|netty| !layout.loads(netty)) => {
                Err(NotLoaded::Layout(layout))
            }
            _ if is_refused => Err(NotLoaded::Fault),
            _ => presented.unread().map_or(Ok(presented), Err),
        });
        Self { path, setting: 0..0, is_presented: true, authorities: None, fault, loaded }
    }
}

impl<'a> Presented<'a> {
    /// The certificates whose dates and signatures a client looks at: the leaf, and all others but roots,
    /// which it has itself. Of authorities it is known which one is needed only where there is one.
    pub(super) fn verified(&self) -> impl Iterator<Item = &'a Certificate> {
        let leaf = if self.is_authority { &self.chain.leaf } else { self.chain.true_leaf() };
        let is_known = !self.is_authority || self.chain.others.is_empty();
        self.chain
            .iter()
            .filter(move |one| one.fingerprint == leaf.fingerprint || !one.is_self_issued())
            .filter(move |_| is_known)
    }

    /// Returns the side that verifies it.
    pub(super) fn verifier(&self) -> &'static str {
        match self.role {
            Role::Server => "client",
            Role::Client => "server",
        }
    }

    /// Returns what happens when the other side verifies it, with OpenSSL's error. That Logstash loads it was measured
    /// for servers only.
    pub(super) fn refused(&self, error: &str) -> String {
        if self.is_authority && self.shipper.is_some() {
            return "Go trusts no such authority (measured with Go 1.21, 1.24 and 1.26)".to_owned();
        }
        if self.is_authority {
            return format!(
                "OpenSSL does not trust it ({error}); Java does (both measured, on JDK 17)"
            );
        }
        match self.role {
            Role::Server => format!(
                "Logstash loads it and answers without a word; a client that verifies it refuses it (measured with OpenSSL: {error})"
            ),
            Role::Client => format!(
                "a server that verifies it refuses it (measured with OpenSSL alone: {error})"
            ),
        }
    }

    /// Returns the consequence of a fault that only verification finds.
    pub(super) fn rejected(&self) -> String {
        if self.is_authority {
            return "so certificates that it issued may be rejected".to_owned();
        }
        format!("so {}s that verify it reject it", self.verifier())
    }

    /// Returns the action that renews one of its certificates.
    pub(super) fn renewal_of(one: &Certificate) -> String {
        if one.is_self_issued() {
            return "create a new self-signed certificate".to_owned();
        }
        format!("get a new certificate from \"{}\"", escape(&one.issuer))
    }

    /// Places findings at its first certificate.
    pub(super) fn place(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let line = self.chain.iter().next().and_then(|first| first.line);
        findings.into_iter().map(|finding| finding.about(self.path, line)).collect()
    }

    /// Returns which certificate its reader does not read: for Java any, for Go the first, or all if they are authorities.
    fn unread(&self) -> Option<NotLoaded<'a>> {
        let Some(beats) = self.shipper else {
            let unread = |one| Some(NotLoaded::Unread(one, readers::unread_by_jdk(one)?));
            return self.chain.iter().find_map(unread);
        };
        // Where that depends on the release, the connection is not known.
        let is_strict = beats.has(Feature::HasGo1_23) == Some(true);
        let unread = |one| Some(NotLoaded::UnreadByGo(one, readers::unread_by_go(one, is_strict)?));
        let reads_any = self.chain.iter().any(|one| unread(one).is_none());
        unread(&self.chain.leaf).filter(|_| !(self.is_authority && reads_any))
    }
}

impl Case<'_> {
    /// Returns the file of the certificate setting, if there is exactly one.
    fn named_certificate(&self) -> Option<&Named<'_>> {
        self.certificate.as_ref().filter(|named| named.contradicting.is_none())
    }

    /// Returns the files beside the certificate, if an issuer may be missing from it.
    pub(super) fn beside_certificate(&self) -> Option<Arc<Vec<Neighbour>>> {
        let file = self.named_certificate()?.file?;
        let chain = file.certificates()?;
        let neighbours = self.neighbours.filter(|_| !chain.ends_in_root())?;
        Some(neighbours.of(&file.located.path))
    }

    /// Returns the file of the certificate setting, if it could be read. `beside` comes from
    /// [`Self::beside_certificate`].
    pub(super) fn certificate_file<'c>(
        &'c self,
        beside: &'c [Neighbour],
    ) -> Option<CertificateFile<'c>> {
        let named = self.named_certificate()?;
        let file = named.file?;
        let path = file.located.path.as_path();
        let is_found = !self.endpoint.is_of_shipper() || file.has_certificate_for_beats;
        let found = match (read(file)?, &self.key) {
            (Ok(_), _) if !is_found => Err(NotLoaded::NotForBeats),
            (Ok(chain), _) => Ok(self.presented(path, chain, beside)),
            (Err(NotLoaded::NoCertificate(_)), Some(key)) if self.is_swapped() => {
                Err(NotLoaded::Swapped { key, certificate: named })
            }
            (Err(error), _) => Err(error),
        };
        let loaded = CertificateFile::new(path, found, file.certificate_layout);
        let setting = named.setting.value.clone();
        let authorities = self.endpoint.is_of_shipper().then_some(TrustReader::Beats);
        Some(CertificateFile { setting, is_presented: self.is_presented, authorities, ..loaded })
    }

    /// Returns the files of its authorities that could be read.
    pub(super) fn authority_files(&self) -> Vec<CertificateFile<'_>> {
        self.authorities.iter().filter_map(|named| self.authority_file(named)).collect()
    }

    fn authority_file<'c>(&'c self, named: &'c Named<'_>) -> Option<CertificateFile<'c>> {
        let file = named.file?;
        let path = file.located.path.as_path();
        let is_of_shipper = self.endpoint.is_of_shipper();
        let found = match read(file)? {
            Ok(_) if is_of_shipper && !file.has_certificate_for_beats => {
                Err(NotLoaded::NotForBeats)
            }
            // Java's factory reads PKCS#7 as well.
            Err(NotLoaded::NoCertificate(Error::Other(Other::Foreign(Foreign::Pkcs7)))) => {
                return None;
            }
            Ok(Chain { beside: Some((what, line)), .. }) if !self.endpoint.is_of_shipper() => {
                Err(NotLoaded::Beside(what, *line))
            }
            Ok(chain) => {
                let presented = self.presented(path, chain, &[]);
                Ok(Presented { is_authority: true, netty: None, ..presented })
            }
            Err(error) => Err(error),
        };
        let is_java = self.endpoint.is_trust_read_by_java(self.baseline);
        let reader = match is_of_shipper {
            true => TrustReader::Beats,
            false if is_java => TrustReader::Java,
            false => TrustReader::Other,
        };
        Some(CertificateFile {
            setting: named.setting.value.clone(),
            is_presented: false,
            authorities: Some(reader),
            ..CertificateFile::new(path, found, None)
        })
    }

    fn presented<'c>(
        &self,
        path: &'c Path,
        chain: &'c Chain,
        beside: &'c [Neighbour],
    ) -> Presented<'c> {
        let of_neighbour = |file: &'c Neighbour| {
            let alone_in = file.is_of_one_certificate().then_some(file.path.as_path());
            file.certificates().map(move |certificate| (alone_in, certificate))
        };
        let own = self.facts().and_then(|facts| facts.public_key.as_ref());
        Presented {
            path,
            chain,
            role: if self.endpoint.is_server() { Role::Server } else { Role::Client },
            clock: self.clock,
            netty: self.netty(),
            lacks_tls_1_3: self.endpoint.lacks_tls_1_3(self.baseline),
            at_hand: beside.iter().flat_map(of_neighbour).collect(),
            is_authority: false,
            shipper: self.beats,
            has_key: own.is_some_and(|own| own.is_same_key(&chain.true_leaf().public_key)),
        }
    }

    /// Returns the newest Netty that may load its certificate, if every reader is one.
    fn netty(&self) -> Option<Netty> {
        let of_reader = |reader: Reader| match reader {
            Reader::Netty => Some(Netty::Before4_1_49),
            Reader::NettyFrom4_1_49 => Some(Netty::Before4_1_79),
            Reader::NettyFrom4_1_80 | Reader::NettyFrom4_1_97 => Some(Netty::From4_1_79),
            _ => None,
        };
        let readers = self.endpoint.readers(self.baseline);
        let versions: Option<Vec<Netty>> = readers.into_iter().map(of_reader).collect();
        versions?.pop()
    }
}

/// The certificates of a file, if what is there can be read, or is no file.
fn read(file: &NamedFile) -> Option<Result<&Chain, NotLoaded<'_>>> {
    use view::Error::{Directory, Special, TooLarge};
    match (&file.held, file.chain.as_ref()) {
        (Held::Nothing(error @ (Directory | Special(_) | TooLarge)), _) => {
            Some(Err(NotLoaded::NotAFile(error)))
        }
        (_, chain) => Some(chain?.as_ref().map_err(NotLoaded::NoCertificate)),
    }
}
