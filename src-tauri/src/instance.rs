//! One window per user: a second start hands its files to the first and ends. The first start holds a lock and listens on a
//! socket, both in the user's folder for sockets (`XDG_RUNTIME_DIR`). Without that folder, each start opens a window.

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
/// Longest message of another start, bytes.
const MAX_MESSAGE: u64 = 1024 * 1024;
/// Confirms that the files arrived.
const DONE: &[u8] = b"\0";

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
    /// This start opens the window, with these files. None: others cannot find it.
    First(Option<Instance>, Vec<PathBuf>),
    /// Another start has taken the files.
    Second,
}

impl Instance {
    /// Becomes the first start, or hands `files` to it. `folder` belongs to the user alone.
    pub(crate) fn claim(folder: Option<&Path>, files: Vec<PathBuf>) -> Claim {
        let Some(folder) = folder else { return Claim::First(None, files) };
        match Self::try_claim(folder, &files) {
            Ok(Some(instance)) => Claim::First(Some(instance), files),
            Ok(None) => Claim::Second,
            // A window that others cannot find is better than none.
            Err(_) => Claim::First(None, files),
        }
    }

    fn try_claim(folder: &Path, files: &[PathBuf]) -> io::Result<Option<Self>> {
        let lock = File::options().create(true).truncate(false).write(true).open(folder.join("adit-app.lock"))?;
        let socket = folder.join("adit-app.sock");
        match lock.try_lock() {
            Ok(()) => {
                // A killed predecessor leaves its socket behind.
                match std::fs::remove_file(&socket) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
                Ok(Some(Self { listener: UnixListener::bind(&socket)?, _lock: lock }))
            }
            Err(TryLockError::WouldBlock) => send(&socket, files).map(|()| None),
            Err(TryLockError::Error(error)) => Err(error),
        }
    }

    /// Calls `open` with the files of each further start.
    pub(crate) fn serve(self, open: impl Fn(Vec<PathBuf>)) {
        for stream in self.listener.incoming().flatten() {
            if let Ok(files) = receive(&stream) {
                open(files);
                let _ = (&stream).write_all(DONE);
            }
        }
    }
}

/// Sends paths, each ended by a zero byte.
fn send(socket: &Path, files: &[PathBuf]) -> io::Result<()> {
    let mut stream = connect(socket)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    for file in files {
        stream.write_all(file.as_os_str().as_bytes())?;
        stream.write_all(&[0])?;
    }
    stream.shutdown(Shutdown::Write)?;
    stream.read_exact(&mut [0])
}

/// Connects to the first start, which listens a moment after it has the lock.
fn connect(socket: &Path) -> io::Result<UnixStream> {
    let start = Instant::now();
    loop {
        match UnixStream::connect(socket) {
            Err(_) if start.elapsed() < PATIENCE => std::thread::sleep(Duration::from_millis(10)),
            outcome => return outcome,
        }
    }
}

fn receive(stream: &UnixStream) -> io::Result<Vec<PathBuf>> {
    stream.set_read_timeout(Some(PATIENCE))?;
    let paths = BufReader::new(stream.take(MAX_MESSAGE)).split(0);
    paths.map(|path| path.map(|path| PathBuf::from(std::ffi::OsString::from_vec(path)))).collect()
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc;
    use std::thread;

    use super::*;

    #[test]
    fn a_second_start_hands_its_files_to_the_first_and_ends() {
        let folder = tempfile::tempdir().unwrap();
        let Claim::First(Some(first), files) = Instance::claim(Some(folder.path()), vec!["/a.conf".into()]) else { panic!() };
        assert_eq!(files, [PathBuf::from("/a.conf")]);
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || first.serve(|files| sender.send(files).unwrap()));
        for files in [vec![], vec![PathBuf::from("/with a\nline.conf"), "/c.zip".into()]] {
            assert!(matches!(Instance::claim(Some(folder.path()), files.clone()), Claim::Second));
            assert_eq!(receiver.recv().unwrap(), files);
        }
    }

    #[test]
    fn a_start_that_finds_the_lock_taken_waits_until_the_first_listens() {
        let folder = tempfile::tempdir().unwrap();
        let lock = File::create(folder.path().join("adit-app.lock")).unwrap();
        lock.lock().unwrap();
        let path = folder.path().to_owned();
        let second = thread::spawn(move || Instance::claim(Some(&path), vec!["/a.conf".into()]));
        let listener = UnixListener::bind(folder.path().join("adit-app.sock")).unwrap();
        let (sender, receiver) = mpsc::channel();
        thread::spawn(move || Instance { listener, _lock: lock }.serve(|files| sender.send(files).unwrap()));
        assert_eq!(receiver.recv().unwrap(), [PathBuf::from("/a.conf")]);
        assert!(matches!(second.join().unwrap(), Claim::Second));
    }

    #[test]
    fn after_a_killed_start_the_next_is_the_first_again() {
        let folder = tempfile::tempdir().unwrap();
        let Claim::First(Some(first), _) = Instance::claim(Some(folder.path()), vec![]) else { panic!() };
        drop(first);
        assert!(folder.path().join("adit-app.sock").exists());
        assert!(matches!(Instance::claim(Some(folder.path()), vec![]), Claim::First(Some(_), _)));
    }

    #[test]
    fn without_a_folder_for_sockets_a_start_opens_a_window() {
        assert!(matches!(Instance::claim(None, vec![]), Claim::First(None, _)));
        assert!(matches!(Instance::claim(Some(Path::new("/does/not/exist")), vec![]), Claim::First(None, _)));
    }
}
