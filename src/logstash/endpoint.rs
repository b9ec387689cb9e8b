//! The plugins that load a key, with their related settings.

mod listener;
mod setting;

pub use listener::{ClientCertificate, Listener};
pub use setting::{Setting, meaning};

use setting::{one_text, setting, texts};
use std::ops::Range;
use std::path::Path;

use zeroize::Zeroizing;

use super::plugins::{self, Baseline, Conversion, Enabled, Plugin as Known, Required, Switch};
use super::readers::{self, Family, Form, Judgement, PassphraseOnPlain, Reader, Verdict};
use super::variables::is_template;
use logstash_config::{Attribute, Configuration, Plugin, SectionKind, ValueKind};

/// A plugin in a configuration with a key that it may load, or a key in `logstash.yml`.
pub struct Endpoint {
    /// The usual name: `beats input`, `logstash.yml`.
    pub name: String,
    loader: Loader,
    /// Every setting of its key, in order; more than one where it is repeated.
    pub keys: Vec<Setting>,
    /// Every setting of its certificate.
    pub certificates: Vec<Setting>,
    /// Every file that a setting of its authorities points to, also those of a list.
    pub authorities: Vec<Setting>,
    /// Every setting of its truststore.
    pub truststores: Vec<Setting>,
    /// Whether a keystore is set, which may hold key and certificate instead.
    pub has_keystore: bool,
    /// The setting by which it asks clients for certificates, which needs authorities.
    pub client_authentication: Option<Setting>,
    /// Every setting of the key's passphrase.
    pub passphrases: Vec<Setting>,
    /// Settings of key and certificate that are lists of several values or none: name and span.
    pub lists: Vec<(String, Range<usize>)>,
    /// The span of the plugin's name.
    pub place: Range<usize>,
    /// Whether TLS is on.
    pub tls: Tls,
    /// Where it accepts connections of shippers, for an input that speaks their protocol.
    pub listener: Option<Listener>,
    /// Whether no configuration has it: it stands for a beats input with these files.
    is_outright: bool,
}

/// Whether the TLS of a plugin is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tls {
    /// TLS is on.
    On,
    /// TLS is off, because of the setting at this span.
    Off(Range<usize>),
    /// TLS is off, since no setting turns it on.
    OffByDefault,
    /// It depends on something unknown.
    NotKnown,
    /// Neither: this switch has a value that is no boolean, here, and Logstash refuses it.
    Invalid(&'static str, Range<usize>),
}

/// Who loads the key.
enum Loader {
    Plugin {
        known: &'static Known,
        /// The value of the setting `mode`, if present.
        mode: Option<String>,
    },
    /// A setting of `logstash.yml`.
    Setting(&'static plugins::Setting),
    /// An output of a shipper, with the readers that its release may have.
    Shipper(&'static [Reader]),
}

/// Current names of settings.
#[derive(Clone, Copy)]
pub struct Names {
    /// The key setting.
    pub key: &'static str,
    /// The certificate setting.
    pub certificate: &'static str,
    /// The setting that turns TLS on, if any.
    pub switch: Option<&'static Switch>,
    /// The old name of that setting.
    pub old_switch: Option<&'static Switch>,
}

/// Returns the endpoints of a configuration, in order.
#[must_use]
pub fn endpoints(configuration: &Configuration<'_>) -> Vec<Endpoint> {
    configuration.plugins().flat_map(|plugin| of_plugin(&plugin)).collect()
}

/// Returns the endpoints of a plugin; more than one if it sets an old and a new name for its key, since these may point
/// to different keys.
fn of_plugin(plugin: &Plugin<'_>) -> Vec<Endpoint> {
    if plugin.outer().is_some() || plugin.name().is_quoted() {
        return Vec::new();
    }
    let name = String::from_utf8_lossy(plugin.name().raw());
    let Some(known) = plugins::plugin(plugin.section(), &name) else { return Vec::new() };
    let endpoint = |keys: Vec<Setting>, certificates: &[&str]| Endpoint {
        name: format!("{name} {}", plugin.section().keyword()),
        loader: Loader::Plugin { known, mode: settings(plugin, &["mode"]).first().map(mode) },
        keys,
        certificates: settings(plugin, certificates),
        authorities: Vec::new(),
        truststores: Vec::new(),
        has_keystore: false,
        client_authentication: None,
        passphrases: settings(plugin, known.passphrase),
        lists: Vec::new(),
        place: plugin.name().span,
        tls: tls(plugin, known.enabled),
        listener: None,
        is_outright: false,
    };
    let mut endpoints = Vec::new();
    for (at, key) in known.key.iter().enumerate() {
        let keys = settings(plugin, &[key]);
        // If the key has two names, so does the certificate, in the same order.
        let own = known.certificate.get(at..=at);
        let own = own.filter(|own| known.key.len() > 1 && !settings(plugin, own).is_empty());
        if !keys.is_empty() {
            endpoints.push(endpoint(keys, own.unwrap_or(known.certificate)));
        }
    }
    if endpoints.is_empty() {
        endpoints.push(endpoint(Vec::new(), known.certificate));
    }
    if let Some(first) = endpoints.first_mut() {
        first.lists = lists(plugin, known);
        first.authorities = named(plugin, known.authorities).flat_map(|it| texts(&it)).collect();
        first.truststores = settings(plugin, plugins::TRUSTSTORE_SETTINGS);
        first.has_keystore = named(plugin, plugins::KEYSTORE_SETTINGS).next().is_some();
        first.client_authentication = client_authentication(plugin, known);
        first.listener = listener::of(plugin);
    }
    endpoints
}

/// Returns the settings of a plugin that have one of these names and a single text as their value.
fn settings(plugin: &Plugin<'_>, names: &[&str]) -> Vec<Setting> {
    named(plugin, names).filter_map(|found| setting(&found)).collect()
}

/// The settings of a plugin that have one of these names.
fn named<'a>(plugin: &Plugin<'a>, names: &[&str]) -> impl Iterator<Item = Attribute<'a>> {
    let is_named = |attribute: &Attribute<'_>| {
        names.iter().any(|name| name.as_bytes() == attribute.name.text())
    };
    plugin.attributes().filter(is_named)
}

