//! fixkey turns a private key that Logstash refuses into the one it loads, and points configurations at it.
//!
//! Data goes one way. [`view`] reads a path's bytes, [`mod@file`] says what they are, [`key`] reads and
//! checks a private key and gives its PKCS#8 form, [`pem`] writes that as text, and [`replace`] puts
//! it in its place.
//!
//! For configurations, [`logstash::discovery`] finds the texts, [`logstash::parse`] reads them, and
//! [`inspection`] joins the plugins that load keys with the files they name. [`rules`] finds what is wrong,
//! [`plan`] says which keys and bytes change, [`transaction`] changes all of them or none, and [`report`] tells.
//! [`commands`] joins these.

pub mod account;
pub mod ber;
pub mod certificate;
pub mod cli;
pub mod commands;
pub mod date;
pub mod edit;
pub mod examination;
pub mod file;
pub mod finding;
pub mod ignore;
pub mod inspection;
pub mod judgement;
pub mod key;
pub mod key_file;
pub mod logstash;
pub mod named_file;
pub mod neighbours;
pub mod parallel;
pub mod pem;
pub mod plan;
pub mod public_key;
pub mod replace;
pub mod report;
pub mod rules;
pub mod secret;
pub mod signals;
pub mod source;
pub mod structure;
pub mod terminal;
pub mod transaction;
pub mod view;
pub mod walk;
