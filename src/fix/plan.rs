//! What is to be done about findings: which keys are converted to where, and which bytes of which
//! configurations change.

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

use crate::check::finding::Repair;
use crate::check::inspection::{Inspection, Site};
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

/// How repairs are to be made.
#[allow(clippy::struct_excessive_bools, reason = "flags of a command line")]
pub struct Options<'a> {
    /// Keys are converted where they are.
    pub in_place: bool,
    /// Where new keys go, as configurations see it; absolute.
    pub key_dir: Option<&'a str>,
    /// Encrypted keys are decrypted.
    pub decrypt: bool,
    /// The account of Logstash is let read files.
    pub grant: bool,
    /// No old content is kept.
    pub no_backup: bool,
    /// Nothing is to be written.
    pub only_show: bool,
    /// Where configured paths lie.
    pub view: &'a View,
}

/// What is to be done.
#[derive(Default)]
pub struct Plan<'a> {
    /// Keys, in the order in which they were found.
    pub keys: Vec<KeyChange<'a>>,
    /// Edits of each text, by its place in [`Inspection::texts`].
    pub edits: BTreeMap<usize, Vec<Edit>>,
    /// Files that the account is to be let read, in the order in which they were found.
    pub grants: Vec<GrantChange<'a>>,
    /// What keeps it from being carried out here, where it is only to be shown.
    pub in_the_way: BTreeSet<String>,
}

/// Makes a plan, finding by finding.
pub struct Planner<'a> {
    options: &'a Options<'a>,
    inspection: &'a Inspection<'a>,
    passphrases: Passphrases<'a>,
    plan: Plan<'a>,
    /// The place of each new key in the plan, by its path without links.
    planned: HashMap<PathBuf, usize>,
}

/// The key of a site, as far as it is to be converted.
struct Target<'a> {
    named: Named<'a>,
    file: &'a NamedFile,
    held: &'a HeldKey,
    /// Of several keys the one that belongs to the certificate.
    chosen: Option<&'a EncodedKey>,
}

impl<'a> Planner<'a> {
    /// A planner with nothing planned yet.
    #[must_use]
    pub fn new(
        options: &'a Options<'a>,
        inspection: &'a Inspection<'a>,
        passphrases: Passphrases<'a>,
    ) -> Self {
        Self { options, inspection, passphrases, plan: Plan::default(), planned: HashMap::new() }
    }

