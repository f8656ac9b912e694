//! The service's named pipe. Only administrators can make pipes under its name, the client checks the pipe's owner before it sends
//! anything, and the server reads the client's token.

use std::fs::OpenOptions;
use std::io;
use std::os::windows::fs::OpenOptionsExt;
use std::os::windows::io::IntoRawHandle;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::windows::named_pipe::{NamedPipeClient, NamedPipeServer, ServerOptions};
use tokio::time::{Instant, sleep};
use windows_sys::Win32::Foundation::{ERROR_ACCESS_DENIED, ERROR_PIPE_BUSY};
use windows_sys::Win32::Security::{WinBuiltinAdministratorsSid, WinLocalSystemSid};
use windows_sys::Win32::Storage::FileSystem::{
    FILE_APPEND_DATA, FILE_FLAG_OVERLAPPED, FILE_GENERIC_READ, FILE_GENERIC_WRITE, SECURITY_IDENTIFICATION,
};

use super::peer;
use super::security::{descriptor, owner_of_pipe};
use super::sid::Sid;
use super::token::Token;
use crate::control_socket::{Access, ControlSocketError, Trust, UntrustedSocket};
use crate::peer::Peer;

/// Name of the service's pipe. The system lets only administrators and itself make pipes with this prefix.
pub const SOCKET: &str = r"\\.\pipe\ProtectedPrefix\Administrators\Adit\adit";

/// The beginning of every name of a pipe on this computer.
const PREFIX: &str = r"\\.\pipe\";
/// The rights of a client: reading, writing and looking at the pipe's owner, but not making further instances of the pipe, whose
/// right has the value of appending to a file.
const CLIENT: u32 = FILE_GENERIC_READ | FILE_GENERIC_WRITE & !FILE_APPEND_DATA;
/// The SID that stands for whoever owns the pipe.
const OWNER: &str = "S-1-3-4";
/// Processes of low integrity, such as those of a browser that render pages, may not write to the pipe.
const LABEL: &str = "S:(ML;;NW;;;ME)";
/// How long a client waits for a free instance of the pipe, and how often it tries.
const BUSY: Duration = Duration::from_secs(2);
const POLL_INTERVAL: Duration = Duration::from_millis(10);
/// The size of each of a pipe's two buffers in bytes. A goodbye must fit into an empty one.
const BUFFER: u32 = 64 << 10;

/// A pipe whose first instance exists, so that clients can connect.
#[derive(Debug)]
pub struct ControlSocket {
    name: PathBuf,
    rights: String,
    first: Instance,
}

/// An instance of the pipe, which is made a part of a runtime later.
#[derive(Debug)]
struct Instance(NamedPipeServer);

impl ControlSocket {
    /// Makes the pipe `path`. Must be called within a tokio runtime.
    pub fn bind(path: &Path, access: Access) -> Result<Self, ControlSocketError> {
        if !path.to_str().is_some_and(|path| path.len() > PREFIX.len() && path.starts_with(PREFIX)) {
            return Err(ControlSocketError::NotAPipe(path.to_owned()));
        }
        let failed = |error: io::Error| ControlSocketError::Io { path: path.to_owned(), error };
        let token = Token::of_this_process().map_err(failed)?;
        let own = token.user().map_err(failed)?;
        let owner = owner(&own, token.is_administrator().map_err(failed)?).map_err(failed)?;
        let rights = rights(access, &owner, &own)
            .ok_or_else(|| failed(io::Error::new(io::ErrorKind::Unsupported, "groups are not known by numbers on Windows")))?;
        let first = instance(path, &rights, true).map_err(|error| match error.raw_os_error().map(i32::cast_unsigned) {
            // The system's answer to the flag that asks for the first instance. Without the right to make pipes of this name, it is
            // the same.
            Some(ERROR_ACCESS_DENIED) if exists(path) => ControlSocketError::InUse(path.to_owned()),
            _ => failed(error),
        })?;
        Ok(Self { name: path.to_owned(), rights, first: Instance(first) })
    }

    /// Returns the name of the pipe.
    pub fn path(&self) -> io::Result<PathBuf> {
        Ok(self.name.clone())
    }

    /// Does nothing: no service manager makes the pipe, so that nobody waits for a service that does not start.
    pub fn send_away(&self) -> io::Result<()> {
        Ok(())
    }
}

/// Returns the owner of a pipe that the user `own` makes: by it a client recognizes the service.
fn owner(own: &Sid, is_administrator: bool) -> io::Result<Sid> {
    match own == &Sid::well_known(WinLocalSystemSid)? {
        false if is_administrator => Sid::well_known(WinBuiltinAdministratorsSid),
        _ => Ok(own.clone()),
    }
}

