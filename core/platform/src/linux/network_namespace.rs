//! A private network namespace: the rest of the system never sees its interfaces, routes and sockets.

use std::fs::File;
use std::io;
use std::os::fd::{AsFd, AsRawFd};
use std::path::PathBuf;
use std::thread;

use rustix::thread::{LinkNameSpaceType, UnshareFlags, move_into_link_name_space, unshare_unsafe};

/// A network namespace without a name. It is destroyed, with everything in it, when this value and the last thread, process and
/// socket inside are gone.
#[derive(Debug)]
pub struct NetworkNamespace {
    file: File,
}

impl NetworkNamespace {
    /// Creates a network namespace that contains only a loopback interface, which is down.
    ///
    /// # Errors
    /// `PermissionDenied` without `CAP_SYS_ADMIN`, or where a container forbids it.
    pub fn new() -> io::Result<Self> {
        let make = || {
            // SAFETY: no memory and no descriptor table is unshared, only the network namespace, and only for this thread,
            // which ends as soon as there is a file that keeps the namespace.
            unsafe { unshare_unsafe(UnshareFlags::NEWNET) }?;
            File::open("/proc/thread-self/ns/net")
        };
        let file = on_a_thread("namespace", make)?;
        Ok(Self { file })
    }

    /// Runs `work` on a thread inside the namespace. Threads and processes that it starts, and sockets that it opens, stay
    /// inside.
    ///
    /// # Errors
    /// When no thread can be started, or the namespace cannot be entered; otherwise the error of `work`.
    pub fn within<T: Send, E: From<io::Error> + Send>(&self, work: impl FnOnce() -> Result<T, E> + Send) -> Result<T, E> {
        on_a_thread("within", || {
            move_into_link_name_space(self.file.as_fd(), Some(LinkNameSpaceType::Network)).map_err(io::Error::from)?;
            work()
        })
    }

    /// Returns a path by which this process and its children can name the namespace while this value exists:
    /// `ip link set … netns PATH`.
    pub fn path(&self) -> PathBuf {
        format!("/proc/{}/fd/{}", std::process::id(), self.file.as_raw_fd()).into()
    }
}

fn on_a_thread<T: Send, E: From<io::Error> + Send>(name: &str, work: impl FnOnce() -> Result<T, E> + Send) -> Result<T, E> {
    thread::scope(|scope| {
        let worker = thread::Builder::new().name(name.to_owned()).spawn_scoped(scope, work)?;
        worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::fs;

    use super::*;

    /// Returns the interfaces of the calling thread's namespace.
    fn interfaces() -> io::Result<BTreeSet<String>> {
        let table = fs::read_to_string("/proc/thread-self/net/dev")?;
        Ok(table.lines().skip(2).filter_map(|line| line.split_once(':')).map(|(name, _)| name.trim().to_owned()).collect())
    }

    #[test]
    fn a_new_network_namespace_is_apart_from_the_others() {
        if !rustix::process::geteuid().is_root() {
            println!("SKIPPED: a network namespace takes root");
            return;
        }
        let namespace = match NetworkNamespace::new() {
            Ok(namespace) => namespace,
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                return println!("SKIPPED: root may make no network namespace here");
            }
            Err(error) => panic!("cannot make a network namespace: {error}"),
        };
        let before = interfaces().unwrap();
        let inside = || {
            let made = std::process::Command::new("ip").args("link add inside type veth peer name cable".split(' ')).status()?;
            assert!(made.success());
            interfaces()
        };
        assert!(namespace.within(inside).unwrap().contains("inside"));
        assert_eq!(interfaces().unwrap(), before);
        assert!(!namespace.within(interfaces).unwrap().is_empty(), "it is still there for the next visit");
        assert!(namespace.path().exists());
    }
}
