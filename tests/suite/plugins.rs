//! Tests that the tables of plugins and releases are complete, and how they judge a configuration.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

use std::collections::BTreeSet;

use fixkey::logstash::installed::Installed;
use fixkey::logstash::plugins::{
    Baseline, Conversion, KEY_SETTINGS, PLUGINS, Plugin, SETTINGS, names_a_key, plugin,
};
use fixkey::logstash::readers::{Encryption, Family, Form, PassphraseOnPlain, Reader, Verdict};
use fixkey::logstash::releases::{Error, LATEST, Release};
use fixkey::logstash::version::{Version, Versions, version};
use logstash_config::SectionKind;

fn named(section: SectionKind, name: &str) -> &'static Plugin {
    plugin(section, name).expect("it is in the table")
}

fn release(text: &str) -> Release {
    text.parse().expect("it is a release")
}

fn verdict(plugin: &Plugin, baseline: Baseline<'_>, form: Form, family: Family) -> Verdict {
    let judgement = plugin.judge(None, baseline, form, family);
    assert!(!judgement.evidence.is_empty());
    judgement.verdict
}

/// Returns a Logstash with this version of the beats input.
fn beats_of(version: Version) -> Installed {
    let lock = format!("GEM\n  specs:\n    logstash-input-beats ({version}-java)\n");
    Installed::of(std::path::Path::new("Gemfile.lock"), &lock)
}

#[test]
fn every_row_has_its_source_and_its_settings() {
    for plugin in PLUGINS {
        let names = plugin.names;
        assert!(plugin.source.starts_with("docs/plugins-and-settings.md §"), "{names:?}");
        assert!(!plugin.key.is_empty() && !plugin.certificate.is_empty(), "{names:?}");
        assert!(plugin.key.iter().all(|key| names_a_key(key)), "{names:?}");
        assert!(names.iter().all(|name| std::ptr::eq(named(plugin.section, name), plugin)));
        assert!(plugin.gem.starts_with("logstash-"), "{names:?}");
    }
    for setting in SETTINGS {
        assert!(setting.source.starts_with("docs/plugins-and-settings.md §"));
    }
}

#[test]
fn names_are_sorted_and_stand_once() {
    let rows: Vec<_> = PLUGINS.iter().map(|plugin| (plugin.section, plugin.names[0])).collect();
    assert!(rows.is_sorted_by(|one, two| one < two), "{rows:?}");
    let names =
        PLUGINS.iter().flat_map(|plugin| plugin.names.iter().map(|name| (plugin.section, *name)));
    let names: Vec<_> = names.collect();
    assert_eq!(names.iter().collect::<BTreeSet<_>>().len(), names.len());
    assert!(SETTINGS.is_sorted_by(|one, two| one.key < two.key));
    let keys: BTreeSet<&str> =
        PLUGINS.iter().flat_map(|plugin| plugin.key.iter().copied()).collect();
    assert_eq!(KEY_SETTINGS, keys.into_iter().collect::<Vec<_>>());
}

#[test]
fn readers_come_in_order_of_mode_and_version() {
    for plugin in PLUGINS {
        let rows: Vec<_> = plugin.readers.iter().map(|row| (row.mode, row.since)).collect();
        assert!(rows.is_sorted_by(|one, two| one < two), "{:?}", plugin.names);
        assert!(plugin.readers.iter().all(|row| row.mode.is_some() == plugin.mode.is_some()));
        let first = plugin.readers.iter().filter(|row| row.since == version(0, 0, 0));
        assert_eq!(
            first.map(|row| row.mode).collect::<BTreeSet<_>>().len(),
            if plugin.mode.is_some() { 2 } else { 1 }
        );
    }
}

#[test]
fn a_plugin_without_a_key_is_not_in_the_table() {
    assert!(plugin(SectionKind::Input, "kafka").is_none());
    assert!(plugin(SectionKind::Filter, "beats").is_none());
    assert!(!names_a_key("ssl_certificate"));
}

#[test]
fn without_a_release_beats_asks_for_pkcs8() {
    let beats = named(SectionKind::Input, "beats");
    let baseline = Baseline::Documentation;
    assert_eq!(verdict(beats, baseline, Form::Pkcs8, Family::Rsa), Verdict::Loads);
    assert_eq!(verdict(beats, baseline, Form::Pkcs8, Family::Ec), Verdict::Loads);
    for (form, family) in [
        (Form::Pkcs1, Family::Rsa),
        (Form::Sec1, Family::Ec),
        (Form::Sec1AfterParameters, Family::Ec),
        (Form::TraditionalDsa, Family::Dsa),
        (Form::Pkcs8, Family::Edwards),
    ] {
        assert_eq!(verdict(beats, baseline, form, family), Verdict::NotDocumented, "{form:?}");
    }
    let aes = Form::EncryptedPkcs8(Encryption::Pbes2Aes);
    assert_eq!(verdict(beats, baseline, aes, Family::Unknown), Verdict::LoadsUndocumented);
    assert_eq!(beats.passphrase_on_plain(None, baseline).0, PassphraseOnPlain::Breaks);
}

