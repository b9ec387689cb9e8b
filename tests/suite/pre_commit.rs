//! Tests the hooks of `.pre-commit-hooks.yaml`, run by pre-commit itself on a small repository, and the YAML and shell
//! examples of `docs/ci.md`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

use crate::common;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use common::{FIXKEY, Sandbox, fixtures, has_peers};

const GOOD: &str = "input { beats { port => 5044 ssl_enabled => true ssl_certificate => \"/etc/a.crt\" ssl_key => \"/etc/a.key\" } }\n";
const BROKEN: &str = "input { beats { port => 5044\n";
const NGINX: &str = "server { listen 443 ssl; ssl_certificate_key /etc/a.key; }\n";

fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Returns the Python with pre-commit and YAML; see `tests/consumers/install`.
fn python() -> PathBuf {
    std::env::var_os("FIXKEY_CONSUMERS").map_or_else(|| "python3".into(), PathBuf::from)
}

fn run(command: &mut Command, folder: &Path) -> Output {
    let programs = Path::new(FIXKEY).parent().unwrap().display();
    let path = format!("{programs}:{}", std::env::var("PATH").unwrap_or_default());
    command.env("PATH", path).current_dir(folder).output().unwrap()
}

fn git(arguments: &[&str], repository: &Path) {
    let who = ["-c", "user.name=x", "-c", "user.email=x@example.org"];
    let output = run(Command::new("git").args(who).args(arguments), repository);
    assert!(output.status.success(), "{output:?}");
}

/// Creates a repository with these files.
fn repository(files: &[(&str, &[u8])]) -> Sandbox {
    let repository = Sandbox::empty();
    for (name, content) in files {
        let path = repository.0.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    }
    git(&["init", "--quiet"], &repository.0);
    git(&["add", "--all"], &repository.0);
    repository
}

/// Returns what the hook prints for all files of a repository, and whether it passes.
fn hook(repository: &Sandbox) -> (String, bool) {
    let manifest = fs::read(project().join(".pre-commit-hooks.yaml")).unwrap();
    let hooks = self::repository(&[(".pre-commit-hooks.yaml", &manifest)]);
    git(&["commit", "--quiet", "--message", "hooks"], &hooks.0);
    let output = run(
        Command::new(python())
            .args(["-m", "pre_commit", "try-repo"])
            .arg(&hooks.0)
            .args(["fixkey-check-system", "--all-files", "--verbose"])
            .env("PRE_COMMIT_HOME", repository.0.join(".git/pre-commit")),
        &repository.0,
    );
    let said = [output.stdout, output.stderr].concat();
    (String::from_utf8_lossy(&said).into_owned(), output.status.success())
}

#[test]
fn the_hook_passes_over_what_is_not_logstash() {
    if !has_peers(&["python-consumers", "git"]) {
        return;
    }
    let key = fs::read(fixtures().join("p256-pkcs8.pem")).unwrap();
    let request = fs::read(fixtures().join("foreign-request.pem")).unwrap();
    let repository = repository(&[
        ("conf.d/good.conf", GOOD.as_bytes()),
        ("nginx.conf", NGINX.as_bytes()),
        ("certs/our.p8", &key),
        ("certs/our.pem", &request),
    ]);
    let (said, passes) = hook(&repository);
    assert!(passes, "{said}");
}

#[test]
fn the_hook_is_content_where_nothing_is_to_be_checked() {
    if !has_peers(&["python-consumers", "git"]) {
        return;
    }
    let (said, passes) = hook(&repository(&[("nginx.conf", NGINX.as_bytes())]));
    assert!(passes && !said.contains("no files to check"), "{said}");
}

#[test]
fn the_hook_finds_broken_configurations_and_keys() {
    if !has_peers(&["python-consumers", "git"]) {
        return;
    }
    let key = fs::read(fixtures().join("rsa2048-pkcs1.pem")).unwrap();
    let repository = repository(&[
        ("conf.d/broken.conf", BROKEN.as_bytes()),
        ("conf.d/good.conf", GOOD.as_bytes()),
        ("certs/our.key", &key),
    ]);
    let (said, passes) = hook(&repository);
    assert!(!passes, "{said}");
    assert!(said.contains("conf.d/broken.conf:1:15: "), "{said}");
    assert!(said.contains("[configuration-syntax]"), "{said}");
    assert!(said.contains("certs/our.key:1: the beats input may fail to load this key: RSA 2048 in PKCS#1, not PKCS#8 [key-not-pkcs8]"), "{said}");
    assert!(!said.contains("good.conf"), "{said}");
}

/// Returns the blocks of a language in a page.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let opening = format!("```{language}\n");
    let rest = page.split(&opening).skip(1);
    rest.map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

fn page() -> String {
    fs::read_to_string(project().join("docs/ci.md")).unwrap()
}

