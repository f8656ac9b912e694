//! Userspace WireGuard interfaces on this computer, reached through their UAPI sockets, which the stock `wg` uses as well.

mod scope;

use std::io::{self, Read, Write};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use adit_platform::native::uapi_client::{self, ServedBy, Stream, UapiConnectError, UnsafeFolder};
use adit_platform::uapi_listener::DIRECTORY;
use adit_tunnel::uapi::{AnswerError, read_view, write_update};
use adit_tunnel::{DeviceUpdate, DeviceView};
use anyhow::Context;

pub use scope::name_of;

/// An interface and its state.
pub struct Device {
    /// The interface's name.
    pub name: String,
    /// The interface's configuration and counters.
    pub view: DeviceView,
}

/// The reason why an interface cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Reason {
    /// An I/O error, worded as `strerror` does, without the number that Rust adds.
    #[error("{}", strerror(.0))]
    Io(#[from] io::Error),
    /// No process serves an interface of this name.
    #[error("No such device")]
    NotThere,
    /// No interface can have this name.
    #[error("Invalid argument")]
    Name,
    /// The process at the socket does not follow the protocol.
    #[error("{0}")]
    Answer(AnswerError),
    /// Another user than root and the service serves the socket, or could do so.
    #[error("{0}")]
    Untrusted(UapiConnectError),
}

/// The longest wait for one part of an answer; after it the process counts as stuck.
const PATIENCE: Duration = Duration::from_secs(10);
/// The longest wait for a whole answer; after it the answer counts as endless.
const WHOLE_PATIENCE: Duration = Duration::from_secs(60);

/// Returns the state of `interface`.
///
/// # Errors
/// If it cannot be read; the sentence has the interface's name.
pub fn view(interface: &str) -> anyhow::Result<DeviceView> {
    Ok(Sockets::system().get(interface).with_context(|| format!("asking for the state of {interface}"))?.view)
}

/// The folder of the UAPI sockets, and the users that are trusted to serve them.
pub struct Sockets {
    folder: PathBuf,
    served_by: ServedBy,
}

impl Sockets {
    /// The folder that `wg` uses, with sockets of root and of the service.
    pub fn system() -> Self {
        Self { folder: PathBuf::from(DIRECTORY), served_by: ServedBy::RootOrService }
    }

    /// The same folder, with sockets of root only.
    pub fn of_root() -> Self {
        Self { served_by: ServedBy::Root, ..Self::system() }
    }

    /// Returns the served interfaces in the order of the folder, as `wg` lists them.
    pub fn names(&self) -> Result<Vec<String>, Reason> {
        let entries = match std::fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut names = Vec::new();
        for entry in entries {
            let file = entry?.file_name();
            let name = file.to_str().and_then(|file| file.strip_suffix(".sock")).filter(|name| !name.is_empty());
            // An interface that is not trusted is listed too, so that the next step reports the reason.
            let is_listed = |name: &&str| matches!(self.connect(name), Ok(_) | Err(Reason::Untrusted(_)));
            names.extend(name.filter(is_listed).map(str::to_owned));
        }
        Ok(names)
    }

    /// Reads the whole state of the interface `name`.
    pub fn get(&self, name: &str) -> Result<Device, Reason> {
        let mut stream = self.connect(name)?;
        stream.write_all(b"get=1\n\n")?;
        let view = read_view(Bounded::new(stream), &scope::index_of).map_err(answer)?;
        Ok(Device { name: name.to_owned(), view })
    }

    /// Requests a change, which is made completely or not at all.
    pub fn set(&self, name: &str, update: &DeviceUpdate) -> Result<(), Reason> {
        let mut stream = self.connect(name)?;
        write_update(&mut stream, update)?;
        read_view(Bounded::new(stream), &scope::index_of).map(drop).map_err(answer)
    }

    fn connect(&self, name: &str) -> Result<Stream, Reason> {
        if name.contains('/') {
            return Err(Reason::Name);
        }
        uapi_client::connect(&self.folder, name, self.served_by, PATIENCE).map_err(|error| match error {
            UapiConnectError::NotThere => Reason::NotThere,
            UapiConnectError::Io(error) | UapiConnectError::Folder(UnsafeFolder::Io { error, .. }) => Reason::Io(error),
            error @ (UapiConnectError::Server { .. } | UapiConnectError::Folder(UnsafeFolder::Writable { .. })) => {
                Reason::Untrusted(error)
            }
        })
    }
}

/// A stream with a time limit for the whole answer, even if its parts arrive in time.
struct Bounded {
    stream: Stream,
    until: Instant,
}

impl Bounded {
    fn new(stream: Stream) -> Self {
        Self { stream, until: Instant::now() + WHOLE_PATIENCE }
    }
}

impl Read for Bounded {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if Instant::now() >= self.until {
            return Err(io::ErrorKind::TimedOut.into());
        }
        self.stream.read(buffer)
    }
}

fn answer(error: AnswerError) -> Reason {
    match error {
        AnswerError::Io(error) => Reason::Io(error),
        AnswerError::Refused(number) => Reason::Io(io::Error::from_raw_os_error(number)),
        AnswerError::Protocol => Reason::Answer(error),
    }
}

/// Returns the error in the words of the C library.
pub fn strerror(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error ").next().unwrap_or(&text).to_owned()
}
