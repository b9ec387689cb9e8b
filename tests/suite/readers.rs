//! Compares the tables of what Logstash loads with the measurements behind them.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

use crate::common;

use std::fs;

use common::data;
use fixkey::logstash::readers::{
    Damage, Encryption, Family, Form, Limit, LimitKind, PassphraseOnPlain, Reader, Verdict, judge,
    judge_oddity, limits, of_damage, passphrase_on_plain,
};
use keyfile::certificate::{self, Certificate};
use keyfile::file::{self, What};
use keyfile::key::PrivateKey;
use keyfile::key::derivation::Limits as DerivationLimits;
use keyfile::layout::{Layout, Oddity};
use keyfile::pem;
use serde_json::Value;

/// Rows where form, family, damage and layout of the key do not explain the measurement, and why.
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
    ("Java 17, which was measured, loads what later Java refuses: it is said to load, not that it always does",
        &["trailing", "trailing2"]),
];

/// The judgement of a file as the key of a Netty, if it holds a private key that fixkey reads.
struct Said {
    form: Form,
    family: Family,
    damage: Option<Damage>,
    layout: Layout,
    handshake: Handshake,
}

fn rows() -> Vec<Value> {
    common::rows(&data().join("keys/matrix.jsonl"))
}

fn file(row: &Value, name: &str) -> Option<Vec<u8>> {
    fs::read(data().join("keys").join(row[name].as_str()?)).ok()
}

/// Returns the leaf of the row's certificate, if fixkey can read it.
fn leaf(row: &Value) -> Option<Certificate> {
    certificate::leaf(&file::recognise(&file(row, "cert")?).ok()?).ok()
}

/// Whether TLS handshakes complete with a loaded key and a certificate that belongs to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Handshake {
    /// With TLS 1.2 and 1.3.
    Completes,
    /// With TLS 1.2 but not 1.3.
    OnlyTls12,
    /// With neither.
    Fails,
    /// Not measured.
    NotKnown,
}

/// Judges by its limits whether handshakes complete with a sound key that is loaded: no reader makes a difference
/// (docs/what-logstash-loads.md §5: the verdicts agree in all 124 rows tried).
fn handshake(key: &PrivateKey<'_>) -> Handshake {
    let limits = limits(key, None);
    let is_out = |limit: &Limit| limit.kind == LimitKind::NoHandshake;
    let is_out_of_tls13 = |limit: &Limit| limit.consequence.contains("no TLS 1.3 handshake");
    if limits.iter().any(is_out) {
        Handshake::Fails
    } else if limits.iter().any(is_out_of_tls13) {
        Handshake::OnlyTls12
    } else {
        Handshake::Completes
    }
}

#[test]
fn every_oddity_of_a_key_is_judged_for_netty() {
    assert!(Oddity::all().count() > 25);
    for oddity in Oddity::all() {
        let verdict = judge_oddity(Reader::Netty, Form::Pkcs8, Family::Rsa, oddity).verdict;
        assert_ne!(verdict, Verdict::NotKnown, "{oddity:?}");
    }
}

/// What a reader makes of a layout: the worst of what it makes of each oddity.
fn of_layout(reader: Reader, form: Form, family: Family, layout: &Layout) -> Verdict {
    let verdicts =
        layout.oddities().map(|oddity| judge_oddity(reader, form, family, oddity).verdict);
    verdicts.max().unwrap_or(Verdict::Loads)
}

#[test]
fn the_worst_oddity_decides() {
    let text = pem::encode("PRIVATE KEY", &[0x30, 3, 2, 1, 0]);
    let text = text.replace("-----\n", "----- \r\n").to_lowercase();
    let layout = Layout::of(text.as_bytes());
    let oddities = [Oddity::Crlf, Oddity::BlanksAfterBegin, Oddity::LowerCaseLabel];
    assert_eq!(layout.oddities().collect::<Vec<_>>(), oddities);
    let verdicts = [Reader::Netty, Reader::NettyFrom4_1_97, Reader::Manticore]
        .map(|reader| of_layout(reader, Form::Pkcs8, Family::Rsa, &layout));
    assert_eq!(verdicts, [Verdict::Loads, Verdict::Refuses, Verdict::Refuses]);
}

