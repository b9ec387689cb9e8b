//! `key-weak`: the key is too short for what it protects, and clients may refuse it.

use super::case::Case;
use crate::check::finding::Finding;
use crate::logstash::readers::LimitKind;

pub(super) const NAME: &str = "key-weak";

pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    let hint = "have a new key of 2048 bits or more made, and a certificate for it";
    case.limits(LimitKind::Weak, NAME).map(|finding| finding.hint(hint)).collect()
}