#[test]
fn without_a_release_the_others_are_judged_as_they_are_at_present() {
    let tcp = named(SectionKind::Input, "tcp");
    let baseline = Baseline::Documentation;
    assert_eq!(verdict(tcp, baseline, Form::Pkcs1, Family::Rsa), Verdict::Loads);
    assert_eq!(verdict(tcp, baseline, Form::Sec1, Family::Ec), Verdict::Loads);
    assert_eq!(verdict(tcp, baseline, Form::Sec1AfterParameters, Family::Ec), Verdict::Refuses);
    let client = tcp.judge(Some("client"), baseline, Form::Sec1, Family::Ec);
    assert_eq!(client.verdict, Verdict::Refuses);
    let either = tcp.judge(Some("${MODE}"), baseline, Form::Sec1, Family::Ec);
    assert_eq!(either.verdict, Verdict::NotKnown, "the modes differ, and which holds is not known");
    let both = tcp.judge(Some("${MODE}"), baseline, Form::Pkcs1, Family::Rsa);
    assert_eq!(both.verdict, Verdict::Loads);
    let elasticsearch = named(SectionKind::Output, "elasticsearch");
    assert_eq!(verdict(elasticsearch, baseline, Form::Pkcs1, Family::Rsa), Verdict::Refuses);
    assert_eq!(verdict(elasticsearch, baseline, Form::Pkcs8, Family::Rsa), Verdict::Loads);
    assert_eq!(
        verdict(elasticsearch, baseline, Form::Pkcs8, Family::Ec),
        Verdict::Refuses,
        "conversion does not help an EC key"
    );
}

#[test]
fn the_elastic_integration_filter_is_never_to_be_decrypted_for() {
    let filter = named(SectionKind::Filter, "elastic_integration");
    let baseline = Baseline::Documentation;
    assert_eq!(filter.conversion, Conversion::Harmful);
    assert_eq!(verdict(filter, baseline, Form::Pkcs8, Family::Rsa), Verdict::Refuses);
    let des = Form::EncryptedPkcs8(Encryption::Sha1TripleDes);
    assert_eq!(verdict(filter, baseline, des, Family::Unknown), Verdict::Loads);
    assert!(PLUGINS.iter().filter(|plugin| plugin.conversion == Conversion::Harmful).count() == 1);
}

#[test]
fn a_release_decides_by_the_plugin_that_it_carries() {
    let beats = named(SectionKind::Input, "elastic_agent");
    for (text, expected) in [
        ("2.3", Verdict::Loads),
        ("2.4.0", Verdict::Refuses),
        ("6.4", Verdict::Refuses),
        ("7", Verdict::Refuses),
        ("7.17.27", Verdict::Refuses),
        ("7.17.28", Verdict::LoadsUndocumented),
        ("8", Verdict::Refuses),
        ("8.6.1", Verdict::Refuses),
        ("8.6.2", Verdict::LoadsUndocumented),
        ("8.19", Verdict::LoadsUndocumented),
        ("9", Verdict::LoadsUndocumented),
        ("9.5.2", Verdict::LoadsUndocumented),
        ("10", Verdict::LoadsUndocumented),
    ] {
        let release = release(text);
        let actual = verdict(beats, Baseline::Release(&release), Form::Pkcs1, Family::Rsa);
        assert_eq!(actual, expected, "{text}");
    }
}

#[test]
fn pbes2_needs_bouncy_castle_until_netty_4_1_97() {
    let beats = named(SectionKind::Input, "beats");
    let form = Form::EncryptedPkcs8(Encryption::Pbes2Aes);
    for (text, expected) in [
        ("8.6.1", Verdict::Refuses),
        ("8.6.2", Verdict::LoadsUndocumented),
        ("8.8.0", Verdict::LoadsUndocumented),
        ("8.19.0", Verdict::Loads),
        ("9.0.0", Verdict::Loads),
        ("9.4", Verdict::Loads),
    ] {
        let release = release(text);
        assert_eq!(
            verdict(beats, Baseline::Release(&release), form, Family::Rsa),
            expected,
            "{text}"
        );
    }
    let installed =
        |least| verdict(beats, Baseline::Installed(&beats_of(least)), form, Family::Rsa);
    assert_eq!(installed(version(6, 7, 0)), Verdict::LoadsUndocumented);
    assert_eq!(installed(version(6, 7, 1)), Verdict::Loads);
}