    /// What was planned.
    #[must_use]
    pub fn finish(self) -> Plan<'a> {
        self.plan
    }

    /// Plans a repair whole, or not at all.
    ///
    /// # Errors
    /// [`Obstacle`]: nothing of this repair is then planned.
    pub fn plan(&mut self, site: Site<'a>, repair: Repair) -> Result<(), Obstacle> {
        match repair {
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
        }
    }

    fn convert(&mut self, site: Site<'a>) -> Result<(), Obstacle> {
        let case = self.inspection.case(site.text, site.endpoint);
        let Some(target) = Target::of(case) else { return Ok(()) };
        let is_encrypted = matches!(target.held.protection, Protection::Encrypted(_));
        target.refuse_unknown_encryption()?;
        if is_encrypted && !self.options.decrypt {
            return Err(Obstacle::not_asked_to_decrypt());
        }
        target.refuse_what_is_not_clear(self.options)?;
        let mut edits = if is_encrypted { removals(site)? } else { Edits::new() };
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

    fn add(&mut self, edits: Edits) {
        for (text, edit) in edits {
            self.plan.edits.entry(text).or_default().push(edit);
        }
    }

    fn refuse_unwritable(&mut self, edits: &Edits) -> Result<(), Obstacle> {
        let path = |text: usize| &self.inspection.texts[text].source.path;
        let Options { view, no_backup, .. } = *self.options;
        let is_writable = |text: usize| writable::file(path(text), view, no_backup);
        let writable = edits.iter().try_for_each(|(text, _)| is_writable(*text));
        self.unless_only_shown(writable)
    }

    /// What cannot be written here can still be shown.
    fn unless_only_shown(&mut self, writable: Result<(), Obstacle>) -> Result<(), Obstacle> {
        match writable {
            Err(obstacle) if self.options.only_show => {
                self.plan.in_the_way.insert(obstacle.message);
                Ok(())
            }
            writable => writable,
        }
    }

    /// What else changes when the file of a key does: passphrases that other endpoints have for it.
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

    /// What the setting is to hold, as it stands between quotes.
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

    /// What a setting is to hold that holds `raw`: escapes in it stay as they stand.
    fn renamed(&self, raw: &str) -> String {
        let (folder, name) = split(raw);
        let new = new_name(name);
        match self.options.key_dir {
            Some(folder) => format!("{}/{new}", folder.trim_end_matches('/')),
            None => format!("{folder}{new}"),
        }
    }

    /// The edits that make every setting of the key name the new one, in the quotes that it has.
    fn replacements(&self, site: Site<'_>) -> Result<Edits, Obstacle> {
        let replacement = |setting: &Setting| {
            if !setting.is_editable {
                return Err(Obstacle::not_editable(&site.text.source.path, true, true));
            }
            let raw = self.renamed(&setting.raw);
            let new = match setting.quote {
                Some(quote) => format!("{0}{raw}{0}", char::from(quote)),
                // Bare in YAML, where that is safe.
                None if is_yaml(site) && raw.bytes().all(is_plain_in_yaml) => raw,
                None => format!("\"{raw}\""),
            };
            in_file(site, Edit::new(setting.value.clone(), new))
        };
        site.endpoint.keys.iter().map(replacement).collect()
    }

    /// Where that lies.
    fn place_of(&self, site: Site<'_>, raw: &str) -> Result<NewKeyPlace, Obstacle> {
        let text = endpoint::meaning(raw, site.text.support_escapes());
        let configured = PathBuf::from(text.as_str());
        let new = self.options.view.locate_new(&configured);
        let new = new.map_err(|error| Obstacle::nowhere(&configured, &error))?;
        Ok(NewKeyPlace { resolved: resolved(&new), new, configured })
    }

    /// Plans the new key, unless it is planned already.
    fn add_key(
        &mut self,
        site: Site<'a>,
        target: &Target<'a>,
        place: NewKeyPlace,
    ) -> Result<(), Obstacle> {
        let planned = self.planned.get(&place.resolved).copied();
        let may_grant = trust::of_others(&site.text.source.path, target.file).is_none();
        let is_of_target =
            |planned: &usize| self.plan.keys[*planned].file.resolved == target.file.resolved;
        if let Some(planned) = planned.filter(is_of_target) {
            self.plan.keys[planned].may_grant |= may_grant;
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
        change.may_grant = may_grant;
        change.look_for_new(self.options.view, self.options.in_place)?;
        let writable = match (change.is_in_place(), change.is_there) {
            (true, _) => writable::file(&change.new, self.options.view, self.options.no_backup),
            (false, false) => writable::folder_of_key(&change.new),
            (false, true) => Ok(()),
        };
        self.unless_only_shown(writable)?;
        self.planned.insert(change.resolved.clone(), self.plan.keys.len());
        self.plan.keys.push(change);
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

/// Edits, each with the place of its text.
type Edits = Vec<(usize, Edit)>;

/// Where a new key comes to.
pub struct NewKeyPlace {
    /// On this machine.
    pub new: PathBuf,
    /// The same without links.
    pub resolved: PathBuf,
    /// As configurations name it.
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

    /// Refuses an encryption that fixkey does not undo, asked or not.
    fn refuse_unknown_encryption(&self) -> Result<(), Obstacle> {
        let Protection::Encrypted(key) = &self.held.protection else { return Ok(()) };
        let path = &self.file.located.path;
        key.scheme().map(|_| ()).map_err(|error| passphrases::refused(path, &error, ""))
    }

    /// Refuses a file whose key is not the only thing that counts in it, and a link that another program renews.
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

/// The directory of a path as a setting holds it, with what separates it, and the name.
fn split(raw: &str) -> (&str, &str) {
    let separators = if is_windows(Path::new(raw)) { &['/', '\\'][..] } else { &['/'] };
    raw.split_at(raw.rfind(separators).map_or(0, |at| at + 1))
}

/// The edits that remove every setting of the passphrase.
fn removals(site: Site<'_>) -> Result<Edits, Obstacle> {
    let text = site.text.bytes();
    let spans: Vec<_> =
        site.endpoint.passphrases.iter().flat_map(|setting| setting.tokens(text)).collect();
    let removal = |span| in_file(site, Edit::removal(text, span, &spans));
    spans.iter().cloned().map(removal).collect()
}

fn is_yaml(site: Site<'_>) -> bool {
    matches!(site.text.source.kind, discovery::SourceKind::LogstashYml(_))
}

fn is_plain_in_yaml(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'_' | b'-')
}

/// An edit that has a place in the text's file.
fn in_file(site: Site<'_>, edit: Edit) -> Result<(usize, Edit), Obstacle> {
    if site.text.in_file(edit.start..edit.end).is_some() {
        return Ok((site.index, edit));
    }
    let for_key = !edit.text.is_empty();
    Err(Obstacle::not_editable(&site.text.source.path, false, for_key))
}

/// The path of a file that may be yet to be made: its folder, without links, and its name.
fn resolved(path: &Path) -> PathBuf {
    let of_folder = || {
        let folder = std::fs::canonicalize(path.parent()?).ok()?;
        Some(folder.join(path.file_name()?))
    };
    std::fs::canonicalize(path).ok().or_else(of_folder).unwrap_or_else(|| path.to_owned())
}
