//! What is known about Logstash, as tables with their sources.

pub mod readers;
