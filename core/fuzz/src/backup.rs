//! The content of a backup, and the header of an encrypted one: a backup that is read is the same after it was written and read
//! again.

use adit_backup::{Sealed, pack, unpack};

/// Checks one file: as an encrypted one, and as the content of one with the right checksums.
pub fn check(bytes: &[u8]) {
    let _ = Sealed::parse(bytes);
    let mut archive = bytes.to_vec();
    crate::tar::put_checksums_right(&mut archive);
    let Ok(backup) = unpack(&archive) else { return };
    let again = pack(&backup).expect("what fits into a file fits into another one");
    assert_eq!(unpack(&again), Ok(backup));
}
