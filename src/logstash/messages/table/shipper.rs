//! Messages of shippers, such as Filebeat: of Go's TLS, and of Beats themselves.

mod connection;
mod files;
mod verification;

use super::Message;

/// A longer wording comes before one that is its beginning.
pub(super) const TABLES: &[&[Message]] =
    &[files::MESSAGES, verification::MESSAGES, connection::MESSAGES];
