//! One window per user: a second start hands its files to the first and ends, with the desktop's permission to bring the window to
//! the front. The first start holds a lock and listens on a socket, both in the user's folder for sockets (`XDG_RUNTIME_DIR`). Without
//! that folder, each start opens a window.

use std::ffi::OsString;
use std::fmt;
use std::fs::{File, TryLockError};
use std::io::{self, BufRead as _, BufReader, Read as _, Write as _};
use std::net::Shutdown;
use std::os::unix::ffi::{OsStrExt as _, OsStringExt as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Time that another start may take to send its files, and the first start to listen and to confirm: its window may still be
/// opening.
const PATIENCE: Duration = Duration::from_secs(10);
/// Time between two attempts.
const PAUSE: Duration = Duration::from_millis(10);
/// Longest message of another start, bytes.
const MAX_MESSAGE: u64 = 1024 * 1024;
/// Longest token, bytes.
const MAX_TOKEN: usize = 4096;
/// Confirms that the files arrived.
const DONE: &[u8] = b"\0";

/// Everything that a start hands to the first one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(crate) struct Start {
    pub(crate) files: Vec<PathBuf>,
    pub(crate) token: Option<ActivationToken>,
}

/// The desktop's permission to bring a window to the front, because the user has just started the program: a token of Wayland
/// (xdg-activation) or an id of X11 (startup notification). It is never printed.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct ActivationToken(String);

impl ActivationToken {
    pub(crate) fn new(token: String) -> Self {
        Self(token)
    }

    /// Takes the token of this start from the variables in which desktops hand it over.
    pub(crate) fn of_this_start(variable: impl Fn(&str) -> Option<String>) -> Option<Self> {
        let named =
            ["XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID"].into_iter().find_map(|name| variable(name).filter(|it| is_token(it)));
        named.map(Self)
    }

    /// Returns the token, for the toolkit alone.
    pub(crate) fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for ActivationToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("[redacted]")
    }
}

/// Returns true for what can be a token. Toolkits take it for a text without zero bytes.
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.len() <= MAX_TOKEN && !text.contains(char::is_control)
}

/// The first start.
#[derive(Debug)]
pub(crate) struct Instance {
    listener: UnixListener,
    /// Held as long as the process lives.
    _lock: File,
}

/// The result of [`Instance::claim`].
#[derive(Debug)]
pub(crate) enum Claim {
    /// This start opens the window. None: others cannot find it.
    First(Option<Instance>),
    /// Another start has taken the files.
    Second,
}

/// The reason why a start is neither the first nor the second.
enum Failure {
    /// The lock or the socket cannot be made.
    Folder,
    /// Another start has the lock, and does not take the files.
    Send,
}

impl Instance {
    /// Becomes the first start, or hands `start` to it. `folder` belongs to the user alone.
    pub(crate) fn claim(folder: Option<&Path>, start: &Start) -> Claim {
        let Some(folder) = folder else { return Claim::First(None) };
        let begun = Instant::now();
        loop {
            match Self::try_claim(folder, start, PATIENCE.saturating_sub(begun.elapsed())) {
                Ok(Some(instance)) => return Claim::First(Some(instance)),
                Ok(None) => return Claim::Second,
                // The first start listens a moment after it has the lock, and has it a moment longer than it listens.
                Err(Failure::Send) if begun.elapsed() < PATIENCE => std::thread::sleep(PAUSE),
                // A window that others cannot find is better than none.
                Err(Failure::Send | Failure::Folder) => return Claim::First(None),
            }
        }
    }

    /// Takes the lock, or hands `start` to the start that has it, within about the time `patience`.
    fn try_claim(folder: &Path, start: &Start, patience: Duration) -> Result<Option<Self>, Failure> {
        let socket = folder.join("adit-app.sock");
        match try_lock(&folder.join("adit-app.lock")) {
            Ok(lock) => Self::listen(&socket, lock).map(Some).map_err(|_| Failure::Folder),
            Err(TryLockError::WouldBlock) => send(&socket, start, patience).map(|()| None).map_err(|_| Failure::Send),
            Err(TryLockError::Error(_)) => Err(Failure::Folder),
        }
    }

    fn listen(socket: &Path, lock: File) -> io::Result<Self> {
        // A killed predecessor leaves its socket behind.
        match std::fs::remove_file(socket) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        Ok(Self { listener: UnixListener::bind(socket)?, _lock: lock })
    }

    /// Calls `open` for each further start.
    pub(crate) fn serve(self, open: impl Fn(Start)) {
        for stream in self.listener.incoming().flatten() {
            if let Ok(start) = receive(&stream) {
                open(start);
                let _ = (&stream).write_all(DONE);
            }
        }
    }
}

fn try_lock(path: &Path) -> Result<File, TryLockError> {
    let lock = File::options().create(true).truncate(false).write(true).open(path).map_err(TryLockError::Error)?;
    lock.try_lock().map(|()| lock)
}

