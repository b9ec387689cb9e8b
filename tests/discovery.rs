//! What is found for a path: every folder of `tests/discovery/` is a case.
//!
//! `case` in it names the path to give, the maps and the variables; `setup`, where there is one, is run by `sh` for what git does
//! not keep. The listing is in `expected`; `FIXKEY_BLESS=1` writes it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]
#![allow(
    clippy::format_push_string,
    clippy::use_debug,
    reason = "speed and looks do not matter here"
)]

mod common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use common::{Sandbox, has_peers};
use fixkey::logstash::discovery::{self, Embedded, Found, Kind, Note, Source};
use fixkey::logstash::variables::Variables;
use fixkey::os::view::{Map, View};

/// What `case` says: `path`, `map FROM=TO`, `env NAME=VALUE` and `env-files usual` lines.
#[derive(Default)]
struct Case {
    path: String,
    maps: Vec<Map>,
    environment: Vec<(std::ffi::OsString, std::ffi::OsString)>,
    usual_files: bool,
    needs: Vec<String>,
}

impl Case {
    fn read(folder: &Path, sandbox: &Sandbox) -> Self {
        let mut case = Self::default();
        for line in fs::read_to_string(folder.join("case")).unwrap().lines() {
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
                ("needs", peer) => case.needs.push(peer.to_owned()),
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
        Kind::Configuration => format!("configuration {head}\n"),
        Kind::Embedded(embedded) => {
            check_offsets(embedded, &source.bytes);
            let (span, text) = (&embedded.scalar, String::from_utf8_lossy(&embedded.text));
            format!("embedded {head} at {span:?} editable={} {text:?}\n", embedded.is_editable())
        }
        Kind::LogstashYml(scalars) => {
            let mut lines = format!("logstash.yml {head}\n");
            for scalar in scalars {
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

/// Every byte of an editable text is that byte of the file.
fn check_offsets(embedded: &Embedded, file: &[u8]) {
    for (at, byte) in embedded.text.iter().enumerate().filter(|(_, byte)| **byte != b'\n') {
        let span = embedded.to_file(at..at + 1);
        assert_eq!(span.is_some(), embedded.is_editable());
        assert!(span.is_none_or(|span| file[span] == [*byte]), "{at}");
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else {
            fs::copy(entry.path(), to).unwrap();
        }
    }
}

fn run(folder: &Path) -> Result<(), String> {
    let sandbox = Sandbox::empty();
    copy(folder, &sandbox.0);
    if folder.join("setup").exists() {
        let status = Command::new("sh").args(["-e", "setup"]).current_dir(&sandbox.0).status();
        assert!(status.unwrap().success());
    }
    let case = Case::read(folder, &sandbox);
    if !has_peers(&case.needs.iter().map(String::as_str).collect::<Vec<_>>()) {
        return Ok(());
    }
    let view = View::new(case.maps);
    let mut variables = Variables::new(case.environment);
    if case.usual_files {
        variables.add_usual_files(&view).unwrap();
    }
    let actual = match discovery::discover(&sandbox.0.join(case.path), &view, &variables) {
        Ok(found) => listing(&found),
        Err(error) => format!("error {}: {error}\n", error.path.display()),
    };
    let actual = actual.replace(sandbox.0.to_str().unwrap(), "$TMP");
    let expected = folder.join("expected");
    if std::env::var_os("FIXKEY_BLESS").is_some() {
        fs::write(expected, actual).unwrap();
        return Ok(());
    }
    let wanted = fs::read_to_string(&expected).unwrap_or_default();
    if wanted == actual { Ok(()) } else { Err(format!("{}\n{actual}", folder.display())) }
}

#[test]
fn every_case_lists_what_is_expected() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/discovery");
    let mut cases: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.sort();
    let failed: Vec<String> = cases.iter().filter_map(|case| run(case).err()).collect();
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}
