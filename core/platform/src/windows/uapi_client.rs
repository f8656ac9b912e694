//! The client's end of a configuration pipe. It connects to the process that serves an interface, after verifying that the pipe
//! belongs to the system, to administrators or to this user: a change may carry private and preshared keys.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::os::windows::fs::OpenOptionsExt;
use std::path::Path;
use std::time::{Duration, Instant};

use windows_sys::Win32::Foundation::{ERROR_BAD_PATHNAME, ERROR_INVALID_NAME, ERROR_PIPE_BUSY};
use windows_sys::Win32::Storage::FileSystem::{FILE_FLAG_OVERLAPPED, SECURITY_ANONYMOUS};
use windows_sys::Win32::System::Pipes::WaitNamedPipeW;

use super::pipe_end::PipeEnd;
use super::security::{others, wide};
use super::uapi_pipe::path;
use crate::uapi_client::{ServedBy, UapiConnectError};

/// Does nothing and returns false: a pipe goes with its process.
pub fn remove_stale(_: &Path, _: &str) -> io::Result<bool> {
    Ok(false)
}

/// A connection to the process that serves an interface.
pub struct Stream {
    end: PipeEnd,
    patience: Duration,
}

/// Connects to the pipe of the interface `name`; there is no folder to choose. `patience` is the timeout of connecting, and of each
/// later read and write.
pub fn connect(_: &Path, name: &str, _: ServedBy, patience: Duration) -> Result<Stream, UapiConnectError> {
    let path = path(name).ok_or(UapiConnectError::NotThere)?;
    let file = open(&path, patience)?;
    // Below this prefix only administrators can make a pipe; the owner is looked at because not every system keeps to that.
    if others(&file)?.own {
        let error = format!("another user than the system and administrators serves {path}, and nothing was sent");
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, error).into());
    }
    Ok(Stream { end: PipeEnd::new(file)?, patience })
}

fn open(path: &str, patience: Duration) -> Result<File, UapiConnectError> {
    let mut options = OpenOptions::new();
    // The server must not act in our name.
    options.read(true).write(true).share_mode(0).custom_flags(FILE_FLAG_OVERLAPPED).security_qos_flags(SECURITY_ANONYMOUS);
    let deadline = Instant::now() + patience;
    loop {
        let error = match options.open(path) {
            Ok(file) => return Ok(file),
            Err(error) => error,
        };
        let left = deadline.saturating_duration_since(Instant::now());
        match error.raw_os_error().map(i32::cast_unsigned) {
            Some(ERROR_INVALID_NAME | ERROR_BAD_PATHNAME) => return Err(UapiConnectError::NotThere),
            Some(ERROR_PIPE_BUSY) if !left.is_zero() => {
                let (path, millis) = (wide(path.as_ref()), u32::try_from(left.as_millis()).unwrap_or(u32::MAX - 1).max(1));
                // SAFETY: the path ends with a zero. Whatever the outcome, opening is tried again.
                unsafe { WaitNamedPipeW(path.as_ptr(), millis) };
            }
            _ if error.kind() == io::ErrorKind::NotFound => return Err(UapiConnectError::NotThere),
            _ => return Err(error.into()),
        }
    }
}

impl Read for Stream {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        self.end.read(buffer, Some(self.patience))
    }
}

impl Write for Stream {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.end.write(bytes, self.patience)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
