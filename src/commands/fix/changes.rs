//! What `fix` did, or would do, as its part of the report.

use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};

use super::FixOptions;
use super::aftermath::{left_over, renewal_of_grant, renewal_of_key};
use crate::check::access::ExpectedAccess;
use crate::check::inspection::Inspection;
use crate::check::report::{
    ConvertedKey, EditedFile, FixReport, GrantedFile, Remark, SearchRemark,
};
use crate::cli::FixArguments;
use crate::commands::setup::{Host, Setup};
use crate::fix::apply::Applied;
use crate::fix::plan::{GrantChange, KeyChange, Plan, Rewrite};
use crate::logstash::readers;
use crate::os::display::quoted;

/// What a run was asked for and looked at.
pub(super) struct Changes<'a> {
    pub(super) arguments: &'a FixArguments,
    pub(super) setup: &'a Setup,
    pub(super) own: &'a FixOptions<'a>,
    pub(super) inspection: &'a Inspection<'a>,
}

impl Changes<'_> {
    /// The changes of a plan, with what became of them.
    pub(super) fn report(
        &self,
        plan: &Plan<'_>,
        rewrites: Vec<Rewrite>,
        applied: Applied,
        search: Vec<SearchRemark>,
    ) -> FixReport {
        let is_dry_run = self.arguments.diff;
        let left_over = if is_dry_run {
            Vec::new()
        } else {
            left_over(plan, &rewrites, &applied, self.inspection)
        };
        let Applied { keys, grants, key_backups, backups, files } = applied;
        let mut key_backups = key_backups.into_iter();
        let mut keys = keys.into_iter();
        let mut grants = grants.into_iter();
        let (mut backups, mut files) = (backups.into_iter(), files.into_iter());
        FixReport {
            is_dry_run,
            search,
            keys: plan
                .keys
                .iter()
                .map(|key| {
                    let remarks = keys.next().unwrap_or_default();
                    self.key(key, remarks, key_backups.next().flatten())
                })
                .collect(),
            grants: plan
                .grants
                .iter()
                .map(|grant| self.grant(grant, grants.next().unwrap_or_default()))
                .collect(),
            configurations: rewrites
                .into_iter()
                .map(|Rewrite { path, old, new, edits, .. }| EditedFile {
                    target: without_links(&path),
                    path,
                    backup: backups.next().flatten(),
                    old,
                    new,
                    edits,
                    remarks: files.next().unwrap_or_default(),
                })
                .collect(),
            in_the_way: plan.in_the_way.iter().map(in_the_way).collect(),
            left_over,
            next: None,
        }
    }

    fn key(
        &self,
        key: &KeyChange<'_>,
        remarks: Vec<Remark>,
        backup: Option<PathBuf>,
    ) -> ConvertedKey {
        let mut expected = self.expected(key);
        let blocked = expected.as_mut().and_then(|expected| expected.blocked.take());
        let remarks = remarks.into_iter().chain(blocked).collect();
        let read = key.read().ok();
        let public_key = read.as_ref().and_then(keyfile::key::PrivateKey::public_key);
        let limits = read.map_or(Vec::new(), |read| {
            let flaw = read.check().ok().flatten();
            readers::limits(&read, flaw)
                .into_iter()
                .map(|limit| limit.consequence.to_owned())
                .collect()
        });
        ConvertedKey {
            old: key.file.located.path.clone(),
            new: key.new.clone(),
            target: without_links(&key.new),
            configured: key.configured.clone(),
            description: key.description(),
            public_key_sha256: public_key.map(|key| key.fingerprint().to_string()),
            is_up_to_date: key.is_there,
            limits,
            remarks,
            renewal: renewal_of_key(key).filter(|_| !self.arguments.diff),
            access: expected.map(|expected| expected.access),
            backup,
        }
    }

    /// What a new key would get.
    fn expected(&self, key: &KeyChange<'_>) -> Option<ExpectedAccess> {
        let is_to_come = self.arguments.diff && !key.is_there;
        let old = key.held.file.as_ref().filter(|_| is_to_come)?;
        let replaced = key.is_in_place().then(|| rustix::fs::fstat(&old.file)).transpose().ok()?;
        let setup = self.setup;
        let host = if key.is_of_logstash { &setup.logstash } else { &setup.shipper };
        let Host { access, view, .. } = host;
        access.expected(&key.new, replaced.as_ref(), Some(old), key.sharing, view).ok()
    }

    fn grant(&self, change: &GrantChange<'_>, remarks: Vec<Remark>) -> GrantedFile {
        let before = change.file.metadata.as_ref();
        let access = &self.setup.logstash.access;
        let group = |gid: u32| access.name(gid, true);
        GrantedFile {
            path: change.path().to_owned(),
            group: group(change.grant.gid),
            group_before: before.map(|found| group(found.gid())),
            mode: change.grant.mode & 0o7777,
            mode_before: before.map(|found| found.mode() & 0o7777),
            account: access.account_name().unwrap_or_default().to_owned(),
            remarks,
            renewal: renewal_of_grant(change, self.own).filter(|_| !self.arguments.diff),
            // By number: the names may be those of an image.
            undo: before.map(|found| {
                let (path, gid, mode) = (quoted(change.path()), found.gid(), found.mode() & 0o7777);
                format!("chgrp {gid} {path} && chmod {mode:o} {path}")
            }),
        }
    }
}

fn in_the_way(obstacle: &String) -> String {
    format!("a run here would fail: {obstacle}")
}

/// Returns the file that a link leads to; a path that is no link as it is.
fn without_links(path: &Path) -> PathBuf {
    if path.is_symlink() { path.canonicalize().ok() } else { None }
        .unwrap_or_else(|| path.to_owned())
}
