//! The table of messages, in the order in which they come: from what a plugin says to what a handshake says.

mod certificates;
mod keys;
mod plugins;
mod settings;
mod traffic;

use super::{Message, PossibleCause, found_by};

/// Every row.
pub(super) const TABLES: &[&[Message]] = &[
    plugins::MESSAGES,
    settings::MESSAGES,
    keys::MESSAGES,
    certificates::MESSAGES,
    traffic::MESSAGES,
];

// Causes that stand in several rows.
const NOT_PKCS8: PossibleCause = found_by(
    "key-not-pkcs8",
    "the key is PKCS#1, SEC1 or another form that is not the documented PKCS#8",
);
const ENCRYPTION: PossibleCause = found_by(
    "key-encryption-not-supported",
    "the key is encrypted in a way that its reader does not decrypt",
);
const NO_PASSPHRASE: PossibleCause =
    found_by("key-encrypted-without-passphrase", "the key is encrypted, and no passphrase is set");
const WRONG_PASSPHRASE: PossibleCause =
    found_by("key-wrong-passphrase", "the passphrase that is set does not open the key");
const PASSPHRASE_ON_PLAIN: PossibleCause = found_by(
    "passphrase-on-plain-key",
    "a passphrase is set, even an empty one, and the key is not encrypted",
);
const ALGORITHM: PossibleCause = found_by(
    "key-algorithm-not-supported",
    "the reader takes no key of this algorithm in any form",
);
const LAYOUT: PossibleCause = found_by(
    "key-layout",
    "the lines of the key are indented, run together, end in blanks, or have another label",
);
const DAMAGED: PossibleCause = found_by("key-damaged", "the file of the key is cut off or broken");
const NOT_A_KEY: PossibleCause = found_by(
    "not-a-private-key",
    "the file of the key holds something else, such as a certificate",
);
const NOT_A_CERTIFICATE: PossibleCause =
    found_by("not-a-certificate", "the file of the certificate holds no certificate in PEM");
const UNREADABLE: PossibleCause =
    found_by("file-unreadable", "the account that Logstash runs as may not read the file");
const MISMATCH: PossibleCause =
    found_by("certificate-key-mismatch", "the key does not belong to the certificate");
const CHAIN: PossibleCause = found_by(
    "certificate-chain-order",
    "the certificates are in the wrong order, stand twice, or do not belong together",
);

/// What keeps a key from loading, in whatever reader.
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
