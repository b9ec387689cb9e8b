//! The story of the README: one command, and what the configuration then names loads in Netty.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use fixkey_interop::netty::{self, Judge, Pair};
use fixkey_interop::openssl::{self, Algorithm, Encryption, Passphrase};
use fixkey_interop::{fixkey, peers};
use tempfile::TempDir;

const CONFIGURATION: &str = "etc/logstash/conf.d/beats.conf";

static JUDGE: LazyLock<Judge> =
    LazyLock::new(|| Judge::compile(Path::new(env!("CARGO_TARGET_TMPDIR"))));

/// A folder that stands for `/`, with the two files that the story begins with.
struct Host(TempDir);

impl Host {
    fn with(make_key: impl FnOnce(&Path) -> PathBuf, configuration: &str) -> Self {
        let host = Self(TempDir::new().unwrap());
        for folder in ["etc/ssl/private", "etc/logstash/conf.d"] {
            fs::create_dir_all(host.path(folder)).unwrap();
        }
        let scratch = TempDir::new().unwrap();
        let original = openssl::generate(Algorithm::Rsa(2048), scratch.path());
        fs::copy(openssl::certify(&original), host.path("etc/ssl/private/our.crt")).unwrap();
        fs::copy(make_key(&original), host.path("etc/ssl/private/our.key")).unwrap();
        fs::write(host.path(CONFIGURATION), configuration).unwrap();
        host
    }

    fn path(&self, path: &str) -> PathBuf {
        self.0.path().join(path)
    }

    fn configuration(&self) -> String {
        fs::read_to_string(self.path(CONFIGURATION)).unwrap()
    }

    /// The pair that the configuration names.
    fn pair(&self) -> Pair {
        let configuration = self.configuration();
        let named = |setting: &str| {
            let (_, rest) = configuration.split_once(&format!("{setting} => \"/")).unwrap();
            self.path(rest.split_once('"').unwrap().0)
        };
        Pair { certificate: named("ssl_certificate"), key: named("ssl_key") }
    }

    fn verdict(&self) -> String {
        JUDGE.judge(&[self.pair()]).remove(0)
    }
}

const LOADS: &str = "loads=yes tls1.2=yes tls1.3=yes";

const PLAIN: &str = r#"input {
  beats {
    port => 5044
    ssl_enabled => true
    ssl_certificate => "/etc/ssl/private/our.crt"
    ssl_key => "/etc/ssl/private/our.key"
  }
}
"#;

#[test]
fn one_command_makes_netty_load_what_the_configuration_names() {
    if peers::are_absent(openssl::PEERS.iter().chain(netty::PEERS)) {
        return;
    }
    let host = Host::with(Path::to_owned, PLAIN);
    let before = host.verdict();
    assert!(before.contains("algid parse error, not a sequence"), "{before}");

    fixkey::fix(host.0.path(), &[], &[CONFIGURATION]);

    assert_eq!(host.configuration(), PLAIN.replace("our.key", "our.p8"));
    assert_eq!(host.verdict(), LOADS);
}

#[test]
fn an_encrypted_key_loads_without_its_passphrase() {
    if peers::are_absent(openssl::PEERS.iter().chain(netty::PEERS)) {
        return;
    }
    let passphrase = format!("    ssl_key_passphrase => \"{}\"\n", Passphrase::TEXT);
    let configuration = PLAIN.replace("  }\n}", &format!("{passphrase}  }}\n}}"));
    for encryption in Encryption::ALL {
        let encrypt = |key: &Path| openssl::encrypt(key, encryption, &Passphrase::beside(key));
        let host = Host::with(encrypt, &configuration);
        assert!(host.verdict().starts_with("loads=no"), "{encryption:?}");

        fixkey::fix(host.0.path(), &["--decrypt"], &[CONFIGURATION]);

        assert_eq!(host.configuration(), PLAIN.replace("our.key", "our.p8"), "{encryption:?}");
        assert_eq!(host.verdict(), LOADS, "{encryption:?}");
    }
}
