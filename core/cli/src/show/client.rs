//! Finds the configuration sockets of userspace implementations and asks one of them what it looks like.

use std::io::{self, Write};
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::UnixStream;
use std::path::PathBuf;
use std::time::Duration;

use adit_tunnel::uapi::{AnswerError, read_view, write_update};
use adit_tunnel::{DeviceUpdate, DeviceView};

use super::scope;

/// An interface and its state.
pub(super) struct Device {
    pub(super) name: String,
    pub(super) view: DeviceView,
}

/// Why an interface cannot be read.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Reason {
    /// Worded as `strerror` does, without the number that Rust adds.
    #[error("{}", strerror(.0))]
    Io(#[from] io::Error),
    #[error("No such device")]
    NotThere,
    #[error("Invalid argument")]
    Name,
    #[error("{0}")]
    Answer(AnswerError),
}

/// An implementation that takes longer than this for a piece of its answer is stuck.
const PATIENCE: Duration = Duration::from_secs(10);

/// The folder of the sockets.
pub(super) struct Sockets {
    folder: PathBuf,
}

impl Sockets {
    /// The folder that `wg` looks into.
    pub(super) fn system() -> Self {
        Self { folder: PathBuf::from("/var/run/wireguard") }
    }

    /// The interfaces that somebody serves, in the order of the folder, as `wg` lists them.
    pub(super) fn names(&self) -> Result<Vec<String>, Reason> {
        let entries = match std::fs::read_dir(&self.folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut names = Vec::new();
        for entry in entries {
            let file = entry?.file_name();
            let name = file.to_str().and_then(|file| file.strip_suffix(".sock")).filter(|name| !name.is_empty());
            names.extend(name.filter(|name| self.connect(name).is_ok()).map(str::to_owned));
        }
        Ok(names)
    }

    /// Asks for everything.
    pub(super) fn get(&self, name: &str) -> Result<Device, Reason> {
        let mut stream = self.connect(name)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        stream.write_all(b"get=1\n\n")?;
        let view = read_view(stream, &scope::index_of).map_err(answer)?;
        Ok(Device { name: name.to_owned(), view })
    }

    /// Asks for a change, which is made whole or not at all.
    pub(super) fn set(&self, name: &str, update: &DeviceUpdate) -> Result<(), Reason> {
        let mut stream = self.connect(name)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        write_update(&mut stream, update)?;
        read_view(stream, &scope::index_of).map(drop).map_err(answer)
    }

    fn connect(&self, name: &str) -> Result<UnixStream, Reason> {
        if name.contains('/') {
            return Err(Reason::Name);
        }
        let path = self.folder.join(format!("{name}.sock"));
        match path.metadata() {
            Ok(found) if found.file_type().is_socket() => {}
            Ok(_) => return Err(Reason::NotThere),
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(Reason::NotThere),
            Err(error) => return Err(error.into()),
        }
        match UnixStream::connect(path) {
            // The process is gone and has left its file.
            Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => Err(Reason::NotThere),
            connected => Ok(connected?),
        }
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
pub(crate) fn strerror(error: &io::Error) -> String {
    let text = error.to_string();
    text.split(" (os error ").next().unwrap_or(&text).to_owned()
}
