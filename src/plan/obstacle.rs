//! Why a repair is not made, and what to do instead.

use std::path::Path;

use crate::key;
use crate::key_file::{Held, HeldKey};
use crate::logstash::variables::Use;
use crate::report::{quoted, shown};
use crate::view::{Link, LocateError};

use super::KeyChange;

/// What an obstacle means for the end of the run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// It is not for fixkey to decide, or the input is at fault.
    Input,
    /// Something cannot be read or written, or is in the way.
    CouldNot,
    /// A signal came.
    Signal(i32),
}

/// Why a repair is not made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Obstacle {
    /// What it means for the end of the run.
    pub kind: Kind,
    /// Why.
    pub message: String,
    /// What to do instead.
    pub hint: Option<String>,
}

impl Obstacle {
    pub(super) fn input(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { kind: Kind::Input, message: message.into(), hint: Some(hint.into()) }
    }

    pub(super) fn could_not(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self { kind: Kind::CouldNot, message: message.into(), hint: Some(hint.into()) }
    }

    pub(super) fn not_asked_to_decrypt() -> Self {
        Self::input(
            "the key is not decrypted unless --decrypt asks for it",
            "fixkey fix --decrypt writes it without encryption, and removes its passphrase from the configuration",
        )
    }

    pub(super) fn needed_encrypted(endpoint: &str) -> Self {
        Self::input(
            format!("the {endpoint} needs this very file as it is, encrypted"),
            "leave out --in-place, so that the new key gets a file of its own",
        )
    }

    pub(super) fn variable(variables: &[Use], raw: &str, path: &Path, new: &str) -> Self {
        let names: Vec<String> =
            variables.iter().map(|variable| format!("${{{}}}", variable.name)).collect();
        let (old, names) = (quoted(path), names.join(" and "));
        let message = format!("the path comes from {names}, so this setting is not rewritten");
        let renamed = path.with_file_name(super::new_name(
            &path.file_name().unwrap_or_default().to_string_lossy(),
        ));
        let convert = format!("fixkey {old} -o {}", quoted(&renamed));
        let is_all = matches!(variables, [one] if one.span == (0..raw.len()));
        let hint = if is_all {
            format!(
                "{convert}, and let {names} be {}; or convert the key where it is: fixkey fix --in-place",
                shown(&renamed)
            )
        } else {
            format!(
                "{convert}, and write \"{new}\" here; or convert the key where it is: fixkey fix --in-place"
            )
        };
        Self::input(message, hint)
    }

    pub(super) fn nowhere(path: &Path, error: &LocateError) -> Self {
        Self::could_not(format!("{}: {error}", shown(path)), "name a folder with --key-dir")
    }

    pub(super) fn same_name(new: &Path, planned: &KeyChange<'_>) -> Self {
        let other = shown(&planned.file.located.path);
        Self::input(
            format!("{} is to hold another key already, that of {other}", shown(new)),
            "convert one of the two by hand, to a name of its own: fixkey KEY -o FILE",
        )
    }

    pub(super) fn several_keys(path: &Path, held: &HeldKey) -> Self {
        let lines = std::iter::once(&held.line).chain(&held.others);
        let lines: Vec<String> = lines.filter_map(|line| Some((*line)?.to_string())).collect();
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

    pub(super) fn would_lose(path: &Path, what: &str, line: Option<usize>) -> Self {
        let place = line.map_or(String::new(), |line| format!(" (line {line})"));
        Self::could_not(
            format!("{} also holds {what}{place}, which --in-place would lose", shown(path)),
            "leave out --in-place, so that the new key gets a file of its own",
        )
    }

    pub(super) fn link(link: &Link, configured: Option<&std::path::PathBuf>) -> Self {
        let path = configured.map_or(link.at.as_path(), |path| path.as_path());
        Self::input(
            format!(
                "{} is a link to {}, which another program may renew in the old form",
                shown(path),
                shown(&link.target)
            ),
            format!(
                "fixkey fix --key-dir DIR writes the new key to a folder of its own (--in-place replaces what the link leads to); after each renewal run: fixkey {} -o DIR/{} --force",
                quoted(path),
                super::new_name(&path.file_name().unwrap_or_default().to_string_lossy()),
            ),
        )
    }

    pub(super) fn not_editable(path: &Path) -> Self {
        Self::input(
            format!(
                "this text is not edited: in {} it is neither a literal block (|) nor a plain value",
                shown(path)
            ),
            "write config.string as a block that begins with |, or convert the key where it is: fixkey fix --in-place",
        )
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

    pub(super) fn exists(path: &Path, held: &Held) -> Self {
        let held = match held {
            Held::Key(_) => "another key, or this one in another form",
            Held::NotAKey(found) => &found.description,
            Held::Broken(_) => "something broken",
            Held::Nothing(_) | Held::Unreadable(_) => "something that cannot be read",
        };
        Self::could_not(
            format!("{} exists already, and holds {held}", shown(path)),
            "move it away, or name another folder with --key-dir",
        )
    }
}