/// Returns the owner of the pipe and the rights to it (Security Descriptor Definition Language). The system, administrators and the
/// owner may do everything, and every user of the computer or the user `own` may connect. None for a group.
fn rights(access: Access, owner: &Sid, own: &Sid) -> Option<String> {
    let client = match access {
        Access::Everybody => "AU".to_owned(),
        Access::Owner => own.to_string(),
        Access::Group(_) => return None,
    };
    Some(format!("O:{owner}D:P(A;;GA;;;SY)(A;;GA;;;BA)(A;;GA;;;{OWNER})(A;;{CLIENT:#x};;;{client}){LABEL}"))
}

fn instance(path: &Path, rights: &str, is_first: bool) -> io::Result<NamedPipeServer> {
    let descriptor = descriptor(rights)?;
    let mut attributes = descriptor.attributes();
    let mut options = ServerOptions::new();
    options.first_pipe_instance(is_first).reject_remote_clients(true);
    options.in_buffer_size(BUFFER).out_buffer_size(BUFFER);
    // SAFETY: the attributes and the descriptor live until the call has returned.
    unsafe { options.create_with_security_attributes_raw(path, (&raw mut attributes).cast()) }
}

/// Returns true if a process has made the pipe.
fn exists(path: &Path) -> bool {
    match open(path) {
        Ok(_) => true,
        Err(error) => error.raw_os_error() == Some(ERROR_PIPE_BUSY.cast_signed()),
    }
}

/// Waits for clients.
#[derive(Debug)]
pub struct Listener {
    name: PathBuf,
    rights: String,
    /// The instance to which the next client connects. None if the last attempt to make one failed.
    next: Option<NamedPipeServer>,
}

impl Listener {
    /// Starts to listen. Needs a tokio runtime.
    pub fn new(socket: ControlSocket) -> io::Result<Self> {
        let ControlSocket { name, rights, first: Instance(first) } = socket;
        Ok(Self { name, rights, next: Some(first) })
    }

    /// Waits for the next client, and returns its connection and identity. A client that does not let its user be identified is sent
    /// away.
    pub async fn accept(&mut self) -> io::Result<(Stream, Peer)> {
        loop {
            if self.next.is_none() {
                self.next = Some(instance(&self.name, &self.rights, false)?);
            }
            // The instance stays in its place while it waits, so that it is still there if this future is dropped.
            if let Some(next) = &self.next
                && let Err(error) = next.connect().await
            {
                self.next = None;
                return Err(error);
            }
            let Some(connected) = self.next.take() else { continue };
            // Before the client is looked at, so that there is an instance at every moment.
            self.next = Some(instance(&self.name, &self.rights, false)?);
            match peer::peer(&connected) {
                Ok(peer) => return Ok((Stream::Server(connected), peer)),
                Err(error) => tracing::debug!(%error, "a client that cannot be identified is sent away"),
            }
        }
    }
}

/// A connection between the service and a client.
#[derive(Debug)]
pub enum Stream {
    /// The service's end.
    Server(NamedPipeServer),
    /// The client's end.
    Client(NamedPipeClient),
}

/// Connects to the pipe `path` after verifying that a trusted user made it. Needs a tokio runtime.
pub async fn connect(path: &Path, trust: Trust) -> Result<Stream, UntrustedSocket> {
    let failed = |error: io::Error| UntrustedSocket::Connect { path: path.to_owned(), error };
    let pipe = open_when_free(path).await.map_err(failed)?;
    let owner = owner_of_pipe(&pipe).map_err(failed)?;
    if !owner.as_ref().is_some_and(|owner| trusted(trust).is_ok_and(|trusted| trusted.contains(owner))) {
        let user = owner.map_or_else(|| "an unknown user".to_owned(), |owner| format!("the user {owner}"));
        return Err(UntrustedSocket::Server { path: path.to_owned(), user });
    }
    stream(pipe).map_err(failed)
}

/// Connects to the pipe `path` on which this process itself listens, without verifying who made it. The caller must not send
/// anything that others may not see.
pub async fn connect_to_own(path: &Path) -> io::Result<Stream> {
    stream(open_when_free(path).await?)
}

/// The owners of a pipe that are trusted. What an elevated administrator makes belongs to the administrators.
fn trusted(trust: Trust) -> io::Result<Vec<Sid>> {
    let mut trusted = vec![Sid::well_known(WinLocalSystemSid)?, Sid::well_known(WinBuiltinAdministratorsSid)?];
    if trust == Trust::ServiceOrOwnUser {
        trusted.push(Token::of_this_process()?.user()?);
    }
    Ok(trusted)
}

async fn open_when_free(path: &Path) -> io::Result<std::fs::File> {
    let end = Instant::now() + BUSY;
    loop {
        match open(path) {
            Err(error) if error.raw_os_error() == Some(ERROR_PIPE_BUSY.cast_signed()) && Instant::now() < end => {
                sleep(POLL_INTERVAL).await;
            }
            opened => return opened,
        }
    }
}

