//! Rewrites the settings of a plugin that a release refuses or warns of as those that replace them, or says what the
//! operator has to decide first: all of a plugin, or nothing.

use std::collections::HashMap;
use std::ops::Range;
use std::sync::Arc;

use logstash_config::edit::Edit;
use logstash_config::{Attribute, ValueKind};

use super::values::{
    addition, is_word, list, removal, scalars, text_of, texts_of, unquoted, with_element, written,
};
use super::{DeclaredPlugin, SetSetting, short};
use crate::check::finding::{Migrated, Migration, Undecided};
use crate::logstash::discovery::YamlKey;
use crate::logstash::settings::{
    AUTHORITIES, Bound, CIPHER_SUITES, CLIENT_AUTHENTICATION, ChangedDefault, ClientAuth,
    DEFAULT_ENRICHMENTS, DEFAULT_MODES, EXCEPTIONS, Exception, PROTOCOLS, RENAMED_KEYS,
    STRICT_ABOUT_AUTHORITIES, SUCCESSORS, State, Successor, Values,
};
use crate::logstash::variables::is_template;

/// The settings of a plugin, for their migration.
struct Migrator<'m, 't> {
    plugin: &'m DeclaredPlugin<'m>,
    settings: &'m [SetSetting<'t>],
    /// Each of them as it is written.
    attributes: Vec<&'m Attribute<'t>>,
    /// The indices of those to be replaced.
    old: Vec<usize>,
    /// For each of them, the setting that replaces it, and what becomes of its value.
    successors: Vec<Result<(&'static str, Values), Undecided>>,
    /// The first index of each name, and how often it is set.
    names: HashMap<&'m str, (usize, usize)>,
    mode: Option<String>,
}

/// What becomes of a setting.
struct Step {
    /// Its new name, and the edits of its value; `None` if it goes.
    renamed: Option<(&'static str, Vec<Edit>)>,
    /// Another setting that goes with it.
    removes: Option<usize>,
    /// Other edits that belong to it.
    beside: Vec<Edit>,
    /// Settings to add after it.
    adds: Vec<String>,
    /// What the operator needs to know.
    says: Option<String>,
}

impl Step {
    fn renamed(new: &'static str, edits: Vec<Edit>) -> Self {
        Self { renamed: Some((new, edits)), ..Self::removed() }
    }

