//! What becomes of each finding: repaired, resolved by another's repair, or left with the reason.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;
use std::path::Path;

use crate::check::finding::{Finding, Repair, Severity};
use crate::check::inspection::Inspection;
use crate::check::judgement::{self, Judged, Wanted};
use crate::check::rules::{self, Resolved, Rule};
use crate::fix::plan::{Obstacle, Planner};
use crate::logstash::discovery::SourceKind;
use logstash_config::edit::{self, Edit};

/// A finding, and what becomes of it.
pub(crate) struct Planned<'a> {
    pub(crate) judged: Judged<'a>,
    pub(crate) disposition: Disposition,
}

/// What becomes of a finding.
pub(crate) enum Disposition {
    /// There is nothing that `fix` could do.
    NoRepair,
    Repaired,
    /// It no longer holds once another finding's key is converted.
    Resolved,
    Left(Obstacle),
}

impl Planned<'_> {
    /// Returns whether the account may read this file for the sake of the finding.
    pub(crate) fn grants(&self, path: &Path) -> bool {
        let finding = &self.judged.finding;
        let is_about = finding.about.as_ref().is_some_and(|about| about.path == path);
        let is_grant = matches!(
            finding.repair,
            Some(Repair::GrantKey | Repair::GrantCertificate | Repair::GrantAuthority(_))
        );
        is_about && is_grant && matches!(self.disposition, Disposition::Repaired)
    }

    pub(crate) fn obstacle(&self) -> Option<&Obstacle> {
        match &self.disposition {
            Disposition::Left(obstacle) => Some(obstacle),
            _ => None,
        }
    }

    fn is_conversion(&self) -> bool {
        self.judged.finding.repair == Some(Repair::ConvertKey)
            && matches!(self.disposition, Disposition::Repaired)
    }
}

/// Plans the repair of every finding.
pub(crate) fn planned<'a, 'i: 'a>(
    inspection: &'i Inspection<'i>,
    wanted: &Wanted,
    planner: &mut Planner<'a>,
) -> Vec<Planned<'i>> {
    let judged = judgement::of_texts(inspection, wanted);
    let with_outcome = judged.into_iter().map(|judged| {
        let outcome = match (judged.site(inspection), &judged.finding.repair) {
            (_, Some(Repair::Migrate(migration))) => Some(planner.migrate(judged.text, migration)),
            (Some(site), Some(repair)) => Some(planner.plan(site, repair)),
            _ => None,
        };
        let disposition = outcome.map_or(Disposition::NoRepair, |outcome| {
            outcome.map_or_else(Disposition::Left, |()| Disposition::Repaired)
        });
        Planned { judged, disposition }
    });
    let mut findings: Vec<_> = with_outcome.collect();
    resolve_by_conversion(&mut findings);
    findings
}

/// Judges the edited configurations: what a rule says of a text and no longer holds is resolved, and what is wrong only
/// now is left.
pub(crate) fn judge_again<'i>(
    inspection: &'i Inspection<'i>,
    wanted: &Wanted,
    edits: &BTreeMap<usize, Vec<Edit>>,
    findings: &mut Vec<Planned<'i>>,
) {
    let is_configuration = |text: usize| {
        let kind = &inspection.texts[text].source.kind;
        !matches!(kind, SourceKind::SettingsFile(_) | SourceKind::Shipper)
    };
    for (text, edits) in edits.iter().filter(|(text, _)| is_configuration(**text)) {
        let is_removed = |finding: &Finding| {
            let removes = |edit: &&Edit, span: &Range<usize>| {
                edit.text.is_empty() && edit.start <= span.start && edit.end >= span.end
            };
            let span = finding.span.as_ref();
            span.is_some_and(|span| edits.iter().any(|edit| removes(&edit, span)))
        };
        for planned in findings.iter_mut().filter(|planned| planned.judged.text == *text) {
            let is_left =
                matches!(planned.disposition, Disposition::NoRepair | Disposition::Left(_));
            if is_left && is_removed(&planned.judged.finding) {
                planned.disposition = Disposition::Resolved;
            }
        }
        let edited = edit::apply(inspection.texts[*text].bytes(), edits);
        let mut found = edited.map_or_else(|_| Vec::new(), |edited| inspection.of_text(&edited));
        let is_same =
            |one: &Finding, other: &Finding| one.rule == other.rule && one.message == other.message;
        let of_text = |planned: &&mut Planned<'_>| {
            planned.judged.text == *text && planned.judged.endpoint.is_none()
        };
        for planned in findings.iter_mut().filter(of_text) {
            let finding = &planned.judged.finding;
            let holds = found.iter().position(|found| is_same(found, finding));
            let is_of_text = rules::is_of_text(finding.rule);
            match (holds, &planned.disposition) {
                (Some(at), _) => drop(found.remove(at)),
                (None, Disposition::NoRepair) if is_of_text => {
                    planned.disposition = Disposition::Resolved;
                }
                (None, _) => {}
            }
        }
        // A comment may silence what was so before.
        let before = &inspection.texts[*text].findings;
        let is_left = |found: &Finding| {
            let is_new = !before.iter().any(|before| is_same(before, found));
            is_new && found.severity == Severity::Error && wanted.takes(found.rule)
        };
        findings.extend(found.into_iter().filter(is_left).map(|finding| {
            let finding = Finding { span: None, related: None, repair: None, ..finding };
            let finding = finding.note("this is so after the changes of this run");
            let judged = Judged { text: *text, endpoint: None, finding };
            Planned { judged, disposition: Disposition::NoRepair }
        }));
    }
}

/// Marks what no longer holds once a key is converted.
fn resolve_by_conversion(findings: &mut [Planned<'_>]) {
    let setting = |Planned { judged, .. }: &Planned<'_>| {
        (judged.text, judged.finding.span.as_ref().map(|span| span.start))
    };
    let plugin = |Planned { judged, .. }: &Planned<'_>| {
        (judged.text, judged.endpoint.map(|endpoint| endpoint.place.start))
    };
    let conversions = || findings.iter().filter(|planned| planned.is_conversion());
    let settings: BTreeSet<_> = conversions().map(setting).collect();
    let plugins: BTreeSet<_> = conversions().map(plugin).collect();
    for planned in findings.iter_mut().filter(|planned| !planned.is_conversion()) {
        let is_resolved = match rules::find(planned.judged.finding.rule) {
            Some(Rule { resolved_by_conversion: Resolved::AtSetting, .. }) => {
                settings.contains(&setting(planned))
            }
            Some(Rule { resolved_by_conversion: Resolved::AtPlugin, .. }) => {
                plugins.contains(&plugin(planned))
            }
            _ => false,
        };
        if is_resolved {
            planned.disposition = Disposition::Resolved;
        }
    }
}
