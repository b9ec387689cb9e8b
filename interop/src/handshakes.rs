//! Shippers that connect to beats inputs, by way of `shipper/main.go` and `netty/BeatsInputs.java`.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufRead, BufReader, Lines, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};

use serde_json::{Value, json};

use crate::peers::Peer;
use crate::pki::{Pki, SERVER_NAME};
use crate::{netty, run};

/// What this module needs on the machine, beside Netty.
pub const PEERS: &[Peer] = &[GO];

const GO: Peer =
    Peer { file: "go", origin: "Debian package golang-go", variable: Some("FIXKEY_GO") };

/// Settings without the `ssl.` of Beats, and with the `ssl_` of the input.
type Settings = BTreeMap<String, Value>;

/// A shipper and the input that it connects to.
#[derive(Debug, Clone)]
pub struct Case {
    /// Letters, digits and hyphens.
    pub name: String,
    /// Whether nobody can know from the two configurations how it ends.
    pub is_open: bool,
    /// Of Logstash; without one, every supported release counts.
    release: Option<&'static str>,
    host: String,
    shipper: Settings,
    input: Settings,
}

impl Case {
    /// A case that goes well: the shipper knows the authority that the server's certificate is of.
    pub fn new(name: impl Into<String>, pki: &Pki) -> Self {
        let bare = Self::bare(name).host(SERVER_NAME);
        bare.input("ssl_enabled", true).serves(pki, "server").trusts(pki, &["root"])
    }

    /// A case without any settings.
    pub fn bare(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            is_open: false,
            release: None,
            host: String::new(),
            shipper: Settings::new(),
            input: Settings::new(),
        }
    }

    /// Names the certificate of the server, and after a `+` what else it sends.
    #[must_use]
    pub fn serves(self, pki: &Pki, names: &str) -> Self {
        self.input("ssl_certificate", pki.certificate(names)).input("ssl_key", pki.key(names))
    }

    /// Names the authorities of the shipper, a file each; none means those of the system.
    #[must_use]
    pub fn trusts(self, pki: &Pki, files: &[&str]) -> Self {
        if files.is_empty() {
            return self.shipper("certificate_authorities", Value::Null);
        }
        let paths: Vec<_> = files.iter().map(|names| pki.certificate(names)).collect();
        self.shipper("certificate_authorities", paths)
    }

    /// Names the certificate of the shipper, and after a `+` what else it sends.
    #[must_use]
    pub fn presents(self, pki: &Pki, names: &str) -> Self {
        self.shipper("certificate", pki.certificate(names)).shipper("key", pki.key(names))
    }

    /// Names the authorities of the server, a file each.
    #[must_use]
    pub fn accepts(self, pki: &Pki, files: &[&str]) -> Self {
        let paths: Vec<_> = files.iter().map(|names| pki.certificate(names)).collect();
        self.input("ssl_certificate_authorities", paths)
    }

    /// Names the server otherwise.
    #[must_use]
    pub fn host(mut self, host: &str) -> Self {
        host.clone_into(&mut self.host);
        self
    }

    /// Sets `ssl.NAME` of the shipper; null removes it.
    #[must_use]
    pub fn shipper(mut self, name: &str, value: impl Into<Value>) -> Self {
        set(&mut self.shipper, name, value.into());
        self
    }

    /// Sets what `filebeat.yml` has under `ssl.verification_mode`, unless it is empty.
    #[must_use]
    pub fn mode(self, mode: &str) -> Self {
        self.shipper("verification_mode", if mode.is_empty() { Value::Null } else { mode.into() })
    }

    /// Sets a setting of the input; null removes it.
    #[must_use]
    pub fn input(mut self, name: &str, value: impl Into<Value>) -> Self {
        set(&mut self.input, name, value.into());
        self
    }

    /// Leaves the shipper without any `ssl`.
    #[must_use]
    pub fn plain_shipper(mut self) -> Self {
        self.shipper.clear();
        self
    }

    /// Leaves the input without any `ssl_`.
    #[must_use]
    pub fn plain_input(mut self) -> Self {
        self.input.clear();
        self
    }

    /// Says that what the system holds decides.
    #[must_use]
    pub fn open(mut self) -> Self {
        self.is_open = true;
        self
    }

    /// Says which Logstash the input is of.
    #[must_use]
    pub fn of_logstash(mut self, release: &'static str) -> Self {
        self.release = Some(release);
        self
    }

    /// The options of `fixkey check`.
    pub fn options(&self) -> Vec<&'static str> {
        self.release.map_or(Vec::new(), |release| vec!["--logstash", release])
    }

    fn filebeat(&self) -> String {
        let host =
            if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() };
        let mut text = format!("output.logstash:\n  hosts: [\"{host}:5044\"]\n");
        for (name, value) in &self.shipper {
            let _ = writeln!(text, "  ssl.{name}:{}", yaml(value));
        }
        text
    }

    fn beats(&self) -> String {
        let mut text = String::from("input {\n  beats {\n    port => 5044\n");
        for (name, value) in &self.input {
            let _ = writeln!(text, "    {name} => {value}");
        }
        text.push_str("  }\n}\n");
        text
    }

    /// As `shipper/main.go` reads it.
    fn for_go(&self, address: &str) -> Value {
        let ssl = if self.shipper.is_empty() { Value::Null } else { json!(self.shipper) };
        json!({"name": self.name, "address": address, "host": self.host, "ssl": ssl})
    }

    /// As `netty/BeatsInputs.java` reads it.
    fn for_java(&self) -> String {
        let mut text = String::new();
        let defaults = [("port", Value::from(5044))];
        let settings = self.input.iter().map(|(name, value)| (name.as_str(), value));
        for (name, value) in defaults.iter().map(|(name, value)| (*name, value)).chain(settings) {
            let _ = writeln!(text, "{}.{name}={}", self.name, property(value));
        }
        text
    }
}

