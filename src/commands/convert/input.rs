//! The key file of a conversion: what it holds, opened, and the one key of it that is meant.

use std::fs::{File, Metadata};
use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::check::foreign::NOT_THE_KEY;
use crate::check::hint::{Hint, converted};
use crate::check::key_file::{Instead, KeyAsWritten, KeyContents, KeyEntry, NotAKey, text_around};
use crate::commands::{Failure, Status};
use crate::os::display::{escape, quoted, shown};
use crate::os::passphrase::{self, Passphrase, PassphraseSource};
use crate::os::view::{self, OpenFile};
use keyfile::certificate::Certificate;
use keyfile::curve::Curve;
use keyfile::file;
use keyfile::key::cipher::{self, Elsewhere};
use keyfile::key::derivation::{Budget, Limits};
use keyfile::key::encryption::{self, EncryptedKey};
use keyfile::key::{self, EncodedKey, PrivateKey};

/// More than anyone keeps in a file; each is read and compared with the others.
const MOST_KEYS: usize = 100;

/// How often a passphrase is asked for on a terminal.
const TRIES: usize = 3;

const WHOLE_COPY: &str =
    "get a whole copy of the key from where it was made, or have a new key and certificate made";

/// The key file, read.
pub(super) struct Input {
    pub(super) path: PathBuf,
    /// What messages call it.
    pub(super) name: String,
    /// The regular file that it came from.
    pub(super) file: Option<OpenFile>,
    bytes: Zeroizing<Vec<u8>>,
}

/// The passphrase of `--passin`, read when the first key needs it, and kept for the others.
pub(super) struct GivenPassphrase {
    source: Option<PassphraseSource>,
    read: Option<Passphrase>,
    budget: Budget,
}

impl GivenPassphrase {
    pub(super) fn of(source: Option<PassphraseSource>) -> Self {
        Self { source, read: None, budget: Budget::default() }
    }
}

/// The private keys of a file, not encrypted any more.
pub(super) struct Keys {
    opened: Vec<Opened>,
    chosen: usize,
    /// What else the file holds that is worth keeping: its description and line.
    beside: Option<(String, Option<usize>)>,
}

/// A private key of the file.
pub(super) struct Opened {
    pub(super) line: Option<usize>,
    encoded: EncodedKey,
    /// The encryption that it had in the file.
    pub(super) encryption: Option<String>,
}

pub(super) fn unreadable(name: &str, error: &view::Error) -> Failure {
    let failure = |status| Failure::new(status, format!("{name}: {error}"));
    match error {
        view::Error::Directory => failure(Status::InputAtFault).hint("name the file in it"),
        view::Error::Special(_) | view::Error::TooLarge => failure(Status::InputAtFault),
        view::Error::Io(error) if error.kind() == io::ErrorKind::PermissionDenied => {
            failure(Status::CouldNot).hint("run fixkey as root or as the owner of the file")
        }
        _ => failure(Status::CouldNot),
    }
}

fn standard_input() -> Result<view::Contents, view::Error> {
    let file = File::from(io::stdin().as_fd().try_clone_to_owned()?);
    let metadata = file.metadata()?;
    view::read_open(file, metadata)
}

/// An error with its file and line.
pub(super) fn located(name: &str, error: &file::Error) -> String {
    match error.line {
        Some(line) => format!("{name}: line {line}: {error}"),
        None => format!("{name}: {error}"),
    }
}

impl Input {
    pub(super) fn read(path: &Path) -> Result<Self, Failure> {
        let is_piped = path.as_os_str() == "-";
        let contents = if is_piped { standard_input() } else { view::read(path) };
        let name = super::outcome::name(path);
        let view::Contents { bytes, file } = contents.map_err(|error| unreadable(&name, &error))?;
        Ok(Self { path: path.to_owned(), name, file, bytes })
    }

    /// Of the regular file that the key came from.
    pub(super) fn metadata(&self) -> Option<&Metadata> {
        self.file.as_ref().map(|file| &file.metadata)
    }

