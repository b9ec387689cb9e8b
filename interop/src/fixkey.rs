//! The binary under test.

use std::env;
use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::LazyLock;

use serde_json::Value;

use crate::openssl::Passphrase;
use crate::run;

/// Names the binary to test; without it, the one of this repository is built.
const BINARY: &str = "FIXKEY";

/// Built once for all tests of a process.
static FIXKEY: LazyLock<OsString> =
    LazyLock::new(|| env::var_os(BINARY).unwrap_or_else(|| build().into_os_string()));

/// Converts `key`, which is not encrypted, to a new file beside it.
pub fn convert(key: &Path) -> PathBuf {
    convert_with(key, &[])
}

/// Converts `key` to a new file beside it, decrypted with `passphrase`.
pub fn convert_encrypted(key: &Path, passphrase: &Passphrase) -> PathBuf {
    convert_with(key, &["--passin".into(), passphrase.source()])
}

fn convert_with(key: &Path, options: &[OsString]) -> PathBuf {
    let converted = appended(key, ".p8");
    run(Command::new(&*FIXKEY)
        .arg(key)
        .arg("-o")
        .arg(&converted)
        .args(options)
        // A question for a passphrase must fail, not wait.
        .stdin(Stdio::null()));
    converted
}

/// Lets fixkey fix configurations beneath `root`, which stands for `/`.
pub fn fix(root: &Path, options: &[&str], configurations: &[&str]) {
    let mut map = OsString::from("/=");
    map.push(root);
    run(Command::new(&*FIXKEY)
        .arg("fix")
        .arg("--map")
        .arg(map)
        .args(options)
        .args(configurations.iter().map(|path| root.join(path)))
        .stdin(Stdio::null()));
}

/// Runs fixkey in `folder`, whatever comes of it.
pub fn run_in(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(&*FIXKEY)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .expect("fixkey starts")
}

/// The report of `check` on a configuration, in JSON.
pub fn check(options: &[&str], configuration: &Path) -> Value {
    check_all(options, &[configuration])
}

/// The report of `check` on several configurations, in JSON.
pub fn check_all(options: &[&str], configurations: &[impl AsRef<Path>]) -> Value {
    let output = Command::new(&*FIXKEY)
        .args(["check", "--format", "json"])
        .args(options)
        .args(configurations.iter().map(AsRef::as_ref))
        .stdin(Stdio::null())
        .output()
        .expect("fixkey starts");
    serde_json::from_slice(&output.stdout).expect("fixkey writes JSON")
}

/// What `explain` says of two logs.
pub fn explain(logs: [&Path; 2]) -> String {
    let output = Command::new(&*FIXKEY)
        .arg("explain")
        .args(logs.iter().flat_map(|log| [Path::new("--log"), log]))
        .stdin(Stdio::null())
        .output()
        .expect("fixkey starts");
    String::from_utf8(output.stdout).expect("fixkey writes UTF-8")
}

/// Appended, not replaced: the forms of one key differ in their extension only.
fn appended(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Builds the release that people get, and asks cargo where it put it: that depends on its settings.
fn build() -> PathBuf {
    let project = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = run(Command::new(cargo)
        .args(["build", "--release", "--manifest-path"])
        .arg(project.join("Cargo.toml"))
        .arg("--message-format=json-render-diagnostics")
        // Where cargo looks for the settings that make the binary static.
        .current_dir(&project));
    let messages = String::from_utf8(output.stdout).expect("cargo writes UTF-8");
    messages.lines().find_map(executable).expect("cargo names the executable of fixkey")
}

/// The path of fixkey's binary, if that is what `message`, a line of cargo's JSON, reports.
fn executable(message: &str) -> Option<PathBuf> {
    let message: Value = serde_json::from_str(message).expect("cargo writes a JSON object a line");
    let is_fixkey = message["target"]["name"] == "fixkey";
    let path = message["executable"].as_str()?;
    is_fixkey.then(|| path.into())
}
