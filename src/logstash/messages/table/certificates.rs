//! Causes behind "File does not contain valid certificates", and errors about chains.

use super::super::{Depth, Message, found_by};
use super::{CHAIN, MISMATCH, NOT_A_CERTIFICATE, UNREADABLE};

const LAYOUT: super::PossibleCause = found_by(
    "not-a-certificate",
    "Logstash cannot load the certificate file: its lines are indented or end in blanks, or it is truncated",
);

/// Source: docs/what-logstash-loads.md §9, codes CN, CINC, CHAIN, CEXPL, CEC, CCURVE, COID and REF.
#[rustfmt::skip]
pub(super) const MESSAGES: &[Message] = &[
    Message {
        wordings: &["found no certificates in input stream"],
        depth: Depth::Cause,
        printed: "every Netty version that was measured (4.1.17, 4.1.48, 4.1.118)",
        meaning: None,
        causes: &[
            found_by("not-a-certificate", "the certificate file is empty, DER, PKCS#7, a key or a public key, or ssl_key and ssl_certificate are swapped"),
            found_by("not-a-certificate", "the PEM block has no END line, is indented (Netty before 4.1.79), or has its label in lower case (Netty from 4.1.79)"),
        ],
        source: "measured",
    },
    // DIR
    Message {
        wordings: &["could not find certificate file: <path>", "could not find certificate file"],
        depth: Depth::Cause,
        printed: "every input that loads its certificate with Netty",
        meaning: Some("Netty cannot open the certificate file; it prints the same line for a file without read permission and for a missing file"),
        causes: &[
            UNREADABLE,
            found_by("not-a-certificate", "the certificate setting points to a directory, not to a file with a certificate"),
            found_by("file-missing", "the file no longer exists, but it did when the pipeline was built"),
        ],
        source: "measured on Logstash 7.17.27, 8.8.2, 8.15.0 and 9.0.0 with a directory; on Netty 4.1.48 with a file that the account may not read, and with a missing file",
    },
    Message {
        wordings: &["Incomplete BER/DER data"],
        depth: Depth::Cause,
        printed: "the JDK that Netty uses; for indented lines only with Netty 4.1.118 in our measurements",
        meaning: None,
        causes: &[LAYOUT],
        source: "measured on Netty 4.1.48 and 4.1.118",
    },
    Message {
        wordings: &["signed fields invalid"],
        depth: Depth::Cause,
        printed: "the JDK, of a file of authorities",
        meaning: None,
        causes: &[found_by("not-a-certificate", "the file that ssl_certificate_authorities, cacert or a similar setting points to holds a private key, in front of its certificates or behind them")],
        source: "measured with JDK 17's CertificateFactory, which reads these files",
    },
    Message {
        wordings: &["Certificate chain is not valid"],
        depth: Depth::Cause,
        printed: "the JDK with Netty 4.1.48 and later. Netty 4.1.17 loads such a chain, but with a reversed chain the handshake fails",
        meaning: None,
        causes: &[CHAIN],
        source: "measured on Netty 4.1.17, 4.1.48 and 4.1.118",
    },
    Message {
        wordings: &["CertificateParsingException, :message=>\"java.io.IOException: Only named ECParameters supported\"", "CertificateParsingException: java.io.IOException: Only named ECParameters supported"],
        depth: Depth::Cause,
        printed: "the JDK with every Netty version that was measured",
        meaning: Some("the public key of the certificate defines its curve with explicit parameters, not with a name"),
        causes: &[found_by("not-a-certificate", "Logstash cannot load the certificate file; get a new certificate with the name of the curve")],
        source: "measured on Netty 4.1.48 and 4.1.118",
    },
    Message {
        wordings: &["subject key, java.security.InvalidKeyException: Invalid EC key", "Only uncompressed point format supported"],
        depth: Depth::Cause,
        printed: "the JDK with every Netty version that was measured",
        meaning: Some("the public key of the certificate is a compressed point"),
        causes: &[found_by("not-a-certificate", "Logstash cannot load the certificate file; get a new certificate with an uncompressed point")],
        source: "measured on Netty 4.1.48 and 4.1.118",
    },
    Message {
        wordings: &["Unknown named curve: <word>"],
        depth: Depth::Cause,
        printed: "the JDK with every Netty version that was measured",
        meaning: Some("the public key of the certificate is on a curve that the JDK does not know, such as the curve of SM2"),
        causes: &[found_by("not-a-certificate", "Logstash cannot load the certificate file; create a new key (P-256, P-384, P-521 or RSA) and get a certificate for it")],
        source: "measured on Netty 4.1.48 and 4.1.118 with SM2",
    },
    Message {
        wordings: &["DerValue.getOID, not an OID <n>"],
        depth: Depth::Cause,
        printed: "the JDK with every Netty version that was measured",
        meaning: None,
        causes: &[
            found_by("not-a-certificate", "the certificate file holds a certificate request"),
            found_by("not-a-certificate", "the file of authorities holds one"),
        ],
        source: "measured on Netty 4.1.48 and 4.1.118; of authorities with JDK 17's CertificateFactory, which reads them",
    },
    Message {
        wordings: &["IllegalReferenceCountException: refCnt: 0, increment: 1"],
        depth: Depth::Cause,
        printed: "Netty 4.1.17, which hides the real cause",
        meaning: None,
        causes: &[
            NOT_A_CERTIFICATE,
            found_by("not-a-certificate", "the public key of the certificate has explicit curve parameters, is a compressed point, or is on an unknown curve"),
        ],
        source: "measured on Netty 4.1.17",
    },
    Message {
        wordings: &["failed to set certificate and key"],
        depth: Depth::Wrapper,
        printed: "Netty with a native TLS library, on each connection: the beats input before 6.0.11 (Logstash 6.8.23 and 7.6.0)",
        meaning: Some("the TLS library refuses the certificates, or the key together with them"),
        causes: &[CHAIN, MISMATCH],
        source: "measured on Logstash 6.8.23 and 7.6.0 with chains in the wrong order, with a certificate twice, and with an unrelated one; beats issue 149",
    },
    Message {
        wordings: &["failed to initialize the server-side SSL context"],
        depth: Depth::Wrapper,
        printed: "Netty with the TLS of the JDK, at startup (Logstash 7.10.2)",
        meaning: Some("Netty cannot build its TLS context from the key and the certificates; the next \"Caused by\" line, if there is one, says why"),
        causes: &[CHAIN],
        source: "measured on Logstash 7.10.2 with chains in the wrong order, with a certificate twice, and with an unrelated one",
    },
    Message {
        wordings: &["KEY_VALUES_MISMATCH"],
        depth: Depth::Cause,
        printed: "the native TLS library of older beats inputs. From plugin 6.0.11 the beats input uses the TLS of the JDK, which loads such a pair silently",
        meaning: None,
        causes: &[MISMATCH],
        source: "beats issue 149, ukncsc/lme issue 19",
    },
];
