//! Checks files: reads them, runs the rules, and sorts the findings.

pub(crate) mod access;
pub(crate) mod assembly;
pub mod clock;
pub mod connection;
pub mod finding;
pub mod forecast;
pub mod foreign;
pub mod hint;
pub mod ignore;
pub mod inspection;
pub mod judgement;
pub mod key_file;
pub(crate) mod look;
pub mod named_file;
pub mod neighbours;
pub(crate) mod new_name;
pub mod report;
pub mod rules;
mod system_authorities;
mod upgrade;
