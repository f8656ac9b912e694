//! A computer that looks up names as a real one does: the C library, `/etc/resolv.conf`, and the real systemd-resolved,
//! openresolv or NetworkManager, from Debian's packages, which are unpacked and not installed (`cargo xtask test` does that).

mod managers;

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use anyhow::{Context as _, bail};

use self::managers::{NETWORK_MANAGER, UNBOUND};
use crate::lab::{Lab, program, skip};
use crate::namespace::Namespace;
use crate::process::{Process, output_of, text_of, wait_for};
use crate::system_bus::{self, START as BUS};

/// Mounts folders of the test's own over those that programs read or write. `$0` is the scratch folder, `$1` that of the
/// packages.
const SETUP: &str = "set -e
mount -t tmpfs tmpfs /run; mkdir -m 700 /run/wireguard; mkdir -p /run/dbus /run/lock
mkdir -p /var/lib/adit-root; mount -t tmpfs -o mode=700 tmpfs /var/lib/adit-root
mount -t tmpfs tmpfs /mnt; mkdir /mnt/upper /mnt/work
# A resolv.conf that is a mount would stay in sight.
while umount /etc/resolv.conf 2>/dev/null; do :; done
mount -t overlay overlay -o lowerdir=/etc,upperdir=/mnt/upper,workdir=/mnt/work /etc
rm -f /etc/resolv.conf; cp \"$0/resolv.conf\" /etc/resolv.conf; chmod 640 /etc/resolv.conf
printf 'hosts: files dns\\n' >/etc/nsswitch.conf
";
const OPENRESOLV: &str = "
sbin=$1/openresolv/sbin lib=$1/openresolv/lib
[ -e $sbin/resolvconf ] || sbin=$1/openresolv/usr/sbin lib=$1/openresolv/usr/lib
mount -t overlay overlay -o lowerdir=\"$sbin\":/usr/sbin /usr/sbin
mount -t overlay overlay -o lowerdir=\"$lib\":/usr/lib /usr/lib
cp \"$1/openresolv/etc/resolvconf.conf\" /etc/resolvconf.conf
resolvconf -a eth0 </etc/resolv.conf
";
/// Starts a local name server, to which openresolv passes domains and servers, and which all programs ask.
const DNSMASQ: &str = "
cat >/run/dnsmasq.sh <<'END'
read -r pid </run/dnsmasq.pid && kill \"$pid\"
# Until the one before has let go of the port.
for _ in $(seq 100); do
    dnsmasq --user=root --pid-file=/run/dnsmasq.pid --conf-file=/run/dnsmasq.conf --resolv-file=/run/dnsmasq.resolv \\
        --listen-address=127.0.0.1 --bind-interfaces --no-hosts --cache-size=0 </dev/null >/dev/null 2>&1 && exit
    sleep 0.02
done
END
cat >/etc/resolvconf.conf <<'END'
name_servers=127.0.0.1
dnsmasq_conf=/run/dnsmasq.conf
dnsmasq_resolv=/run/dnsmasq.resolv
dnsmasq_restart='sh /run/dnsmasq.sh'
END
resolvconf -u
";
const RESOLVED: &str = "
grep -q ^systemd-resolve: /etc/passwd || echo systemd-resolve:x:991:991::/:/usr/sbin/nologin >>/etc/passwd
grep -q ^systemd-resolve: /etc/group || echo systemd-resolve:x:991: >>/etc/group
printf '[Resolve]\\nFallbackDNS=\\nLLMNR=no\\nMulticastDNS=no\\nDNSSEC=no\\n' >/mnt/resolved.conf
mkdir -p /etc/systemd; cp /mnt/resolved.conf /etc/systemd/resolved.conf
mkdir -p /run/systemd/resolve; chown systemd-resolve:systemd-resolve /run/systemd/resolve
echo nameserver 127.0.0.53 >/etc/resolv.conf
export LD_LIBRARY_PATH=$(echo \"$1\"/libsystemd-shared/usr/lib/*/systemd)
resolved=$1/systemd-resolved/lib/systemd/systemd-resolved
[ -e $resolved ] || resolved=$1/systemd-resolved/usr/lib/systemd/systemd-resolved
$resolved &
until \"$1/systemd-resolved/usr/bin/resolvectl\" dns eth0 \"$2\" 2>/dev/null; do sleep 0.05; done
\"$1/systemd-resolved/usr/bin/resolvectl\" default-route eth0 yes
unset LD_LIBRARY_PATH
";

/// The resolver between programs and name servers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Backend {
    /// The real systemd-resolved on the real bus, in front of the C library.
    Resolved,
    /// The real openresolv.
    Openresolv,
    /// The real openresolv, in front of the real dnsmasq, which it configures.
    OpenresolvWithDnsmasq,
    /// The real openresolv, in front of the real unbound.
    OpenresolvWithUnbound,
    /// The real NetworkManager, which writes `/etc/resolv.conf` itself.
    NetworkManager,
    /// Nothing: `/etc/resolv.conf` is a file that nobody manages.
    Plain,
}

/// A mount namespace for programs of `client`. Its processes end when this is dropped.
pub struct Resolving<'lab> {
    client: &'lab Namespace,
    holder: Process,
    packages: PathBuf,
}

