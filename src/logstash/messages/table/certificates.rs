//! Causes behind "File does not contain valid certificates", and errors about chains.

use super::super::{Depth, Message, found_by};
use super::{CHAIN, MISMATCH, NOT_A_CERTIFICATE};

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
    Message {
        wordings: &["Incomplete BER/DER data"],
        depth: Depth::Cause,
        printed: "the JDK that Netty uses; for indented lines only with Netty 4.1.118 in our measurements",
        meaning: None,
        causes: &[LAYOUT],
        source: "measured on Netty 4.1.48 and 4.1.118",
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
        wordings: &["CertificateParsingException: java.io.IOException: Only named ECParameters supported"],
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
        causes: &[found_by("not-a-certificate", "the certificate file holds a certificate request")],
        source: "measured on Netty 4.1.48 and 4.1.118",
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
        wordings: &["KEY_VALUES_MISMATCH", "failed to set certificate and key"],
        depth: Depth::Cause,
        printed: "the native TLS library of older beats inputs. From plugin 6.0.11 the beats input uses the TLS of the JDK, which loads such a pair silently",
        meaning: None,
        causes: &[MISMATCH],
        source: "beats issue 149, ukncsc/lme issue 19",
    },
];
