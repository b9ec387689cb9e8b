//! Tests discovery: every `tests/discovery/*.txtar`.
//!
//! The first lines are the question: `path PATH`, `map FROM=TO`, `env NAME=VALUE` and `env-files usual`. After a blank
//! line comes the listing. `before/` has the files, `setup` is a script that makes what an archive cannot hold.

use std::fs;
use std::path::Path;
use std::process::Command;

use fixkey::logstash::discovery::{Discovery, Embedded, Found, Note, Source, SourceKind};
use fixkey::logstash::variables::Variables;
use fixkey::os::view::{Map, View};

use crate::case::differences;
use crate::common::Sandbox;
use crate::common::archive::Archive;
use crate::is_blessing;

/// The lines before the listing.
#[derive(Default)]
struct Case {
    path: String,
    maps: Vec<Map>,
    environment: Vec<(std::ffi::OsString, std::ffi::OsString)>,
    usual_files: bool,
}

impl Case {
    fn read(lines: &str, sandbox: &Sandbox) -> Self {
        let mut case = Self::default();
        for line in lines.lines() {
            match line.split_once(' ').unwrap() {
                ("path", path) => path.clone_into(&mut case.path),
                ("map", map) => {
                    let map = map.replace("$TMP", sandbox.0.to_str().unwrap());
                    case.maps.push(Map::parse(map.as_ref()).unwrap());
                }
                ("env", variable) => {
                    let (name, value) = variable.split_once('=').unwrap();
                    case.environment.push((name.into(), value.into()));
                }
                ("env-files", what) => case.usual_files = what == "usual",
                _ => panic!("{line}"),
            }
        }
        case
    }
}

fn listing(found: &Found) -> String {
    let mut listing = String::new();
    for source in &found.sources {
        listing.push_str(&source_line(source));
    }
    for Note { kind, path, place, message } in &found.notes {
        let place =
            place.map_or(String::new(), |place| format!(":{}:{}", place.line, place.column));
        listing.push_str(&format!("note {kind:?} {}{place}: {message}\n", path.display()));
    }
    listing
}

fn source_line(source: &Source) -> String {
    let pipelines: Vec<_> = source.pipelines.iter().map(|pipeline| &pipeline.id).collect();
    let escapes = source.support_escapes();
    let head = format!("{} {pipelines:?} escapes={escapes:?}", source.path.display());
    match &source.kind {
        SourceKind::Configuration => format!("configuration {head}\n"),
        SourceKind::Embedded(embedded) => {
            check_offsets(embedded, &source.bytes);
            let (span, text) = (&embedded.scalar, String::from_utf8_lossy(&embedded.text));
            format!(
                "embedded {head} at {span:?} editable={} {text:?}\n",
                embedded.to_file(0..0).is_some()
            )
        }
        SourceKind::Shipper => unreachable!("discovery looks for files of Logstash"),
        SourceKind::SettingsFile(file) => {
            let mut lines = format!("logstash.yml {head}\n");
            for scalar in &file.scalars {
                let written = String::from_utf8_lossy(&source.bytes[scalar.span.clone()]);
                lines.push_str(&format!(
                    "  {} {:?} {:?} editable={} {:?} = {written}\n",
                    scalar.name,
                    scalar.span,
                    scalar.style,
                    scalar.editable,
                    scalar.value.as_str()
                ));
            }
            lines
        }
    }
}

/// Checks that every byte of an editable text is the same byte of the file.
fn check_offsets(embedded: &Embedded, file: &[u8]) {
    for (at, byte) in embedded.text.iter().enumerate().filter(|(_, byte)| **byte != b'\n') {
        let span = embedded.to_file(at..at + 1);
        assert_eq!(span.is_some(), embedded.to_file(0..0).is_some());
        assert!(span.is_none_or(|span| file[span] == [*byte]), "{at}");
    }
}

fn place(case: &Archive, sandbox: &Sandbox) {
    for (path, bytes) in case.beneath("before") {
        let target = sandbox.0.join(path);
        fs::create_dir_all(target.parent().unwrap()).unwrap();
        fs::write(target, bytes).unwrap();
    }
    if let Some(setup) = case.text("setup") {
        let status = Command::new("sh").args(["-ec", setup]).current_dir(&sandbox.0).status();
        assert!(status.unwrap().success());
    }
}

/// Returns what is wrong with a case.
pub(crate) fn failures(path: &Path) -> Vec<String> {
    let mut archive = Archive::read(path);
    let sandbox = Sandbox::empty();
    place(&archive, &sandbox);
    let Some((lines, expected)) = archive.comment.split_once("\n\n") else {
        return vec!["no blank line ends what is asked".to_owned()];
    };
    let case = Case::read(lines, &sandbox);
    let view = View::new(case.maps);
    let mut variables = Variables::new(case.environment);
    if case.usual_files {
        variables.add_usual_files(&view).unwrap();
    }
    let actual = match Discovery::new(&view, &variables).discover(&sandbox.0.join(case.path)) {
        Ok(found) => listing(&found),
        Err(error) => format!("error {}: {error}\n", error.path.display()),
    };
    let actual = actual.replace(sandbox.0.to_str().unwrap(), "$TMP");
    if is_blessing() {
        archive.comment = format!("{lines}\n\n{actual}");
        archive.write(path);
        return Vec::new();
    }
    differences("the listing", expected, &actual)
}
