//! A finding: what is wrong or worth knowing, how bad it is, by which rule, and where.

use std::ops::Range;
use std::path::{Path, PathBuf};

use crate::check::hint::Hint;
use crate::os::display::shown;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// It keeps Logstash, or its clients, from working.
    Error,
    /// It may keep them from working.
    Warning,
    /// Worth knowing.
    Note,
}

impl Severity {
    /// The word that messages begin with.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Note => "note",
        }
    }
}

/// A finding about one file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// The rule's name, in kebab-case.
    pub rule: &'static str,
    /// What was found.
    pub message: String,
    /// What was measured or read in source about it: for programs, and not shown with the message.
    pub evidence: Option<String>,
    /// One more sentence that the operator needs.
    pub note: Option<String>,
    /// Where, in the text that was looked at; as byte offsets.
    pub span: Option<Range<usize>>,
    /// Another place that has to do with it, and what is there.
    pub related: Option<(Range<usize>, String)>,
    /// What to do about it.
    pub hints: Vec<Hint>,
    /// What `fix` can do about it.
    pub repair: Option<Repair>,
    /// Whether it says that a file was not looked at.
    pub is_of_unseen_file: bool,
    /// The file that it is about, where it holds of that file whoever names it.
    pub about: Option<About>,
}

/// A file that a finding is about, which is not the text that names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The file, on this machine.
    pub path: PathBuf,
    /// The line in it, from 1, where there is one.
    pub line: Option<usize>,
}

/// A repair, as the rule wants it; whether it can be made is for the plan to find out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repair {
    /// Convert the key to unencrypted PKCS#8, and name the new file.
    ConvertKey,
    /// Remove every setting of the key's passphrase.
    RemovePassphrase,
    /// Let the account of Logstash read the key's file.
    GrantKey,
    /// Let it read the certificate's file.
    GrantCertificate,
    /// Let it read the file of this one of the authorities, counted from 0.
    GrantAuthority(usize),
}

impl Finding {
    /// A finding without a place.
    #[must_use]
    pub fn new(severity: Severity, rule: &'static str, message: impl Into<String>) -> Self {
        let message = message.into();
        Self {
            severity,
            rule,
            message,
            evidence: None,
            note: None,
            span: None,
            related: None,
            hints: Vec::new(),
            repair: None,
            is_of_unseen_file: false,
            about: None,
        }
    }

    /// The same about a file, which the message then does not name.
    #[must_use]
    pub fn about(self, path: &Path, line: Option<usize>) -> Self {
        Self { about: Some(About { path: path.to_owned(), line }), ..self }
    }

    /// The message, with the file that it is about before it.
    #[must_use]
    pub fn full_message(&self) -> String {
        match &self.about {
            None => self.message.clone(),
            Some(About { path, line: None }) => format!("{}: {}", shown(path), self.message),
            Some(About { path, line: Some(line) }) => {
                format!("{}: line {line}: {}", shown(path), self.message)
            }
        }
    }

    /// The same at a place.
    #[must_use]
    pub fn at(self, span: Range<usize>) -> Self {
        Self { span: Some(span), ..self }
    }

    /// The same with what was measured or read in source.
    #[must_use]
    pub fn evidence(self, evidence: impl Into<String>) -> Self {
        Self { evidence: Some(evidence.into()), ..self }
    }

    /// The same with one more sentence.
    #[must_use]
    pub fn note(self, note: impl Into<String>) -> Self {
        Self { note: Some(note.into()), ..self }
    }

    /// The same with one more command to run.
    #[must_use]
    pub fn command(mut self, command: impl Into<String>) -> Self {
        self.hints.push(Hint::command(command));
        self
    }

    /// The same with one more action to take.
    #[must_use]
    pub fn action(mut self, action: impl Into<String>) -> Self {
        self.hints.push(Hint::action(action));
        self
    }

    /// The same with these hints, in place of those that it has.
    #[must_use]
    pub fn hints(self, hints: Vec<Hint>) -> Self {
        Self { hints, ..self }
    }

    /// The same with what `fix` can do about it.
    #[must_use]
    pub fn repair(self, repair: Repair) -> Self {
        Self { repair: Some(repair), ..self }
    }
}
