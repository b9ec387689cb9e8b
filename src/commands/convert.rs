//! `fixkey KEY -o FILE`: one private key to unencrypted PKCS#8.

mod input;
mod output;

use std::ffi::OsStr;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use self::input::{Input, Opened};
use super::{Failure, Status, Streams};
use crate::certificate::{self, Certificate};
use crate::cli::Arguments;
use crate::file;
use crate::key::PrivateKey;
use crate::logstash::readers;
use crate::pem;
use crate::report::{Messages, escape, quoted, shown};
use crate::secret::{PassphraseSource, SourceError};

/// Names of commands, which are not taken for key files (`./check` is one).
const COMMANDS: [&str; 5] = ["check", "fix", "explain", "generate", "help"];

/// Where the new key goes.
enum Place<'a> {
    StandardOutput,
    File(&'a Path),
    KeyItself,
}

/// Converts a key.
pub(crate) fn run(arguments: &Arguments, streams: &mut Streams<'_>) -> Result<Status, Failure> {
    let place = place(arguments)?;
    let passin = arguments.passin.as_deref().map(passphrase_source).transpose()?;
    let input = Input::read(&arguments.key)?;
    refuse_own_output(&input, &place)?;
    let certificate = arguments.cert.as_deref().map(leaf).transpose()?;
    let keys = input.open_keys(passin.as_ref(), arguments.cert.as_deref(), certificate.as_ref())?;
    let opened = keys.chosen();
    let key = opened.key(&input)?;
    if let (Some(path), Some(certificate)) = (&arguments.cert, &certificate) {
        input.refuse_mismatch(&key, opened, path, certificate)?;
    }
    let mut messages = Messages::new(streams.stderr);
    warn(&mut messages, &input, opened, &key)?;
    let text = encode(&input, &key)?;
    match place {
        Place::StandardOutput => {
            if !output::holds(text.as_bytes(), &key) {
                let message = format!(
                    "{}: what was encoded is not the same key; nothing is written",
                    input.name
                );
                return Err(Failure::new(Status::CouldNot, message));
            }
            print(streams.stdout, &text)?;
            messages.line(&format!(
                "{}: {} -> standard output: PKCS#8",
                input.name,
                opened.describe(&key)
            ));
            Ok(Status::Done)
        }
        Place::File(path) => {
            output::write(arguments, &input, path, &text, &key, opened, &mut messages)
        }
        Place::KeyItself => {
            keys.refuse_to_drop_others(&input)?;
            output::write(arguments, &input, &arguments.key, &text, &key, opened, &mut messages)
        }
    }
}

fn place(arguments: &Arguments) -> Result<Place<'_>, Failure> {
    let usage = |message: &str| Failure::new(Status::Usage, message);
    let key = &arguments.key;
    let from_stdin = key.as_os_str() == "-";
    if let Some(command) = COMMANDS.into_iter().find(|command| key.as_os_str() == *command) {
        return Err(usage(&format!(
            "\"{command}\" is the name of a command, and this fixkey does not have it yet"
        ))
        .hint(format!("for the key file of that name: fixkey ./{command} -o our.p8")));
    }
    if from_stdin && arguments.in_place {
        return Err(usage("standard input cannot be replaced in place"));
    }
    if from_stdin && arguments.passin.as_ref().is_some_and(|source| source == "stdin") {
        return Err(usage("standard input cannot give both the key and its passphrase"));
    }
    match arguments.output.as_deref() {
        None if arguments.in_place => Ok(Place::KeyItself),
        None => Err(usage("no output is named, and a private key is not printed by omission")
            .hint(format!("fixkey {} -o {}", quoted(key), quoted(&suggestion(key))))),
        Some(path) if path.as_os_str() == "-" => {
            let of_files = [&arguments.user, &arguments.owner, &arguments.group];
            if of_files.into_iter().any(Option::is_some)
                || arguments.mode.is_some()
                || arguments.force
            {
                return Err(usage(
                    "--user, --owner, --group, --mode and --force are for an output file, not for standard output",
                ));
            }
            Ok(Place::StandardOutput)
        }
        Some(path) => Ok(Place::File(path)),
    }
}

fn passphrase_source(source: &OsStr) -> Result<PassphraseSource, Failure> {
    let source = source.to_str().ok_or(SourceError::Unknown).and_then(str::parse);
    source.map_err(|error| Failure::new(Status::Usage, format!("--passin: {error}")))
}

/// The output that `fix` would choose: `.key`, `.pem` or no extension become `.p8`, others get it added.
fn suggestion(key: &Path) -> PathBuf {
    match key.extension().and_then(|extension| extension.to_str()) {
        _ if key.as_os_str() == "-" => "our.p8".into(),
        None | Some("key" | "pem") => key.with_extension("p8"),
        Some(other) => key.with_extension(format!("{other}.p8")),
    }
}

/// Refuses an output that is the input, by device and inode, since only `--in-place` means that.
fn refuse_own_output(input: &Input, place: &Place<'_>) -> Result<(), Failure> {
    let Place::File(path) = place else { return Ok(()) };
    if input.is_file(path) {
        let message = format!("{}: this is the key itself ({})", shown(path), input.name);
        return Err(Failure::new(Status::Usage, message)
            .hint(format!("fixkey --in-place {}", quoted(&input.path))));
    }
    Ok(())
}

fn leaf(path: &Path) -> Result<Certificate, Failure> {
    let contents =
        crate::view::read(path).map_err(|error| input::unreadable(&shown(path), &error))?;
    let fault = |message: String| Failure::new(Status::InputAtFault, message);
    let entries = file::recognise(&contents.bytes)
        .map_err(|error| fault(input::located(&shown(path), &error)))?;
    certificate::leaf(entries).map_err(|error| match error {
        certificate::Error::Broken(error) => fault(input::located(&shown(path), &error)),
        error => fault(format!("{}: {error}", shown(path))),
    })
}

/// Refuses a damaged key, and says what Logstash or its clients may not take.
fn warn(
    messages: &mut Messages<'_>,
    input: &Input,
    opened: &Opened,
    key: &PrivateKey<'_>,
) -> Result<(), Failure> {
    let flaw = key.check().map_err(|error| input.refused_key(opened.line, &error))?;
    for finding in readers::findings(key, flaw) {
        messages.labelled("warning", &format!("{}: {key}: {}", input.name, finding.message));
    }
    if key.attributes {
        messages.labelled(
            "note",
            &format!("{}: the attributes beside the key are left out", input.name),
        );
    }
    if key.public_key_is_only_stated() {
        messages.labelled(
            "note",
            &format!("{}: {key}: the public key is taken as stated, not computed", input.name),
        );
    }
    Ok(())
}

fn encode(input: &Input, key: &PrivateKey<'_>) -> Result<Zeroizing<String>, Failure> {
    let too_large = |_| {
        Failure::new(Status::CouldNot, format!("{}: the key is too large for PKCS#8", input.name))
    };
    let der = key.to_pkcs8().map_err(too_large)?;
    Ok(pem::encode("PRIVATE KEY", der.as_bytes()))
}

fn print(stdout: &mut dyn Write, text: &str) -> Result<(), Failure> {
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(Failure::new(
            Status::CouldNot,
            format!("standard output: it cannot be written: {error}"),
        )),
        _ => Ok(()),
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
