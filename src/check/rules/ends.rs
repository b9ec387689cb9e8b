//! The input of rules about connections: the output of a shipper, and the input that one of its hosts leads to.

use super::case::{Case, Named};
use crate::beats::file::{Output, is_open, truth};
use crate::beats::hosts::Address;
use crate::beats::releases::{Beats, Feature};
use crate::check::finding::Finding;
use crate::logstash::endpoint::{Listener, Setting};
use crate::logstash::readers;
use keyfile::certificate::verification::{HostNames, Trust, Verifier};
use keyfile::certificate::{Certificate, Role};

/// Both ends of a connection.
pub struct Ends<'a> {
    /// The output with its files.
    pub shipper: &'a Case<'a>,
    /// Its settings.
    pub output: &'a Output,
    /// The releases that the shipper may be.
    pub beats: Beats,
    /// The entry of `hosts`.
    pub host: &'a Setting,
    /// What it leads to.
    pub address: &'a Address,
    /// The input with its files.
    pub input: &'a Case<'a>,
    /// What it sets for connections.
    pub listener: &'a Listener,
    /// The authorities of the shipper's system, where that is known.
    pub system: Option<&'a [Certificate]>,
    /// Where the input is, for messages: `the beats input at beats.conf:2`.
    pub input_at: String,
}

/// What a rule says about a connection.
pub enum Verdict {
    /// It does not stand in the way.
    Passes,
    /// This side refuses the connection.
    Refused(Side, Box<Finding>),
    /// It cannot be told, for this reason.
    NotKnown(&'static str),
}

/// A side of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    /// The shipper.
    Shipper,
    /// The input of Logstash.
    Input,
}

impl Side {
    /// Returns its name in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Shipper => "shipper",
            Self::Input => "input",
        }
    }
}

/// How a shipper verifies the input. Source: docs/what-shippers-load.md §4.1.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The chain and the name, also in the common name.
    Full,
    /// The chain and the name.
    Strict,
    /// The chain.
    Certificate,
    /// Nothing.
    None,
}

impl Mode {
    /// Returns what a value of `ssl.verification_mode` means.
    #[must_use]
    pub fn of(value: &str) -> Option<Self> {
        Some(match value {
            "full" | "" | "0" => Self::Full,
            "strict" | "3" => Self::Strict,
            "certificate" | "2" => Self::Certificate,
            "none" | "1" => Self::None,
            _ => return None,
        })
    }

    /// Returns how it compares names, if it does.
    #[must_use]
    pub fn names(self) -> Option<HostNames> {
        match self {
            Self::Full => Some(HostNames::CommonNameToo),
            Self::Strict => Some(HostNames::AlternativeNames),
            Self::Certificate | Self::None => None,
        }
    }
}

/// The fewest bits of an RSA key that Go signs with and verifies, and the JDK accepts. Source:
/// docs/what-shippers-load.md §4.5, §6.
pub(super) const LEAST_RSA_BITS: usize = 1024;

/// Certificates of a side, as far as they are known.
pub enum Known<'a> {
    /// These.
    Certificates(Vec<&'a Certificate>),
    /// A file was not read, or its path is not known.
    NotKnown,
}

impl<'a> Ends<'a> {
    /// Returns whether neither end uses TLS.
    #[must_use]
    pub fn is_without_tls(&self) -> bool {
        [self.shipper, self.input].iter().all(|case| case.endpoint.is_tls_off())
    }

    /// Returns how the shipper verifies the input; `None` if that is not known.
    #[must_use]
    pub fn mode(&self) -> Option<Mode> {
        match self.output.one("ssl.verification_mode") {
            None => Some(Mode::Full),
            Some(value) => Mode::of(&value.raw),
        }
    }

