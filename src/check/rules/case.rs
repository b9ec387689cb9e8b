//! The input of rules about keys: an endpoint, and the files that its settings point to.

use std::path::{Path, PathBuf};

use super::severity;
use crate::check::clock::Clock;
use crate::check::finding::{Finding, Severity};
use crate::check::key_file::{Facts, Held, HeldKey, Protection, Refusal};
use crate::check::named_file::NamedFile;
use crate::check::neighbours::Neighbours;
use crate::logstash::endpoint::{Endpoint, Setting};
use crate::logstash::plugins::Baseline;
use crate::logstash::readers::{
    Family, Form, Judgement, Limit, LimitKind, PassphraseOnPlain, Verdict,
};
use crate::logstash::variables::Use;
use crate::os::display::{holds_key, shown};
use keyfile::certificate::Certificate;
use keyfile::key::EncodedKey;
use keyfile::public_key::PublicKey;

/// An endpoint with the files that its settings point to.
pub struct Case<'a> {
    /// The endpoint.
    pub endpoint: &'a Endpoint,
    /// The target of its key setting.
    pub key: Option<Named<'a>>,
    /// The target of its certificate setting.
    pub certificate: Option<Named<'a>>,
    /// The result of opening an encrypted key with its passphrase.
    pub opening: Opening<'a>,
    /// Whether its passphrase is not ASCII.
    pub passphrase_is_not_ascii: bool,
    /// The Logstash that is assumed.
    pub baseline: Baseline<'a>,
    /// The time of the check.
    pub clock: Clock,
    /// Whether its certificates are known to be presented to peers.
    pub is_presented: bool,
    /// The files beside those that settings point to; `None` if these must not be examined.
    pub neighbours: Option<&'a Neighbours>,
}

/// The result of opening an endpoint's key with its passphrase.
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

    /// Returns the facts about its key, if it is unencrypted or its passphrase opens it.
    #[must_use]
    pub fn facts(&self) -> Option<&'a Facts> {
        match (&self.held_key()?.1.protection, self.opening) {
            (Protection::Unencrypted(_, facts), _) => facts.as_ref().ok(),
            (Protection::Encrypted(_), Opening::Tried(facts)) => facts.as_ref().ok(),
            (Protection::Encrypted(_), _) => None,
        }
    }

    /// Returns a warning of `rule` for each limit of this kind on its key.
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

    /// Returns whether a file named on the command line holds several keys, and nothing decides between them.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        let is_several = self.held_key().is_some_and(|(_, held)| !held.others.is_empty());
        self.endpoint.is_outright() && is_several && self.chosen().is_none()
    }

    /// Returns whether its key belongs to its certificate; `None` if that is unknown.
    #[must_use]
    pub fn is_matched(&self) -> Option<bool> {
        let own = self.facts()?.public_key.as_ref()?;
        Some(own.is_same_key(&self.leaf()?.public_key))
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
        let cannot = if verdict == Verdict::Refuses { "cannot" } else { "may fail to" };
        let key = if self.endpoint.is_outright() { "this key".to_owned() } else { shown(path) };
        format!("the {} {cannot} load {key}", self.endpoint.name)
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

    /// Returns the targets of its settings: the key, then the certificate.
    pub fn named(&self) -> impl Iterator<Item = &Named<'a>> {
        self.key.iter().chain(&self.certificate)
    }
}