fn set(settings: &mut Settings, name: &str, value: Value) {
    if value.is_null() {
        settings.remove(name);
    } else {
        settings.insert(name.to_owned(), value);
    }
}

/// JSON is YAML, but PEM is as people paste it.
fn yaml(value: &Value) -> String {
    match value {
        Value::Array(all) if all.iter().any(is_pem) => {
            let item = |one: &Value| format!("\n    -{}", yaml(one));
            all.iter().map(item).collect()
        }
        Value::String(pem) if is_pem(value) => {
            let lines: Vec<_> = pem.lines().collect();
            format!(" |\n      {}", lines.join("\n      "))
        }
        other => format!(" {other}"),
    }
}

fn is_pem(value: &Value) -> bool {
    value.as_str().is_some_and(|text| text.contains('\n'))
}

fn property(value: &Value) -> String {
    match value {
        Value::Array(all) => all.iter().map(property).collect::<Vec<_>>().join(","),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// One of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Beats.
    Shipper,
    /// Logstash.
    Input,
}

impl Side {
    /// As fixkey and `shipper/main.go` write it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Shipper => "shipper",
            Self::Input => "input",
        }
    }
}

/// How a case ended.
#[derive(Debug)]
pub struct Row {
    /// Of the case.
    pub name: String,
    /// None if what the shipper sent was acknowledged.
    pub refused_by: Option<Side>,
    /// The error of the shipper; empty if it has none.
    pub shipper: String,
    /// What the input saw, in the words of `netty/BeatsInputs.java`.
    pub input: String,
}

impl Row {
    /// One line.
    pub fn json(&self) -> Value {
        json!({
            "name": self.name,
            "outcome": if self.refused_by.is_none() { "ok" } else { "refused" },
            "by": self.refused_by.map_or("none", Side::name),
            "shipper": self.shipper,
            "input": self.input,
        })
    }

    /// What `input` says under a key; nothing after `cause=`, which is the last.
    pub fn input_says(&self, key: &str) -> Option<&str> {
        let before_cause = self.input.split("cause=").next()?;
        before_cause.split(' ').find_map(|part| part.strip_prefix(key)?.strip_prefix('='))
    }
}

