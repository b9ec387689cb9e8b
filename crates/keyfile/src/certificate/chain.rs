//! The certificates of one file: their order, and whether one is missing (RFC 8446 §4.4.2).

use std::collections::{HashMap, HashSet, VecDeque};

use thiserror::Error;

use super::{Certificate, Other};
use crate::file;

/// Every certificate of a file, in its order.
pub struct Chain {
    /// The first certificate, whose key the server holds.
    pub leaf: Certificate,
    /// Those after it.
    pub others: Vec<Certificate>,
    /// A fault in the file besides the certificates.
    pub fault: Option<Fault>,
    /// The first block of the file that is whole and no certificate, such as a private key, and its line.
    pub beside: Option<(Other, Option<usize>)>,
}

/// A fault in a file that holds certificates.
#[derive(Clone, Debug, Error)]
pub enum Fault {
    /// Another block is broken.
    #[error("a block beside a certificate is broken: {0}")]
    Broken(file::Error),
    /// Something other than a certificate has the label of one.
    #[error("the file also holds {what}, in a block that is labelled as a certificate")]
    Among {
        /// What it is.
        what: String,
        /// The line, from 1, on which it begins.
        line: Option<usize>,
    },
}

impl Fault {
    /// Returns the line of the fault, from 1.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        match self {
            Self::Broken(error) => error.line,
            Self::Among { line, .. } => *line,
        }
    }
}

/// How the certificates of a file are ordered. Positions count from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Each is issued by the next one.
    InOrder,
    /// Each issued the next one.
    Reversed,
    /// They form a chain in this order instead.
    Shuffled(Vec<usize>),
    /// One is there twice.
    Duplicate {
        /// The first position.
        first: usize,
        /// The second position.
        again: usize,
    },
    /// One does not belong to the chain of the others.
    Unrelated(usize),
}

/// Why a certificate is known to be missing at the end.
pub enum Missing<'a> {
    /// The last certificate was issued by this one, which is not a root.
    AtHand(&'a Certificate),
    /// It is a single leaf of a public authority, whose roots sign no leaves.
    OfPublicAuthority,
}

impl Chain {
    /// Returns every certificate, the leaf first.
    pub fn iter(&self) -> impl Iterator<Item = &Certificate> {
        std::iter::once(&self.leaf).chain(&self.others)
    }

    /// Returns the last certificate.
    #[must_use]
    pub fn last(&self) -> &Certificate {
        self.others.last().unwrap_or(&self.leaf)
    }

    /// Returns their order. The JDK accepts only [`Order::InOrder`]: each certificate has the next one's name as its
    /// issuer, and none is there twice (`PKCS12KeyStore.validateChain`; otherwise `Certificate chain is not valid`).
    /// Like the JDK, it does not check signatures.
    #[must_use]
    pub fn order(&self) -> Order {
        let all: Vec<&Certificate> = self.iter().collect();
        if let Some((first, again)) = duplicate(&all) {
            return Order::Duplicate { first, again };
        }
        let positions: Vec<usize> = (0..all.len()).collect();
        if follows(&all, &positions) {
            return Order::InOrder;
        }
        let reversed: Vec<usize> = positions.iter().rev().copied().collect();
        // A self-issued certificate at the end is not the leaf of a reversed chain.
        if follows(&all, &reversed) && !self.last().is_self_issued() {
            return Order::Reversed;
        }
        let path = path(&all);
        let on_path: HashSet<usize> = path.iter().copied().collect();
        match positions.into_iter().find(|position| !on_path.contains(position)) {
            Some(position) => Order::Unrelated(position),
            None => Order::Shuffled(path),
        }
    }

    /// Returns the positions of the certificates that form a chain, in the order that a server sends: the leaf, then
    /// each issuer, as far as they are in the file.
    #[must_use]
    pub fn path(&self) -> Vec<usize> {
        path(&self.iter().collect::<Vec<_>>())
    }

