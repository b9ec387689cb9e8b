//! The repairs of what `check` calls fixable: planned first, then all of them made, or none.

pub mod plan;
pub mod transaction;
