//! Messages of Netty, the JDK, jruby-openssl and Manticore about a key that does not load.

use super::super::{Depth, Message, beyond, found_by};
use super::{
    ALGORITHM, DAMAGED, ENCRYPTION, KEY_LOADS_NOT, LAYOUT, NO_PASSPHRASE, NOT_A_KEY, NOT_PKCS8,
    PASSPHRASE_ON_PLAIN, PossibleCause, UNREADABLE, WRONG_PASSPHRASE,
};

const MEASURED: &str = "measured on Netty 4.1.17, 4.1.48 and 4.1.118 with JDK 17";
const EVERY_NETTY: &str = "every Netty version that was measured (4.1.17, 4.1.48, 4.1.118)";
const MAY_DEPEND: &str = "Netty without BouncyCastle (4.1.17, 4.1.48, 4.1.118). With BouncyCastle, which Logstash includes, Netty 4.1.118 loads such a key, but no documentation promises this";
const HEADERS: PossibleCause = found_by(
    "key-encryption-not-supported",
    "the key is encrypted with PEM headers (Proc-Type: 4,ENCRYPTED)",
);
const STRANGE_PKCS8: PossibleCause = found_by(
    "key-not-pkcs8",
    "the key is PKCS#8 in a variant that the JDK refuses; converting the key repairs it",
);

