//! Derives a cipher's key from a passphrase: PBKDF2, scrypt, PBKDF1, PKCS#12 and OpenSSL's own derivation.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use md5::Md5;
use sha1::Sha1;
use sha2::digest::{Digest, Update as _};
use sha2::{Sha224, Sha256, Sha384, Sha512, Sha512_224, Sha512_256};
use thiserror::Error;
use zeroize::Zeroizing;

/// A hash that key derivations are built on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hash {
    /// MD5
    Md5,
    /// SHA-1
    Sha1,
    /// SHA-224
    Sha224,
    /// SHA-256
    Sha256,
    /// SHA-384
    Sha384,
    /// SHA-512
    Sha512,
    /// SHA-512/224
    Sha512_224,
    /// SHA-512/256
    Sha512_256,
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Md5 => "MD5",
            Self::Sha1 => "SHA-1",
            Self::Sha224 => "SHA-224",
            Self::Sha256 => "SHA-256",
            Self::Sha384 => "SHA-384",
            Self::Sha512 => "SHA-512",
            Self::Sha512_224 => "SHA-512/224",
            Self::Sha512_256 => "SHA-512/256",
        })
    }
}

/// How a passphrase becomes a key, with the parameters in the file.
#[derive(Clone, Copy)]
pub enum Derivation<'a> {
    /// PBKDF2 (RFC 8018 §5.2) with HMAC of this hash.
    Pbkdf2 {
        /// The hash under the HMAC.
        prf: Hash,
        /// Salt.
        salt: &'a [u8],
        /// Iteration count.
        iterations: u64,
    },
    /// scrypt (RFC 7914).
    Scrypt {
        /// Salt.
        salt: &'a [u8],
        /// Cost N, a power of two.
        cost: u64,
        /// Block size r.
        block_size: u64,
        /// Parallelisation p.
        parallelisation: u64,
    },
    /// PBKDF1 (RFC 8018 §5.1): key and initialisation vector from one hash.
    Pbkdf1 {
        /// MD5 or SHA-1.
        hash: Hash,
        /// Salt.
        salt: &'a [u8],
        /// Iteration count.
        iterations: u64,
    },
    /// The derivation of PKCS#12 (RFC 7292 §B.2) with SHA-1.
    Pkcs12 {
        /// Salt.
        salt: &'a [u8],
        /// Iteration count.
        iterations: u64,
    },
    /// OpenSSL's `EVP_BytesToKey` with MD5 and one iteration, as traditional PEM uses it.
    OpenSsl {
        /// The first eight bytes of the initialisation vector.
        salt: [u8; 8],
    },
}

/// How much work a file may ask for.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// The most iterations of a hash.
    pub iterations: u64,
    /// The most memory for scrypt, in bytes; the work may be sixteen times as much.
    pub scrypt_bytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { iterations: 10_000_000, scrypt_bytes: 1 << 30 }
    }
}

/// What a run may spend on all keys together, in iterations of a hash: some 10 to 20 seconds of a processor.
const MOST_IN_TOTAL: u64 = 20_000_000;

/// Bytes of memory that scrypt fills in the time of one iteration of PBKDF2: 1 GiB takes about 3 seconds, and 10 million
/// iterations 5 (measured on one core).
const SCRYPT_BYTES_OF_ITERATION: u64 = 160;

impl Limits {
    /// Returns the limits of each of some keys that share what a run may spend.
    #[must_use]
    pub fn shared_by(keys: usize) -> Self {
        let own = Self::default();
        let share = MOST_IN_TOTAL / u64::try_from(keys).unwrap_or(u64::MAX).max(1);
        let scrypt_bytes = own.scrypt_bytes.min(share.saturating_mul(SCRYPT_BYTES_OF_ITERATION));
        Self { iterations: own.iterations.min(share), scrypt_bytes }
    }
}

/// What a run may still spend on deriving keys.
#[derive(Debug)]
pub struct Budget {
    left: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { left: MOST_IN_TOTAL }
    }
}

impl Budget {
    /// Takes the cost of some derivations from what is left.
    ///
    /// # Errors
    /// [`Error::Total`]: there is less left.
    pub fn take(&mut self, cost: u64) -> Result<(), Error> {
        self.left = self.left.checked_sub(cost).ok_or(Error::Total { most: MOST_IN_TOTAL })?;
        Ok(())
    }
}

