//! The configuration socket's file: who may open it, who may replace it, and the effect of its removal.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::{Read, Write};
use std::os::fd::AsFd;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::{Barrier, mpsc};
use std::thread;
use std::time::Duration;

use adit_platform::control_socket::{Access, ControlSocket};
use adit_platform::linux::socket_folder::UnsafeFolder;
use adit_platform::linux::uapi_socket::{UapiSocket, UapiSocketError};
use adit_platform::uapi_listener::{Incoming, UapiListener};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn the_socket_is_for_its_owner_alone_even_with_an_open_umask() {
    let folder = tempfile::tempdir().unwrap();
    let old = rustix::process::umask(rustix::fs::Mode::empty());
    let bound = UapiSocket::bind(&folder.path().join("wireguard"), "wg0");
    rustix::process::umask(old);
    let socket = bound.unwrap();
    assert_eq!(mode(socket.path()), 0o600);
    assert_eq!(mode(&folder.path().join("wireguard")), 0o700);
}

#[test]
fn a_client_is_heard_and_answered() {
    let folder = tempfile::tempdir().unwrap();
    let socket = UapiSocket::bind(folder.path(), "wg0").unwrap();
    let mut client = UnixStream::connect(socket.path()).unwrap();
    client.write_all(b"hello").unwrap();
    let Incoming::Stream(stream) = socket.accept().unwrap() else { panic!("no client") };
    let mut heard = [0; 5];
    assert_eq!(stream.read(&mut heard, Some(Duration::from_secs(5))).unwrap(), 5);
    assert_eq!(&heard, b"hello");
    assert!(stream.read(&mut heard, Some(Duration::from_millis(10))).is_err(), "a silent client must not block for ever");
    stream.write(b"ok", Duration::from_secs(5)).unwrap();
    stream.close();
    let mut answer = String::new();
    client.read_to_string(&mut answer).unwrap();
    assert_eq!(answer, "ok");
}

#[test]
fn the_socket_of_a_dead_process_is_replaced_and_that_of_a_living_one_is_not() {
    let folder = tempfile::tempdir().unwrap();
    drop(UnixListener::bind(folder.path().join("wg0.sock")).unwrap());
    let socket = UapiSocket::bind(folder.path(), "wg0").unwrap();
    assert!(matches!(UapiSocket::bind(folder.path(), "wg0"), Err(UapiSocketError::InUse(_))));
    UnixStream::connect(socket.path()).expect("the first must still be served");
}

#[test]
fn a_lock_that_somebody_holds_on_the_folder_delays_no_socket() {
    let folder = tempfile::tempdir().unwrap();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
    // Every user who can open the folder can lock it.
    let held = fs::File::open(folder.path()).unwrap();
    held.lock().unwrap();
    let (tell, told) = mpsc::channel();
    let place = folder.path().to_owned();
    thread::spawn(move || {
        let _uapi = UapiSocket::bind(&place, "wg0").unwrap();
        let _control = ControlSocket::bind(&place.join("adit.sock"), Access::Everybody).unwrap();
        tell.send(()).unwrap();
    });
    told.recv_timeout(Duration::from_secs(20)).expect("it waits for a lock that another program holds");
}

#[test]
fn of_many_that_start_at_once_over_a_dead_socket_one_listens_and_the_others_are_told() {
    for _ in 0..100 {
        let folder = tempfile::tempdir().unwrap();
        drop(UnixListener::bind(folder.path().join("wg0.sock")).unwrap());
        let start = Barrier::new(4);
        let bound: Vec<_> = thread::scope(|scope| {
            let threads: Vec<_> = (0..4)
                .map(|_| {
                    scope.spawn(|| {
                        start.wait();
                        UapiSocket::bind(folder.path(), "wg0")
                    })
                })
                .collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        let (listening, refused): (Vec<_>, Vec<_>) = bound.into_iter().partition(Result::is_ok);
        assert!(refused.iter().all(|refused| matches!(refused, Err(UapiSocketError::InUse(_)))), "{:?}", refused.len());
        assert_eq!(listening.len(), 1);
        UnixStream::connect(folder.path().join("wg0.sock")).unwrap();
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}

#[test]
fn a_folder_that_other_users_can_write_to_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    for mode in [0o777, 0o1777, 0o770] {
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(mode)).unwrap();
        let refused = UapiSocket::bind(folder.path(), "wg0");
        assert!(
            matches!(refused, Err(UapiSocketError::Folder(UnsafeFolder::Writable { mode: found, .. })) if found == mode),
            "{mode:o}"
        );
    }
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o1770)).unwrap();
    if rustix::process::geteuid().is_root() {
        std::os::unix::fs::chown(folder.path(), None, Some(64_999)).unwrap();
        assert!(UapiSocket::bind(folder.path(), "wg0").is_err(), "a group that is not the service's");
        std::os::unix::fs::chown(folder.path(), None, Some(0)).unwrap();
    }
    UapiSocket::bind(folder.path(), "wg0").unwrap();
}