    /// Whether `path` is this very file, by device and inode.
    pub(super) fn is_file(&self, path: &Path) -> bool {
        match (self.metadata(), std::fs::metadata(path)) {
            (Some(own), Ok(other)) => (own.dev(), own.ino()) == (other.dev(), other.ino()),
            _ => false,
        }
    }

    /// Whether the file holds these very bytes.
    pub(super) fn is(&self, bytes: &[u8]) -> bool {
        *self.bytes == bytes
    }

    pub(super) fn at_fault(&self, line: Option<usize>, message: &str) -> Failure {
        let place = line.map_or(String::new(), |line| format!("line {line}: "));
        Failure::new(Status::InputAtFault, format!("{}: {place}{message}", self.name))
    }

    /// Opens every private key of the file, and finds out which is meant.
    pub(super) fn open_keys(
        &self,
        passphrase: &mut GivenPassphrase,
        certificate_path: Option<&Path>,
        certificate: Option<&Certificate>,
    ) -> Result<Keys, Failure> {
        let entries = file::recognise(&self.bytes).map_err(|error| self.broken(&error))?;
        let contents = KeyContents::of(entries).map_err(|it| self.no_key(&it))?;
        let KeyContents { keys, beside } = contents;
        if keys.len() > MOST_KEYS {
            return Err(self.at_fault(None, "the file holds over a hundred private keys"));
        }
        // The certificate may belong to a key that the passphrase opens, beside another that it does not.
        let may_stay_closed = keys.len() > 1 && certificate.is_some();
        let (mut opened, mut closed) = (Vec::new(), None);
        for KeyEntry { key, line, .. } in keys {
            match key {
                KeyAsWritten::Unencrypted(encoded) => {
                    opened.push(Opened { line, encoded, encryption: None });
                }
                KeyAsWritten::Encrypted(encrypted) => {
                    match self.decrypt(&encrypted, line, passphrase) {
                        Ok(decrypted) => opened.push(decrypted),
                        Err(error) if may_stay_closed && error.status == Status::InputAtFault => {
                            closed.get_or_insert((line, error));
                        }
                        Err(error) => return Err(error),
                    }
                }
            }
        }
        if let Some(curve) = certificate.and_then(|certificate| certificate.public_key.curve()) {
            for key in &mut opened {
                key.encoded
                    .complete_curve(curve)
                    .map_err(|error| self.at_fault(key.line, &error.to_string()))?;
            }
        }
        let chosen = match &closed {
            Some((_, error)) => {
                self.matching(&opened, certificate)?.ok_or_else(|| error.clone())?
            }
            None => self.choose(&opened, certificate_path, certificate)?,
        };
        let closed = closed.map(|(line, _)| ("another private key".to_owned(), line));
        Ok(Keys { opened, chosen, beside: beside.or(closed) })
    }

