//! What the rules about certificates look at: the chain that an endpoint presents, or why there is none.

use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use super::case::{Case, Named};
use crate::check::clock::Clock;
use crate::check::finding::Finding;
use crate::check::neighbours::Neighbour;
use crate::logstash::readers::{
    self, CertificateLayout, Judgement, Netty, Reader, UnreadByJdk, Verdict,
};
use keyfile::certificate::{Certificate, Chain, Error, Fault, Role};

/// The file that the setting of a certificate names.
pub struct CertificateFile<'a> {
    /// Where it is.
    pub path: &'a Path,
    /// The value of the setting, in its text.
    pub setting: Range<usize>,
    /// Whether it is known that somebody presents its certificates.
    pub is_presented: bool,
    /// What is wrong beside its certificates, and what its reader makes of that.
    pub fault: Option<(&'a Fault, Judgement)>,
    /// Its certificates, as its reader takes them.
    pub loaded: Result<Presented<'a>, NotLoaded<'a>>,
}

/// Why the file of a certificate gives its reader no chain.
pub enum NotLoaded<'a> {
    /// Its setting and that of the key name each other's files.
    Swapped {
        /// What the setting of the key names.
        key: &'a Named<'a>,
        /// What its own setting names.
        certificate: &'a Named<'a>,
    },
    /// It holds no certificate.
    NoCertificate(&'a Error),
    /// Its reader does not read such a layout.
    Layout(&'static CertificateLayout),
    /// Its reader refuses it for [`CertificateFile::fault`].
    Fault,
    /// The JDK does not read the public key of this certificate.
    PublicKey(&'a Certificate, UnreadByJdk),
}

/// A chain of certificates, and by what it is judged.
pub struct Presented<'a> {
    /// Where it lies.
    pub path: &'a Path,
    /// Every certificate of its file.
    pub chain: &'a Chain,
    /// Who presents it.
    pub role: Role,
    /// When.
    pub clock: Clock,
    /// The newest Netty that may load it; `None` where it is another reader.
    pub netty: Option<Netty>,
    /// Certificates beside it, with their files, among which issuers may be.
    pub at_hand: Vec<(&'a Path, &'a Certificate)>,
    /// Whether the private key of its leaf is at hand, and judged by itself.
    pub has_key: bool,
}

impl<'a> CertificateFile<'a> {
    /// Finds out what its reader makes of the certificates of a file, or of an error in their place.
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
        let loaded = found.and_then(|presented| match (layout, presented.unread_key()) {
            (Some(layout), _) if presented.netty.is_some_and(|netty| !layout.loads(netty)) => {
                Err(NotLoaded::Layout(layout))
            }
            _ if is_refused => Err(NotLoaded::Fault),
            (_, Some((certificate, why))) => Err(NotLoaded::PublicKey(certificate, why)),
            _ => Ok(presented),
        });
        Self { path, setting: 0..0, is_presented: true, fault, loaded }
    }
}

impl<'a> Presented<'a> {
    /// The certificates whose dates and signatures a client looks at: the leaf, and all others but roots,
    /// which it has itself.
    pub(super) fn verified(&self) -> impl Iterator<Item = &'a Certificate> {
        let leaf = self.chain.true_leaf();
        self.chain
            .iter()
            .filter(move |one| one.fingerprint == leaf.fingerprint || !one.is_self_issued())
    }

    /// Who verifies it.
    pub(super) fn verifier(&self) -> &'static str {
        match self.role {
            Role::Server => "client",
            Role::Client => "server",
        }
    }

    /// What becomes of it where the other side verifies it, with the words of OpenSSL. That Logstash loads it was
    /// measured where it is the server.
    pub(super) fn refused(&self, error: &str) -> String {
        match self.role {
            Role::Server => format!(
                "Logstash loads it and answers without a word; a client that verifies it refuses it (measured with OpenSSL: {error})"
            ),
            Role::Client => format!(
                "a server that verifies it refuses it (measured with OpenSSL alone: {error})"
            ),
        }
    }

    /// Findings about it, at its first certificate.
    pub(super) fn place(&self, findings: Vec<Finding>) -> Vec<Finding> {
        let line = self.chain.iter().next().and_then(|first| first.line);
        findings.into_iter().map(|finding| finding.about(self.path, line)).collect()
    }

    fn unread_key(&self) -> Option<(&'a Certificate, UnreadByJdk)> {
        self.chain.iter().find_map(|one| Some((one, readers::unread_by_jdk(&one.public_key)?)))
    }
}

impl Case<'_> {
    /// What its setting of a certificate names, where that is one file.
    fn named_certificate(&self) -> Option<&Named<'_>> {
        self.certificate.as_ref().filter(|named| named.contradicting.is_none())
    }

    /// The files beside its certificate, where an issuer may be missing from that.
    pub(super) fn beside_certificate(&self) -> Option<Arc<Vec<Neighbour>>> {
        let file = self.named_certificate()?.file?;
        let chain = file.certificates()?;
        let neighbours = self.neighbours.filter(|_| !chain.ends_in_root())?;
        Some(neighbours.of(&file.located.path))
    }

    /// The file that its setting of a certificate names, where it could be read. `beside` is what
    /// [`Self::beside_certificate`] found.
    pub(super) fn certificate_file<'c>(
        &'c self,
        beside: &'c [Neighbour],
    ) -> Option<CertificateFile<'c>> {
        let named = self.named_certificate()?;
        let file = named.file?;
        let path = file.located.path.as_path();
        let found = match (file.chain.as_ref()?, &self.key) {
            (Ok(chain), _) => Ok(self.presented(path, chain, beside)),
            (Err(_), Some(key)) if self.is_swapped() => {
                Err(NotLoaded::Swapped { key, certificate: named })
            }
            (Err(error), _) => Err(NotLoaded::NoCertificate(error)),
        };
        let loaded = CertificateFile::new(path, found, file.certificate_layout);
        let setting = named.setting.value.clone();
        Some(CertificateFile { setting, is_presented: self.is_presented, ..loaded })
    }

    fn presented<'c>(
        &self,
        path: &'c Path,
        chain: &'c Chain,
        beside: &'c [Neighbour],
    ) -> Presented<'c> {
        let of_neighbour = |file: &'c Neighbour| {
            file.certificates().map(|certificate| (file.path.as_path(), certificate))
        };
        let own = self.facts().and_then(|facts| facts.public_key.as_ref());
        Presented {
            path,
            chain,
            role: if self.endpoint.is_server() { Role::Server } else { Role::Client },
            clock: self.clock,
            netty: self.netty(),
            at_hand: beside.iter().flat_map(of_neighbour).collect(),
            has_key: own.is_some_and(|own| own.is_same_key(&chain.true_leaf().public_key)),
        }
    }

    /// The newest Netty that may load its certificate, where every reader is one.
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
