//! Examines one file of any kind, and runs the rules on it.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::beats;
use crate::check::finding::{Finding, Repair, Severity};
use crate::check::hint::{Hint, converted, key_argument};
use crate::check::inspection::{Context, Outright};
use crate::check::judgement::Wanted;
use crate::check::key_file::{self, Held, Protection, Refusal, WITHOUT_BROKEN};
use crate::check::named_file::NamedFile;
use crate::check::neighbours::Neighbours;
use crate::check::report::{Attributes, Certificate, CheckedFile, Content, FileKind};
use crate::check::rules::{self, MISMATCH};
use crate::check::upgrade;
use crate::logstash::discovery::{Source, SourceKind};
use crate::logstash::endpoint::Endpoint;
use crate::os::display::{escape, quoted};
use crate::os::passphrase::Passphrase;
use crate::os::view::{self, Contents, LocatedPath};
use crate::os::walk::{self, DetectBy};
use keyfile::certificate::Chain;
use keyfile::key::derivation::Limits;

/// The result of examining a file.
pub(crate) enum Look {
    /// A configuration with its content: standard input and a pipe can be read only once.
    Configuration(Box<Source>),
    /// A key, certificates, or a file that should be one of them; with its findings.
    File(Box<Looked>),
    /// Something else, which is skipped.
    Other(Box<CheckedFile>),
    /// A file that fixkey has no permission to read.
    Closed(PathBuf, view::Error),
}

/// A file with keys or certificates.
pub(crate) struct Looked {
    pub(crate) examined: CheckedFile,
    /// Its certificate, if one is given.
    pub(crate) certificate: Option<CheckedFile>,
    /// Its device and inode.
    pub(crate) identity: Option<(u64, u64)>,
    pub(crate) findings: Vec<Finding>,
    /// Whether it harms nothing, as far as known: it was not named itself and its content is hidden, or it is an
    /// authority's certificate.
    pub(crate) is_harmless: bool,
}

/// A file of unknown kind.
pub(crate) struct Candidate {
    pub(crate) path: PathBuf,
    /// Its device and inode, unless the command line names it.
    pub(crate) identity: Option<(u64, u64)>,
    /// Whether it may be a configuration: not if Logstash's own discovery decides that.
    pub(crate) may_be_configuration: bool,
}

impl Candidate {
    /// Returns whether the command line names it.
    pub(crate) fn is_outright(&self) -> bool {
        self.identity.is_none()
    }

    /// Returns whether it is examined first: it probably points to others, or it was requested.
    pub(crate) fn goes_first(&self) -> bool {
        self.is_outright() || self.path.extension().is_some_and(|end| end == "conf")
    }
}

/// The settings for examining files.
pub(crate) struct Looker<'a> {
    pub(crate) context: &'a Context<'a>,
    pub(crate) wanted: &'a Wanted,
    /// The certificate of `--cert`.
    pub(crate) cert: Option<&'a Path>,
    /// The passphrase of `--passin`, and its source as given.
    pub(crate) passphrase: Option<(Passphrase, &'a OsStr)>,
    /// Whether only the content decides the kind: a hook gets every file with some name.
    pub(crate) by_content: bool,
    /// How much work each encrypted key may ask for.
    pub(crate) limits: Limits,
}