/// The folder of a case, among those of all.
pub fn folder(root: &Path, case: &Case) -> PathBuf {
    root.join("cases").join(&case.name)
}

/// Writes the two configurations of each case beneath `root`.
pub fn write(root: &Path, cases: &[Case]) {
    for case in cases {
        let folder = folder(root, case);
        fs::create_dir_all(&folder).expect("the folder can be made");
        fs::write(folder.join("filebeat.yml"), case.filebeat()).expect("it can be written");
        fs::write(folder.join("beats.conf"), case.beats()).expect("it can be written");
    }
}

/// The first two numbers of the version of Go.
fn go_version() -> [String; 2] {
    let output =
        run(Command::new(GO.path()).args(["env", "GOVERSION"]).env("GOTOOLCHAIN", "local"));
    let version = String::from_utf8(output.stdout).expect("go writes UTF-8");
    let numbers = version.trim().strip_prefix("go").expect("a version of Go");
    let mut numbers = numbers.split('.').map(str::to_owned);
    [numbers.next().expect("a number"), numbers.next().expect("a number")]
}

/// A release of Beats with the Go that builds the shipper. Source: docs/what-shippers-load.md §1.
///
/// # Panics
/// When no such release is known.
pub fn beats() -> &'static str {
    let version = go_version().join(".");
    let known = BEATS.iter().find(|(go, _)| *go == version);
    known.unwrap_or_else(|| panic!("no Beats with Go {version}: {BEATS:?}")).1
}

/// Versions of Go, and releases of Beats that have them.
const BEATS: &[(&str, &str)] = &[
    ("1.21", "8.13.1"),
    ("1.22", "8.15.3"),
    ("1.24", "9.0.2"),
    ("1.25", "9.4.0"),
    ("1.26", "9.4.3"),
];

/// The two programs.
#[derive(Debug, Clone)]
pub struct Wire {
    class_path: OsString,
    shipper: PathBuf,
    /// In place of the folders in which Go looks for the authorities of the system.
    authorities: Option<PathBuf>,
}

impl Wire {
    /// Builds both into `target`.
    pub fn build(target: &Path) -> Self {
        let shipper = target.join("shipper");
        // The line `go` of go.mod decides what Go does by default, and that of Beats is of their Go.
        let source = target.join("shipper-source");
        fs::create_dir_all(&source).expect("the folder can be made");
        let own = Path::new(env!("CARGO_MANIFEST_DIR")).join("shipper/main.go");
        fs::copy(own, source.join("main.go")).expect("it can be copied");
        let version = go_version().join(".");
        fs::write(source.join("go.mod"), format!("module shipper\n\ngo {version}\n"))
            .expect("it can be written");
        run(Command::new(GO.path())
            .args(["build", "-o"])
            .arg(&shipper)
            .arg(".")
            .current_dir(source)
            // Nothing but the standard library of the Go that is here.
            .envs([("GOTOOLCHAIN", "local"), ("GOPROXY", "off"), ("GOFLAGS", "-mod=mod")])
            .envs([("CGO_ENABLED", "0"), ("GOWORK", "off")]));
        Self { class_path: netty::compile("BeatsInputs", target), shipper, authorities: None }
    }

    /// The same with shippers on a machine whose `/etc/ssl/certs` is `folder`.
    #[must_use]
    pub fn with_authorities(&self, folder: &Path) -> Self {
        Self { authorities: Some(folder.to_owned()), ..self.clone() }
    }

    /// Lets every shipper connect to its input; a row for each case, in their order.
    pub fn connect(&self, cases: &[Case], scratch: &Path) -> Vec<Row> {
        let inputs = self.listen(cases, scratch);
        let errors = self.ship(cases, &inputs, scratch);
        let sights = inputs.end();
        let row = |case: &Case| {
            let name = case.name.clone();
            let (refused_by, shipper) = errors[&name].clone();
            Row { refused_by, shipper, input: sights[&name].clone(), name }
        };
        cases.iter().map(row).collect()
    }

