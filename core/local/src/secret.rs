//! Reads files that have keys in them.

use std::fs::File;
use std::io::{self, ErrorKind, Read};

use zeroize::Zeroizing;

/// Reads to the end, but at most `most` bytes. The bytes are in one place, which is erased when it is dropped; a list that grows while
/// it is read leaves copies behind.
///
/// # Errors
/// Those of `reader`.
pub fn read_secret(mut reader: impl Read, most: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    let mut bytes = Zeroizing::new(vec![0; most]);
    let mut count = 0;
    while count < most {
        let (_, rest) = bytes.split_at_mut(count);
        match reader.read(rest) {
            Ok(0) => break,
            Ok(more) => count += more,
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    bytes.truncate(count);
    // Most of the place is not needed.
    Ok(if count < most / 2 { Zeroizing::new(bytes.to_vec()) } else { bytes })
}

/// Reads a file like [`read_secret`].
///
/// # Errors
/// Those of the file, and one if it grows meanwhile.
pub fn read_secret_file(file: &File, most: usize) -> io::Result<Zeroizing<Vec<u8>>> {
    let length = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    let bytes = read_secret(file, most.min(length.saturating_add(1)))?;
    if bytes.len() > length { Err(io::Error::other("the file grows while it is read")) } else { Ok(bytes) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Hands out one byte at a time, and is interrupted before each.
    struct Slow<'a> {
        rest: &'a [u8],
        is_interrupted: bool,
    }

    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.is_interrupted = !self.is_interrupted;
            if self.is_interrupted {
                return Err(ErrorKind::Interrupted.into());
            }
            let most = buffer.len().min(1);
            self.rest.read(&mut buffer[..most])
        }
    }

    #[test]
    fn a_secret_is_read_to_its_end_or_its_limit_into_memory_that_does_not_grow() {
        for (most, wanted) in [(0, ""), (3, "sec"), (6, "secret"), (7, "secret"), (1_000, "secret")] {
            let bytes = read_secret(Slow { rest: b"secret", is_interrupted: false }, most).unwrap();
            assert_eq!(*bytes, wanted.as_bytes());
            assert!(bytes.capacity() <= most, "{} for {most}", bytes.capacity());
        }
        assert!(read_secret(File::open(std::env::temp_dir()).unwrap(), 10).is_err(), "a folder");
    }

    #[test]
    fn a_file_takes_memory_for_its_size_and_is_read_to_the_limit() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.conf");
        std::fs::write(&path, "secret").unwrap();
        let read = |most| read_secret_file(&File::open(&path).unwrap(), most).unwrap();
        assert_eq!(*read(1 << 20), b"secret");
        assert!(read(1 << 20).capacity() <= 7);
        assert_eq!(*read(3), b"sec");
    }

    #[test]
    fn a_file_that_has_more_than_its_size_is_not_read_in_part() {
        let file = File::open("/proc/self/status").unwrap();
        assert!(read_secret_file(&file, 1 << 20).is_err());
    }
}