/// Sends the token, which is empty if there is none, and the paths, each ended by a zero byte.
fn send(socket: &Path, start: &Start, patience: Duration) -> io::Result<()> {
    let mut stream = UnixStream::connect(socket)?;
    // Zero would mean forever.
    let patience = patience.max(PAUSE);
    stream.set_read_timeout(Some(patience))?;
    stream.set_write_timeout(Some(patience))?;
    let token = start.token.as_ref().map_or("", ActivationToken::reveal);
    let files = start.files.iter().map(|file| file.as_os_str().as_bytes());
    for part in std::iter::once(token.as_bytes()).chain(files) {
        stream.write_all(part)?;
        stream.write_all(&[0])?;
    }
    stream.shutdown(Shutdown::Write)?;
    stream.read_exact(&mut [0])
}

fn receive(stream: &UnixStream) -> io::Result<Start> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let mut parts = BufReader::new(stream.take(MAX_MESSAGE)).split(0);
    let token = parts.next().transpose()?.and_then(|token| String::from_utf8(token).ok()).filter(|token| is_token(token));
    let files = parts.map(|path| path.map(|path| PathBuf::from(OsString::from_vec(path)))).collect::<io::Result<_>>()?;
    Ok(Start { files, token: token.map(ActivationToken) })
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    fn files(paths: &[&str]) -> Start {
        Start { files: paths.iter().map(PathBuf::from).collect(), token: None }
    }

    #[test]
    fn a_second_start_hands_its_files_and_its_token_to_the_first_and_ends() {
        let folder = tempfile::tempdir().unwrap();
        let Claim::First(Some(first)) = Instance::claim(Some(folder.path()), &files(&["/a.conf"])) else { panic!() };
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || first.serve(|start| sender.send(start).unwrap()));
        let with_token = Start { token: Some(ActivationToken("shell-1_TIME42".into())), ..files(&["/c.conf"]) };
        for start in [files(&[]), files(&["/with a\nline.conf", "/c.zip"]), with_token] {
            assert!(matches!(Instance::claim(Some(folder.path()), &start), Claim::Second));
            assert_eq!(receiver.recv().unwrap(), start);
        }
    }

    #[test]
    fn the_token_of_a_start_is_that_of_wayland_or_of_x11_and_is_never_printed() {
        let of = |set: &[(&str, &str)]| {
            ActivationToken::of_this_start(|name| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
        };
        let (wayland, x11) = (("XDG_ACTIVATION_TOKEN", "wayland"), ("DESKTOP_STARTUP_ID", "x11_TIME1"));
        assert_eq!(of(&[x11, wayland]), Some(ActivationToken("wayland".into())));
        assert_eq!(of(&[("XDG_ACTIVATION_TOKEN", ""), x11]), Some(ActivationToken("x11_TIME1".into())));
        assert_eq!(of(&[]), None);
        assert_eq!(of(&[("DESKTOP_STARTUP_ID", "two\nlines")]), None);
        assert_eq!(of(&[("DESKTOP_STARTUP_ID", &"x".repeat(MAX_TOKEN + 1))]), None);
        assert_eq!(format!("{:?}", of(&[wayland])), "Some([redacted])");
    }

    #[test]
    fn a_start_that_finds_the_lock_taken_waits_until_the_first_listens() {
        let folder = tempfile::tempdir().unwrap();
        let lock = File::create(folder.path().join("adit-app.lock")).unwrap();
        lock.lock().unwrap();
        let path = folder.path().to_owned();
        let second = thread::spawn(move || Instance::claim(Some(&path), &files(&["/a.conf"])));
        let listener = UnixListener::bind(folder.path().join("adit-app.sock")).unwrap();
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || Instance { listener, _lock: lock }.serve(|start| sender.send(start).unwrap()));
        assert_eq!(receiver.recv().unwrap(), files(&["/a.conf"]));
        assert!(matches!(second.join().unwrap(), Claim::Second));
    }

    #[test]
    fn a_start_that_finds_the_first_about_to_end_becomes_the_first() {
        let folder = tempfile::tempdir().unwrap();
        let Claim::First(Some(Instance { listener, _lock: lock })) = Instance::claim(Some(folder.path()), &files(&[])) else {
            panic!()
        };
        let path = folder.path().to_owned();
        let next = thread::spawn(move || Instance::claim(Some(&path), &files(&["/a.conf"])));
        // The first takes the files no more, and then its lock is gone.
        drop(listener.accept().unwrap());
        drop(listener);
        drop(lock);
        assert!(matches!(next.join().unwrap(), Claim::First(Some(_))));
    }

    #[test]
    fn after_a_killed_start_the_next_is_the_first_again() {
        let folder = tempfile::tempdir().unwrap();
        let Claim::First(Some(first)) = Instance::claim(Some(folder.path()), &files(&[])) else { panic!() };
        drop(first);
        assert!(folder.path().join("adit-app.sock").exists());
        assert!(matches!(Instance::claim(Some(folder.path()), &files(&[])), Claim::First(Some(_))));
    }

    #[test]
    fn without_a_folder_for_sockets_a_start_opens_a_window() {
        assert!(matches!(Instance::claim(None, &files(&[])), Claim::First(None)));
        assert!(matches!(Instance::claim(Some(Path::new("/does/not/exist")), &files(&[])), Claim::First(None)));
    }
}
