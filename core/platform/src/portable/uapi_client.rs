//! Client connections to configuration sockets. Unsupported without an adapter that identifies the user at the other end.

use std::convert::Infallible;
use std::io::{self, Read, Write};
use std::path::Path;
use std::time::Duration;

use crate::native::{Part, Unsupported};
use crate::uapi_client::{ServedBy, UapiConnectError};

/// Cannot be constructed.
#[derive(Debug)]
pub struct Stream(Infallible);

/// Fails: [`Unsupported`].
pub fn connect(_: &Path, _: &str, _: ServedBy, _: Duration) -> Result<Stream, UapiConnectError> {
    Err(UapiConnectError::Io(Unsupported(Part::UapiClient).into()))
}

/// Fails: [`Unsupported`].
pub fn remove_stale(_: &Path, _: &str) -> io::Result<bool> {
    Err(Unsupported(Part::UapiClient).into())
}

impl Read for Stream {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        match self.0 {}
    }
}

impl Write for Stream {
    fn write(&mut self, _: &[u8]) -> io::Result<usize> {
        match self.0 {}
    }

    fn flush(&mut self) -> io::Result<()> {
        match self.0 {}
    }
}
