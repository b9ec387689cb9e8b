//! Tests that the program accepts every fixkey command in a code block of a document; `tests/cases` runs those with
//! output.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::common::{FIXKEY, Sandbox};

fn documents() -> Vec<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = vec![root.join("README.md")];
    for directory in ["docs", "docs/rules"] {
        let entries =
            fs::read_dir(root.join(directory)).unwrap().map(|entry| entry.unwrap().path());
        found.extend(entries.filter(|path| path.extension().is_some_and(|it| it == "md")));
    }
    found.sort();
    found
}

/// Returns the code lines of a document that begin with fixkey, with their continuations.
fn commands(markdown: &str) -> Vec<String> {
    let blocks = markdown.split("\n```").skip(1).step_by(2);
    let code = blocks.filter_map(|block| block.split_once('\n')).map(|(_, code)| code);
    let lines = code
        .flat_map(|code| code.replace("\\\n", " ").lines().map(str::to_owned).collect::<Vec<_>>());
    lines.filter(|line| line.starts_with("fixkey ")).collect()
}

#[test]
fn every_documented_command_is_one_that_fixkey_takes() {
    let programs = Path::new(FIXKEY).parent().unwrap().display();
    let path = format!("{programs}:{}", std::env::var("PATH").unwrap());
    let mut count = 0;
    for document in documents() {
        for command in commands(&fs::read_to_string(&document).unwrap()) {
            let sandbox = Sandbox::empty();
            let status = Command::new("bash")
                .args(["-c", &command])
                .env("PATH", &path)
                .current_dir(&sandbox.0)
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status();
            let status = status.unwrap().code();
            assert_ne!(status, Some(2), "{}: {command}", document.display());
            assert_ne!(status, Some(127), "{}: {command}", document.display());
            count += 1;
        }
    }
    assert!(count > 5, "only {count} commands");
}
