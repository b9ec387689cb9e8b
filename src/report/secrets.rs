//! What of a configuration may be shown: everything else in it may be a secret, and is masked.

use std::collections::HashSet;
use std::ops::Range;
use std::sync::LazyLock;

use crate::logstash::plugins::{PLUGINS, Plugin};
use crate::os::display::holds_key;

/// What stands for a secret.
pub const MASK: &str = "********";

/// Words of the configuration language, of YAML and of common plugins, which are no secrets.
static WORDS: LazyLock<WordSet> = LazyLock::new(|| {
    names(
        "input filter output if else and or xor nand not in true false codec plain json line stdin stdout \
    elasticsearch generator null",
    )
});

/// Settings beside those of TLS whose values are shown.
static SHOWN: LazyLock<WordSet> = LazyLock::new(|| {
    names(
        "api.enabled api.environment api.http.host api.http.port cipher_suites client_inactivity_timeout codec \
    compression_level config.string destination enrich field host hosts http.enabled http.environment http.host \
    http.port http_compression http_method id include_codec_tag keystore_type mode path path.config pipeline.id port \
    source target truststore_type type verify_mode workers",
    )
});

/// The settings of the TLS of some plugin.
static SETTINGS: LazyLock<WordSet> = LazyLock::new(|| {
    let of = |plugin: &'static Plugin| {
        [plugin.key, plugin.certificate, plugin.passphrase, plugin.authorities]
    };
    PLUGINS.iter().flat_map(of).flatten().map(|name| name.as_bytes()).collect()
});

/// Words in a form in which one is found fast: every word of a text is looked up.
type WordSet = HashSet<&'static [u8]>;

fn names(words: &'static str) -> WordSet {
    words.split(' ').filter(|word| !word.is_empty()).map(str::as_bytes).collect()
}

/// What the name of a setting or a comment holds that is about a secret, in lower case.
const SECRET: &str = "pass pw secret token credential api auth: access cookie bearer community";

/// Where PEM begins.
const PEM: &[u8] = b"-----BEGIN";

/// Where UTF-8 may begin.
const BYTE_ORDER_MARK: &[u8] = "\u{feff}".as_bytes();

/// Longer than any URL, in bytes.
const LONGEST_URL: usize = 500;

/// Bytes of a name, at most.
const LONGEST_NAME: usize = 60;

/// Returns the spans of all that may be secret in `text`, in order and apart.
///
/// Shown are the punctuation and the words of the language, names in places where a name belongs, values of settings
/// that are known to hold none, truth values, and variables without their default values. No text has to parse.
#[must_use]
pub fn spans(text: &[u8], comments: Comments) -> Vec<Range<usize>> {
    let mut reader = Masker {
        text,
        comments,
        at: 0,
        place: Slot::Name,
        setting: None,
        configuration_end: None,
        lists: 0,
        found: Vec::new(),
    };
    while reader.at < text.len() {
        reader.step();
    }
    let mut apart: Vec<Range<usize>> = Vec::with_capacity(reader.found.len());
    for span in reader.found.into_iter().filter(|span| !span.is_empty()) {
        match apart.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => apart.push(span),
        }
    }
    apart
}

/// What is shown of comments, beside the rules that they silence.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Comments {
    /// Nothing.
    Masked,
    /// Those in prose: a diff without them would not apply.
    Prose,
}

/// What may come next.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Slot {
    /// A name.
    Name,
    /// The operator after a name; what comes in its place may be the value of a setting that lacks one.
    Operator,
    /// A value.
    Value,
}

/// Reads a text from its beginning.
struct Masker<'a> {
    text: &'a [u8],
    comments: Comments,
    at: usize,
    place: Slot,
    /// The last name that something was assigned to.
    setting: Option<&'a [u8]>,
    /// Where the quotes close that hold a configuration in `pipelines.yml`.
    configuration_end: Option<usize>,
    /// How many lists of its values are open.
    lists: usize,
    found: Vec<Range<usize>>,
}

