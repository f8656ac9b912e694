//! State files on systems whose users this program cannot identify: the folder is trusted.

use std::fs;
use std::io::{self, Read, Write};
use std::path::Path;

/// Reads a file of at most `limit` bytes. None if it does not exist.
pub fn read(directory: &Path, name: &str, limit: u64) -> io::Result<Option<Vec<u8>>> {
    let file = match fs::File::open(directory.join(name)) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        file => file?,
    };
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > limit { Err(io::ErrorKind::FileTooLarge.into()) } else { Ok(Some(bytes)) }
}

/// Writes a file and replaces an existing one atomically. After a power cut the earlier content may come back.
pub fn replace(directory: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    fs::create_dir_all(directory)?;
    let new = directory.join(format!("{name}.new"));
    match fs::remove_file(&new) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = fs::File::create_new(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    fs::rename(&new, directory.join(name))
}
