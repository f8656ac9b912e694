//! The interfaces of userspace WireGuard on this computer: their configuration sockets, which the stock `wg` speaks to as well.

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
    /// Of the interface.
    pub name: String,
    /// Its configuration and counters.
    pub view: DeviceView,
}

/// Why an interface cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Reason {
    /// Worded as `strerror` does, without the number that Rust adds.
    #[error("{}", strerror(.0))]
    Io(#[from] io::Error),
    /// No implementation serves an interface of that name.
    #[error("No such device")]
    NotThere,
    /// No interface can have that name.
    #[error("Invalid argument")]
    Name,
    /// The implementation does not follow the protocol.
    #[error("{0}")]
    Answer(AnswerError),
    /// Somebody else than root and the service serves it, or could.
    #[error("{0}")]
    Untrusted(UapiConnectError),
}

/// An implementation that takes longer than this for a piece of its answer is stuck.
const PATIENCE: Duration = Duration::from_secs(10);
/// One that takes longer than this for all of it never ends.
const WHOLE_PATIENCE: Duration = Duration::from_secs(60);

/// The state of `interface`.
///
/// # Errors
/// Where it cannot be read, in a sentence with the interface's name.
pub fn view(interface: &str) -> anyhow::Result<DeviceView> {
    Ok(Sockets::system().get(interface).with_context(|| format!("asking for the state of {interface}"))?.view)
}

/// The folder of the sockets, and who is believed to serve them.
pub struct Sockets {
    folder: PathBuf,
    served_by: ServedBy,
}

impl Sockets {
    /// The folder that `wg` looks into.
    pub fn system() -> Self {
        Self { folder: PathBuf::from(DIRECTORY), served_by: ServedBy::RootOrService }
    }

    /// Only interfaces that root serves.
    pub fn of_root() -> Self {
        Self { served_by: ServedBy::Root, ..Self::system() }
    }

    /// The interfaces that somebody serves, in the order of the folder, as `wg` lists them.
    pub fn names(&self) -> Result<Vec<String>, Reason> {
        let entries = match std::fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut names = Vec::new();
        for entry in entries {
            let file = entry?.file_name();
            let name = file.to_str().and_then(|file| file.strip_suffix(".sock")).filter(|name| !name.is_empty());
            // One that is not trusted is listed, so that the next step says why.
            let is_listed = |name: &&str| matches!(self.connect(name), Ok(_) | Err(Reason::Untrusted(_)));
            names.extend(name.filter(is_listed).map(str::to_owned));
        }
        Ok(names)
    }

    /// Asks for everything.
    pub fn get(&self, name: &str) -> Result<Device, Reason> {
        let mut stream = self.connect(name)?;
        stream.write_all(b"get=1\n\n")?;
        let view = read_view(Bounded::new(stream), &scope::index_of).map_err(answer)?;
        Ok(Device { name: name.to_owned(), view })
    }

    /// Asks for a change, which is made whole or not at all.
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

/// An answer that must be whole in time, however often a piece of it comes.
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

/// In the words of the C library.
pub fn strerror(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error ").next().unwrap_or(&text).to_owned()
}
