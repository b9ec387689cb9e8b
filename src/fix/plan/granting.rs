//! Plans access to files for Logstash's account.

use std::collections::BTreeSet;
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::{Obstacle, Plan, Planner, trust, writable};
use crate::check::inspection::Site;
use crate::check::key_file::Held;
use crate::check::named_file::NamedFile;
use crate::check::rules::case::{Named, NamedPath};
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
    /// Returns a place by which others than root and the owner of a file decide that a setting leads to it. The
    /// test of every way by which an account gains access to a key.
    pub(super) fn changed_by_others(&self, site: Site<'a>, named: &Named<'a>) -> Option<PathBuf> {
        let configuration = site.text.source.path.as_path();
        // A file that does not set the variable today can set it tomorrow.
        let is_from_variables = matches!(named.path, NamedPath::FromVariables(..));
        let files = self.inspection.environment_files().filter(|_| is_from_variables);
        let decide = [configuration].into_iter().chain(files);
        trust::changed_by_others(decide, named.file?, self.options.view)
    }

    /// Plans to let the account read a file. What is no key and not certificates alone is nothing to let anybody
    /// read: a configuration may name any file.
    pub(super) fn grant(
        &mut self,
        site: Site<'a>,
        named: Option<Named<'a>>,
    ) -> Result<(), Obstacle> {
        let Some(named) = named else { return Ok(()) };
        let Some(file) = named.file else { return Ok(()) };
        let Some(closed) = &file.closed else { return Ok(()) };
        if !matches!(file.held, Held::Key(_)) && !file.is_of_certificates_alone {
            return Err(Obstacle::not_to_be_read());
        }
        if let Some(path) = self.changed_by_others(site, &named) {
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
