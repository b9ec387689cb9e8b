//! What `check` finds: files are read, the rules look at them, and the findings are put in order.

pub mod clock;
pub mod examination;
pub mod finding;
pub mod foreign;
pub mod ignore;
pub mod inspection;
pub mod judgement;
pub mod key_file;
pub mod named_file;
pub mod neighbours;
pub mod rules;
