//! What stands beneath a key that does not load: the words of Netty, the JDK, jruby-openssl and Manticore.

use super::super::{Depth, Message, found_by};
use super::{
    ALGORITHM, DAMAGED, ENCRYPTION, KEY_LOADS_NOT, LAYOUT, NO_PASSPHRASE, NOT_A_KEY, NOT_PKCS8,
    PASSPHRASE_ON_PLAIN, PossibleCause, WRONG_PASSPHRASE,
};

const MEASURED: &str = "measured on Netty 4.1.17, 4.1.48 and 4.1.118 with JDK 17";
const EVERY_NETTY: &str = "every Netty that was measured (4.1.17, 4.1.48, 4.1.118)";
const MAY_DEPEND: &str = "Netty without BouncyCastle (4.1.17, 4.1.48, 4.1.118): with it, which Logstash happens to bring, 4.1.118 loads such a key, and no documentation promises that";
const HEADERS: PossibleCause = found_by(
    "key-encryption-not-supported",
    "the key is encrypted by its headers (Proc-Type: 4,ENCRYPTED)",
);
const STRANGE_PKCS8: PossibleCause = found_by(
    "key-not-pkcs8",
    "the key is PKCS#8 in a form that the JDK refuses; converting mends it",
);

/// Source: docs/what-logstash-loads.md §9, whose names stand before the rows; docs/plugins-and-settings.md §4, docs/messages.md §1 and §2.
#[rustfmt::skip]
pub(super) const MESSAGES: &[Message] = &[
    Message {
        wordings: &["Neither RSA, DSA nor EC worked"],
        depth: Depth::Wrapper,
        printed: EVERY_NETTY,
        meaning: Some("the JDK takes the key for none of the three algorithms; the \"Caused by\" beneath it says why"),
        causes: KEY_LOADS_NOT,
        source: MEASURED,
    },
    // N
    Message {
        wordings: &["could not find a PKCS #8 private key in input stream"],
        depth: Depth::Cause,
        printed: EVERY_NETTY,
        meaning: Some("there is no block of a private key that Netty recognises"),
        causes: &[LAYOUT, NOT_A_KEY, DAMAGED, HEADERS, found_by("key-not-pkcs8", "the file is DER, not PEM")],
        source: MEASURED,
    },
    // DIR
    Message {
        wordings: &["could not find key file: <path>"],
        depth: Depth::Cause,
        printed: EVERY_NETTY,
        meaning: None,
        causes: &[
            found_by("not-a-private-key", "the path is that of a directory"),
            found_by("file-missing", "the file has gone since the pipeline was built"),
        ],
        source: "measured with a directory on Netty 4.1.17, 4.1.48 and 4.1.118",
    },
    // ALG
    Message {
        wordings: &["algid parse error, not a sequence"],
        depth: Depth::Cause,
        printed: MAY_DEPEND,
        meaning: None,
        causes: &[
            NOT_PKCS8,
            found_by("key-mislabelled", "the label says PRIVATE KEY, and the body is PKCS#1 or SEC1: refused with BouncyCastle too"),
        ],
        source: "measured on Netty 4.1.17, 4.1.48 and 4.1.118 with JDK 17; JDK 21 puts \"Unable to decode key\" before it",
    },
    Message {
        wordings: &["Unable to decode key"],
        depth: Depth::Wrapper,
        printed: "Manticore (the elasticsearch plugins, http output and others; Logstash 9.4.4), and Netty on JDK 21 and later",
        meaning: None,
        causes: &[NOT_PKCS8],
        source: "logstash issue 19385; measured on Netty 4.1.118 with JDK 21",
    },
    // NULL
    Message {
        wordings: &["IOException : null"],
        depth: Depth::Cause,
        printed: "every Netty that was measured; for the layout, 4.1.118",
        meaning: Some("the body of the block is not whole base64"),
        causes: &[LAYOUT, DAMAGED],
        source: MEASURED,
    },
    // PBES2
    Message {
        wordings: &["PBES2 SecretKeyFactory not available", "1.2.840.113549.1.5.13 SecretKeyFactory not available"],
        depth: Depth::Cause,
        printed: "Netty before 4.1.97 without BouncyCastle (beats before 6.4.4, Logstash before 8.6.2; not promised for those after), and the elastic_integration filter",
        meaning: Some("the key is encrypted with PBES2, which OpenSSL writes unless told otherwise, whatever its passphrase is"),
        causes: &[ENCRYPTION],
        source: "measured on Netty 4.1.17, 4.1.48 and 4.1.87, and with the filter's own reader; beats issue 443",
    },
    // AES
    Message {
        wordings: &["expecting the object identifier for AES cipher"],
        depth: Depth::Cause,
        printed: "every Netty that was measured; with BouncyCastle 4.1.118 loads PBES2 with AES-192 or triple DES, which no documentation promises",
        meaning: Some("the key is encrypted with PBES2 and a cipher other than AES-128 and AES-256 in CBC"),
        causes: &[ENCRYPTION],
        source: MEASURED,
    },
    // KDF
    Message {
        wordings: &["expecting the object identifier for PBKDF2"],
        depth: Depth::Cause,
        printed: EVERY_NETTY,
        meaning: Some("the passphrase goes through scrypt, which no Netty takes"),
        causes: &[ENCRYPTION],
        source: MEASURED,
    },
    // SKF
    Message {
        wordings: &["SecretKeyFactory not available"],
        depth: Depth::Cause,
        printed: MAY_DEPEND,
        meaning: Some("the JDK does not have the encryption of the key"),
        causes: &[ENCRYPTION],
        source: MEASURED,
    },
    // I48
    Message {
        wordings: &["DerValue.getBigIntegerInternal, not expected 48", "DER input, Integer tag error"],
        depth: Depth::Cause,
        printed: "every Netty that was measured (the second wording: JDK 11)",
        meaning: None,
        causes: &[NO_PASSPHRASE],
        source: MEASURED,
    },
    // OVR
    Message {
        wordings: &["overrun, bytes = <n>"],
        depth: Depth::Cause,
        printed: "every Netty that was measured (4.1.48, 4.1.87, 4.1.118, with BouncyCastle and without), and the elastic_integration filter",
        meaning: None,
        causes: &[
            PASSPHRASE_ON_PLAIN,
            found_by("key-encryption-not-supported", "it is the elastic_integration filter, whose key has to be encrypted"),
        ],
        source: "measured; beats issue 391",
    },
    // PAD
    Message {
        wordings: &["Given final block not properly padded", "Cannot retrieve the PKCS8EncodedKeySpec"],
        depth: Depth::Cause,
        printed: EVERY_NETTY,
        meaning: None,
        causes: &[WRONG_PASSPHRASE],
        source: MEASURED,
    },
    // ASCII
    Message {
        wordings: &["Password is not ASCII"],
        depth: Depth::Cause,
        printed: "every Netty that was measured, before JDK 25",
        meaning: Some("the JDK takes no passphrase with characters beyond ASCII"),
        causes: &[found_by("key-wrong-passphrase", "set another passphrase for the key, or convert it: fixkey KEY -o FILE, and take ssl_key_passphrase out")],
        source: "measured on Netty 4.1.17, 4.1.48 and 4.1.118; JDK 25 takes it for PBES2",
    },
    // EXPL
    Message {
        wordings: &["Only named ECParameters supported"],
        depth: Depth::Cause,
        printed: "every Netty that was measured, with BouncyCastle and without",
        meaning: Some("the key gives its curve as numbers and not by name"),
        causes: &[
            found_by("key-not-pkcs8", "the curve is a known one; converting names it"),
            found_by("key-algorithm-not-supported", "the curve is not a known one"),
        ],
        source: MEASURED,
    },
    // NSEQ
    Message {
        wordings: &["IOException: Not a SEQUENCE", "IOException : Not a SEQUENCE", "\"Not a SEQUENCE\""],
        depth: Depth::Cause,
        printed: MAY_DEPEND,
        meaning: None,
        causes: &[found_by("key-algorithm-not-supported", "the key is Ed25519, Ed448, X25519 or X448")],
        source: MEASURED,
    },
    // VER1
    Message {
        wordings: &["IOException: Version must be 1", "IOException : Version must be 1", "\"Version must be 1\""],
        depth: Depth::Cause,
        printed: MAY_DEPEND,
        meaning: None,
        causes: &[
            found_by("key-algorithm-not-supported", "the key is RSA-PSS"),
            found_by("key-not-pkcs8", "the EC key has a wrong version inside; converting mends it"),
        ],
        source: MEASURED,
    },
    // NOCT
    Message {
        wordings: &["DER input not an octet string"],
        depth: Depth::Cause,
        printed: MAY_DEPEND,
        meaning: None,
        causes: &[
            found_by("key-algorithm-not-supported", "the RSA key has more than two primes"),
            found_by("key-not-pkcs8", "the RSA key has a wrong version inside"),
        ],
        source: MEASURED,
    },
    // FMT
    Message {
        wordings: &["InvalidKeyException: invalid key format", "\"invalid key format\""],
        depth: Depth::Cause,
        printed: EVERY_NETTY,
        meaning: None,
        causes: &[found_by("not-a-private-key", "the key is in OpenSSH's own form")],
        source: MEASURED,
    },
    // TAG
    Message {
        wordings: &["DerInputStream.getLength(): lengthTag=<n>, too big"],
        depth: Depth::Cause,
        printed: "Netty 4.1.118",
        meaning: Some("the block of the key has headers"),
        causes: &[
            NO_PASSPHRASE,
            HEADERS,
            found_by("key-layout", "headers stand in the block of a key that is not encrypted"),
        ],
        source: "measured on Netty 4.1.118 with JDK 17",
    },
    // LEN
    Message {
        wordings: &["Invalid lenByte"],
        depth: Depth::Cause,
        printed: "Netty 4.1.118 without BouncyCastle, with which it loads such a key, and no documentation promises that",
        meaning: None,
        causes: &[HEADERS],
        source: "measured on Netty 4.1.118 with JDK 17",
    },
    // REDUN
    Message {
        wordings: &["Redundant length bytes found"],
        depth: Depth::Cause,
        printed: "Netty without BouncyCastle on JDK 17; JDK 21 and 25 load such a key",
        meaning: Some("the key is in BER, not in exact DER"),
        causes: &[found_by("key-layout", "lengths in the key are written with more bytes than they need; converting mends it")],
        source: MEASURED,
    },
    // PUBV1
    Message {
        wordings: &["publicKey seen in v1"],
        depth: Depth::Cause,
        printed: "every Netty that was measured on JDK 17; JDK 11 loads such a key",
        meaning: Some("the key has a public key beside it that its version does not have"),
        causes: &[STRANGE_PKCS8],
        source: MEASURED,
    },
    Message {
        wordings: &["version mismatch: (supported:"],
        depth: Depth::Cause,
        printed: "every Netty that was measured on JDK 11, but not with BouncyCastle; later JDKs load such a key",
        meaning: Some("the key is PKCS#8 of version 1, with a public key beside it"),
        causes: &[STRANGE_PKCS8],
        source: "measured on Netty 4.1.17 and 4.1.118 with JDK 11",
    },
    // UVER
    Message {
        wordings: &["InvalidKeyException: unknown version: <n>"],
        depth: Depth::Cause,
        printed: EVERY_NETTY,
        meaning: None,
        causes: &[found_by("key-damaged", "the key has a version that does not exist")],
        source: MEASURED,
    },
    Message {
        wordings: &["extra data at the end"],
        depth: Depth::Cause,
        printed: "Netty on JDK 21 and 25; JDK 11 and 17 load such a key",
        meaning: None,
        causes: &[found_by("key-layout", "bytes follow the end of the key in its block")],
        source: "measured on Netty 4.1.118 with JDK 21 and 25",
    },
    // NOPAR
    Message {
        wordings: &["EC domain parameters must be encoded in the algorithm identifier"],
        depth: Depth::Cause,
        printed: EVERY_NETTY,
        meaning: Some("the key names its curve inside only, where the JDK does not look"),
        causes: &[STRANGE_PKCS8],
        source: MEASURED,
    },
    Message {
        wordings: &["ENCRYPTED KeyFactory not available"],
        depth: Depth::Cause,
        printed: "Manticore (the elasticsearch plugins, http output and others)",
        meaning: Some("Manticore takes no encrypted key"),
        causes: &[ENCRYPTION],
        source: "measured",
    },
    Message {
        wordings: &["KeyFactory not available"],
        depth: Depth::Cause,
        printed: "Netty on JDK 11, which has no such algorithm",
        meaning: None,
        causes: &[ALGORITHM],
        source: "measured on Netty 4.1.118 with JDK 11: Ed25519, Ed448, DH",
    },
    Message {
        wordings: &["InvalidKeyException: Invalid RSA private key", "Invalid RSA private key"],
        depth: Depth::Cause,
        printed: "Manticore (the elasticsearch plugins, http output and others)",
        meaning: Some("Manticore reads every key as an RSA key"),
        causes: &[found_by("key-algorithm-not-supported", "the key is EC or Ed25519")],
        source: "measured",
    },
    Message {
        wordings: &["Neither PUB key nor PRIV key:"],
        depth: Depth::Cause,
        printed: "jruby-openssl 0.9.13 to 0.14.0: tcp input as a client, tcp output, redis output, lumberjack, relp",
        meaning: Some("it is read as an RSA key and nothing else"),
        causes: &[
            ALGORITHM,
            ENCRYPTION,
            NOT_A_KEY,
            DAMAGED,
        ],
        source: "measured on jruby-openssl 0.14.0",
    },
    Message {
        wordings: &["found no PEM-encoded private key in file"],
        depth: Depth::Cause,
        printed: "the elastic_integration filter, whose key has to be encrypted PKCS#8",
        meaning: None,
        causes: &[HEADERS],
        source: "measured with the filter's own reader",
    },
];
