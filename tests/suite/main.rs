//! Runs every test that is a function. They share one binary, which is linked once; `tests/cases/` runs the tests that
//! are files.
//!
//! `cargo test --test suite MODULE::` runs the tests of one module. No module needs its own process: none changes the
//! environment or the working directory, and `memory` inspects processes that it starts.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

#[path = "../common/mod.rs"]
mod common;
#[path = "real/configurations.rs"]
mod configurations;

mod architecture;
mod certificates;
mod check_matrix;
mod check_real;
mod citations;
mod curves;
mod declared_settings;
mod documented_commands;
mod explain;
mod fingerprints;
mod fix_laws;
mod glob;
mod hostile_trees;
mod json_version_1;
mod key_formats;
mod language_cases;
mod language_laws;
mod laws;
mod measured_data;
mod measured_keys;
mod memory;
mod migrations;
mod openssl;
mod picture;
mod plugins;
mod pre_commit;
mod readers;
mod report_formats;
mod secrets;

mod view;
mod yaml;
