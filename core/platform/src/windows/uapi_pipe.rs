//! The configuration pipe `\\.\pipe\ProtectedPrefix\Administrators\WireGuard\NAME`, where the stock `wg.exe` looks for userspace
//! implementations. Only administrators can make a pipe below that prefix.

use std::fs::File;
use std::io;
use std::os::windows::io::{AsRawHandle, FromRawHandle, OwnedHandle};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use windows_sys::Win32::Foundation::{
    ERROR_ACCESS_DENIED, ERROR_INVALID_OWNER, ERROR_NO_DATA, ERROR_PIPE_CONNECTED, INVALID_HANDLE_VALUE,
};
use windows_sys::Win32::NetworkManagement::IpHelper::{ConvertInterfaceAliasToLuid, ConvertInterfaceLuidToIndex};
use windows_sys::Win32::NetworkManagement::Ndis::NET_LUID_LH;
use windows_sys::Win32::Security::SECURITY_ATTRIBUTES;
use windows_sys::Win32::Storage::FileSystem::{FILE_FLAG_FIRST_PIPE_INSTANCE, FILE_FLAG_OVERLAPPED, PIPE_ACCESS_DUPLEX};
use windows_sys::Win32::System::Pipes::{
    ConnectNamedPipe, CreateNamedPipeW, DisconnectNamedPipe, PIPE_REJECT_REMOTE_CLIENTS, PIPE_TYPE_BYTE, PIPE_UNLIMITED_INSTANCES,
};

use super::event::Event;
use super::pipe_end::{PipeEnd, overlapped};
use super::security::{descriptor, wide};
use crate::uapi_listener::{Incoming, UapiListener, UapiStream};

/// The folder of the pipes.
const FOLDER: &str = r"\\.\pipe\ProtectedPrefix\Administrators\WireGuard\";

/// The system and administrators may connect, from processes with at least their integrity level. `wg.exe` trusts only pipes that
/// belong to the system; only the system may make one of these.
const OF_SYSTEM: &str = "O:SYD:P(A;;GA;;;SY)(A;;GA;;;BA)S:(ML;;NWNRNX;;;HI)";
/// The same for a program that an administrator has started.
const OF_ADMINISTRATORS: &str = "O:BAD:P(A;;GA;;;SY)(A;;GA;;;BA)S:(ML;;NWNRNX;;;HI)";

/// Bytes that the system keeps in each direction while the other end does not read.
const BUFFER: u32 = 64 << 10;

/// The longest name, as of an adapter.
const MAX_NAME: usize = 127;

/// Why there is no pipe.
#[derive(Debug, thiserror::Error)]
pub enum UapiPipeError {
    /// The name would lead out of the folder.
    #[error("`{0}` is not the name of an interface: 1 to {MAX_NAME} characters without \\ and /")]
    Name(String),
    /// Another process has it, or this user may make none there.
    #[error("{0} is in use, or needs an elevated prompt (administrator)")]
    InUse(String),
    /// The system reported an error.
    #[error("{path}: {error}")]
    Io {
        /// The pipe.
        path: String,
        /// The error.
        error: io::Error,
    },
}

/// A listening configuration pipe.
pub struct UapiPipe {
    path: String,
    /// The instance that the next client connects to. There always is one, so that the name exists.
    next: Mutex<Option<OwnedHandle>>,
    closed: Event,
    descriptor: &'static str,
}

impl UapiPipe {
    /// Listens at the pipe of the interface `name`.
    pub fn bind(name: &str) -> Result<Self, UapiPipeError> {
        let path = path(name).ok_or_else(|| UapiPipeError::Name(name.escape_default().to_string()))?;
        let failed = |error| UapiPipeError::Io { path: path.clone(), error };
        let closed = Event::new().map_err(failed)?;
        let (first, descriptor) = match instance(&path, OF_SYSTEM, true) {
            Err(error) if error.raw_os_error() == Some(ERROR_INVALID_OWNER.cast_signed()) => {
                (instance(&path, OF_ADMINISTRATORS, true), OF_ADMINISTRATORS)
            }
            first => (first, OF_SYSTEM),
        };
        match first {
            Ok(first) => Ok(Self { path, next: Mutex::new(Some(first)), closed, descriptor }),
            Err(error) if error.raw_os_error() == Some(ERROR_ACCESS_DENIED.cast_signed()) => Err(UapiPipeError::InUse(path)),
            Err(error) => Err(failed(error)),
        }
    }

