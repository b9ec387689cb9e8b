//! The certificate authorities of a shipper's system, which it uses where its file sets none.

use std::path::{Path, PathBuf};

use crate::os::view::View;
use keyfile::certificate::Certificate;
use keyfile::file;

/// The files with authorities, of which Go reads the first that exists. Source: Go 1.26.6, `crypto/x509/root_linux.go`.
const FILES: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/pki/tls/cacert.pem",
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
    "/etc/ssl/cert.pem",
];

/// The directories of which Go reads every file as well. Source: the same.
const DIRECTORIES: &[&str] = &["/etc/ssl/certs", "/etc/pki/tls/certs"];

/// Directories of shippers that run on this machine.
const OWN: &[&str] = &["/etc", "/usr/share", "/opt/Elastic"];

/// Returns whether a shipper's file is of this machine, and not a copy of another's.
#[must_use]
pub(super) fn is_of_this_machine(file: &Path) -> bool {
    OWN.iter().any(|directory| file.starts_with(directory))
}

/// Reads the authorities of the system that a view shows.
#[must_use]
pub(super) fn read(view: &View) -> Vec<Certificate> {
    let locate = |path: &str| view.locate(Path::new(path)).map(|located| located.path).ok();
    let mut files = FILES.iter().filter_map(|path| locate(path));
    let first = files.find_map(|path| certificates(&path, view));
    let directories = DIRECTORIES.iter().filter_map(|path| locate(path));
    let names = |directory: PathBuf| {
        let mut names = view.names(&directory).unwrap_or_default();
        names.sort();
        names.into_iter().map(move |name| directory.join(name))
    };
    let others = directories.flat_map(names).filter_map(|path| certificates(&path, view));
    let mut all: Vec<Certificate> = first.into_iter().chain(others).flatten().collect();
    all.sort_by_key(|one| one.fingerprint.0);
    all.dedup_by_key(|one| one.fingerprint.0);
    all
}

/// Returns the certificates of a file, without those that cannot be read; `None` if there is no such file.
fn certificates(path: &Path, view: &View) -> Option<Vec<Certificate>> {
    let path = view.resolve(path).ok()?;
    let contents = view.read_file(&path).ok()?;
    let entries = file::recognise(&contents.bytes).unwrap_or_default();
    let read = |entry: &file::Entry| match &entry.what {
        file::What::Certificate(der) => Certificate::from_der(der, entry.line).ok(),
        _ => None,
    };
    Some(entries.iter().filter_map(read).collect())
}
