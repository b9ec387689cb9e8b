//! Plans repairs: which keys are converted to where, and which bytes of which configurations change.

mod granting;
mod key_change;
mod obstacle;
mod passphrases;
mod rewrite;
mod trust;
mod writable;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::path::{Path, PathBuf};

pub use granting::GrantChange;
pub use key_change::{Converted, KeyChange};
pub use obstacle::{Obstacle, ObstacleKind};
pub use passphrases::Passphrases;
pub use rewrite::{Rewrite, Unverified, rewrites};

use crate::check::finding::{Migration, Repair};
use crate::check::inspection::{Inspection, Site, Text};
use crate::check::key_file::{HeldKey, Protection};
use crate::check::named_file::NamedFile;
use crate::check::new_name::new_name;
use crate::check::rules::case::{Case, Named, NamedPath};
use crate::logstash::discovery;
use crate::logstash::endpoint::{self, Setting};
use crate::logstash::readers::PassphraseOnPlain;
use crate::os::view::{LocateError, LocatedPath, View, is_windows};
use keyfile::key::EncodedKey;
use logstash_config::edit::Edit;

/// Options for repairs.
#[allow(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub struct Options<'a> {
    /// Convert keys in place.
    pub in_place: bool,
    /// Where new keys go, as configurations see it; absolute.
    pub key_dir: Option<&'a str>,
    /// Decrypt encrypted keys.
    pub decrypt: bool,
    /// Give Logstash's account access to files.
    pub grant: bool,
    /// Keep no old content.
    pub no_backup: bool,
    /// Whether the paths of shippers' files are elsewhere than those of configurations.
    pub is_shipper_mapped: bool,
    /// Whether shippers run as root.
    pub is_shipper_root: bool,
    /// Write nothing.
    pub only_show: bool,
    /// Where configured paths are on this machine.
    pub view: &'a View,
}

/// The changes to make.
#[derive(Default)]
pub struct Plan<'a> {
    /// Keys in the order of discovery.
    pub keys: Vec<KeyChange<'a>>,
    /// Edits of each text, by its place in [`Inspection::texts`].
    pub edits: BTreeMap<usize, Vec<Edit>>,
    /// Files that the account gets access to, in the order of discovery.
    pub grants: Vec<GrantChange<'a>>,
    /// Why this account cannot carry out a plan that is only shown.
    pub in_the_way: BTreeSet<String>,
}

/// Builds a plan, finding by finding.
pub struct Planner<'a> {
    options: &'a Options<'a>,
    inspection: &'a Inspection<'a>,
    passphrases: Passphrases<'a>,
    plan: Plan<'a>,
    /// The index in the plan of each new key, by its path without links.
    planned: HashMap<PathBuf, usize>,
    /// The settings that lead to each key of the plan.
    sites: Vec<Vec<Site<'a>>>,
    directories: writable::Directories,
}

/// The key of a site that is to be converted.
struct Target<'a> {
    named: Named<'a>,
    file: &'a NamedFile,
    held: &'a HeldKey,
    /// Of several keys, the one that belongs to the certificate.
    chosen: Option<&'a EncodedKey>,
}

impl<'a> Planner<'a> {
    /// Returns a planner without any plans.
    #[must_use]
    pub fn new(
        options: &'a Options<'a>,
        inspection: &'a Inspection<'a>,
        passphrases: Passphrases<'a>,
    ) -> Self {
        let (plan, planned, sites) = (Plan::default(), HashMap::new(), Vec::new());
        let directories = writable::Directories::default();
        Self { options, inspection, passphrases, plan, planned, sites, directories }
    }

