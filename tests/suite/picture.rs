//! Tests that `docs/session.svg` shows the current output of fixkey; `FIXKEY_BLESS=1` redraws it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::format_push_string,
    clippy::cast_precision_loss,
    reason = "a test fails so"
)]

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use crate::common::{FIXKEY, Sandbox, fixtures, has_peers};

const COMMANDS: [&str; 3] = [
    "fixkey check /etc/logstash --logstash 7.17.27",
    "fixkey fix /etc/logstash --logstash 7.17.27",
    "fixkey check /etc/logstash --logstash 7.17.27",
];

const CONFIGURATION: &str = "input {\n  beats {\n    port => 5044\n    ssl => true\n    \
     ssl_certificate => \"/etc/ssl/our.crt\"\n    ssl_key => \"/etc/ssl/private/our.key\"\n  }\n}\n";

/// Characters on a line, and the size of one in pixels.
const COLUMNS: usize = 110;
const WIDTH: f64 = 7.8;
const HEIGHT: f64 = 18.0;

/// Creates a host with one pipeline, whose key is PKCS#1.
fn host() -> Sandbox {
    let host = Sandbox::empty();
    for directory in ["etc/logstash/conf.d", "etc/ssl/private"] {
        fs::create_dir_all(host.0.join(directory)).unwrap();
    }
    fs::write(host.0.join("etc/logstash/conf.d/beats.conf"), CONFIGURATION).unwrap();
    let accounts = [
        ("passwd", "root:x:0:0::/:/bin/sh\nlogstash:x:997:996::/:/bin/false\n"),
        ("group", "root:x:0:\nlogstash:x:996:\n"),
    ];
    for (name, rows) in accounts {
        fs::write(host.0.join("etc").join(name), rows).unwrap();
    }
    let pipelines = "- pipeline.id: main\n  path.config: \"/etc/logstash/conf.d/*.conf\"\n";
    fs::write(host.0.join("etc/logstash/pipelines.yml"), pipelines).unwrap();
    fs::copy(fixtures().join("rsa2048-good.crt"), host.0.join("etc/ssl/our.crt")).unwrap();
    let key = host.0.join("etc/ssl/private/our.key");
    fs::copy(fixtures().join("rsa2048-pkcs1.pem"), &key).unwrap();
    fs::set_permissions(key, fs::Permissions::from_mode(0o600)).unwrap();
    // By another process: a child of a test beside this one could inherit a descriptor that writes it, and the kernel
    // does not run a file that is open for writing.
    let copied = Command::new("cp").arg(FIXKEY).arg(host.0.join("fixkey")).status();
    assert!(copied.unwrap().success());
    host
}

/// Returns what the commands print in a terminal of root on that host.
fn session() -> String {
    let host = host();
    let mut session = String::new();
    for command in COMMANDS {
        let arguments = command.split(' ').skip(1).chain(["--color", "always"]);
        let output = Command::new("chroot").arg(&host.0).arg("/fixkey").args(arguments).output();
        let output = output.unwrap();
        assert!(output.status.code().is_some_and(|code| code < 125), "{command}: {output:?}");
        let text = String::from_utf8(output.stdout).unwrap();
        session += &format!("\u{1b}[1m# {command}\u{1b}[0m\n{text}\n");
    }
    session.trim_end().to_owned()
}

/// Returns the lines of a text, wrapped like a terminal does.
fn rows(text: &str) -> Vec<String> {
    let mut rows = Vec::new();
    for line in text.lines() {
        let (mut row, mut columns, mut is_escape) = (String::new(), 0, false);
        for character in line.chars() {
            is_escape |= character == '\u{1b}';
            if !is_escape && columns == COLUMNS {
                rows.push(std::mem::take(&mut row));
                columns = 0;
            }
            row.push(character);
            columns += usize::from(!is_escape);
            is_escape &= !character.is_ascii_alphabetic();
        }
        rows.push(row);
    }
    rows
}

/// Returns the style sheet class for the numbers of an escape sequence.
fn class(numbers: &str) -> &'static str {
    let is_there = |number: &str| numbers.split(';').any(|it| it == number);
    match () {
        () if is_there("31") || is_there("91") => "error",
        () if is_there("33") || is_there("93") => "warning",
        () if is_there("36") || is_there("96") || is_there("34") || is_there("94") => "note",
        () if is_there("32") || is_there("92") => "good",
        () if is_there("1") => "bold",
        () => "plain",
    }
}

fn svg(text: &str) -> String {
    let rows = rows(text);
    let (width, height) = (COLUMNS as f64 * WIDTH + 24.0, (rows.len() as f64 + 1.5) * HEIGHT);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" font-family=\"monospace\" font-size=\"13\">\n\
         <style>text {{ white-space: pre; fill: #d8dee9 }} .error {{ fill: #ff7b72; font-weight: bold }} .warning {{ fill: #e3b341 }} \
         .note {{ fill: #79c0ff }} .good {{ fill: #7ee787 }} .bold {{ font-weight: bold; fill: #ffffff }}</style>\n\
         <rect width=\"{width}\" height=\"{height}\" rx=\"8\" fill=\"#161b22\"/>\n"
    );
    let mut style = "plain";
    for (number, row) in rows.iter().enumerate() {
        let y = (number as f64 + 1.5) * HEIGHT;
        write!(svg, "<text x=\"12\" y=\"{y}\">").unwrap();
        for (at, part) in row.split('\u{1b}').enumerate() {
            let shown = match part.strip_prefix('[').filter(|_| at > 0) {
                Some(sequence) => {
                    let (numbers, shown) = sequence.split_once('m').unwrap();
                    style = class(numbers);
                    shown
                }
                None => part,
            };
            let shown = shown.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            if !shown.is_empty() {
                write!(svg, "<tspan class=\"{style}\">{shown}</tspan>").unwrap();
            }
        }
        svg += "</text>\n";
    }
    svg + "</svg>\n"
}

#[test]
fn the_picture_of_the_readme_is_what_fixkey_prints() {
    if !has_peers(&["root", "chroot"]) {
        return;
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/session.svg");
    let drawn = svg(&session());
    if std::env::var_os("FIXKEY_BLESS").is_some() {
        fs::write(path, drawn).unwrap();
        return;
    }
    let kept = fs::read_to_string(path).unwrap();
    assert!(kept == drawn, "FIXKEY_BLESS=1 draws docs/session.svg anew");
}
