//! `path-from-variable`: the path depends on variables, which may have other values for Logstash.

use super::case::{Case, Environment, Named, NamedPath};
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::endpoint::Setting;
use crate::logstash::plugins::Baseline;
use crate::logstash::variables::{Origin, Use};
use crate::os::display::shown;

pub(super) const RULE: Rule = Rule {
    name: "path-from-variable",
    summary: "a path comes from a variable or a template, or can be read in two ways",
    severity: Severity::Note,
    exceptions: &[(
        Severity::Error,
        "where the release and its environment are known, and the variable is not set",
    )],
    page: include_str!("../../../docs/rules/path-from-variable.md"),
    check: Check::Endpoint(check),
    ..Rule::DEFAULT
};

fn check(case: &Case<'_>) -> Vec<Finding> {
    let passphrase = case.unset_passphrase.as_ref();
    let passphrase = passphrase.map(|(setting, variables)| unset(case, setting, variables));
    case.named().filter_map(|named| finding(case, named)).chain(passphrase).collect()
}

/// A setting whose variables have no value here: Logstash refuses the pipeline where they have none at all.
fn unset(case: &Case<'_>, setting: &Setting, variables: &[Use]) -> Finding {
    let name = &setting.name;
    let without = variables.iter().filter(|variable| variable.origin.is_none());
    let names: Vec<String> = without.map(|variable| format!("${{{}}}", variable.name)).collect();
    let at = |severity, message: String| {
        Finding::new(severity, RULE.name, message).at(setting.value.clone())
    };
    if names.is_empty() {
        let variables = "variables whose values contain other variables";
        return at(Severity::Note, format!("not checked: {name} comes from {variables}"));
    }
    let names = names.join(" and ");
    let is_whole = case.environment == Environment::Whole;
    if is_whole && !matches!(case.baseline, Baseline::Documentation) {
        let message = format!(
            "{name} comes from {names}, which is not set, so Logstash refuses the pipeline"
        );
        return at(Severity::Error, message)
            .evidence(EVIDENCE)
            .action("set the variable in the file of --env-file, or in the Logstash keystore");
    }
    at(Severity::Note, format!("not checked: {name} comes from {names}, which is not set here"))
        .note("if Logstash has no value for it either, the pipeline does not start")
        .action("set the variable in the environment of fixkey")
        .action("add --env-file FILE with the file that sets the variable")
}

/// Source: docs/messages.md §1.1.
const EVIDENCE: &str = "measured on Logstash 6.8.23 to 9.0.0: Cannot evaluate `${NAME}`";

fn finding(case: &Case<'_>, named: &Named<'_>) -> Option<Finding> {
    let name = &named.setting.name;
    let is_there = named.file.is_some_and(|file| file.metadata.is_some());
    let message = match &named.path {
        NamedPath::Literal(_) => return None,
        NamedPath::Ambiguous => format!(
            "not checked: {name} contains a backslash, and config.support_escapes is unknown or differs between pipelines"
        ),
        NamedPath::Template => {
            format!("not checked: another program fills in the template of {name}")
        }
        NamedPath::FromVariables(variables, Some(_)) if !is_there => format!(
            "{name} comes from variables ({}); a value in the Logstash keystore, which fixkey does not read, takes precedence",
            origins(variables)
        ),
        NamedPath::FromVariables(variables, Some(path)) => format!(
            "{name} is {} here ({}); a value in the Logstash keystore, which fixkey does not read, takes precedence",
            shown(path),
            origins(variables)
        ),
        NamedPath::FromVariables(variables, None) => {
            let finding = unset(case, named.setting, variables);
            return Some(Finding { is_of_unseen_file: true, ..finding });
        }
    };
    let finding = Finding::new(Severity::Note, RULE.name, message).at(named.setting.value.clone());
    let is_of_unseen_file = named.path.path().is_none();
    let finding = match named.path {
        NamedPath::Ambiguous => finding
            .action("check the settings directory instead of this file")
            .action("if the pipelines differ, write the path without a backslash"),
        NamedPath::Template => finding.action("check the file that the template is rendered to"),
        _ => return Some(finding),
    };
    Some(Finding { is_of_unseen_file, ..finding })
}

fn origins(variables: &[Use]) -> String {
    let origin = |variable: &Use| {
        let place = match &variable.origin {
            Some(Origin::Environment) => "the environment".to_owned(),
            Some(Origin::File(path)) => shown(path),
            Some(Origin::Default) | None => "its default".to_owned(),
        };
        format!("${{{}}} from {place}", variable.name)
    };
    variables.iter().map(origin).collect::<Vec<_>>().join(" and ")
}
