//! Files, accounts, signals and terminals of this machine.

pub mod account;
pub mod acl;
pub mod display;
pub mod parallel;
pub mod passphrase;
pub mod place;
pub mod replace;
pub mod sabotage;
pub mod signals;
pub mod terminal;
pub mod view;
pub mod walk;
