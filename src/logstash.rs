//! What is known of Logstash: the language of its configurations, its files, and facts with their sources.

pub mod discovery;
pub mod endpoint;
pub mod installed;
pub mod messages;
pub mod parse;
pub mod plugins;
pub mod readers;
pub mod releases;
pub mod variables;
pub mod version;
