//! Archives of files in the txtar format of Go: comment lines, then `-- NAME --` before the lines of each file.
//!
//! txtar holds texts whose lines all end in LF. A mark after a name says how to read any other file:
//!
//! | line | the file |
//! |---|---|
//! | `-- NAME (no newline) --` | lacks the LF of its last line |
//! | `-- NAME (escaped) --` | has `\r`, `\0`, `\xNN` and `\\` for bytes; a `\` at the end of a line takes its LF away |
//! | `-- NAME = TEXT --` | is the file TEXT of `tests/texts/`, which many cases share |

use std::fs;
use std::path::{Path, PathBuf};

use simple_txtar::{Builder, File};

/// The comment and the files of a case.
#[derive(Default)]
pub(crate) struct Archive {
    pub(crate) comment: String,
    entries: Vec<Entry>,
}

struct Entry {
    name: String,
    bytes: Vec<u8>,
    /// The file as written in the archive.
    file: File,
}

impl Archive {
    /// Reads an archive; panics at an invalid mark or escape.
    pub(crate) fn read(path: &Path) -> Self {
        let text = fs::read_to_string(path).unwrap();
        let archive = simple_txtar::Archive::from(text);
        let comment = archive.comment().to_owned();
        let entries = archive.into_iter().map(|file| {
            let (name, bytes) = decoded(&file).unwrap_or_else(|| {
                panic!("{}: -- {} -- cannot be decoded", path.display(), file.name)
            });
            Entry { name, bytes, file }
        });
        Self { comment, entries: entries.collect() }
    }

    /// Returns the names of the files.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.entries.iter().map(|entry| entry.name.as_str())
    }

    /// Returns the bytes of a file.
    pub(crate) fn get(&self, name: &str) -> Option<&[u8]> {
        self.entries.iter().find(|entry| entry.name == name).map(|entry| entry.bytes.as_slice())
    }

    /// Returns the text of a file.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.get(name).map(|bytes| std::str::from_utf8(bytes).unwrap())
    }

    /// Returns the files below a directory, by relative path.
    pub(crate) fn beneath<'a>(
        &'a self,
        directory: &'a str,
    ) -> impl Iterator<Item = (&'a str, &'a [u8])> {
        self.entries.iter().filter_map(move |entry| {
            let path = entry.name.strip_prefix(directory)?.strip_prefix('/')?;
            Some((path, entry.bytes.as_slice()))
        })
    }

    /// Removes the files whose names match.
    pub(crate) fn remove(&mut self, is_meant: impl Fn(&str) -> bool) {
        self.entries.retain(|entry| !is_meant(&entry.name));
    }

    /// Appends a file, or replaces its bytes.
    pub(crate) fn set(&mut self, name: &str, bytes: &[u8]) {
        let entry =
            Entry { name: name.to_owned(), bytes: bytes.to_vec(), file: encoded(name, bytes) };
        match self.entries.iter_mut().find(|entry| entry.name == name) {
            Some(old) => *old = entry,
            None => self.entries.push(entry),
        }
    }

    pub(crate) fn write(&self, path: &Path) {
        let mut archive = Builder::new();
        archive.comment(self.comment.as_str());
        for entry in &self.entries {
            archive.file(entry.file.clone());
        }
        fs::write(path, archive.build().to_string()).unwrap();
    }
}

fn shared(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/texts").join(name)
}

fn decoded(file: &File) -> Option<(String, Vec<u8>)> {
    if let Some((name, text)) = file.name.split_once(" = ") {
        let is_empty = file.content.is_empty();
        return is_empty
            .then(|| fs::read(shared(text)).ok())
            .flatten()
            .map(|bytes| (name.to_owned(), bytes));
    }
    if let Some(name) = file.name.strip_suffix(" (no newline)") {
        return Some((name.to_owned(), file.content.strip_suffix('\n')?.into()));
    }
    if let Some(name) = file.name.strip_suffix(" (escaped)") {
        return Some((name.to_owned(), unescaped(&file.content)?));
    }
    Some((file.name.clone(), file.content.clone().into_bytes()))
}

