//! `key-layout`: the key is valid, but laid out in a way that its reader cannot read.

use super::case::Case;
use super::{Check, Fixable, Rule, severity};
use crate::check::finding::{Finding, Repair, Severity};
use crate::check::hint::unused_beside;
use crate::check::key_file::HeldKey;
use crate::logstash::readers::{Family, Judgement, Verdict};
use crate::os::display::quoted;
use keyfile::layout::Oddity;

pub(super) const RULE: Rule = Rule {
    name: "key-layout",
    summary: "the key is valid, but laid out in a way that Logstash cannot read",
    severity: Severity::Error,
    exceptions: &[(Severity::Warning, "where it loads without being documented")],
    fixable: Fixable::When("except where bytes follow the key or BEGIN and END differ"),
    of_shippers: true,
    page: include_str!("../../../docs/rules/key-layout.md"),
    check: Check::Loaded(|case| Vec::from_iter(finding(case))),
    ..Rule::DEFAULT
};

fn finding(case: &Case<'_>) -> Option<Finding> {
    let (setting, held) = case.held_key()?;
    // A layout matters only in a form that its reader reads at all.
    let family = held.facts().map_or(Family::Unknown, |facts| facts.family);
    if case.judge(held.form, family).verdict == Verdict::Refuses {
        return None;
    }
    let (oddity, found) = worst(case, held)?;
    let severity = severity(found.verdict)?;
    let file = case.key.as_ref()?.file?;
    let path = case.key.as_ref()?.path.path()?;
    let message = format!("{}: {}", case.not_loaded(path, found.verdict), oddity.description());
    let finding = Finding::new(severity, RULE.name, message)
        .evidence(found.evidence)
        .at(setting.value.clone());
    Some(if case.is_undecided() {
        finding
    } else if oddity == Oddity::EndLabelDiffers {
        finding.action(END_LABEL)
    } else if held.layout.oddities().all(Oddity::is_repaired_by_conversion) {
        finding.repair(Repair::ConvertKey)
    } else {
        let old = &file.located.path;
        let new = unused_beside(old, "p8");
        finding
            .command(format!("openssl pkey -in {} -out {}", quoted(old), quoted(&new)))
            .action(case.set_key(&new)?)
    })
}

/// Neither fixkey nor OpenSSL reads such a block.
pub(super) const END_LABEL: &str = "change the label of the END line to that of the BEGIN line";

/// Returns the worst oddity in the layout of a key for its reader.
fn worst(case: &Case<'_>, held: &HeldKey) -> Option<(Oddity, Judgement)> {
    let judged = held.layout.oddities().map(|oddity| (oddity, case.judge_oddity(held, oddity)));
    judged.max_by_key(|(_, judgement)| judgement.verdict)
}
