//! The entries of `hosts`: which address a shipper connects to, and which name it verifies.

use std::net::{IpAddr, Ipv4Addr};

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

/// Whether a connection to an address reaches a program that listens on another one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reach {
    /// It does, if the address is of that host.
    Reaches,
    /// It does not.
    Misses,
    /// It depends on what the name stands for.
    NotKnown,
}

/// Returns whether a shipper that connects to `host` reaches an input that listens on `bound`.
#[must_use]
pub fn reach(host: &str, bound: &str) -> Reach {
    let address = |text: &str| match text {
        "localhost" | "" => Some(IpAddr::V4(Ipv4Addr::LOCALHOST)),
        text => text.parse::<IpAddr>().ok().map(|it| it.to_canonical()),
    };
    match (address(host), address(bound)) {
        (_, Some(bound)) if bound.is_unspecified() => Reach::Reaches,
        (Some(host), Some(bound)) if host == bound => Reach::Reaches,
        (Some(host), Some(bound)) if host.is_loopback() && bound.is_loopback() => Reach::NotKnown,
        (Some(_), Some(_)) => Reach::Misses,
        (None, Some(bound)) if bound.is_loopback() => Reach::NotKnown,
        _ if host == bound => Reach::Reaches,
        (None, Some(_)) => Reach::Reaches,
        (_, None) => Reach::NotKnown,
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
    fn an_input_on_one_address_is_reached_by_that_address() {
        let is = |host: &str, bound: &str, expected| {
            assert_eq!(reach(host, bound), expected, "{host} {bound}");
        };
        for bound in ["0.0.0.0", "::"] {
            is("ls.example", bound, Reach::Reaches);
            is("127.0.0.1", bound, Reach::Reaches);
        }
        is("10.0.0.1", "10.0.0.1", Reach::Reaches);
        is("::ffff:10.0.0.1", "10.0.0.1", Reach::Reaches);
        is("10.0.0.2", "10.0.0.1", Reach::Misses);
        is("10.0.0.2", "127.0.0.1", Reach::Misses);
        is("localhost", "10.0.0.1", Reach::Misses);
        is("localhost", "127.0.0.1", Reach::Reaches);
        is("localhost", "::1", Reach::NotKnown);
        is("ls.example", "10.0.0.1", Reach::Reaches);
        is("ls.example", "127.0.0.1", Reach::NotKnown);
        is("ls.example", "ls.example", Reach::Reaches);
        is("10.0.0.1", "ls.example", Reach::NotKnown);
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