    /// The key that belongs to the certificate.
    fn matching(
        &self,
        keys: &[Opened],
        certificate: Option<&Certificate>,
    ) -> Result<Option<usize>, Failure> {
        let read = keys.iter().map(|opened| opened.key(self)).collect::<Result<Vec<_>, _>>()?;
        let belongs = |key: &PrivateKey<'_>| {
            let (own, certificate) = (key.public_key(), certificate);
            own.zip(certificate).is_some_and(|(own, it)| own.is_same_key(&it.public_key))
        };
        Ok(read.iter().position(belongs))
    }

    /// The one key that is meant: the only one, or the one that belongs to the certificate.
    fn choose(
        &self,
        keys: &[Opened],
        certificate_path: Option<&Path>,
        certificate: Option<&Certificate>,
    ) -> Result<usize, Failure> {
        let read = keys.iter().map(|opened| opened.key(self)).collect::<Result<Vec<_>, _>>()?;
        if read.iter().all(|key| key.is_same_key(&read[0])) {
            return Ok(0);
        }
        let lines: Vec<String> =
            keys.iter().filter_map(|key| Some(key.line?.to_string())).collect();
        let several =
            format!("the file holds different private keys, on lines {}", lines.join(" and "));
        let (Some(path), Some(certificate)) = (certificate_path, certificate) else {
            return Err(self
                .at_fault(None, &several)
                .hint("name the certificate that the key belongs to: --cert FILE"));
        };
        self.matching(keys, Some(certificate))?.ok_or_else(|| {
            let message = format!(
                "{several}, and none of them belongs to the certificate {} (\"{}\")",
                shown(path),
                escape(&certificate.subject)
            );
            self.at_fault(None, &message)
        })
    }

    /// An error with its place and, where there is one, the next step.
    fn broken(&self, error: &file::Error) -> Failure {
        let failure = Failure::new(Status::InputAtFault, located(&self.name, error));
        match &error.cause {
            file::Cause::Pem(_) | file::Cause::Certificate(_) => failure.hint(WHOLE_COPY),
            file::Cause::Key(error) => Self::with_next_step(failure, error),
        }
    }

    /// The failure that a key is, with the next step.
    pub(super) fn refused_key(&self, line: Option<usize>, error: &key::Error) -> Failure {
        Self::with_next_step(self.at_fault(line, &error.to_string()), error)
    }

    /// The failure that a key states no curve: its certificate does, and the length of its number may tell.
    fn without_curve(&self, opened: &Opened, error: &key::Error) -> Failure {
        let (path, new) = (quoted(&self.path), quoted(&converted(&self.path)));
        let failure = self.at_fault(opened.line, &error.to_string());
        let failure = failure.hint("name the certificate that the key belongs to: --cert FILE");
        match opened.encoded.curve_by_length() {
            Some(Curve { name, .. }) => failure.with(Hint::Command(format!(
                "(openssl ecparam -name {name}; cat {path}) | fixkey - -o {new}"
            ))),
            None => failure,
        }
    }

    fn with_next_step(failure: Failure, error: &key::Error) -> Failure {
        match error {
            key::Error::Ber(_) | key::Error::Damaged(_) | key::Error::Version { .. } => {
                failure.hint(WHOLE_COPY)
            }
            _ => failure,
        }
    }

    fn decrypt(
        &self,
        encrypted: &EncryptedKey,
        line: Option<usize>,
        passphrase: &mut GivenPassphrase,
    ) -> Result<Opened, Failure> {
        let refused = |error: encryption::Error| self.refused(&error, line);
        let scheme = encrypted.scheme().map_err(refused)?.to_string();
        passphrase.budget.take(encrypted.cost()).map_err(|error| refused(error.into()))?;
        let open = |given: &Passphrase| encrypted.decrypt_with(given.forms(), &Limits::default());
        let opened = |decrypted: Result<EncodedKey, encryption::Error>| {
            let encoded = decrypted.map_err(refused)?;
            Ok(Opened { line, encoded, encryption: Some(scheme.clone()) })
        };
        let is_wrong =
            |tried: &Result<_, _>| matches!(tried, Err(encryption::Error::WrongPassphrase));
        let is_typed = passphrase.source.is_none();
        // That of the key before, which may have been typed for that one alone.
        if let Some(tried) = passphrase.read.as_ref().map(open)
            && !(is_typed && is_wrong(&tried))
        {
            return opened(tried);
        }
        for attempt in 1..=if is_typed { TRIES } else { 1 } {
            let given = self.passphrase(&scheme, line, passphrase.source.as_ref(), attempt > 1)?;
            let tried = open(&given);
            // A stream gives it once, right or wrong.
            if !is_typed || !is_wrong(&tried) {
                passphrase.read = Some(given);
                return opened(tried);
            }
        }
        Err(refused(encryption::Error::WrongPassphrase))
    }

    fn refused(&self, error: &encryption::Error, line: Option<usize>) -> Failure {
        let failure = self.at_fault(line, &error.to_string());
        match error {
            encryption::Error::Unsupported { part, name } => {
                let (path, new) = (quoted(&self.path), quoted(&converted(&self.path)));
                let with = |options: &str| {
                    let command = format!("openssl pkey {options}-in {path} | fixkey - -o {new}");
                    failure.clone().with(Hint::Command(command))
                };
                match cipher::elsewhere(*part, name) {
                    Elsewhere::OpenSsl => with(""),
                    Elsewhere::LegacyOpenSsl => with("-provider default -provider legacy ")
                        .hint("with OpenSSL 1.1, leave out the -provider options"),
                    Elsewhere::Unknown => {
                        failure.hint("decrypt the key with the program that created it")
                    }
                }
            }
            error if error.is_limit() => Failure { status: Status::CouldNot, ..failure }
                .hint("decrypt the key with the program that created it"),
            encryption::Error::WrongPassphrase => failure
                .hint("where a configuration names this key, the passphrase is the value of ssl_key_passphrase"),
            _ => failure,
        }
    }

    fn passphrase(
        &self,
        scheme: &str,
        line: Option<usize>,
        passin: Option<&PassphraseSource>,
        was_wrong: bool,
    ) -> Result<Passphrase, Failure> {
        let again = if was_wrong { "wrong passphrase\n" } else { "" };
        let passphrase = match passin {
            Some(source) => source.read(),
            None => passphrase::ask(&format!("{again}passphrase for {}: ", self.name)),
        };
        passphrase.map_err(|error| {
            let failure = self.at_fault(line, &format!("the key is encrypted ({scheme}): {error}"));
            if let passphrase::Error::Interrupted(signal) = error {
                return Failure { status: Status::Signalled(signal), ..failure };
            }
            Failure { status: Status::CouldNot, ..failure }
                .hint("give the passphrase with --passin env:NAME, file:PATH, fd:N or stdin")
        })
    }

    fn no_key(&self, NotAKey { line, what }: &NotAKey) -> Failure {
        let not_a_key =
            || self.at_fault(*line, &format!("this is {}, not a private key", what.description()));
        match what {
            Instead::BrokenCertificate(error) => self.broken(error),
            Instead::Certificate => not_a_key().hint(NOT_THE_KEY),
            Instead::CurveParameters | Instead::Nothing => not_a_key(),
            Instead::Foreign(_) => {
                let failure = self.at_fault(*line, &format!("this is {}", what.description()));
                what.next_steps(&self.path).into_iter().fold(failure, Failure::with)
            }
        }
    }
}

