//! Tests where configured paths are: maps, links below them, and links themselves.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test fails so")]

use crate::common;

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use common::Sandbox;
use fixkey::os::view::{LocateError, Map, MapError, View};

/// A directory with files (`name`) and links (`name -> target`), and a view with maps into it.
struct Machine {
    sandbox: Sandbox,
    view: View,
}

impl Machine {
    fn new(entries: &[&str], maps: &[&str]) -> Self {
        let sandbox = Sandbox::empty();
        for entry in entries {
            let (name, target) =
                entry.split_once(" -> ").map_or((*entry, None), |(name, to)| (name, Some(to)));
            let path = sandbox.0.join(name);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            match target {
                Some(target) => {
                    symlink(target.replace("TMP", sandbox.0.to_str().unwrap()), path).unwrap();
                }
                None => fs::write(path, "").unwrap(),
            }
        }
        let map = |map: &&str| {
            Map::parse(map.replace("TMP", sandbox.0.to_str().unwrap()).as_ref()).unwrap()
        };
        let view = View::new(maps.iter().map(map).collect());
        Self { sandbox, view }
    }

    /// Returns the location of a path, relative to the directory.
    fn place(&self, path: &str) -> String {
        let path = path.replace("TMP", self.sandbox.0.to_str().unwrap());
        self.short(&self.view.locate(Path::new(&path)).unwrap().path)
    }

    fn short(&self, path: &Path) -> String {
        let inside = path.strip_prefix(&self.sandbox.0).map(Path::to_owned);
        inside.unwrap_or_else(|_| path.to_owned()).display().to_string()
    }
}

#[test]
fn without_maps_a_path_is_itself_and_counts_from_the_root() {
    let machine = Machine::new(&["data/key", "ssl -> data"], &[]);
    assert_eq!(machine.place("TMP/ssl/key"), "ssl/key");
    assert_eq!(machine.place("etc/no/such"), "/etc/no/such");
    assert_eq!(machine.view.root(), Path::new("/"));
    let located = machine.view.locate(&machine.sandbox.0.join("ssl/key")).unwrap();
    assert_eq!(located.link, None);
}

#[test]
fn the_longest_map_wins_by_whole_names() {
    let machine = Machine::new(&[], &["/etc/ssl=TMP/certs", "/=TMP/image", "/etc=TMP/etc"]);
    assert_eq!(machine.place("/etc/ssl/a"), "certs/a");
    assert_eq!(machine.place("/etc/ssl2/a"), "etc/ssl2/a");
    assert_eq!(machine.place("/etc/ssl/"), "certs");
    assert_eq!(machine.place("var/a"), "image/var/a");
    assert_eq!(machine.short(&machine.view.root()), "image");
    let only = Machine::new(&[], &["/etc/ssl=TMP/certs"]);
    assert_eq!(only.place("/usr/key"), "/usr/key");
    assert_eq!(only.view.root(), Path::new("/"));
}

#[test]
fn links_stay_inside_what_is_mapped() {
    let entries = [
        "image/data/ssl/key",
        "image/etc/absolute -> /data/ssl",
        "image/etc/relative -> ../data/ssl/key",
        "image/etc/climbs -> ../../../../../../../data/ssl/key",
        "image/etc/chain -> absolute/key",
        "image/etc/dangling -> /data/none",
    ];
    let machine = Machine::new(&entries, &["/=TMP/image"]);
    for path in ["absolute/key", "relative", "climbs", "chain", "absolute/../ssl/key"] {
        assert_eq!(machine.place(&format!("/etc/{path}")), "image/data/ssl/key", "{path}");
    }
    assert_eq!(machine.place("/../../etc/relative"), "image/data/ssl/key");
    assert_eq!(machine.place("/etc/dangling"), "image/data/none");
    assert_eq!(machine.place("/etc/none/../x"), "image/etc/x");
}

#[test]
fn a_link_out_of_a_mapped_folder_is_a_configured_path_again() {
    let entries = [
        "certs/key -> /etc/pki/key",
        "certs/near -> ../pki/key",
        "certs/own -> /etc/ssl/real",
        "certs/real",
        "pki/key",
        "image/etc/ssl -> /nowhere",
    ];
    let machine =
        Machine::new(&entries, &["/etc/ssl=TMP/certs", "/etc/pki=TMP/pki", "/=TMP/image"]);
    assert_eq!(machine.place("/etc/ssl/key"), "pki/key");
    assert_eq!(machine.place("/etc/ssl/near"), "pki/key");
    assert_eq!(machine.place("/etc/ssl/own"), "certs/real");
    assert_eq!(machine.place("/etc/ssl/../pki/key"), "pki/key");
}

#[test]
fn what_no_map_knows_counts_from_where_the_map_of_the_link_begins() {
    let entries = [
        "certs/absolute -> /data/pki/key",
        "certs/climbs -> ../../data/key",
        "certs/through -> /data/../etc/ssl/real",
        "certs/folder -> /data",
        "certs/real",
        "data/key",
    ];
    let machine = Machine::new(&entries, &["/etc/ssl=TMP/certs"]);
    assert_eq!(machine.place("/etc/ssl/absolute"), "certs/data/pki/key");
    assert_eq!(machine.place("/etc/ssl/climbs"), "certs/data/key");
    assert_eq!(machine.place("/etc/ssl/through"), "certs/real");
    assert_eq!(machine.place("/etc/ssl/folder/key"), "certs/data/key");
    assert_eq!(machine.place("/etc/ssl/folder/../../../data/key"), "certs/data/key");
    assert_eq!(machine.place("/data/key"), "/data/key", "what is not mapped is of this machine");
}

