//! The name of a new key's file.

/// Returns the name of a new key: `.key`, `.pem` or no extension become `.p8`; others get it appended.
pub(crate) fn new_name(name: &str) -> String {
    match name.rsplit_once('.') {
        Some((stem, "key" | "pem")) if !stem.is_empty() => format!("{stem}.p8"),
        _ => format!("{name}.p8"),
    }
}