#[test]
fn a_file_that_is_not_a_socket_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("wg0.sock");
    fs::write(&path, "precious").unwrap();
    assert!(matches!(UapiSocket::bind(folder.path(), "wg0"), Err(UapiSocketError::NotASocket(_))));
    assert_eq!(fs::read_to_string(path).unwrap(), "precious");
}

#[test]
fn names_that_lead_elsewhere_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["", ".", "..", "../x", "a/b", "/etc/x", "a b", "a\0b", "a\n", "sixteen-bytes-xx"] {
        assert!(matches!(UapiSocket::bind(folder.path(), name), Err(UapiSocketError::Name(_))), "{name:?}");
    }
}

#[test]
fn removing_renaming_or_replacing_the_file_is_noticed() {
    type Change = fn(&Path);
    let remove: Change = |path| fs::remove_file(path).unwrap();
    let rename: Change = |path| fs::rename(path, path.with_extension("old")).unwrap();
    let replace: Change = |path| {
        fs::remove_file(path).unwrap();
        drop(UnixListener::bind(path).unwrap());
    };
    for change in [remove, rename, replace] {
        let folder = tempfile::tempdir().unwrap();
        let socket = UapiSocket::bind(folder.path(), "wg0").unwrap();
        thread::scope(|threads| {
            let waiting = threads.spawn(|| matches!(socket.accept(), Ok(Incoming::Removed)));
            change(socket.path());
            assert!(waiting.join().unwrap());
        });
    }
}

#[test]
fn a_file_that_belongs_to_a_successor_survives_the_drop() {
    let folder = tempfile::tempdir().unwrap();
    let first = UapiSocket::bind(folder.path(), "wg0").unwrap();
    fs::remove_file(first.path()).unwrap();
    let second = UapiSocket::bind(folder.path(), "wg0").unwrap();
    drop(first);
    assert!(second.path().exists());
    let path = second.path().to_owned();
    drop(second);
    assert!(!path.exists());
}

#[test]
fn closing_wakes_the_one_who_waits() {
    let folder = tempfile::tempdir().unwrap();
    let socket = UapiSocket::bind(folder.path(), "wg0").unwrap();
    thread::scope(|threads| {
        let waiting = threads.spawn(|| matches!(socket.accept(), Ok(Incoming::Closed)));
        socket.close();
        assert!(waiting.join().unwrap());
    });
    assert!(matches!(socket.accept(), Ok(Incoming::Closed)));
}

#[test]
fn a_child_takes_over_the_descriptor_and_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let parent = UapiSocket::bind(folder.path(), "wg0").unwrap();
    let inherited = parent.listener().as_fd().try_clone_to_owned().unwrap();
    parent.hand_over();
    let child = UapiSocket::from_fd(inherited, folder.path(), "wg0").unwrap();
    UnixStream::connect(child.path()).unwrap();
    assert!(matches!(child.accept(), Ok(Incoming::Stream(_))));
}

#[test]
fn a_descriptor_that_is_something_else_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let _bound = UapiSocket::bind(folder.path(), "wg0").unwrap();
    let file = tempfile::tempfile().unwrap();
    assert!(matches!(UapiSocket::from_fd(file.into(), folder.path(), "wg0"), Err(UapiSocketError::NotListening)));
    let (one, _other) = UnixStream::pair().unwrap();
    assert!(matches!(UapiSocket::from_fd(one.into(), folder.path(), "wg0"), Err(UapiSocketError::NotListening)));
}

#[test]
fn the_loopback_interface_has_an_index_and_an_index_is_one_already() {
    let folder = tempfile::tempdir().unwrap();
    let socket = UapiSocket::bind(folder.path(), "wg0").unwrap();
    assert_eq!(socket.interface_index("lo"), Some(1));
    assert_eq!(socket.interface_index("7"), Some(7));
    assert_eq!(socket.interface_index("no-such-one"), None);
}
