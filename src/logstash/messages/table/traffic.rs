//! Messages of a running Logstash or its clients about handshakes that fail.

use super::super::{Depth, Message, beyond, found_by};
use super::MISMATCH;

const CURVE: super::PossibleCause = found_by(
    "key-cannot-handshake",
    "the key loads, but no TLS handshake completes with it: EC on a curve other than P-256, P-384 and P-521, DSA, DH, X25519, X448",
);

/// Source: docs/messages.md §1.2.
const BY_OPENSSL: &str = "measured on Netty 4.1.48 with JDK 17 and openssl s_client, which refuses the certificate (TLS 1.2)";

/// Source: docs/what-logstash-loads.md §5; docs/messages.md §1.2 and §3.8.
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
            found_by("shipper-protocol-mismatch", "the server and the client allow different cipher suites"),
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
            found_by("shipper-untrusted-certificate", "the RSA key of Logstash is too short for Go"),
            found_by("certificate-chain-order", "the certificates in the file are in reverse order; Netty 4.1.17 loads them"),
        ],
        source: "measured on Netty 4.1.17, 4.1.48 and 4.1.118 with openssl s_client",
    },
    Message {
        wordings: &["Received fatal alert: certificate_expired"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each connection: the client finds that the certificate of Logstash expired",
        meaning: None,
        causes: &[
            found_by("certificate-expired", "the certificate of Logstash, or one in its chain, expired"),
            beyond("the clock of the client is wrong"),
        ],
        source: BY_OPENSSL,
    },
    Message {
        wordings: &["Received fatal alert: unknown_ca"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each connection: the client does not trust the certificate of Logstash",
        meaning: None,
        causes: &[
            found_by("certificate-chain-incomplete", "the file of ssl_certificate lacks an intermediate certificate"),
            found_by("shipper-untrusted-certificate", "the client does not trust the authority that issued the certificate: ssl.certificate_authorities of Filebeat"),
        ],
        source: BY_OPENSSL,
    },
    Message {
        wordings: &["Received fatal alert: unsupported_certificate"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each connection: the certificate of Logstash is not for a server",
        meaning: None,
        causes: &[found_by("certificate-usage", "the certificate of Logstash is for a client only, or is that of an authority")],
        source: BY_OPENSSL,
    },
    Message {
        wordings: &["Received fatal alert: bad_certificate"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each connection: the client refuses the certificate of Logstash",
        meaning: Some("the log of the client gives the reason"),
        causes: &[
            found_by("shipper-untrusted-certificate", "the client does not trust the authority that issued the certificate: ssl.certificate_authorities of Filebeat"),
            found_by("shipper-name-mismatch", "the client connects by another name than the certificate has"),
            found_by("certificate-chain-incomplete", "the file of ssl_certificate lacks an intermediate certificate"),
            found_by("certificate-without-san", "the certificate has no subjectAltName"),
            found_by("certificate-expired", "the certificate of Logstash, or one in its chain, expired"),
            found_by("certificate-not-yet-valid", "the certificate of Logstash is not yet valid"),
            found_by("certificate-usage", "the certificate of Logstash is not for a server"),
            found_by("shipper-fingerprint", "a fingerprint that Filebeat sets is not in the chain"),
        ],
        source: BY_OPENSSL,
    },
    Message {
        wordings: &["Received fatal alert: decode_error"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each connection",
        meaning: Some("the client cannot read a certificate of Logstash"),
        causes: &[
            found_by("shipper-untrusted-certificate", "a certificate of the chain has a negative serial number, or a name that is not ASCII"),
        ],
        source: "measured on Netty 4.1.48 with JDK 17 and Go 1.26.6",
    },
    Message {
        wordings: &["Received fatal alert: <word>", "Received fatal alert"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each connection",
        meaning: Some("the client ends the TLS handshake; the last word is its reason, and its own log says more"),
        causes: &[
            found_by("certificate-key-mismatch", "the key does not belong to the certificate"),
            found_by("certificate-expired", "the certificate of Logstash expired"),
            found_by("certificate-chain-incomplete", "the file of ssl_certificate lacks an intermediate certificate"),
            found_by("certificate-without-san", "the certificate does not have the name by which the client connects"),
            found_by("shipper-untrusted-certificate", "the client does not trust the authority that issued the certificate: ssl.certificate_authorities of Filebeat"),
            found_by("shipper-name-mismatch", "the client connects by another name than the certificate has"),
            found_by("shipper-protocol-mismatch", "the client allows other TLS versions or cipher suites"),
        ],
        source: BY_OPENSSL,
    },
    Message {
        wordings: &["Insufficient buffer remaining for AEAD cipher fragment"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each TLS 1.3 connection",
        meaning: Some("the client ends the TLS handshake, and the JDK cannot read its reason; the log of the client has it"),
        causes: &[
            found_by("certificate-expired", "the certificate of Logstash expired"),
            found_by("certificate-chain-incomplete", "the file of ssl_certificate lacks an intermediate certificate"),
            found_by("shipper-untrusted-certificate", "the client does not trust the authority that issued the certificate: ssl.certificate_authorities of Filebeat"),
            found_by("shipper-name-mismatch", "the client connects by another name than the certificate has"),
        ],
        source: "measured on Netty 4.1.48 with JDK 17 and openssl s_client, which did not trust the certificate",
    },
    Message {
        wordings: &["Client requested protocol <word> is not enabled or supported in server context"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each connection",
        meaning: Some("the client offers only TLS versions that Logstash does not allow"),
        causes: &[found_by("shipper-protocol-mismatch", "the client is too old, or its supported_protocols and those of Logstash have no version in common")],
        source: "measured on Netty 4.1.48 with JDK 17 and openssl s_client -tls1_1",
    },
    Message {
        wordings: &["not an SSL/TLS record"],
        depth: Depth::Cause,
        printed: "Netty in an input with TLS, on each such connection",
        meaning: Some("TLS is on, but the client sends without TLS; the digits are the bytes that it sent (3257 is a Beats client, 474554 is HTTP)"),
        causes: &[
            found_by("shipper-tls-one-side", "Filebeat sends without TLS: its output.logstash has no ssl settings, or has them under the old name tls"),
            beyond("a health check, a load balancer or a browser connects to the port without TLS"),
        ],
        source: "measured on Netty 4.1.48 with both kinds of client; beats issues 251 and 293",
    },
    Message {
        wordings: &["Invalid version of beats protocol: <n>", "Invalid version of beats protocol"],
        depth: Depth::Cause,
        printed: "the beats input, on each such connection",
        meaning: Some("the client does not speak the protocol of Beats; the number is the first byte that it sent (22 is TLS, 71 is the G of an HTTP request)"),
        causes: &[
            found_by("shipper-tls-one-side", "the client uses TLS, but TLS is off in the beats input"),
            found_by("tls-off", "the input has a key and a certificate, and its TLS is off"),
            beyond("the client is no Beat: a health check, a browser, or a program that sends JSON or syslog lines"),
        ],
        source: "xelogstash issue 90 (123, a program that sends JSON); RFC 8446, section 5.1, for the first byte of TLS",
    },
    Message {
        wordings: &["Empty client certificate chain", "Empty server certificate chain"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each connection; older JDKs say \"server\" instead of \"client\"",
        meaning: Some("Logstash requires a certificate from the client (ssl_client_authentication), and the client sends none"),
        causes: &[
            found_by("shipper-client-certificate", "the client has no certificate and key: ssl.certificate and ssl.key of Filebeat"),
            found_by("shipper-client-certificate", "the client has one, but not from an authority in ssl_certificate_authorities, so it does not send it"),
        ],
        source: "measured on Netty 4.1.48 with JDK 17, TLS 1.2 and TLS 1.3; observability-docs pull request 1807 for the older wording",
    },
    Message {
        wordings: &["are not accepted by server preferences"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each connection",
        meaning: Some("the client offers only TLS versions that Logstash does not allow"),
        causes: &[
            found_by("shipper-protocol-mismatch", "supported_protocols of Filebeat and of Logstash have no version in common"),
        ],
        source: "measured on Netty 4.1.48 with JDK 17 and Go 1.26.6",
    },
    Message {
        wordings: &["No appropriate protocol (protocol is disabled or cipher suites are inappropriate)"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each connection",
        meaning: Some("Logstash has no TLS version that it can use with its own settings"),
        causes: &[
            found_by("shipper-protocol-mismatch", "ssl_supported_protocols has only versions that Java does not speak, or no cipher suite fits them"),
        ],
        source: "measured on Netty 4.1.48 with JDK 17 and Go 1.26.6",
    },
    Message {
        wordings: &["Illegal server name, type=host_name"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each connection",
        meaning: Some("Java refuses the name by which the client connects: letters, digits and hyphens between them"),
        causes: &[
            found_by("shipper-name-mismatch", "hosts of Filebeat has a name with an underscore, or with a hyphen at the edge of a label"),
        ],
        source: "measured on Netty 4.1.48 with JDK 17 and Go 1.26.6",
    },
    Message {
        wordings: &["Unexpected key_share extension in HelloRetryRequest"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each connection",
        meaning: None,
        causes: &[
            found_by("shipper-protocol-mismatch", "the client offers only curves that Java does not speak: ssl.curve_types of Filebeat"),
        ],
        source: "measured on Netty 4.1.48 with JDK 17 and Go 1.26.6",
    },
    Message {
        wordings: &["Extended key usage does not permit use for TLS client authentication"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each connection with a certificate of the client",
        meaning: None,
        causes: &[
            found_by("shipper-client-certificate", "the certificate of the client is for servers only"),
            found_by("certificate-usage", "its extendedKeyUsage lacks clientAuth"),
        ],
        source: "measured on Netty 4.1.48 with JDK 17 and Go 1.26.6",
    },
    Message {
        wordings: &["KeyUsage does not allow digital signatures"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each connection with a certificate of the client",
        meaning: None,
        causes: &[
            found_by("shipper-client-certificate", "the keyUsage of the certificate of the client lacks digitalSignature"),
            found_by("certificate-usage", "the same, found in the file"),
        ],
        source: "measured on Netty 4.1.48 with JDK 17 and Go 1.26.6",
    },
    Message {
        wordings: &["PKIX path validation failed"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each connection with a certificate of the client",
        meaning: Some("Logstash refuses the certificate of the other end, or one of its authorities"),
        causes: &[
            found_by("shipper-client-certificate", "another authority with the same name issued it, its key is too short, or an authority may not issue it"),
            found_by("certificate-expired", "the certificate of the client expired; check it with: fixkey check CLIENT.crt"),
        ],
        source: "measured on Netty 4.1.48 with JDK 17 and Go 1.26.6",
    },
    Message {
        wordings: &["PKIX path building failed"],
        depth: Depth::Cause,
        printed: "the JDK in Logstash, on each connection with a certificate of the client",
        meaning: Some("Logstash does not trust the certificate of the other end"),
        causes: &[found_by("shipper-client-certificate", "ssl_certificate_authorities does not have the authority that issued the certificate, or the client does not send its intermediate certificates")],
        source: "measured on Netty 4.1.48 with JDK 17 and a self-signed certificate of the client",
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
];
