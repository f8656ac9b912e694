//! The client's end of a configuration socket. It connects to the process that serves an interface, after verifying that this
//! is root or the service: a change may carry private and preshared keys.

use std::fs;
use std::io;
use std::os::unix::fs::FileTypeExt;
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use rustix::net::{AddressFamily, SocketAddrUnix, SocketFlags, SocketType, sockopt};

use super::peer;
use super::socket_folder;
use crate::uapi_client::{ServedBy, UapiConnectError};

/// Removes the socket of an interface in `folder` if no process serves it any more. Returns true if there was such a socket.
pub fn remove_stale(folder: &Path, name: &str) -> io::Result<bool> {
    super::uapi_socket::remove_stale(folder, name).map_err(io::Error::other)
}

/// A connection to the process that serves an interface.
pub type Stream = UnixStream;

/// Connects to `folder/NAME.sock`. `patience` is the timeout of connecting, and of each later read and write.
pub fn connect(folder: &Path, name: &str, by: ServedBy, patience: Duration) -> Result<UnixStream, UapiConnectError> {
    let path = folder.join(format!("{name}.sock"));
    match fs::symlink_metadata(&path) {
        Ok(found) if found.file_type().is_socket() => {}
        Ok(_) => return Err(UapiConnectError::NotThere),
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Err(UapiConnectError::NotThere),
        Err(error) => return Err(error.into()),
    }
    socket_folder::check(folder)?;
    let stream = match open(&path, patience) {
        // The process is gone and has left its file.
        Err(error) if error.kind() == io::ErrorKind::ConnectionRefused => return Err(UapiConnectError::NotThere),
        stream => stream?,
    };
    let uid = peer::uid(&stream)?;
    let is_trusted = match by {
        ServedBy::RootOrService => socket_folder::is_trusted_user(uid)?,
        ServedBy::Root => uid == 0 || uid == rustix::process::geteuid().as_raw(),
    };
    if is_trusted { Ok(stream) } else { Err(UapiConnectError::Server { path, uid }) }
}

/// Connects a stream socket. While the listener's backlog is full, connecting waits up to the socket's own timeout.
fn open(path: &Path, patience: Duration) -> io::Result<UnixStream> {
    let socket = rustix::net::socket_with(AddressFamily::UNIX, SocketType::STREAM, SocketFlags::CLOEXEC, None)?;
    sockopt::set_socket_timeout(&socket, sockopt::Timeout::Send, Some(patience))?;
    sockopt::set_socket_timeout(&socket, sockopt::Timeout::Recv, Some(patience))?;
    rustix::net::connect(&socket, &SocketAddrUnix::new(path)?)?;
    Ok(socket.into())
}
