//! The tables of what Logstash loads, held against the measurements they come from.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

mod common;

use std::fs;

use common::{has_peers, shared};
use fixkey::file::{self, What};
use fixkey::key::derivation::Limits;
use fixkey::key::encryption::EncryptedKey;
use fixkey::logstash::readers::{
    Encryption, Family, Form, PassphraseOnPlain, Reader, Verdict, judge, passphrase_on_plain,
};
use serde_json::Value;

/// Rows where the measurement is not what form and family of the key make it, and why.
#[rustfmt::skip]
const DECIDED_ELSEWHERE: &[(&str, &[&str])] = &[
    ("the passphrase is wrong, absent, not ASCII, or set for a plain key", &[
        "emptypass-on-plain", "label-enc-body-plain-pass", "label-plain-body-enc-nopass", "pass-on-p1",
        "pass-on-plain", "trad-aes256-nopass", "v1-emptypass", "v1-keyemptypass-nopass", "v1-nopass",
        "v1-utf8pass", "v1-wrongpass", "v2-emptypass", "v2-nopass", "v2-utf8pass", "v2-wrongpass",
    ]),
    ("the certificate or its chain is refused", &[
        "cert-csr", "cert-der", "cert-empty", "cert-indent", "cert-lower", "cert-noend", "cert-p7", "cert-pub",
        "cert-trailspace", "cert-trunc", "chain-dup", "chain-reversed", "chain-shuffled", "chain-unrelated",
        "ec-p256-explcert", "ec-p8-compressed-both", "sm2-p8",
    ]),
    ("the layout of the text, which fixkey reads through", &[
        "begin-body-sameline", "commented-key", "indent", "literal-n", "lower", "nbsp", "nopad", "oneline-all",
        "oneline-spaces", "procType", "rfc1421hdr", "spacelabel", "tabindent", "trailspace", "trailspace-body",
        "unicode-dash", "utf16le-bom",
    ]),
    ("the label is another form's", &["label-p8-body-p1", "label-p8-body-sec1"]),
    ("lengths that are longer than DER has them, which fixkey reads through", &["longlen"]),
];

/// What a measured row holds: how its first private key stands there.
struct Measured {
    form: Form,
    family: Family,
    loads: serde_json::Map<String, Value>,
}

fn rows() -> Vec<Value> {
    let rows = fs::read_to_string(shared().join("matrix.jsonl")).unwrap();
    rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect()
}

fn family_inside(key: &EncryptedKey, passphrase: &str) -> Family {
    let Ok(key) = key.decrypt(passphrase.as_bytes(), &Limits::default()) else {
        return Family::Unknown;
    };
    key.read().map_or(Family::Unknown, |key| Family::of(&key))
}

/// The row, where it holds a private key that fixkey reads.
fn measured(row: &Value) -> Option<Measured> {
    let bytes = fs::read(shared().join(row["key"].as_str()?)).ok()?;
    let entries = file::recognise(&bytes).ok()?;
    let (entry, form) = entries.iter().find_map(|entry| Some((entry, Form::of(entry)?)))?;
    let family = match &entry.what {
        What::Key(key) => Family::of(&key.read().ok()?),
        What::Encrypted(key) => family_inside(key, row["passphrase"].as_str().unwrap_or_default()),
        _ => return None,
    };
    Some(Measured { form, family, loads: row["loads"].as_object()?.clone() })
}

