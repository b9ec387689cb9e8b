//! `fixkey KEY -o FILE`: private keys to unencrypted PKCS#8.

mod input;
mod outcome;
mod output;
mod place;

use std::io;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use self::input::{GivenPassphrase, Input, Opened};
use self::outcome::{Change, Outcome};
use self::place::{Destination, place};
use super::result_stream::{Ended, ResultStream};
use super::{Failure, Status, Streams, passphrase_source};
use crate::check::report::Remark;
use crate::cli::{ConvertArguments, ConvertFormat};
use crate::logstash::readers;
use crate::os::display::{escape, quoted, shown};
use crate::os::signals::Signals;
use keyfile::certificate::{self, Certificate};
use keyfile::file;
use keyfile::key::{Flaw, PrivateKey};
use keyfile::pem;

/// A key on its way: where it comes from, what it is, and what it becomes.
struct Conversion<'a> {
    arguments: &'a ConvertArguments,
    input: &'a Input,
    opened: &'a Opened,
    key: PrivateKey<'a>,
    /// The new key in PEM.
    text: Zeroizing<String>,
}

/// Converts each of the keys, and prints what became of them; the worst status counts.
pub(crate) fn run(
    arguments: &ConvertArguments,
    streams: &mut Streams<'_>,
) -> anyhow::Result<Status> {
    let place = place(arguments)?;
    let mut passphrase = GivenPassphrase::of(passphrase_source(arguments.passin.as_deref())?);
    let mut outcomes = Vec::new();
    let mut interrupted = None;
    for (index, key) in arguments.keys.iter().enumerate() {
        let mut outcome = converted(key, &place, arguments, &mut passphrase, streams)?;
        if arguments.format == ConvertFormat::Human {
            outcome.print(arguments.quiet, streams.stderr);
        }
        let signals = outcome.signals.take();
        let is_last = index + 1 == arguments.keys.len();
        match signals {
            Some(signals) if is_last => signals.until_the_end(),
            signals => interrupted = signals.as_ref().and_then(Signals::received),
        }
        let is_stopped = interrupted.is_some() || matches!(outcome.status(), Status::Signalled(_));
        outcomes.push(outcome);
        if is_stopped {
            break;
        }
    }
    let status = outcomes.iter().map(Outcome::status).chain(interrupted.map(Status::Signalled));
    let status = status.max().unwrap_or(Status::Done);
    if arguments.format == ConvertFormat::Json {
        let mut stdout = ResultStream::new(streams.stdout);
        let mut own = Streams { stdout: &mut stdout, stderr: &mut *streams.stderr };
        outcome::print_json(&outcomes, status, &mut own);
        let has_changed = outcomes.iter().any(Outcome::has_changed);
        return Ended { status, has_changed }.reported(stdout.finish(), streams);
    }
    Ok(status)
}

/// Converts one key. What is wrong with it is part of the outcome; wrong usage is an error.
fn converted(
    key: &Path,
    place: &Destination<'_>,
    arguments: &ConvertArguments,
    passphrase: &mut GivenPassphrase,
    streams: &mut Streams<'_>,
) -> Result<Outcome, Failure> {
    let mut outcome = Outcome::of(key);
    match convert(key, place, arguments, passphrase, &mut outcome, streams) {
        Err(failure) if failure.status == Status::Usage => return Err(failure),
        Err(failure) => outcome.failure = Some(failure),
        Ok(()) => {}
    }
    Ok(outcome)
}

fn convert(
    key: &Path,
    place: &Destination<'_>,
    arguments: &ConvertArguments,
    passphrase: &mut GivenPassphrase,
    outcome: &mut Outcome,
    streams: &mut Streams<'_>,
) -> Result<(), Failure> {
    let input = Input::read(key)?;
    refuse_own_output(arguments, &input, place)?;
    let certificate = arguments.cert.as_deref().map(leaf).transpose()?;
    let keys = input.open_keys(passphrase, arguments.cert.as_deref(), certificate.as_ref())?;
    let opened = keys.chosen();
    let key = opened.key(&input)?;
    let flaw = key.check().map_err(|error| input.refused_key(opened.line, &error))?;
    if let (Some(path), Some(certificate)) = (&arguments.cert, &certificate) {
        input.refuse_mismatch(&key, opened, path, certificate)?;
    }
    outcome.description = Some(opened.describe(&key));
    outcome.public_key_sha256 = key.public_key().map(|key| key.fingerprint().to_string());
    let warned = warn(outcome, &input, &key, flaw);
    let text = encode(&input, &key)?;
    let conversion = Conversion { arguments, input: &input, opened, key, text };
    let is_file = !matches!(place, Destination::StandardOutput);
    if is_file && !arguments.diff {
        let signals = Signals::watch().map_err(|error| {
            Failure::new(Status::CouldNot, format!("cannot watch signals: {error}"))
        })?;
        outcome.signals = Some(signals);
    }
    match place {
        Destination::StandardOutput => conversion.print(outcome, streams)?,
        Destination::File(path) => output::write(&conversion, path, outcome)?,
        Destination::KeyItself => {
            keys.refuse_to_drop_others(&input)?;
            output::write(&conversion, &input.path, outcome)?;
        }
    }
    if is_file && !warned && input.is(conversion.text.as_bytes()) {
        outcome.remarks.push(Remark::note(format!("{}: {ALREADY}", input.name)));
    }
    Ok(())
}