    /// Returns the plan.
    #[must_use]
    pub fn finish(mut self) -> Plan<'a> {
        for (key, sites) in std::mem::take(&mut self.sites).into_iter().enumerate() {
            let of_logstash = |site: &Site<'_>| !site.endpoint.is_of_shipper();
            self.plan.keys[key].is_of_logstash = sites.iter().any(of_logstash);
            let mut is_trusted = |site: Site<'a>| {
                let named = self.inspection.case(site.text, site.endpoint).key;
                named.is_some_and(|named| self.changed_by_others(site, &named).is_none())
            };
            let may_grant = sites.iter().copied().filter(of_logstash).any(&mut is_trusted);
            // Root reads it without a group.
            let is_read_by_group = !self.options.is_shipper_root;
            let is_trusted =
                may_grant || is_read_by_group && sites.into_iter().any(&mut is_trusted);
            self.plan.keys[key].share(may_grant, is_trusted);
        }
        self.plan
    }

    /// Plans all of a repair, or nothing.
    ///
    /// # Errors
    /// [`Obstacle`]: nothing of this repair is planned.
    pub fn plan(&mut self, site: Site<'a>, repair: &Repair) -> Result<(), Obstacle> {
        match repair {
            Repair::Migrate(migration) => self.migrate(site.index, migration),
            Repair::RemovePassphrase => {
                let edits = removals(site)?;
                self.refuse_unwritable(&edits)?;
                self.add(edits);
                Ok(())
            }
            Repair::ConvertKey => self.convert(site),
            Repair::GrantKey => {
                self.grant(site, self.inspection.case(site.text, site.endpoint).key)
            }
            Repair::GrantCertificate => {
                self.grant(site, self.inspection.case(site.text, site.endpoint).certificate)
            }
            Repair::GrantAuthority(at) => {
                let authorities = self.inspection.case(site.text, site.endpoint).authorities;
                let named = authorities.into_iter().nth(*at);
                // Logstash needs the key of no authority.
                let is_alone =
                    |named: &Named<'_>| named.file.is_none_or(|file| file.is_of_certificates_alone);
                if !named.as_ref().is_none_or(is_alone) {
                    return Err(Obstacle::more_than_authorities());
                }
                self.grant(site, named)
            }
        }
    }

    /// Plans the edits that replace a setting of the text with this index.
    ///
    /// # Errors
    /// [`Obstacle`]: nothing of this repair is planned.
    pub fn migrate(&mut self, text: usize, migration: &Migration) -> Result<(), Obstacle> {
        let migrated = migration.as_ref().map_err(Obstacle::undecided)?;
        let known = &self.inspection.texts[text];
        let in_file = |edit: &Edit| {
            let not_editable = |_| Obstacle::not_editable(&known.source.path, false, false);
            in_file(known, text, edit.clone()).map_err(not_editable)
        };
        let edits = migrated.edits.iter().map(in_file).collect::<Result<Edits, _>>()?;
        self.refuse_unwritable(&edits)?;
        self.add(edits);
        Ok(())
    }

    fn convert(&mut self, site: Site<'a>) -> Result<(), Obstacle> {
        let case = self.inspection.case(site.text, site.endpoint);
        // Where no passphrase is set, the key of the certificate may be another one of the file, and not encrypted.
        let is_plain_chosen = case.chosen().is_some() && site.endpoint.passphrases.is_empty();
        let Some(target) = Target::of(case) else { return Ok(()) };
        let is_encrypted =
            matches!(target.held.protection, Protection::Encrypted(_)) && !is_plain_chosen;
        self.refuse_other_view(site, &target)?;
        target.refuse_unknown_encryption()?;
        if is_encrypted && !self.options.decrypt {
            return Err(Obstacle::not_asked_to_decrypt(site.endpoint.is_of_shipper()));
        }
        target.refuse_what_is_not_clear(self.options)?;
        // Beats ignore a passphrase that the key does not need.
        let is_to_go = is_encrypted && !site.endpoint.is_of_shipper();
        let mut edits = if is_to_go { removals(site)? } else { Edits::new() };
        let place = if self.options.in_place {
            edits.extend(self.shared_edits(&target, is_encrypted)?);
            target.own_place()
        } else {
            let new = self.new_value(&target)?;
            edits.extend(self.replacements(site)?);
            self.place_of(site, &new)?
        };
        self.refuse_unwritable(&edits)?;
        self.add_key(site, &target, place)?;
        self.add(edits);
        Ok(())
    }

    /// Refuses a key that is in a shipper's file itself, or whose place depends on `--map-shipper`.
    fn refuse_other_view(&self, site: Site<'_>, target: &Target<'_>) -> Result<(), Obstacle> {
        let is_inline = target.file.located.path == site.text.source.path;
        if is_inline {
            return Err(Obstacle::inline(&site.text.source.path));
        }
        if site.endpoint.is_of_shipper() && self.options.is_shipper_mapped {
            return Err(Obstacle::of_other_map(&site.text.source.path));
        }
        Ok(())
    }

    fn add(&mut self, edits: Edits) {
        for (text, edit) in edits {
            self.plan.edits.entry(text).or_default().push(edit);
        }
    }

    fn refuse_unwritable(&mut self, edits: &Edits) -> Result<(), Obstacle> {
        let path = |text: usize| &self.inspection.texts[text].source.path;
        let (directories, options) = (&mut self.directories, self.options);
        let mut writable = edits.iter().map(|(text, _)| directories.file(path(*text), options));
        let writable = writable.find(Result::is_err).unwrap_or(Ok(()));
        self.unless_only_shown(writable)
    }

    /// Records an obstacle to writing instead, if the plan is only shown.
    fn unless_only_shown(&mut self, writable: Result<(), Obstacle>) -> Result<(), Obstacle> {
        match writable {
            Err(obstacle) if self.options.only_show => {
                self.plan.in_the_way.insert(obstacle.message);
                Ok(())
            }
            writable => writable,
        }
    }

    /// Returns the other edits for a changed key file: those of passphrases of other endpoints.
    fn shared_edits(&self, target: &Target<'_>, was_encrypted: bool) -> Result<Edits, Obstacle> {
        let mut edits = Edits::new();
        for (index, text) in self.inspection.texts.iter().enumerate() {
            for endpoint in &text.endpoints {
                let case = self.inspection.case(text, endpoint);
                let file = case.key.as_ref().and_then(|named| named.file);
                if file.is_none_or(|file| file.resolved != target.file.resolved) {
                    continue;
                }
                if endpoint.is_harmed_by_conversion() {
                    return Err(Obstacle::needed_encrypted(&endpoint.name));
                }
                if was_encrypted && case.passphrase_on_plain().0 == PassphraseOnPlain::Breaks {
                    edits.extend(removals(Site { index, text, endpoint })?);
                }
            }
        }
        Ok(edits)
    }

    /// Returns the setting's new value, as written between quotes.
    fn new_value(&self, target: &Target<'_>) -> Result<String, Obstacle> {
        let raw = target.named.setting.raw.as_str();
        let (_, name) = split(raw);
        if matches!(name, "" | "." | "..") {
            return Err(Obstacle::nowhere(Path::new(raw), &LocateError::Nameless));
        }
        let new = self.renamed(raw);
        match &target.named.path {
            NamedPath::FromVariables(variables, Some(path)) => {
                let located = &target.file.located.path;
                Err(Obstacle::variable(variables, (raw, &new), path, located))
            }
            _ => Ok(new),
        }
    }

    /// Returns the new value of a setting with the value `raw`; escapes stay as written.
    fn renamed(&self, raw: &str) -> String {
        let (folder, name) = split(raw);
        let new = new_name(name);
        match self.options.key_dir {
            Some(folder) => format!("{}/{new}", folder.trim_end_matches('/')),
            None => format!("{folder}{new}"),
        }
    }

    /// Returns the edits that point every setting of the key to the new one, keeping its quotes.
    fn replacements(&self, site: Site<'_>) -> Result<Edits, Obstacle> {
        let replacement = |setting: &Setting| {
            if !setting.is_editable {
                return Err(Obstacle::not_editable(&site.text.source.path, true, true));
            }
            let raw = self.renamed(&setting.raw);
            let new = match setting.quote {
                Some(quote) => format!("{0}{raw}{0}", char::from(quote)),
                // Unquoted in YAML if that is safe.
                None if is_yaml(site) && raw.bytes().all(is_plain_in_yaml) => raw,
                None => format!("\"{raw}\""),
            };
            in_file(site.text, site.index, Edit::new(setting.value.clone(), new))
        };
        site.endpoint.keys.iter().map(replacement).collect()
    }

    /// Returns where that path is.
    fn place_of(&self, site: Site<'_>, raw: &str) -> Result<NewKeyPlace, Obstacle> {
        let text = endpoint::meaning(raw, site.text.support_escapes());
        let configured = PathBuf::from(text.as_str());
        let new = self.options.view.locate_new(&configured);
        let new = new.map_err(|error| Obstacle::nowhere(&configured, &error))?;
        Ok(NewKeyPlace { resolved: resolved(&new, self.options.view), new, configured })
    }

    /// Plans the new key, unless it is already planned.
    fn add_key(
        &mut self,
        site: Site<'a>,
        target: &Target<'a>,
        place: NewKeyPlace,
    ) -> Result<(), Obstacle> {
        let planned = self.planned.get(&place.resolved).copied();
        let is_of_target =
            |planned: &usize| self.plan.keys[*planned].file.resolved == target.file.resolved;
        if let Some(planned) = planned.filter(is_of_target) {
            self.sites[planned].push(site);
            return Ok(());
        }
        let key = self.converted(site, target)?;
        let mut change = KeyChange::new(target.file, target.held, key, place)?;
        if let Some(planned) = planned.map(|planned| &self.plan.keys[planned]) {
            let is_same = planned.text == change.text;
            return if is_same {
                Ok(())
            } else {
                Err(Obstacle::same_name(&change.new, &planned.file.located.path))
            };
        }
        change.look_for_new(self.options.view, self.options.in_place)?;
        let writable = match (change.is_in_place(), change.is_there) {
            (true, _) => self.directories.file(&change.new, self.options),
            (false, false) => self.directories.of_key(&change.new),
            (false, true) => Ok(()),
        };
        self.unless_only_shown(writable)?;
        self.planned.insert(change.resolved.clone(), self.plan.keys.len());
        self.plan.keys.push(change);
        self.sites.push(vec![site]);
        Ok(())
    }

    fn converted(
        &mut self,
        site: Site<'a>,
        target: &Target<'a>,
    ) -> Result<Converted<'a>, Obstacle> {
        match (&target.held.protection, target.chosen) {
            (_, Some(key)) | (Protection::Unencrypted(key, _), None) => Ok(Converted::Plain(key)),
            (Protection::Encrypted(encrypted), None) => {
                let name = &target.file.located.path;
                self.passphrases.decrypt(encrypted, site, name)
            }
        }
    }
}

