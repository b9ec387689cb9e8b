//! Judges a file named on the command line like one of a beats input.

use crate::check::clock::Clock;
use crate::check::key_file::{Facts, Refusal};
use crate::check::named_file::NamedFile;
use crate::check::neighbours::Neighbours;
use crate::check::rules::case::{Case, Environment, Named, NamedPath, Opening};
use crate::logstash::endpoint::{Endpoint, Setting};
use crate::logstash::plugins::Baseline;
use keyfile::certificate::{Chain, Role};

/// A file named on the command line, judged like one of a beats input.
pub struct Outright {
    /// The assumed beats input.
    pub endpoint: Endpoint,
    /// The key file.
    pub key: Option<NamedFile>,
    /// The certificate file, if it is another one.
    pub certificate: Option<NamedFile>,
    /// The result of opening an encrypted key with the passphrase of `--passin`.
    pub opened: Option<Result<Facts, Refusal>>,
    /// Whether the file itself is named, not a directory above it.
    pub is_named: bool,
    /// The other files in the directory of a file that is named itself.
    pub neighbours: Neighbours,
}

impl Outright {
    /// Returns the case for the rules.
    #[must_use]
    pub fn case<'i>(&'i self, baseline: Baseline<'i>, clock: Clock) -> Case<'i> {
        let named = |settings: &'i [Setting], file: &'i Option<NamedFile>| {
            let (setting, file) = (settings.first()?, file.as_ref()?);
            let path = NamedPath::Literal(file.located.path.clone());
            Some(Named { setting, contradicting: None, path, file: Some(file) })
        };
        let opening = match self.key.as_ref().and_then(|key| key.held.encrypted()) {
            None => Opening::NotNeeded,
            Some(_) => self.opened.as_ref().map_or(Opening::NotKnown, Opening::Tried),
        };
        Case {
            endpoint: &self.endpoint,
            key: named(&self.endpoint.keys, &self.key),
            certificate: named(&self.endpoint.certificates, &self.certificate),
            authorities: Vec::new(),
            truststores: Vec::new(),
            opening,
            unset_passphrase: None,
            environment: Environment::Partial,
            is_beside_tcp_or_http: false,
            passphrase_oddity: None,
            baseline,
            beats: None,
            clock,
            is_presented: self.key.is_some() || self.is_named && self.is_of_server(),
            neighbours: self.is_named.then_some(&self.neighbours),
        }
    }

    /// Returns whether it is a certificate without a key that no server presents, such as an authority's.
    #[must_use]
    pub fn is_of_nobody(&self) -> bool {
        let certificate = self.certificate.as_ref().filter(|_| self.key.is_none());
        certificate.is_some_and(|file| file.certificates().is_some()) && !self.is_of_server()
    }

    /// Returns whether a certificate without a key looks like one that a server presents.
    #[must_use]
    pub fn is_of_server(&self) -> bool {
        let chain = self.certificate.as_ref().and_then(NamedFile::certificates);
        let leaf = chain.map(Chain::true_leaf);
        leaf.is_some_and(|leaf| !leaf.usage.is_ca && leaf.usage.allows(Role::Server))
    }
}
