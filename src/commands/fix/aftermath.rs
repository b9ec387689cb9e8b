//! What is to be done once `fix` is done: files left over that should not be, and keys that are renewed.

use std::os::unix::fs::MetadataExt as _;

use super::FixOptions;
use crate::check::hint::Hint;
use crate::check::inspection::Inspection;
use crate::check::report::Remark;
use crate::fix::apply::Applied;
use crate::fix::plan::{GrantChange, KeyChange, Plan, Rewrite};
use crate::os::display::{quoted, shown};
use crate::report::secrets::{self, Comments};

/// What is left over that should not be.
pub(super) fn left_over(
    plan: &Plan<'_>,
    rewrites: &[Rewrite],
    applied: &Applied,
    inspection: &Inspection<'_>,
) -> Vec<String> {
    let backups = applied.key_backups.iter().map(Option::as_ref);
    let old = plan.keys.iter().zip(backups).filter_map(|(key, backup)| {
        let metadata = key.held.file.as_ref().map(|file| file.metadata.clone());
        let path = if key.is_in_place() { backup? } else { &key.file.located.path };
        Some((path, metadata, "the old key"))
    });
    let there = plan.keys.iter().filter(|key| key.is_there);
    let new = there.map(|key| (&key.new, std::fs::metadata(&key.new).ok(), "the new key"));
    let open = old.chain(new).filter(|(_, metadata, _)| {
        metadata.as_ref().is_some_and(|metadata| metadata.mode() & 0o004 != 0)
    });
    let open = open.map(|(path, _, what)| {
        let (name, path) = (shown(path), quoted(path));
        format!("{name}: everyone on this machine can read {what}: chmod o= {path}")
    });
    let kept = rewrites.iter().zip(&applied.backups);
    let kept = kept.filter(|(rewrite, _)| loses_passphrase(rewrite, inspection));
    let backups = kept.filter_map(|(_, backup)| backup.as_ref()).map(|backup| {
        let (name, path) = (shown(backup), quoted(backup));
        format!("{name}: it holds a passphrase; once Logstash runs: rm {path}")
    });
    open.chain(backups).collect()
}

/// Whether a passphrase stood in the old file that does not stand in the new one.
fn loses_passphrase(rewrite: &Rewrite, inspection: &Inspection<'_>) -> bool {
    let count = |text: &[u8]| secrets::spans(text, Comments::Masked).len();
    let holds_literal = rewrite.texts.iter().any(|index| {
        let endpoints = &inspection.texts[*index].endpoints;
        let mut passphrases = endpoints.iter().flat_map(|endpoint| &endpoint.passphrases);
        passphrases.any(|setting| !setting.raw.is_empty() && !setting.raw.contains("${"))
    });
    holds_literal && count(&rewrite.new) < count(&rewrite.old)
}

/// What has to be done when another program leads a link elsewhere.
pub(super) fn renewal_of_grant(grant: &GrantChange<'_>, own: &FixOptions<'_>) -> Option<Remark> {
    let link = grant.file.located.link.as_ref()?;
    let text = format!(
        "another program may replace the link {} and lose this permission",
        shown(&link.at)
    );
    let then = format!("after each renewal, run: {}", own.command_with("--grant"));
    Some(Remark { hints: vec![Hint::Action(then)], ..Remark::note(text) })
}

/// What keeps a key in its new form that another program renews.
pub(super) fn renewal_of_key(key: &KeyChange<'_>) -> Option<Remark> {
    let link = key.file.located.link.as_ref()?;
    let at = std::path::absolute(&link.at).unwrap_or_else(|_| link.at.clone());
    let passin = if key.was_encrypted() { " --passin file:PASSPHRASE" } else { "" };
    let command = if key.is_in_place() {
        format!("fixkey --in-place {}{passin}", quoted(&at))
    } else {
        let new = std::path::absolute(&key.new).unwrap_or_else(|_| key.new.clone());
        format!("fixkey {} -o {} --force{passin}", quoted(&at), quoted(&new))
    };
    let hint = if at.starts_with(CERTBOT) && passin.is_empty() {
        let script = format!("{command} && systemctl restart logstash").replace('\'', r"'\''");
        Hint::Command(format!(
            "mkdir -p {HOOKS} && printf '#!/bin/sh\\n%s\\n' '{script}' > {HOOKS}/fixkey && chmod 755 {HOOKS}/fixkey"
        ))
    } else {
        Hint::Action(format!("after each renewal, run: {command} && systemctl restart logstash"))
    };
    let text = format!("another program may renew {} in the old format", shown(&link.at));
    Some(Remark { hints: vec![hint], ..Remark::note(text) })
}

/// Where certbot keeps its links, and where it looks for what to run after a renewal.
const CERTBOT: &str = "/etc/letsencrypt";
const HOOKS: &str = "/etc/letsencrypt/renewal-hooks/deploy";
