//! A host of a shipper, the input that it leads to, and whether the two connect.

use std::path::PathBuf;

use source_text::Position;

use crate::check::finding::Finding;
use crate::check::rules::ends::Side;

/// A host of a shipper, and an input that it leads to.
#[derive(Clone)]
pub struct Connection {
    /// The shipper's file.
    pub shipper: PathBuf,
    /// The line and column of the host.
    pub position: Position,
    /// The host as written, with what may be a secret masked.
    pub host: String,
    /// The input; `None` if none is known.
    pub input: Option<InputPlace>,
    /// Whether they connect.
    pub outcome: Forecast,
    /// What stands in the way, at a place of the shipper's file.
    pub finding: Option<Finding>,
}

impl Connection {
    /// Returns whether the two do not connect.
    #[must_use]
    pub fn fails(&self) -> bool {
        matches!(self.outcome, Forecast::Fails(..))
    }
}

/// An input that accepts connections of shippers.
#[derive(Clone)]
pub struct InputPlace {
    /// Its usual name: `beats input`.
    pub name: String,
    /// The configuration.
    pub path: PathBuf,
    /// The line and column of its name.
    pub position: Position,
    /// Its port.
    pub port: u16,
    /// The pipelines that it belongs to, as far as they are known.
    pub pipelines: Vec<String>,
}

/// Whether two ends connect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Forecast {
    /// They do, as far as their files say.
    Works,
    /// They do not: this side refuses it, for this rule.
    Fails(Side, &'static str),
    /// It cannot be told, for this reason.
    NotKnown(String),
}

impl Forecast {
    /// Returns its name in JSON.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Works => "ok",
            Self::Fails(..) => "fails",
            Self::NotKnown(_) => "unknown",
        }
    }
}
