//! The entries of `hosts`: which address a shipper connects to, and which name it verifies.

/// The port of an entry without one. Source: docs/what-shippers-load.md §2.3.
pub const DEFAULT_PORT: u16 = 5044;

/// An address that a shipper connects to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// A name, or an IP address without brackets; empty for the host itself.
    pub host: String,
    /// The port.
    pub port: u16,
}

/// Reads an entry of `hosts` as Beats do.
///
/// # Errors
/// Why no connection succeeds, to follow "the host".
pub fn address(entry: &str) -> Result<Address, &'static str> {
    let is_address = |text: &str| text.parse::<std::net::Ipv6Addr>().is_ok();
    let of = |host: &str, port: &str| {
        let port = port.parse().map_err(|_| "has an invalid port")?;
        Ok(Address { host: host.to_owned(), port })
    };
    if entry.contains("://") {
        return Err("has a scheme, which the Logstash output does not accept");
    }
    if entry.contains(',') {
        return Err("has several hosts in one string");
    }
    if entry.contains(char::is_whitespace) {
        return Err("has spaces");
    }
    if let Some(rest) = entry.strip_prefix('[') {
        return match rest.split_once(']') {
            Some((host, "")) if is_address(host) => Err("has brackets but no port"),
            Some((host, port)) => of(host, port.strip_prefix(':').unwrap_or(port)),
            None => Err("has no closing bracket"),
        };
    }
    if is_address(entry) {
        return Ok(Address { host: entry.to_owned(), port: DEFAULT_PORT });
    }
    match entry.split_once(':') {
        None => Ok(Address { host: entry.to_owned(), port: DEFAULT_PORT }),
        Some((host, port)) => of(host, port),
    }
}

/// Returns an entry for messages: what may be a secret in it, such as a password before `@`, is masked.
#[must_use]
pub fn shown(entry: &str) -> String {
    let is_plain = |c: char| c.is_alphanumeric() || ".-_:,[]/%".contains(c);
    let is_host = |text: &str| text.len() <= LONGEST && text.chars().all(is_plain);
    let mut shown = String::new();
    let mut rest = entry;
    while let Some((before, behind)) = rest.split_once("${") {
        let (inside, after) = behind.split_once('}').unwrap_or((behind, ""));
        let name = inside.split(':').next().unwrap_or_default();
        if !is_host(before) || !is_host(name) {
            return MASK.to_owned();
        }
        shown.extend([before, "${", name, "}"]);
        rest = after;
    }
    if is_host(rest) { shown + rest } else { MASK.to_owned() }
}

/// Longer than any host, in bytes: such a text may be a key.
const LONGEST: usize = 100;

const MASK: &str = "********";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_may_be_a_secret_is_masked() {
        assert_eq!(shown("ls.example:5044"), "ls.example:5044");
        assert_eq!(shown("https://[::1]:5044"), "https://[::1]:5044");
        assert_eq!(shown("${LS:X}:5044"), "${LS}:5044");
        for secret in ["https://u:X@ls", "u:X@ls", "-----BEGIN X", "${A:X", "a=X"] {
            assert!(!shown(secret).contains('X'), "{secret}");
        }
        assert_eq!(shown(&"X".repeat(101)), "********");
    }

    #[test]
    fn entries_are_read_as_beats_read_them() {
        let read = |entry: &str| {
            address(entry).map(|Address { host, port }| format!("{host} {port}")).ok()
        };
        let is = |entry: &str, expected: &str| assert_eq!(read(entry).as_deref(), Some(expected));
        is("ls.example.org", "ls.example.org 5044");
        is("ls.example.org:5045", "ls.example.org 5045");
        is("10.1.2.3", "10.1.2.3 5044");
        is("::1", "::1 5044");
        is("[::1]:5045", "::1 5045");
        is("2001:db8::1:5044", "2001:db8::1:5044 5044");
        is(":5044", " 5044");
        let refused = [
            "[::1]",
            "https://ls:5044",
            "tcp://ls:5044",
            "a:5044,b:5044",
            "ls:",
            "ls:99999",
            " ls",
        ];
        for entry in refused {
            assert_eq!(read(entry), None, "{entry}");
        }
    }
}
