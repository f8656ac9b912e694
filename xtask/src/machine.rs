//! Puts onto the machine what the tests need and does not yet have: Debian packages as root, else the one command to run.

use std::path::PathBuf;
use std::process::Command;

use anyhow::Context as _;

use crate::{plain_cargo, root};

/// A program and the Debian package that brings it.
pub(crate) type Needed = (&'static str, &'static str);

/// Network namespaces and addresses.
pub(crate) const IPROUTE: Needed = ("ip", "iproute2");

/// What `cargo xtask test` uses beyond Rust.
pub(crate) const FOR_TESTS: &[Needed] = &[
    IPROUTE,
    ("cc", "gcc libc6-dev"),
    ("wg", "wireguard-tools"),
    ("ping", "iputils-ping"),
    ("iperf3", "iperf3"),
    ("nft", "nftables"),
    ("tcpdump", "tcpdump"),
    ("strace", "strace"),
    ("pgrep", "procps"),
    ("valgrind", "valgrind"),
    ("setpriv", "util-linux"),
    // The kernel's own WireGuard, in an emulated machine where this kernel has none.
    ("qemu-system-x86_64", "qemu-system-x86"),
    ("busybox", "busybox-static"),
    ("cpio", "cpio"),
    ("socat", "socat"),
    ("xz", "xz-utils"),
    ("script", "bsdutils"),
    ("zip", "zip"),
    ("unzip", "unzip"),
    ("zsh", "zsh"),
    ("fish", "fish"),
    // A real keyring, on a session's bus of its own.
    ("gnome-keyring-daemon", "gnome-keyring"),
    ("dbus-run-session", "dbus-daemon"),
    ("dbus-send", "dbus-bin"),
    ("dbus-daemon", "dbus-daemon"),
    // They judge the units; nothing of it is started.
    ("systemd-analyze", "systemd"),
    ("systemd-sysusers", "systemd"),
    ("systemd-tmpfiles", "systemd"),
    ("python3", "python3"),
    ("man", "man-db"),
    // Without the service of the package dnsmasq.
    ("dnsmasq", "dnsmasq-base"),
];

/// Packages that would also install a service that runs from then on, or take over this machine's `/etc/resolv.conf`: these are only
/// unpacked, for tests that run their programs in namespaces.
const ONLY_UNPACKED: &[&str] = &[
    "prometheus",
    "openresolv",
    "systemd-resolved",
    "libsystemd-shared",
    "network-manager",
    "libnm0",
    "libndp0",
    "unbound",
    "libprotobuf-c1",
    "libevent-2.1-7",
];

/// Whether this process may install packages and make network namespaces.
pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// Where a program lies: in `PATH`, in the folders of system administration, or where Go and cargo put theirs.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.extend(["/usr/sbin", "/sbin", "/usr/local/go/bin"].map(PathBuf::from));
    if let Some(home) = std::env::var_os("HOME").map(PathBuf::from) {
        folders.extend([home.join("go/bin"), home.join(".cargo/bin")]);
    }
    folders.push(unpacked());
    folders.into_iter().map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// The folder with programs of a package that is only unpacked; tests find them in `PATH`.
pub(crate) fn unpacked() -> PathBuf {
    root().join("target/packages/prometheus/usr/bin")
}

/// Installs the packages of those programs that are missing. Without root or without apt it prints what to run and goes on:
/// the tests that need the programs say themselves that they could not run.
pub(crate) fn install(needed: &[Needed]) -> anyhow::Result<()> {
    let packages: Vec<&str> =
        needed.iter().filter(|(program, _)| find(program).is_none()).flat_map(|(_, packages)| packages.split(' ')).collect();
    if packages.is_empty() {
        return Ok(());
    }
    let command = format!("apt-get install -y --no-install-recommends {}", packages.join(" "));
    if find("apt-get").is_none() {
        println!(
            "Not installed: {}. Install them with this system's package manager; the names are Debian's.",
            packages.join(" ")
        );
        return Ok(());
    }
    if !is_root() {
        println!("To run every test, run this once:\n\n    sudo {command}\n");
        return Ok(());
    }
    println!("\n=== {command}");
    let apt = |arguments: &str| {
        Command::new("apt-get")
            .args(arguments.split(' '))
            .env("DEBIAN_FRONTEND", "noninteractive")
            .status()
            .context("cannot start apt-get")
    };
    if !apt("update -q")?.success() {
        println!("apt-get update failed; trying with the lists that are here");
    }
    if !apt(command.trim_start_matches("apt-get "))?.success() {
        println!("apt-get install failed; the tests that need these packages will say so");
    }
    Ok(())
}

/// Fetches the packages of [`ONLY_UNPACKED`], each into a folder of its own, as some have the same files. Where that fails, the tests that need them say so.
pub(crate) fn unpack() -> anyhow::Result<()> {
    let folder = root().join("target/packages");
    for package in ONLY_UNPACKED {
        let done = folder.join(format!("{package}.unpacked"));
        if done.exists() || find("apt-get").is_none() || find("dpkg-deb").is_none() {
            continue;
        }
        println!("\n=== apt-get download {package}");
        std::fs::create_dir_all(&folder)?;
        // A run that was interrupted may have left a part of it.
        let archive = || {
            folder.read_dir().into_iter().flatten().flatten().map(|entry| entry.path()).find(|file| {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                name.starts_with(&format!("{package}_")) && name.ends_with(".deb")
            })
        };
        while let Some(old) = archive() {
            std::fs::remove_file(old)?;
        }
        // As root apt would rather fetch as its own user, who may not write here.
        let fetched = Command::new("apt-get")
            .args(["download", "-q", "-o", "APT::Sandbox::User=root", package])
            .current_dir(&folder)
            .status()?;
        let unpacked = match archive() {
            Some(archive) if fetched.success() => {
                Command::new("dpkg-deb").arg("-x").arg(archive).arg(folder.join(package)).status()?.success()
            }
            _ => false,
        };
        if unpacked {
            std::fs::write(done, "")?;
        } else {
            println!("{package} cannot be had; the tests that need it will say so");
        }
    }
    Ok(())
}

/// The wireguard-go that ours is tried against, as Go names it; tools/duel/peers.sh has the same.
const WIREGUARD_GO: &str = "golang.zx2c4.com/wireguard@v0.0.0-20260522210424-ecfc5a8d5446";
/// The same of boringtun, as cargo names it.
const BORINGTUN: &str = "boringtun-cli@0.7.1";

/// Installs other implementations, which ours is tried against: wireguard-go by Debian, under the name that `wg-quick` starts;
/// its newest version by Go, where there is Go; and boringtun.
pub(crate) fn install_peers() -> anyhow::Result<()> {
    install(&[("wireguard-go", "wireguard-go")])?;
    if let (None, Some(go)) = (find("wireguard"), find("go")) {
        println!("\n=== go install {WIREGUARD_GO}");
        if !Command::new(go).args(["install", WIREGUARD_GO]).status()?.success() {
            println!("go install failed; Debian's wireguard-go stands in");
        }
    }
    if find("boringtun-cli").is_none() {
        println!("\n=== cargo install {BORINGTUN}");
        if !plain_cargo().args(["install", "--quiet", "--locked", BORINGTUN]).status()?.success() {
            println!("cargo install failed; the test that needs boringtun-cli will say so");
        }
    }
    Ok(())
}
