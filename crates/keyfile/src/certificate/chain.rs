//! The certificates of one file: their order, and whether one is missing (RFC 8446 §4.4.2).

use std::collections::{HashMap, HashSet, VecDeque};

use thiserror::Error;

use super::{Certificate, Other};
use crate::file;

/// Every certificate of a file, in its order.
pub struct Chain {
    /// The first, whose key the server holds.
    pub leaf: Certificate,
    /// Those after it.
    pub others: Vec<Certificate>,
    /// What is wrong in the file beside them.
    pub fault: Option<Fault>,
    /// The first block of the file that is whole and no certificate, such as a private key, and its line.
    pub beside: Option<(Other, Option<usize>)>,
}

/// What is wrong in a file that holds certificates.
#[derive(Clone, Debug, Error)]
pub enum Fault {
    /// A block beside them is broken.
    #[error("a block beside a certificate is broken: {0}")]
    Broken(file::Error),
    /// Something else has the label of a certificate.
    #[error("the file also holds {what}, in a block that is labelled as a certificate")]
    Among {
        /// What it is.
        what: String,
        /// The line, from 1, on which it begins.
        line: Option<usize>,
    },
}

impl Fault {
    /// Returns the line, from 1, where it is.
    #[must_use]
    pub fn line(&self) -> Option<usize> {
        match self {
            Self::Broken(error) => error.line,
            Self::Among { line, .. } => *line,
        }
    }
}

/// How the certificates of a file follow each other. Positions count from 0.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Order {
    /// Each is issued by the next.
    InOrder,
    /// Each issued the next.
    Reversed,
    /// All of them make a chain in another order, which is given.
    Shuffled(Vec<usize>),
    /// One stands there twice.
    Duplicate {
        /// The first time.
        first: usize,
        /// The second time.
        again: usize,
    },
    /// One has no place in the chain of the others.
    Unrelated(usize),
}

/// How it is known that a certificate is missing at the end.
pub enum Missing<'a> {
    /// The issuer of the last certificate is this one, which is no root.
    AtHand(&'a Certificate),
    /// It is a leaf alone, of a public authority, and the roots of these sign no leaves.
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

    /// Says how they follow each other. [`Order::InOrder`] is what the JDK takes: each names the next one as its
    /// issuer, and none stands there twice (`PKCS12KeyStore.validateChain`; otherwise `Certificate chain is
    /// not valid`). Signatures are not looked at, by the JDK neither.
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
        // What stands last, where the leaf would, is none if it issued itself.
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

    /// Returns the positions of the certificates that make a chain, in the order that a server sends them: the leaf,
    /// and each one's issuer, as far as these are here.
    #[must_use]
    pub fn path(&self) -> Vec<usize> {
        path(&self.iter().collect::<Vec<_>>())
    }

    /// Returns the certificate that is a leaf, also where it does not stand first.
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

    /// Whether it goes up to a root, so that surely nothing is missing. Few chains do, or have to:
    /// a client has the root.
    #[must_use]
    pub fn ends_in_root(&self) -> bool {
        self.last().is_self_issued()
    }

    /// Whether a certificate is known to be missing at the end, given the other certificates `at_hand`.
    ///
    /// Whether the missing issuer is a root, which clients have, or an intermediate, which the server has to
    /// send, does not stand in a certificate. A private authority's root often signs leaves itself, and such
    /// a leaf alone is complete. So `None` means that nothing is known, not that the chain is complete. It is
    /// known in two cases: a certificate of that name is at hand and names another as its own issuer (and none
    /// at hand is a root of that name); or the leaf stands alone and is a public authority's.
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

/// Returns the way from the leaf up, as far as it goes. The leaf is the one that issued none of the others,
/// and of several the first.
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
