//! Messages of shippers about the shipper's own files and settings.

use super::super::super::{Depth, Message, beyond, found_by};

/// Source: docs/messages.md §5.
#[rustfmt::skip]
pub(super) const MESSAGES: &[Message] = &[
    Message {
        wordings: &["tls: private key does not match public key"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("ssl.certificate and ssl.key of the shipper do not belong together"),
        causes: &[
            found_by("certificate-key-mismatch", "one of the two was renewed, or is the wrong file; check them with: fixkey check our.key --cert our.crt"),
            found_by("certificate-chain-order", "the certificate of the authority comes first in the file"),
        ],
        source: "read in Go 1.26.6, crypto/tls/tls.go:338; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["tls: private key type does not match public key type"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("ssl.certificate and ssl.key of the shipper do not belong together: one is RSA and the other EC"),
        causes: &[
            found_by("certificate-key-mismatch", "one of the two is the wrong file; check them with: fixkey check our.key --cert our.crt"),
        ],
        source: "read in Go 1.26.6, crypto/tls/tls.go:335; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["tls: failed to find any PEM data in certificate input"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("the file of ssl.certificate has no PEM"),
        causes: &[
            found_by("not-a-certificate", "the file is DER or PKCS#12, or is damaged"),
        ],
        source: "read in Go 1.26.6, crypto/tls/tls.go:286; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["tls: failed to find any PEM data in key input"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("the file of ssl.key has no PEM"),
        causes: &[
            found_by("not-a-private-key", "the file is DER or PKCS#12, or is damaged"),
        ],
        source: "read in Go 1.26.6, crypto/tls/tls.go:300; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["tls: failed to find certificate PEM data in certificate input, but did find a private key"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("ssl.certificate points to a private key"),
        causes: &[
            found_by("not-a-certificate", "ssl.certificate and ssl.key may be swapped"),
        ],
        source: "read in Go 1.26.6, crypto/tls/tls.go:289; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["tls: found a certificate rather than a key in the PEM for the private key"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("ssl.key points to a certificate"),
        causes: &[
            found_by("not-a-private-key", "ssl.certificate and ssl.key may be swapped"),
        ],
        source: "read in Go 1.26.6, crypto/tls/tls.go:303; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["tls: failed to find \"CERTIFICATE\" PEM block in certificate input"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("the file of ssl.certificate has PEM of another kind"),
        causes: &[
            found_by("not-a-certificate", "the file is a request, or has the label X509 CERTIFICATE or TRUSTED CERTIFICATE"),
        ],
        source: "read in Go 1.26.6, crypto/tls/tls.go:291; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["tls: failed to find PEM block with type ending in \"PRIVATE KEY\" in key input"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("the file of ssl.key has PEM of another kind"),
        causes: &[
            found_by("not-a-private-key", "the file has no private key"),
        ],
        source: "read in Go 1.26.6, crypto/tls/tls.go:305; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["tls: failed to parse private key"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("the file of ssl.key is PEM, and Go cannot read the key in it"),
        causes: &[
            found_by("key-damaged", "the key file is truncated or corrupt"),
            found_by("key-encrypted-without-passphrase", "the key is encrypted, and ssl.key_passphrase is not set"),
            found_by("key-wrong-passphrase", "the passphrase does not decrypt the key"),
            found_by("not-a-private-key", "the key is an OpenSSH key"),
        ],
        source: "read in Go 1.26.6, crypto/tls/tls.go:382; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["tls: found unknown private key type in PKCS#8 wrapping"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/tls",
        meaning: Some("Go has no TLS with keys of this kind"),
        causes: &[
            found_by("key-cannot-handshake", "the key is DSA, DH or X25519, or on a curve that TLS does not have"),
        ],
        source: "read in Go 1.26.6, crypto/tls/tls.go:375; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["Failed reading certificate file <path>"],
        depth: Depth::Load,
        printed: "Beats and Elastic Agent",
        meaning: Some("the shipper cannot use the file of ssl.certificate; the text behind it says why"),
        causes: &[
            found_by("file-missing", "the file does not exist"),
            found_by("file-unreadable", "the account of the shipper cannot read it"),
            found_by("not-a-certificate", "the file has no certificate in PEM"),
        ],
        source: "read in elastic/elastic-agent-libs@ca9d8f9, transport/tlscommon/tls.go:65",
    },
    Message {
        wordings: &["Failed reading key file <path>"],
        depth: Depth::Load,
        printed: "Beats and Elastic Agent",
        meaning: Some("the shipper cannot use the file of ssl.key; the text behind it says why"),
        causes: &[
            found_by("file-missing", "the file does not exist"),
            found_by("file-unreadable", "the account of the shipper cannot read it"),
            found_by("not-a-private-key", "the file has no private key in PEM"),
            found_by("key-encrypted-without-passphrase", "the key is encrypted, and ssl.key_passphrase is not set"),
        ],
        source: "read in elastic/beats@049cfc9, libbeat/common/transport/tlscommon/tls.go",
    },
    Message {
        wordings: &["Failed loading client certificate"],
        depth: Depth::Load,
        printed: "Beats and Elastic Agent",
        meaning: Some("the shipper cannot use its certificate and key; the text behind it says why"),
        causes: &[
            found_by("certificate-key-mismatch", "the key does not belong to the certificate"),
            found_by("key-damaged", "the key file is truncated or corrupt"),
            found_by("not-a-private-key", "the file of ssl.key has no private key"),
        ],
        source: "read in elastic/beats@6632c0c, pkg/transport/tlscommon/tls.go:67",
    },
    Message {
        wordings: &["Failed reading CA certificate"],
        depth: Depth::Load,
        printed: "Beats and Elastic Agent",
        meaning: Some("the shipper cannot read a file of ssl.certificate_authorities"),
        causes: &[
            found_by("file-missing", "the file does not exist"),
            found_by("file-unreadable", "the account of the shipper cannot read it"),
        ],
        source: "read in elastic/beats@6632c0c, pkg/transport/tlscommon/tls.go:170",
    },
    Message {
        wordings: &["Failed to add CA to the cert pool, CA is not a valid PEM document"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent",
        meaning: Some("a file of ssl.certificate_authorities has no certificate in PEM"),
        causes: &[
            found_by("not-a-certificate", "the file is DER, or something else"),
        ],
        source: "read in elastic/beats@6632c0c, pkg/transport/tlscommon/tls.go:184",
    },
    Message {
        wordings: &["file is not a certificate adding <path>"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent",
        meaning: Some("a file of ssl.certificate_authorities has no certificate in PEM"),
        causes: &[
            found_by("not-a-certificate", "the file is DER, or something else"),
        ],
        source: "read in elastic/beats@6632c0c, pkg/transport/tlscommon/tls.go:185",
    },
    Message {
        wordings: &["no pem file <path>", "no pem file"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent",
        meaning: Some("the file has no PEM"),
        causes: &[
            found_by("not-a-certificate", "ssl.certificate points to a file in DER or PKCS#12"),
            found_by("not-a-private-key", "so does ssl.key"),
        ],
        source: "read in elastic/elastic-agent-libs@ca9d8f9, transport/tlscommon/tls.go:115",
    },
    Message {
        wordings: &["no PEM blocks <path>", "no PEM blocks"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent",
        meaning: Some("the file is empty, or its only key could not be decrypted"),
        causes: &[
            found_by("key-encrypted-without-passphrase", "the key is encrypted, and ssl.key_passphrase is not set"),
            found_by("key-wrong-passphrase", "the passphrase does not decrypt the key"),
        ],
        source: "read in elastic/elastic-agent-libs@ca9d8f9, transport/tlscommon/tls.go:141",
    },
    Message {
        wordings: &["no passphrase available"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent",
        meaning: Some("the key is encrypted, and the shipper has no passphrase"),
        causes: &[
            found_by("key-encrypted-without-passphrase", "ssl.key_passphrase is not set"),
        ],
        source: "read in elastic/elastic-agent-libs@e79d6dc, transport/tlscommon/decrypt_block_nofips.go:35",
    },
    Message {
        wordings: &["could not decrypt as PKCS8"],
        depth: Depth::Load,
        printed: "Beats and Elastic Agent",
        meaning: Some("the encrypted key could not be decrypted; the text behind it says why"),
        causes: &[
            found_by("key-wrong-passphrase", "the passphrase does not decrypt the key"),
            found_by("key-encrypted-without-passphrase", "ssl.key_passphrase is not set"),
            found_by("key-encryption-not-supported", "the shipper does not know the encryption"),
        ],
        source: "read in elastic/beats@6632c0c, pkg/transport/tlscommon/tls.go:132",
    },
    Message {
        wordings: &["could not decrypt PKCS#1"],
        depth: Depth::Load,
        printed: "Beats and Elastic Agent",
        meaning: Some("the encrypted key could not be decrypted; the text behind it says why"),
        causes: &[
            found_by("key-wrong-passphrase", "the passphrase does not decrypt the key"),
            found_by("key-encrypted-without-passphrase", "ssl.key_passphrase is not set"),
        ],
        source: "read in elastic/beats@6632c0c, pkg/transport/tlscommon/tls.go:124",
    },
    Message {
        wordings: &["x509: decryption password incorrect"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent",
        meaning: Some("the passphrase does not decrypt the key"),
        causes: &[
            found_by("key-wrong-passphrase", "the passphrase is wrong, or its file in ssl.key_passphrase_path ends in a line end, which Beats 8 keeps"),
        ],
        source: "read in Go 1.26.6, crypto/x509/pem_decrypt.go:110; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["x509: unknown encryption mode"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent, by Go's crypto/x509",
        meaning: Some("the shipper does not know the cipher of the encrypted key"),
        causes: &[
            found_by("key-encryption-not-supported", "the cipher is none of AES, DES and triple DES"),
        ],
        source: "read in Go 1.26.6, crypto/x509/pem_decrypt.go:137; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["pkcs8: incorrect password"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent",
        meaning: Some("the passphrase does not decrypt the key, or the key in it is of a kind that Go does not know"),
        causes: &[
            found_by("key-wrong-passphrase", "the passphrase is wrong, or its file in ssl.key_passphrase_path ends in a line end, which Beats 8 keeps"),
            found_by("key-cannot-handshake", "the key is of a kind that TLS does not have"),
        ],
        source: "read in elastic/elastic-agent-libs@e79d6dc, transport/tlscommon/decrypt_block_nofips.go:55",
    },
    Message {
        wordings: &["pkcs8: unsupported cipher", "pkcs8: unsupported KDF", "pkcs8: only PBES2 supported", "pkcs8: only PKCS #5 v2.0 supported"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent",
        meaning: Some("the shipper does not know the encryption of the key"),
        causes: &[
            found_by("key-encryption-not-supported", "the key is encrypted with PBES1, or with a cipher or key derivation that the shipper lacks"),
        ],
        source: "read in elastic/elastic-agent-libs@e79d6dc, transport/tlscommon/decrypt_block_nofips.go:55",
    },
    Message {
        wordings: &["encrypted PKCS#1 PEM keys are not supported; convert to PKCS#8", "Encrypted PKCS#1 PEM keys are deprecated and insecure"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent",
        meaning: Some("the key is encrypted by its headers (Proc-Type), which Beats give up"),
        causes: &[
            found_by("key-not-pkcs8", "convert it to encrypted PKCS#8 with: openssl pkcs8 -topk8 -in our.key -out our.p8"),
        ],
        source: "read in elastic/beats@6632c0c, pkg/transport/tlscommon/tls.go:119",
    },
    Message {
        wordings: &["encrypted private keys are unsupported in FIPS mode"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent",
        meaning: Some("this build of the shipper reads no encrypted key"),
        causes: &[
            beyond("the key is encrypted: use an unencrypted one"),
        ],
        source: "read in Go 1.26.6, errors/errors.go:90",
    },
    Message {
        wordings: &["unable to read passphrase_file"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent",
        meaning: Some("the shipper cannot read the file of ssl.key_passphrase_path"),
        causes: &[
            found_by("file-missing", "the file does not exist"),
            found_by("file-unreadable", "the account of the shipper cannot read it"),
        ],
        source: "read in elastic/elastic-agent-libs@ca9d8f9, transport/tlscommon/tls.go:58",
    },
    Message {
        wordings: &["key file not configured"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent",
        meaning: Some("ssl.certificate of the shipper is set, and ssl.key is not"),
        causes: &[
            found_by("setting-missing", "set ssl.key of the shipper"),
        ],
        source: "read in elastic/elastic-agent-libs@6cf5550, transport/tlscommon/types.go:32",
    },
    Message {
        wordings: &["certificate file not configured"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent",
        meaning: Some("ssl.key of the shipper is set, and ssl.certificate is not"),
        causes: &[
            found_by("setting-missing", "set ssl.certificate of the shipper"),
        ],
        source: "read in elastic/elastic-agent-libs@6cf5550, transport/tlscommon/types.go:35",
    },
    Message {
        wordings: &["missing required field accessing 'output.logstash.hosts'"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent",
        meaning: Some("output.logstash has no hosts"),
        causes: &[
            beyond("set hosts of output.logstash"),
        ],
        source: "read in elastic/go-ucfg@05a58b6, error.go",
    },
    Message {
        wordings: &["unknown verification mode"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent",
        meaning: Some("ssl.verification_mode has another value than full, strict, certificate and none"),
        causes: &[
            found_by("shipper-setting-value", "ssl.verification_mode is misspelt"),
        ],
        source: "read in elastic/beats@462149d, pkg/transport/tlscommon/types.go",
    },
    Message {
        wordings: &["invalid tls version"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent",
        meaning: Some("ssl.supported_protocols has a version that the shipper does not know"),
        causes: &[
            found_by("shipper-setting-value", "a version is misspelt, or is TLSv1.0 on Beats 9"),
        ],
        source: "read in elastic/beats@54d5a84, pkg/transport/tlscommon/versions.go",
    },
    Message {
        wordings: &["invalid tls cipher suite"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent",
        meaning: Some("ssl.cipher_suites has a cipher suite that the shipper does not know"),
        causes: &[
            found_by("shipper-setting-value", "a cipher suite is misspelt, or gone"),
        ],
        source: "read in elastic/beats@462149d, pkg/transport/tlscommon/types.go",
    },
    Message {
        wordings: &["invalid tls curve type"],
        depth: Depth::Cause,
        printed: "Beats and Elastic Agent",
        meaning: Some("ssl.curve_types has a curve that the shipper does not know"),
        causes: &[
            found_by("shipper-setting-value", "a curve is misspelt"),
        ],
        source: "read in elastic/beats@462149d, pkg/transport/tlscommon/types.go",
    },
    Message {
        wordings: &["Exiting: error initializing publisher: open", "Exiting: error initializing publisher: 1 error: open"],
        depth: Depth::Load,
        printed: "Beats and Elastic Agent",
        meaning: Some("the shipper does not start: it cannot open a file of ssl.certificate, ssl.key or ssl.certificate_authorities"),
        causes: &[
            found_by("file-missing", "the file does not exist"),
            found_by("file-unreadable", "the account of the shipper cannot read it"),
        ],
        source: "read in Go 1.26.6, io/fs/fs.go:267; run with Go 1.21 to 1.27",
    },
    Message {
        wordings: &["Exiting: error initializing publisher"],
        depth: Depth::Outer,
        printed: "Beats and Elastic Agent",
        meaning: Some("the shipper does not start; the text behind it says why"),
        causes: &[
            beyond("the error behind it"),
        ],
        source: "read in elastic/beats@00047a2, libbeat/cmd/instance/beat.go",
    },
    Message {
        wordings: &["Exiting: error unpacking config data"],
        depth: Depth::Outer,
        printed: "Beats and Elastic Agent",
        meaning: Some("the shipper does not start: its file has a value that it cannot use"),
        causes: &[
            beyond("the error behind it"),
        ],
        source: "read in elastic/beats@00047a2, libbeat/cmd/instance/beat.go",
    },
    Message {
        wordings: &["can only be writable by the owner but the permissions are"],
        depth: Depth::Cause,
        printed: "Beats, at start",
        meaning: Some("the shipper does not start: its group or others can write its configuration"),
        causes: &[
            found_by("shipper-file-permissions", "the file has write permission for its group or for others: chmod go-w FILE"),
        ],
        source: "read in elastic/beats, libbeat/common/config.go",
    },
    Message {
        wordings: &["must be owned by the user identifier", "must be owned by the beat user"],
        depth: Depth::Cause,
        printed: "Beats, at start",
        meaning: Some("the shipper does not start: neither root nor its own account owns its configuration"),
        causes: &[
            found_by("shipper-file-permissions", "another account owns the file: chown root FILE"),
        ],
        source: "read in elastic/beats, libbeat/common/config.go",
    },
    Message {
        wordings: &["more than one namespace configured"],
        depth: Depth::Cause,
        printed: "Beats, at start",
        meaning: Some("the shipper does not start: more than one output is on"),
        causes: &[
            found_by("shipper-setting-value", "two outputs are on, often output.elasticsearch beside output.logstash"),
        ],
        source: "read in elastic/elastic-agent-libs@69435ee, config/config.go; elastic/beats issue 5317",
    },
    Message {
        wordings: &["unsupported tls version"],
        depth: Depth::Cause,
        printed: "Beats 9 and Elastic Agent",
        meaning: Some("ssl.supported_protocols has a version that this release refuses"),
        causes: &[
            found_by("shipper-setting-value", "TLSv1.0 is gone in Beats 9"),
        ],
        source: "elastic/beats pull request 42202; elastic/apm-server issue 10491",
    },
    Message {
        wordings: &["Exiting: error loading config file"],
        depth: Depth::Outer,
        printed: "Beats, at start",
        meaning: Some("the shipper does not start: it cannot read its configuration, or refuses it"),
        causes: &[
            beyond("the error behind it"),
        ],
        source: "read in elastic/beats@00047a2, libbeat/cmd/instance/beat.go",
    },
];