/// The setting by which a plugin asks clients for certificates.
fn client_authentication(plugin: &Plugin<'_>, known: &Known) -> Option<Setting> {
    let asks = |row: &&plugins::ClientAuthentication| row.gem == known.gem;
    plugins::CLIENT_AUTHENTICATION.iter().filter(asks).find_map(|row| {
        settings(plugin, &[row.setting])
            .into_iter()
            .find(|set| row.values.contains(&set.raw.as_str()))
    })
}

/// Returns the settings of key and certificate that are lists of several values or none.
fn lists(plugin: &Plugin<'_>, known: &Known) -> Vec<(String, Range<usize>)> {
    let is_path = |name: &[u8]| {
        let mut names = known.key.iter().chain(known.certificate);
        names.any(|known| known.as_bytes() == name)
    };
    let lists = plugin.attributes().filter(|found| {
        is_path(found.name.text())
            && found.value.kind() == ValueKind::Array
            && one_text(&found.value).is_none()
    });
    let name = |found: &Attribute<'_>| String::from_utf8_lossy(found.name.text()).into_owned();
    lists.map(|found| (name(&found), found.value.span)).collect()
}

/// Returns whether the TLS of a plugin is on.
fn tls(plugin: &Plugin<'_>, enabled: Enabled) -> Tls {
    let (switches, inferred) = match enabled {
        Enabled::Always => return Tls::On,
        Enabled::By(switches) => (switches, false),
        Enabled::Inferred(switches) => (switches, true),
    };
    let set = |switch: &'static Switch| {
        let found =
            plugin.attributes().find(|found| found.name.text() == switch.name.as_bytes())?;
        Some((setting(&found), found.value.span, switch))
    };
    match switches.iter().find_map(set) {
        Some((Some(setting), ..)) if setting.raw.contains("${") => Tls::NotKnown,
        Some((Some(setting), _, switch)) if *setting.raw == switch.on => Tls::On,
        Some((Some(setting), span, switch)) if switch.on != "true" || *setting.raw == "false" => {
            Tls::Off(span)
        }
        Some((Some(setting), span, switch)) if !is_template(&setting.raw) => {
            Tls::Invalid(switch.name, span)
        }
        Some(_) => Tls::NotKnown,
        None if inferred => Tls::NotKnown,
        None if switches.iter().any(|switch| switch.is_on_by_default) => Tls::On,
        None => Tls::OffByDefault,
    }
}

fn mode(setting: &Setting) -> String {
    setting.raw.to_string()
}

/// Returns what several readers agree on; it is not known if they do not.
fn agreed(readers: &[Reader], judge: impl Fn(Reader) -> Judgement) -> Judgement {
    let judgements: Vec<Judgement> = readers.iter().map(|reader| judge(*reader)).collect();
    let worst = judgements.iter().copied().max_by_key(|judgement| judgement.verdict);
    let differs = |worst: &Judgement| judgements.iter().any(|one| one.verdict != worst.verdict);
    match worst {
        Some(worst) if !differs(&worst) => worst,
        _ => Judgement { verdict: Verdict::NotKnown, evidence: DEPENDS_ON_RELEASE },
    }
}