/// Judges whether handshakes complete with the certificate; if there is a measured damage, it alone decides.
fn handshake_of(row: &Value, key: &PrivateKey<'_>, damage: Option<Damage>) -> Handshake {
    let is_other_key = |key| leaf(row).is_some_and(|leaf| !leaf.public_key.is_same_key(&key));
    match damage.map(|damage| damage.shakes_hands) {
        Some(Some(true)) => Handshake::Completes,
        Some(Some(false)) => Handshake::Fails,
        Some(None) => Handshake::NotKnown,
        None if key.public_key().is_some_and(is_other_key) => Handshake::Fails,
        None => handshake(key),
    }
}

/// Returns the judgement of a row, if it holds a private key that fixkey reads.
fn said(row: &Value) -> Option<Said> {
    let bytes = file(row, "key")?;
    let entries = file::recognise_lenient(&bytes).ok()?;
    let (entry, form) = entries.iter().find_map(|entry| Some((entry, Form::of(entry)?)))?;
    let opened;
    let key = match &entry.what {
        What::Key(key) => Some(key),
        What::Encrypted(key) => {
            let passphrase = row["passphrase"].as_str().unwrap_or_default();
            opened = key.decrypt(passphrase.as_bytes(), &DerivationLimits::default()).ok();
            opened.as_ref()
        }
        _ => None,
    };
    let layout = Layout::of(&bytes);
    let said = |family, damage, handshake| Said { form, family, damage, layout, handshake };
    Some(match key.map(keyfile::key::EncodedKey::read) {
        None => said(Family::Unknown, None, Handshake::NotKnown),
        Some(Err(error)) => {
            said(Family::Unknown, of_damage(None, &Err(error)), Handshake::NotKnown)
        }
        Some(Ok(key)) => {
            let damage = of_damage(Some(&key), &key.check());
            said(Family::of(&key), damage, handshake_of(row, &key, damage))
        }
    })
}

/// The measured columns, all of Java 17, with the reader of each and the worst verdict that counts as loading.
const NETTYS: [(&str, Reader, Verdict); 4] = [
    ("netty-4.1.17", Reader::Netty, Verdict::DependsOnJava),
    ("netty-4.1.48", Reader::Netty, Verdict::DependsOnJava),
    ("netty-4.1.118", Reader::NettyFrom4_1_97, Verdict::Loads),
    ("netty-4.1.118+bc", Reader::NettyFrom4_1_97, Verdict::LoadsUndocumented),
];

/// Returns whether the key loads; `None` if the tables say nothing. What fixkey cannot read does not load.
fn loads(said: Option<&Said>, reader: Reader, least: Verdict) -> Option<bool> {
    let Some(said) = said else { return Some(false) };
    if let Some(Damage { loads: Some(false), .. }) = said.damage {
        return Some(false);
    }
    let key = judge(reader, said.form, said.family).verdict;
    let verdict = key.max(of_layout(reader, said.form, said.family, &said.layout));
    (verdict != Verdict::NotKnown).then_some(verdict <= least)
}

fn agrees(row: &Value, said: Option<&Said>) -> bool {
    NETTYS.iter().all(|(column, reader, least)| {
        let measured = row["loads"][*column].as_bool() == Some(true);
        loads(said, *reader, *least) == Some(measured)
    })
}

#[test]
fn every_measured_row_loads_as_said_unless_something_else_decides() {
    let rows = rows();
    let differs = |row: &&Value| !agrees(row, said(row).as_ref());
    let mut differ: Vec<&str> =
        rows.iter().filter(differs).map(|row| row["id"].as_str().unwrap()).collect();
    let mut expected: Vec<&str> =
        DECIDED_ELSEWHERE.iter().flat_map(|(_, ids)| ids.iter().copied()).collect();
    differ.sort_unstable();
    expected.sort_unstable();
    assert_eq!(differ, expected, "no more and no fewer rows are decided elsewhere");
    assert_eq!((rows.len(), differ.len()), (308, 34));
}

#[test]
fn every_measured_row_shakes_hands_as_said() {
    let mut measured = 0;
    let mut differ = Vec::new();
    for row in rows().iter().filter(|row| row["handshake"].is_object()) {
        let is_true = |version: &str| row["handshake"][version].as_bool() == Some(true);
        let expected = match (is_true("tls1.2"), is_true("tls1.3")) {
            (true, true) => Handshake::Completes,
            (true, false) => Handshake::OnlyTls12,
            _ => Handshake::Fails,
        };
        measured += 1;
        let said = said(row).map(|said| said.handshake);
        if said != Some(expected) {
            differ.push((row["id"].as_str().unwrap().to_owned(), said, expected));
        }
    }
    assert_eq!((measured, differ), (124, Vec::new()));
}