/// Why no key is derived.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum Error {
    /// The count would take too long.
    #[error(
        "limit reached: the encryption needs {count} iterations of {name}, and fixkey does at most {most}"
    )]
    Iterations {
        /// The derivation.
        name: &'static str,
        /// The count in the file.
        count: u64,
        /// The limit.
        most: u64,
    },
    /// The memory would be too much.
    #[error(
        "limit reached: scrypt (N {cost}, r {block_size}, p {parallelisation}) needs more than {most} MiB of memory or 16 times that of work"
    )]
    ScryptMemory {
        /// N
        cost: u64,
        /// r
        block_size: u64,
        /// p
        parallelisation: u64,
        /// The limit, in MiB.
        most: u64,
    },
    /// All keys of the run together would take too long.
    #[error(
        "limit reached: the encrypted keys of this run need more than {most} iterations together"
    )]
    Total {
        /// The limit.
        most: u64,
    },
    /// The system does not have the memory.
    #[error("limit reached: scrypt needs {0} MiB of memory, which this system does not give")]
    Memory(u64),
    /// scrypt's numbers are none that scrypt has.
    #[error("the key is damaged: invalid scrypt parameters N {0}, r {1} and p {2}")]
    ScryptParameters(u64, u64, u64),
    /// An iteration count of zero.
    #[error("the key is damaged: the iteration count is zero")]
    NoIterations,
    /// PBKDF1 cannot derive so many bytes.
    #[error("the key is damaged: PBKDF1 cannot derive a key of {0} bytes")]
    TooShort(usize),
}

/// Key and initialisation vector; the vector is empty if the file states it.
pub(crate) struct Derived {
    pub(crate) key: Zeroizing<Vec<u8>>,
    pub(crate) iv: Zeroizing<Vec<u8>>,
}

impl Derivation<'_> {
    /// Derives a key of `key_length` bytes and, if the derivation has one, an initialisation vector of `iv_length`
    /// bytes.
    pub(crate) fn derive(
        &self,
        passphrase: &[u8],
        key_length: usize,
        iv_length: usize,
        limits: &Limits,
    ) -> Result<Derived, Error> {
        self.check_iterations(limits)?;
        let mut key = Zeroizing::new(vec![0; key_length]);
        let mut iv = Zeroizing::new(Vec::new());
        match *self {
            Self::Pbkdf2 { prf, salt, iterations } => {
                let rounds = u32::try_from(iterations).unwrap_or(u32::MAX);
                pbkdf2(prf, passphrase, salt, rounds, &mut key);
            }
            Self::Scrypt { salt, cost, block_size, parallelisation } => {
                let parameters = scrypt_parameters(cost, block_size, parallelisation, limits)?;
                let error = Error::ScryptParameters(cost, block_size, parallelisation);
                let bytes = scrypt_bytes(cost, block_size, parallelisation);
                let _alone = ONE_SCRYPT.lock().unwrap_or_else(PoisonError::into_inner);
                refuse_without_memory(bytes)?;
                scrypt::scrypt(passphrase, salt, &parameters, &mut key).map_err(|_| error)?;
            }
            Self::Pbkdf1 { hash, salt, iterations } => {
                let block = pbkdf1(hash, passphrase, salt, iterations);
                let needed = key_length + iv_length;
                let bytes = block.get(..needed).ok_or(Error::TooShort(needed))?;
                key.copy_from_slice(&bytes[..key_length]);
                iv = Zeroizing::new(bytes[key_length..].to_vec());
            }
            Self::Pkcs12 { salt, iterations } => {
                let password = Zeroizing::new([passphrase, &[0, 0]].concat());
                key = pkcs12(1, &password, salt, iterations, key_length);
                iv = pkcs12(2, &password, salt, iterations, iv_length);
            }
            Self::OpenSsl { salt } => key = evp_bytes_to_key(passphrase, &salt, key_length),
        }
        Ok(Derived { key, iv })
    }

    /// Returns what one derivation costs, in iterations.
    pub(crate) fn cost(&self) -> u64 {
        match *self {
            Self::Pbkdf2 { iterations, .. }
            | Self::Pbkdf1 { iterations, .. }
            | Self::Pkcs12 { iterations, .. } => iterations,
            Self::Scrypt { cost, block_size, parallelisation, .. } => {
                let bytes = scrypt_bytes(cost, block_size, parallelisation);
                bytes.saturating_mul(parallelisation) / SCRYPT_BYTES_OF_ITERATION
            }
            Self::OpenSsl { .. } => 1,
        }
    }

    fn check_iterations(&self, limits: &Limits) -> Result<(), Error> {
        let (name, count) = match *self {
            Self::Pbkdf2 { iterations, .. } => ("PBKDF2", iterations),
            Self::Pbkdf1 { iterations, .. } => ("PBKDF1", iterations),
            Self::Pkcs12 { iterations, .. } => ("the PKCS#12 derivation", iterations),
            Self::Scrypt { .. } | Self::OpenSsl { .. } => return Ok(()),
        };
        match count {
            0 => Err(Error::NoIterations),
            _ if count > limits.iterations => {
                Err(Error::Iterations { name, count, most: limits.iterations })
            }
            _ => Ok(()),
        }
    }
}

fn pbkdf2(prf: Hash, passphrase: &[u8], salt: &[u8], rounds: u32, key: &mut [u8]) {
    let derive = match prf {
        Hash::Md5 => pbkdf2::pbkdf2_hmac::<Md5>,
        Hash::Sha1 => pbkdf2::pbkdf2_hmac::<Sha1>,
        Hash::Sha224 => pbkdf2::pbkdf2_hmac::<Sha224>,
        Hash::Sha256 => pbkdf2::pbkdf2_hmac::<Sha256>,
        Hash::Sha384 => pbkdf2::pbkdf2_hmac::<Sha384>,
        Hash::Sha512 => pbkdf2::pbkdf2_hmac::<Sha512>,
        Hash::Sha512_224 => pbkdf2::pbkdf2_hmac::<Sha512_224>,
        Hash::Sha512_256 => pbkdf2::pbkdf2_hmac::<Sha512_256>,
    };
    derive(passphrase, salt, rounds, key);
}

