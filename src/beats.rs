//! What is known of shippers (Beats, Elastic Agent), and what their files set for connections to Logstash.

pub mod file;
pub mod hosts;
pub mod installed;
pub mod releases;
pub mod settings;
pub mod tls;
