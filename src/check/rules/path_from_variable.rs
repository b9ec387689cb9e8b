//! `path-from-variable`: what a path is depends on variables, which Logstash may see otherwise.

use super::case::{Case, Named, NamedPath};
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::logstash::variables::{Origin, Use};
use crate::os::display::shown;

pub(super) const RULE: Rule = Rule {
    name: "path-from-variable",
    summary: "a path comes from a variable or a template, or can be read in two ways",
    severity: Severity::Note,
    page: include_str!("../../../docs/rules/path-from-variable.md"),
    check: Check::Endpoint(check),
    ..Rule::DEFAULT
};

fn check(case: &Case<'_>) -> Vec<Finding> {
    case.named().filter_map(finding).collect()
}

fn finding(named: &Named<'_>) -> Option<Finding> {
    let name = &named.setting.name;
    let is_there = named.file.is_some_and(|file| file.metadata.is_some());
    let message = match &named.path {
        NamedPath::Literal(_) => return None,
        NamedPath::Ambiguous => format!(
            "{name} holds a backslash, whose meaning depends on config.support_escapes, and that is not known here or differs between pipelines; so the file was not looked at"
        ),
        NamedPath::Template => {
            format!("{name} is filled in by another program, so the file was not looked at")
        }
        NamedPath::FromVariables(variables, Some(_)) if !is_there => format!(
            "{name} comes from {}; in Logstash its keystore goes before that, which was not read",
            origins(variables)
        ),
        NamedPath::FromVariables(variables, Some(path)) => format!(
            "{name} is {} here, by {}; in Logstash its keystore goes before that, which was not read",
            shown(path),
            origins(variables)
        ),
        NamedPath::FromVariables(variables, None) => {
            format!("{name} comes from {}, so the file was not looked at", missing(variables))
        }
    };
    let finding = Finding::new(Severity::Note, RULE.name, message).at(named.setting.value.clone());
    let is_of_unseen_file = named.path.path().is_none();
    let hint = match named.path {
        NamedPath::FromVariables(_, None) => {
            "set it in the environment of fixkey, or name the file that sets it with --env-file"
        }
        NamedPath::Ambiguous => {
            "name the settings directory instead of this file; where pipelines differ, write the path without a backslash"
        }
        NamedPath::Template => "fix what the template becomes: the file that it is filled into",
        _ => return Some(finding),
    };
    Some(Finding { is_of_unseen_file, ..finding.hint(hint) })
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

fn missing(variables: &[Use]) -> String {
    let without = variables.iter().filter(|variable| variable.origin.is_none());
    let names: Vec<String> = without.map(|variable| format!("${{{}}}", variable.name)).collect();
    if names.is_empty() {
        return "variables whose values hold further ones".to_owned();
    }
    format!("{}, which is not set here", names.join(" and "))
}