    /// Returns the leaf, even if it is not the first certificate.
    #[must_use]
    pub fn true_leaf(&self) -> &Certificate {
        let position = self.path().first().copied().unwrap_or_default();
        self.iter().nth(position).unwrap_or(&self.leaf)
    }

    /// Returns the first certificate whose issuer is not the next one.
    #[must_use]
    pub fn gap(&self) -> Option<(&Certificate, &Certificate)> {
        self.iter().zip(&self.others).find(|(one, next)| !one.is_issued_by(next))
    }

    /// Returns whether it ends in a root, so that nothing is missing. Few chains do or need to: clients have the root.
    #[must_use]
    pub fn ends_in_root(&self) -> bool {
        self.last().is_self_issued()
    }

    /// Returns the evidence that a certificate is missing at the end, given other certificates `at_hand`.
    ///
    /// A certificate does not say whether its missing issuer is a root, which clients have, or an intermediate, which
    /// the server must send. A private authority's root often signs leaves itself, and such a leaf alone is complete.
    /// So `None` means unknown, not complete. Two cases are certain: an available certificate has the issuer's name and
    /// another issuer itself (and no available root has that name); or a public authority issued a leaf that stands
    /// alone.
    #[must_use]
    pub fn missing<'a>(
        &self,
        at_hand: impl IntoIterator<Item = &'a Certificate>,
    ) -> Option<Missing<'a>> {
        let last = self.last();
        if last.is_self_issued() {
            return None;
        }
        let issuers: Vec<&Certificate> = at_hand
            .into_iter()
            .filter(|other| other.usage.is_ca && last.is_issued_by(other))
            .collect();
        match issuers.first() {
            Some(_) if issuers.iter().any(|issuer| issuer.is_self_issued()) => None,
            Some(issuer) => Some(Missing::AtHand(issuer)),
            None if self.others.is_empty() && last.usage.is_publicly_issued() => {
                Some(Missing::OfPublicAuthority)
            }
            None => None,
        }
    }
}

fn follows(all: &[&Certificate], positions: &[usize]) -> bool {
    positions.windows(2).all(|pair| all[pair[0]].is_issued_by(all[pair[1]]))
}

fn duplicate(all: &[&Certificate]) -> Option<(usize, usize)> {
    let mut seen = HashMap::new();
    let seen_before = |(again, certificate): (usize, &&Certificate)| {
        let first = *seen.entry(certificate.fingerprint).or_insert(again);
        (first != again).then_some((first, again))
    };
    all.iter().enumerate().find_map(seen_before)
}

/// Returns the path from the leaf up, as far as it goes. The leaf is the first certificate that issued none of the
/// others.
fn path(all: &[&Certificate]) -> Vec<usize> {
    let mut by_subject: HashMap<_, VecDeque<usize>> = HashMap::new();
    let mut issued: HashMap<_, usize> = HashMap::new();
    for (position, certificate) in all.iter().enumerate() {
        by_subject.entry(&certificate.subject_to_compare).or_default().push_back(position);
        *issued.entry(&certificate.issuer_to_compare).or_default() += 1;
    }
    let issued_no_other = |certificate: &&Certificate| {
        let issued = issued.get(&certificate.subject_to_compare).copied().unwrap_or_default();
        issued == usize::from(certificate.is_self_issued())
    };
    let mut is_on_path = vec![false; all.len()];
    let mut at = all.iter().position(issued_no_other);
    let mut path = Vec::new();
    while let Some(position) = at {
        path.push(position);
        is_on_path[position] = true;
        let issuers = by_subject.get_mut(&all[position].issuer_to_compare);
        // Who is on the path already is looked at once.
        at = issuers.and_then(|issuers| {
            while issuers.front().is_some_and(|front| is_on_path[*front]) {
                issuers.pop_front();
            }
            issuers.pop_front()
        });
    }
    path
}
