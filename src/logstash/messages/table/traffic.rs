//! What is said once Logstash runs: handshakes that fail, seen from either side.

use super::super::{Depth, Message, beyond, found_by};
use super::MISMATCH;

const CURVE: super::PossibleCause = found_by(
    "key-cannot-handshake",
    "the key loads, and no TLS works with it: EC on a curve other than P-256, P-384 and P-521, DSA, DH, X25519, X448",
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
            found_by("certificate-key-mismatch", "the key is of another algorithm than the certificate"),
            beyond("server and client allow different cipher suites"),
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
            found_by("certificate-key-mismatch", "the key is of another algorithm than the certificate"),
            CURVE,
        ],
        source: "measured on Netty 4.1.17, 4.1.48 and 4.1.118 with openssl s_client",
    },
    Message {
        wordings: &["Received fatal alert: decrypt_error"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each connection: the client has found the server's signature to be wrong",
        meaning: None,
        causes: &[
            MISMATCH,
            found_by("key-several", "the file holds several keys, and the first, which wins, is not the certificate's"),
            found_by("certificate-chain-order", "the chain is reversed, which Netty 4.1.17 loads"),
        ],
        source: "measured on Netty 4.1.17, 4.1.48 and 4.1.118 with openssl s_client",
    },
    Message {
        wordings: &["Failed to sign ecdhe parameters: <word>", "RSA private key operation failed"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each connection",
        meaning: Some("the numbers of the key do not fit together: it loads all the same"),
        causes: &[
            found_by("key-damaged", "a number of the RSA key is wrong"),
            found_by("key-algorithm-not-supported", "the RSA key has more than two primes"),
        ],
        source: "measured on Netty 4.1.17, 4.1.48 and 4.1.118 with openssl s_client",
    },
    Message {
        wordings: &["PrivateKey type not supported PKCS#8"],
        depth: Depth::Cause,
        printed: "Netty with a native TLS library (OpenSSL or BoringSSL) in place of the JDK's",
        meaning: Some("native TLS refuses keys that the JDK loads"),
        causes: &[
            found_by("key-cannot-handshake", "the key is on a curve that is not one of P-256, P-384 and P-521, or DH"),
            found_by("key-damaged", "the numbers of the key do not fit together"),
        ],
        source: "measured on Netty 4.1.48 with OpenSSL 3 and on 4.1.118 with BoringSSL",
    },
    Message {
        wordings: &["ERR SSL client failed to connect with: EOF"],
        depth: Depth::Cause,
        printed: "Filebeat, where Logstash refuses the client's certificate; Logstash itself may log nothing",
        meaning: None,
        causes: &[found_by("certificate-expired", "the client's certificate has ended: fixkey check CLIENT.crt")],
        source: "beats issue 80",
    },
];
