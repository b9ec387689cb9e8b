//! The table of messages, from plugins to handshakes.

mod certificates;
mod keys;
mod plugins;
mod settings;
mod shipper;
mod traffic;

use super::{Message, PossibleCause, found_by};

/// The messages of shippers.
pub(super) const SHIPPER: &[&[Message]] = shipper::TABLES;

/// Those of Logstash.
pub(super) const LOGSTASH: &[&[Message]] = &[
    plugins::MESSAGES,
    settings::MESSAGES,
    keys::MESSAGES,
    certificates::MESSAGES,
    traffic::MESSAGES,
];

// Causes shared by several messages.
const NOT_PKCS8: PossibleCause = found_by(
    "key-not-pkcs8",
    "the key is not in the format that Logstash documents, PKCS#8: it is PKCS#1, SEC1 or another format",
);
const ENCRYPTION: PossibleCause = found_by(
    "key-encryption-not-supported",
    "the key is encrypted in a way that the plugin cannot decrypt",
);
const NO_PASSPHRASE: PossibleCause =
    found_by("key-encrypted-without-passphrase", "the key is encrypted, and no passphrase is set");
const WRONG_PASSPHRASE: PossibleCause =
    found_by("key-wrong-passphrase", "the passphrase does not decrypt the key");
const PASSPHRASE_ON_PLAIN: PossibleCause = found_by(
    "passphrase-on-plain-key",
    "a passphrase, even an empty one, is set for an unencrypted key",
);
const ALGORITHM: PossibleCause = found_by(
    "key-algorithm-not-supported",
    "the plugin cannot load keys of this algorithm in any format",
);
const LAYOUT: PossibleCause = found_by(
    "key-layout",
    "the key is laid out in a way that Logstash cannot read: indented or joined lines, blanks at line ends, or another label",
);
const DAMAGED: PossibleCause = found_by("key-damaged", "the key file is truncated or corrupt");
const NOT_A_KEY: PossibleCause = found_by(
    "not-a-private-key",
    "the key setting points to a file without a private key, such as a certificate",
);
const NOT_A_CERTIFICATE: PossibleCause = found_by(
    "not-a-certificate",
    "Logstash cannot load the certificate file: it has no certificate in PEM",
);
const UNREADABLE: PossibleCause =
    found_by("file-unreadable", "the account that Logstash runs as cannot read the file");
const MISMATCH: PossibleCause =
    found_by("certificate-key-mismatch", "the key does not belong to the certificate");
const CHAIN: PossibleCause = found_by(
    "certificate-chain-order",
    "the certificates in the file are in the wrong order, repeated or unrelated",
);

/// Causes that keep a key from loading in any plugin.
const KEY_LOADS_NOT: &[PossibleCause] = &[
    NOT_PKCS8,
    ENCRYPTION,
    NO_PASSPHRASE,
    WRONG_PASSPHRASE,
    PASSPHRASE_ON_PLAIN,
    ALGORITHM,
    LAYOUT,
    DAMAGED,
    NOT_A_KEY,
];
