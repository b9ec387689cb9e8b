//! fixkey turns a private key that Logstash refuses into the one it loads, and points configurations at it.
//!
//! This library is the program: its tests, its fuzz targets and `main.rs` use it, and nobody else needs to.
//! What others could use is in the crates [`keyfile`] and [`logstash_config`].
//!
//! Data goes one way, and each module uses only those below it:
//!
//! | module | what it does |
//! |---|---|
//! | [`cli`] | the command line |
//! | [`commands`] | run what the command line says, and own the streams |
//! | [`report`] | prints what was found and done |
//! | [`fix`] | plans the repairs, and makes all of them or none |
//! | [`check`] | reads files, runs the rules over them, and says what is wrong |
//! | [`beats`] | what is known of shippers (Beats, Elastic Agent) and their files |
//! | [`logstash`] | what is known of Logstash, as tables with their sources |
//! | [`yaml`] | YAML with positions |
//! | [`os`] | files, accounts, signals and terminals of this machine |

pub mod beats;
pub mod check;
pub mod cli;
pub mod commands;
pub mod fix;
pub mod logstash;
pub mod os;
pub mod report;
pub mod yaml;
