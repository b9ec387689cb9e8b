//! Repairs what `check` marks as fixable: plans all repairs, then makes all of them or none.

pub(crate) mod apply;
mod backup;
pub(crate) mod new_key;
pub mod plan;
pub(crate) mod repairs;
pub mod transaction;
