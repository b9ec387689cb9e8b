//! Explains to people why a text is not valid.

use std::ops::Range;

use thiserror::Error as ThisError;

/// The deepest nesting that is parsed: of plugins, branches, arrays, hashes and parentheses in a section.
pub const DEEPEST: usize = 500;

/// Why a text is not valid. Its messages never quote the text, which may hold passphrases.
#[derive(Clone, Debug, ThisError, PartialEq, Eq)]
#[error("{cause}")]
pub struct Error {
    pub(crate) cause: Cause,
    pub(crate) span: Range<usize>,
    pub(crate) offset: usize,
    pub(crate) related: Option<(Range<usize>, &'static str)>,
}

impl Error {
    pub(crate) fn new(cause: Cause, span: Range<usize>, offset: usize) -> Self {
        Self { cause, span, offset, related: None }
    }

    /// Returns what is wrong.
    #[must_use]
    pub fn cause(&self) -> Cause {
        self.cause
    }

    /// Returns where people find the error, in bytes; empty if something is missing.
    #[must_use]
    pub fn span(&self) -> Range<usize> {
        self.span.clone()
    }

    /// Returns the byte at which Logstash gives up; it logs the line and column of this byte.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.offset
    }

    /// Returns what to do about it, if known.
    #[must_use]
    pub fn help(&self) -> Option<&'static str> {
        self.cause.help()
    }

    /// Returns a related place, and what is there.
    #[must_use]
    pub fn related(&self) -> Option<(Range<usize>, &'static str)> {
        self.related.clone()
    }
}

/// The likely cause of an invalid text.
#[derive(Clone, Copy, Debug, ThisError, PartialEq, Eq)]
#[non_exhaustive]
pub enum Cause {
    /// No likely cause is known.
    #[error("expected {0}")]
    Expected(Expected),
    /// 4 GiB or more.
    #[error("the file is too large for a configuration")]
    TooLarge,
    /// Some bytes are not UTF-8.
    #[error("these bytes are not UTF-8")]
    NotUtf8,
    /// The encoding in which Windows `PowerShell` writes text.
    #[error("the file is in UTF-16")]
    Utf16,
    /// The three bytes that some editors put before UTF-8.
    #[error("the file begins with a byte-order mark")]
    ByteOrderMark,
    /// More brackets than [`DEEPEST`] around a place.
    #[error("nested more than {DEEPEST} deep")]
    TooDeep,
    /// YAML.
    #[error("this is YAML, not a pipeline's configuration")]
    Yaml,
    /// JSON.
    #[error("this is JSON, not a pipeline's configuration")]
    Json,
    /// An unfilled template of Jinja or ERB.
    #[error("the file contains a template mark")]
    Template,
    /// An unfilled `<placeholder>`.
    #[error("the file contains a placeholder")]
    Placeholder,
    /// A comment in the syntax of another language.
    #[error("a comment begins with `#`")]
    SlashComment,
    /// A path, an address, a name with a dot or other text without quotes.
    #[error("missing quotes")]
    Unquoted,
    /// The name of a setting with a dot, as in `filebeat.yml`.
    #[error("the name of a setting has no dot")]
    DottedSetting,
    /// A bare word or key of one letter.
    #[error("missing quotes around a word of one letter")]
    OneLetter,
    /// A bare word in a condition.
    #[error("missing quotes around a word, or brackets around a field")]
    UnquotedOperand,
    /// Quotes of word processors.
    #[error("typographic quotes are not quotes in this language")]
    TypographicQuote,
    /// A character that looks like a blank or is invisible.
    #[error("this character looks like white space, but is not white space to Logstash")]
    NotSpace,
    /// A misplaced comma or semicolon.
    #[error("unexpected comma or semicolon")]
    Comma,
    /// A colon or an equals sign instead of the arrow.
    #[error("expected `=>` instead of \"{0}\"")]
    NotArrow(char),
    /// An entry of a hash in an array.
    #[error("unexpected `=>` in an array")]
    ArrowInArray,
    /// An operator from another language.
    #[error("expected `{0}`")]
    Operator(&'static str),
    /// `elsif` or `elif`.
    #[error("expected `else if`")]
    ElseIf,
    /// A bracket that is never closed, or closed in the wrong place.
    #[error("unclosed \"{0}\"")]
    Unclosed(char),
    /// A bracket that closes nothing.
    #[error("unexpected \"{0}\"")]
    Unopened(char),
    /// A string without an end, or with an end too late.
    #[error("unclosed string")]
    UnclosedString,
    /// Text directly after a string.
    #[error("expected white space or `}}` after the string")]
    AfterString,
    /// A string whose last backslash escapes its quote.
    #[error("the backslash escapes this quote, so the string does not end here")]
    EscapedQuote,
    /// A regular expression without an end.
    #[error("unclosed regular expression")]
    UnclosedPattern,
    /// A comment directly after a value, then another setting.
    #[error("expected white space before the comment")]
    GluedComment,
    /// A setting in a section, outside any plugin.
    #[error("this setting is outside a plugin")]
    SettingOutside,
    /// A plugin or branch in a plugin.
    #[error("unexpected plugin or branch inside a plugin")]
    PluginInside,
    /// An `if` without a condition, parsed as a plugin.
    #[error("expected a condition after `if`")]
    NoCondition,
    /// An `else` without a branch, parsed as a plugin.
    #[error("this `else` has no `if`")]
    ElseAlone,
    /// Something other than a section at the top of the file.
    #[error("expected `input`, `filter` or `output`")]
    NoSection,
    /// A key that a hash has already.
    #[error("the hash has this key twice")]
    DuplicateKey,
    /// A comment that the older dialect does not have.
    #[error("comment between the entries of a hash")]
    CommentInHash,
    /// An entry of a hash directly behind another.
    #[error("no white space between the entries of a hash")]
    GluedEntries,
    /// A comment at the end of the text.
    #[error("no line end after the last comment")]
    UnendedComment,
}

impl Cause {
    fn help(self) -> Option<&'static str> {
        HELP.iter().find(|(cause, _)| *cause == self).map(|(_, help)| *help).or(match self {
            Self::Unopened(_) => Some("remove it, or find the bracket above that closes too early"),
            Self::NotArrow(_) => Some("write `=>` between a name and its value"),
            _ => None,
        })
    }
}