/// Returns the memory of scrypt (RFC 7914, section 5 and 6).
fn scrypt_bytes(cost: u64, block_size: u64, parallelisation: u64) -> u64 {
    cost.saturating_add(parallelisation).saturating_mul(block_size).saturating_mul(128)
}

/// One scrypt runs at a time: each may take all the memory that one key may have.
static ONE_SCRYPT: Mutex<()> = Mutex::new(());

/// A failed allocation within scrypt would end the process.
fn refuse_without_memory(bytes: u64) -> Result<(), Error> {
    let error = Error::Memory(bytes >> 20);
    let length = usize::try_from(bytes).map_err(|_| error)?;
    Vec::<u8>::new().try_reserve_exact(length).map_err(|_| error)
}

fn scrypt_parameters(
    cost: u64,
    block_size: u64,
    parallelisation: u64,
    limits: &Limits,
) -> Result<scrypt::Params, Error> {
    let bytes = scrypt_bytes(cost, block_size, parallelisation);
    if bytes > limits.scrypt_bytes
        || bytes.saturating_mul(parallelisation) / 16 > limits.scrypt_bytes
    {
        let most = limits.scrypt_bytes >> 20;
        return Err(Error::ScryptMemory { cost, block_size, parallelisation, most });
    }
    let error = Error::ScryptParameters(cost, block_size, parallelisation);
    let narrow = |number: u64| u32::try_from(number).map_err(|_| error);
    if !cost.is_power_of_two() || cost < 2 {
        return Err(error);
    }
    let log_cost = u8::try_from(cost.ilog2()).map_err(|_| error)?;
    scrypt::Params::new(log_cost, narrow(block_size)?, narrow(parallelisation)?).map_err(|_| error)
}

/// Returns PBKDF1's whole hash: RFC 8018 §6.1 takes the key from its start and the vector from the rest.
fn pbkdf1(hash: Hash, passphrase: &[u8], salt: &[u8], iterations: u64) -> Zeroizing<Vec<u8>> {
    let digest: fn(&[u8]) -> Vec<u8> = match hash {
        Hash::Md5 => |input| Md5::digest(input).to_vec(),
        _ => |input| Sha1::digest(input).to_vec(),
    };
    let mut block = Zeroizing::new([passphrase, salt].concat());
    for _ in 0..iterations {
        block = Zeroizing::new(digest(&block));
    }
    block
}

/// Derives as in RFC 7292 §B.2 with SHA-1; `purpose` is 1 for a key and 2 for an initialisation vector.
fn pkcs12(
    purpose: u8,
    password: &[u8],
    salt: &[u8],
    iterations: u64,
    length: usize,
) -> Zeroizing<Vec<u8>> {
    const BLOCK: usize = 64;
    let repeated = |bytes: &[u8]| -> Vec<u8> {
        let whole = bytes.len().div_ceil(BLOCK) * BLOCK;
        bytes.iter().copied().cycle().take(whole).collect()
    };
    let mut input = Zeroizing::new([repeated(salt), repeated(password)].concat());
    let mut output = Zeroizing::new(Vec::with_capacity(length + 20));
    while output.len() < length {
        let mut hash = Sha1::new().chain([purpose; BLOCK]).chain(&*input).finalize();
        for _ in 1..iterations {
            hash = Sha1::digest(hash);
        }
        output.extend_from_slice(&hash);
        let addend: Zeroizing<Vec<u8>> =
            Zeroizing::new(hash.iter().copied().cycle().take(BLOCK).collect());
        input.chunks_mut(BLOCK).for_each(|block| add_plus_one(block, &addend));
    }
    output.truncate(length);
    output
}

/// block = block + addend + 1, as big-endian numbers of equal length.
fn add_plus_one(block: &mut [u8], addend: &[u8]) {
    let mut carry = 1;
    for (digit, add) in block.iter_mut().zip(addend).rev() {
        let sum = u16::from(*digit) + u16::from(*add) + carry;
        *digit = sum.to_be_bytes()[1];
        carry = sum >> 8;
    }
}

fn evp_bytes_to_key(passphrase: &[u8], salt: &[u8], length: usize) -> Zeroizing<Vec<u8>> {
    let mut key = Zeroizing::new(Vec::with_capacity(length + 16));
    let mut block = Zeroizing::new(Vec::new());
    while key.len() < length {
        block = Zeroizing::new(
            Md5::new().chain(&*block).chain(passphrase).chain(salt).finalize().to_vec(),
        );
        key.extend_from_slice(&block);
    }
    key.truncate(length);
    key
}
