//! `file-missing`: nothing is at the path, so that the pipeline does not start.

use super::case::{Case, Named};
use crate::finding::{Finding, Severity};
use crate::key_file::Held;
use crate::report::shown;
use crate::view;

pub(super) const NAME: &str = "file-missing";

pub(super) fn check(case: &Case<'_>) -> Vec<Finding> {
    case.named().filter_map(finding).collect()
}

fn finding(named: &Named<'_>) -> Option<Finding> {
    let file = named.file?;
    let Held::Nothing(error) = &file.held else { return None };
    let is_missing =
        matches!(error, view::Error::Missing | view::Error::DanglingLink(_) | view::Error::Io(_));
    let (located, configured) = (&file.located.path, named.path.path()?);
    let place = if located == configured {
        shown(located)
    } else {
        format!("{} ({} here)", shown(configured), shown(located))
    };
    let message = format!("{} names {place}: {error}", named.setting.name);
    let finding = Finding::new(Severity::Error, NAME, message).at(named.setting.value.clone());
    is_missing.then(|| {
        finding.hint("name the file that is there, or say where its folder lies on this machine with --map FROM=TO")
    })
}
