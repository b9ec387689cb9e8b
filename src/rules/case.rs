//! What a rule about keys looks at: an endpoint, what its settings name, and what is there.

use std::path::PathBuf;

use crate::certificate::Certificate;
use crate::key_file::{Held, HeldKey};
use crate::logstash::endpoint::{Endpoint, Setting};
use crate::logstash::plugins::Of;
use crate::logstash::readers::{Family, Form, Judgement, PassphraseOnPlain};
use crate::logstash::variables::Use;
use crate::view::Located;

/// An endpoint with what its settings name.
pub struct Case<'a> {
    /// The endpoint.
    pub endpoint: &'a Endpoint,
    /// What its key's setting names.
    pub key: Option<Named<'a>>,
    /// What its certificate's setting names.
    pub certificate: Option<Named<'a>>,
    /// The certificate that its setting names, where it could be read.
    pub leaf: Option<&'a Certificate>,
    /// By which Logstash it is judged.
    pub of: Of<'a>,
}

/// What the settings of one file name.
pub struct Named<'a> {
    /// The first of them.
    pub setting: &'a Setting,
    /// Another with a different value.
    pub contradicting: Option<&'a Setting>,
    /// The path.
    pub path: NamedPath,
    /// Where that lies, and what is there; `None` where it was not looked at.
    pub file: Option<&'a NamedFile>,
}

/// The value of a setting that names a path.
pub enum NamedPath {
    /// A path as it stands.
    Literal(PathBuf),
    /// Text with variables, and the path that they give here.
    FromVariables(Vec<Use>, Option<PathBuf>),
    /// What another program is to fill in.
    Template,
    /// Text whose backslashes are escapes in one reading and none in another (`config.support_escapes`).
    Ambiguous,
}

/// A place on this machine and what is there.
pub struct NamedFile {
    /// Where it is.
    pub located: Located,
    /// The same without links, where it exists.
    pub resolved: PathBuf,
    /// What is there.
    pub held: Held,
    /// What keeps Logstash's account from reading it.
    pub closed: Option<Closed>,
}

/// What keeps an account from reading a file.
pub struct Closed {
    /// In words.
    pub message: String,
    /// The command that lets it.
    pub hint: String,
}

impl NamedPath {
    /// The path, where there is one.
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
    /// The private key that its settings name, with its setting.
    #[must_use]
    pub fn held_key(&self) -> Option<(&'a Setting, &'a HeldKey)> {
        let named = self.key.as_ref()?;
        match (&named.contradicting, &named.file?.held) {
            (None, Held::Key(key)) => Some((named.setting, key)),
            _ => None,
        }
    }

    /// What becomes of a key of this form and family here.
    #[must_use]
    pub fn judge(&self, form: Form, family: Family) -> Judgement {
        self.endpoint.judge(self.of, form, family)
    }

    /// What becomes of a passphrase that is set for a key that is not encrypted.
    #[must_use]
    pub fn passphrase_on_plain(&self) -> (PassphraseOnPlain, &'static str) {
        self.endpoint.passphrase_on_plain(self.of)
    }

    /// What its settings name: the key, then the certificate.
    pub fn named(&self) -> impl Iterator<Item = &Named<'a>> {
        self.key.iter().chain(&self.certificate)
    }
}