/// For the operator whose log line blames the format of a key that was never at fault.
const ALREADY: &str = "the key was already unencrypted PKCS#8, so its format is not the problem; check the certificate, the permissions and ssl_key_passphrase";

/// Refuses an output that is the key, the certificate or the passphrase, by device and inode: only
/// `--in-place` means the first, and nothing means the others.
fn refuse_own_output(
    arguments: &ConvertArguments,
    input: &Input,
    place: &Destination<'_>,
) -> Result<(), Failure> {
    let Destination::File(path) = place else { return Ok(()) };
    let usage =
        |what: &str| Failure::new(Status::Usage, format!("{}: this is {what}", shown(path)));
    if input.is_file(path) {
        let named = if input.path.as_os_str() == "-" { path } else { input.path.as_path() };
        return Err(usage(&format!("the key itself ({})", input.name))
            .hint(format!("fixkey --in-place {}", quoted(named))));
    }
    let passphrase = arguments
        .passin
        .as_deref()
        .and_then(|source| Some(source.to_str()?.strip_prefix("file:")?.into()));
    for (what, other) in [("the certificate", &arguments.cert), ("the passphrase", &passphrase)] {
        let is_other = other.as_ref().is_some_and(|other: &PathBuf| is_same_file(other, path));
        if is_other {
            return Err(usage(&format!("{what}, which the new key would replace")));
        }
    }
    Ok(())
}

fn is_same_file(one: &Path, two: &Path) -> bool {
    let inode = |path| std::fs::metadata(path).ok().map(|found| (found.dev(), found.ino()));
    inode(one).is_some_and(|one| inode(two) == Some(one))
}

fn leaf(path: &Path) -> Result<Certificate, Failure> {
    let contents =
        crate::os::view::read(path).map_err(|error| input::unreadable(&shown(path), &error))?;
    let fault = |message: String| Failure::new(Status::InputAtFault, message);
    let entries = file::recognise(&contents.bytes)
        .map_err(|error| fault(input::located(&shown(path), &error)))?;
    certificate::leaf(&entries).map_err(|error| match error {
        certificate::Error::Broken(error) => fault(input::located(&shown(path), &error)),
        error => fault(format!("{}: {error}", shown(path))),
    })
}

/// Notes what Logstash or its clients may not take, and what is not passed on; returns whether there was any of the
/// former.
fn warn(outcome: &mut Outcome, input: &Input, key: &PrivateKey<'_>, flaw: Option<Flaw>) -> bool {
    let name = &input.name;
    let limits = readers::limits(key, flaw);
    let warning =
        |limit: &readers::Limit| Remark::warning(format!("{name}: {key}: {}", limit.consequence));
    outcome.remarks.extend(limits.iter().map(warning));
    if key.attributes {
        let message = format!("{name}: the attributes beside the key are left out");
        outcome.remarks.push(Remark::note(message));
    }
    if key.public_key_is_only_stated() {
        let message = format!("{name}: {key}: the public key is taken as stated, not computed");
        outcome.remarks.push(Remark::note(message));
    }
    !limits.is_empty()
}

fn encode(input: &Input, key: &PrivateKey<'_>) -> Result<Zeroizing<String>, Failure> {
    let too_large = |_| {
        Failure::new(Status::CouldNot, format!("{}: the key is too large for PKCS#8", input.name))
    };
    let der = key.to_pkcs8().map_err(too_large)?;
    Ok(pem::encode("PRIVATE KEY", der.as_bytes()))
}

impl Conversion<'_> {
    /// Writes the key to standard output, where a closed pipe is no error.
    fn print(&self, outcome: &mut Outcome, streams: &mut Streams<'_>) -> Result<(), Failure> {
        let could_not = |message: String| Failure::new(Status::CouldNot, message);
        if !self.key.is_written_in(self.text.as_bytes()) {
            let name = &self.input.name;
            return Err(could_not(format!(
                "{name}: what was encoded is not the same key; nothing is written"
            )));
        }
        let stdout = &mut streams.stdout;
        match stdout.write_all(self.text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                Err(could_not(format!("standard output: it cannot be written: {error}")))
            }
            _ => {
                outcome.change = Some(Change::Printed);
                Ok(())
            }
        }
    }
}

impl Input {
    fn refuse_mismatch(
        &self,
        key: &PrivateKey<'_>,
        opened: &Opened,
        path: &Path,
        certificate: &Certificate,
    ) -> Result<(), Failure> {
        let Some(own) = key.public_key() else {
            let message = format!(
                "{}: {key}: its public key is neither stated nor computed, so that it cannot be compared with {}",
                self.name,
                shown(path)
            );
            return Err(Failure::new(Status::CouldNot, message)
                .hint("leave out --cert to convert the key anyway"));
        };
        if own.is_same_key(&certificate.public_key) {
            return Ok(());
        }
        let message = format!(
            "the key does not belong to the certificate {} (\"{}\"): public key SHA-256 {} (key), {} (certificate)",
            shown(path),
            escape(&certificate.subject),
            own.fingerprint(),
            certificate.public_key.fingerprint(),
        );
        Err(self.at_fault(opened.line, &message))
    }
}
