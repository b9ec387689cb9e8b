//! Messages of shippers, such as Filebeat, about connections that fail.

use super::super::{Depth, Message, beyond, found_by};

#[rustfmt::skip]
pub(super) const MESSAGES: &[Message] = &[
    Message {
        wordings: &["ERR SSL client failed to connect with: EOF"],
        depth: Depth::Cause,
        printed: "Filebeat, when Logstash refuses the certificate of the client; Logstash itself may log nothing",
        meaning: None,
        causes: &[found_by("certificate-expired", "the certificate of the client has expired; check it with: fixkey check CLIENT.crt")],
        source: "beats issue 80",
    },
    Message {
        wordings: &["read: connection reset by peer"],
        depth: Depth::Cause,
        printed: "Filebeat, when the other end closes the connection",
        meaning: Some("Logstash, or something between it and Filebeat, closed the connection; if every connection ends so, look at Logstash first"),
        causes: &[
            found_by("key-not-pkcs8", "the key of the beats input does not load: up to Logstash 7.6 the pipeline starts, and resets every connection"),
            found_by("certificate-key-mismatch", "the key does not belong to the certificate, so no TLS handshake completes"),
            found_by("file-unreadable", "the account that Logstash runs as cannot read the key or the certificate"),
            beyond("a proxy or firewall closed the connection, or Logstash was restarted"),
        ],
        source: "measured on Logstash 6.8.23 and 7.6.0: the pipeline starts with a key that it cannot load, and resets every connection; a report of 2018 on Logstash 6.4",
    },
];