#[test]
fn a_path_of_this_machine_resolves_beneath_what_is_mapped() {
    let entries = [
        "image/etc/key",
        "image/etc/out -> TMP/host/key",
        "image/etc/climbs -> ../../host/key",
        "image/etc/in -> /etc/key",
        "image/etc/near -> key",
        "image/up -> /etc",
        "host/key",
        "door -> image/etc",
        "loops/a -> b",
        "image/loops/a -> a",
    ];
    let machine = Machine::new(&entries, &["/=TMP/image"]);
    let resolved = |path: &str| {
        let found = machine.view.resolve(&machine.sandbox.0.join(path));
        found.map(|path| machine.short(&path)).map_err(|error| error.to_string())
    };
    let is_there = |path: &str| machine.view.metadata(&machine.sandbox.0.join(path)).is_ok();
    for path in ["image/etc/in", "image/up/key", "door/in"] {
        assert_eq!(resolved(path), Ok("image/etc/key".to_owned()), "{path}");
        assert!(is_there(path), "{path}");
    }
    for path in ["image/etc/key", "image/etc/near", "door/key", "host/key", "image/../host/key"] {
        assert_eq!(resolved(path), Ok(path.to_owned()), "as it was given");
        assert!(is_there(path), "{path}");
    }
    assert_eq!(resolved("image/etc/climbs"), Ok("image/host/key".to_owned()));
    for path in ["image/etc/out", "image/etc/climbs", "door/out", "image/loops/a"] {
        assert!(!is_there(path), "{path}");
    }
    assert!(resolved("image/loops/a").unwrap_err().contains("Too many levels"));
    let names = machine.view.names(&machine.sandbox.0.join("image/up")).unwrap();
    assert_eq!(names.len(), 5);
}

#[test]
fn links_in_a_circle_are_an_error() {
    let entries = ["i/a -> b", "i/b -> /a", "i/self -> self/x"];
    for maps in [&["/=TMP/i"][..], &[]] {
        let machine = Machine::new(&entries, maps);
        let root = if maps.is_empty() { machine.sandbox.0.join("i") } else { "/".into() };
        let error = machine.view.locate(&root.join("self")).unwrap_err();
        assert!(matches!(error, LocateError::Loop));
    }
    let chain: Vec<String> = (0..41).map(|at| format!("i/{at} -> {}", at + 1)).collect();
    let chain: Vec<&str> = chain.iter().map(String::as_str).collect();
    let machine = Machine::new(&chain, &["/=TMP/i"]);
    assert_eq!(machine.place("/1"), "i/41");
    assert!(machine.view.locate(Path::new("/0")).is_err());
}

#[test]
fn a_file_that_another_program_rotates_is_a_link_itself() {
    let entries = [
        "i/secret/..2024_01/tls.key",
        "i/secret/..data -> ..2024_01",
        "i/secret/tls.key -> ..data/tls.key",
        "i/le/archive/host/privkey1.pem",
        "i/le/live/host/privkey.pem -> ../../archive/host/privkey1.pem",
        "i/data/plain.key",
        "i/ssl -> /data",
    ];
    let machine = Machine::new(&entries, &["/=TMP/i"]);
    let located = |path: &str| machine.view.locate(Path::new(path)).unwrap();

    let secret = located("/secret/tls.key");
    assert_eq!(machine.short(&secret.path), "i/secret/..2024_01/tls.key");
    let link = secret.link.unwrap();
    assert_eq!(
        (machine.short(&link.at), link.target),
        ("i/secret/tls.key".into(), PathBuf::from("..data/tls.key"))
    );

    let inner = located("/secret/..data/tls.key");
    assert_eq!(inner.link, None);

    let live = located("/le/live/host/privkey.pem");
    assert_eq!(machine.short(&live.path), "i/le/archive/host/privkey1.pem");
    assert!(live.link.is_some());

    let plain = located("/ssl/plain.key");
    assert_eq!((machine.short(&plain.path), plain.link), ("i/data/plain.key".into(), None));
}

#[test]
fn a_new_file_lies_in_its_located_folder() {
    let machine =
        Machine::new(&["i/data/x", "i/ssl -> /data", "i/data/taken -> elsewhere"], &["/=TMP/i"]);
    let place =
        |path: &str| machine.view.locate_new(Path::new(path)).map(|path| machine.short(&path));
    assert_eq!(place("/ssl/new.p8").unwrap(), "i/data/new.p8");
    assert_eq!(place("/ssl/taken").unwrap(), "i/data/taken");
    assert_eq!(place("new.p8").unwrap(), "i/new.p8");
    assert!(matches!(place("/"), Err(LocateError::Nameless)));
    assert!(matches!(place("/ssl/.."), Err(LocateError::Nameless)));
}

#[test]
fn maps_are_read_strictly() {
    let parse = |text: &str| Map::parse(text.as_ref());
    let map = |from: &str, to: &str| Ok(Map { from: from.into(), to: to.into() });
    assert_eq!(parse("/=dir"), map("/", "dir"));
    assert_eq!(parse("//etc/./ssl/=a=b"), map("/etc/ssl", "a=b"));
    assert_eq!(parse("/etc"), Err(MapError::NoSeparator));
    assert_eq!(parse("etc=x"), Err(MapError::From));
    assert_eq!(parse("=x"), Err(MapError::From));
    assert_eq!(parse("/a/../b=x"), Err(MapError::From));
    assert_eq!(parse("/a="), Err(MapError::To));
}