    /// Waits for a client at an instance. Returns false if the listener was closed.
    fn connect(&self, instance: &OwnedHandle) -> io::Result<bool> {
        loop {
            // SAFETY: the instance is open for overlapped calls, and `overlapped` returns only after the call has ended.
            let connected = overlapped(instance.as_raw_handle(), Some(&self.closed), None, |handle, state| unsafe {
                ConnectNamedPipe(handle, state)
            });
            match connected {
                Ok(_) => return Ok(true),
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe && error.raw_os_error().is_none() => return Ok(false),
                Err(error) if has_code(&error, ERROR_PIPE_CONNECTED) => return Ok(true),
                // The client has gone again; the instance is made ready for the next one.
                Err(error) if has_code(&error, ERROR_NO_DATA) => {
                    // SAFETY: the instance is open.
                    unsafe { DisconnectNamedPipe(instance.as_raw_handle()) };
                }
                Err(error) => return Err(error),
            }
        }
    }
}

impl UapiListener for UapiPipe {
    fn accept(&self) -> io::Result<Incoming> {
        let mut next = self.next.lock().unwrap_or_else(PoisonError::into_inner);
        let waiting = match next.take() {
            Some(waiting) => waiting,
            None => instance(&self.path, self.descriptor, false)?,
        };
        match self.connect(&waiting) {
            Ok(true) => {
                *next = instance(&self.path, self.descriptor, false)
                    .inspect_err(|error| tracing::warn!(%error, "no instance of the configuration pipe for the next client"))
                    .ok();
                Ok(Incoming::Stream(Arc::new(Stream(PipeEnd::new(File::from(waiting))?))))
            }
            Ok(false) => Ok(Incoming::Closed),
            Err(error) => {
                *next = Some(waiting);
                Err(error)
            }
        }
    }

    fn close(&self) {
        self.closed.set();
    }

    fn interface_index(&self, name: &str) -> Option<u32> {
        interface_index(name)
    }
}

/// Returns the index of an interface by its number or its name.
fn interface_index(name: &str) -> Option<u32> {
    if let Ok(number) = name.parse() {
        return Some(number).filter(|number| *number != 0);
    }
    let (alias, mut luid, mut index) = (wide(name.as_ref()), NET_LUID_LH { Value: 0 }, 0_u32);
    // SAFETY: the name ends with a zero; the system writes one number.
    let found = unsafe { ConvertInterfaceAliasToLuid(alias.as_ptr(), &raw mut luid) };
    // SAFETY: the system reads one number and writes one.
    (found == 0 && unsafe { ConvertInterfaceLuidToIndex(&raw const luid, &raw mut index) } == 0).then_some(index)
}

struct Stream(PipeEnd);

impl UapiStream for Stream {
    fn read(&self, buffer: &mut [u8], timeout: Option<Duration>) -> io::Result<usize> {
        self.0.read(buffer, timeout)
    }

    fn write(&self, bytes: &[u8], timeout: Duration) -> io::Result<usize> {
        self.0.write(bytes, timeout)
    }

    fn close(&self) {
        self.0.close();
    }
}

/// Returns the path of an interface's pipe; `None` if no interface can have that name.
pub(super) fn path(name: &str) -> Option<String> {
    let is_name = (1..=MAX_NAME).contains(&name.chars().count());
    let fits = is_name && !name.chars().any(|letter| matches!(letter, '\\' | '/') || letter.is_control());
    fits.then(|| format!("{FOLDER}{name}"))
}