    fn removed() -> Self {
        Self { renamed: None, removes: None, beside: Vec::new(), adds: Vec::new(), says: None }
    }
}

/// Finds out what becomes of each setting that a known release refuses or warns of, and that another replaces.
pub(in crate::check::rules) fn migrate(
    plugin: &DeclaredPlugin<'_>,
    settings: &mut [SetSetting<'_>],
) {
    let is_old = |set: &SetSetting<'_>| {
        let is_replaced = set.declared.is_some_and(|setting| setting.replaced_by.is_some());
        is_replaced && (set.is(State::Obsolete) || set.is(State::Deprecated))
    };
    let old: Vec<usize> = (0..settings.len()).filter(|at| is_old(&settings[*at])).collect();
    if old.is_empty() || !plugin.releases.is_known {
        return;
    }
    let attributes = settings.iter().map(|set| set.attribute.as_ref()).collect();
    let Some(attributes) = attributes else { return };
    let migrator = Migrator::new(plugin, settings, attributes, old);
    let migrations = migrator.migrations();
    let old = migrator.old;
    for (at, migration) in old.into_iter().zip(migrations) {
        settings[at].migration = Some(Arc::new(migration));
    }
}

/// The same for keys of a settings file: those of which only the name changed.
pub(in crate::check::rules) fn migrate_keys(
    file: &DeclaredPlugin<'_>,
    settings: &mut [SetSetting<'_>],
    keys: &[YamlKey],
) {
    let is_set = |name: &str| keys.iter().any(|key| key.name == name);
    for (set, key) in settings.iter_mut().zip(keys) {
        let is_old = set.is(State::Obsolete) || set.is(State::Deprecated);
        let new = RENAMED_KEYS.iter().find(|(old, _)| *old == key.name).map(|(_, new)| *new);
        let Some(new) = new.filter(|_| is_old && file.releases.is_known) else { continue };
        let migration = if is_set(new) {
            Err(undecided(
                format!("{} and {new} are both set", key.name),
                format!("remove one of the two: {} or {new}", key.name),
            ))
        } else if key.is_whole {
            let quotes = usize::from(matches!(file.text.get(key.span.start), Some(b'"' | b'\'')));
            let name = key.span.start + quotes..key.span.end - quotes;
            let edits = vec![Edit::new(name, new)];
            file.refuse_unknown(new).map(|()| Migrated { edits, says: None })
        } else {
            let message = format!("{} is not written as one key", key.name);
            Err(undecided(message, format!("write it as one key: {new}: VALUE")))
        };
        set.migration = Some(Arc::new(migration));
    }
}

/// Writes out a setting whose default has changed, as it was before.
pub(in crate::check::rules) fn keep_default(
    plugin: &DeclaredPlugin<'_>,
    settings: &[SetSetting<'_>],
    switch: usize,
    default: &ChangedDefault,
) -> Migration {
    plugin.refuse_unknown(default.setting)?;
    let added = format!("{} => \"{}\"", default.setting, default.before);
    let attribute = settings[switch].attribute.as_ref();
    let edits = attribute.map(|attribute| addition(plugin.text, attribute, &added));
    let edits = edits.into_iter().collect();
    let says = format!("{added}: {}, as before {}", default.kept, short(ChangedDefault::SINCE));
    Ok(Migrated { edits, says: Some(says) })
}

impl<'m, 't> Migrator<'m, 't> {
    fn new(
        plugin: &'m DeclaredPlugin<'m>,
        settings: &'m [SetSetting<'t>],
        attributes: Vec<&'m Attribute<'t>>,
        old: Vec<usize>,
    ) -> Self {
        let mut names = HashMap::new();
        for (at, set) in settings.iter().enumerate() {
            names.entry(set.name()).or_insert((at, 0)).1 += 1;
        }
        let mode = plugin.mode(settings);
        let successor = |at: &usize| successor(plugin, &settings[*at], mode.as_deref());
        let successors = old.iter().map(successor).collect();
        Self { plugin, settings, attributes, old, successors, names, mode }
    }

    /// What becomes of each old setting, in their order.
    fn migrations(&self) -> Vec<Migration> {
        let steps: Vec<Result<Step, Undecided>> =
            self.old.iter().map(|at| self.step(*at)).collect();
        let stopped = self.old.iter().zip(&steps).find(|(_, step)| step.is_err());
        let Some((stopping, _)) = stopped else {
            let steps: Vec<Step> = steps.into_iter().filter_map(Result::ok).collect();
            return self.edits(&steps);
        };
        let name = self.settings[*stopping].name();
        let waits = || {
            let message = format!(
                "fixkey changes the old settings of a plugin together, and cannot change {name}"
            );
            Undecided { message, actions: Vec::new(), choices: Vec::new() }
        };
        steps.into_iter().map(|step| Err(step.err().unwrap_or_else(waits))).collect()
    }

    fn edits(&self, steps: &[Step]) -> Vec<Migration> {
        let is_removed = |at: &usize| {
            let own = self.old.iter().zip(steps);
            own.into_iter()
                .any(|(old, step)| old == at && step.renamed.is_none() || step.removes == Some(*at))
        };
        let removed = (0..self.settings.len()).filter(is_removed);
        let spans: Vec<Range<usize>> = removed.map(|at| self.attributes[at].span()).collect();
        let removal = |at: usize| removal(self.plugin.text, self.attributes[at].span(), &spans);
        let migrated = |(at, step): (&usize, &Step)| {
            let attribute = self.attributes[*at];
            let mut edits = step.beside.clone();
            match &step.renamed {
                Some((new, values)) => {
                    edits.push(Edit::new(
                        unquoted(&attribute.name.span, attribute.name.is_quoted()),
                        *new,
                    ));
                    edits.extend(values.iter().cloned());
                }
                None if !step.adds.is_empty() => {
                    edits.push(Edit::new(attribute.span(), step.adds.join(" ")));
                }
                None => edits.push(removal(*at)),
            }
            edits.extend(step.removes.map(removal));
            let adds = step.adds.iter().filter(|_| step.renamed.is_some());
            edits.extend(adds.map(|new| addition(self.plugin.text, attribute, new)));
            Ok(Migrated { edits, says: step.says.clone() })
        };
        self.old.iter().zip(steps).map(migrated).collect()
    }

    fn step(&self, at: usize) -> Result<Step, Undecided> {
        let (new, values) = self.successor(at)?;
        self.plugin.refuse_unknown(new)?;
        for name in [self.settings[at].name(), new] {
            if self.names.get(name).is_some_and(|(_, count)| *count > 1) {
                let message = format!("{name} is set more than once");
                return Err(undecided(message, format!("set {name} once")));
            }
        }
        match values {
            Values::Protocols(_) => self.protocols(at, new),
            Values::Enrichments => self.enrichments(at, new),
            _ => self.single(at, new, values),
        }
    }

    /// Returns the setting that replaces this one, and what becomes of its value.
    fn successor(&self, at: usize) -> Result<(&'static str, Values), Undecided> {
        let known = self.old.binary_search(&at).ok().and_then(|at| self.successors.get(at));
        known.cloned().unwrap_or_else(|| Err(undecided("nothing replaces it", "remove it")))
    }

    /// A setting that another replaces alone.
    fn single(&self, at: usize, new: &'static str, values: Values) -> Result<Step, Undecided> {
        if let Some(exception) = self.exception(at) {
            return self.exceptional(at, new, exception);
        }
        let (edits, texts) = self.new_value(at, new, values)?;
        let is_same = |other: &usize| {
            *other != at && self.successor(*other).is_ok_and(|(other, _)| other == new)
        };
        if let Some(other) = self.old.iter().find(|other| is_same(other)) {
            let is_alike = self.new_value(*other, new, self.successor(*other)?.1)?.1 == texts;
            return match is_alike {
                true if *other < at => Ok(Step::removed()),
                true => Ok(Step::renamed(new, edits)),
                false => Err(self.both(at, *other)),
            };
        }
        let Some(other) = self.find(new) else { return Ok(Step::renamed(new, edits)) };
        match self.plugin.releases.upgrade.client_auth {
            _ if texts_of(&self.attributes[other].value) == texts => Ok(Step::removed()),
            Some(choice) if new == CLIENT_AUTHENTICATION => self.chosen(at, choice, None),
            _ => Err(self.both(at, other)),
        }
    }

    /// A setting by which a server asks clients for certificates, as `--client-auth` says; `was` is what it asked for,
    /// where that is known.
    fn chosen(&self, at: usize, choice: ClientAuth, was: Option<&str>) -> Result<Step, Undecided> {
        let authorities = self.authorities();
        if choice != ClientAuth::None && authorities.is_none() {
            let message = format!(
                "{CLIENT_AUTHENTICATION} => \"{}\" needs {}",
                choice.value(),
                AUTHORITIES[0]
            );
            return Err(Undecided { message, ..self.asks_without_authorities("") });
        }
        // These refuse authorities that nobody is asked for.
        let is_strict = self.is_any(STRICT_ABOUT_AUTHORITIES);
        let removes = authorities.filter(|_| is_strict && choice == ClientAuth::None);
        let asks = format!("{CLIENT_AUTHENTICATION} is \"{}\"", choice.value());
        let asked = match was {
            Some(was) if was == choice.value() => String::new(),
            Some(was) => format!("{asks}, and was \"{was}\""),
            None => format!("{asks}, as --client-auth says"),
        };
        let gone = removes.map(|at| format!("; {} is removed", self.settings[at].name()));
        let says = (!asked.is_empty()).then(|| asked + &gone.unwrap_or_default());
        let other = self.find(CLIENT_AUTHENTICATION);
        let edits = vec![written(&self.attributes[other.unwrap_or(at)].value, choice.value())];
        let step = if other.is_some() {
            Step { beside: edits, ..Step::removed() }
        } else {
            Step::renamed(CLIENT_AUTHENTICATION, edits)
        };
        Ok(Step { removes, says, ..step })
    }

    fn asks_without_authorities(&self, message: &str) -> Undecided {
        let actions = vec![format!(
            "to ask for a certificate, set {} to the authorities that issue them",
            AUTHORITIES[0]
        )];
        Undecided { message: message.to_owned(), actions, choices: self.choices() }
    }

    /// The values of `--client-auth` that the plugin can have.
    fn choices(&self) -> Vec<ClientAuth> {
        match self.authorities() {
            Some(_) => vec![ClientAuth::None, ClientAuth::Optional, ClientAuth::Required],
            None => vec![ClientAuth::None],
        }
    }

    /// Returns the edits of a value, and its texts afterwards.
    fn new_value(
        &self,
        at: usize,
        new: &str,
        values: Values,
    ) -> Result<(Vec<Edit>, Vec<String>), Undecided> {
        let value = &self.attributes[at].value;
        let texts = texts_of(value);
        let one = || match texts.as_slice() {
            [one] if value.kind() != ValueKind::Array => Ok(one.as_str()),
            _ => Err(self.unknown_value(at, new, "it is not one word")),
        };
        Ok(match values {
            Values::InList if value.kind() != ValueKind::Array => {
                let raw = std::str::from_utf8(value.raw());
                let raw = raw.map_err(|_| self.unknown_value(at, new, "it is not UTF-8"))?;
                (vec![Edit::new(value.span.clone(), format!("[{raw}]"))], texts)
            }
            Values::Words(words) => {
                let word = one()?;
                let found = words.iter().find(|(old, _)| old.eq_ignore_ascii_case(word));
                let (_, word) = found.ok_or_else(|| self.unknown_value(at, new, word))?;
                (vec![written(value, word)], vec![(*word).to_owned()])
            }
            Values::LowerCase(known) => {
                let word = one()?;
                let lower = word.to_ascii_lowercase();
                if !known.contains(&lower.as_str()) {
                    return Err(self.unknown_value(at, new, word));
                }
                let edits = if lower == word { Vec::new() } else { vec![written(value, &lower)] };
                (edits, vec![lower])
            }
            Values::CipherSuites => {
                let mut edits = Vec::new();
                for element in scalars(value) {
                    let word = text_of(&element);
                    let upper = word.to_ascii_uppercase();
                    if !CIPHER_SUITES.contains(&upper.as_str()) {
                        return Err(self.unknown_suite(at, new, &word));
                    }
                    edits.extend((upper != word).then(|| written(&element, &upper)));
                }
                (edits, texts.iter().map(|text| text.to_ascii_uppercase()).collect())
            }
            _ => (Vec::new(), texts),
        })
    }

    /// Returns what is special about a value of a server's client authentication.
    fn exception(&self, at: usize) -> Option<&'static Exception> {
        let set = &self.settings[at];
        let mode = &self.mode;
        let is_met = |exception: &&Exception| {
            let is_of_mode = exception.mode.is_none() || exception.mode == mode.as_deref();
            let value = text_of(&self.attributes[at].value);
            let is_value = value.eq_ignore_ascii_case(exception.value);
            let has_authorities = self.authorities().is_some();
            set.name() == exception.old
                && self.is_any(exception.plugins)
                && is_of_mode
                && is_value
                && exception.with_authorities == has_authorities
        };
        EXCEPTIONS.iter().find(is_met).filter(|_| !self.is_tls_off())
    }

    fn exceptional(
        &self,
        at: usize,
        new: &'static str,
        exception: &Exception,
    ) -> Result<Step, Undecided> {
        let is_kept = |choice| {
            let is_required = matches!(choice, None | Some(ClientAuth::Required));
            exception.is_default && is_required && !exception.with_authorities
        };
        match (self.plugin.releases.upgrade.client_auth, self.find(new)) {
            (None, Some(other)) => Err(self.both(at, other)),
            (choice, None) if is_kept(choice) || exception.is_default && choice.is_none() => {
                Ok(Step { says: Some(exception.says.to_owned()), ..Step::removed() })
            }
            (Some(choice), None) => self.chosen(at, choice, Some("required")),
            (Some(choice), Some(_)) => self.chosen(at, choice, None),
            (None, None) => Err(self.asks_without_authorities(exception.says)),
        }
    }

    /// The two bounds of the protocol versions become one list.
    fn protocols(&self, at: usize, new: &'static str) -> Result<Step, Undecided> {
        if let Some(other) = self.find(new) {
            return Err(self.both(at, other));
        }
        let bound_of = |at: usize| match self.successor(at) {
            Ok((_, Values::Protocols(bound))) => Some(bound),
            _ => None,
        };
        let (mut first, mut last) = (0, PROTOCOLS.len() - 1);
        for other in self.old.iter().copied() {
            let Some(bound) = bound_of(other) else { continue };
            let word = text_of(&self.attributes[other].value);
            let number = |text: &str| text.parse::<f64>().ok();
            let is_it = |(known, ..): &(&str, &str, bool)| {
                number(known)
                    .zip(number(&word))
                    .is_some_and(|(known, given)| known.total_cmp(&given).is_eq())
            };
            let found = PROTOCOLS.iter().position(is_it);
            let found = found.ok_or_else(|| self.unknown_value(other, new, &word))?;
            match bound {
                Bound::Least => first = found,
                Bound::Most => last = found,
            }
        }
        let bounds: Vec<usize> =
            self.old.iter().copied().filter(|other| bound_of(*other).is_some()).collect();
        let names: Vec<_> = bounds.iter().map(|other| self.settings[*other].name()).collect();
        let names = names.join(" and ");
        let meant = PROTOCOLS.get(first..=last).unwrap_or_default();
        let taken = meant.iter().filter(|(.., is_taken)| *is_taken).map(|(_, name, _)| *name);
        let names_taken = list(taken);
        if let Some((_, refused, _)) = meant.iter().find(|(.., is_taken)| !is_taken) {
            let message = format!(
                "{names} also allow{} {refused}, which {new} does not take",
                if bounds.len() == 1 { "s" } else { "" }
            );
            let instead = if names_taken == "[]" {
                format!("to drop {refused}, set {new} to newer protocols and remove {names}")
            } else {
                format!("to drop {refused}, set {new} => {names_taken} and remove {names}")
            };
            return Err(undecided(message, instead));
        }
        if meant.is_empty() {
            return Err(undecided(
                format!("{names} allow no protocol"),
                format!("set {new} to the protocols to allow, and remove {names}"),
            ));
        }
        if bounds.first() != Some(&at) {
            return Ok(Step::removed());
        }
        let value = self.attributes[at].value.span.clone();
        Ok(Step::renamed(new, vec![Edit::new(value, names_taken)]))
    }

    /// The settings of single enrichments become a list, or are merged with it.
    fn enrichments(&self, at: usize, new: &'static str) -> Result<Step, Undecided> {
        const PEER: &str = "ssl_peer_metadata";
        const CODEC: (&str, &str) = ("include_codec_tag", "codec_metadata");
        let flag = |name: &str, default: bool| {
            let Some(other) = self.find(name) else { return Ok(default) };
            let word = text_of(&self.attributes[other].value);
            word.parse().map_err(|_| self.unknown_value(other, new, &word))
        };
        let (has_peer, has_codec) = (flag(PEER, false)?, flag(CODEC.0, true)?);
        let texts = self.find(new).map(|list| texts_of(&self.attributes[list].value));
        let lists = |name: &str| texts.iter().flatten().any(|text| text == name || text == "all");
        let denies_peer = self.find(PEER).is_some() && !has_peer && lists(PEER);
        if let Some(list_at) =
            self.find(new).filter(|_| denies_peer || !has_codec && lists(CODEC.1))
        {
            return Err(self.both(at, list_at));
        }
        if !has_peer && has_codec {
            return Ok(Step::removed());
        }
        let adds = if has_peer { self.asks_for_certificates(at)? } else { Vec::new() };
        let own = [PEER, CODEC.0].iter().filter_map(|name| self.find(name)).min();
        let is_first = own == Some(at);
        let Some(list_at) = self.find(new) else {
            if !is_first {
                return Ok(Step::removed());
            }
            let defaults = DEFAULT_ENRICHMENTS.iter().copied();
            let kept = defaults.filter(|name| has_codec || *name != CODEC.1);
            let value = self.attributes[at].value.span.clone();
            let edit = Edit::new(value, list(kept.chain(has_peer.then_some(PEER))));
            return Ok(Step { adds, ..Step::renamed(new, vec![edit]) });
        };
        let value = &self.attributes[list_at].value;
        let texts = texts_of(value);
        if !has_peer || lists(PEER) || !is_first {
            return Ok(Step { adds: if is_first { adds } else { Vec::new() }, ..Step::removed() });
        }
        if texts.iter().any(|text| text == "none") || !texts.iter().all(|text| is_word(text)) {
            return Err(self.both(at, list_at));
        }
        let beside = vec![with_element(value, PEER)];
        Ok(Step { beside, adds, ..Step::removed() })
    }

    /// Metadata of the client's certificate need one. Returns what is to be added so that the server asks for it.
    fn asks_for_certificates(&self, at: usize) -> Result<Vec<String>, Undecided> {
        let asks = |name: &str, values: &[&str]| {
            let set = self.find(name).map(|set| text_of(&self.attributes[set].value));
            set.is_some_and(|value| values.contains(&value.as_str()))
        };
        if asks(CLIENT_AUTHENTICATION, &["optional", "required"])
            || asks("ssl_verify_mode", &["peer", "force_peer"])
        {
            return Ok(Vec::new());
        }
        let choice = self.plugin.releases.upgrade.client_auth;
        let choice = choice.filter(|choice| *choice != ClientAuth::None);
        let choice = choice.filter(|_| self.authorities().is_some());
        let is_set = self.find("ssl_verify_mode").or_else(|| self.find(CLIENT_AUTHENTICATION));
        let is_exception = |set: usize| self.exception(set).is_some();
        let can_choose = is_set.is_none_or(is_exception) && self.authorities().is_some();
        match (choice, is_set) {
            (Some(choice), None) => {
                Ok(vec![format!("{CLIENT_AUTHENTICATION} => \"{}\"", choice.value())])
            }
            // The other setting becomes that.
            (Some(_), Some(set)) if is_exception(set) => Ok(Vec::new()),
            _ => Err(Undecided {
                message: format!(
                    "{} needs certificates of clients, and nothing says to ask for them",
                    self.settings[at].name()
                ),
                actions: vec![
                    format!("to ask for them, set {CLIENT_AUTHENTICATION} and {}", AUTHORITIES[0]),
                    "to drop the metadata, remove ssl_peer_metadata".to_owned(),
                ],
                choices: if can_choose {
                    vec![ClientAuth::Optional, ClientAuth::Required]
                } else {
                    Vec::new()
                },
            }),
        }
    }

    fn both(&self, at: usize, other: usize) -> Undecided {
        let (old, new) = (self.settings[at].name(), self.settings[other].name());
        let is_about_clients = new == CLIENT_AUTHENTICATION;
        Undecided {
            message: format!("{old} and {new} are both set, with different values"),
            actions: vec![format!("remove one of the two: {old} or {new}")],
            choices: if is_about_clients { self.choices() } else { Vec::new() },
        }
    }

    fn unknown_value(&self, at: usize, new: &str, value: &str) -> Undecided {
        let old = self.settings[at].name();
        let message = if value.contains("${") || is_template(value) {
            format!(
                "the value of {old} comes from a variable or a template, and {new} takes other values"
            )
        } else {
            format!("no value of {new} means the same as the value of {old}")
        };
        undecided(message, format!("set {new} instead of {old}"))
    }

    fn unknown_suite(&self, at: usize, new: &str, suite: &str) -> Undecided {
        if suite.contains("${") || is_template(suite) || !is_word(suite) {
            return self.unknown_value(at, new, suite);
        }
        let old = self.settings[at].name();
        undecided(
            format!("Java 17 has no cipher suite {suite}: {old} took it, and {new} does not"),
            format!("remove {suite} from {old}"),
        )
    }

    fn is_any(&self, plugins: &[&str]) -> bool {
        plugins.iter().any(|key| self.plugin.is(key))
    }

    /// Returns the index of the setting of this name.
    fn find(&self, name: &str) -> Option<usize> {
        self.names.get(name).map(|(at, _)| *at)
    }

    fn authorities(&self) -> Option<usize> {
        let is_list = |at: &usize| !texts_of(&self.attributes[*at].value).is_empty();
        AUTHORITIES.iter().find_map(|name| self.find(name)).filter(is_list)
    }

    /// Whether a setting says that TLS is off, or none says that it is on.
    fn is_tls_off(&self) -> bool {
        let switches = ["ssl_enabled", "ssl", "ssl_enable"].iter();
        let mut set = switches.filter_map(|name| self.find(name));
        let is_off = |at: usize| text_of(&self.attributes[at].value) == "false";
        set.next().is_none_or(is_off)
    }
}

impl DeclaredPlugin<'_> {
    /// Refuses a new name that some assumed release does not take, or the one that runs until the upgrade.
    pub(super) fn refuse_unknown(&self, new: &str) -> Result<(), Undecided> {
        let is_taken = |state| matches!(state, State::Fine | State::Deprecated);
        let known = self.settings.iter().find(|setting| setting.name == new);
        let mut states = known.into_iter().flat_map(|setting| self.states(setting));
        if known.is_none() || !states.all(is_taken) {
            return Err(undecided(
                format!("not every assumed release of Logstash takes {new}"),
                "name one release with --logstash VERSION",
            ));
        }
        let Some(from) = self.releases.upgrade.from else { return Ok(()) };
        if known.is_some_and(|setting| !setting.states_in(from).all(is_taken)) {
            return Err(undecided(
                format!(
                    "Logstash {}, which runs until the upgrade, does not know {new}",
                    from.least
                ),
                "upgrade to Logstash 8.19 first, which takes the old names and the new ones",
            ));
        }
        Ok(())
    }

