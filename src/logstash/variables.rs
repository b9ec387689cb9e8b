//! Expands variables in settings: `${NAME}` and `${NAME:default}`.

mod environment_file;

use std::collections::HashMap;
use std::ffi::OsString;
use std::ops::Range;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::os::view::{self, View};

/// The files with the environment of Logstash's service.
///
/// Source: the unit of the deb and rpm packages (`EnvironmentFile=-…`), in its order.
const ENVIRONMENT_FILES: &[&str] = &["/etc/default/logstash", "/etc/sysconfig/logstash"];

/// The source of a variable's value. In Logstash, a keystore comes before all of these, and only Logstash can read it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// fixkey's own environment.
    Environment,
    /// A file with the service's environment.
    File(PathBuf),
    /// The text after the colon.
    Default,
}

/// A use of a variable in a text.
#[derive(Clone, PartialEq, Eq)]
pub struct Use {
    /// The variable's name.
    pub name: String,
    /// Bytes of the text, from `$` to `}`.
    pub span: Range<usize>,
    /// The source of its value; `None` if it has none.
    pub origin: Option<Origin>,
    /// The text after the colon, if any. It may be secret.
    pub default: Option<Zeroizing<String>>,
}

/// Text with its variables replaced.
pub struct Expansion {
    /// The result; `None` if a variable has no value, for which Logstash logs `Cannot evaluate`.
    pub value: Option<Zeroizing<String>>,
    /// The variables of the text, in order.
    pub variables: Vec<Use>,
}

/// The values of variables: the environment, then the files, then the default.
#[derive(Default)]
pub struct Variables {
    environment: HashMap<OsString, Zeroizing<String>>,
    files: Vec<(PathBuf, HashMap<String, Zeroizing<String>>)>,
    /// Whether no variable of the service is missing among these.
    is_whole: bool,
}

/// The keystore of Logstash, in its directory of settings. Source: docs/configuration-language.md §2.3.
const KEYSTORE: &str = "logstash.keystore";

/// The directory of settings of the packages. Source: docs/configuration-language.md §3.1.
const SETTINGS: &str = "/etc/logstash";

impl Variables {
    /// Takes the variables of an environment. Values that are not UTF-8 are skipped.
    #[must_use]
    pub fn new(environment: impl IntoIterator<Item = (OsString, OsString)>) -> Self {
        let text = |(name, value): (OsString, OsString)| {
            Some((name, Zeroizing::new(value.into_string().ok()?)))
        };
        let environment = environment.into_iter().filter_map(text).collect();
        Self { environment, ..Self::default() }
    }

    /// Adds a file as `EnvironmentFile` of `systemd.exec(5)` reads it. It overrides the files added earlier.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn add_file(&mut self, path: &Path, view: &View) -> Result<(), view::Error> {
        let contents = view.read_file(path)?;
        let text = source_text::decode(&contents.bytes);
        self.files.push((path.to_owned(), environment_file::read(&text).into_iter().collect()));
        Ok(())
    }

    /// Adds the environment files of the packages' service, if they exist.
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

    /// Takes it that no file or unit sets further variables of the service. A keystore in the packages' directory of
    /// settings may.
    pub fn complete(&mut self, view: &View) {
        let keystore = view.locate(&Path::new(SETTINGS).join(KEYSTORE));
        self.is_whole = !keystore.is_ok_and(|located| located.path.exists());
    }

    /// Whether a variable that has no value here has none for the Logstash that reads this configuration either.
    #[must_use]
    pub fn are_whole_for(&self, configuration: &Path) -> bool {
        let mut directories = configuration.ancestors().skip(1);
        self.is_whole && !directories.any(|directory| directory.join(KEYSTORE).exists())
    }

    /// The files that the service takes its environment from, as far as they were read.
    pub fn files(&self) -> impl Iterator<Item = &Path> {
        self.files.iter().map(|(path, _)| path.as_path())
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

    /// Expands the variables of a text, and once more those in the values, as Logstash does.
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

/// Longer than any path or passphrase, in bytes; limits variables that refer to each other.
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

/// Returns name, default and length of what follows `${`, including the brace.
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

/// Returns whether another program (Jinja, ERB) has yet to fill in the text.
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
