//! Variables in settings: `${NAME}` and `${NAME:default}`, and where their values come from.

mod environment_file;

use std::collections::HashMap;
use std::ffi::OsString;
use std::ops::Range;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::os::view::{self, View};

/// Where the service gets its environment from.
///
/// Source: the unit of the deb and rpm packages (`EnvironmentFile=-…`), in its order.
const ENVIRONMENT_FILES: &[&str] = &["/etc/default/logstash", "/etc/sysconfig/logstash"];

/// Where a variable's value comes from. A keystore comes before all of these in Logstash, and only Logstash
/// can read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// The environment of fixkey itself.
    Environment,
    /// A file that the service takes its environment from.
    File(PathBuf),
    /// The text behind the colon.
    Default,
}

/// One place in text where a variable stands.
#[derive(Clone, PartialEq, Eq)]
pub struct Use {
    /// The variable's name.
    pub name: String,
    /// Bytes of the text, from `$` to `}`.
    pub span: Range<usize>,
    /// Where its value comes from; `None` where it has none.
    pub origin: Option<Origin>,
    /// What stands behind the colon, where there is one. It may be secret.
    pub default: Option<Zeroizing<String>>,
}

/// Text with its variables replaced.
pub struct Expansion {
    /// The result; `None` where a variable has no value, of which Logstash says `Cannot evaluate`.
    pub value: Option<Zeroizing<String>>,
    /// The variables of the text, in order.
    pub variables: Vec<Use>,
}

/// What variables stand for: the environment, then the files, then the default.
#[derive(Default)]
pub struct Variables {
    environment: HashMap<OsString, Zeroizing<String>>,
    files: Vec<(PathBuf, HashMap<String, Zeroizing<String>>)>,
}

impl Variables {
    /// The variables of an environment. Values that are no UTF-8 are passed over.
    #[must_use]
    pub fn new(environment: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let text = |(name, value): (OsString, OsString)| {
            Some((name, Zeroizing::new(value.into_string().ok()?)))
        };
        Self { environment: environment.into_iter().filter_map(text).collect(), files: Vec::new() }
    }

    /// Adds a file as `EnvironmentFile` of `systemd.exec(5)` reads it. What it sets goes before what the files
    /// added earlier set.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn add_file(&mut self, path: &Path, view: &View) -> Result<(), view::Error> {
        let contents = view.read_file(path)?;
        let text = source_text::decode(&contents.bytes);
        self.files.push((path.to_owned(), environment_file::read(&text).into_iter().collect()));
        Ok(())
    }

    /// Adds the files that the packages' service reads, where they exist.
    ///
    /// # Errors
    /// The path, and why it cannot be read.
    pub fn add_usual_files(&mut self, view: &View) -> Result<(), (PathBuf, view::Error)> {
        for file in ENVIRONMENT_FILES {
            let Ok(located) = view.locate(Path::new(file)) else { continue };
            match self.add_file(&located.path, view) {
                Ok(()) | Err(view::Error::Missing) => {}
                Err(error) => return Err((located.path, error)),
            }
        }
        Ok(())
    }

    /// The value of a variable, and where it comes from.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<(&str, Origin)> {
        let in_file = |(path, values): &'_ (PathBuf, HashMap<String, Zeroizing<String>>)| {
            values.contains_key(name).then(|| Origin::File(path.clone()))
        };
        if let Some(value) = self.environment.get(std::ffi::OsStr::new(name)) {
            return Some((value, Origin::Environment));
        }
        let (at, origin) = self
            .files
            .iter()
            .enumerate()
            .rev()
            .find_map(|(at, file)| Some((at, in_file(file)?)))?;
        Some((self.files[at].1.get(name)?, origin))
    }

    /// Replaces the variables of a text, and once more those that the values hold, as Logstash does.
    #[must_use]
    pub fn expand(&self, text: &str) -> Expansion {
        let Expansion { value, variables } = self.expand_once(text);
        let again = |value: Zeroizing<String>| {
            if variables.is_empty() { Some(value) } else { self.expand_once(&value).value }
        };
        Expansion { value: value.and_then(again), variables }
    }

    fn expand_once(&self, text: &str) -> Expansion {
        let mut variables = Vec::new();
        let mut parts = Some(Vec::new());
        let mut done = 0;
        for placeholder in placeholders(text) {
            let (value, origin) = match (self.value(placeholder.name), placeholder.default) {
                (Some((value, origin)), _) => (Some(value), Some(origin)),
                (None, Some(default)) => (Some(default), Some(Origin::Default)),
                (None, None) => (None, None),
            };
            if let Some(parts) = &mut parts {
                parts.push(&text[done..placeholder.span.start]);
                parts.extend(value);
            }
            parts = parts.filter(|_| value.is_some());
            done = placeholder.span.end;
            variables.push(placeholder.into_use(origin));
        }
        let parts = parts.map(|parts| parts.into_iter().chain([&text[done..]]));
        let parts = parts.filter(|parts| parts.clone().map(str::len).sum::<usize>() <= LONGEST);
        let value = parts.map(join);
        Expansion { value, variables }
    }
}

