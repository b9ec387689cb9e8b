//! `key-mislabelled`: the key's block has the label of another form, which readers accept.

use super::case::Case;
use super::key_layout::END_LABEL;
use super::{Check, Fixable, Rule};
use crate::check::finding::{Finding, Repair, Severity};
use crate::logstash::readers::Verdict;
use keyfile::layout::Oddity;

pub(super) const RULE: Rule = Rule {
    name: "key-mislabelled",
    summary: "the label of the PEM block does not match its content",
    severity: Severity::Note,
    fixable: Fixable::When("except where BEGIN and END differ"),
    page: include_str!("../../../docs/rules/key-mislabelled.md"),
    check: Check::Endpoint(|case| Vec::from_iter(finding(case))),
    ..Rule::DEFAULT
};

fn finding(case: &Case<'_>) -> Option<Finding> {
    let (setting, held) = case.held_key()?;
    let file = case.key.as_ref()?.file?;
    let is_of_label =
        |oddity: &Oddity| matches!(oddity, Oddity::Pkcs8UnderOtherLabel | Oddity::EndLabelDiffers);
    let oddity = held.layout.oddities().find(is_of_label)?;
    let found = case.judge_oddity(held, oddity);
    if found.verdict != Verdict::Loads {
        return None;
    }
    let message = format!("misleading PEM label: {}", oddity.description());
    let finding = Finding::new(Severity::Note, RULE.name, message)
        .evidence(found.evidence)
        .about(&file.located.path, held.line)
        .at(setting.value.clone());
    Some(if oddity.is_repaired_by_conversion() {
        finding.repair(Repair::ConvertKey)
    } else {
        finding.action(END_LABEL)
    })
}