#[test]
fn the_yaml_of_the_page_is_yaml() {
    if !has_peers(&["python-consumers"]) {
        return;
    }
    let blocks = blocks(&page(), "yaml");
    assert_eq!(blocks.len(), 4);
    for block in blocks {
        let script = "import sys, yaml; assert yaml.safe_load(sys.argv[1])";
        let output = run(Command::new(python()).args(["-c", script, &block]), project());
        assert!(output.status.success(), "{block}\n{output:?}");
    }
}

/// Returns the `fixkey` commands in the YAML strings of the page.
fn commands_in_yaml(page: &str) -> Vec<String> {
    let script = r#"
import sys, yaml
def walk(node):
    if isinstance(node, str):
        if node.startswith("fixkey "):
            print(node)
    elif isinstance(node, (dict, list)):
        for inner in node.values() if isinstance(node, dict) else node:
            walk(inner)
for block in sys.argv[1:]:
    walk(yaml.safe_load(block))
"#;
    let blocks = blocks(page, "yaml");
    let output = run(Command::new(python()).args(["-c", script]).args(blocks), project());
    String::from_utf8(output.stdout).unwrap().lines().map(str::to_owned).collect()
}

/// Creates a host, an unpacked image and a repository without problems.
fn good_host() -> Sandbox {
    let sandbox = Sandbox::empty();
    let configured = |folder: &str| {
        format!(
            "input {{ beats {{ port => 5044 ssl_enabled => true ssl_certificate => \"{folder}/our.crt\" ssl_key => \"{folder}/our.key\" }} }}\n"
        )
    };
    let write = |path: &str, content: &[u8]| {
        let path = sandbox.0.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, content).unwrap();
    };
    let [key, certificate] =
        ["p256-pkcs8.pem", "p256-good.crt"].map(|name| fs::read(fixtures().join(name)).unwrap());
    for folder in ["image/etc/logstash/certs", "certs"] {
        write(&format!("{folder}/our.key"), &key);
        write(&format!("{folder}/our.crt"), &certificate);
    }
    let pipelines = "- pipeline.id: main\n  path.config: /etc/logstash/conf.d/*.conf\n";
    write("image/etc/logstash/pipelines.yml", pipelines.as_bytes());
    write("image/etc/logstash/conf.d/a.conf", configured("/etc/logstash/certs").as_bytes());
    write("pipeline/a.conf", configured("/usr/share/logstash/config/certs").as_bytes());
    write("conf.d/a.conf", configured("/etc/certs").as_bytes());
    sandbox
}

/// Runs these commands of the page, which must end with this status.
fn all_end_with(status: i32, commands: &[String], sandbox: &Sandbox) {
    for command in commands {
        let output = run(Command::new("bash").args(["-c", command]), &sandbox.0);
        assert_eq!(output.status.code(), Some(status), "{command}\n{output:?}");
    }
}

#[test]
fn the_commands_of_the_page_find_nothing_wrong_with_a_good_host() {
    if !has_peers(&["bash"]) {
        return;
    }
    let page = page();
    let scripts = [blocks(&page, "sh"), blocks(&page, "bash")].concat();
    let commands: Vec<String> =
        scripts.iter().flat_map(|block| block.lines().map(str::to_owned)).collect();
    assert_eq!(commands.len(), 4);
    all_end_with(0, &commands, &good_host());
}

#[test]
fn the_line_for_cron_writes_metrics() {
    if !has_peers(&["python-consumers"]) {
        return;
    }
    let host = good_host();
    let folder = host.0.join("image/etc/logstash");
    let line = blocks(&page(), "cron").join("");
    let (_, command) = line.split_once(" root ").unwrap();
    let command = command
        .replace("/var/lib/prometheus/node-exporter", host.0.to_str().unwrap())
        .replace("/etc/logstash", &format!("--map /=image {}", folder.display()));
    all_end_with(0, &[command], &host);
    let metrics = fs::File::open(host.0.join("fixkey.prom")).unwrap();
    let output = common::consumer("openmetrics").stdin(metrics).output().unwrap();
    let samples = String::from_utf8(output.stdout).unwrap();
    assert!(samples.contains("image/etc/logstash/certs/our.crt"), "{samples}{:?}", output.stderr);
}

#[test]
fn the_commands_in_the_yaml_of_the_page_tell_a_good_repository_from_a_broken_one() {
    if !has_peers(&["bash", "python-consumers"]) {
        return;
    }
    let commands = commands_in_yaml(&page());
    assert_eq!(commands.len(), 4, "{commands:?}");
    let host = good_host();
    all_end_with(0, &commands, &host);
    fs::write(host.0.join("conf.d/a.conf"), BROKEN).unwrap();
    all_end_with(1, &commands, &host);
    for report in ["fixkey.sarif", "fixkey.xml", "gl-code-quality-report.json"] {
        let report = fs::read_to_string(host.0.join(report)).unwrap();
        assert!(report.contains("configuration-syntax"), "{report}");
    }
}
