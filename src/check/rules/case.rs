//! The input of rules about keys: an endpoint, and the files that its settings point to.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use super::severity;
use crate::beats::releases::Beats;
use crate::check::clock::Clock;
use crate::check::finding::{Finding, Severity};
use crate::check::key_file::{Facts, Held, HeldKey, KeyAsWritten, KeyEntry, Protection, Refusal};
use crate::check::named_file::NamedFile;
use crate::check::neighbours::Neighbours;
use crate::logstash::endpoint::{Endpoint, Setting};
use crate::logstash::plugins::Baseline;
use crate::logstash::readers::{
    self, Family, Form, Judgement, Limit, LimitKind, PassphraseOnPlain, Verdict,
};
use crate::logstash::variables::Use;
use crate::os::display::{holds_key, shown};
use keyfile::certificate::Certificate;
use keyfile::key::EncodedKey;
use keyfile::layout::Oddity;
use keyfile::public_key::PublicKey;

/// An endpoint with the files that its settings point to.
pub struct Case<'a> {
    /// The endpoint.
    pub endpoint: &'a Endpoint,
    /// The target of its key setting.
    pub key: Option<Named<'a>>,
    /// The target of its certificate setting.
    pub certificate: Option<Named<'a>>,
    /// What the settings of its authorities name, each file.
    pub authorities: Vec<Named<'a>>,
    /// What the settings of its truststore name.
    pub truststores: Vec<Named<'a>>,
    /// What its passphrase makes of an encrypted key.
    pub opening: Opening<'a>,
    /// The setting of its passphrase, with those of its variables that have no value here.
    pub unset_passphrase: Option<(&'a Setting, Vec<Use>)>,
    /// Whether variables without a value here have none in Logstash either.
    pub environment: Environment,
    /// Whether a tcp or http input is among what was read, which the JVM may load before this endpoint.
    pub is_beside_tcp_or_http: bool,
    /// What is peculiar about the passphrase.
    pub passphrase_oddity: Option<PassphraseOddity>,
    /// The Logstash that is assumed.
    pub baseline: Baseline<'a>,
    /// The releases that the shipper may be, if it is an output of one.
    pub beats: Option<Beats>,
    /// The time of the check.
    pub clock: Clock,
    /// Whether its certificates are known to be presented to peers.
    pub is_presented: bool,
    /// The files beside those that settings point to; `None` if these must not be examined.
    pub neighbours: Option<&'a Neighbours>,
}

/// How much is known of the environment of Logstash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Environment {
    /// All of it, and there is no keystore.
    Whole,
    /// Perhaps only a part.
    Partial,
}

/// What the passphrase of an endpoint makes of its key.
#[derive(Clone, Copy)]
pub enum Opening<'a> {
    /// The key is unencrypted, or there is none.
    NotNeeded,
    /// No passphrase is set.
    NoPassphrase,
    /// A passphrase is set, but its value is unknown here.
    NotKnown,
    /// The passphrase was tried.
    Tried(&'a Result<Facts, Refusal>),
}

/// What is peculiar about a passphrase, whether it fits or not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PassphraseOddity {
    /// It is empty.
    Empty,
    /// It has other characters than printable ASCII.
    Unprintable,
}

impl PassphraseOddity {
    /// Returns the oddity of a passphrase.
    #[must_use]
    pub fn of(passphrase: &str) -> Option<Self> {
        let is_printable = |byte: u8| matches!(byte, b' '..=b'~');
        match passphrase {
            "" => Some(Self::Empty),
            _ if passphrase.bytes().all(is_printable) => None,
            _ => Some(Self::Unprintable),
        }
    }
}

/// The target of the settings for one file.
pub struct Named<'a> {
    /// The first of these settings.
    pub setting: &'a Setting,
    /// Another one with a different value.
    pub contradicting: Option<&'a Setting>,
    /// The path.
    pub path: NamedPath,
    /// The file there; `None` if it was not examined.
    pub file: Option<&'a NamedFile>,
}

/// The value of a path setting.
pub enum NamedPath {
    /// A literal path.
    Literal(PathBuf),
    /// Text with variables, and the path that it expands to here.
    FromVariables(Vec<Use>, Option<PathBuf>),
    /// A placeholder for another program.
    Template,
    /// Text whose backslashes may or may not be escapes (`config.support_escapes`).
    Ambiguous,
}

impl Named<'_> {
    /// Returns the path for messages. The values of variables are shown only if the file exists: otherwise the result
    /// may be a secret instead of a path.
    #[must_use]
    pub fn shown(&self) -> String {
        let is_there = self.file.is_some_and(|file| file.metadata.is_some());
        match &self.path {
            NamedPath::Literal(path) => shown(path),
            NamedPath::FromVariables(_, Some(path)) if is_there => shown(path),
            _ => shown(Path::new(self.setting.raw.as_str())),
        }
    }

    /// Returns whether nothing is at the path and it may be a secret: it comes from variables, or looks like a key.
    #[must_use]
    pub fn is_to_be_hidden(&self) -> bool {
        let may_be_secret =
            matches!(self.path, NamedPath::FromVariables(..)) || holds_key(&self.setting.raw);
        may_be_secret && self.file.is_some_and(|file| file.metadata.is_none())
    }
}

