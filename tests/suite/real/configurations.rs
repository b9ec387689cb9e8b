//! Real configurations with a key, and their attributes according to Logstash's own parser.

use std::fs;
use std::path::Path;

use super::common::{corpus, fixtures, rows};

/// A real configuration, and its attributes according to Logstash's own parser.
pub(crate) struct Real {
    pub(crate) file: String,
    pub(crate) text: String,
    pub(crate) attributes: Vec<Attribute>,
}

pub(crate) struct Attribute {
    pub(crate) section: String,
    pub(crate) plugin: String,
    pub(crate) name: String,
    pub(crate) start: usize,
    pub(crate) end: usize,
}

pub(crate) const KEYS: [&str; 4] = ["ssl_key", "client_key", "private_key", "tls_key"];

pub(crate) fn reals() -> Vec<Real> {
    let real = |row: serde_json::Value| {
        let file = row["file"].as_str().unwrap().to_owned();
        let text = fs::read_to_string(corpus().join("configs").join(&file)).unwrap();
        let attribute = |row: &serde_json::Value| Attribute {
            section: row[0].as_str().unwrap().to_owned(),
            plugin: row[1].as_str().unwrap().to_owned(),
            name: row[3].as_str().unwrap().to_owned(),
            start: usize::try_from(row[5].as_u64().unwrap()).unwrap(),
            end: usize::try_from(row[6].as_u64().unwrap()).unwrap(),
        };
        let attributes = row["attributes"].as_array().unwrap().iter().map(attribute).collect();
        Real { file, text, attributes }
    };
    let names_key = |real: &Real| real.attributes.iter().any(|found| KEYS.contains(&&*found.name));
    rows(&corpus().join("configs.jsonl"))
        .into_iter()
        .filter(|row| row["ok"] == true)
        .map(real)
        .filter(names_key)
        .collect()
}

impl Real {
    /// Returns the quoted paths in its settings, without variables.
    pub(crate) fn paths<'a>(
        &'a self,
        settings: &'a [&str],
    ) -> impl Iterator<Item = (&'a Attribute, &'a str)> {
        let set = self.attributes.iter().filter(|found| settings.contains(&&*found.name));
        set.filter_map(|found| {
            let raw = &self.text[found.start..found.end];
            let path = raw.strip_prefix(['"', '\''])?.strip_suffix(['"', '\''])?;
            (!path.contains("${") && !path.contains('\\')).then_some((found, path))
        })
    }
}

/// Copies a fixture to a path in a configuration.
pub(crate) fn place(root: &Path, path: &str, fixture: &str) {
    let place = root.join(path.trim_start_matches('/'));
    fs::create_dir_all(place.parent().unwrap()).unwrap();
    fs::copy(fixtures().join(fixture), place).unwrap();
}
