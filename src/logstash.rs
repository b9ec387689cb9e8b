//! Facts about Logstash and its files, with their sources.

pub mod discovery;
pub mod endpoint;
pub mod installed;
pub mod messages;
pub mod plugins;
pub mod readers;
pub mod releases;
pub mod settings;
pub mod variables;
pub mod version;