#[test]
fn every_form_comes_from_a_measured_file() {
    let forms: std::collections::BTreeSet<Form> =
        rows().iter().filter_map(said).map(|said| said.form).collect();
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
        Form::Pkcs8Version1,
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

/// docs/plugins-and-settings.md §4. Netty's three columns are ".48", ".87 no BC" with ".87 + BC", and ".118 no BC" with
/// ".118 + BC": U loads only with `BouncyCastle`. Q is "not run", or no row of §4.
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

/// The verdicts of the readers of [`COLUMNS`] for a layout. Netty's three columns are the rows of
/// docs/what-logstash-loads.md §10, where U loads only with `BouncyCastle`; the rest is docs/plugins-and-settings.md
/// §4. Q is "not run".
#[rustfmt::skip]
const LAYOUTS: &[(Oddity, [Verdict; 7])] = &[
    //                                .48 .87 .118 tcp RSA Man Int
    (Oddity::Crlf,                   [Y,  Y,  Y,   Y,  Y,  N,  Q]),
    (Oddity::OtherBlockBefore,       [Y,  Y,  Y,   N,  Y,  Y,  Q]),
    (Oddity::ByteOrderMark,          [Y,  Y,  Y,   N,  Y,  N,  Q]),
    (Oddity::Indented,               [N,  N,  N,   N,  Y,  N,  Q]),
    (Oddity::LowerCaseLabel,         [Y,  N,  N,   Q,  Q,  Q,  Q]),
    (Oddity::Header,                 [N,  U,  U,   Q,  Q,  Q,  Q]),
    (Oddity::BlanksAfterBody,        [N,  U,  U,   Q,  Q,  Q,  Q]),
    (Oddity::BlanksInBody,           [N,  Q,  Q,   Q,  Q,  Q,  Q]),
];

#[test]
fn the_matrix_of_readers_and_layouts_holds() {
    for (oddity, verdicts) in LAYOUTS {
        let actual =
            COLUMNS.map(|reader| judge_oddity(reader, Form::Pkcs8, Family::Rsa, *oddity).verdict);
        assert_eq!(actual, *verdicts, "{oddity:?}");
    }
}

/// The oddities of the measured files.
#[rustfmt::skip]
const ODDITIES: &[(&str, &[Oddity])] = &[
    ("rsa2048-p8", &[]), ("textbefore", &[]), ("blankinside", &[]), ("wrap1", &[]), ("wrap1line", &[]),
    ("nonl", &[]), ("hash-before", &[]), ("nulend", &[]), ("dblspace", &[]), ("trad-aes256", &[]), ("indef", &[]),
    ("enc-v2-scrypt", &[]), ("ec-prime256v1-params-sec1", &[]), ("dsa-trad", &[]), ("der-p8", &[]), ("empty", &[]),
    ("crlf", &[Oddity::Crlf]),
    ("cr", &[Oddity::CrAlone]),
    ("bom", &[Oddity::ByteOrderMark]),
    ("utf16le-bom", &[Oddity::Utf16]),
    ("leadspace-header", &[Oddity::TextBeforeBegin]),
    ("textsameline", &[Oddity::TextBeforeBegin]),
    ("quoted", &[Oddity::TextBeforeBegin]),
    ("zwsp", &[Oddity::TextBeforeBegin]),
    ("indent", &[Oddity::Indented]),
    ("tabindent", &[Oddity::Indented]),
    ("trailspace", &[Oddity::BlanksAfterLines]),
    ("trailspace-begin", &[Oddity::BlanksAfterBegin]),
    ("trailspace-end", &[]),
    ("trailspace-body", &[Oddity::BlanksAfterBody]),
    ("oneline-all", &[Oddity::OneLine]),
    ("oneline-spaces", &[Oddity::OneLine]),
    ("literal-n", &[Oddity::LiteralNewlines]),
    ("begin-body-sameline", &[Oddity::BodyOnBeginLine]),
    ("body-end-sameline", &[Oddity::EndOnBodyLine]),
    ("nopad", &[Oddity::Unpadded]),
    ("extrapad", &[Oddity::ExtraPadding]),
    ("lower", &[Oddity::LowerCaseLabel]),
    ("4dash", &[Oddity::HyphenCount]),
    ("6dash", &[Oddity::HyphenCount]),
    ("spacelabel", &[Oddity::SpacesInsideHyphens]),
    ("unicode-dash", &[Oddity::NoHyphens]),
    ("nbsp", &[Oddity::NoBreakSpace]),
    ("endmismatch", &[Oddity::EndLabelDiffers]),
    ("label-rsa-body-p8", &[Oddity::Pkcs8UnderOtherLabel]),
    ("label-ec-body-p8", &[Oddity::Pkcs8UnderOtherLabel]),
    ("label-foo", &[Oddity::Pkcs8UnderOtherLabel]),
    ("label-plain-body-enc", &[Oddity::Pkcs8UnderOtherLabel]),
    ("label-p8-body-p1", &[Oddity::TraditionalUnderPkcs8Label]),
    ("label-p8-body-sec1", &[Oddity::TraditionalUnderPkcs8Label]),
    ("rfc1421hdr", &[Oddity::Header]),
    ("procType", &[Oddity::Header]),
    ("commented-key", &[Oddity::CommentedKeyBefore]),
    ("cert+key", &[Oddity::OtherBlockBefore]),
    ("pub+key", &[Oddity::OtherBlockBefore]),
    ("key+cert", &[]),
    ("commentinside", &[Oddity::BlanksInBody, Oddity::StrayCharacters]),
    ("longlen", &[Oddity::LongLengths]),
    ("trailing", &[Oddity::BytesAfterDer]),
    ("trailing2", &[Oddity::BytesAfterDer]),
];

#[test]
fn each_measured_layout_is_told_from_the_others() {
    let rows = rows();
    for (id, oddities) in ODDITIES {
        let row = rows.iter().find(|row| row["id"] == *id).expect(id);
        let layout = Layout::of(&file(row, "key").unwrap());
        assert_eq!(layout.oddities().collect::<Vec<_>>(), *oddities, "{id}");
    }
}

#[test]
fn what_java_reads_through_is_still_refused_for_conversion() {
    let rows = rows();
    let refused = |row: &&Value| {
        let Some(bytes) = file(row, "key") else { return false };
        file::recognise(&bytes).is_err() && file::recognise_lenient(&bytes).is_ok()
    };
    let ids: Vec<&str> = rows.iter().filter(refused).filter_map(|row| row["id"].as_str()).collect();
    assert_eq!(ids, ["endmismatch", "trailing", "trailing2"]);
    for id in ids {
        let row = rows.iter().find(|row| row["id"] == id).unwrap();
        let layout = Layout::of(&file(row, "key").unwrap());
        assert!(!layout.oddities().all(Oddity::is_repaired_by_conversion), "{id}");
    }
}

/// The oddities of fixtures that no measured file has.
#[rustfmt::skip]
const FIXTURES: &[(&str, &[Oddity])] = &[
    ("rsa2048-pkcs8.pem", &[]),
    ("layout-two-keys.pem", &[]),
    ("layout-bytes-after.der", &[]),
    ("layout-bare-base64.pem", &[]),
    ("foreign-openssh-rsa", &[]),
    ("layout-encrypted-crlf.pem", &[Oddity::Crlf]),
    ("layout-encrypted-one-line.pem", &[Oddity::OneLine]),
    ("layout-encrypted-literal-newlines.pem", &[Oddity::LiteralNewlines]),
    ("layout-json.pem", &[Oddity::TextBeforeBegin, Oddity::LiteralNewlines]),
    ("layout-shell-continuation.pem", &[Oddity::BodyOnBeginLine, Oddity::StrayCharacters]),
    ("layout-utf16be-byte-order-mark.pem", &[Oddity::Utf16]),
    ("layout-utf16le.pem", &[Oddity::Utf16]),
    ("rsa2048-pkcs8-long-lengths.pem", &[Oddity::LongLengths]),
];

#[test]
fn each_fixture_has_the_oddities_of_its_name() {
    for (name, oddities) in FIXTURES {
        let layout = Layout::of(&fs::read(common::fixtures().join(name)).unwrap());
        assert_eq!(layout.oddities().collect::<Vec<_>>(), *oddities, "{name}");
    }
}
