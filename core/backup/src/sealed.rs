//! The encryption of a backup.

use std::fmt;
use std::io::{Read, Write};
use std::str::FromStr;

use age::secrecy::SecretString;
use age::{DecryptError, Decryptor, Encryptor, Identity, Recipient, scrypt, x25519};
use zeroize::Zeroizing;

use crate::archive::{pack, unpack};
use crate::contents::Backup;
use crate::error::{BackupError, KeyError};
use crate::limits::{ARCHIVE_BYTES, FILE_BYTES, HEADER_BYTES, MAX_WORK_FACTOR, PASSPHRASE_BYTES, WORK_FACTOR};

/// The first line of every file in the age format.
const MAGIC: &[u8] = b"age-encryption.org/v1\n";
/// The beginning of the header's last line.
const END_OF_HEADER: &[u8] = b"\n---";

/// The encryption of a new backup.
pub enum Lock {
    /// With a passphrase.
    Passphrase(SecretString),
    /// For recipients, each of whom can open it.
    Recipients(Vec<x25519::Recipient>),
}

/// The secret that opens a backup.
pub enum UnlockKey {
    /// The passphrase.
    Passphrase(SecretString),
    /// Secret keys of recipients.
    Identities(Vec<x25519::Identity>),
}

/// Fails for a passphrase that protects nothing, or that is too long.
fn passphrase(text: &str) -> Result<SecretString, KeyError> {
    match text.len() {
        0 => Err(KeyError::Empty),
        length if length > PASSPHRASE_BYTES => Err(KeyError::TooLong),
        _ => Ok(SecretString::from(text)),
    }
}

impl Lock {
    /// Encrypts with a passphrase.
    pub fn passphrase(text: &str) -> Result<Self, KeyError> {
        passphrase(text).map(Self::Passphrase)
    }

    /// Encrypts for the recipients `age1…`.
    pub fn recipients<'a>(texts: impl IntoIterator<Item = &'a str>) -> Result<Self, KeyError> {
        let parse = |text: &str| {
            let is_secret = text.trim_start().get(..15).is_some_and(|start| start.eq_ignore_ascii_case("AGE-SECRET-KEY-"));
            let wrong = if is_secret { KeyError::SecretAsRecipient } else { KeyError::Recipient };
            x25519::Recipient::from_str(text).map_err(|_| wrong)
        };
        let recipients: Vec<_> = texts.into_iter().map(parse).collect::<Result<_, _>>()?;
        if recipients.is_empty() { Err(KeyError::Recipient) } else { Ok(Self::Recipients(recipients)) }
    }
}

impl UnlockKey {
    /// Opens with a passphrase.
    pub fn passphrase(text: &str) -> Result<Self, KeyError> {
        passphrase(text).map(Self::Passphrase)
    }

    /// Opens with the secret keys of an identity file: one on each line, with empty lines and comments (`#`) between them.
    pub fn identities(text: &str) -> Result<Self, KeyError> {
        let lines = text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty() && !line.starts_with('#'));
        let parse = |(number, line)| x25519::Identity::from_str(line).map_err(|_| KeyError::Identity(number + 1));
        let identities: Vec<_> = lines.map(parse).collect::<Result<_, _>>()?;
        if identities.is_empty() { Err(KeyError::NoIdentity) } else { Ok(Self::Identities(identities)) }
    }
}

impl fmt::Debug for Lock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lock")
    }
}

impl fmt::Debug for UnlockKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("UnlockKey")
    }
}

/// Makes an encrypted file.
pub fn seal(backup: &Backup, lock: &Lock) -> Result<Vec<u8>, BackupError> {
    let archive = pack(backup)?;
    let encryptor = match lock {
        Lock::Passphrase(passphrase) => {
            let mut recipient = scrypt::Recipient::new(passphrase.clone());
            recipient.set_work_factor(WORK_FACTOR);
            Encryptor::with_recipients(std::iter::once(&recipient as &dyn Recipient))
        }
        Lock::Recipients(recipients) => {
            Encryptor::with_recipients(recipients.iter().map(|recipient| recipient as &dyn Recipient))
        }
    };
    let mut file = Vec::with_capacity(archive.len() + (1 << 16));
    let mut writer = encryptor.map_err(|_| BackupError::Encrypt)?.wrap_output(&mut file).map_err(|_| BackupError::Encrypt)?;
    writer.write_all(&archive).map_err(|_| BackupError::Encrypt)?;
    writer.finish().map_err(|_| BackupError::Encrypt)?;
    Ok(file)
}