impl Looker<'_> {
    pub(crate) fn look(&self, candidate: &Candidate) -> Look {
        let path = &candidate.path;
        let contents = match self.read(candidate) {
            Err(error @ (view::Error::Io(_) | view::Error::Changed)) => {
                return Look::Closed(path.clone(), error);
            }
            // Logstash would read it.
            Err(error @ view::Error::TooLarge)
                if path.extension().is_some_and(|end| end == "conf") =>
            {
                return Look::Closed(path.clone(), error);
            }
            Err(error) if !candidate.is_outright() => return other(path, error.to_string()),
            Ok(Contents { bytes, file }) if self.is_configuration(candidate, &bytes) => {
                return Look::Configuration(Box::new(Source {
                    path: path.clone(),
                    bytes: Arc::new(bytes),
                    metadata: file.map(|file| file.metadata),
                    kind: SourceKind::Configuration,
                    pipelines: Vec::new(),
                    listed: path.parent().filter(|_| !candidate.is_outright()).map(Path::to_owned),
                }));
            }
            // By its content alone, since it may have any name; on a walk, no backup.
            Ok(contents)
                if (candidate.is_outright() || !beats::file::is_backup(path))
                    && beats::file::read(path, &contents.bytes).is_some() =>
            {
                let source = Source::of_shipper(path.clone(), contents);
                return Look::Configuration(Box::new(source));
            }
            contents => contents,
        };
        if !self.context.looks_at_files && !candidate.is_outright() {
            return other(path, "only configurations were asked for".to_owned());
        }
        let located = LocatedPath::of_this_machine(path);
        let mut file = NamedFile::new(located, contents, self.context.readable);
        file.close();
        // A hook gets every file with some name, of whatever kind.
        let is_meant = candidate.is_outright() && !self.by_content;
        if is_meant || is_looked_for(&file) {
            self.judged(file, is_meant)
        } else {
            Look::Other(Box::new(examined(&file)))
        }
    }

    fn read(&self, candidate: &Candidate) -> Result<Contents, view::Error> {
        let view = self.context.view;
        if candidate.path.as_os_str() == "-" {
            let bytes = view::read_all(&mut std::io::stdin().lock(), 0)?;
            Ok(Contents { bytes, file: None })
        } else if candidate.is_outright() {
            view.read(&candidate.path)
        } else {
            view.read_file(&candidate.path)
        }
    }

    fn is_configuration(&self, candidate: &Candidate, text: &[u8]) -> bool {
        let by = match (self.by_content, candidate.is_outright()) {
            (true, _) => DetectBy::Content,
            (false, true) => DetectBy::Name,
            (false, false) => DetectBy::NameAndSection,
        };
        candidate.may_be_configuration && walk::is_configuration(&candidate.path, text, by)
    }

    /// Runs the rules on a file.
    fn judged(&self, file: NamedFile, is_outright: bool) -> Look {
        let (mut examined, identity) = (examined(&file), file.identity());
        let mut is_harmless = matches!(&file.held, Held::NotAKey(found) if found.what.hides_keys());
        let mut certificate = None;
        let findings = match self.outright(file, is_outright) {
            Some(outright) => {
                let pair = outright.key.as_ref().and(outright.certificate.as_ref());
                certificate = pair.map(self::examined);
                is_harmless |= outright.is_of_nobody();
                let refusal = outright.opened.as_ref().and_then(|opened| opened.as_ref().err());
                if let Some(limit) = refusal.and_then(Refusal::limit) {
                    (examined.is_closed, examined.not_examined) = (true, Some(limit));
                }
                let found = self.findings(&outright);
                let is_mismatch = |finding: &Finding| finding.rule == MISMATCH.name;
                // With the certificate of another key, conversion would be refused.
                let cert = self.cert.filter(|_| !found.iter().any(is_mismatch));
                let found = found.into_iter();
                found.map(|finding| self.with_conversion(finding, &examined.path, cert)).collect()
            }
            None => Vec::new(),
        };
        Look::File(Box::new(Looked {
            examined,
            certificate,
            identity,
            findings,
            is_harmless: is_harmless && !is_outright,
        }))
    }

    /// Returns the beats input for a file.
    fn outright(&self, file: NamedFile, is_outright: bool) -> Option<Outright> {
        let pair = self.cert.map(|path| {
            let view = self.context.view;
            let path = view.resolve(path).unwrap_or_else(|_| path.to_owned());
            let located = LocatedPath::of_this_machine(&path);
            NamedFile::new(located, view.read(&path), self.context.readable)
        });
        let path = file.located.path.clone();
        let (is_named, neighbours) = (is_outright, Neighbours::new(self.context.view));
        if pair.is_none() && file.is_of_certificates() {
            let endpoint = Endpoint::outright(None, Some(&path))?;
            let (key, opened) = (None, None);
            let certificate = Some(file);
            return Some(Outright { endpoint, key, certificate, opened, is_named, neighbours });
        }
        let opened = match (&file.held, &self.passphrase) {
            (Held::Key(held), Some((passphrase, _))) if is_outright => match &held.protection {
                Protection::Encrypted(key) => {
                    Some(key_file::open(key, passphrase.forms(), &self.limits))
                }
                Protection::Unencrypted(..) => None,
            },
            _ => None,
        };
        let certificate = pair.as_ref().map(|pair| pair.located.path.as_path());
        let endpoint = Endpoint::outright(Some(&path), certificate)?;
        let (key, certificate) = (Some(file), pair);
        Some(Outright { endpoint, key, certificate, opened, is_named, neighbours })
    }

    /// Returns the findings for a file found through the command line; all are about files.
    fn findings(&self, outright: &Outright) -> Vec<Finding> {
        let case = outright.case(self.context.baseline, self.context.clock);
        let file = outright.key.as_ref().or(outright.certificate.as_ref());
        let line = outright.key.as_ref().and_then(|key| match &key.held {
            Held::Key(held) => held.line,
            _ => None,
        });
        // `fixkey` refuses to convert such a file.
        let is_broken = outright.key.as_ref().is_some_and(
            |key| matches!(&key.held, Held::Key(held) if held.broken_behind.is_some()),
        );
        let as_broken = |finding: Finding| match finding.repair {
            Some(_) if is_broken => {
                Finding { repair: None, ..finding }.hints(vec![Hint::action(WITHOUT_BROKEN)])
            }
            _ => finding,
        };
        let is_piped = file.is_some_and(|file| file.located.path.as_os_str() == "-");
        let placed = |finding: Finding| match (&finding.about, file) {
            (None, Some(file)) => finding.about(&file.located.path, line),
            _ => finding,
        };
        let found = rules::of_endpoint(&case);
        let found = match self.context.before {
            Some(before) => {
                let case = outright.case(before, self.context.clock);
                upgrade::stopped(found, &rules::of_endpoint(&case))
            }
            None => found,
        };
        let found = found.into_iter().filter(|finding| self.wanted.takes(finding.rule));
        found
            .map(as_broken)
            .map(placed)
            .map(|finding| if is_piped { without_commands(finding) } else { finding })
            .map(|finding| Finding { span: None, related: None, ..finding })
            .collect()
    }

    /// Adds the command that converts a key: `fix` cannot repair a key without a configuration.
    fn with_conversion(&self, finding: Finding, path: &Path, cert: Option<&Path>) -> Finding {
        let is_converted = finding.repair == Some(Repair::ConvertKey);
        let finding = Finding { repair: None, ..finding };
        if !is_converted {
            return finding;
        }
        let new = converted(path);
        let option = |name: &str, value: &Path| format!(" {name} {}", quoted(value));
        let passin =
            self.passphrase.as_ref().map(|(_, source)| option("--passin", Path::new(source)));
        let cert = cert.map(|cert| option("--cert", cert));
        let options = [passin, cert].map(Option::unwrap_or_default).concat();
        finding.command(format!("fixkey {} -o {}{options}", key_argument(path), quoted(&new)))
    }
}

