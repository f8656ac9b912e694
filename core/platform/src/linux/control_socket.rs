//! The control socket of the daemon. The daemon creates it so that nobody can replace it; a client checks its owner before it
//! sends anything.

use std::fs::{self, DirBuilder, Permissions};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::fs::{DirBuilderExt, MetadataExt, PermissionsExt};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};

use rustix::fs::{Mode, OFlags, fcntl_getfl, fcntl_setfl};
use rustix::net::AddressFamily;

use super::peer;
use super::socket_file::{InTheWay, identity, listen};
use crate::control_socket::{Access, ControlSocketError, Trust, UntrustedSocket};
use crate::peer::Peer;
use crate::unix::account;

/// Path of the service's socket, as in its units. Every user may enter the folder (mode 0755); the mode of each file says who
/// may use it.
pub const SOCKET: &str = "/run/adit/adit.sock";

/// A connection to the service.
pub type Stream = tokio::net::UnixStream;

/// Length of the queue of clients that wait for `accept`.
const BACKLOG: i32 = 128;
/// Write permission for group and others.
const OTHERS_MAY_WRITE: u32 = 0o022;
const STICKY: u32 = 0o1000;
/// The first descriptor that systemd hands over (sd_listen_fds(3)).
const FIRST_INHERITED: i32 = 3;

/// A listening socket. Dropping it removes the file that it created, unless another process has replaced the file meanwhile.
#[derive(Debug)]
pub struct ControlSocket {
    listener: OwnedFd,
    /// Path of the file, with its device and inode. None if a service manager created it.
    file: Option<(PathBuf, (u64, u64))>,
}

impl ControlSocket {
    /// Listens on `path`. Creates the folder if it is missing, and replaces a socket file that a dead process left.
    pub fn bind(path: &Path, access: Access) -> Result<Self, ControlSocketError> {
        let failed = |error: io::Error| ControlSocketError::Io { path: path.to_owned(), error };
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        let folder = folder.ok_or_else(|| ControlSocketError::NoFolder(path.to_owned()))?;
        make_folder(folder, access)?;
        let listener = listen(path, Mode::RUSR | Mode::WUSR, BACKLOG)?;
        let identity = identity(path).ok_or_else(|| ControlSocketError::NotASocket(path.to_owned()))?;
        let socket = Self { listener, file: Some((path.to_owned(), identity)) };
        if let Access::Group(group) = access {
            std::os::unix::fs::lchown(path, None, Some(group)).map_err(failed)?;
        }
        let mode = match access {
            Access::Everybody => 0o666,
            Access::Group(_) => 0o660,
            Access::Owner => 0o600,
        };
        fs::set_permissions(path, Permissions::from_mode(mode)).map_err(failed)?;
        Ok(socket)
    }

    /// Returns the socket that a service manager handed over, by the values of the variables `LISTEN_PID` and `LISTEN_FDS` (see
    /// sd_listen_fds(3)), or None if it handed over none.
    pub fn inherited(listen_pid: Option<&str>, listen_fds: Option<&str>) -> Result<Option<Self>, ControlSocketError> {
        let (Some(pid), Some(count)) = (listen_pid, listen_fds) else {
            return Ok(None);
        };
        if pid.parse() != Ok(std::process::id()) {
            return Ok(None);
        }
        match count.parse::<u32>() {
            Ok(0) => return Ok(None),
            Ok(1) => {}
            Ok(_) => return Err(ControlSocketError::Inherited("several sockets")),
            Err(_) => return Err(ControlSocketError::Inherited("no number of sockets")),
        }
        let not_one = |_| ControlSocketError::Inherited("no socket");
        Self::from_fd(super::inherited::descriptor(FIRST_INHERITED).map_err(not_one)?).map(Some)
    }

    /// Takes over a listening socket that another process created.
    pub fn from_fd(listener: OwnedFd) -> Result<Self, ControlSocketError> {
        let listening = rustix::net::sockopt::socket_acceptconn(&listener).unwrap_or(false)
            && rustix::net::sockopt::socket_domain(&listener).is_ok_and(|domain| domain == AddressFamily::UNIX);
        if !listening {
            return Err(ControlSocketError::Inherited("something else"));
        }
        fcntl_getfl(&listener)
            .and_then(|flags| fcntl_setfl(&listener, flags | OFlags::NONBLOCK))
            .map_err(|_| ControlSocketError::Inherited("a socket that blocks"))?;
        Ok(Self { listener, file: None })
    }

    /// Returns the socket's path.
    pub fn path(&self) -> io::Result<PathBuf> {
        let address = self.listener()?.local_addr()?;
        address.as_pathname().map(Path::to_owned).ok_or_else(|| io::Error::new(io::ErrorKind::NotFound, "the socket has no path"))
    }