impl Masker<'_> {
    fn step(&mut self) {
        let rest = &self.text[self.at..];
        match rest[0] {
            _ if rest.starts_with(PEM) => self.mask(self.at + PEM.len()..self.pem_end()),
            byte if byte.is_ascii_whitespace() => self.at += 1,
            _ if rest.starts_with(BYTE_ORDER_MARK) => self.at += BYTE_ORDER_MARK.len(),
            b'#' => self.comment(),
            quote @ (b'"' | b'\'')
                if self.setting == Some(b"config.string") && self.place == Slot::Value =>
            {
                self.configuration_end = Some(string_end(self.text, self.at, quote));
                self.pass(1, Slot::Name);
            }
            _ if self.configuration_end == Some(self.at) => {
                self.configuration_end = None;
                self.pass(1, Slot::Name);
            }
            quote @ (b'"' | b'\'') => self.string(quote),
            b'$' if rest.starts_with(b"${") => self.variable(),
            b'[' if self.place == Slot::Value => {
                self.lists += 1;
                self.at += 1;
            }
            b']' => {
                self.lists = self.lists.saturating_sub(1);
                self.pass(1, Slot::Name);
            }
            b',' if self.lists > 0 => self.pass(1, Slot::Value),
            b'\\' => self.at += 1,
            b'{' | b'}' | b'[' | b'(' | b')' | b',' => self.pass(1, Slot::Name),
            byte if is_operator(byte) => self.operator(),
            _ => self.word(),
        }
    }

    /// Goes on behind some bytes that are shown.
    fn pass(&mut self, bytes: usize, place: Slot) {
        self.at += bytes;
        self.place = place;
    }

    fn mask(&mut self, span: Range<usize>) {
        self.at = span.end.max(self.at + 1);
        self.found.push(span);
        self.place = self.after_value();
    }

    fn after_value(&self) -> Slot {
        if self.lists > 0 { Slot::Value } else { Slot::Name }
    }

    fn rest_of_line(&self) -> Range<usize> {
        self.at..self.at + length(&self.text[self.at..], |byte| byte != b'\n')
    }

    fn pem_end(&self) -> usize {
        let end = self.text[self.at..].windows(5).position(|window| window == b"--END");
        end.map_or(self.text.len(), |end| self.at + end)
    }

    /// Shows the rules of an ignore comment and, if asked for, prose; masks the rest of the line otherwise.
    fn comment(&mut self) {
        let line = self.rest_of_line();
        let words = self.text[line.clone()].to_ascii_lowercase();
        let rules = words.strip_prefix(b"# fixkey: ignore[".as_slice()).map_or(0, |rules| {
            let list = length(rules, |byte| is_name_byte(byte) || matches!(byte, b',' | b' '));
            words.len() - rules.len() + list + usize::from(rules.get(list) == Some(&b']'))
        });
        let words = &words[rules.max(1)..];
        let of_prose = |byte: &u8| byte.is_ascii_alphabetic() || b" \t\r.,;?!()#'-".contains(byte);
        let is_prose = words.iter().all(of_prose) && !is_about_secret(words);
        let is_shown =
            words.trim_ascii().is_empty() || self.comments == Comments::Prose && is_prose;
        if !is_shown {
            self.found.push(line.end - words.len()..line.end);
        }
        self.at = line.end;
    }

    /// Returns whether nothing but blanks and marks of lists of YAML precede this place in its line, which is not the
    /// first of the text.
    fn is_first_of_line(&self) -> bool {
        let mut before = self.text[..self.at].iter().rev();
        let before = before.find(|byte| !b" -".contains(byte));
        before == Some(&b'\n')
    }

    /// Returns whether a `-` here begins an item of a list of YAML whose setting is shown.
    fn is_item_of_shown(&self) -> bool {
        self.text[self.at..].starts_with(b"- ")
            && self.is_first_of_line()
            && self.setting.is_some_and(is_shown)
    }

    /// `=>`, `==`, `:` and the like; the mark of a block of YAML masks the block.
    fn operator(&mut self) {
        let run = length(&self.text[self.at..], is_operator);
        if self.is_item_of_shown() {
            return self.pass(1, Slot::Value);
        }
        let is_block = matches!(self.text[self.at], b'|' | b'>') && self.place == Slot::Value;
        if run > 2 {
            self.mask(self.at..self.at + run);
        } else if is_block && self.setting != Some(b"config.string") {
            self.mask(self.at + run..self.block_end());
        } else {
            // A comparison assigns nothing to the setting before it.
            if self.place != Slot::Operator && !is_block {
                self.setting = None;
            }
            let place = if is_block { Slot::Name } else { Slot::Value };
            self.pass(run, if self.text[self.at] == b'-' && run == 1 { Slot::Name } else { place });
        }
    }

    /// The end of a YAML block: the next line that is indented no more than that of its mark.
    fn block_end(&self) -> usize {
        let indentation = |line: &[u8]| length(line, |byte| byte == b' ');
        let start =
            self.text[..self.at].iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        let own = indentation(&self.text[start..]);
        let mut lines = self.text[self.at..].split_inclusive(|byte| *byte == b'\n');
        let mark = lines.next().map_or(0, <[u8]>::len);
        let is_inside = |line: &&[u8]| line.trim_ascii().is_empty() || indentation(line) > own;
        self.at + mark + lines.take_while(is_inside).map(<[u8]>::len).sum::<usize>()
    }

    /// `${NAME}`; a default value is masked.
    fn variable(&mut self) {
        let name = self.at + 2..self.at + 2 + length(&self.text[self.at + 2..], is_name_byte);
        let end = name.end + length(&self.text[name.end..], |byte| byte != b'}' && byte != b'\n');
        if end > name.end {
            self.mask(name.end..end);
        }
        self.at = end;
        self.place = self.after_value();
    }

    /// A string; of one that its line does not end, the first line is as good as a value.
    fn string(&mut self, quote: u8) {
        let content = self.at + 1..string_end(self.text, self.at, quote);
        let after = (content.end + 1).min(self.text.len());
        let value = &self.text[content.clone()];
        let first_line = length(value, |byte| byte != b'\n');
        if self.is_assigned_to(value, after) && self.place == Slot::Name {
            self.setting = Some(value);
            return self.pass(after - self.at, Slot::Operator);
        }
        let is_shown = self.is_shown_value(&value[..first_line]) || is_variable(value);
        self.mask(content.start + if is_shown { first_line } else { 0 }..content.end);
        self.at = after;
    }

    /// A word, and what is glued to one that is masked.
    fn word(&mut self) {
        let rest = &self.text[self.at..];
        let length =
            length(rest, |byte| !byte.is_ascii_whitespace() && !b"{}[](),\"'=>".contains(&byte))
                .max(1);
        let is_key = rest[..length].ends_with(b":") && length > 1;
        let word = &rest[..length - usize::from(is_key)];
        let end = self.at + word.len();
        let is_known = is_known(word);
        if self.setting == Some(b"config.string") && self.place == Slot::Value {
            self.place = Slot::Name;
        }
        match self.place {
            Slot::Operator if self.setting.is_some_and(is_shown) && is_short_number(word) => {
                self.pass(word.len(), self.after_value());
            }
            Slot::Operator if !is_known || self.setting.is_some() => {
                let line = self.rest_of_line();
                self.mask(line);
            }
            Slot::Name | Slot::Operator if self.is_assigned_to(word, end) => {
                self.setting = Some(word);
                self.pass(word.len(), Slot::Operator);
            }
            Slot::Name | Slot::Operator if is_known => {
                let is_setting = SETTINGS.contains(word) || SHOWN.contains(word);
                self.setting = is_setting.then_some(word);
                self.pass(word.len(), if is_setting { Slot::Operator } else { Slot::Name });
            }
            Slot::Value if self.is_nested_key(word, end) => {
                self.setting = Some(word);
                self.pass(word.len(), Slot::Operator);
            }
            // The password of a URL may hold what ends a word.
            Slot::Value if self.run().contains(&b'@') => {
                self.mask(self.at..self.at + self.run().len());
            }
            Slot::Value if self.is_shown_value(word) || is_harmless(word) => {
                self.pass(word.len(), self.after_value());
            }
            _ => self.mask(self.at..end),
        }
    }

    /// Whether something is assigned to this word, which ends at `end`.
    fn is_assigned_to(&self, word: &[u8], end: usize) -> bool {
        let rest = &self.text[end..];
        let after = &rest[length(rest, |byte| matches!(byte, b' ' | b'\t'))..];
        let is_assigned =
            after.starts_with(b"=>") || after.starts_with(b"{") || rest.starts_with(b":");
        is_assigned
            && word.len() < LONGEST_NAME
            && !word.is_empty()
            && word.iter().all(|byte| is_name_byte(*byte))
    }

    /// Returns whether a word in place of a value begins a nested map of YAML: it is the first of its line, and a colon
    /// and a blank follow it.
    fn is_nested_key(&self, word: &[u8], end: usize) -> bool {
        let is_colon = self.text[end..].starts_with(b":");
        let is_ended = self.text.get(end + 1).is_none_or(u8::is_ascii_whitespace);
        self.is_first_of_line()
            && is_colon
            && is_ended
            && word.len() < LONGEST_NAME
            && word.iter().all(|byte| is_name_byte(*byte))
    }

    /// Returns what comes up to the next blank, as long as a URL at most.
    fn run(&self) -> &[u8] {
        let rest = &self.text[self.at..];
        let rest = &rest[..rest.len().min(LONGEST_URL)];
        &rest[..length(rest, |byte| !byte.is_ascii_whitespace())]
    }

    fn is_shown_value(&self, value: &[u8]) -> bool {
        let is_shown = self.place == Slot::Value && self.setting.is_some_and(is_shown);
        let is_word = !value.iter().any(|byte| byte.is_ascii_whitespace() || b"@?".contains(byte));
        is_shown && is_word && !holds_key(&String::from_utf8_lossy(value)) || is_harmless(value)
    }
}

