//! The reasons why there is no backup, or why one cannot be read.

use adit_api::TunnelName;

use crate::limits::MAX_WORK_FACTOR;

/// The reason why an encrypted file was not made or not opened.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum BackupError {
    /// The file is larger than [`FILE_BYTES`](crate::limits::FILE_BYTES).
    #[error("it has more than 65 MiB")]
    TooLarge,
    /// The file is not in the age format.
    #[error("it is not a backup: a backup is a file in the age format, which begins with age-encryption.org/v1")]
    NotAge,
    /// The beginning of the file is in the age format and damaged.
    #[error("it is damaged: its header was changed or cut off")]
    Header,
    /// The file is encrypted for recipients, not with a passphrase.
    #[error("it is encrypted for a recipient and not with a passphrase; give the file with the secret key: --identity FILE")]
    NeedsIdentity,
    /// The file is encrypted with a passphrase, not for recipients.
    #[error("it is encrypted with a passphrase, and not for a recipient")]
    NeedsPassphrase,
    /// The passphrase is wrong.
    #[error("the passphrase is wrong")]
    WrongPassphrase,
    /// None of the secret keys opens the file.
    #[error("it is encrypted for another recipient: none of the secret keys opens it")]
    WrongIdentity,
    /// The passphrase asks for more work than [`MAX_WORK_FACTOR`].
    #[error("it asks for too much work: opening it would take 2^{0} steps of scrypt, and at most 2^{MAX_WORK_FACTOR} are made")]
    Work(u8),
    /// The encrypted content was changed, or ends too early. The format does not distinguish these.
    #[error("it is damaged: a part of it was changed, or its end is missing")]
    Damaged,
    /// The content is not a backup.
    #[error(transparent)]
    Archive(#[from] ArchiveError),
    /// Encryption failed.
    #[error("it could not be encrypted")]
    Encrypt,
}

/// The reason why an archive was not made, or is not a backup.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub enum ArchiveError {
    /// The archive is larger than [`ARCHIVE_BYTES`](crate::limits::ARCHIVE_BYTES).
    #[error("the tunnels together have more than 64 MiB")]
    TooLarge,
    /// There are more tunnels than [`TUNNELS`](crate::limits::TUNNELS).
    #[error("a backup has at most 10,000 tunnels")]
    TooMany,
    /// A configuration is larger than [`CONFIG_BYTES`](crate::limits::CONFIG_BYTES).
    #[error("{0} has more than 1 MiB")]
    ConfigTooLarge(String),
    /// The content is not a tar archive, or it is damaged.
    #[error("its content is not a tar archive, or a damaged one")]
    Tar,
    /// The archive has no description.
    #[error("its content is no backup: it has no adit-backup.json")]
    NoDescription,
    /// The description is not JSON of the right shape.
    #[error("its adit-backup.json is not understood: {0}")]
    Description(String),
    /// The description has a format that this program does not know.
    #[error("it has format {found}, and this program reads format {known}; restore it with a newer version of Adit")]
    Newer {
        /// The format.
        found: u64,
        /// The latest format that is known.
        known: u64,
    },
    /// The description has a format that never existed.
    #[error("its adit-backup.json has format {0}, which does not exist")]
    NoSuchFormat(u64),
    /// An entry that does not belong in a backup.
    #[error("it has an entry that does not belong in a backup: {0}")]
    Entry(String),
    /// An entry occurs twice.
    #[error("it has two entries {0}")]
    Twice(String),
    /// A configuration is missing.
    #[error("it has no configuration for {0}")]
    NoConfig(TunnelName),
    /// Two tunnels have the same name.
    #[error("it has two tunnels {0}")]
    SameName(TunnelName),
    /// Two tunnels have the same interface.
    #[error("it has two tunnels with the interface {0}")]
    SameInterface(String),
    /// A configuration is not text.
    #[error("{0} is not text in UTF-8")]
    NotText(String),
}

/// The reason why a text is not a key of the age format.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
pub enum KeyError {
    /// The text is not a recipient.
    #[error("a recipient is the public key of age-keygen and begins with age1; plugins and keys of SSH are not supported")]
    Recipient,
    /// A secret key was given instead of a recipient.
    #[error("this is a secret key; the recipient is its public key, which begins with age1")]
    SecretAsRecipient,
    /// A line of an identity file is not a secret key.
    #[error("line {0} is not a secret key of age-keygen, which begins with AGE-SECRET-KEY-1")]
    Identity(usize),
    /// An identity file has no secret key.
    #[error("there is no secret key in it; a line with one begins with AGE-SECRET-KEY-1")]
    NoIdentity,
    /// The passphrase is empty.
    #[error("an empty passphrase protects nothing")]
    Empty,
    /// The passphrase is longer than [`PASSPHRASE_BYTES`](crate::limits::PASSPHRASE_BYTES).
    #[error("a passphrase has at most 1024 bytes")]
    TooLong,
}
