//! Why a repair is not made, and what to do instead.

use std::path::{Path, PathBuf};

use crate::check::finding::{Finding, Undecided};
use crate::check::hint::{Hint, key_argument};
use crate::check::key_file::{Held, HeldKey, NEW_KEY, WHOLE_COPY, WITHOUT_BROKEN};
use crate::logstash::settings::ClientAuth;
use crate::logstash::variables::Use;
use crate::os::display::{quoted, shown};
use crate::os::view::{Link, LocateError};
use keyfile::file;
use keyfile::key;

use crate::check::new_name::new_name;

/// How an obstacle affects the exit status.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ObstacleKind {
    /// The operator must decide, or the input is wrong.
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
    /// How it affects the exit status.
    pub kind: ObstacleKind,
    /// The reason.
    pub message: String,
    /// Options of `fixkey fix`, each of which makes the repair possible.
    options: Vec<&'static str>,
    /// Other next steps.
    hints: Vec<Hint>,
}

/// The option for a directory that cannot hold the new key; the operator has to choose.
const OTHER_DIRECTORY: &str = "--key-dir DIR";

/// The next step when the rest of the file must stay.
const OWN_FILE: &str = "leave out --in-place, so that the new key gets its own file";

impl Obstacle {
    /// Returns a finding that is not repaired, with the reason and the next steps. `lead` says that it is not repaired,
    /// and `fix` builds the command that repairs it with one more option.
    #[must_use]
    pub fn explain(
        &self,
        finding: Finding,
        lead: &str,
        fix: impl Fn(&'static str) -> String,
    ) -> Finding {
        let command = |option: &&'static str| match fix(option) {
            command if *option == OTHER_DIRECTORY => {
                Hint::Action(format!("choose another directory with: {command}"))
            }
            command => Hint::Command(command),
        };
        let hints = self.options.iter().map(command).chain(self.hints.iter().cloned()).collect();
        let note = format!("{lead}: {}", self.message);
        Finding { repair: None, hints, ..finding }.note(note)
    }

    fn new(kind: ObstacleKind, message: impl Into<String>, hints: Vec<Hint>) -> Self {
        Self { kind, message: message.into(), options: Vec::new(), hints }
    }

    pub(super) fn input(message: impl Into<String>, action: impl Into<String>) -> Self {
        Self::input_with(message, vec![Hint::action(action)])
    }

    fn input_with(message: impl Into<String>, hints: Vec<Hint>) -> Self {
        Self::new(ObstacleKind::Input, message, hints)
    }

    pub(super) fn could_not(message: impl Into<String>, action: impl Into<String>) -> Self {
        Self::could_not_with(message, vec![Hint::action(action)])
    }

    pub(super) fn could_not_with(message: impl Into<String>, hints: Vec<Hint>) -> Self {
        Self::new(ObstacleKind::CouldNot, message, hints)
    }

    /// Adds an option of this command.
    fn option(mut self, option: &'static str) -> Self {
        self.options.push(option);
        self
    }

    /// Adds the option that puts new keys into another directory.
    pub(super) fn or_other_directory(self) -> Self {
        self.option(OTHER_DIRECTORY)
    }

    /// Adds an action.
    pub(super) fn or(mut self, action: impl Into<String>) -> Self {
        self.hints.push(Hint::action(action));
        self
    }

    /// Sets another effect on the exit status.
    pub(super) fn of_kind(self, kind: ObstacleKind) -> Self {
        Self { kind, ..self }
    }

    pub(super) fn undecided(undecided: &Undecided) -> Self {
        let option = |choice: &ClientAuth| match choice {
            ClientAuth::None => "--client-auth none",
            ClientAuth::Optional => "--client-auth optional",
            ClientAuth::Required => "--client-auth required",
        };
        let options = undecided.choices.iter().map(option).collect();
        let hints = undecided.actions.iter().map(Hint::action).collect();
        Self { options, ..Self::input_with(&undecided.message, hints) }
    }

    pub(super) fn not_asked_to_decrypt(is_of_shipper: bool) -> Self {
        let message = if is_of_shipper {
            "only --decrypt decrypts the key"
        } else {
            "only --decrypt decrypts the key and removes its passphrase from the configuration"
        };
        Self::input_with(message, Vec::new()).option("--decrypt")
    }

    /// The account cannot read the file; `hints` give it access.
    pub(super) fn not_asked_to_grant(hints: &[Hint]) -> Self {
        Self::input_with("only --grant changes permissions", hints.to_vec()).option("--grant")
    }

    pub(super) fn not_granted(reason: &str, hints: &[Hint]) -> Self {
        Self::input_with(reason, hints.to_vec())
    }

    /// Whoever can change `path` would choose the file that gets permissions.
    pub(super) fn said_by_others(path: &Path, hints: &[Hint]) -> Self {
        let message = format!(
            "users other than root and the owner of the file can change {}, and so choose which file Logstash reads",
            shown(path)
        );
        let mut hints = hints.to_vec();
        hints.insert(0, Hint::action("run the next command only if this is the right file"));
        Self::input_with(message, hints)
    }

    /// Needed because a configuration may point to any file, such as `/etc/shadow`.
    pub(super) fn not_to_be_read() -> Self {
        Self::input(
            "the file holds no key, and something other than certificates",
            "point the setting to the file of the key or of the certificate",
        )
    }

    pub(super) fn more_than_authorities() -> Self {
        Self::input(
            "the file holds more than the certificates of authorities",
            "point the setting to a file that holds only certificates",
        )
    }

    pub(super) fn needed_encrypted(endpoint: &str) -> Self {
        Self::input(format!("the {endpoint} needs this file encrypted"), OWN_FILE)
    }

