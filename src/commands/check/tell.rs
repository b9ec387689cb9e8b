//! What `check` found, for a person: by file, with what each key and certificate is.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::{BufWriter, IsTerminal as _, Write};
use std::path::Path;

use crate::check::examination::{Examination, ExaminedFile, Kind, Located};
use crate::check::finding::Severity;
use crate::check::inspection::{Inspection, Text};
use crate::cli::{CheckArguments, Color};
use crate::os::display::shown;
use crate::report::human::{self, Subject};
use crate::report::{Messages, secrets};
use source_text::LineIndex;

/// Tells it. What nobody can read is no reason to stop.
pub(super) fn tell(
    examination: &Examination,
    inspection: &Inspection<'_>,
    arguments: &CheckArguments,
    stdout: &mut dyn Write,
) {
    let is_coloured = is_coloured(arguments.color);
    let is_quiet = arguments.judging.quiet;
    let mut buffer = BufWriter::new(stdout);
    let (lines, evidence) = (Messages::new(&mut buffer), BTreeSet::new());
    let texts = inspection.texts.iter().map(|text| (text.source.path.as_path(), text)).collect();
    let mut teller = Teller { lines, texts, is_coloured, is_quiet, evidence };
    if !is_quiet {
        teller.lines.line(&format!("judged by {}", examination.judged_by));
    }
    let mut findings: BTreeMap<&Path, Vec<&Located>> = BTreeMap::new();
    for located in &examination.findings {
        findings.entry(&located.path).or_default().push(located);
    }
    for file in &examination.files {
        teller.tell_file(file);
        teller.tell_findings(findings.remove(file.path.as_path()).unwrap_or_default());
    }
    for findings in findings.into_values() {
        teller.tell_findings(findings);
    }
    if !is_quiet {
        teller.lines.line(&summary(examination));
    }
}

fn is_coloured(color: Color) -> bool {
    let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto if is_set("NO_COLOR") => false,
        Color::Auto => {
            std::env::var_os("CLICOLOR_FORCE").is_some_and(|value| value != "0")
                || std::io::stdout().is_terminal()
        }
    }
}

struct Teller<'a> {
    lines: Messages<'a>,
    /// By path.
    texts: HashMap<&'a Path, &'a Text>,
    is_coloured: bool,
    is_quiet: bool,
    /// What was told once is not told again.
    evidence: BTreeSet<String>,
}

impl Teller<'_> {
    fn tell_file(&mut self, file: &ExaminedFile) {
        if file.is_closed {
            let why = file.not_examined.as_deref().unwrap_or_default();
            self.lines.labelled("error", &format!("{}: {why}", shown(&file.path)));
            if why.contains("Permission denied") {
                self.lines.labelled("hint", "run fixkey as root or as the owner of the file");
            }
        }
        if self.is_quiet {
            return;
        }
        for content in &file.contents {
            // Of a certificate, people know another SHA-256: that of the whole of it.
            let of =
                if content.description.starts_with("certificate ") { "public key " } else { "" };
            let key = content.public_key_sha256.as_ref();
            let key = key.map_or(String::new(), |key| format!(", {of}SHA-256 {key}"));
            self.lines.line(&format!("{}: {}{key}", shown(&file.path), content.description));
        }
    }

    fn tell_findings(&mut self, findings: Vec<&Located>) {
        let Some(first) = findings.first() else { return };
        let name = shown(&first.path);
        let text = self.texts.get(first.path.as_path());
        let bytes: &[u8] = text.map_or(&[], |text| &text.source.bytes);
        let (lines, secrets) = (LineIndex::of(bytes), secrets::spans(bytes));
        let subject = Subject { name: &name, text: bytes, lines: &lines, secrets: &secrets };
        for located in findings {
            let mut finding = located.finding.clone();
            finding.evidence = finding.evidence.filter(|words| self.evidence.insert(words.clone()));
            let told = human::located(&finding, subject, located, self.is_coloured);
            if self.is_coloured {
                self.lines.raw(&(told + "\n"));
            } else {
                told.lines().for_each(|line| self.lines.line(line));
            }
        }
    }
}

/// How much was found in how much.
fn summary(examination: &Examination) -> String {
    let plural = |count: usize, one: &str| {
        if count == 1 { format!("1 {one}") } else { format!("{count} {one}s") }
    };
    let found = |severity: Severity| {
        let found = examination.findings.iter().filter(|found| found.finding.severity == severity);
        plural(found.count(), severity.word())
    };
    let files = |kind: Kind| examination.files.iter().filter(|file| file.kind == kind).count();
    format!(
        "{}, {}, {}: {}, {} and {} looked at",
        found(Severity::Error),
        found(Severity::Warning),
        found(Severity::Note),
        plural(files(Kind::Configuration) + files(Kind::Settings), "configuration"),
        plural(files(Kind::Key), "key"),
        plural(files(Kind::Certificate), "certificate")
    )
}
