//! `not-a-private-key`: the key setting points to something else.

use super::case::{Case, Named};
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::check::hint::{Hint, converted};
use crate::check::key_file::{Held, Instead, NotAKey};
use crate::os::display::shown;
use crate::os::view;

pub(super) const RULE: Rule = Rule {
    name: "not-a-private-key",
    summary: "the key setting points to a file without a private key",
    severity: Severity::Error,
    of_shippers: true,
    page: include_str!("../../../docs/rules/not-a-private-key.md"),
    check: Check::Loaded(|case| Vec::from_iter(finding(case))),
    ..Rule::DEFAULT
};

fn finding(case: &Case<'_>) -> Option<Finding> {
    let named = case.key.as_ref()?;
    let file = named.file?;
    // One finding is enough, at the certificate, which Logstash loads first.
    if case.is_swapped() {
        return None;
    }
    let path = &file.located.path;
    let (what, line, hints) = match &file.held {
        Held::NotAKey(NotAKey { line, what }) => {
            let hints = match what {
                Instead::Certificate => {
                    let settings = case.endpoint.names();
                    vec![Hint::Action(format!(
                        "check whether {} and {} are swapped",
                        settings.key, settings.certificate
                    ))]
                }
                what => what.next_steps(path),
            };
            (format!("this is {}", what.description()), *line, hints)
        }
        Held::Nothing(error @ view::Error::Directory) => {
            let action = "point the setting to the key file in the directory";
            (error.to_string(), None, vec![Hint::action(action)])
        }
        Held::Nothing(error @ (view::Error::Special(_) | view::Error::TooLarge)) => {
            (error.to_string(), None, Vec::new())
        }
        _ => return None,
    };
    let is_said = [" private key", ", not "].iter().any(|words| what.contains(words))
        || matches!(file.held, Held::Nothing(_));
    let but = if is_said { "" } else { ", not a private key" };
    let finding = Finding::new(Severity::Error, RULE.name, what + but)
        .about(path, line)
        .at(named.setting.value.clone());
    let mut hints = beside(case, named).map_or(hints, |action| vec![Hint::Action(action)]);
    let is_converted =
        |hint: &Hint| matches!(hint, Hint::Command(text) if text.contains("fixkey "));
    if !case.endpoint.is_outright() && hints.iter().any(is_converted) {
        hints.extend(case.set_key(&converted(path)).map(Hint::Action));
    }
    Some(finding.hints(hints))
}

/// Returns a file beside this one with the key that was probably meant: that of the certificate in this file, or in the
/// certificate setting.
fn beside(case: &Case<'_>, named: &Named<'_>) -> Option<String> {
    let own = named.file?.certificates().and_then(|chain| chain.iter().next());
    let certificate = own.or(case.leaf())?;
    let key = case.key_beside(named, &certificate.public_key)?;
    let key = shown(&key);
    Some(if case.endpoint.is_outright() {
        format!("use {key}, which holds the key of this certificate")
    } else {
        format!("set {} to {key}, which holds the key of this certificate", named.setting.name)
    })
}
