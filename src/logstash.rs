//! What is known about Logstash: its files, and tables with their sources.

pub mod discovery;
pub mod readers;
pub mod variables;