/// A text with its secrets masked, and a span of it as it lies in the masked text.
#[must_use]
pub fn masked(text: &str, secrets: &[Range<usize>], span: Range<usize>) -> (String, Range<usize>) {
    let mut shown = String::with_capacity(text.len());
    let mut moved = span.clone();
    let mut at = 0;
    for secret in secrets {
        shown.push_str(text.get(at..secret.start).unwrap_or_default());
        let begins = shown.len();
        shown.push_str(MASK);
        at = secret.end;
        for (offset, new) in [(span.start, &mut moved.start), (span.end, &mut moved.end)] {
            if offset >= secret.end {
                *new = shown.len() + (offset - secret.end);
            } else if offset > secret.start {
                *new = begins;
            }
        }
    }
    shown.push_str(text.get(at..).unwrap_or_default());
    (shown, moved)
}

fn length(text: &[u8], is: impl Fn(u8) -> bool) -> usize {
    text.iter().take_while(|byte| is(**byte)).count()
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-' | b'@')
}

fn is_operator(byte: u8) -> bool {
    b"=>:~!<|-".contains(&byte)
}

/// Returns whether a value can hold no secret: it is empty or a truth value.
fn is_harmless(value: &[u8]) -> bool {
    matches!(value, b"" | b"true" | b"false")
}