impl NamedPath {
    /// Returns the path, if known.
    #[must_use]
    pub fn path(&self) -> Option<&PathBuf> {
        match self {
            Self::Literal(path) => Some(path),
            Self::FromVariables(_, path) => path.as_ref(),
            Self::Template | Self::Ambiguous => None,
        }
    }
}

impl<'a> Case<'a> {
    /// Returns the private key that its settings point to, with its setting.
    #[must_use]
    pub fn held_key(&self) -> Option<(&'a Setting, &'a HeldKey)> {
        let named = self.key.as_ref()?;
        match (&named.contradicting, &named.file?.held) {
            (None, Held::Key(key)) => Some((named.setting, key)),
            _ => None,
        }
    }

    /// Returns the facts about its key, if it is unencrypted or its passphrase opens it; `None` where the reader takes
    /// another key of the file than the first.
    #[must_use]
    pub fn facts(&self) -> Option<&'a Facts> {
        if self.used_instead().is_some() {
            return None;
        }
        match (&self.held_key()?.1.protection, self.opening) {
            (Protection::Unencrypted(_, facts), _) => facts.as_ref().ok(),
            (Protection::Encrypted(_), Opening::Tried(facts)) => facts.as_ref().ok(),
            (Protection::Encrypted(_), _) => None,
        }
    }

    /// The public key that belongs to its private key, also where another one is stated, which no reader looks at.
    #[must_use]
    pub fn public_key(&self) -> Option<Cow<'a, PublicKey>> {
        if let Some(used) = self.used_instead() {
            return used.key.unencrypted()?.read().ok()?.public_key().map(Cow::Owned);
        }
        if let Some(facts) = self.facts() {
            return facts.public_key.as_ref().map(Cow::Borrowed);
        }
        let (_, held) = self.held_key()?;
        let is_used = held.damage.is_some_and(|damage| damage.shakes_hands == Some(true));
        let key = held.plain().filter(|_| is_used)?.ok()?;
        key.public_key().map(Cow::Owned)
    }

    /// Returns a warning of `rule` for each limit of this kind that its key has.
    pub fn limits(
        &self,
        kind: LimitKind,
        rule: &'static str,
    ) -> impl Iterator<Item = Finding> + use<'a> {
        let key = self.held_key().zip(self.facts());
        let file = self.key.as_ref().and_then(|named| named.file);
        let finding = move |limit: &Limit| {
            let ((setting, held), facts) = key?;
            let message = format!("{}: {}", facts.name, limit.consequence);
            let finding = Finding::new(Severity::Warning, rule, message);
            Some(finding.about(&file?.located.path, held.line).at(setting.value.clone()))
        };
        let limits = key.into_iter().flat_map(|(_, facts)| &facts.limits);
        limits.filter(move |limit| limit.kind == kind).filter_map(finding)
    }

    /// Returns the only key of several in the file that belongs to the certificate.
    #[must_use]
    pub fn chosen(&self) -> Option<&'a EncodedKey> {
        let (_, held) = self.held_key()?;
        let leaf = &self.leaf()?.public_key;
        let first = match &held.protection {
            Protection::Unencrypted(key, _) => Some(key),
            Protection::Encrypted(_) => None,
        };
        let keys =
            first.into_iter().chain(held.others.iter().filter_map(|other| other.key.unencrypted()));
        let belongs = |key: &&EncodedKey| {
            let public = key.read().ok().and_then(|key| key.public_key());
            public.is_some_and(|public| public.is_same_key(leaf))
        };
        let mut belonging = keys.filter(belongs);
        match (held.others.is_empty(), belonging.next(), belonging.next()) {
            (false, Some(chosen), None) => Some(chosen),
            _ => None,
        }
    }

    /// Returns the key that its reader takes in place of the first of the file: with a passphrase, the first that is
    /// encrypted; without one, the first that is not.
    #[must_use]
    pub fn used_instead(&self) -> Option<&'a KeyEntry> {
        let (_, held) = self.held_key()?;
        let wanted = !self.endpoint.passphrases.is_empty();
        let is_such = |key: &&KeyEntry| matches!(key.key, KeyAsWritten::Encrypted(_)) == wanted;
        let found = self.endpoint.judge_by(self.baseline, readers::key_of_other_protection_first);
        let is_first_passed_over = !self.endpoint.is_outright()
            && matches!(held.protection, Protection::Encrypted(_)) != wanted
            && found.verdict == Verdict::LoadsUndocumented;
        held.others.iter().find(is_such).filter(|_| is_first_passed_over)
    }

    /// Returns whether a file named on the command line holds several keys, and nothing decides between them.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        let is_several = self.held_key().is_some_and(|(_, held)| !held.others.is_empty());
        self.endpoint.is_outright() && is_several && self.chosen().is_none()
    }

    /// Returns whether its key belongs to its certificate; `None` if that is unknown.
    #[must_use]
    pub fn is_matched(&self) -> Option<bool> {
        Some(self.public_key()?.is_same_key(&self.leaf()?.public_key))
    }

    /// Returns the certificate that its setting points to, if it could be read.
    #[must_use]
    pub fn leaf(&self) -> Option<&'a Certificate> {
        self.certificate.as_ref()?.file?.certificates()?.iter().next()
    }

    /// Returns a file beside a named one, as a configured path, that holds the private key of this public key.
    #[must_use]
    pub fn key_beside(&self, named: &Named<'_>, public: &PublicKey) -> Option<PathBuf> {
        let found = self.neighbours?.with_key(&named.file?.located.path, public)?;
        Some(named.path.path()?.with_file_name(found.file_name()?))
    }

    /// Returns whether the settings of key and certificate point to each other's files.
    #[must_use]
    pub fn is_swapped(&self) -> bool {
        let file = |named: &Option<Named<'a>>| {
            named.as_ref().filter(|named| named.contradicting.is_none())?.file
        };
        let holds_key =
            |file: &NamedFile| matches!(file.held, Held::Key(_)) && file.certificates().is_none();
        file(&self.key).is_some_and(NamedFile::is_of_certificates)
            && file(&self.certificate).is_some_and(holds_key)
    }

    /// Returns the beginning of a message about a key that does not load, or may not: `the beats input cannot load
    /// PATH`.
    #[must_use]
    pub fn not_loaded(&self, path: &Path, verdict: Verdict) -> String {
        let cannot = if verdict == Verdict::Refuses { "cannot load" } else { "may fail to load" };
        self.message(cannot, path)
    }

    fn message(&self, does: &str, path: &Path) -> String {
        let key = if self.endpoint.is_outright() { "this key".to_owned() } else { shown(path) };
        format!("the {} {does} {key}", self.endpoint.name)
    }

    /// Returns the beginning of a message about a key that does not load, or is not documented to: `the beats input
    /// loads PATH, though the documentation asks for PKCS#8`.
    #[must_use]
    pub fn not_documented(&self, path: &Path, verdict: Verdict, documented: &str) -> String {
        // How the key is laid out may decide otherwise.
        let is_plain = |(_, held): (_, &HeldKey)| held.layout.oddities().next().is_none();
        let is_release = !matches!(self.baseline, Baseline::Documentation);
        let loads = verdict == Verdict::LoadsUndocumented && is_release;
        if loads && self.held_key().is_some_and(is_plain) {
            return format!("{}, though {documented}", self.message("loads", path));
        }
        self.not_loaded(path, verdict)
    }

    /// Returns the action that points the key setting to `new`, a file beside the key, as a configured path.
    #[must_use]
    pub fn set_key(&self, new: &Path) -> Option<String> {
        let key = self.key.as_ref()?;
        let configured = key.path.path()?.with_file_name(new.file_name()?);
        Some(format!("set {} to {}", key.setting.name, shown(&configured)))
    }

    /// Judges a key of this form and family here.
    #[must_use]
    pub fn judge(&self, form: Form, family: Family) -> Judgement {
        self.endpoint.judge(self.baseline, form, family)
    }

    /// What becomes of this key of its for an oddity of its layout.
    #[must_use]
    pub fn judge_oddity(&self, held: &HeldKey, oddity: Oddity) -> Judgement {
        let family = held.facts().map_or(Family::Unknown, |facts| facts.family);
        let judge = |reader| readers::judge_oddity(reader, held.form, family, oddity);
        self.endpoint.judge_by(self.baseline, judge)
    }

    /// Returns whether its reader decrypts keys of this form, so that it matters what opens them.
    #[must_use]
    pub fn is_decrypted(&self, held: &HeldKey) -> bool {
        severity(self.judge(held.form, Family::Unknown).verdict) != Some(Severity::Error)
    }

    /// Judges a passphrase that is set for an unencrypted key.
    #[must_use]
    pub fn passphrase_on_plain(&self) -> (PassphraseOnPlain, &'static str) {
        self.endpoint.passphrase_on_plain(self.baseline)
    }

    /// What its settings name: the key, the certificate, then what it trusts.
    pub fn named(&self) -> impl Iterator<Item = &Named<'a>> {
        self.pair().chain(self.trusted())
    }

    /// What the settings of its key and its certificate name.
    pub fn pair(&self) -> impl Iterator<Item = &Named<'a>> {
        self.key.iter().chain(&self.certificate)
    }

    /// What the settings of its authorities and its truststore name.
    pub fn trusted(&self) -> impl Iterator<Item = &Named<'a>> {
        self.authorities.iter().chain(&self.truststores)
    }
}
