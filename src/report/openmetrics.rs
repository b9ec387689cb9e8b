//! Metrics for monitoring, in the text that both `OpenMetrics` 1.0 and the Prometheus text format 0.0.4 define.
//!
//! Prometheus takes `# EOF`, which `OpenMetrics` requires, as a comment. There are only gauges, since the two formats name
//! counters in different ways, and no `# UNIT`, since `OpenMetrics` has it optional.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write;

use super::document::plain;
use crate::check::finding::Severity;
use crate::check::report::{Certificate, FileKind, Report};
use crate::os::display::{shown, without_commands};

/// A gauge with its samples: labels, each with its value.
struct Gauge {
    name: &'static str,
    help: &'static str,
    samples: Vec<(String, i64)>,
}

/// Prints gauges of the run, of what was found, and of each certificate. Write errors are ignored.
pub fn print(report: &Report, status: u8, stdout: &mut dyn Write) {
    let text: String = of_run(report, status)
        .iter()
        .chain(&of_certificates(report))
        .map(Gauge::to_text)
        .chain(["# EOF\n".to_owned()])
        .collect();
    let _ = stdout.write_all(text.as_bytes());
}

fn of_run(report: &Report, status: u8) -> Vec<Gauge> {
    let mut gauges = vec![Gauge {
        name: "fixkey_exit_status",
        help: "Exit status of the last run: 0 no problem, 1 problems, 2 wrong usage, 3 the run failed or could not read a file.",
        samples: vec![(String::new(), status.into())],
    }];
    if report.failure.is_some() {
        return gauges;
    }
    let began = report.began.map(|began| (String::new(), began.unix_timestamp()));
    let severities = [Severity::Error, Severity::Warning, Severity::Note];
    let kinds = [
        ("certificate", FileKind::Certificate),
        ("configuration", FileKind::Configuration),
        ("key", FileKind::Key),
        ("settings", FileKind::Settings),
    ];
    gauges.extend([
        Gauge {
            name: "fixkey_run_timestamp_seconds",
            help: "Unix time at which the last run began.",
            samples: began.into_iter().collect(),
        },
        Gauge {
            name: "fixkey_findings",
            help: "Findings of the last run by severity.",
            samples: severities
                .map(|severity| {
                    (labels(&[("severity", severity.word())]), number(report.count(severity)))
                })
                .into(),
        },
        Gauge {
            name: "fixkey_files",
            help: "Files that the last run examined, by kind.",
            samples: kinds
                .map(|(word, kind)| {
                    let files = report.files.iter().filter(|file| file.kind == kind);
                    (labels(&[("kind", word)]), number(files.count()))
                })
                .into(),
        },
        Gauge {
            name: "fixkey_unreadable_files",
            help: "Files that the last run needed and could not read.",
            samples: vec![(String::new(), number(report.unread().count()))],
        },
    ]);
    gauges
}

/// Each certificate once for each file: both formats refuse labels that occur twice.
fn of_certificates(report: &Report) -> Vec<Gauge> {
    let certificates: BTreeMap<String, &Certificate> = report
        .certificates()
        .map(|(path, certificate)| {
            let path = without_commands(&shown(path));
            let subject = without_commands(&plain(&certificate.subject));
            let serial = &*certificate.serial;
            (labels(&[("path", &path), ("subject", &subject), ("serial", serial)]), certificate)
        })
        .collect();
    let samples = |value: &dyn Fn(&Certificate) -> i64| {
        certificates.iter().map(|(labels, it)| (labels.clone(), value(it))).collect()
    };
    let mut gauges = vec![
        Gauge {
            name: "fixkey_certificate_not_before_timestamp_seconds",
            help: "Unix time from which the certificate is valid.",
            samples: samples(&|certificate| certificate.not_before.unix_timestamp()),
        },
        Gauge {
            name: "fixkey_certificate_not_after_timestamp_seconds",
            help: "Unix time until which the certificate is valid.",
            samples: samples(&|certificate| certificate.not_after.unix_timestamp()),
        },
    ];
    if let Some(began) = report.began {
        gauges.push(Gauge {
            name: "fixkey_certificate_days_left",
            help: "Whole days for which the certificate was valid when the last run began; negative for an expired one.",
            samples: samples(&|certificate| (certificate.not_after - began).whole_seconds().div_euclid(86_400)),
        });
    }
    gauges.retain(|gauge| !gauge.samples.is_empty());
    gauges
}

impl Gauge {
    fn to_text(&self) -> String {
        let Self { name, help, samples } = self;
        let mut text = format!("# HELP {name} {help}\n# TYPE {name} gauge\n");
        for (labels, value) in samples {
            let _ = writeln!(text, "{name}{labels} {value}");
        }
        text
    }
}

/// Returns labels in braces, their values escaped as both formats have it.
fn labels(labels: &[(&str, &str)]) -> String {
    let escaped =
        |value: &str| value.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
    let labels = labels.iter().map(|(name, value)| format!("{name}=\"{}\"", escaped(value)));
    format!("{{{}}}", labels.collect::<Vec<_>>().join(","))
}

fn number(count: usize) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