    /// Starts the input of each case.
    pub fn listen(&self, cases: &[Case], scratch: &Path) -> Inputs {
        let properties = scratch.join("inputs.properties");
        fs::write(&properties, cases.iter().map(Case::for_java).collect::<String>())
            .expect("it can be written");
        let mut java = Command::new("java")
            // Netty holds each key in a key store in memory, whose encryption need not take long.
            .arg("-Dkeystore.pkcs12.keyPbeIterationCount=1")
            .arg("-cp")
            .arg(&self.class_path)
            .arg("BeatsInputs")
            .arg(&properties)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .expect("java starts");
        let output = java.stdout.take().expect("its output is a pipe");
        let mut lines = BufReader::new(output).lines();
        let ports = by_name(lines.by_ref().take(cases.len()));
        Inputs { java, lines, ports }
    }

    /// The side that refused, and the shipper's error, by the names of the cases.
    fn ship(
        &self,
        cases: &[Case],
        inputs: &Inputs,
        scratch: &Path,
    ) -> BTreeMap<String, (Option<Side>, String)> {
        let for_go = |case: &Case| {
            let address = inputs.port(&case.name).map(|port| format!("127.0.0.1:{port}"));
            let address = address.unwrap_or_default();
            format!("{}\n", case.for_go(&address))
        };
        let file = scratch.join("shippers.jsonl");
        fs::write(&file, cases.iter().map(for_go).collect::<String>()).expect("it can be written");
        let file = fs::File::open(file).expect("it can be read");
        let mut shippers = Command::new(&self.shipper);
        if let Some(folder) = &self.authorities {
            shippers.env("SSL_CERT_DIR", folder).env("SSL_CERT_FILE", "/dev/null");
        }
        let output = run(shippers.stdin(file));
        let text = String::from_utf8(output.stdout).expect("the shipper writes UTF-8");
        let result = |line: &str| {
            let line: Value = serde_json::from_str(line).expect("the shipper writes JSON");
            let text = |key: &str| line[key].as_str().expect("it is a string").to_owned();
            let refused_by = match text("by").as_str() {
                "shipper" => Some(Side::Shipper),
                "input" => Some(Side::Input),
                _ => None,
            };
            assert_eq!(line["ok"], refused_by.is_none(), "{line}");
            (text("name"), (refused_by, text("error")))
        };
        text.lines().map(result).collect()
    }
}

/// Inputs that run.
#[derive(Debug)]
pub struct Inputs {
    java: Child,
    lines: Lines<BufReader<ChildStdout>>,
    ports: BTreeMap<String, String>,
}

impl Inputs {
    /// Where the input of a case listens, if it does.
    pub fn port(&self, case: &str) -> Option<&str> {
        Some(self.ports[case].as_str()).filter(|port| *port != "-")
    }

    /// Ends them; returns what each saw, by the names of the cases.
    pub fn end(mut self) -> BTreeMap<String, String> {
        // That ends them, and makes them say what they saw.
        drop(self.java.stdin.take());
        let sights = by_name(self.lines);
        assert!(self.java.wait().expect("java ends").success(), "java failed");
        sights
    }
}

/// Lines that begin with a name.
fn by_name(lines: impl Iterator<Item = io::Result<String>>) -> BTreeMap<String, String> {
    let parts = |line: io::Result<String>| {
        let line = line.expect("it writes UTF-8");
        let (name, rest) = line.split_once(' ').unwrap_or_else(|| panic!("no name: {line}"));
        (name.to_owned(), rest.to_owned())
    };
    lines.map(parts).collect()
}

/// Writes the rows to `rows.jsonl` beneath `root`.
pub fn keep(root: &Path, cases: &[Case], rows: &[Row]) {
    let mut file = fs::File::create(root.join("rows.jsonl")).expect("it can be made");
    for (case, row) in cases.iter().zip(rows) {
        let mut line = row.json();
        line["options"] = json!(case.options());
        line["open"] = json!(case.is_open);
        writeln!(file, "{line}").expect("it can be written");
    }
}
