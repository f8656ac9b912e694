//! Private keys go to a UAPI socket only if root or the service listens on it, in a folder that only they can write to.
#![cfg(target_os = "linux")]

use std::fs::{self, Permissions};
use std::io::Read;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::net::UnixListener;
use std::path::Path;
use std::process::{Command, Output};
use std::thread;

use rustix::process::{Gid, Uid};

const ADIT: &str = env!("CARGO_BIN_EXE_adit");
const SECRET: &str = "SKsuOeCWKNcXFK4bbFpQjLUr4Hgx0E5PqRZ5lWOWDEY=";
/// The ids of a user without rights and of the user's group.
const STRANGER: u32 = 64_998;

fn possible() -> bool {
    let possible = Command::new("unshare").args(["--mount", "--", "true"]).output().is_ok_and(|ran| ran.status.success());
    if !possible {
        println!("SKIPPED: no right to make a mount namespace");
    }
    possible
}

/// Runs `adit` where `/var/run/wireguard` is `folder`.
fn adit(folder: &Path, arguments: &[&str]) -> Output {
    const SCRIPT: &str =
        "mount -t tmpfs -o mode=755 none /run && mkdir /run/wireguard && mount --bind \"$0\" /run/wireguard && exec \"$@\"";
    let mut command = Command::new("unshare");
    command.args(["--mount", "--", "sh", "-c", SCRIPT]).arg(folder).arg(ADIT).args(arguments);
    command.current_dir(folder.parent().unwrap()).output().unwrap()
}

/// Makes a socket `wg0.sock` on which another user listens; the folder is writable for that user meanwhile.
fn listen_as_stranger(folder: &Path) -> UnixListener {
    chown(folder, Some(STRANGER), None).unwrap();
    let listener = thread::scope(|scope| {
        // A thread of its own: on Linux the user id belongs to the thread.
        let listening = scope.spawn(|| {
            let (user, group) = (Uid::from_raw(STRANGER), Gid::from_raw(STRANGER));
            rustix::thread::set_thread_res_gid(group, group, group).unwrap();
            rustix::thread::set_thread_res_uid(user, user, user).unwrap();
            UnixListener::bind(folder.join("wg0.sock")).unwrap()
        });
        listening.join().unwrap()
    });
    chown(folder, Some(0), Some(0)).unwrap();
    listener.set_nonblocking(true).unwrap();
    listener
}

/// Returns the bytes that clients have sent.
fn heard(listener: &UnixListener) -> Vec<u8> {
    let mut heard = Vec::new();
    while let Ok((mut client, _)) = listener.accept() {
        client.set_nonblocking(true).unwrap();
        let _ = client.read_to_end(&mut heard);
    }
    heard
}

#[test]
fn nothing_is_sent_to_a_socket_of_another_user_or_in_a_folder_that_others_can_write_to() {
    if !possible() {
        return;
    }
    let root = tempfile::tempdir().unwrap();
    // The other user must be able to enter the folder.
    fs::set_permissions(root.path(), Permissions::from_mode(0o755)).unwrap();
    let folder = root.path().join("sockets");
    fs::create_dir(&folder).unwrap();
    fs::write(root.path().join("key"), SECRET).unwrap();
    fs::write(root.path().join("x.conf"), format!("[Interface]\nPrivateKey = {SECRET}\n")).unwrap();
    fs::write(root.path().join("wg0.conf"), format!("[Interface]\nPrivateKey = {SECRET}\nAddress = 10.8.0.2/24\n")).unwrap();
    let listener = listen_as_stranger(&folder);
    let complains_of_the_user = "only root and the Adit service are trusted with keys, and nothing was sent";
    let complains_of_the_folder = "users other than root and the Adit service could put sockets there";
    // Of all groups only the service's may write to the folder, and only if it is sticky.
    for (mode, group, complaint) in [
        (0o755, 0, complains_of_the_user),
        (0o1770, STRANGER, complains_of_the_folder),
        (0o770, 0, complains_of_the_folder),
        (0o1777, 0, complains_of_the_folder),
    ] {
        chown(&folder, Some(0), Some(group)).unwrap();
        fs::set_permissions(&folder, Permissions::from_mode(mode)).unwrap();
        for line in [
            "wg set wg0 private-key key",
            "wg set wg0 peer H7vnPSoTjrMFcMlNcnLFEGmbNHxnpmPXGYsZm2uDMj8= preshared-key key",
            "wg setconf wg0 x.conf",
            "wg addconf wg0 x.conf",
            "wg syncconf wg0 x.conf",
            "wg show wg0",
            "wg show",
            "showconf wg0",
            "show all dump",
            "save wg0.conf --yes",
        ] {
            let ran = adit(&folder, &line.split(' ').collect::<Vec<_>>());
            let said = String::from_utf8_lossy(&ran.stderr);
            assert!(said.contains(complaint), "mode {mode:o}: {line}: {said}");
            assert_eq!(ran.status.code(), Some(1), "mode {mode:o}: {line}");
            assert_eq!(String::from_utf8_lossy(&heard(&listener)), "", "mode {mode:o}: {line}");
        }
    }
}
