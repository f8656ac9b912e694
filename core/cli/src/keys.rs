//! `adit genkey`, `genpsk` and `pubkey`: print keys as `wg` does.

use std::io::{self, Read};
use std::process::ExitCode;

use adit_platform::native::owner_file;
use adit_protocol::{PresharedKey, PrivateKey};
use anyhow::{Context, bail};
use zeroize::Zeroizing;

use crate::exit::outcome;
use crate::output::{print, tell};

/// Characters of a key in base64.
const KEY_LENGTH: usize = 44;
/// The longest input, bytes. `wg` reads any number of spaces; no real key file is longer than this.
const MAX_INPUT: u64 = 64 << 10;

/// `adit genkey`: prints a new private key.
pub(crate) fn genkey() -> ExitCode {
    outcome(random_key().and_then(|key| print_secret(&PrivateKey::from_bytes(*key).dangerously_reveal_base64())))
}

/// `adit genpsk`: prints a new preshared key.
pub(crate) fn genpsk() -> ExitCode {
    outcome(random_key().and_then(|key| print_secret(&PresharedKey::from_bytes(*key).dangerously_reveal_base64())))
}

/// `adit pubkey`: prints the public key of the private key on standard input.
pub(crate) fn pubkey() -> ExitCode {
    outcome(read_private_key(io::stdin().lock()).and_then(|key| print_key(&key.public().to_string())))
}

/// Returns 32 bytes of the system's random number generator.
pub(crate) fn random_key() -> anyhow::Result<Zeroizing<[u8; 32]>> {
    let mut key = Zeroizing::new([0; 32]);
    getrandom::fill(&mut *key).context("the system has no random numbers")?;
    Ok(key)
}

fn print_secret(key: &str) -> anyhow::Result<()> {
    if owner_file::is_output_open_to_everybody().unwrap_or(false) {
        tell("Warning: writing to world accessible file.\nConsider setting the umask to 077 and trying again.");
    }
    print_key(key)
}

fn print_key(key: &str) -> anyhow::Result<()> {
    let line = Zeroizing::new(format!("{key}\n"));
    print(&line).context("writing the key")
}

/// Reads a key, after which only white space and NULs may follow.
pub(crate) fn read_private_key(input: impl Read) -> anyhow::Result<PrivateKey> {
    let mut text = Zeroizing::new(Vec::with_capacity(256));
    input.take(MAX_INPUT).read_to_end(&mut text).context("reading the key")?;
    let Some((key, rest)) = text.split_at_checked(KEY_LENGTH) else { bail!("Key is not the correct length or format") };
    if rest.iter().any(|byte| !matches!(byte, b' ' | b'\t'..=b'\r' | 0)) {
        bail!("Trailing characters found after key");
    }
    std::str::from_utf8(key).ok().and_then(|key| key.parse().ok()).context("Key is not the correct length or format")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_may_be_followed_by_space_and_by_nothing_else() {
        let key = "YAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
        for good in ["", "\n", "\r\n", " \t\n\0"] {
            assert!(read_private_key(format!("{key}{good}").as_bytes()).is_ok(), "{good:?}");
        }
        for bad in ["x", "\nx", "\u{a0}"] {
            let error = read_private_key(format!("{key}{bad}").as_bytes()).unwrap_err();
            assert_eq!(error.to_string(), "Trailing characters found after key", "{bad:?}");
        }
    }

    #[test]
    fn a_text_that_is_no_key_is_refused_without_being_repeated() {
        for bad in ["", "short", &"é".repeat(22), &format!(" {}", "A".repeat(43)), &"A".repeat(44)] {
            let error = read_private_key(bad.as_bytes()).unwrap_err();
            assert_eq!(error.to_string(), "Key is not the correct length or format", "{bad:?}");
        }
    }
}
