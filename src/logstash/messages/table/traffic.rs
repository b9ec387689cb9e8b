//! Messages of a running Logstash or its clients about handshakes that fail.

use super::super::{Depth, Message, beyond, found_by};
use super::MISMATCH;

const CURVE: super::PossibleCause = found_by(
    "key-cannot-handshake",
    "the key loads, but no TLS handshake completes with it: EC on a curve other than P-256, P-384 and P-521, DSA, DH, X25519, X448",
);

/// Source: docs/what-logstash-loads.md §5; docs/messages.md §3.8.
#[rustfmt::skip]
pub(super) const MESSAGES: &[Message] = &[
    Message {
        wordings: &["no cipher suites in common"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each TLS 1.2 connection",
        meaning: None,
        causes: &[
            CURVE,
            found_by("certificate-key-mismatch", "the key does not belong to the certificate: its algorithm is different"),
            beyond("the server and the client allow different cipher suites"),
        ],
        source: "measured on Netty 4.1.17, 4.1.48 and 4.1.118 with openssl s_client",
    },
    Message {
        wordings: &["No supported CertificateVerify signature algorithm for RSA"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each TLS 1.3 connection",
        meaning: None,
        causes: &[found_by("key-weak", "the key is too short for TLS 1.3 (RSA 512)")],
        source: "measured on Netty 4.1.17, 4.1.48 and 4.1.118 with openssl s_client",
    },
    Message {
        wordings: &["No supported CertificateVerify signature algorithm for <word>", "No supported CertificateVerify signature algorithm"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each TLS 1.3 connection",
        meaning: None,
        causes: &[CURVE],
        source: "measured on Netty 4.1.17, 4.1.48 and 4.1.118 with openssl s_client",
    },
    Message {
        wordings: &["No available authentication scheme"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each TLS 1.3 connection",
        meaning: None,
        causes: &[
            found_by("certificate-key-mismatch", "the key does not belong to the certificate: its algorithm is different"),
            CURVE,
        ],
        source: "measured on Netty 4.1.17, 4.1.48 and 4.1.118 with openssl s_client",
    },
    Message {
        wordings: &["Received fatal alert: decrypt_error"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each connection: the client finds that the signature of the server is wrong",
        meaning: None,
        causes: &[
            MISMATCH,
            found_by("key-several", "the file holds several different private keys, and Logstash uses the first, which does not belong to the certificate"),
            found_by("certificate-chain-order", "the certificates in the file are in reverse order; Netty 4.1.17 loads them"),
        ],
        source: "measured on Netty 4.1.17, 4.1.48 and 4.1.118 with openssl s_client",
    },
    Message {
        wordings: &["Failed to sign ecdhe parameters: <word>", "RSA private key operation failed"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each connection",
        meaning: Some("the key loads, but its numbers are inconsistent"),
        causes: &[
            found_by("key-damaged", "the key is corrupt: a number in the RSA key is wrong"),
            found_by("key-algorithm-not-supported", "the RSA key has more than two primes"),
        ],
        source: "measured on Netty 4.1.17, 4.1.48 and 4.1.118 with openssl s_client",
    },
    Message {
        wordings: &["PrivateKey type not supported PKCS#8"],
        depth: Depth::Cause,
        printed: "Netty with a native TLS library (OpenSSL or BoringSSL) instead of the TLS of the JDK",
        meaning: Some("the native TLS library refuses keys that the JDK loads"),
        causes: &[
            found_by("key-cannot-handshake", "no TLS handshake completes with the key: it is on a curve other than P-256, P-384 and P-521, or is DH"),
            found_by("key-damaged", "the key is corrupt: its numbers are inconsistent"),
        ],
        source: "measured on Netty 4.1.48 with OpenSSL 3 and on 4.1.118 with BoringSSL",
    },
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