#[test]
fn a_defect_that_loses_the_passphrase_counts() {
    let tcp = named(SectionKind::Input, "tcp");
    let form = Form::EncryptedTraditional;
    let of_tcp = |text| verdict(tcp, Baseline::Release(&release(text)), form, Family::Rsa);
    assert_eq!(
        [of_tcp("6.5.0"), of_tcp("6.6"), of_tcp("6.7.0")],
        [Verdict::Refuses, Verdict::Refuses, Verdict::Loads]
    );
    let lumberjack = named(SectionKind::Input, "lumberjack");
    assert_eq!(verdict(lumberjack, Baseline::Documentation, form, Family::Rsa), Verdict::Refuses);
    let output = named(SectionKind::Output, "tcp");
    let latest = release("9.5.2");
    assert_eq!(
        verdict(output, Baseline::Release(&latest), form, Family::Rsa),
        Verdict::NotKnown,
        "which version of it 9.5.2 carries is not known"
    );
    assert_eq!(
        verdict(output, Baseline::Release(&latest), Form::Pkcs1, Family::Rsa),
        Verdict::Loads
    );
}

#[test]
fn releases_are_read_and_told_apart() {
    for malformed in ["", "8.", ".8", "8.x", "v8", "8.1.2.3", "+8", "8.19.0-SNAPSHOT", "99999999"] {
        assert!(matches!(malformed.parse::<Release>(), Err(Error::Malformed(_))), "{malformed}");
    }
    assert!(matches!("1.5.6".parse::<Release>(), Err(Error::TooOld(_))));
    assert_eq!(release("7.17").to_string(), "7.17");
    assert!(release("9.6").is_later_than_known() && !release("9.5").is_later_than_known());
    assert!(release("9").is_at_least(version(9, 0, 0)));
    assert!(!release("8").is_at_least(version(8, 8, 0)));
}

#[test]
fn gems_of_a_release_are_as_narrow_as_they_are_known() {
    let beats = |text: &str| release(text).gem("logstash-input-beats");
    assert_eq!(beats("7.6.1"), [Versions::only(version(6, 0, 8))]);
    assert_eq!(beats("9.5.2"), [Versions::only(version(7, 0, 13))]);
    assert_eq!(beats("11.0.0"), beats(&LATEST.to_string()), "as the latest that is known");
    assert!(beats("8").len() > 1);
    assert_eq!(release("9.2.0").gem("manticore"), [Versions::only(version(0, 9, 1))]);
    assert_eq!(release("9.2.1").gem("manticore"), [Versions::only(version(0, 9, 2))]);
    assert!(release("7").gem("manticore").is_empty(), "before 7.17 it is not known");
    assert!(release("9").gem("logstash-output-tcp").is_empty());
}

#[test]
fn a_superfluous_passphrase_is_judged_by_the_reader() {
    for (section, name, expected) in [
        (SectionKind::Input, "http", PassphraseOnPlain::Breaks),
        (SectionKind::Input, "logstash", PassphraseOnPlain::Breaks),
        (SectionKind::Input, "elastic_serverless_forwarder", PassphraseOnPlain::Breaks),
        (SectionKind::Input, "tcp", PassphraseOnPlain::Ignored),
        (SectionKind::Input, "lumberjack", PassphraseOnPlain::Ignored),
        (SectionKind::Input, "relp", PassphraseOnPlain::Ignored),
        (SectionKind::Output, "tcp", PassphraseOnPlain::Ignored),
        (SectionKind::Output, "redis", PassphraseOnPlain::Ignored),
        (SectionKind::Output, "syslog", PassphraseOnPlain::NotKnown),
        (SectionKind::Output, "elasticsearch", PassphraseOnPlain::NotASetting),
        (SectionKind::Filter, "elastic_integration", PassphraseOnPlain::Breaks),
    ] {
        let plugin = named(section, name);
        assert_eq!(plugin.passphrase_on_plain(None, Baseline::Documentation).0, expected, "{name}");
        let has_setting = expected != PassphraseOnPlain::NotASetting;
        assert_eq!(!plugin.passphrase.is_empty(), has_setting, "{name}");
    }
}

#[test]
fn versions_of_gems_are_read_as_they_are_locked() {
    assert_eq!(Version::parse("6.9.3-java"), Some(version(6, 9, 3)));
    assert_eq!(Version::parse("7.0"), Some(version(7, 0, 0)));
    assert_eq!(Version::parse("3.1.0.beta4"), Some(version(3, 1, 0)));
    assert_eq!(Version::parse("x"), None);
    assert!(version(6, 10, 0) > version(6, 9, 11));
    let readings = named(SectionKind::Input, "beats")
        .readings(None, Baseline::Installed(&beats_of(version(3, 1, 3))));
    assert_eq!(
        readings.iter().map(|reading| reading.reader).collect::<Vec<_>>(),
        [Some(Reader::Netty)]
    );
}