/// Source: docs/what-logstash-loads.md §9, with its codes before the rows; docs/plugins-and-settings.md §4, docs/messages.md §1 and §2.
#[rustfmt::skip]
pub(super) const MESSAGES: &[Message] = &[
    Message {
        wordings: &["Neither RSA, DSA nor EC worked"],
        depth: Depth::Wrapper,
        printed: EVERY_NETTY,
        meaning: Some("the JDK cannot load the key with any of the three algorithms; the \"Caused by\" line below it says why"),
        causes: KEY_LOADS_NOT,
        source: MEASURED,
    },
    // N
    Message {
        wordings: &["could not find a PKCS #8 private key in input stream"],
        depth: Depth::Cause,
        printed: EVERY_NETTY,
        meaning: Some("the file has no private key block that Netty recognizes"),
        causes: &[LAYOUT, NOT_A_KEY, DAMAGED, HEADERS, found_by("key-not-pkcs8", "the key is not in the format that Logstash documents: it is DER, not PEM")],
        source: MEASURED,
    },
    // DIR
    Message {
        wordings: &["could not find key file: <path>", "could not find key file"],
        depth: Depth::Cause,
        printed: EVERY_NETTY,
        meaning: Some("Netty cannot open the key file; it prints the same line for a file without read permission and for a missing file"),
        causes: &[
            UNREADABLE,
            found_by("not-a-private-key", "the key setting points to a directory, not to a file with a private key"),
            found_by("file-missing", "the file no longer exists, but it did when the pipeline was built"),
        ],
        source: "measured with a directory on Netty 4.1.17, 4.1.48 and 4.1.118; with a file and a directory that the account may not read, and a missing file, on 4.1.48",
    },
    // ALG
    Message {
        wordings: &["algid parse error, not a sequence"],
        depth: Depth::Cause,
        printed: MAY_DEPEND,
        meaning: None,
        causes: &[
            NOT_PKCS8,
            found_by("key-mislabelled", "the label of the PEM block (PRIVATE KEY) does not match its content (PKCS#1 or SEC1); refused with BouncyCastle too"),
        ],
        source: "measured on Netty 4.1.17, 4.1.48 and 4.1.118 with JDK 17; JDK 21 prints \"Unable to decode key\" before it",
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
        printed: "every Netty version that was measured; for the layout, 4.1.118",
        meaning: Some("the body of the PEM block is not valid base64"),
        causes: &[LAYOUT, DAMAGED],
        source: MEASURED,
    },
    // PBES2
    Message {
        wordings: &["PBES2 SecretKeyFactory not available", "1.2.840.113549.1.5.13 SecretKeyFactory not available"],
        depth: Depth::Cause,
        printed: "Netty before 4.1.97 without BouncyCastle (beats before 6.4.4, Logstash before 8.6.2; not promised for later ones), and the elastic_integration filter",
        meaning: Some("the key is encrypted with PBES2, the default of OpenSSL; the passphrase is not the cause"),
        causes: &[ENCRYPTION],
        source: "measured on Netty 4.1.17, 4.1.48 and 4.1.87, and with the key reader of the filter; beats issue 443",
    },
    // AES
    Message {
        wordings: &["expecting the object identifier for AES cipher"],
        depth: Depth::Cause,
        printed: "every Netty version that was measured. With BouncyCastle, Netty 4.1.118 loads PBES2 with AES-192 or triple DES, but no documentation promises this",
        meaning: Some("the key is encrypted with PBES2 and a cipher other than AES-128 and AES-256 in CBC"),
        causes: &[ENCRYPTION],
        source: MEASURED,
    },
    // KDF
    Message {
        wordings: &["expecting the object identifier for PBKDF2"],
        depth: Depth::Cause,
        printed: EVERY_NETTY,
        meaning: Some("the encryption of the key uses scrypt, which no Netty version supports"),
        causes: &[ENCRYPTION],
        source: MEASURED,
    },
    // SKF
    Message {
        wordings: &["SecretKeyFactory not available"],
        depth: Depth::Cause,
        printed: MAY_DEPEND,
        meaning: Some("the JDK does not support the encryption of the key"),
        causes: &[ENCRYPTION],
        source: MEASURED,
    },
    // I48
    Message {
        wordings: &["DerValue.getBigIntegerInternal, not expected 48", "DER input, Integer tag error"],
        depth: Depth::Cause,
        printed: "every Netty version that was measured (the second wording: JDK 11)",
        meaning: None,
        causes: &[NO_PASSPHRASE],
        source: MEASURED,
    },
    // OVR
    Message {
        wordings: &["overrun, bytes = <n>"],
        depth: Depth::Cause,
        printed: "every Netty version that was measured (4.1.48, 4.1.87, 4.1.118, with and without BouncyCastle), and the elastic_integration filter",
        meaning: None,
        causes: &[
            PASSPHRASE_ON_PLAIN,
            found_by("key-encryption-not-supported", "the plugin needs the key encrypted: it is the elastic_integration filter"),
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
        printed: "every Netty version that was measured, on JDKs before 25",
        meaning: Some("the JDK does not accept a passphrase with characters outside ASCII"),
        causes: &[found_by("key-wrong-passphrase", "set another passphrase for the key, or convert the key (fixkey KEY -o FILE) and remove ssl_key_passphrase")],
        source: "measured on Netty 4.1.17, 4.1.48 and 4.1.118; JDK 25 accepts it for PBES2",
    },
    // EXPL
    Message {
        wordings: &["Only named ECParameters supported"],
        depth: Depth::Cause,
        printed: "every Netty version that was measured, with and without BouncyCastle",
        meaning: Some("the key or the certificate defines its curve with explicit parameters, not with a name; the line with \"File does not contain\" says which of them"),
        causes: &[
            found_by("key-not-pkcs8", "the curve is known; converting the key writes the name of the curve"),
            found_by("key-algorithm-not-supported", "the curve is unknown"),
            found_by("not-a-certificate", "the public key of the certificate has explicit parameters; get a new certificate with the name of the curve"),
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
            found_by("key-not-pkcs8", "the EC key has a wrong inner version number; converting the key repairs it"),
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
            found_by("key-not-pkcs8", "the RSA key has a wrong inner version number"),
        ],
        source: MEASURED,
    },
    // FMT
    Message {
        wordings: &["InvalidKeyException: invalid key format", "\"invalid key format\""],
        depth: Depth::Cause,
        printed: EVERY_NETTY,
        meaning: None,
        causes: &[found_by("not-a-private-key", "the key is in OpenSSH's own format")],
        source: MEASURED,
    },
    // TAG
    Message {
        wordings: &["DerInputStream.getLength(): lengthTag=<n>, too big"],
        depth: Depth::Cause,
        printed: "Netty 4.1.118",
        meaning: Some("the PEM block of the key has headers"),
        causes: &[
            NO_PASSPHRASE,
            HEADERS,
            found_by("key-layout", "the PEM block of an unencrypted key has headers"),
        ],
        source: "measured on Netty 4.1.118 with JDK 17",
    },
    // LEN
    Message {
        wordings: &["Invalid lenByte"],
        depth: Depth::Cause,
        printed: "Netty 4.1.118 without BouncyCastle. With BouncyCastle it loads such a key, but no documentation promises this",
        meaning: None,
        causes: &[HEADERS],
        source: "measured on Netty 4.1.118 with JDK 17",
    },
    // REDUN
    Message {
        wordings: &["Redundant length bytes found"],
        depth: Depth::Cause,
        printed: "Netty without BouncyCastle on JDK 17; JDK 21 and 25 load such a key",
        meaning: Some("the key is in BER, not in strict DER"),
        causes: &[found_by("key-layout", "some lengths in the key use more bytes than they need; converting the key repairs it")],
        source: MEASURED,
    },
    // PUBV1
    Message {
        wordings: &["publicKey seen in v1"],
        depth: Depth::Cause,
        printed: "every Netty version that was measured on JDK 17; JDK 11 loads such a key",
        meaning: Some("the key contains a public key, which its format version does not allow"),
        causes: &[STRANGE_PKCS8],
        source: MEASURED,
    },
    Message {
        wordings: &["version mismatch: (supported:"],
        depth: Depth::Cause,
        printed: "every Netty version that was measured on JDK 11, but not with BouncyCastle; later JDKs load such a key",
        meaning: Some("the key is PKCS#8 version 1 with a public key"),
        causes: &[STRANGE_PKCS8],
        source: "measured on Netty 4.1.17 and 4.1.118 with JDK 11",
    },
    // UVER
    Message {
        wordings: &["InvalidKeyException: unknown version: <n>"],
        depth: Depth::Cause,
        printed: EVERY_NETTY,
        meaning: None,
        causes: &[found_by("key-damaged", "the key is corrupt: its version number is invalid")],
        source: MEASURED,
    },
    Message {
        wordings: &["extra data at the end"],
        depth: Depth::Cause,
        printed: "Netty on JDK 21 and 25; JDK 11 and 17 load such a key",
        meaning: None,
        causes: &[found_by("key-layout", "the PEM block has extra bytes after the key")],
        source: "measured on Netty 4.1.118 with JDK 21 and 25",
    },
    // NOPAR
    Message {
        wordings: &["EC domain parameters must be encoded in the algorithm identifier"],
        depth: Depth::Cause,
        printed: EVERY_NETTY,
        meaning: Some("the key has the name of its curve only in its inner structure, which the JDK does not check"),
        causes: &[STRANGE_PKCS8],
        source: MEASURED,
    },
    Message {
        wordings: &["ENCRYPTED KeyFactory not available"],
        depth: Depth::Cause,
        printed: "Manticore (the elasticsearch plugins, http output and others)",
        meaning: Some("Manticore does not support encrypted keys"),
        causes: &[ENCRYPTION],
        source: "measured",
    },
    Message {
        wordings: &["EC KeyFactory not available"],
        depth: Depth::Cause,
        printed: "Netty on a Java runtime without elliptic curves",
        meaning: Some("the Java runtime is cut down: it lacks the module jdk.crypto.ec; a complete Java runtime has it"),
        causes: &[beyond("Logstash runs on a cut-down Java runtime; list its modules with: java --list-modules")],
        source: "measured on Netty 4.1.48 with JDK 17 limited to java.base; RSA keys load there",
    },
    Message {
        wordings: &["KeyFactory not available"],
        depth: Depth::Cause,
        printed: "Netty on JDK 11, which does not have the algorithm",
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
        meaning: Some("jruby-openssl reads the key only as an RSA key"),
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
        printed: "the elastic_integration filter, which needs its key in encrypted PKCS#8",
        meaning: None,
        causes: &[HEADERS],
        source: "measured with the key reader of the filter",
    },
];