    /// A path from variables, `configured` for Logstash and `located` on this machine; `raw` is the setting's value,
    /// and `new` what it should be.
    pub(super) fn variable(
        variables: &[Use],
        (raw, new): (&str, &str),
        configured: &Path,
        located: &Path,
    ) -> Self {
        let names = variables.iter().map(|variable| format!("${{{}}}", variable.name));
        let names = names.collect::<Vec<_>>().join(" and ");
        let message =
            format!("the path comes from {names}, so fixkey does not change this setting");
        let convert = format!("fixkey {} -o {}", key_argument(located), quoted(&renamed(located)));
        let is_all = matches!(variables, [one] if one.span == (0..raw.len()));
        let then = if is_all {
            format!("then set {names} to {}", shown(&renamed(configured)))
        } else {
            format!("then set the value to \"{new}\"")
        };
        let hints = vec![Hint::Command(convert), Hint::Action(then)];
        Self::input_with(message, hints).option("--in-place")
    }

    pub(super) fn nowhere(path: &Path, error: &LocateError) -> Self {
        Self::could_not_with(format!("{}: {error}", shown(path)), Vec::new()).or_other_directory()
    }

    /// `other` is the key whose new file has the same name.
    /// The new key's name is longer than a file's can be.
    pub(super) fn long_name(new: &Path) -> Self {
        let message = format!("the name of the new key would be too long: {}", shown(new));
        Self::could_not(message, "give the key a shorter name")
    }

    pub(super) fn same_name(new: &Path, other: &Path) -> Self {
        Self::input(
            format!("{} would also hold the key of {}", shown(new), shown(other)),
            "convert one of the two keys with fixkey KEY -o FILE, and point its setting to FILE",
        )
    }

    pub(super) fn several_keys(path: &Path, held: &HeldKey) -> Self {
        let others = held.others.iter().map(|other| other.line);
        let lines = std::iter::once(held.line).chain(others);
        let lines: Vec<String> = lines.flatten().map(|line| line.to_string()).collect();
        Self::input(
            format!("{} holds several private keys, on lines {}", shown(path), lines.join(" and ")),
            format!(
                "extract the key of your certificate with: fixkey {} -o FILE --cert CERTIFICATE",
                key_argument(path)
            ),
        )
    }

    /// The broken part may be the intended key.
    pub(super) fn broken_behind(path: &Path, error: &file::Error) -> Self {
        let message = format!("{} is broken after its first key: {error}", shown(path));
        Self::input(message, WITHOUT_BROKEN)
    }

    pub(super) fn would_lose(path: &Path, what: &str, line: Option<usize>) -> Self {
        let place = line.map_or(String::new(), |line| format!(" (line {line})"));
        Self::could_not(
            format!("--in-place would remove {what}{place} from {}", shown(path)),
            OWN_FILE,
        )
    }

    pub(super) fn link(link: &Link, named: &Path) -> Self {
        let new = renamed(named);
        let message = format!(
            "{} is a link to {}, which another program may renew in the old format",
            shown(named),
            shown(&link.target)
        );
        let renew = format!(
            "after each renewal, run: fixkey {} -o {} --force",
            quoted(&absolute(&link.at)),
            quoted(&Path::new("DIR").join(new.file_name().unwrap_or_default())),
        );
        Self::input_with(message, vec![Hint::Action(renew)])
            .or_other_directory()
            .option("--in-place")
    }

    pub(super) fn not_editable(path: &Path, is_yaml_value: bool, for_key: bool) -> Self {
        let message = if is_yaml_value {
            format!("the value in {} is not a simple YAML string", shown(path))
        } else {
            format!("it is in a config.string of {} that is not a literal block", shown(path))
        };
        let hint = if is_yaml_value {
            "write the value without escapes and anchors"
        } else {
            "write config.string as a literal block, which begins with |"
        };
        let obstacle = Self::input(message, hint);
        if for_key { obstacle.option("--in-place") } else { obstacle }
    }

    pub(super) fn inline(path: &Path) -> Self {
        let message = format!("the key is in {} itself", shown(path));
        Self::input(message, "move the key to a file, and write the path of that file")
    }

    pub(super) fn of_other_map(path: &Path) -> Self {
        let message = format!("{} is a shipper's file, and --map-shipper is given", shown(path));
        Self::input(message, "run fixkey fix on this file alone, with --map")
    }

    pub(super) fn damaged(path: &Path, line: Option<usize>, error: &key::Error) -> Self {
        let place = line.map_or(String::new(), |line| format!(" line {line}:"));
        Self::input(format!("{}:{place} {error}", shown(path)), WHOLE_COPY).or(NEW_KEY)
    }

    pub(super) fn too_large(path: &Path) -> Self {
        Self::input(format!("{}: the key is too large for PKCS#8", shown(path)), "create a new key")
    }

    /// Something else has the path of the new key.
    pub(super) fn exists(path: &Path, held: &Held, is_same_key: bool) -> Self {
        let held = match held {
            Held::Key(_) if is_same_key => {
                ", with this key, but not as a single PKCS#8 block".to_owned()
            }
            Held::Key(_) => ", with another key".to_owned(),
            Held::NotAKey(found) => format!(", with {}", found.what.description()),
            Held::Broken(_) => ", with broken content".to_owned(),
            Held::Nothing(error) | Held::Unreadable(error) => format!(": {error}"),
        };
        Self::could_not(
            format!("{} already exists{held}", shown(path)),
            format!("move {} away", shown(path)),
        )
        .or_other_directory()
    }
}

fn renamed(path: &Path) -> PathBuf {
    path.with_file_name(new_name(&path.file_name().unwrap_or_default().to_string_lossy()))
}

/// Returns the absolute path, for commands run elsewhere.
pub(super) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
