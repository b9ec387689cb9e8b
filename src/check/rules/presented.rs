//! What a rule about certificates looks at: the chain that an endpoint presents, and by what it is judged.

use std::path::Path;

use super::case::{Case, Named};
use super::{
    certificate_chain_incomplete, certificate_chain_order, certificate_expired,
    certificate_expires_soon, certificate_not_yet_valid, certificate_usage, certificate_weak,
    certificate_without_san, key_weak, not_a_certificate,
};
use crate::check::clock::Clock;
use crate::check::finding::{Finding, Severity};
use crate::check::neighbours::Neighbour;
use crate::logstash::readers::{Netty, Reader};
use keyfile::certificate::{Certificate, Chain, Role};

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
    /// Which Netty loads it; `None` where that is not known, or it is another reader.
    pub netty: Option<Netty>,
    /// Certificates beside it, with their files, among which issuers may be.
    pub at_hand: &'a [(&'a Path, &'a Certificate)],
    /// Whether another rule says already that the key of the leaf is weak.
    pub is_told_of_weak_key: bool,
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
}

/// What there is to say about what the setting of the certificate names.
pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    let named = case.certificate.as_ref().filter(|named| named.contradicting.is_none());
    let found = named.and_then(|named| of_file(case, named)).unwrap_or_default();
    let setting = named.map(|named| named.setting.value.clone());
    let placed = |finding: Finding| Finding { span: setting.clone(), ..finding };
    found.into_iter().map(placed).collect()
}

fn of_file(case: &Case<'_>, named: &Named<'_>) -> Option<Vec<Finding>> {
    let file = named.file?;
    let path = &file.located.path;
    let chain = match file.chain.as_ref()? {
        Ok(chain) => chain,
        Err(_) if case.is_swapped() => return not_a_certificate::swapped(case).map(|it| vec![it]),
        Err(error) => return Some(vec![not_a_certificate::of_error(path, error)]),
    };
    let netty = netty(case);
    let is_netty = case.endpoint.is_read_by_netty(case.of);
    let layout = file.certificate_layout.filter(|_| is_netty);
    if let Some(finding) = layout.and_then(|it| not_a_certificate::of_layout(path, it, netty)) {
        return Some(vec![finding]);
    }
    let fault = chain.fault.as_ref();
    let fault = fault.map(|fault| not_a_certificate::of_fault(path, fault, is_netty, netty));
    if fault.as_ref().is_some_and(|finding| finding.severity == Severity::Error) {
        return Some(fault.into_iter().collect());
    }
    let beside = case.neighbours.filter(|_| !chain.ends_in_root()).map(|known| known.of(path));
    let at_hand: Vec<(&Path, &Certificate)> =
        beside.iter().flat_map(|beside| beside.iter()).flat_map(of_neighbour).collect();
    let role = if case.endpoint.is_server() { Role::Server } else { Role::Client };
    let presented = Presented {
        path,
        chain,
        role,
        clock: case.clock,
        netty,
        at_hand: &at_hand,
        is_told_of_weak_key: !key_weak::check(case).is_empty(),
    };
    let line = chain.iter().next().and_then(|leaf| leaf.line);
    let about = |finding: Finding| finding.about(path, line);
    // How other readers take a chain that is out of order is not measured.
    let bounded = |finding: Finding| match finding.rule {
        certificate_chain_order::NAME if !is_netty => {
            let severity = finding.severity.max(Severity::Warning);
            Finding { severity, ..finding }.evidence(certificate_chain_order::NOT_MEASURED)
        }
        _ => finding,
    };
    let others = findings(&presented).into_iter().map(about).map(bounded);
    Some(fault.into_iter().chain(others).collect())
}

fn of_neighbour(file: &Neighbour) -> impl Iterator<Item = (&Path, &Certificate)> {
    file.certificates().map(|certificate| (file.path.as_path(), certificate))
}

/// The newest Netty that may load the chain.
fn netty(case: &Case<'_>) -> Option<Netty> {
    let of_reader = |reader: Reader| match reader {
        Reader::Netty => Some(Netty::Before4_1_49),
        Reader::NettyFrom4_1_49 => Some(Netty::Before4_1_79),
        Reader::NettyFrom4_1_80 | Reader::NettyFrom4_1_97 => Some(Netty::From4_1_79),
        _ => None,
    };
    case.endpoint.readers(case.of).last().copied().and_then(of_reader)
}

/// What there is to say about a chain. Where one cause shows in several ways, the first speaks alone.
#[must_use]
pub fn findings(presented: &Presented<'_>) -> Vec<Finding> {
    let unread = not_a_certificate::of_unread_key(presented);
    if !unread.is_empty() {
        return unread;
    }
    let either = |one: Vec<Finding>, other: fn(&Presented<'_>) -> Vec<Finding>| {
        if one.is_empty() { other(presented) } else { one }
    };
    [
        either(
            certificate_chain_order::findings(presented),
            certificate_chain_incomplete::findings,
        ),
        certificate_expired::findings(presented),
        certificate_not_yet_valid::findings(presented),
        certificate_expires_soon::findings(presented),
        either(certificate_usage::findings(presented), certificate_without_san::findings),
        certificate_weak::findings(presented),
    ]
    .concat()
}
