//! The repairs of what `check` calls fixable: planned first, then all of them made, or none.

pub(crate) mod apply;
mod backup;
pub(crate) mod new_key;
pub mod plan;
pub(crate) mod repairs;
pub mod transaction;