/// Edits with the indices of their texts.
type Edits = Vec<(usize, Edit)>;

/// The location of a new key.
pub struct NewKeyPlace {
    /// On this machine.
    pub new: PathBuf,
    /// The same without links.
    pub resolved: PathBuf,
    /// In configurations.
    pub configured: PathBuf,
}

impl<'a> Target<'a> {
    fn of(case: Case<'a>) -> Option<Self> {
        let (_, held) = case.held_key()?;
        let chosen = case.chosen();
        let named = case.key?;
        let file = named.file?;
        Some(Self { named, file, held, chosen })
    }

    /// Refuses encryption that fixkey cannot decrypt, with or without `--decrypt`.
    fn refuse_unknown_encryption(&self) -> Result<(), Obstacle> {
        let Protection::Encrypted(key) = &self.held.protection else { return Ok(()) };
        let path = &self.file.located.path;
        key.scheme().map(|_| ()).map_err(|error| passphrases::refused(path, &error, ""))
    }

    /// Refuses a file with other content besides its key, and a link that another program renews.
    fn refuse_what_is_not_clear(&self, options: &Options<'_>) -> Result<(), Obstacle> {
        let path = &self.file.located.path;
        if let Some(error) = &self.held.broken_behind {
            return Err(Obstacle::broken_behind(path, error));
        }
        if !self.held.others.is_empty() && (self.chosen.is_none() || options.in_place) {
            return Err(Obstacle::several_keys(path, self.held));
        }
        match (&self.held.beside, &self.file.located.link) {
            (Some((what, line)), _) if options.in_place => {
                Err(Obstacle::would_lose(path, what, *line))
            }
            (_, Some(link)) if !options.in_place && options.key_dir.is_none() => {
                Err(Obstacle::link(link, self.named.path.path().unwrap_or(&link.at)))
            }
            _ => Ok(()),
        }
    }

