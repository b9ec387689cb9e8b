//! Runs `check` again and again on a tree of links, loops, odd names and unreadable files: it says the same each time.
#![allow(clippy::unwrap_used, reason = "a test fails so")]

use std::fs;
use std::os::unix::fs::{PermissionsExt as _, symlink};
use std::path::Path;
use std::process::Command;

use crate::common::{FIXKEY, Sandbox, fixtures};

/// Makes a tree that a walk must survive. It has a configuration that names what is in it.
fn hostile_tree(root: &Path) {
    let make = |name: &str, fixture: &str| {
        let path = root.join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::copy(fixtures().join(fixture), path).unwrap();
    };
    let odd = [
        "a b",
        "-o",
        "$(id)",
        "'q'",
        "\"d\"",
        "new\nline",
        "\u{1b}[31m",
        "\u{202e}rtl",
        "é",
        "e\u{301}",
        "~",
        ".hidden",
    ];
    for (at, name) in odd.iter().enumerate() {
        let fixture = ["rsa2048-pkcs1.pem", "rsa2048.crt", "p256-sec1.pem"][at % 3];
        make(&format!("keys/{name}"), fixture);
        make(&format!("{name}/our.key"), fixture);
    }
    make("deep/1/2/3/4/5/6/7/8/9/our.key", "p256-sec1.pem");
    let link = |target: &str, name: &str| symlink(target, root.join(name)).unwrap();
    link(".", "self");
    link("..", "deep/1/up");
    link("b", "a");
    link("a", "b");
    link("loop", "loop");
    link("/nowhere/at/all", "dangling");
    link("keys/a b", "linked.key");
    link("linked.key", "linked-again.key");
    link("../../..", "deep/1/2/3/root");
    let closed = |name: &str, mode| {
        fs::set_permissions(root.join(name), fs::Permissions::from_mode(mode)).unwrap();
    };
    make("closed/our.key", "rsa2048-pkcs1.pem");
    closed("closed", 0o000);
    closed("keys/-o", 0o000);
    closed("deep/1/2/3/4", 0o666);
    let pipe = Command::new("mkfifo").arg(root.join("keys/pipe")).status().unwrap();
    assert!(pipe.success());
    fs::write(root.join("keys/endless.conf"), "input {\n".repeat(2_000)).unwrap();
    fs::write(root.join("keys/null.conf"), [0]).unwrap();
    let beats = odd.map(|name| {
        let path = root.join("keys").join(name).display().to_string();
        format!("beats {{ port => 5044 ssl_enabled => true ssl_key => '{}' ssl_certificate => \"{}\" }}\n", path.replace('\'', "\\'"), path.replace('"', "\\\""))
    });
    fs::create_dir(root.join("conf.d")).unwrap();
    fs::write(root.join("conf.d/a.conf"), format!("input {{\n{}}}\n", beats.concat())).unwrap();
    let pipelines = format!(
        "- pipeline.id: a\n  path.config: \"{0}/**/*.conf\"\n- pipeline.id: b\n  path.config: \"{0}/self/self/*/*.conf\"\n",
        root.display()
    );
    fs::write(root.join("pipelines.yml"), pipelines).unwrap();
}

#[test]
fn twenty_runs_on_a_hostile_tree_say_the_same() {
    let sandbox = Sandbox::empty();
    hostile_tree(&sandbox.0);
    let account: &[&str] = if rustix::process::geteuid().is_root() {
        &["setpriv", "--reuid=54321", "--regid=54321", "--clear-groups"]
    } else {
        &[]
    };
    fs::set_permissions(&sandbox.0, fs::Permissions::from_mode(0o755)).unwrap();
    for format in ["human", "json"] {
        let run = || {
            let words = account
                .iter()
                .copied()
                .chain([FIXKEY, "check", "--format", format, "--user", "0", "."]);
            let words: Vec<&str> = words.collect();
            let ended = Command::new(words[0])
                .args(&words[1..])
                .current_dir(&sandbox.0)
                .env_clear()
                .output()
                .unwrap();
            assert!(matches!(ended.status.code(), Some(1 | 3)), "{ended:?}");
            (ended.stdout, ended.stderr)
        };
        let first = run();
        assert!(first.0.len() > 1_000, "it finds something");
        for _ in 1..20 {
            assert!(run() == first, "a run says something else");
        }
    }
    let opened = Command::new("chmod").args(["-R", "u+rwX", "."]).current_dir(&sandbox.0).status();
    assert!(opened.unwrap().success());
}
