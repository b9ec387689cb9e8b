//! What a rule about certificates looks at: the chain that an endpoint presents, and by what it is judged.

use std::path::Path;

use super::{
    certificate_chain_incomplete, certificate_chain_order, certificate_expired,
    certificate_expires_soon, certificate_not_yet_valid, certificate_usage, certificate_weak,
    certificate_without_san, not_a_certificate,
};
use crate::certificate::{Certificate, Chain, Netty, Role};
use crate::date::Clock;
use crate::finding::Finding;

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
    /// Certificates beside it, or that other settings name, among which issuers may be.
    pub at_hand: &'a [&'a Certificate],
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
