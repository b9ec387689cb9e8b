//! The name of a new key's file.

/// `.key`, `.pem` or no extension become `.p8`; any other gets it added.
pub(crate) fn new_name(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, "key" | "pem")) if !stem.is_empty() => format!("{stem}.p8"),
        _ => format!("{name}.p8"),
    }
}