/// Replaces the commands of a finding: standard input cannot be read twice.
fn without_commands(mut finding: Finding) -> Finding {
    let save = Hint::action("save the input to a file and run fixkey on that file");
    if finding.hints.iter().any(|hint| matches!(hint, Hint::Command(_))) {
        finding.hints = vec![save];
    }
    finding
}

fn other(path: &Path, why: String) -> Look {
    let (kind, contents, attributes) = (FileKind::Other, Vec::new(), None);
    Look::Other(Box::new(CheckedFile {
        path: path.to_owned(),
        kind,
        contents,
        attributes,
        not_examined: Some(why),
        is_closed: false,
    }))
}

/// Returns whether a file found in a directory is reported: a key, certificates, or what hides them.
fn is_looked_for(file: &NamedFile) -> bool {
    match &file.held {
        Held::Key(_) => true,
        Held::Broken(error) => error.is_of_key() || error.is_of_certificate(),
        Held::NotAKey(found) => found.what.hides_keys() || file.is_of_certificates(),
        Held::Nothing(_) | Held::Unreadable(_) => false,
    }
}

/// Returns a file with its contents.
pub(crate) fn examined(file: &NamedFile) -> CheckedFile {
    let mut contents = Vec::new();
    if let Held::Key(held) = &file.held {
        let facts = held.facts();
        let key = facts.and_then(|facts| facts.public_key.as_ref());
        let encrypted = if held.facts().is_some() { ", not encrypted" } else { "" };
        contents.push(Content {
            line: held.line,
            description: format!("{}{encrypted}", held.description()),
            public_key_sha256: key.map(|key| key.fingerprint().to_string()),
            certificate: None,
        });
    }
    let certificates = file.certificates().into_iter().flat_map(Chain::iter);
    contents.extend(certificates.map(|certificate| Content {
        line: certificate.line,
        description: escape(&certificate.description()),
        public_key_sha256: Some(certificate.public_key.fingerprint().to_string()),
        certificate: Some(Certificate::of(certificate)),
    }));
    let not_examined = match &file.held {
        Held::Nothing(error) | Held::Unreadable(error) => Some(error.to_string()),
        _ => None,
    };
    let kind = match &file.held {
        Held::Key(_) => FileKind::Key,
        _ if file.is_of_certificates() => FileKind::Certificate,
        Held::Broken(_) => FileKind::Key,
        _ => FileKind::Other,
    };
    let attributes = file.metadata.as_ref().map(Attributes::of);
    let is_closed = matches!(file.held, Held::Unreadable(_));
    CheckedFile {
        path: file.located.path.clone(),
        kind,
        contents,
        attributes,
        not_examined,
        is_closed,
    }
}

/// Returns the finding for a file that no configuration points to: it stops nothing from working.
pub(crate) fn as_unnamed(finding: Finding) -> Finding {
    let is_kept = rules::find(finding.rule).is_some_and(|rule| rule.keeps_severity);
    if is_kept { finding } else { Finding { severity: Severity::Note, ..finding } }
}