fn is_short_number(value: &[u8]) -> bool {
    value.len() <= 5 && value.iter().all(u8::is_ascii_digit)
}

fn is_variable(value: &[u8]) -> bool {
    let name = value.strip_prefix(b"${").and_then(|value| value.strip_suffix(b"}"));
    name.is_some_and(|name| name.iter().all(|byte| is_name_byte(*byte)))
}

fn is_about_secret(text: &[u8]) -> bool {
    let has = |part: &str| text.windows(part.len()).any(|found| found == part.as_bytes());
    SECRET.split(' ').any(has)
}

/// Returns whether the values of a setting are shown: paths, addresses and choices.
fn is_shown(name: &[u8]) -> bool {
    // `output.logstash.ssl.key`
    let last = |part: &[u8]| memchr::memmem::rfind(name, part).map(|at| &name[at + 1..]);
    let name =
        last(b".ssl.").or_else(|| last(b".hosts").filter(|it| *it == b"hosts")).unwrap_or(name);
    let is_of_tls = SETTINGS.contains(name)
        || name.starts_with(b"ssl")
        || name.starts_with(b"tls")
        || name.ends_with(b".ssl.key");
    SHOWN.contains(name) || is_of_tls && !is_about_secret(&name.to_ascii_lowercase())
}

/// Returns whether a word is one of the language or of the plugins.
fn is_known(word: &[u8]) -> bool {
    let mut names = PLUGINS.iter().flat_map(|plugin| plugin.names);
    let is_plugin = names.any(|name| name.as_bytes() == word);
    is_harmless(word)
        || WORDS.contains(word)
        || SHOWN.contains(word)
        || is_plugin
        || SETTINGS.contains(word)
}

