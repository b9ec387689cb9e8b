//! A report for editors and `grep`: one line a finding, `path:line:column: error: message [rule]`.

use std::io::{BufWriter, Write};

use super::Messages;
use crate::check::report::{LocatedFinding, Report};
use crate::os::display::{shown, without_numbers};

/// Prints a line for each file that fixkey cannot read and for each finding. Write errors are ignored.
pub fn print(report: &Report, stdout: &mut dyn Write) {
    let mut buffer = BufWriter::new(stdout);
    let mut lines = Messages::new(&mut buffer);
    for (file, why) in report.unread() {
        lines.line(&format!("{}: error: {}", shown(&file.path), without_numbers(why)));
    }
    for located in report.present() {
        lines.line(&line(located));
    }
}

fn line(located: &LocatedFinding) -> String {
    let LocatedFinding { finding, path, position, .. } = located;
    let place = position.map_or(String::new(), |position| match finding.about {
        Some(_) => format!(":{}", position.line),
        None => format!(":{position}"),
    });
    let (severity, message) = (finding.severity.word(), without_numbers(&finding.message));
    format!("{}{place}: {severity}: {message} [{}]", shown(path), finding.rule)
}