impl<'lab> Resolving<'lab> {
    /// Sets up the computer `client`, with its name server at `server`. Prints why and returns None if the packages are not
    /// unpacked.
    pub fn new(lab: &'lab Lab, client: &'lab Namespace, backend: Backend, server: &str) -> anyhow::Result<Option<Self>> {
        let (needed, more): (&[&str], String) = match backend {
            Backend::Resolved => (&["systemd-resolved", "libsystemd-shared"], format!("{BUS}{RESOLVED}")),
            Backend::Openresolv => (&["openresolv"], OPENRESOLV.to_owned()),
            Backend::OpenresolvWithDnsmasq => (&["openresolv"], format!("{OPENRESOLV}{DNSMASQ}")),
            Backend::OpenresolvWithUnbound => {
                (&["openresolv", "unbound", "libprotobuf-c1", "libevent-2.1-7"], format!("{OPENRESOLV}{UNBOUND}"))
            }
            Backend::NetworkManager => (&["network-manager", "libnm0", "libndp0"], format!("{BUS}{NETWORK_MANAGER}")),
            Backend::Plain => (&[], String::new()),
        };
        let packages = packages();
        if let Some(missing) = needed.iter().find(|package| !packages.join(format!("{package}.unpacked")).exists()) {
            skip(&format!("names with {backend:?}: the package {missing} is not unpacked; cargo xtask test does it"));
            return Ok(None);
        }
        let programs = [
            (Backend::Resolved, "dbus-daemon"),
            (Backend::NetworkManager, "dbus-daemon"),
            (Backend::OpenresolvWithDnsmasq, "dnsmasq"),
        ];
        for (with, needed) in programs {
            if backend == with && program(needed).is_none() {
                skip(&format!("names with {backend:?}: {needed} is not installed"));
                return Ok(None);
            }
        }
        lab.write("resolv.conf", &format!("# of the network\nnameserver {server}\noptions timeout:1 attempts:1"))?;
        system_bus::configure(lab)?;
        let script = format!("{SETUP}{more}\necho ready; exec sleep infinity");
        let arguments: [&OsStr; 9] = [
            "--mount".as_ref(),
            "--propagation".as_ref(),
            "private".as_ref(),
            "sh".as_ref(),
            "-c".as_ref(),
            script.as_ref(),
            lab.scratch().as_os_str(),
            packages.as_os_str(),
            server.as_ref(),
        ];
        let mut holder = client.start("unshare", arguments, &[], &lab.file("resolving"))?;
        let ready = wait_for("a computer that looks up names", Duration::from_secs(20), || {
            (holder.printed().lines().any(|line| line == "ready") || holder.ended().ok().flatten().is_some()).then_some(())
        });
        if ready.is_err() || holder.ended()?.is_some() {
            bail!("no computer that looks up names: {}", holder.printed());
        }
        Ok(Some(Self { client, holder, packages }))
    }

    /// Returns the words that, put before a program and its arguments, run the program there.
    pub fn wrapper(&self) -> Vec<OsString> {
        ["nsenter".to_owned(), format!("--mount=/proc/{}/ns/mnt", self.holder.id()), "--".to_owned()].map(OsString::from).into()
    }

    /// Creates a command that runs there.
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = self.client.command("nsenter");
        command.args(self.wrapper().into_iter().skip(1)).arg(program);
        command
    }

    /// Starts a program there, in the background.
    pub fn start(&self, program: &Path, arguments: &[&OsStr], log: &Path) -> anyhow::Result<Process> {
        let mut all: Vec<OsString> = self.wrapper();
        all.push(program.into());
        all.extend(arguments.iter().map(|argument| OsString::from(*argument)));
        let (first, rest) = all.split_first().context("a program")?;
        self.client.start(first, rest, &[], log)
    }

    /// Runs a shell line and returns its output. It must succeed.
    pub fn shell(&self, line: &str) -> anyhow::Result<String> {
        text_of(self.command("sh").args(["-c", line]))
    }

    /// Looks up all names at once, and ignores the results.
    pub fn look_up(&self, names: impl IntoIterator<Item = String>) -> anyhow::Result<()> {
        let script = "for name; do getent ahostsv4 \"$name\" >/dev/null & done; wait";
        output_of(self.command("sh").args(["-c", script, "sh"]).args(names)).map(drop)
    }

    /// Returns everything that determines how names are looked up: the file and its type, and the settings of `eth0` and other
    /// links.
    pub fn state(&self) -> anyhow::Result<String> {
        let resolvectl = self.packages.join("systemd-resolved/usr/bin/resolvectl");
        self.shell(&format!(
            "stat -c '%F %a %u %g' /etc/resolv.conf; cat /etc/resolv.conf; ls /var/lib/adit-root/resolv.conf 2>/dev/null; \
             if [ -d /run/systemd/resolve ]; then export LD_LIBRARY_PATH=$(echo {0}/libsystemd-shared/usr/lib/*/systemd); {1} dns; {1} domain; fi; \
             command -v resolvconf >/dev/null && resolvconf -l || :",
            self.packages.display(),
            resolvectl.display()
        ))
    }
}

/// Returns the folder into which `cargo xtask test` unpacks packages, or the one that `ADIT_PACKAGES` names.
fn packages() -> PathBuf {
    let named = std::env::var_os("ADIT_PACKAGES").map(PathBuf::from);
    named.unwrap_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../target/packages"))
}
