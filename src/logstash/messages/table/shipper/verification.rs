//! Messages of shippers about the certificates of both sides.

use super::super::super::{Depth, Message, beyond, found_by};

/// Source: docs/messages.md §5.
#[rustfmt::skip]
pub(super) const MESSAGES: &[Message] = &[
    Message {
        wordings: &["x509: certificate signed by unknown authority (possibly because of \"crypto/rsa: verification error\"", "x509: certificate signed by unknown authority (possibly because of \"x509: ECDSA verification failure\""],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/x509",
        meaning: Some("an authority that the shipper trusts has the right name and another key"),
        causes: &[
            found_by("shipper-untrusted-certificate", "the authority was made again under the same name, and one side still has the old one"),
            found_by("shipper-untrusted-certificate", "a self-signed certificate was made again, and the shipper trusts the old one"),
        ],
        source: "read in Go 1.26.6, crypto/x509/verify.go:167; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["x509: certificate signed by unknown authority (possibly because of \"x509: invalid signature: parent certificate cannot sign this kind of certificate\""],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/x509",
        meaning: Some("the certificate that issued that of Logstash is not the certificate of an authority"),
        causes: &[
            found_by("certificate-usage", "the issuer has no basicConstraints with CA:TRUE, or its keyUsage lacks keyCertSign"),
            found_by("shipper-untrusted-certificate", "the same, found from the shipper's side"),
        ],
        source: "read in Go 1.26.6, crypto/x509/x509.go:910; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["x509: certificate signed by unknown authority (possibly because of \"x509: cannot verify signature: insecure algorithm"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/x509",
        meaning: Some("the certificate is signed with SHA-1 or MD5, which Go does not accept"),
        causes: &[
            found_by("certificate-weak", "the signature of the certificate is SHA-1 or MD5"),
            found_by("shipper-untrusted-certificate", "the same, found from the shipper's side"),
        ],
        source: "read in Go 1.26.6, crypto/x509/x509.go:901; run with Go 1.26",
    },
    Message {
        wordings: &["x509: certificate signed by unknown authority"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/x509",
        meaning: Some("no chain leads from the certificate of Logstash to an authority that the shipper trusts"),
        causes: &[
            found_by("shipper-untrusted-certificate", "the authority that issued the certificate of Logstash is not in ssl.certificate_authorities of the shipper"),
            found_by("certificate-chain-incomplete", "Logstash sends its certificate without the intermediate certificate"),
            found_by("shipper-fingerprint", "ssl.ca_trusted_fingerprint is of a CA that Logstash does not send"),
            found_by("shipper-untrusted-certificate", "ssl.certificate_authorities is not set, and the authority is not a public one"),
        ],
        source: "read in Go 1.26.6, crypto/x509/verify.go:157; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["x509: certificate is valid for <n> names, but none matched"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/x509",
        meaning: Some("the certificate of Logstash has other names than the one in hosts"),
        causes: &[
            found_by("shipper-name-mismatch", "hosts has another name than the certificate"),
            found_by("shipper-name-mismatch", "the certificate was issued for another host"),
        ],
        source: "read in Go 1.26.6, crypto/x509/verify.go:134; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["x509: certificate is valid for"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/x509",
        meaning: Some("the certificate of Logstash has other names or addresses than the one in hosts"),
        causes: &[
            found_by("shipper-name-mismatch", "hosts has another name or address than the certificate"),
            found_by("shipper-name-mismatch", "the certificate was issued for another host, or lacks the name of the load balancer"),
        ],
        source: "read in Go 1.26.6, crypto/x509/verify.go:142; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["x509: certificate is not valid for any names, but wanted to match"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/x509",
        meaning: Some("the certificate of Logstash has no name"),
        causes: &[
            found_by("certificate-without-san", "the certificate has no subjectAltName"),
            found_by("shipper-name-mismatch", "its subjectAltName has addresses alone, or names alone"),
        ],
        source: "read in Go 1.26.6, crypto/x509/verify.go:140; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["x509: cannot validate certificate for <word> because it doesn't contain any IP SANs"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/x509",
        meaning: Some("hosts has an address, and the certificate of Logstash has no address"),
        causes: &[
            found_by("certificate-without-san", "the certificate has no address in its subjectAltName"),
            found_by("shipper-name-mismatch", "hosts has an address, and the certificate was issued for a name: use the name"),
        ],
        source: "read in Go 1.26.6, crypto/x509/verify.go:121; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["x509: certificate relies on legacy Common Name field"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/x509",
        meaning: Some("the certificate of Logstash has its name only in the subject, which Go does not use"),
        causes: &[
            found_by("certificate-without-san", "the certificate has no subjectAltName"),
            found_by("shipper-name-mismatch", "the name is in the Common Name alone, and verification_mode is strict"),
        ],
        source: "read in Go 1.26.6, crypto/x509/verify.go:114; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["x509: certificate has expired or is not yet valid"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/x509",
        meaning: Some("the certificate of Logstash, or one in its chain, is not valid now; the text behind it has both times"),
        causes: &[
            found_by("certificate-expired", "the certificate of Logstash, or one in its chain, has expired"),
            found_by("certificate-not-yet-valid", "it is not yet valid"),
            found_by("shipper-untrusted-certificate", "it is an authority of the shipper, or an intermediate certificate"),
            beyond("the clock of the shipper is wrong"),
        ],
        source: "read in Go 1.26.6, crypto/x509/verify.go:469; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["x509: certificate specifies an incompatible key usage"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/x509",
        meaning: Some("the certificate of Logstash, or its authority, is not for servers"),
        causes: &[
            found_by("certificate-usage", "the extendedKeyUsage lacks serverAuth: it is the certificate of a client"),
            found_by("shipper-untrusted-certificate", "the authority is restricted to clients"),
        ],
        source: "read in Go 1.26.6, crypto/x509/verify.go:85; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["x509: too many intermediates for path length constraint"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/x509",
        meaning: Some("an authority in the chain allows fewer intermediate certificates"),
        causes: &[
            found_by("shipper-untrusted-certificate", "the pathlen of an authority in the chain is too small"),
        ],
        source: "read in Go 1.26.6, crypto/x509/verify.go:83; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["x509: a root or intermediate certificate is not authorized to sign for this name"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/x509",
        meaning: Some("an authority in the chain is restricted to other names"),
        causes: &[
            found_by("shipper-untrusted-certificate", "the nameConstraints of an authority in the chain"),
        ],
        source: "read in Go 1.26.6, crypto/x509/verify.go:79; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["x509: unhandled critical extension"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/x509",
        meaning: Some("a certificate has a critical extension that Go does not know"),
        causes: &[
            beyond("a critical extension of a certificate in the chain"),
        ],
        source: "read in Go 1.26.6, crypto/x509/x509.go:1055; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["x509: negative serial number"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/x509",
        meaning: Some("a certificate has a negative serial number, which Go refuses from 1.23 on"),
        causes: &[
            found_by("shipper-untrusted-certificate", "it is a certificate of Logstash, or of its authorities: issue it again"),
            found_by("not-a-certificate", "it is a certificate of the shipper"),
        ],
        source: "read in Go 1.26.6, crypto/x509/parser.go:931; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["tls: failed to verify certificate"],
        depth: Depth::Wrapper,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("the shipper refused the certificate of Logstash; the text behind it says why"),
        causes: &[
            beyond("the error behind it"),
        ],
        source: "read in Go 1.26.6, crypto/tls/common.go:1817; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["provided CA certificate pins doesn't match any of the certificate authorities"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent",
        meaning: Some("no certificate of the chain has the hash in ssl.ca_sha256"),
        causes: &[
            found_by("shipper-fingerprint", "the authority was renewed, or the hash is that of the whole certificate: it must be that of its public key"),
        ],
        source: "read in elastic/beats@6632c0c, pkg/transport/tlscommon/ca_pinning.go:29",
    },
    Message {
        wordings: &["The provided 'ca_trusted_fingerprint'"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent",
        meaning: Some("no certificate that Logstash sent has the fingerprint in ssl.ca_trusted_fingerprint"),
        causes: &[
            found_by("shipper-fingerprint", "the authority was renewed"),
            found_by("shipper-untrusted-certificate", "Logstash does not send the certificate of the authority: append it to the file of ssl_certificate"),
        ],
        source: "read in elastic/beats@0409ebd, pkg/transport/tlscommon/tls_config.go",
    },
    Message {
        wordings: &["tls: server selected unsupported protocol version"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("the two sides have no TLS version in common"),
        causes: &[
            found_by("shipper-protocol-mismatch", "ssl.supported_protocols of the shipper, or ssl_supported_protocols of the input"),
        ],
        source: "read in Go 1.26.6, crypto/tls/handshake_client.go:520; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["tls: no supported versions satisfy MinVersion and MaxVersion"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("ssl.supported_protocols of the shipper leaves no version"),
        causes: &[
            found_by("shipper-protocol-mismatch", "ssl.supported_protocols of the shipper"),
        ],
        source: "read in Go 1.26.6, crypto/tls/handshake_client.go:63; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["tls: failed to parse certificate from server"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("Go cannot read a certificate of Logstash; the text behind it says why"),
        causes: &[
            found_by("shipper-untrusted-certificate", "a certificate of the chain has a negative serial number, or a name that is not ASCII"),
        ],
        source: "measured on Netty 4.1.48 with JDK 17 and Go 1.26.6",
    },
    Message {
        wordings: &["x509: SAN dNSName is malformed"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/x509",
        meaning: Some("a name in the subjectAltName of a certificate is not ASCII"),
        causes: &[
            found_by("shipper-untrusted-certificate", "it is a certificate of Logstash"),
            found_by("not-a-certificate", "it is a certificate of the shipper"),
        ],
        source: "measured on Netty 4.1.48 with JDK 17 and Go 1.26.6",
    },
    Message {
        wordings: &["tls: invalid signature by the server certificate"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: None,
        causes: &[
            found_by("shipper-untrusted-certificate", "the RSA key of Logstash is too short for Go"),
            found_by("certificate-key-mismatch", "the key of Logstash does not belong to its certificate"),
        ],
        source: "measured on Netty 4.1.48 with JDK 17 and Go 1.26.6",
    },
    Message {
        wordings: &["tls: failed to sign handshake"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("the shipper cannot sign with its key"),
        causes: &[
            found_by("shipper-client-certificate", "the RSA key of the shipper is too short for Go"),
        ],
        source: "measured on Netty 4.1.48 with JDK 17 and Go 1.26.6",
    },
    Message {
        wordings: &["tls version TLS <word> not configured"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, behind the handshake",
        meaning: Some("Logstash chose a TLS version that ssl.supported_protocols leaves out between others"),
        causes: &[
            found_by("shipper-protocol-mismatch", "ssl.supported_protocols has a gap: list every version from the lowest to the highest"),
        ],
        source: "measured on Netty 4.1.48 with JDK 17 and Go 1.26.6",
    },
    Message {
        wordings: &["remote error: tls: illegal parameter"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("Logstash refuses something in the first message of the shipper"),
        causes: &[
            found_by("shipper-name-mismatch", "hosts has a name with an underscore, or with a hyphen at the edge of a label"),
        ],
        source: "measured on Netty 4.1.48 with JDK 17 and Go 1.26.6",
    },
    Message {
        wordings: &["remote error: tls: unexpected message"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: None,
        causes: &[
            found_by("shipper-protocol-mismatch", "ssl.curve_types has only curves that Java does not speak"),
        ],
        source: "measured on Netty 4.1.48 with JDK 17 and Go 1.26.6",
    },
    Message {
        wordings: &["tls: CurvePreferences includes unsupported curve"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: None,
        causes: &[
            found_by("shipper-setting-value", "ssl.curve_types has a curve that the Go of the shipper does not know: X25519MLKEM768 before Go 1.24"),
        ],
        source: "measured with Go 1.21.13",
    },
    Message {
        wordings: &["decode 'ca_trusted_fingerprint'"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, on each connection",
        meaning: Some("ssl.ca_trusted_fingerprint is not hexadecimal"),
        causes: &[
            found_by("shipper-fingerprint", "the fingerprint has colons: write the 64 digits alone"),
        ],
        source: "measured on Netty 4.1.48 with JDK 17 and Go 1.26.6",
    },
    Message {
        wordings: &["remote error: tls: bad certificate"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("the other side refused the certificate of the shipper, or asked for one and got none"),
        causes: &[
            found_by("shipper-client-certificate", "ssl.certificate and ssl.key of the shipper are not set"),
            found_by("certificate-expired", "the certificate of the shipper has expired; check it with: fixkey check CLIENT.crt"),
            found_by("certificate-usage", "the certificate of the shipper lacks clientAuth"),
            found_by("shipper-client-certificate", "ssl_certificate_authorities of the input lacks the authority that issued it"),
        ],
        source: "read in Go 1.26.6, crypto/tls/conn.go:733; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["remote error: tls: certificate required"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("the other side asks for a certificate, and the shipper sent none (TLS 1.3)"),
        causes: &[
            found_by("shipper-client-certificate", "ssl.certificate and ssl.key of the shipper are not set"),
            found_by("shipper-client-certificate", "the certificate of the shipper is of an authority that the input does not list: Go then sends none"),
        ],
        source: "read in Go 1.26.6, crypto/tls/conn.go:733; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["remote error: tls: handshake failure"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("the two sides have nothing in common, or with TLS 1.2 the shipper sent no certificate"),
        causes: &[
            found_by("key-cannot-handshake", "the key of Logstash loads, and no handshake completes with it"),
            found_by("certificate-key-mismatch", "the key of Logstash does not belong to its certificate"),
            found_by("shipper-protocol-mismatch", "no cipher suite, version or curve in common"),
            found_by("shipper-client-certificate", "ssl.certificate and ssl.key of the shipper are not set, and Logstash asks for them"),
        ],
        source: "read in Go 1.26.6, crypto/tls/conn.go:733; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["remote error: tls: unknown certificate authority"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("the other side does not trust the authority of the shipper's certificate"),
        causes: &[
            found_by("shipper-client-certificate", "ssl_certificate_authorities of the input lacks the authority that issued the certificate of the shipper"),
        ],
        source: "read in Go 1.26.6, crypto/tls/conn.go:733; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["remote error: tls: unknown certificate"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("Logstash refused the certificate of the shipper; Java does not say why"),
        causes: &[
            found_by("certificate-expired", "the certificate of the shipper has expired; check it with: fixkey check CLIENT.crt"),
            found_by("certificate-usage", "the certificate of the shipper lacks clientAuth"),
            found_by("shipper-client-certificate", "ssl_certificate_authorities of the input lacks the authority that issued it"),
        ],
        source: "read in Go 1.26.6, crypto/tls/conn.go:733; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["remote error: tls: expired certificate"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("the other side says that the certificate of the shipper has expired"),
        causes: &[
            found_by("certificate-expired", "the certificate of the shipper has expired; check it with: fixkey check CLIENT.crt"),
            beyond("the clock of the other side is wrong"),
        ],
        source: "read in Go 1.26.6, crypto/tls/conn.go:733; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["remote error: tls: unsupported certificate"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("the other side cannot use the certificate of the shipper"),
        causes: &[
            found_by("certificate-usage", "the certificate of the shipper lacks clientAuth"),
            beyond("its key is of a kind that the other side does not know"),
        ],
        source: "read in Go 1.26.6, crypto/tls/conn.go:733; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["remote error: tls: access denied"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("the other side refused access"),
        causes: &[
            beyond("a proxy, or a rule of the other side"),
        ],
        source: "read in Go 1.26.6, crypto/tls/conn.go:733; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["remote error: tls: protocol version not supported"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("the two sides have no TLS version in common"),
        causes: &[
            found_by("shipper-protocol-mismatch", "ssl.supported_protocols of the shipper, or the versions of the input"),
            beyond("a very old Logstash or Java"),
        ],
        source: "read in Go 1.26.6, crypto/tls/conn.go:733; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["remote error: tls: internal error"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("the other side failed in the handshake: see its own log"),
        causes: &[
            found_by("key-cannot-handshake", "the key of Logstash loads, and no handshake completes with it"),
            beyond("see the log of Logstash"),
        ],
        source: "read in Go 1.26.6, crypto/tls/conn.go:733; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["remote error: tls: insufficient security level"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("the other side wants stronger keys or cipher suites"),
        causes: &[
            found_by("key-weak", "a key is too short"),
            beyond("the cipher suites of the shipper are too old"),
        ],
        source: "read in Go 1.26.6, crypto/tls/conn.go:733; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["remote error: tls: unrecognized name"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("the other side has no certificate for the name in hosts"),
        causes: &[
            beyond("a proxy that chooses by name does not know the name in hosts"),
        ],
        source: "read in Go 1.26.6, crypto/tls/conn.go:733; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["remote error: tls: error decrypting message"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("the other side finds that a signature or a message is wrong"),
        causes: &[
            found_by("certificate-key-mismatch", "a key does not belong to its certificate"),
        ],
        source: "read in Go 1.26.6, crypto/tls/conn.go:733; run with Go 1.21 to 1.27",
    },
];
