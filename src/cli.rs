//! The command line, as clap types.

use std::ffi::OsString;
use std::path::PathBuf;

use clap::Parser;

const AFTER_HELP: &str = "\
Examples:
  fixkey our.key -o our.p8                         convert a key beside the old one
  fixkey our.key -o our.p8 --cert our.crt          and make sure that it belongs to the certificate
  fixkey our.key -o our.p8 --passin file:our.pass  decrypt it
  fixkey --in-place our.key                        replace the old key itself
  sops -d our.key | fixkey - -o our.p8             from standard input (`-o -`: to standard output)

Exit status: 0 done; 1 the input is at fault; 2 wrong usage; 3 it could not be done";

/// Converts a private key that Logstash refuses to the one that it loads: unencrypted PKCS#8 in PEM
#[derive(Debug, Parser)]
#[command(version, after_help = AFTER_HELP, arg_required_else_help = true)]
#[command(override_usage = "fixkey [OPTIONS] <KEY> <-o FILE | --in-place>")]
pub struct Arguments {
    /// The private key, in any form; `-` is standard input
    #[arg(value_name = "KEY")]
    pub key: PathBuf,

    /// Where the PKCS#8 key goes; `-` is standard output
    #[arg(short, long, value_name = "FILE")]
    pub output: Option<PathBuf>,

    /// Replace KEY itself
    #[arg(short, long, conflicts_with = "output")]
    pub in_place: bool,

    /// Replace an existing, different output
    #[arg(long)]
    pub force: bool,

    /// The certificate that the key must belong to; of several keys it picks one
    #[arg(long, value_name = "FILE")]
    pub cert: Option<PathBuf>,

    /// Where the passphrase comes from: `env:NAME`, `file:PATH`, `fd:N` or `stdin`; else it is asked for
    // Not parsed here: clap would print the value, which may be a passphrase.
    #[arg(long, value_name = "SOURCE")]
    pub passin: Option<OsString>,

    /// The account that must be able to read the new key [default: logstash, where it exists]
    #[arg(long, value_name = "NAME|UID[:GID]")]
    pub user: Option<String>,

    /// Owner of the new key
    #[arg(long, value_name = "NAME|UID")]
    pub owner: Option<String>,

    /// Group of the new key
    #[arg(long, value_name = "NAME|GID")]
    pub group: Option<String>,

    /// Mode of the new key, in octal
    #[arg(long, value_name = "MODE", value_parser = mode)]
    pub mode: Option<u32>,
}

fn mode(octal: &str) -> Result<u32, String> {
    match u32::from_str_radix(octal, 8) {
        Ok(mode @ 0..=0o777) => Ok(mode),
        _ => Err("a mode is octal digits up to 777, such as 640".to_owned()),
    }
}