const DEPENDS_ON_RELEASE: &str = "it depends on the release of the shipper";

impl Endpoint {
    /// Returns the endpoint of a setting in `logstash.yml`.
    #[must_use]
    pub fn of_settings_file(
        known: &'static plugins::Setting,
        [key, certificate, authority]: [Option<Setting>; 3],
    ) -> Self {
        Self {
            name: "client of logstash.yml".to_owned(),
            loader: Loader::Setting(known),
            keys: key.into_iter().collect(),
            certificates: certificate.into_iter().collect(),
            authorities: authority.into_iter().collect(),
            truststores: Vec::new(),
            has_keystore: false,
            client_authentication: None,
            passphrases: Vec::new(),
            lists: Vec::new(),
            place: 0..0,
            tls: Tls::NotKnown,
            listener: None,
            is_outright: false,
        }
    }

    /// Returns the endpoint of a shipper's output, with the settings of its key and its certificate.
    #[must_use]
    pub fn of_shipper(
        place: Range<usize>,
        [keys, certificates]: [Vec<Setting>; 2],
        authorities: Vec<Setting>,
        passphrases: Vec<Setting>,
        tls: Tls,
        readers: &'static [Reader],
    ) -> Self {
        Self {
            name: "shipper".to_owned(),
            loader: Loader::Shipper(readers),
            keys,
            certificates,
            authorities,
            truststores: Vec::new(),
            has_keystore: false,
            client_authentication: None,
            passphrases,
            lists: Vec::new(),
            place,
            tls,
            listener: None,
            is_outright: false,
        }
    }

    /// Returns a beats input with these files, which are named on the command line.
    #[must_use]
    pub fn outright(key: Option<&Path>, certificate: Option<&Path>) -> Option<Self> {
        let known = plugins::plugin(SectionKind::Input, "beats")?;
        let setting = |name: &str, path: &Path| Setting {
            name: name.to_owned(),
            span: 0..0,
            value: 0..0,
            raw: Zeroizing::new(path.to_string_lossy().into_owned()),
            quote: None,
            is_editable: false,
        };
        Some(Self {
            name: "beats input".to_owned(),
            loader: Loader::Plugin { known, mode: None },
            keys: key.map(|path| setting("ssl_key", path)).into_iter().collect(),
            certificates: certificate
                .map(|path| setting("ssl_certificate", path))
                .into_iter()
                .collect(),
            authorities: Vec::new(),
            truststores: Vec::new(),
            has_keystore: false,
            client_authentication: None,
            passphrases: Vec::new(),
            lists: Vec::new(),
            place: 0..0,
            tls: Tls::On,
            listener: None,
            is_outright: true,
        })
    }

    /// Returns every setting that points to a file.
    pub fn files(&self) -> impl Iterator<Item = &Setting> {
        let pair = self.keys.iter().chain(&self.certificates);
        pair.chain(&self.authorities).chain(&self.truststores)
    }

    /// Whether it stands for files that the command line names, and is in no configuration.
    #[must_use]
    pub fn is_outright(&self) -> bool {
        self.is_outright
    }

    /// Returns whether it is an output of a shipper.
    #[must_use]
    pub fn is_of_shipper(&self) -> bool {
        matches!(self.loader, Loader::Shipper(_))
    }

    /// Judges a key of this form and family.
    #[must_use]
    pub fn judge(&self, baseline: Baseline<'_>, form: Form, family: Family) -> Judgement {
        match &self.loader {
            Loader::Plugin { known, mode } => known.judge(mode.as_deref(), baseline, form, family),
            Loader::Setting(setting) => setting.reading.judge(form, family),
            Loader::Shipper(readers) => {
                agreed(readers, |reader| readers::judge(reader, form, family))
            }
        }
    }

    /// Judges any key by what `judge` returns for its reader.
    #[must_use]
    pub fn judge_by(
        &self,
        baseline: Baseline<'_>,
        judge: impl Fn(Reader) -> Judgement,
    ) -> Judgement {
        match &self.loader {
            Loader::Plugin { known, mode } => {
                known.judge_by(mode.as_deref(), baseline, |reading| reading.judge_by(&judge))
            }
            Loader::Setting(setting) => setting.reading.judge_by(judge),
            Loader::Shipper(readers) => agreed(readers, judge),
        }
    }