/// What to do about a cause.
const HELP: &[(Cause, &str)] = &[
    (Cause::NotUtf8, "Logstash reads UTF-8 only: save the file as UTF-8"),
    (Cause::Utf16, "Logstash reads UTF-8 only: save the file as UTF-8, without a byte-order mark"),
    (Cause::ByteOrderMark, "save the file as UTF-8 without a byte-order mark"),
    (
        Cause::Yaml,
        "move Logstash settings to logstash.yml or pipelines.yml, and Beats settings to Beats",
    ),
    (Cause::Json, "start the configuration with `input {`, `filter {` or `output {`"),
    (
        Cause::Template,
        "render the template with Ansible, Puppet or Chef, and check the file that it writes",
    ),
    (
        Cause::Unquoted,
        "add quotes: only numbers and words of letters, digits and `_` work without them",
    ),
    (Cause::DottedSetting, "write `_` for each dot, as in `ssl_key` for Filebeat's `ssl.key`"),
    (Cause::Placeholder, "replace it with the value, in quotes unless it is a number"),
    (Cause::OneLetter, "add quotes: only words of two or more letters work without them"),
    (Cause::UnquotedOperand, "write \"true\" for a string, or [true] for a field"),
    (
        Cause::Comma,
        "remove it: only blanks separate settings, plugins and hash entries; put several values in `[ ]`",
    ),
    (Cause::ArrowInArray, "write a hash in braces: { \"a\" => \"b\" }"),
    (Cause::ElseIf, "write `else if` as two words"),
    (Cause::UnclosedString, "close the string; use the other kind of quote inside it"),
    (
        Cause::EscapedQuote,
        "write `/` in a path, which Java accepts on Windows too, or `[\\\\]` in a pattern",
    ),
    (Cause::AfterString, "if this belongs to the string, use the other kind of quotes around it"),
    (Cause::TypographicQuote, "use \" or '"),
    (Cause::NotSpace, "replace it with a blank"),
    (Cause::ElseAlone, "keep one `else` for each `if`, directly after its `}`"),
    (Cause::Expected(Expected::NextElement), "add a value, or remove the comma before it"),
    (Cause::UnclosedPattern, "write `/` inside it as `\\/`"),
    (
        Cause::GluedComment,
        "add a blank before `#`; it is optional only after the last setting of a plugin",
    ),
    (
        Cause::SettingOutside,
        "find a `}` above that closes the plugin too early, or add the plugin's name and `{`",
    ),
    (
        Cause::PluginInside,
        "close the plugin around it with `}`; put branches around plugins, not inside",
    ),
    (Cause::DuplicateKey, "keep one of the entries"),
    (Cause::CommentInHash, "move the comment before the first entry, or after the last"),
    (Cause::GluedEntries, "separate the entries with white space"),
    (Cause::UnendedComment, "end the file with a line feed"),
    (Cause::NoSection, "put plugins and conditions inside a section, with its name in lower case"),
    (Cause::Expected(Expected::LineEnd), "end lines with LF or CRLF"),
    (Cause::Expected(Expected::Separator), "separate the values of an array with commas"),
    (Cause::Expected(Expected::Negated), "write `!` before a field or a condition in parentheses"),
    (Cause::Expected(Expected::In), "write `not in` with one blank"),
    (Cause::Operator("=="), "compare with `==`"),
    (Cause::Operator("and"), "join conditions with `and`, `or`, `xor` or `nand`"),
    (Cause::Operator("or"), "join conditions with `and`, `or`, `xor` or `nand`"),
    (Cause::Operator("!"), "negate with `!`, as in `!([level] == \"debug\")` or `![tags]`"),
];