fn unescaped(text: &str) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    let mut rest = text;
    while let Some((before, behind)) = rest.split_once('\\') {
        bytes.extend_from_slice(before.as_bytes());
        let mut length = 1;
        match behind.as_bytes().first()? {
            b'\n' => {}
            b'r' => bytes.push(b'\r'),
            b'0' => bytes.push(0),
            b'\\' => bytes.push(b'\\'),
            b'x' => {
                bytes.push(u8::from_str_radix(behind.get(1..3)?, 16).ok()?);
                length = 3;
            }
            _ => return None,
        }
        rest = &behind[length..];
    }
    bytes.extend_from_slice(rest.as_bytes());
    Some(bytes)
}

/// Returns the file in its archive form: its shared text, plain, or with a mark.
fn encoded(name: &str, bytes: &[u8]) -> File {
    let is_this = |path: &PathBuf| fs::read(path).unwrap() == bytes;
    let texts = fs::read_dir(shared("")).unwrap().map(|entry| entry.unwrap().path());
    if let Some(text) = texts.filter(is_this).min() {
        let text = text.file_name().unwrap().to_str().unwrap();
        return File::new(format!("{name} = {text}"), "");
    }
    match std::str::from_utf8(bytes) {
        Ok(text) if is_plain(text) && (text.is_empty() || text.ends_with('\n')) => {
            File::new(name, text)
        }
        Ok(text) if is_plain(text) => {
            File::new(format!("{name} (no newline)"), format!("{text}\n"))
        }
        _ => File::new(format!("{name} (escaped)"), escaped(bytes)),
    }
}

/// Returns whether an archive can hold every line of a text unescaped and readable.
fn is_plain(text: &str) -> bool {
    let is_hidden = |c: char| (c.is_control() && !"\n\t".contains(c)) || c == '\u{feff}';
    !text.contains(is_hidden) && !text.lines().any(|line| line.starts_with("-- "))
}

fn escaped(bytes: &[u8]) -> String {
    let mut text = String::new();
    for chunk in bytes.utf8_chunks() {
        for c in chunk.valid().chars() {
            match c {
                '\\' => text.push_str("\\\\"),
                '\r' => text.push_str("\\r"),
                '\0' => text.push_str("\\0"),
                '\n' | '\t' => text.push(c),
                c if c.is_control() || c == '\u{feff}' => {
                    let mut buffer = [0; 4];
                    for byte in c.encode_utf8(&mut buffer).bytes() {
                        text.push_str(&format!("\\x{byte:02x}"));
                    }
                }
                c => text.push(c),
            }
        }
        for byte in chunk.invalid() {
            text.push_str(&format!("\\x{byte:02x}"));
        }
    }
    text = text.replace("\n-- ", "\n\\x2d- ");
    if text.starts_with("-- ") {
        text.replace_range(..1, "\\x2d");
    }
    if !text.ends_with('\n') {
        text.push_str("\\\n");
    }
    text
}

/// What is encoded is decoded to the same bytes; `escaped` is never empty.
#[test]
fn archives_keep_every_byte() {
    let texts: [&[u8]; 9] = [
        b"",
        b"\n",
        b"a",
        b"a\n",
        b"a\r\nb\r",
        b"-- a --\n-- b",
        b"\\\n\0\xff\xfe\\",
        "\u{feff}é".as_bytes(),
        b"\\x41\n\n",
    ];
    for bytes in texts {
        let file = encoded("name", bytes);
        let text = Builder::new().file(file).clone().build().to_string();
        let again = simple_txtar::Archive::from(text);
        assert_eq!(decoded(&again[0]), Some(("name".to_owned(), bytes.to_vec())));
    }
}
