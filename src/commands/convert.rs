//! `fixkey KEY -o FILE`: one private key to unencrypted PKCS#8.

mod input;
mod output;
mod place;

use std::io::{self, Write};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use self::input::{Input, Opened};
pub(super) use self::place::command_of_later;
use self::place::{Destination, place};
use super::{Failure, Status, Streams, passphrase_source};
use crate::cli::Arguments;
use crate::logstash::readers;
use crate::os::display::{escape, quoted, shown};
use crate::report::Messages;
use keyfile::certificate::{self, Certificate};
use keyfile::file;
use keyfile::key::{Flaw, PrivateKey};
use keyfile::pem;

/// A key on its way: where it comes from, what it is, and what it becomes.
struct Conversion<'a> {
    arguments: &'a Arguments,
    input: &'a Input,
    opened: &'a Opened,
    key: PrivateKey<'a>,
    /// The new key in PEM.
    text: Zeroizing<String>,
    /// Whether something was said that Logstash or its clients may not take.
    warned: bool,
}

/// Converts a key.
pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> anyhow::Result<Status> {
    let place = place(arguments)?;
    let passin = passphrase_source(arguments.passin.as_deref())?;
    let input = Input::read(&arguments.key)?;
    refuse_own_output(arguments, &input, &place)?;
    let certificate = arguments.cert.as_deref().map(leaf).transpose()?;
    let keys = input.open_keys(passin.as_ref(), arguments.cert.as_deref(), certificate.as_ref())?;
    let opened = keys.chosen();
    let key = opened.key(&input)?;
    let flaw = key.check().map_err(|error| input.refused_key(opened.line, &error))?;
    if let (Some(path), Some(certificate)) = (&arguments.cert, &certificate) {
        input.refuse_mismatch(&key, opened, path, certificate)?;
    }
    let mut messages = Messages::new(streams.stderr);
    let warned = warn(&mut messages, &input, &key, flaw);
    let text = encode(&input, &key)?;
    let conversion = Conversion { arguments, input: &input, opened, key, text, warned };
    match place {
        Destination::StandardOutput => Ok(conversion.print(streams.stdout, &mut messages)?),
        Destination::File(path) => Ok(output::write(&conversion, path, &mut messages)?),
        Destination::KeyItself => {
            keys.refuse_to_drop_others(&input)?;
            Ok(output::write(&conversion, &arguments.key, &mut messages)?)
        }
    }
}

/// Refuses an output that is the key, the certificate or the passphrase, by device and inode: only
/// `--in-place` means the first, and nothing means the others.
fn refuse_own_output(
    arguments: &Arguments,
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

/// Says what Logstash or its clients may not take, and what is not passed on; returns whether there
/// was any of the former.
fn warn(
    messages: &mut Messages<'_>,
    input: &Input,
    key: &PrivateKey<'_>,
    flaw: Option<Flaw>,
) -> bool {
    let limits = readers::limits(key, flaw);
    for limit in &limits {
        messages.labelled("warning", &format!("{}: {key}: {}", input.name, limit.consequence));
    }
    if key.attributes {
        let message = format!("{}: the attributes beside the key are left out", input.name);
        messages.labelled("note", &message);
    }
    if key.public_key_is_only_stated() {
        let message =
            format!("{}: {key}: the public key is taken as stated, not computed", input.name);
        messages.labelled("note", &message);
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
    /// What the key is and how it was written.
    fn source(&self) -> String {
        format!("{}: {}", self.input.name, self.opened.describe(&self.key))
    }

    /// Writes the key to standard output, where a closed pipe is no error.
    fn print(
        &self,
        stdout: &mut dyn Write,
        messages: &mut Messages<'_>,
    ) -> Result<Status, Failure> {
        let could_not = |message: String| Failure::new(Status::CouldNot, message);
        if !self.key.is_written_in(self.text.as_bytes()) {
            let name = &self.input.name;
            return Err(could_not(format!(
                "{name}: what was encoded is not the same key; nothing is written"
            )));
        }
        match stdout.write_all(self.text.as_bytes()).and_then(|()| stdout.flush()) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
                return Err(could_not(format!("standard output: it cannot be written: {error}")));
            }
            _ => messages.line(&format!("{} -> standard output: PKCS#8", self.source())),
        }
        Ok(Status::Done)
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
                .hint("leave out --cert to convert it all the same"));
        };
        if own.is_same_key(&certificate.public_key) {
            return Ok(());
        }
        let message = format!(
            "the key does not belong to the certificate {} (\"{}\"): the SHA-256 of the public key is {} for the key and {} for the certificate",
            shown(path),
            escape(&certificate.subject),
            own.fingerprint(),
            certificate.public_key.fingerprint(),
        );
        Err(self.at_fault(opened.line, &message))
    }
}