    /// Returns the mode that its settings say, or its default.
    pub(in crate::check::rules) fn mode(&self, settings: &[SetSetting<'_>]) -> Option<String> {
        let set = settings.iter().find(|set| set.name() == "mode");
        let default = || DEFAULT_MODES.iter().find(|(key, _)| self.is(key));
        set.and_then(SetSetting::text).or_else(|| default().map(|(_, mode)| (*mode).to_owned()))
    }
}

/// Returns the setting that replaces this one, and what becomes of its value.
fn successor(
    plugin: &DeclaredPlugin<'_>,
    set: &SetSetting<'_>,
    mode: Option<&str>,
) -> Result<(&'static str, Values), Undecided> {
    let declared = set.declared.and_then(|setting| Some((setting.name, setting.replaced_by?)));
    let (old, replaced_by) = declared.unwrap_or_default();
    let is_of = |row: &&Successor| row.old == old && row.plugins.iter().any(|key| plugin.is(key));
    let rows: Vec<&Successor> = SUCCESSORS.iter().filter(is_of).collect();
    if rows.is_empty() {
        return Ok((replaced_by, Values::Same));
    }
    let is_of_mode = |row: &&&Successor| row.mode.is_none() || row.mode == mode;
    let row = rows.iter().find(is_of_mode).ok_or_else(|| {
        undecided(
            format!("what replaces {old} depends on mode, which is not known"),
            format!("set {} instead", in_modes(replaced_by)),
        )
    })?;
    Ok((row.new.unwrap_or(replaced_by), row.values))
}

/// Words what replaces a setting: one, or one for each mode.
pub(in crate::check::rules) fn in_modes(replaced_by: &str) -> String {
    replaced_by
        .replace(" (mode server) / ", " in mode server, or ")
        .replace(" (mode client)", " in mode client")
}

fn undecided(message: impl Into<String>, action: impl Into<String>) -> Undecided {
    Undecided { message: message.into(), actions: vec![action.into()], choices: Vec::new() }
}