    /// Returns whether the shipper reads its files again when they change, which also decides what it sends.
    ///
    /// # Errors
    /// Why that is not known.
    pub fn reloads(&self) -> Result<bool, &'static str> {
        let set = |name: &str| self.output.one(name).map(|value| truth(&value.raw));
        let has_block =
            self.output.settings.iter().any(|it| it.name.starts_with("ssl.certificate_reload."));
        let older = || set("ssl.restart_on_cert_change.enabled").filter(|on| *on != Some(false));
        let set = set("ssl.certificate_reload.enabled").or_else(|| older().filter(|_| !has_block));
        let knows = self.has(Feature::Reloads);
        match set {
            _ if knows == Ok(false) => Ok(false),
            Some(Some(false)) => Ok(false),
            Some(Some(true)) => knows,
            Some(None) => Err("ssl.certificate_reload depends on a variable"),
            None => self.has(Feature::ReloadsByDefault),
        }
    }

    /// Returns whether the release of the shipper has a feature.
    ///
    /// # Errors
    /// Why that is not known.
    pub fn has(&self, feature: Feature) -> Result<bool, &'static str> {
        self.beats.has(feature).ok_or(self.beats.doubt())
    }

    /// Returns the verdict that `of` gives for what is so, or for both where that is not known.
    #[must_use]
    pub fn either(known: Result<bool, &'static str>, of: impl Fn(bool) -> Verdict) -> Verdict {
        let why = match known {
            Ok(known) => return of(known),
            Err(why) => why,
        };
        match (of(false), of(true)) {
            (Verdict::Passes, Verdict::Passes) => Verdict::Passes,
            (refused @ Verdict::Refused(..), Verdict::Refused(..)) => refused,
            (unknown @ Verdict::NotKnown(_), Verdict::NotKnown(_)) => unknown,
            _ => Verdict::NotKnown(why),
        }
    }

    /// Returns the verdict that `of` gives for whether the release of the shipper has a feature.
    #[must_use]
    pub fn by_release(&self, feature: Feature, of: impl Fn(bool) -> Verdict) -> Verdict {
        Self::either(self.has(feature), of)
    }

    /// Returns the certificates that the input sends, the leaf first; `None` if they are not known.
    #[must_use]
    pub fn sent_by_input(&self) -> Option<Vec<&'a Certificate>> {
        chain_of(self.input.certificate.as_ref())
    }

    /// Returns the certificates in the file of the shipper, the leaf first; `None` if there is none or it is not known.
    #[must_use]
    pub fn of_shipper(&self) -> Option<Vec<&'a Certificate>> {
        chain_of(self.shipper.certificate.as_ref())
    }

    /// Returns the authorities of one side.
    #[must_use]
    pub fn authorities(case: &'a Case<'a>) -> Known<'a> {
        let mut all = Vec::new();
        for named in &case.authorities {
            match named.file.and_then(|file| file.certificates()) {
                Some(chain) => all.extend(chain.iter()),
                None => return Known::NotKnown,
            }
        }
        Known::Certificates(all)
    }

    /// Returns what the shipper verifies the input against, given its authorities.
    #[must_use]
    pub fn trust_of_shipper(
        &self,
        mut anchors: Vec<&'a Certificate>,
        refuses_negative_serial: bool,
    ) -> Trust<'a> {
        // Go passes over those that it does not read.
        anchors.retain(|one| readers::unread_by_go(one, refuses_negative_serial).is_none());
        let now = self.shipper.clock.now;
        Trust { anchors, verifier: Verifier::Go, now, role: Role::Server }
    }

    /// Returns what the input verifies the shipper against, given its authorities.
    #[must_use]
    pub fn trust_of_input(&self, anchors: Vec<&'a Certificate>) -> Trust<'a> {
        let now = self.input.clock.now;
        Trust { anchors, verifier: Verifier::Java, now, role: Role::Client }
    }

    /// Returns the values of a setting of the shipper; `None` if one is not known.
    #[must_use]
    pub fn values(&self, name: &str) -> Option<Vec<&'a str>> {
        let values: Vec<&str> = self.output.all(name).iter().map(|it| it.raw.as_str()).collect();
        (!values.iter().any(|value| is_open(value))).then_some(values)
    }
}

fn chain_of<'a>(named: Option<&Named<'a>>) -> Option<Vec<&'a Certificate>> {
    let named = named.filter(|named| named.contradicting.is_none())?;
    Some(named.file?.certificates()?.iter().collect())
}