/// Makes an instance of a pipe. The `first` one fails if another process has the name.
fn instance(path: &str, text: &str, first: bool) -> io::Result<OwnedHandle> {
    let descriptor = descriptor(text)?;
    let attributes = SECURITY_ATTRIBUTES {
        nLength: size_of::<SECURITY_ATTRIBUTES>() as u32,
        lpSecurityDescriptor: descriptor.0,
        bInheritHandle: 0,
    };
    let path = wide(path.as_ref());
    let mode = PIPE_ACCESS_DUPLEX | FILE_FLAG_OVERLAPPED | if first { FILE_FLAG_FIRST_PIPE_INSTANCE } else { 0 };
    // SAFETY: the path ends with a zero, and path and attributes outlive the call.
    let handle = unsafe {
        CreateNamedPipeW(
            path.as_ptr(),
            mode,
            PIPE_TYPE_BYTE | PIPE_REJECT_REMOTE_CLIENTS,
            PIPE_UNLIMITED_INSTANCES,
            BUFFER,
            BUFFER,
            0,
            &raw const attributes,
        )
    };
    if handle == INVALID_HANDLE_VALUE {
        return Err(io::Error::last_os_error());
    }
    // SAFETY: the system has just made this handle for us.
    Ok(unsafe { OwnedHandle::from_raw_handle(handle) })
}

fn has_code(error: &io::Error, code: u32) -> bool {
    error.raw_os_error() == Some(code.cast_signed())
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::path::Path;
    use std::thread;

    use super::*;
    use crate::uapi_client::{ServedBy, UapiConnectError};
    use crate::windows::uapi_client::connect;

    const PATIENCE: Duration = Duration::from_secs(10);

    fn name(test: &str) -> String {
        format!("adit-test-{test}-{}", std::process::id())
    }

    fn client(name: &str) -> crate::windows::uapi_client::Stream {
        connect(Path::new(""), name, ServedBy::Root, PATIENCE).unwrap()
    }

    fn accept(pipe: &UapiPipe) -> Arc<dyn UapiStream> {
        match pipe.accept().unwrap() {
            Incoming::Stream(stream) => stream,
            _ => panic!("nobody came"),
        }
    }

    #[test]
    fn clients_one_after_the_other_are_answered_and_read_the_answer_after_the_end() {
        let name = name("answer");
        let pipe = UapiPipe::bind(&name).unwrap();
        for question in ["get=1\n\n", "set=1\n\n"] {
            let mut client = client(&name);
            client.write_all(question.as_bytes()).unwrap();
            let stream = accept(&pipe);
            let mut buffer = [0; 100];
            let read = stream.read(&mut buffer, Some(PATIENCE)).unwrap();
            assert_eq!(&buffer[..read], question.as_bytes());
            assert_eq!(stream.write(b"errno=0\n\n", PATIENCE).unwrap(), 9);
            stream.close();
            drop(stream);
            let mut answer = String::new();
            client.read_to_string(&mut answer).unwrap();
            assert_eq!(answer, "errno=0\n\n");
        }
    }

    #[test]
    fn a_read_ends_when_its_time_is_over_when_the_stream_is_closed_and_when_the_client_goes() {
        let name = name("ends");
        let pipe = UapiPipe::bind(&name).unwrap();
        let client = client(&name);
        let stream = accept(&pipe);
        let moment = Some(Duration::from_millis(20));
        assert_eq!(stream.read(&mut [0; 9], moment).unwrap_err().kind(), io::ErrorKind::TimedOut);
        let reads = thread::spawn({
            let stream = Arc::clone(&stream);
            move || stream.read(&mut [0; 9], None)
        });
        stream.close();
        assert_eq!(reads.join().unwrap().unwrap_err().kind(), io::ErrorKind::BrokenPipe);
        drop(client);
        let another = self::client(&name);
        let stream = accept(&pipe);
        drop(another);
        assert_eq!(stream.read(&mut [0; 9], Some(PATIENCE)).unwrap(), 0);
    }

    #[test]
    fn a_closed_listener_accepts_nobody_any_more() {
        let pipe = Arc::new(UapiPipe::bind(&name("closed")).unwrap());
        let accepts = thread::spawn({
            let pipe = Arc::clone(&pipe);
            move || pipe.accept()
        });
        pipe.close();
        assert!(matches!(accepts.join().unwrap().unwrap(), Incoming::Closed));
    }

    #[test]
    fn a_name_that_nobody_serves_is_not_there_and_one_that_leads_elsewhere_is_refused() {
        for name in [&name("nobody"), r"..\elsewhere", "a/b", ""] {
            let connected = connect(Path::new(""), name, ServedBy::Root, PATIENCE);
            assert!(matches!(connected, Err(UapiConnectError::NotThere)), "{name:?}");
        }
        assert!(matches!(UapiPipe::bind(r"a\b"), Err(UapiPipeError::Name(_))));
    }
}
