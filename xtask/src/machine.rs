//! Installs what the tests need and the machine lacks: Debian packages if it runs as root. Otherwise it prints the one command
//! to run.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;

use crate::{cargo, root};

/// A program and the Debian package that contains it.
pub(crate) type Needed = (&'static str, &'static str);

/// `ip`, for network namespaces and addresses.
pub(crate) const IPROUTE: Needed = ("ip", "iproute2");

/// Programs that `cargo xtask test` uses besides Rust.
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
    // The kernel's own WireGuard, in an emulated machine if this kernel has none.
    ("qemu-system-x86_64", "qemu-system-x86"),
    ("busybox", "busybox-static"),
    ("cpio", "cpio"),
    ("socat", "socat"),
    ("xz", "xz-utils"),
    ("script", "bsdutils"),
    ("zip", "zip"),
    ("unzip", "unzip"),
    ("age", "age"),
    ("zsh", "zsh"),
    ("fish", "fish"),
    // A real keyring, on a separate session bus.
    ("gnome-keyring-daemon", "gnome-keyring"),
    ("dbus-run-session", "dbus-daemon"),
    ("dbus-send", "dbus-bin"),
    ("dbus-daemon", "dbus-daemon"),
    // They check the units; nothing is started.
    ("systemd-analyze", "systemd"),
    ("systemd-sysusers", "systemd"),
    ("systemd-tmpfiles", "systemd"),
    ("python3", "python3"),
    ("man", "man-db"),
    // This package does not contain the service of the package dnsmasq.
    ("dnsmasq", "dnsmasq-base"),
    // They check the files that desktops read.
    ("desktop-file-validate", "desktop-file-utils"),
    ("appstreamcli", "appstream"),
    ("update-mime-database", "shared-mime-info"),
    ("gio", "libglib2.0-bin"),
    ("gdbus", "libglib2.0-bin"),
    // NetworkManager, played on a separate bus: a module of the system's Python, and no program.
    ("/usr/lib/python3/dist-packages/dbusmock/__init__.py", "python3-dbusmock"),
];

/// Packages that would install a permanently running service, or replace this machine's `/etc/resolv.conf`. They are only
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

/// Returns true if this process may install packages and create network namespaces.
pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout.trim_ascii() == b"0")
}

/// The only folder that this program installs tools into, besides the packages of the system.
pub(crate) fn tools() -> PathBuf {
    root().join("target/tools")
}

/// Finds a program, or a file by its path, in `PATH`, in the folders of system administration, where Go and cargo install theirs, or in [`tools`].
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.extend(["/usr/sbin", "/sbin", "/usr/local/go/bin"].map(PathBuf::from));
    if let Some(home) = std::env::var_os("HOME").map(PathBuf::from) {
        folders.extend([home.join("go/bin"), home.join(".cargo/bin")]);
    }
    folders.extend([tools().join("bin"), unpacked()]);
    folders.into_iter().map(|folder| folder.join(program)).find(|file| file.is_file())
}

/// Returns the folder with programs of a package that is only unpacked. Tests find them in `PATH`.
pub(crate) fn unpacked() -> PathBuf {
    root().join("target/packages/prometheus/usr/bin")
}

/// Installs the packages of missing programs. Without root or apt it prints the command to run and continues: the tests that
/// need the programs report themselves that they could not run.
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

/// Downloads the packages of [`ONLY_UNPACKED`] and unpacks each into a folder of its own, because some contain the same files.
/// If that fails, the tests that need them report it.
pub(crate) fn unpack() -> anyhow::Result<()> {
    let folder = root().join("target/packages");
    for package in ONLY_UNPACKED {
        let done = folder.join(format!("{package}.unpacked"));
        if done.exists() || find("apt-get").is_none() || find("dpkg-deb").is_none() {
            continue;
        }
        println!("\n=== apt-get download {package}");
        std::fs::create_dir_all(&folder)?;
        // An interrupted run may have left part of it.
        let archive = || {
            folder.read_dir().into_iter().flatten().flatten().map(|entry| entry.path()).find(|file| {
                let name = file.file_name().unwrap_or_default().to_string_lossy();
                name.starts_with(&format!("{package}_")) && name.ends_with(".deb")
            })
        };
        while let Some(old) = archive() {
            std::fs::remove_file(old)?;
        }
        // As root, apt would download as its own user, who may not write here.
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

/// The version of wireguard-go that ours is tested against, as a Go module. tools/duel/peers.sh names the same version.
const WIREGUARD_GO: &str = "golang.zx2c4.com/wireguard@v0.0.0-20260522210424-ecfc5a8d5446";
/// The version of boringtun that ours is tested against, as a crate.
const BORINGTUN: &str = "boringtun-cli@0.7.1";

/// Installs other implementations that ours is tested against: wireguard-go from Debian, under the name that `wg-quick` starts;
/// a newer version of it with Go, if Go is installed; and boringtun.
pub(crate) fn install_peers() -> anyhow::Result<()> {
    install(&[("wireguard-go", "wireguard-go")])?;
    if let (None, Some(go)) = (find("wireguard"), find("go")) {
        println!("\n=== go install {WIREGUARD_GO}");
        if !go_install(&go).status()?.success() {
            println!("go install failed; Debian's wireguard-go stands in");
        }
    }
    if find("boringtun-cli").is_none() {
        println!("\n=== cargo install {BORINGTUN}");
        if !cargo_install().status()?.success() {
            println!("cargo install failed; the test that needs boringtun-cli will say so");
        }
    }
    Ok(())
}

fn go_install(go: &Path) -> Command {
    let mut command = Command::new(go);
    command.args(["install", WIREGUARD_GO]).env("GOBIN", tools().join("bin"));
    command
}

fn cargo_install() -> Command {
    let mut command = cargo("install");
    command.args(["--quiet", "--root"]).arg(tools()).arg(BORINGTUN);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_installed_in_the_home_folder() {
        let arguments: Vec<_> = cargo_install().get_args().map(std::ffi::OsStr::to_owned).collect();
        let place = arguments.iter().position(|argument| argument == "--root").map(|at| PathBuf::from(&arguments[at + 1]));
        assert_eq!(place, Some(root().join("target/tools")));
        let go = go_install(Path::new("go"));
        let place = go.get_envs().find(|(name, _)| *name == "GOBIN").and_then(|(_, folder)| folder.map(PathBuf::from));
        assert_eq!(place, Some(root().join("target/tools/bin")));
        assert_eq!(tools().join("bin"), root().join("target/tools/bin"));
    }
}
