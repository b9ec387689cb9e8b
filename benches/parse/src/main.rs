//! `parse FILE TIMES`: reads a configuration and asks for every place in it, so many times.
//!
//! Prints the nanoseconds of each reading on a line of its own, and on the last line how many
//! settings there are and the most memory that was resident, in KiB.

use std::process::ExitCode;
use std::time::Instant;

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let (Some(file), Some(times), None) = (arguments.next(), arguments.next(), arguments.next())
    else {
        eprintln!("usage: parse FILE TIMES");
        return ExitCode::from(2);
    };
    let Ok(text) = std::fs::read(&file) else {
        eprintln!("error: cannot read {file}");
        return ExitCode::FAILURE;
    };
    let mut settings = 0;
    for _ in 0..times.parse().unwrap_or(1) {
        let start = Instant::now();
        let Some(found) = count(&text) else {
            eprintln!("error: {file} is no configuration");
            return ExitCode::FAILURE;
        };
        settings = found;
        println!("{}", start.elapsed().as_nanos());
    }
    println!("{settings} {}", peak().unwrap_or_default());
    ExitCode::SUCCESS
}

/// How many settings there are, each looked at: its plugin, its kind and its place.
fn count(text: &[u8]) -> Option<usize> {
    let found = logstash_config::parse(text).ok()?;
    let mut count = 0;
    let mut looked_at = 0;
    for plugin in found.plugins() {
        looked_at += plugin.section() as usize + plugin.name().text().len();
        for attribute in plugin.attributes() {
            count += 1;
            looked_at += attribute.span().end + attribute.value.kind() as usize;
        }
    }
    std::hint::black_box(looked_at);
    Some(count)
}

fn peak() -> Option<String> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    Some(line.trim().trim_end_matches(" kB").to_owned())
}