impl Keys {
    pub(super) fn chosen(&self) -> &Opened {
        &self.opened[self.chosen]
    }

    /// Refuses to replace a file by one key of it when that loses something else.
    pub(super) fn refuse_to_drop_others(&self, input: &Input) -> Result<(), Failure> {
        let chosen = self.chosen().key(input)?;
        let mut lost = self.beside.clone();
        for opened in &self.opened {
            if lost.is_none() && !opened.key(input)?.is_same_key(&chosen) {
                lost = Some(("another private key".to_owned(), opened.line));
            }
        }
        let around = || text_around(&input.bytes);
        let Some((what, line)) = lost.or_else(around) else { return Ok(()) };
        let place = line.map_or(String::new(), |line| format!(" (line {line})"));
        let message = format!(
            "{}: the file also holds {what}{place}, which --in-place would lose",
            input.name
        );
        Err(Failure::new(Status::CouldNot, message).hint(format!(
            "fixkey {} -o {}",
            quoted(&input.path),
            quoted(&super::place::suggestion(&input.path))
        )))
    }
}

impl Opened {
    pub(super) fn key(&self, input: &Input) -> Result<PrivateKey<'_>, Failure> {
        self.encoded.read().map_err(|error| match error {
            key::Error::NoCurve => input.without_curve(self, &error),
            error => input.refused_key(self.line, &error),
        })
    }

    /// What the key is and how it was written: `RSA 2048, PKCS#1`.
    pub(super) fn describe(&self, key: &PrivateKey<'_>) -> String {
        match &self.encryption {
            None => format!("{key}, {}", self.encoded.encoding),
            Some(scheme) => format!("{key}, {}, encrypted ({scheme})", self.encoded.encoding),
        }
    }
}
