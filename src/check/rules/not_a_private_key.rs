//! `not-a-private-key`: what the key's setting names is something else.

use super::case::{Case, Named};
use super::{Check, Rule};
use crate::check::finding::{Finding, Severity};
use crate::check::key_file::{Held, Instead, NotAKey};
use crate::os::display::{filled, quoted, shown};
use crate::os::view;

pub(super) const RULE: Rule = Rule {
    name: "not-a-private-key",
    summary: "the key setting points to a file without a private key",
    severity: Severity::Error,
    page: include_str!("../../../docs/rules/not-a-private-key.md"),
    check: Check::Loaded(|case| Vec::from_iter(finding(case))),
    ..Rule::DEFAULT
};

const SWAPPED: &str =
    "ssl_key and ssl_certificate may be swapped; the key is often beside its certificate";

fn finding(case: &Case<'_>) -> Option<Finding> {
    let named = case.key.as_ref()?;
    let file = named.file?;
    // One finding is enough, at the certificate, which Logstash loads first.
    if case.is_swapped() {
        return None;
    }
    let path = &file.located.path;
    let (what, line, hint) = match &file.held {
        Held::NotAKey(NotAKey { line, what }) => {
            let new = path.with_file_name("our.p8");
            let step = |step: &str| {
                let new = format!(" {}", quoted(&new));
                let is_elsewhere = step.contains(" our.p8") && new != " our.p8";
                let then = if is_elsewhere { "; then name that file here" } else { "" };
                filled(step, &[(" our.p8", &new), ("{path}", &quoted(path))]) + then
            };
            let next_step = match what {
                Instead::Certificate => Some(SWAPPED),
                what => what.next_step(),
            };
            (format!("this is {}", what.description()), *line, next_step.map(step))
        }
        Held::Nothing(error @ view::Error::Directory) => {
            let hint = "name the file of the key, not the folder that it is in";
            (error.to_string(), None, Some(hint.to_owned()))
        }
        Held::Nothing(error @ (view::Error::Special(_) | view::Error::TooLarge)) => {
            (error.to_string(), None, None)
        }
        _ => return None,
    };
    let is_said = [" private key", ", not "].iter().any(|words| what.contains(words))
        || matches!(file.held, Held::Nothing(_));
    let but = if is_said { "" } else { ", not a private key" };
    let finding = Finding::new(Severity::Error, RULE.name, what + but)
        .about(path, line)
        .at(named.setting.value.clone());
    let hint = beside(case, named).or(hint);
    Some(Finding { hint, ..finding })
}

/// A file beside this one that holds the key which was meant: the one of the certificate that is here, or is
/// named as the certificate.
fn beside(case: &Case<'_>, named: &Named<'_>) -> Option<String> {
    let own = named.file?.certificates().and_then(|chain| chain.iter().next());
    let certificate = own.or(case.leaf())?;
    let key = case.key_beside(named, &certificate.public_key)?;
    let key = shown(&key);
    Some(if case.endpoint.is_outright() {
        format!("its key is in {key}")
    } else {
        format!("{key} holds the key of this certificate: name that in {}", named.setting.name)
    })
}
