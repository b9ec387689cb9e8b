//! The language of Logstash's configurations, 8.15 to 9.5: whether a text is in it, and where its
//! plugins and settings stand.
//!
//! The grammar is Logstash's own parsing expression grammar, `lscl_grammar.treetop`. It has no lexer
//! and no reserved words; a construct is tried where it may stand. Nothing is copied from the text and
//! nothing is printed again: what is found are spans, in bytes.

mod cause;
mod condition;
mod configuration;
pub mod edit;
mod error;
mod grammar;
mod parser;
mod section;
mod token;
mod tree;

pub use configuration::{
    Attribute, Configuration, Elements, Name, Plugin, Section, Value, ValueKind,
};
pub use error::{Cause, DEEPEST, Error, Expected};
pub use section::SectionKind;

use parser::Parser;

/// Reads a configuration.
///
/// # Errors
/// Where Logstash would refuse the text too; and where it is nested deeper than [`DEEPEST`], or has
/// 4 GiB or more.
pub fn parse(text: &[u8]) -> Result<Configuration<'_>, Error> {
    cause::refuse_encoding(text)?;
    let mut parser = Parser::new(text);
    match parser.configuration() {
        Ok(()) => Ok(Configuration { text, tree: parser.tree }),
        Err(stop) => Err(cause::explain(&parser, stop)),
    }
}
