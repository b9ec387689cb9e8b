//! Plans access to files for Logstash's account.

use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

use super::{Obstacle, Plan, Planner, trust, writable};
use crate::check::inspection::Site;
use crate::check::key_file::Held;
use crate::check::named_file::NamedFile;
use crate::check::rules::case::Named;
use crate::os::account::Grant;

/// A file that the account gets access to.
pub struct GrantChange<'a> {
    /// The file.
    pub file: &'a NamedFile,
    /// Its new permissions.
    pub grant: Grant,
}

impl GrantChange<'_> {
    /// Returns the path of the file itself, not of a link to it.
    #[must_use]
    pub fn path(&self) -> &Path {
        let located = &self.file.located;
        if located.link.is_some() { &self.file.resolved } else { &located.path }
    }
}

impl<'a> Planner<'a> {
    /// Plans access to a file. Refuses anything but a key or certificates alone: a configuration may point to any file.
    /// Refuses a file that others choose, because they can change the configuration or a directory on the way.
    pub(super) fn grant(
        &mut self,
        site: Site<'a>,
        named: Option<Named<'a>>,
    ) -> Result<(), Obstacle> {
        let Some(file) = named.and_then(|named| named.file) else { return Ok(()) };
        let Some(closed) = &file.closed else { return Ok(()) };
        if !matches!(file.held, Held::Key(_)) && !file.is_of_certificates_alone {
            return Err(Obstacle::not_to_be_read());
        }
        if let Some(path) = trust::of_others(&site.text.source.path, file) {
            return Err(Obstacle::said_by_others(&path, &closed.hints));
        }
        let grant = closed.grant.clone();
        let grant = grant.map_err(|reason| Obstacle::not_granted(&reason, &closed.hints))?;
        if !self.options.grant {
            return Err(Obstacle::not_asked_to_grant(&closed.hints));
        }
        self.unless_only_shown(writable::rights(&file.located.path, &closed.hints))?;
        self.plan.grants.push(GrantChange { file, grant });
        Ok(())
    }
}

impl Plan<'_> {
    /// Keeps only grants of wanted files that are not replaced, each file once.
    pub fn retain_grants(&mut self, is_wanted: impl Fn(&Path) -> bool) {
        let replaced = self.keys.iter().filter(|key| key.is_in_place());
        let replaced: BTreeSet<_> = replaced.map(|key| &key.file.resolved).collect();
        let mut known = BTreeSet::new();
        self.grants.retain(|GrantChange { file, .. }| {
            let inode = file.metadata.as_ref().map(|found| (found.dev(), found.ino()));
            is_wanted(&file.located.path)
                && !replaced.contains(&file.resolved)
                && known.insert(inode)
        });
    }
}
