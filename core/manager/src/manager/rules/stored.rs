//! The file of the rules in the state folder: a first line with the revision and a checksum, and below it the text as the user
//! wrote it. The rules contain no key, and must be readable before any key is there, so the file is not sealed; nobody else can
//! read the folder.

use adit_platform::private_folder::{FolderError, PrivateFolder};
use adit_rules::RuleSet;
use adit_rules::text::{Document, MAX_BYTES};
use blake2::{Blake2s256, Digest as _};

const FILE: &str = "rules";
const FORMAT: &str = "adit rules 1";
const LIMIT: u64 = MAX_BYTES as u64 + 256;

/// The stored rules.
#[derive(Clone, Debug)]
pub(super) struct Stored {
    pub(super) revision: u64,
    pub(super) document: Document,
    pub(super) set: RuleSet,
}

impl Stored {
    /// Returns rules that nobody has written yet.
    pub(super) fn none() -> Self {
        Self::of(0, "").unwrap_or_else(|| unreachable!("an empty text has no errors"))
    }

    /// Returns the rules of a text; None if it has an error.
    pub(super) fn of(revision: u64, text: &str) -> Option<Self> {
        let document = Document::parse(text.as_bytes()).ok()?;
        let set = document.rules().ok()?;
        Some(Self { revision, document, set })
    }

    /// Reads the file. There are no rules if there is none.
    ///
    /// # Errors
    /// The reason why the file cannot be used, in English.
    pub(super) fn read(folder: &PrivateFolder) -> Result<Self, String> {
        match folder.read(FILE, LIMIT) {
            Ok(content) => {
                let parsed = std::str::from_utf8(&content.bytes).ok().and_then(parse);
                parsed.ok_or_else(|| format!("{FILE} in the state folder is damaged"))
            }
            Err(FolderError::Missing { .. }) => Ok(Self::none()),
            Err(error) => Err(error.to_string()),
        }
    }

    /// Replaces the file as a whole.
    pub(super) fn write(&self, folder: &PrivateFolder) -> Result<(), FolderError> {
        let text = self.document.text();
        folder.replace(FILE, format!("{}{text}", head(self.revision, text)).as_bytes())
    }
}

fn head(revision: u64, text: &str) -> String {
    let mut hash = Blake2s256::new();
    hash.update(revision.to_le_bytes());
    hash.update(text.as_bytes());
    let hex: String = hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{FORMAT} {revision} {hex}\n")
}

fn parse(file: &str) -> Option<Stored> {
    let (first, text) = file.split_once('\n')?;
    let revision = first.strip_prefix(FORMAT)?.strip_prefix(' ')?.split_once(' ')?.0.parse().ok()?;
    if format!("{first}\n") != head(revision, text) {
        return None;
    }
    Stored::of(revision, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written_rules_are_read_and_any_changed_bit_is_noticed() {
        let scratch = tempfile::tempdir().unwrap();
        let folder = PrivateFolder::open(scratch.path()).unwrap();
        assert_eq!(Stored::read(&folder).unwrap().revision, 0, "there is no file yet");
        let text = "# caf\u{e9}\r\nwhen wifi \"Home\" then down\r\n";
        Stored::of(7, text).unwrap().write(&folder).unwrap();
        let read = Stored::read(&folder).unwrap();
        assert_eq!((read.revision, read.document.text()), (7, text));
        let good = folder.read(FILE, LIMIT).unwrap().bytes.to_vec();
        let flipped = (0..good.len() * 8).map(|bit| {
            let mut bytes = good.clone();
            bytes[bit / 8] ^= 1 << (bit % 8);
            bytes
        });
        for bytes in flipped.chain((0..good.len()).map(|length| good[..length].to_vec())) {
            folder.replace(FILE, &bytes).unwrap();
            assert!(Stored::read(&folder).is_err(), "{}", String::from_utf8_lossy(&bytes));
        }
    }
}
