//! What stands beneath "File does not contain valid certificates", and what chains are refused with.

use super::super::{Depth, Message, found_by};
use super::{CHAIN, MISMATCH, NOT_A_CERTIFICATE};

const LAYOUT: super::PossibleCause = found_by(
    "not-a-certificate",
    "the lines of the certificate are indented or end in blanks, or it is cut off",
);

/// Source: docs/what-logstash-loads.md §9, codes CN, CINC, CHAIN, CEXPL, CEC, CCURVE, COID and REF.
#[rustfmt::skip]
pub(super) const MESSAGES: &[Message] = &[
    Message {
        wordings: &["found no certificates in input stream"],
        depth: Depth::Cause,
        printed: "every Netty that was measured (4.1.17, 4.1.48, 4.1.118)",
        meaning: None,
        causes: &[
            found_by("not-a-certificate", "the file is empty, DER, PKCS#7, a key or a public key, or ssl_key and ssl_certificate are swapped"),
            found_by("not-a-certificate", "the block has no END line, is indented (Netty before 4.1.79), or its label is in lower case (from then on)"),
        ],
        source: "measured",
    },
    Message {
        wordings: &["Incomplete BER/DER data"],
        depth: Depth::Cause,
        printed: "the JDK beneath Netty; for indented lines Netty 4.1.118 alone was seen to say it",
        meaning: None,
        causes: &[LAYOUT],
        source: "measured on Netty 4.1.48 and 4.1.118",
    },
    Message {
        wordings: &["Certificate chain is not valid"],
        depth: Depth::Cause,
        printed: "the JDK beneath Netty 4.1.48 and later; Netty 4.1.17 loads such a chain, and a reversed one then fails in the handshake",
        meaning: None,
        causes: &[CHAIN],
        source: "measured on Netty 4.1.17, 4.1.48 and 4.1.118",
    },
    Message {
        wordings: &["CertificateParsingException: java.io.IOException: Only named ECParameters supported"],
        depth: Depth::Cause,
        printed: "the JDK beneath every Netty that was measured",
        meaning: Some("the certificate's key gives its curve as numbers and not by name"),
        causes: &[found_by("not-a-certificate", "have the certificate made anew with a named curve")],
        source: "measured on Netty 4.1.48 and 4.1.118",
    },
    Message {
        wordings: &["subject key, java.security.InvalidKeyException: Invalid EC key", "Only uncompressed point format supported"],
        depth: Depth::Cause,
        printed: "the JDK beneath every Netty that was measured",
        meaning: Some("the certificate's public key is a compressed point"),
        causes: &[found_by("not-a-certificate", "have the certificate made anew with an uncompressed point")],
        source: "measured on Netty 4.1.48 and 4.1.118",
    },
    Message {
        wordings: &["Unknown named curve: <word>"],
        depth: Depth::Cause,
        printed: "the JDK beneath every Netty that was measured",
        meaning: Some("the certificate's key is on a curve that the JDK does not know, such as SM2's"),
        causes: &[found_by("not-a-certificate", "have a key and certificate made on P-256, P-384 or P-521, or of RSA")],
        source: "measured on Netty 4.1.48 and 4.1.118 with SM2",
    },
    Message {
        wordings: &["DerValue.getOID, not an OID <n>"],
        depth: Depth::Cause,
        printed: "the JDK beneath every Netty that was measured",
        meaning: None,
        causes: &[found_by("not-a-certificate", "the file holds a certificate request")],
        source: "measured on Netty 4.1.48 and 4.1.118",
    },
    Message {
        wordings: &["IllegalReferenceCountException: refCnt: 0, increment: 1"],
        depth: Depth::Cause,
        printed: "Netty 4.1.17, which hides the real cause behind it",
        meaning: None,
        causes: &[
            NOT_A_CERTIFICATE,
            found_by("not-a-certificate", "the certificate's key gives its curve as numbers, is a compressed point, or is on an unknown curve"),
        ],
        source: "measured on Netty 4.1.17",
    },
    Message {
        wordings: &["KEY_VALUES_MISMATCH", "failed to set certificate and key"],
        depth: Depth::Cause,
        printed: "the native TLS of older beats inputs; from plugin 6.0.11 on it is the JDK's, which loads such a pair without a word",
        meaning: None,
        causes: &[MISMATCH],
        source: "beats issue 149, ukncsc/lme issue 19",
    },
];
