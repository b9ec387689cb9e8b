//! Why a repair is not made, and what to do instead.

use std::path::{Path, PathBuf};

use crate::check::finding::Finding;
use crate::check::key_file::{Held, HeldKey, WITHOUT_BROKEN};
use crate::logstash::variables::Use;
use crate::os::display::{quoted, shown};
use crate::os::view::{Link, LocateError};
use keyfile::file;
use keyfile::key;

use crate::check::new_name::new_name;

/// What an obstacle means for the end of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObstacleKind {
    /// It is not for fixkey to decide, or the input is at fault.
    Input,
    /// The passphrase is wrong.
    WrongPassphrase,
    /// Something cannot be read or written, or is in the way.
    CouldNot,
    /// A signal came.
    Signal(i32),
}

/// Why a repair is not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// What it means for the end of the run.
    pub kind: ObstacleKind,
    /// Why.
    pub message: String,
    /// What to do instead.
    pub hint: Option<Hint>,
}

/// What to do instead of a repair; this very command with one more option may stand in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    before: String,
    option: Option<&'static str>,
    after: String,
}

impl Hint {
    /// This very command with one more option.
    pub(super) fn fix(option: &'static str) -> Self {
        Self { before: String::new(), option: Some(option), after: String::new() }
    }

    /// The same behind other words.
    pub(super) fn behind(self, before: impl Into<String>) -> Self {
        Self { before: before.into(), ..self }
    }

    /// The same before other words.
    fn followed_by(self, after: impl Into<String>) -> Self {
        Self { after: after.into(), ..self }
    }

    /// The hint with its command, of which `arguments` are the arguments so far.
    #[must_use]
    pub fn spelled_out(&self, arguments: &str) -> String {
        let Self { before, option, after } = self;
        match option {
            Some(option) => format!("{before}fixkey fix {option} {arguments}{after}"),
            None => before.clone(),
        }
    }
}

impl<T: Into<String>> From<T> for Hint {
    fn from(text: T) -> Self {
        Self { before: text.into(), option: None, after: String::new() }
    }
}

impl Obstacle {
    /// A finding that is not repaired, with the reason and what to do instead; `arguments` are those of this
    /// very command.
    #[must_use]
    pub fn explain(&self, finding: Finding, lead: &str, arguments: &str) -> Finding {
        let hint = self.hint.as_ref().map(|hint| format!("; {}", hint.spelled_out(arguments)));
        let hint = format!("{lead}, since {}{}", self.message, hint.unwrap_or_default());
        Finding { repair: None, ..finding }.hint(hint)
    }

    pub(super) fn input(message: impl Into<String>, hint: impl Into<Hint>) -> Self {
        Self { kind: ObstacleKind::Input, message: message.into(), hint: Some(hint.into()) }
    }

    pub(super) fn could_not(message: impl Into<String>, hint: impl Into<Hint>) -> Self {
        Self { kind: ObstacleKind::CouldNot, message: message.into(), hint: Some(hint.into()) }
    }

    pub(super) fn not_asked_to_decrypt() -> Self {
        Self::input(
            "the key is not decrypted unless --decrypt asks for it",
            Hint::fix("--decrypt").followed_by(
                " writes it without encryption, and removes its passphrase from the configuration",
            ),
        )
    }

    /// `command` lets the account read the file.
    pub(super) fn not_asked_to_grant(command: &str) -> Self {
        Self::input(
            "no right is given unless --grant asks for it",
            Hint::fix("--grant").behind(format!("{command}; or: ")),
        )
    }

    pub(super) fn not_granted(reason: &str, command: &str) -> Self {
        Self::input(reason, command)
    }

    /// Who can change `path` would say which file gets a right.
    pub(super) fn said_by_others(path: &Path, command: &str) -> Self {
        let message = format!(
            "users other than root and the owner of the file can change {}, and so choose which file is read",
            shown(path)
        );
        Self::input(message, format!("if this is the file that is meant: {command}"))
    }

    /// A configuration may name any file, `/etc/shadow` for one.
    pub(super) fn not_to_be_read() -> Self {
        Self::input(
            "it holds no key, and not certificates alone, that could be read",
            "name the file of the key, or of the certificate, in the setting",
        )
    }

    pub(super) fn needed_encrypted(endpoint: &str) -> Self {
        Self::input(
            format!("the {endpoint} needs this very file as it is, encrypted"),
            "leave out --in-place, so that the new key gets a file of its own",
        )
    }

