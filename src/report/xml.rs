//! XML 1.0, as far as a report needs it: elements, attributes and text, written to a string.

use std::fmt::Write as _;

/// The declaration that a document begins with.
pub(super) const DECLARATION: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// An element.
pub(super) struct Element {
    name: &'static str,
    attributes: Vec<(&'static str, String)>,
    text: String,
    children: Vec<Element>,
}

impl Element {
    /// An element with nothing in it.
    pub(super) fn new(name: &'static str) -> Self {
        Self { name, attributes: Vec::new(), text: String::new(), children: Vec::new() }
    }

    /// The same with an attribute.
    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.attributes.push((name, value.into()));
        self
    }

    /// The same with text in it.
    pub(super) fn text(self, text: String) -> Self {
        Self { text, ..self }
    }

    /// The same with elements in it, after the text.
    pub(super) fn containing(mut self, children: impl IntoIterator<Item = Self>) -> Self {
        self.children.extend(children);
        self
    }

    /// Its text, with an indentation of its depth.
    pub(super) fn to_text(&self, depth: usize) -> String {
        let indentation = "  ".repeat(depth);
        let mut text = format!("{indentation}<{}", self.name);
        for (name, value) in &self.attributes {
            let _ = write!(text, " {name}=\"{}\"", escaped(value, true));
        }
        if self.text.is_empty() && self.children.is_empty() {
            return text + "/>\n";
        }
        let _ = write!(text, ">{}", escaped(&self.text, false));
        if !self.children.is_empty() {
            text.push('\n');
            text.extend(self.children.iter().map(|child| child.to_text(depth + 1)));
            text.push_str(&indentation);
        }
        let _ = writeln!(text, "</{}>", self.name);
        text
    }
}

/// Text with what XML gives a meaning escaped, and in an attribute also what it would make a blank. A character that
/// XML 1.0, §2.2, forbids is told by its number.
fn escaped(text: &str, in_attribute: bool) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\n' | '\t' if in_attribute => {
                let _ = write!(escaped, "&#{};", u32::from(character));
            }
            '\n' | '\t' => escaped.push(character),
            _ if character.is_control() || matches!(character, '\u{fffe}' | '\u{ffff}') => {
                let _ = write!(escaped, "{}", character.escape_unicode());
            }
            _ => escaped.push(character),
        }
    }
    without_commands(&escaped)
}

/// The same text, in which the runner of GitHub Actions finds no workflow command
/// ([`crate::os::display::without_commands`]).
fn without_commands(escaped: &str) -> String {
    let lines = escaped.split('\n').map(|line| {
        let rest = line.trim_start();
        let blanks = &line[..line.len() - rest.len()];
        rest.strip_prefix("::").map_or(line.to_owned(), |rest| format!("{blanks}&#58;:{rest}"))
    });
    lines.collect::<Vec<_>>().join("\n").replace("##[", "#&#35;[")
}
