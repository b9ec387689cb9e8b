//! The story that fixkey was built for, step by step: one key on both sides, and a Logstash that no longer loads it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use fixkey_interop::handshakes::{self, Case, Side, Wire};
use fixkey_interop::openssl::{self, Algorithm};
use fixkey_interop::peers::{self, Peer};
use fixkey_interop::{fixkey, netty};
use serde_json::{Value, json};
use tempfile::TempDir;

const PYLOGBEAT: Peer = Peer {
    file: "python3 with pylogbeat",
    origin: "tests/consumers/install makes it, FIXKEY_CONSUMERS names it",
    variable: Some("FIXKEY_CONSUMERS"),
};

const CONFIGURATION: &str = "root/etc/logstash/conf.d/beats.conf";
const SHIPPER: &str = "root/etc/filebeat/filebeat.yml";
const CERTIFICATE: &str = "root/etc/ssl/certs/our.crt";
const KEY: &str = "root/etc/ssl/private/our.key";

/// Two batches: the sequence of pylogbeat does not begin anew with the second.
const SEND: &str = r#"
import sys, pylogbeat
port, certificate, key = sys.argv[1:]
client = pylogbeat.PyLogBeatClient("127.0.0.1", int(port), timeout=10, ssl_enable=True,
    ca_certs=certificate, certfile=certificate, keyfile=key)
client.connect()
client.send(['{"message":"1"}', '{"message":"2"}'])
client.send(['{"message":"3"}'])
client.close()
"#;

/// A folder in which `root` stands for `/`.
struct Host(TempDir);

impl Host {
    fn new() -> Self {
        let host = Self(TempDir::new().unwrap());
        for file in [CONFIGURATION, SHIPPER, CERTIFICATE, KEY] {
            fs::create_dir_all(host.path(file).parent().unwrap()).unwrap();
        }
        fs::copy(seed("beats.conf"), host.path(CONFIGURATION)).unwrap();
        fs::copy(seed("filebeat.yml"), host.path(SHIPPER)).unwrap();
        let scratch = TempDir::new().unwrap();
        let key = openssl::generate(Algorithm::Rsa(2048), scratch.path());
        fs::copy(openssl::certify_for("hostname", &key), host.path(CERTIFICATE)).unwrap();
        fs::copy(key, host.path(KEY)).unwrap();
        host
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    /// What both configurations say now, with what they name beneath `root`.
    fn case(&self) -> Case {
        let mut case = Case::bare("seed").host("hostname");
        for (name, value) in self.settings(CONFIGURATION, " => ") {
            case = case.input(&name, value);
        }
        for (name, value) in self.settings(SHIPPER, ": ") {
            match name.strip_prefix("ssl.") {
                Some(name) => case = case.shipper(name, value),
                None => assert_eq!((&*name, value), ("hosts", json!(["hostname:5044"]))),
            }
        }
        case
    }

    fn settings(&self, configuration: &str, separator: &str) -> Vec<(String, Value)> {
        let setting = |line: &str| {
            let (name, value) = line.trim().split_once(separator)?;
            let value = match serde_json::from_str(value).unwrap() {
                Value::String(path) => json!(self.path(&format!("root{path}"))),
                other => other,
            };
            Some((name.to_owned(), value))
        };
        self.read(configuration).lines().filter_map(setting).collect()
    }

    /// The exit status of `fixkey check`, and what it says of the connection.
    fn check(&self) -> (Option<i32>, Value) {
        let options = ["--format", "json", "--map", "/=root", "--logstash", "6.4"];
        let arguments = [&["check"], &options[..], &[SHIPPER, "root/etc/logstash/conf.d"]].concat();
        let output = fixkey::run_in(self.0.path(), &arguments);
        let report: Value = serde_json::from_slice(&output.stdout).unwrap();
        (output.status.code(), report["connections"].clone())
    }
}

fn seed(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seed").join(name)
}

/// Which rules the answer of `fixkey explain` names first, a line of a log each.
fn first_causes(explanation: &str) -> Vec<&str> {
    let lists = explanation.split("  possible causes, each with the rule that finds it:\n").skip(1);
    lists.map(|list| list.split_whitespace().next().unwrap()).collect()
}

#[test]
fn the_story_that_fixkey_was_built_for() {
    let peers = openssl::PEERS.iter().chain(netty::PEERS).chain(handshakes::PEERS);
    if peers::are_absent(peers.chain([&PYLOGBEAT])) {
        return;
    }
    let (host, scratch) = (Host::new(), TempDir::new().unwrap());
    let built = Wire::build(Path::new(env!("CARGO_TARGET_TMPDIR")));
    let wire = built.with_authorities(&host.path("root/etc/ssl/certs"));
    let untouched = || [SHIPPER, KEY].map(|file| host.read(file));
    let before = untouched();

    // Logstash does not come back.
    let row = wire.connect(&[host.case()], scratch.path()).remove(0);
    assert!(row.input.contains("started=no"), "{row:?}");
    assert!(row.input.contains("algid parse error, not a sequence"), "{row:?}");

    // The two lines that people search the web for.
    let logs = ["logstash.log", "filebeat.log"].map(seed);
    let [logstash, filebeat] = logs.each_ref().map(|log| log.to_str().unwrap());
    let output = fixkey::run_in(host.0.path(), &["explain", "--log", logstash, "--log", filebeat]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(0), "{said}");
    assert_eq!(first_causes(&said), ["key-not-pkcs8"; 2], "{said}");

    // What is wrong, and on which side.
    let (status, connections) = host.check();
    assert_eq!(status, Some(1));
    assert_eq!(connections[0]["outcome"], "fails");
    assert_eq!(connections[0]["rule"], "key-not-pkcs8");
    assert_eq!(connections[0]["refused_by"], "input");

    // The cure: a new key beside the old one, which the shipper keeps.
    let fix = ["fix", "--map", "/=root", "--logstash", "6.4", "root/etc/logstash/conf.d"];
    let output = fixkey::run_in(host.0.path(), &fix);
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    let original = fs::read_to_string(seed("beats.conf")).unwrap();
    assert_eq!(host.read(CONFIGURATION), original.replace("our.key", "our.p8"));
    assert_eq!(untouched(), before);

    // The shipper names no authorities, and finds our.crt among those of the system.
    let (status, connections) = host.check();
    assert_eq!(status, Some(0));
    assert_eq!(connections[0]["outcome"], "ok");

    // Events arrive and are acknowledged: those of a client that nobody here wrote ...
    let inputs = wire.listen(&[host.case()], scratch.path());
    let port = inputs.port("seed").expect("Netty loads the new key");
    let mut client = Command::new(PYLOGBEAT.path());
    client.args(["-c", SEND, port]).args([CERTIFICATE, KEY].map(|file| host.path(file)));
    let output = client.output().unwrap();
    let seen = &inputs.end()["seed"];
    assert!(output.status.success(), "{output:?} {seen}");
    let events = r#"events=[{"message":"1"},{"message":"2"},{"message":"3"}]"#;
    assert!(seen.contains(events), "{seen}");

    // ... and that of one that verifies the name and the authority as Filebeat does, and would refuse others.
    let row = wire.connect(&[host.case()], scratch.path()).remove(0);
    assert_eq!(row.refused_by, None, "{row:?}");
    let elsewhere = built.with_authorities(scratch.path());
    let row = elsewhere.connect(&[host.case()], scratch.path()).remove(0);
    assert_eq!(row.refused_by, Some(Side::Shipper), "{row:?}");
}