/// What the tables say of the four measured columns; `None` where they say nothing.
fn said(form: Form, family: Family) -> [(&'static str, Option<bool>); 4] {
    let old = judge(Reader::Netty, form, family).verdict;
    let new = judge(Reader::NettyFrom4_1_97, form, family).verdict;
    let loads = |verdict, least| (verdict != Verdict::NotKnown).then_some(verdict <= least);
    [
        ("netty-4.1.17", loads(old, Verdict::Loads)),
        ("netty-4.1.48", loads(old, Verdict::Loads)),
        ("netty-4.1.118", loads(new, Verdict::Loads)),
        ("netty-4.1.118+bc", loads(new, Verdict::LoadsUndocumented)),
    ]
}

fn agrees(row: &Measured) -> bool {
    let is_true = |loads: &Value| loads.as_bool() == Some(true);
    said(row.form, row.family)
        .iter()
        .all(|(netty, said)| *said == Some(is_true(&row.loads[*netty])))
}

#[test]
fn every_measured_row_loads_as_said_unless_something_else_decides() {
    if !has_peers(&["shared"]) {
        return;
    }
    let rows = rows();
    let read: Vec<(&str, Measured)> =
        rows.iter().filter_map(|row| Some((row["id"].as_str().unwrap(), measured(row)?))).collect();
    let mut differ: Vec<&str> =
        read.iter().filter(|(_, row)| !agrees(row)).map(|(id, _)| *id).collect();
    let mut expected: Vec<&str> =
        DECIDED_ELSEWHERE.iter().flat_map(|(_, ids)| ids.iter().copied()).collect();
    differ.sort_unstable();
    expected.sort_unstable();
    assert_eq!(differ, expected, "no more and no fewer rows are decided elsewhere");
    assert_eq!((rows.len(), read.len(), differ.len()), (308, 278, 52));
}

#[test]
fn every_form_comes_from_a_measured_file() {
    if !has_peers(&["shared"]) {
        return;
    }
    let forms: std::collections::BTreeSet<Form> =
        rows().iter().filter_map(measured).map(|row| row.form).collect();
    let all = [
        Encryption::Sha1TripleDes,
        Encryption::Md5Des,
        Encryption::Sha1Rc,
        Encryption::OtherPbes1,
        Encryption::Pbes2Aes,
        Encryption::Pbes2Aes192OrTripleDes,
        Encryption::Pbes2Other,
        Encryption::Scrypt,
    ];
    for encryption in all {
        assert!(forms.contains(&Form::EncryptedPkcs8(encryption)), "{encryption:?}");
    }
    assert!(!forms.contains(&Form::EncryptedPkcs8(Encryption::Unmeasured)));
    for form in [
        Form::Pkcs8,
        Form::Pkcs8AfterParameters,
        Form::Pkcs8ExplicitCurve,
        Form::Pkcs8StrayPublicKey,
        Form::Pkcs8WithoutCurve,
        Form::Pkcs8InnerVersion,
        Form::Pkcs1,
        Form::Sec1,
        Form::Sec1AfterParameters,
        Form::Sec1ExplicitCurve,
        Form::TraditionalDsa,
        Form::EncryptedTraditional,
        Form::Der,
    ] {
        assert!(forms.contains(&form), "{form:?}");
    }
}

const Y: Verdict = Verdict::Loads;
const U: Verdict = Verdict::LoadsUndocumented;
const N: Verdict = Verdict::Refuses;
const Q: Verdict = Verdict::NotKnown;

/// The readers of the columns of [`MATRIX`].
const COLUMNS: [Reader; 7] = [
    Reader::Netty,
    Reader::NettyFrom4_1_80,
    Reader::NettyFrom4_1_97,
    Reader::BouncyCastle,
    Reader::OpensslRsa,
    Reader::Manticore,
    Reader::ElasticIntegration,
];

/// logstash-key-settings.md §4. Netty's three columns are ".48", ".87 no BC" with ".87 + BC", and ".118 no
/// BC" with ".118 + BC": U is what loads with `BouncyCastle` alone. Q is "not run", or no row of §4.
#[rustfmt::skip]
const MATRIX: &[(Form, Family, [Verdict; 7])] = &[
    //                                                                             .48 .87 .118 tcp RSA Man Int
    (Form::Pkcs8,                                               Family::Rsa,     [Y,  Y,  Y,   Y,  Y,  Y,  N]),
    (Form::Pkcs8,                                               Family::Ec,      [Y,  Y,  Y,   Y,  N,  N,  N]),
    (Form::Pkcs8,                                               Family::Edwards, [N,  U,  U,   Y,  N,  N,  N]),
    (Form::Pkcs8,                                               Family::RsaPss,  [N,  U,  U,   Y,  N,  N,  N]),
    (Form::Pkcs1,                                               Family::Rsa,     [N,  U,  U,   Y,  Y,  N,  N]),
    (Form::Sec1,                                                Family::Ec,      [N,  U,  U,   Y,  N,  N,  N]),
    (Form::Sec1AfterParameters,                                 Family::Ec,      [N,  U,  U,   N,  N,  N,  N]),
    (Form::EncryptedPkcs8(Encryption::Pbes2Aes),                Family::Rsa,     [N,  U,  Y,   Y,  N,  N,  N]),
    (Form::EncryptedPkcs8(Encryption::Sha1TripleDes),           Family::Rsa,     [Y,  Y,  Y,   Y,  N,  N,  Y]),
    (Form::EncryptedPkcs8(Encryption::Scrypt),                  Family::Rsa,     [N,  N,  N,   N,  N,  N,  N]),
    (Form::EncryptedTraditional,                                Family::Rsa,     [N,  U,  U,   Y,  Y,  N,  N]),
    (Form::Der,                                                 Family::Rsa,     [N,  N,  N,   N,  Q,  Q,  Q]),
];

#[test]
fn the_matrix_of_readers_and_forms_holds() {
    for (form, family, verdicts) in MATRIX {
        let actual = COLUMNS.map(|reader| judge(reader, *form, *family).verdict);
        assert_eq!(actual, *verdicts, "{form:?} {family:?}");
    }
}

#[test]
fn a_passphrase_on_a_plain_key_breaks_netty_and_elastic_integration() {
    use PassphraseOnPlain::{Breaks, Ignored, NotASetting};
    let effects = COLUMNS.map(|reader| passphrase_on_plain(reader).0);
    assert_eq!(effects, [Breaks, Breaks, Breaks, Ignored, Ignored, NotASetting, Breaks]);
    assert_eq!(passphrase_on_plain(Reader::OpensslAny).0, PassphraseOnPlain::NotKnown);
}

#[test]
fn the_encryption_alone_can_be_asked_about() {
    let form = Form::EncryptedPkcs8(Encryption::Pbes2Aes);
    let verdicts = COLUMNS.map(|reader| judge(reader, form, Family::Unknown).verdict);
    assert_eq!(verdicts, [N, U, Y, Y, N, N, N]);
}

#[test]
fn what_nobody_measured_is_not_known() {
    assert_eq!(judge(Reader::OpensslAny, Form::Pkcs8, Family::Ec).verdict, Q);
    assert_eq!(judge(Reader::BouncyCastle, Form::TraditionalDsa, Family::Dsa).verdict, Q);
    let unmeasured = Form::EncryptedPkcs8(Encryption::Unmeasured);
    assert_eq!(judge(Reader::NettyFrom4_1_97, unmeasured, Family::Rsa).verdict, Q);
}