/// Longer than any path or passphrase, in bytes; variables that hold each other grow without bounds.
const LONGEST: usize = 1 << 16;

/// Joins secret text without leaving copies behind.
fn join<'a>(parts: impl Iterator<Item = &'a str> + Clone) -> Zeroizing<String> {
    let mut joined = Zeroizing::new(String::with_capacity(parts.clone().map(str::len).sum()));
    parts.for_each(|part| joined.push_str(part));
    joined
}

struct Placeholder<'a> {
    name: &'a str,
    default: Option<&'a str>,
    span: Range<usize>,
}

impl Placeholder<'_> {
    fn into_use(self, origin: Option<Origin>) -> Use {
        let default = self.default.map(|default| Zeroizing::new(default.to_owned()));
        Use { name: self.name.to_owned(), span: self.span, origin, default }
    }
}

/// Source: `SUBSTITUTION_PLACEHOLDER_REGEX` of Logstash's `substitution_variables.rb`,
/// `\$\{(?<name>[a-zA-Z_.][a-zA-Z0-9_.]*)(:(?<default>[^}]*))?\}`.
fn placeholders(text: &str) -> impl Iterator<Item = Placeholder<'_>> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + text[from..].find("${")?;
            from = start + 2;
            if let Some((name, default, length)) = inside(&text[from..]) {
                from += length;
                return Some(Placeholder { name, default, span: start..from });
            }
        }
    })
}

/// Name, default and length of what stands behind `${`, the brace included.
fn inside(text: &str) -> Option<(&str, Option<&str>, usize)> {
    let end = text.find('}')?;
    let (name, default) = match text[..end].split_once(':') {
        Some((name, default)) => (name, Some(default)),
        None => (&text[..end], None),
    };
    let is_first = |byte: u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'.');
    let is_name = name.bytes().next().is_some_and(is_first)
        && name.bytes().all(|byte| is_first(byte) || byte.is_ascii_digit());
    is_name.then_some((name, default, end + 1))
}

/// Whether text is yet to be filled in by another program (Jinja, ERB).
#[must_use]
pub fn is_template(text: &str) -> bool {
    ["{{", "{%", "<%"].iter().any(|mark| text.contains(mark))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variables() -> Variables {
        let mut variables = Variables::new([("HERE".into(), "env".into())]);
        let values = [("HERE", "file"), ("KEY", "/k/${HERE}"), ("LOOP", "${LOOP}")];
        let values =
            values.map(|(name, value)| (name.to_owned(), Zeroizing::new(value.to_owned())));
        variables.files.push(("/e".into(), values.into()));
        variables
    }

    fn value(text: &str) -> Option<String> {
        variables().expand(text).value.map(|value| value.to_string())
    }

    #[test]
    fn environment_goes_before_files_and_files_before_defaults() {
        assert_eq!(value("a${HERE}b").as_deref(), Some("aenvb"));
        assert_eq!(value("${KEY:/d}").as_deref(), Some("/k/env"));
        assert_eq!(value("${NONE:/d/${HERE}").as_deref(), Some("/d/${HERE"));
        assert_eq!(value("${NONE:}x").as_deref(), Some("x"));
        assert_eq!(value("x ${NONE}"), None);
        assert_eq!(value("${LOOP}").as_deref(), Some("${LOOP}"));
        let uses = variables().expand("ä${KEY} ${NONE:d}${NO}").variables;
        let found: Vec<_> =
            uses.iter().map(|found| (found.span.clone(), found.origin.clone())).collect();
        let file = Some(Origin::File("/e".into()));
        assert_eq!(found, [(2..8, file), (9..18, Some(Origin::Default)), (18..23, None)]);
    }

    #[test]
    fn malformed_placeholders_are_text() {
        for text in ["${1A}", "${A-B}", "$HERE", "${}", "${HERE", "${ HERE}", "${:x}"] {
            assert_eq!(value(text).as_deref(), Some(text));
        }
        assert_eq!(value("${-${HERE}").as_deref(), Some("${-env"));
    }
}
