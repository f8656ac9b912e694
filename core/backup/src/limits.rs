//! The limits of a backup.

/// Maximum number of tunnels.
pub const TUNNELS: usize = 10_000;
/// Maximum size of one configuration in bytes.
pub const CONFIG_BYTES: usize = adit_config::syntax::MAX_BYTES;
/// Maximum size of the description `adit-backup.json` in bytes.
pub const DESCRIPTION_BYTES: usize = 8 << 20;
/// Maximum size of the archive in bytes.
pub const ARCHIVE_BYTES: usize = 64 << 20;
/// Maximum size of the encrypted file in bytes. Encryption adds 16 bytes to each 64 KiB, and a header.
pub const FILE_BYTES: usize = ARCHIVE_BYTES + (1 << 20);
/// Maximum size of the header of an encrypted file in bytes: some 300 recipients. Each of them takes time.
pub const HEADER_BYTES: usize = 64 << 10;
/// The work of a new backup's passphrase: scrypt with N = 2 to the power of 18, as in the program `age`. It takes 256 MiB of
/// memory for about a second.
pub const WORK_FACTOR: u8 = 18;
/// Maximum work that an encrypted file may ask for: 1 GiB of memory for a few seconds.
pub const MAX_WORK_FACTOR: u8 = 20;
/// Maximum length of a passphrase in bytes.
pub const PASSPHRASE_BYTES: usize = 1024;
/// Maximum length of the name of the program that made a backup, in characters.
pub const MADE_BY_CHARACTERS: usize = 100;
