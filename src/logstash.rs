//! What is known of Logstash: facts, each with its source, and the language of its configurations.

pub mod parse;
pub mod readers;