/// Opens the client's end. The server can identify this user, but not act as it.
fn open(path: &Path) -> io::Result<std::fs::File> {
    let mut options = OpenOptions::new();
    options.access_mode(CLIENT).custom_flags(FILE_FLAG_OVERLAPPED).security_qos_flags(SECURITY_IDENTIFICATION).open(path)
}

fn stream(pipe: std::fs::File) -> io::Result<Stream> {
    // SAFETY: the handle is open, for overlapped operations, and from here on belongs to the client alone.
    unsafe { NamedPipeClient::from_raw_handle(pipe.into_raw_handle()) }.map(Stream::Client)
}

impl AsyncRead for Stream {
    fn poll_read(self: Pin<&mut Self>, context: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        let read = match self.get_mut() {
            Self::Server(pipe) => Pin::new(pipe).poll_read(context, buffer),
            Self::Client(pipe) => Pin::new(pipe).poll_read(context, buffer),
        };
        match read {
            // The other end is closed: the end of the stream, as on other systems.
            Poll::Ready(Err(error)) if error.kind() == io::ErrorKind::BrokenPipe => Poll::Ready(Ok(())),
            read => read,
        }
    }
}

impl AsyncWrite for Stream {
    fn poll_write(self: Pin<&mut Self>, context: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Server(pipe) => Pin::new(pipe).poll_write(context, bytes),
            Self::Client(pipe) => Pin::new(pipe).poll_write(context, bytes),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Server(pipe) => Pin::new(pipe).poll_flush(context),
            Self::Client(pipe) => Pin::new(pipe).poll_flush(context),
        }
    }

    /// Waits until the system has taken everything that was written: dropping the stream earlier would cancel the last write.
    fn poll_shutdown(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        loop {
            let (ready, is_done) = match &*self {
                Self::Server(pipe) => (pipe.poll_write_ready(context), pipe.try_write(&[])),
                Self::Client(pipe) => (pipe.poll_write_ready(context), pipe.try_write(&[])),
            };
            match (ready, is_done) {
                (Poll::Pending, _) => return Poll::Pending,
                // It was not ready after all; the next look waits for the end of the write.
                (Poll::Ready(Ok(())), Err(error)) if error.kind() == io::ErrorKind::WouldBlock => {}
                // The other end is closed: nobody reads the rest.
                (Poll::Ready(_), _) => return Poll::Ready(Ok(())),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::runtime::Runtime;

    use windows_sys::Win32::Foundation::ERROR_INVALID_OWNER;

    use super::*;
    use crate::windows::security::Entry;

    fn name(test: &str) -> PathBuf {
        format!(r"{PREFIX}ProtectedPrefix\Administrators\Adit\test-{test}-{}", std::process::id()).into()
    }

    #[test]
    fn everybody_may_connect_and_nobody_else_may_make_an_instance() {
        let own = Token::of_this_process().unwrap().user().unwrap();
        let parsed = descriptor(&rights(Access::Everybody, &own, &own).unwrap()).unwrap();
        let entry = |user: &str, mask| Entry::Allow { user: user.parse().unwrap(), mask };
        const ALL: u32 = 0x1000_0000;
        // The system, administrators, whoever owns the pipe, and every user who has logged in.
        let expected = [entry("S-1-5-18", ALL), entry("S-1-5-32-544", ALL), entry("S-1-3-4", ALL), entry("S-1-5-11", 0x12_019b)];
        assert_eq!(parsed.entries().unwrap().unwrap(), expected);
        assert_eq!(CLIENT & FILE_APPEND_DATA, 0, "no further instance of the pipe");
        let alone = descriptor(&rights(Access::Owner, &own, &own).unwrap()).unwrap();
        assert!(!alone.entries().unwrap().unwrap().contains(&entry("S-1-5-11", 0x12_019b)));
        assert_eq!(rights(Access::Group(7), &own, &own), None);
    }

    #[test]
    fn the_owner_of_the_service_s_pipe_is_trusted_and_that_of_a_user_s_pipe_only_by_the_user() {
        let [system, administrators, user] =
            ["S-1-5-18", "S-1-5-32-544", "S-1-5-21-1-2-3-1001"].map(|sid| sid.parse::<Sid>().unwrap());
        assert_eq!(owner(&system, true).unwrap(), system);
        assert_eq!(owner(&user, true).unwrap(), administrators);
        assert_eq!(owner(&user, false).unwrap(), user);
        assert_eq!(trusted(Trust::Service).unwrap(), [system, administrators]);
        let own = Token::of_this_process().unwrap().user().unwrap();
        assert!(trusted(Trust::ServiceOrOwnUser).unwrap().contains(&own));
        assert!(!trusted(Trust::ServiceOrOwnUser).unwrap().contains(&user));
    }

    #[test]
    fn a_pipe_of_a_stranger_is_not_spoken_to() {
        let path = name("stranger");
        Runtime::new().unwrap().block_on(async {
            // A user of no computer; Wine lets anybody name any owner.
            let rights = format!("O:S-1-5-21-1-2-3-1001D:P(A;;GA;;;WD){LABEL}");
            let _pipe = match instance(&path, &rights, true) {
                Err(error) if error.raw_os_error() == Some(ERROR_INVALID_OWNER.cast_signed()) => return,
                pipe => pipe.unwrap(),
            };
            match connect(&path, Trust::ServiceOrOwnUser).await {
                Err(UntrustedSocket::Server { user, .. }) => assert!(user.contains("S-1-5-21-1-2-3-1001"), "{user}"),
                other => panic!("{other:?}"),
            }
        });
    }

    #[test]
    fn a_client_is_identified_and_both_ends_hear_each_other() {
        let path = name("conversation");
        Runtime::new().unwrap().block_on(async {
            let mut listener = Listener::new(ControlSocket::bind(&path, Access::Everybody).unwrap()).unwrap();
            let (accepted, connected) = tokio::join!(listener.accept(), connect(&path, Trust::ServiceOrOwnUser));
            let ((mut server, peer), mut client) = (accepted.unwrap(), connected.unwrap());
            assert_eq!(peer.user.to_string(), Token::of_this_process().unwrap().user().unwrap().to_string());
            let process = peer.process.unwrap();
            assert_eq!(process.pid, std::process::id());
            assert!(process.lives());
            client.write_all(b"question").await.unwrap();
            let mut bytes = [0; 8];
            server.read_exact(&mut bytes).await.unwrap();
            assert_eq!(&bytes, b"question");
            server.write_all(b"answer").await.unwrap();
            // What was written before the end is read after it.
            drop(server);
            let mut text = String::new();
            client.read_to_string(&mut text).await.unwrap();
            assert_eq!(text, "answer");
        });
    }

    #[test]
    fn an_answer_that_is_larger_than_the_pipe_is_read_whole_after_its_end() {
        let path = name("large");
        let answer: Vec<u8> = (0..1_u32 << 20).map(|index| index as u8).collect();
        Runtime::new().unwrap().block_on(async {
            let mut listener = Listener::new(ControlSocket::bind(&path, Access::Everybody).unwrap()).unwrap();
            let (accepted, connected) = tokio::join!(listener.accept(), connect(&path, Trust::ServiceOrOwnUser));
            let ((mut server, _), mut client) = (accepted.unwrap(), connected.unwrap());
            let sent = answer.clone();
            tokio::spawn(async move {
                server.write_all(&sent).await.unwrap();
                server.shutdown().await.unwrap();
            });
            let mut read = Vec::new();
            client.read_to_end(&mut read).await.unwrap();
            assert_eq!(read.len(), answer.len());
            assert!(read == answer);
        });
    }

    #[test]
    fn clients_that_come_at_once_are_all_served() {
        let path = name("crowd");
        Runtime::new().unwrap().block_on(async {
            let mut listener = Listener::new(ControlSocket::bind(&path, Access::Everybody).unwrap()).unwrap();
            let clients: Vec<_> = (0..20_u8)
                .map(|number| {
                    let path = path.clone();
                    tokio::spawn(async move {
                        let mut client = connect(&path, Trust::ServiceOrOwnUser).await.unwrap();
                        client.write_all(&[number]).await.unwrap();
                        let mut answer = [0];
                        client.read_exact(&mut answer).await.unwrap();
                        assert_eq!(answer, [number]);
                    })
                })
                .collect();
            for _ in 0..clients.len() {
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut byte = [0];
                stream.read_exact(&mut byte).await.unwrap();
                stream.write_all(&byte).await.unwrap();
            }
            for client in clients {
                client.await.unwrap();
            }
        });
    }

    #[test]
    fn a_pipe_that_nobody_made_is_absent_and_a_path_of_a_file_is_no_pipe() {
        Runtime::new().unwrap().block_on(async {
            match connect(&name("nobody"), Trust::Service).await {
                Err(UntrustedSocket::Connect { error, .. }) => assert_eq!(error.kind(), io::ErrorKind::NotFound),
                other => panic!("{other:?}"),
            }
            for path in [r"C:\adit.sock", r"\\elsewhere\pipe\adit", PREFIX] {
                let bound = ControlSocket::bind(Path::new(path), Access::Everybody);
                assert!(matches!(bound, Err(ControlSocketError::NotAPipe(_))), "{path}");
            }
        });
    }
}