    /// Closes the connections of all waiting clients.
    pub fn send_away(&self) -> io::Result<()> {
        let listener = self.listener()?;
        while listener.accept().is_ok() {}
        Ok(())
    }

    /// Returns a second handle on the listening socket, non-blocking.
    fn listener(&self) -> io::Result<UnixListener> {
        self.listener.try_clone().map(UnixListener::from)
    }
}

impl Drop for ControlSocket {
    fn drop(&mut self) {
        if let Some((path, made)) = &self.file
            && identity(path) == Some(*made)
            && let Err(error) = fs::remove_file(path)
        {
            tracing::warn!(path = %path.display(), %error, "the socket stays behind");
        }
    }
}

/// Waits for clients.
#[derive(Debug)]
pub struct Listener {
    listener: tokio::net::UnixListener,
    /// Removes the socket file when dropped.
    _socket: ControlSocket,
}

impl Listener {
    /// Starts to listen. Needs a tokio runtime.
    pub fn new(socket: ControlSocket) -> io::Result<Self> {
        Ok(Self { listener: tokio::net::UnixListener::from_std(socket.listener()?)?, _socket: socket })
    }

    /// Waits for the next client, and returns its connection and identity.
    pub async fn accept(&mut self) -> io::Result<(Stream, Peer)> {
        let (stream, _) = self.listener.accept().await?;
        let peer = peer::peer(&stream)?;
        Ok((stream, peer))
    }
}

impl From<InTheWay> for ControlSocketError {
    fn from(error: InTheWay) -> Self {
        match error {
            InTheWay::InUse(path) => Self::InUse(path),
            InTheWay::NotASocket(path) => Self::NotASocket(path),
            InTheWay::Io { path, error } => Self::Io { path, error },
        }
    }
}

fn make_folder(folder: &Path, access: Access) -> Result<(), ControlSocketError> {
    let failed = |error: io::Error| ControlSocketError::Io { path: folder.to_owned(), error };
    let mode = match access {
        Access::Everybody => 0o755,
        Access::Group(_) => 0o750,
        Access::Owner => 0o700,
    };
    match DirBuilder::new().mode(mode).create(folder) {
        Ok(()) => {
            if let Access::Group(group) = access {
                std::os::unix::fs::chown(folder, None, Some(group)).map_err(failed)?;
            }
            // The umask may have removed permissions of `mode`.
            fs::set_permissions(folder, Permissions::from_mode(mode)).map_err(failed)?;
        }
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(failed(error)),
    }
    let found = fs::symlink_metadata(folder).map_err(failed)?;
    let ours = found.uid() == rustix::process::geteuid().as_raw() || found.uid() == 0;
    if !found.is_dir() || !ours || found.mode() & OTHERS_MAY_WRITE != 0 {
        return Err(unsafe_folder(folder, &found));
    }
    Ok(())
}

fn unsafe_folder(path: &Path, found: &fs::Metadata) -> ControlSocketError {
    ControlSocketError::UnsafeFolder { path: path.to_owned(), owner: found.uid(), mode: found.mode() & 0o7777 }
}

/// Connects to `path` after verifying that a trusted user listens there. Needs a tokio runtime.
pub async fn connect(path: &Path, trust: Trust) -> Result<Stream, UntrustedSocket> {
    connect_to(path, &trusted(path, trust)?)
}

/// Does the same as [`connect`], without a runtime: the connection blocks.
pub(super) fn connect_trusted(path: &Path, trust: Trust) -> Result<UnixStream, UntrustedSocket> {
    connect_blocking(path, &trusted(path, trust)?)
}

/// Returns the ids of the users that may listen.
fn trusted(path: &Path, trust: Trust) -> Result<Vec<u32>, UntrustedSocket> {
    let failed = |error: io::Error| UntrustedSocket::Connect { path: path.to_owned(), error };
    let own = || rustix::process::geteuid().as_raw();
    let own = (trust == Trust::ServiceOrOwnUser).then(own);
    let service = account::user(account::SERVICE).map_err(failed)?;
    Ok([0].into_iter().chain(own).chain(service).collect())
}

/// Connects to the socket at `path` on which this process itself listens, without verifying the folder. The caller must not
/// send anything that others may not see.
pub async fn connect_to_own(path: &Path) -> io::Result<Stream> {
    Stream::connect(path).await
}

/// Does the same as [`connect`], with the trusted users given as user ids.
pub fn connect_to(path: &Path, trusted: &[u32]) -> Result<Stream, UntrustedSocket> {
    let failed = |error: io::Error| UntrustedSocket::Connect { path: path.to_owned(), error };
    let stream = connect_blocking(path, trusted)?;
    stream.set_nonblocking(true).and_then(|()| Stream::from_std(stream)).map_err(failed)
}