    /// A path from variables, `configured` as Logstash sees it and `located` on this machine; `raw` is what
    /// the setting holds and `new` what it would have to.
    pub(super) fn variable(
        variables: &[Use],
        (raw, new): (&str, &str),
        configured: &Path,
        located: &Path,
    ) -> Self {
        let names = variables.iter().map(|variable| format!("${{{}}}", variable.name));
        let names = names.collect::<Vec<_>>().join(" and ");
        let message = format!("the path comes from {names}, so this setting is not rewritten");
        let convert = format!("fixkey {} -o {}", quoted(located), quoted(&renamed(located)));
        let is_all = matches!(variables, [one] if one.span == (0..raw.len()));
        let then = if is_all {
            format!("let {names} be {}", shown(&renamed(configured)))
        } else {
            format!("write \"{new}\" here")
        };
        Self::input(
            message,
            Hint::fix("--in-place")
                .behind(format!("{convert}, and {then}; or convert the key where it is: ")),
        )
    }

    pub(super) fn nowhere(path: &Path, error: &LocateError) -> Self {
        Self::could_not(
            format!("{}: {error}", shown(path)),
            Hint::fix("--key-dir DIR").behind("choose a directory: "),
        )
    }

    /// `other` is the key whose new file has the same name.
    pub(super) fn same_name(new: &Path, other: &Path) -> Self {
        Self::input(
            format!("{} is to hold another key already, that of {}", shown(new), shown(other)),
            "convert one of the two by hand, fixkey KEY -o FILE, and name that file in the setting",
        )
    }

    pub(super) fn several_keys(path: &Path, held: &HeldKey) -> Self {
        let others = held.others.iter().map(|other| other.line);
        let lines = std::iter::once(held.line).chain(others);
        let lines: Vec<String> = lines.flatten().map(|line| line.to_string()).collect();
        Self::input(
            format!(
                "{} holds more than one private key, on lines {}",
                shown(path),
                lines.join(" and ")
            ),
            format!(
                "fixkey {} -o FILE --cert CERTIFICATE picks the one that belongs to the certificate",
                quoted(path)
            ),
        )
    }

    /// What is broken may be the key that was meant.
    pub(super) fn broken_behind(path: &Path, error: &file::Error) -> Self {
        let message = format!("{} is broken behind its first key: {error}", shown(path));
        Self::input(message, WITHOUT_BROKEN)
    }

    pub(super) fn would_lose(path: &Path, what: &str, line: Option<usize>) -> Self {
        let place = line.map_or(String::new(), |line| format!(" (line {line})"));
        Self::could_not(
            format!("{} also holds {what}{place}, which --in-place would lose", shown(path)),
            "leave out --in-place, so that the new key gets a file of its own",
        )
    }

    pub(super) fn link(link: &Link, named: &Path) -> Self {
        let new = renamed(named);
        Self::input(
            format!(
                "{} is a link to {}, which another program may renew in the old form",
                shown(named),
                shown(&link.target)
            ),
            Hint::fix("--key-dir DIR").followed_by(format!(
                " writes the new key to a directory of its own (--in-place replaces what the link leads to); after each renewal run: fixkey {} -o {} --force",
                quoted(&absolute(&link.at)),
                quoted(&Path::new("DIR").join(new.file_name().unwrap_or_default())),
            )),
        )
    }

    pub(super) fn not_editable(path: &Path, is_yaml_value: bool, for_key: bool) -> Self {
        let message = if is_yaml_value {
            format!("in {} the value is not written as what it means", shown(path))
        } else {
            format!("in {} it is part of a config.string that is no literal block", shown(path))
        };
        let hint = if is_yaml_value {
            "write it without escapes and anchors"
        } else {
            "write config.string as a block that begins with |"
        };
        if for_key {
            let or = format!("{hint}; or convert the key where it is: ");
            return Self::input(message, Hint::fix("--in-place").behind(or));
        }
        Self::input(message, hint)
    }

    pub(super) fn damaged(path: &Path, line: Option<usize>, error: &key::Error) -> Self {
        let place = line.map_or(String::new(), |line| format!(" line {line}:"));
        Self::input(
            format!("{}:{place} {error}", shown(path)),
            "get a whole copy of the key from where it was made, or have a new key and certificate made",
        )
    }

    pub(super) fn too_large(path: &Path) -> Self {
        Self::input(
            format!("{}: the key is too large for PKCS#8", shown(path)),
            "have a new key made",
        )
    }

    /// Something else is where the new key is to come.
    pub(super) fn exists(path: &Path, held: &Held, is_same_key: bool) -> Self {
        let held = match held {
            Held::Key(_) if is_same_key => {
                "and holds this key, but not as one block of PKCS#8 and nothing else".to_owned()
            }
            Held::Key(_) => "and holds another key".to_owned(),
            Held::NotAKey(found) => format!("and holds {}", found.what.description()),
            Held::Broken(_) => "and holds something broken".to_owned(),
            Held::Nothing(error) | Held::Unreadable(error) => format!("and {error}"),
        };
        Self::could_not(
            format!("{} exists already, {held}", shown(path)),
            Hint::fix("--key-dir DIR").behind("move it away, or choose another directory: "),
        )
    }
}

fn renamed(path: &Path) -> PathBuf {
    path.with_file_name(new_name(&path.file_name().unwrap_or_default().to_string_lossy()))
}

/// As a command elsewhere has to name it.
pub(super) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