    fn own_place(&self) -> NewKeyPlace {
        let configured = self.named.path.path().cloned().unwrap_or_default();
        let LocatedPath { path, .. } = &self.file.located;
        NewKeyPlace { new: path.clone(), resolved: self.file.resolved.clone(), configured }
    }
}

/// Returns the directory of a path as a setting holds it, with its separator, and the name.
fn split(raw: &str) -> (&str, &str) {
    let separators = if is_windows(Path::new(raw)) { &['/', '\\'][..] } else { &['/'] };
    raw.split_at(raw.rfind(separators).map_or(0, |at| at + 1))
}

/// Returns the edits that remove every setting of the passphrase.
fn removals(site: Site<'_>) -> Result<Edits, Obstacle> {
    let text = site.text.bytes();
    let spans: Vec<_> =
        site.endpoint.passphrases.iter().flat_map(|setting| setting.tokens(text)).collect();
    let removal = |span| in_file(site.text, site.index, Edit::removal(text, span, &spans));
    spans.iter().cloned().map(removal).collect()
}

fn is_yaml(site: Site<'_>) -> bool {
    matches!(
        site.text.source.kind,
        discovery::SourceKind::SettingsFile(_) | discovery::SourceKind::Shipper
    )
}

fn is_plain_in_yaml(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'_' | b'-')
}

/// Converts an edit of the text to an edit of its file.
fn in_file(text: &Text, index: usize, edit: Edit) -> Result<(usize, Edit), Obstacle> {
    if text.in_file(edit.start..edit.end).is_some() {
        return Ok((index, edit));
    }
    let for_key = !edit.text.is_empty();
    Err(Obstacle::not_editable(&text.source.path, false, for_key))
}

/// The path of a file that may be yet to be made: its folder, without links, and its name.
fn resolved(path: &Path, view: &View) -> PathBuf {
    let in_directory = || Some(view.resolved(path.parent()?)?.join(path.file_name()?));
    view.resolved(path).or_else(in_directory).unwrap_or_else(|| path.to_owned())
}