/// Returns where the string ends whose quote is at `start`; one with a backslash ends at one with a backslash, as in a
/// string of YAML.
fn string_end(text: &[u8], start: usize, quote: u8) -> usize {
    let is_escaped = |at: usize| at > 0 && text[at - 1] == b'\\';
    let ends = |at: &usize| text[*at] == quote && is_escaped(*at) == is_escaped(start);
    (start + 1..text.len()).find(ends).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(text: &str) -> String {
        masked(text, &spans(text.as_bytes(), Comments::Prose), 0..0).0
    }

    #[test]
    fn secrets_are_masked() {
        for text in [
            r#"password => "X""#,
            r#"password "X""#,
            r#"headers => ["Authorization", "Basic X"]"#,
            r#"add_field => ["password","X"]"#,
            r#""H-Api-Key" => "X""#,
            "access_key => X",
            "passwords => [\n \"X\"\n]",
            r#"x => "Authorization: Bearer X""#,
            "http://u:p@X@host",
            "http://u:a/X@host",
            "password: |\n  X\nnext: 1",
            "password -> \"X\"",
            "password = > \"X\"",
            "password => \"a\"X\"",
            "password =>\n  X",
            "-----BEGIN RSA PRIVATE KEY-----\nX",
            r#"config.string: "input { x { password => \"aa X\" } }""#,
            "passphrase: 'it''s X'",
            r#"x => "AccountKey=X;""#,
            "bind_pw => 'X'",
            "ssl_key => \"-----BEGIN X\"",
            "community: X y",
            "cloud_auth => \"a:X\" }",
            "passphrase => \"X\" passphrase => \"X\"",
            "passphrase => 'it' passphrase => 'X'",
            "passphrase => \"\" passphrase => \"X\"",
            "ssl_key_passphrase X",
            "\"ssl_key_passphrase\" X",
            "ssl_key_passphrase ${P:X}",
            "ssl_key_passphrase => \"${P:X}\"",
            "ssl_key_passphrase (X)",
            "ssl_key_passphrase [X]",
            "ssl_key_passphrase {X}",
            "ssl_key_passphrase ~> X",
            "ssl_key_passphrase X => y",
            "ssl_key_passphrase a X => y",
            "ssl_key_passphrase: X",
            "ssl_key_passphrase = X",
            "ssl_key_passphrase\nX",
            "ssl_key_pass phrase => X",
            "sslkeypassphrase X",
            "ssl_key => \"/a\nX\"",
            "a#X",
            "# old: X1",
            "# passphrase X",
            "# ssl_key_passphrase => \"X\"",
            "config.string: \"input { x { password => \\\"X\\\" } }\"",
            "if [a] == \"X\" {",
            "port => 1 } if [a] == \"X\" {",
            "ssl_key => '/a' if [a] =~ /X/ {",
            "hosts => \"https://h/?token=X\"",
            "ssl_key_passphrase\nX => y",
        ] {
            assert!(!shown(text).contains('X'), "{text} -> {}", shown(text));
        }
    }

    #[test]
    fn numbers_are_shown_of_known_settings_alone_and_comments_in_diffs_alone() {
        assert_eq!(shown("port => 5044"), "port => 5044");
        assert_eq!(shown("port 5044"), "port 5044");
        assert_eq!(shown("ssl_key_passphrase 1234"), format!("ssl_key_passphrase {MASK}"));
        assert_eq!(shown("ssl_key_passphrase => 1234"), format!("ssl_key_passphrase => {MASK}"));
        assert_eq!(shown("pin => \"1234\""), format!("pin => \"{MASK}\""));
        let text = "port => 1 # correct horse";
        assert_eq!(shown(text), text);
        let masked = masked(text, &spans(text.as_bytes(), Comments::Masked), 0..0).0;
        assert_eq!(masked, format!("port => 1 #{MASK}"));
    }

    #[test]
    fn paths_names_and_variables_are_shown() {
        for text in [
            "input { beats { port => 5044 ssl_key => \"/etc/ssl/our.key\" } }",
            "ssl_certificate => 'certs/our.crt' # ours",
            "ssl_key_passphrase => \"${KEY_PASS}\"",
            "ssl_key_passphrase => \"\"",
            "\"ssl_key\" => [\"/x\"]",
            "path.config: \"/etc/*.conf\"",
            "xpack.monitoring.elasticsearch.ssl.key: '/x'",
            "port => \"5044\"",
        ] {
            assert_eq!(shown(text), text);
        }
    }
}