/// An encrypted file whose header is understood.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Sealed<'a> {
    file: &'a [u8],
    has_passphrase: bool,
}

impl fmt::Debug for Sealed<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sealed").field("has_passphrase", &self.has_passphrase).finish_non_exhaustive()
    }
}

impl<'a> Sealed<'a> {
    /// Reads the header of a file.
    pub fn parse(file: &'a [u8]) -> Result<Self, BackupError> {
        if file.len() > FILE_BYTES {
            return Err(BackupError::TooLarge);
        }
        Ok(Self { file, has_passphrase: decryptor(file)?.is_scrypt() })
    }

    /// Returns true if a passphrase opens it, and false if secret keys do.
    pub fn has_passphrase(&self) -> bool {
        self.has_passphrase
    }

    /// Decrypts and reads the content.
    pub fn open(&self, key: &UnlockKey) -> Result<Backup, BackupError> {
        Ok(unpack(&self.archive(key)?)?)
    }

    /// Decrypts the content.
    fn archive(&self, key: &UnlockKey) -> Result<Zeroizing<Vec<u8>>, BackupError> {
        let decryptor = decryptor(self.file)?;
        let opened = match (key, self.has_passphrase) {
            (UnlockKey::Passphrase(passphrase), true) => {
                let mut identity = scrypt::Identity::new(passphrase.clone());
                identity.set_max_work_factor(MAX_WORK_FACTOR);
                decryptor.decrypt(std::iter::once(&identity as &dyn Identity))
            }
            (UnlockKey::Identities(identities), false) => {
                decryptor.decrypt(identities.iter().map(|identity| identity as &dyn Identity))
            }
            (UnlockKey::Passphrase(_), false) => return Err(BackupError::NeedsIdentity),
            (UnlockKey::Identities(_), true) => return Err(BackupError::NeedsPassphrase),
        };
        let mut reader = opened.map_err(|error| refusal(&error, self.has_passphrase))?;
        // The content is shorter than the file. The buffer never grows, so that no copy of a key stays behind in memory.
        let mut archive = Zeroizing::new(Vec::with_capacity(self.file.len()));
        let most = u64::try_from(ARCHIVE_BYTES).unwrap_or(u64::MAX);
        let read = reader.by_ref().take(most + 1).read_to_end(&mut archive);
        read.map_err(|_| BackupError::Damaged)?;
        if archive.len() > ARCHIVE_BYTES { Err(BackupError::TooLarge) } else { Ok(archive) }
    }
}

fn decryptor(file: &[u8]) -> Result<Decryptor<&[u8]>, BackupError> {
    if !file.starts_with(MAGIC) {
        return Err(BackupError::NotAge);
    }
    let header = file.get(..HEADER_BYTES).unwrap_or(file);
    if !header.windows(END_OF_HEADER.len()).any(|bytes| bytes == END_OF_HEADER) {
        return Err(BackupError::Header);
    }
    Decryptor::new_buffered(file).map_err(|error| refusal(&error, false))
}

fn refusal(error: &DecryptError, has_passphrase: bool) -> BackupError {
    match error {
        DecryptError::ExcessiveWork { required, .. } => BackupError::Work(*required),
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed | DecryptError::NoMatchingKeys if has_passphrase => {
            BackupError::WrongPassphrase
        }
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed | DecryptError::NoMatchingKeys => {
            BackupError::WrongIdentity
        }
        // InvalidHeader, InvalidMac, UnknownFormat, Io, and what a later version of the library adds.
        _ => BackupError::Header,
    }
}
