//! Carries out `fix --grant`: opens and checks the files first, and reports on them at the end.

use std::os::unix::fs::MetadataExt as _;

use super::{Error, Means, refuse_changed, told_of_readers};
use crate::check::access::{Access, AccessChange};
use crate::check::report::Remark;
use crate::fix::plan::{GrantChange, Plan};
use crate::fix::transaction::RightsChange;
use crate::os::display::shown;
use crate::os::replace::Target;
use crate::os::view::LocatedPath;

/// Returns the files whose permissions change, if they are still those that were read.
pub(super) fn targets(plan: &Plan<'_>, means: &Means<'_>) -> Result<Vec<Target>, Error> {
    let target = |grant: &GrantChange<'_>| {
        let path = &grant.file.located.path;
        let target = Target::open(path, means.view).map_err(|error| Error::replace(path, error))?;
        refuse_changed(&target, grant.file.metadata.as_ref())?;
        Ok(target)
    };
    plan.grants.iter().map(target).collect()
}

/// Opens these files.
pub(super) fn opened<'t>(
    plan: &Plan<'_>,
    targets: &'t [Target],
) -> Result<Vec<RightsChange<'t>>, Error> {
    let open = |(grant, target): (&GrantChange<'_>, &'t Target)| {
        RightsChange::new(target, grant.grant).map_err(|error| Error::replace(&target.path, error))
    };
    plan.grants.iter().zip(targets).map(open).collect()
}

/// Returns the remarks about each file with new permissions.
pub(super) fn told(plan: &Plan<'_>, means: &Means<'_>) -> Vec<Vec<Remark>> {
    plan.grants.iter().map(|grant| told_of(grant, means)).collect()
}

fn told_of(grant: &GrantChange<'_>, means: &Means<'_>) -> Vec<Remark> {
    let path = &grant.file.located.path;
    let name = shown(grant.path());
    let blocked = means.access.obstacle(&LocatedPath::of_this_machine(path), means.view);
    let mut notes = Vec::new();
    if let (Some(old), Ok(new)) = (&grant.file.metadata, std::fs::metadata(path)) {
        let before = Some((name.as_str(), Access::of_metadata(old)));
        let change = AccessChange { before, after: Access::of_metadata(&new), granted: true };
        notes.extend(means.access.told(&change, matches!(blocked, Ok(None))));
        if new.nlink() > 1 {
            notes.push(Remark::note("its other hard links have the same permissions"));
        }
    }
    notes.extend(told_of_readers(blocked, "read permission is given"));
    notes
}
