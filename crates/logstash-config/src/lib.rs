#![doc = include_str!("../README.md")]

mod cause;
mod condition;
mod configuration;
mod dialect;
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
pub use dialect::{Dialect, Rejection};
pub use error::{Cause, DEEPEST, Error, Expected};
pub use section::SectionKind;

use parser::Parser;

/// Reads a configuration in the newest dialect, which has every text of the older one. What keeps it from being
/// loaded although it parses is in [`Configuration::rejections`].
///
/// # Errors
/// When Logstash would refuse the text too; and when it is nested deeper than [`DEEPEST`], or has 4 GiB or more.
pub fn parse(text: &[u8]) -> Result<Configuration<'_>, Error> {
    cause::refuse_encoding(text)?;
    let mut parser = Parser::new(text);
    match parser.configuration() {
        Ok(()) => Ok(Configuration { text, tree: parser.tree }),
        Err(stop) => Err(cause::explain(&parser, stop)),
    }
}