/// What the parser expected at a place.
#[derive(Clone, Copy, Debug, ThisError, PartialEq, Eq)]
#[non_exhaustive]
pub enum Expected {
    /// At the top of a file.
    #[error("`input`, `filter` or `output`")]
    Section,
    /// After a section's name.
    #[error("`{{` after the section's name")]
    SectionBrace,
    /// In a section or branch.
    #[error("a plugin, `if` or `}}`")]
    Plugin,
    /// After a plugin's name.
    #[error("`{{` after the plugin's name")]
    PluginBrace,
    /// In a plugin.
    #[error("a setting or `}}`")]
    Setting,
    /// After a setting's name.
    #[error("`=>` after the setting's name")]
    Arrow,
    /// After the arrow of a setting.
    #[error("a value after `=>`")]
    Value,
    /// After a value.
    #[error("white space or `}}` after the value")]
    Space,
    /// In an array.
    #[error("a value or `]`")]
    Element,
    /// After a comma in an array.
    #[error("a value after the comma")]
    NextElement,
    /// After a value in an array.
    #[error("`,` or `]` after the value")]
    Separator,
    /// In a hash.
    #[error("a key or `}}`")]
    Entry,
    /// After a key.
    #[error("`=>` after the key")]
    EntryArrow,
    /// After the arrow of a key.
    #[error("a value after `=>`")]
    EntryValue,
    /// In a condition.
    #[error("a field, a string, a number or another operand")]
    Operand,
    /// After an operand of a branch's condition.
    #[error("an operator, or `{{` after the condition")]
    Operator,
    /// After an operand in parentheses.
    #[error("an operator or `)`")]
    Parenthesis,
    /// After an operand of a call.
    #[error("`,` or `)`")]
    Argument,
    /// After `!`.
    #[error("`(` or a field after `!`")]
    Negated,
    /// After `not`.
    #[error("`in` after `not`")]
    In,
    /// After `=~`.
    #[error("a string or a regular expression")]
    Pattern,
    /// After `else`.
    #[error("`{{` or `if` after `else`")]
    ElseBrace,
    /// The end of a string.
    #[error("the closing quote")]
    Quote,
    /// The end of a regular expression.
    #[error("the closing `/`")]
    Slash,
    /// The end of a comment.
    #[error("a line feed after the carriage return that ends a comment")]
    LineEnd,
}