/// Connects to `path` if only users in `trusted` (user ids) can have created it and its folders, and one of them listens.
fn connect_blocking(path: &Path, trusted: &[u32]) -> Result<UnixStream, UntrustedSocket> {
    let failed = |error: io::Error| UntrustedSocket::Connect { path: path.to_owned(), error };
    let path = &fs::canonicalize(path).map_err(failed)?;
    for folder in path.ancestors().skip(1) {
        let found = fs::symlink_metadata(folder).map_err(failed)?;
        // In a sticky folder nobody can rename files of another user.
        let others_may_write = found.mode() & OTHERS_MAY_WRITE != 0 && found.mode() & STICKY == 0;
        if others_may_write || !trusted.contains(&found.uid()) {
            return Err(UntrustedSocket::Folder { path: folder.to_owned(), owner: found.uid(), mode: found.mode() & 0o7777 });
        }
    }
    let stream = UnixStream::connect(path).map_err(failed)?;
    let uid = peer::uid(&stream).map_err(failed)?;
    if !trusted.contains(&uid) {
        return Err(UntrustedSocket::Server { path: path.to_owned(), user: format!("user {uid}") });
    }
    Ok(stream)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own_uid() -> u32 {
        rustix::process::geteuid().as_raw()
    }

    fn mode(path: &Path) -> u32 {
        fs::symlink_metadata(path).unwrap().mode() & 0o777
    }

    #[test]
    fn a_socket_is_as_open_as_it_was_asked_to_be_and_leaves_nothing_behind() {
        let folder = tempfile::tempdir().unwrap();
        for (access, file, inside) in [(Access::Everybody, 0o666, 0o755), (Access::Owner, 0o600, 0o700)] {
            let path = folder.path().join(format!("{access:?}/adit.sock"));
            let socket = ControlSocket::bind(&path, access).unwrap();
            assert_eq!((mode(&path), mode(path.parent().unwrap())), (file, inside));
            drop(socket);
            assert!(!path.exists());
        }
    }

    #[test]
    fn a_living_daemon_is_left_alone_and_a_dead_one_s_socket_replaced() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("adit.sock");
        let living = ControlSocket::bind(&path, Access::Owner).unwrap();
        assert!(matches!(ControlSocket::bind(&path, Access::Owner), Err(ControlSocketError::InUse(_))));
        drop(living);
        drop(UnixListener::bind(&path).unwrap());
        assert!(path.exists());
        let successor = ControlSocket::bind(&path, Access::Owner).unwrap();
        connect_blocking(&path, &[0, own_uid()]).unwrap();
        drop(successor);
        fs::write(&path, "a file").unwrap();
        assert!(matches!(ControlSocket::bind(&path, Access::Owner), Err(ControlSocketError::NotASocket(_))));
        assert_eq!(fs::read_to_string(&path).unwrap(), "a file");
    }

    #[test]
    fn a_folder_that_others_can_write_to_is_refused_on_both_sides() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("adit.sock");
        let _socket = ControlSocket::bind(&path, Access::Owner).unwrap();
        fs::set_permissions(folder.path(), Permissions::from_mode(0o777)).unwrap();
        let second = folder.path().join("second.sock");
        assert!(matches!(ControlSocket::bind(&second, Access::Owner), Err(ControlSocketError::UnsafeFolder { mode: 0o777, .. })));
        assert!(matches!(connect_blocking(&path, &[0, own_uid()]), Err(UntrustedSocket::Folder { mode: 0o777, .. })));
    }

    #[test]
    fn a_server_that_is_nobody_we_know_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("adit.sock");
        let _socket = ControlSocket::bind(&path, Access::Owner).unwrap();
        let strangers: Vec<u32> = [0, 1].into_iter().filter(|uid| *uid != own_uid()).collect();
        let refused = connect_blocking(&path, &strangers);
        assert!(matches!(refused, Err(UntrustedSocket::Folder { .. } | UntrustedSocket::Server { .. })), "{refused:?}");
    }

    #[test]
    fn only_one_listening_unix_socket_is_taken_from_a_service_manager() {
        let own = std::process::id().to_string();
        assert!(ControlSocket::inherited(None, None).unwrap().is_none());
        assert!(ControlSocket::inherited(Some("1"), Some("1")).unwrap().is_none());
        assert!(ControlSocket::inherited(Some(&own), Some("0")).unwrap().is_none());
        assert!(ControlSocket::inherited(Some(&own), Some("2")).is_err());
        assert!(ControlSocket::inherited(Some(&own), Some("x")).is_err());
        let tcp = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        assert!(ControlSocket::from_fd(tcp.into()).is_err());
        let folder = tempfile::tempdir().unwrap();
        let unix = UnixListener::bind(folder.path().join("made-by-another")).unwrap();
        drop(ControlSocket::from_fd(unix.into()).unwrap());
        assert!(folder.path().join("made-by-another").exists());
    }
}