    /// Judges a passphrase that is set for an unencrypted key.
    #[must_use]
    pub fn passphrase_on_plain(&self, baseline: Baseline<'_>) -> (PassphraseOnPlain, &'static str) {
        match &self.loader {
            Loader::Plugin { known, mode } => known.passphrase_on_plain(mode.as_deref(), baseline),
            Loader::Setting(setting) => setting.reading.passphrase_on_plain(),
            Loader::Shipper(_) => readers::passphrase_on_plain(Reader::Beats),
        }
    }

    /// Returns which of key and certificate must be set if TLS is on.
    #[must_use]
    pub fn required(&self) -> Required {
        match &self.loader {
            Loader::Plugin { known, .. } => known.required,
            Loader::Setting(_) => Required::NotKnown,
            Loader::Shipper(_) => Required::Together,
        }
    }

    /// Returns the current names of the settings of its key and its certificate, and of the setting that turns TLS on.
    #[must_use]
    pub fn names(&self) -> Names {
        match &self.loader {
            Loader::Plugin { known, .. } => {
                let switches = match known.enabled {
                    Enabled::Always => &[],
                    Enabled::By(switches) | Enabled::Inferred(switches) => switches,
                };
                let (switch, old_switch) = (switches.first(), switches.get(1));
                Names { key: known.key[0], certificate: known.certificate[0], switch, old_switch }
            }
            Loader::Setting(setting) => {
                let (key, certificate) = (setting.key, setting.certificate);
                Names { key, certificate, switch: None, old_switch: None }
            }
            Loader::Shipper(_) => Names {
                key: "ssl.key",
                certificate: "ssl.certificate",
                switch: None,
                old_switch: None,
            },
        }
    }

    /// Returns the possible readers of its key, in order of versions.
    #[must_use]
    pub fn readers(&self, baseline: Baseline<'_>) -> Vec<Reader> {
        match &self.loader {
            Loader::Plugin { known, mode } => {
                let readings = known.readings(mode.as_deref(), baseline);
                readings.iter().filter_map(|reading| reading.reader).collect()
            }
            Loader::Setting(setting) => setting.reading.reader.into_iter().collect(),
            Loader::Shipper(readers) => readers.to_vec(),
        }
    }

    /// Whether it is known to offer no TLS 1.3 unless a setting says so.
    #[must_use]
    pub fn lacks_tls_1_3(&self, baseline: Baseline<'_>) -> bool {
        matches!(&self.loader, Loader::Plugin { known, .. } if known.lacks_tls_1_3(baseline))
    }

    /// Whether its key is read by Netty, in every version that is meant.
    #[must_use]
    pub fn is_read_by_netty(&self, baseline: Baseline<'_>) -> bool {
        let readers = self.readers(baseline);
        !readers.is_empty() && readers.into_iter().all(Reader::is_netty)
    }

    /// Whether Java's own factory reads the files of its authorities.
    #[must_use]
    pub fn is_trust_read_by_java(&self, baseline: Baseline<'_>) -> bool {
        let readers = self.readers(baseline);
        let is_java = |reader: Reader| reader.is_netty() || reader == Reader::Manticore;
        !readers.is_empty() && readers.into_iter().all(is_java)
    }

    /// Whether TLS is known to be off, so that nothing reads its authorities: no check that they exist either.
    #[must_use]
    pub fn ignores_authorities(&self) -> bool {
        let checks = match &self.loader {
            Loader::Plugin { known, .. } => known.checks_authorities(),
            Loader::Setting(_) => true,
            Loader::Shipper(_) => false,
        };
        self.is_tls_off() && !checks
    }

    /// Returns whether TLS is known to be off.
    #[must_use]
    pub fn is_tls_off(&self) -> bool {
        matches!(self.tls, Tls::Off(_) | Tls::OffByDefault)
    }

    /// Returns the present name of the setting of its authorities, where there is one.
    #[must_use]
    pub fn authorities_name(&self) -> Option<&'static str> {
        match &self.loader {
            Loader::Plugin { known, .. } => known.authorities.first().copied(),
            Loader::Setting(setting) => Some(setting.authority),
            Loader::Shipper(_) => Some("ssl.certificate_authorities"),
        }
    }

    /// Whether clients connect to it, so that its certificate is a server's.
    #[must_use]
    pub fn is_server(&self) -> bool {
        match &self.loader {
            Loader::Plugin { known, mode } => {
                let is_client = mode.as_deref().or(known.mode) == Some("client");
                known.section == SectionKind::Input && !is_client && !known.is_client()
            }
            Loader::Setting(_) | Loader::Shipper(_) => false,
        }
    }

    /// Returns whether it needs its key encrypted.
    #[must_use]
    pub fn is_harmed_by_conversion(&self) -> bool {
        matches!(&self.loader, Loader::Plugin { known, .. } if known.conversion == Conversion::Harmful)
    }
}
