//! What is known about Logstash, as tables with their sources.

pub mod plugins;
pub mod readers;
pub mod releases;
pub mod version;
