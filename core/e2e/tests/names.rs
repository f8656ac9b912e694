//! Which name server is asked for which name, counted at the servers. The tests run with the real systemd-resolved, openresolv
//! and NetworkManager and with a plain `/etc/resolv.conf`, for `adit up` and for the service. However the tunnel ends, name
//! resolution must be as before.
#![forbid(unsafe_code)]

use std::ffi::OsStr;
use std::net::Ipv4Addr;
use std::time::Duration;

use adit_e2e::name_server::NameServer;
use adit_e2e::process::{output_of, wait_for};
use adit_e2e::resolving::{Backend, Resolving};
use adit_e2e::{Family, FullTunnel, Host, How, Lab, Namespace, Process, Service, built};
use anyhow::{Context as _, bail, ensure};

const BACKENDS: [Backend; 4] = [Backend::Resolved, Backend::Openresolv, Backend::NetworkManager, Backend::Plain];
const NAMES: usize = 20;
const PATIENCE: Duration = Duration::from_secs(20);
const ANSWER: Ipv4Addr = Ipv4Addr::new(203, 0, 113, 9);

/// A client, a name server in its network, and one behind the tunnel.
struct Scene<'lab> {
    lab: &'lab Lab,
    client: &'lab Namespace,
    computer: Resolving<'lab>,
    tunnel: FullTunnel<'lab>,
    outside: NameServer,
    inside: NameServer,
    /// The state of name resolution at the start.
    before: String,
}

/// The program that keeps the tunnel up.
enum Up<'lab> {
    Foreground(Process),
    Service(Box<Service<'lab>>),
}

/// Runs `story` with each of `backends`. `dns` follows the address of the tunnel's name server in the configuration; `allowed`
/// are its networks.
fn play(
    title: &str,
    backends: &[Backend],
    dns: &str,
    allowed: &str,
    story: impl Fn(&Scene<'_>, Backend) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    for &backend in backends {
        let Some(lab) = Lab::open(title)? else { return Ok(()) };
        let (client, server) = lab.two_hosts()?;
        let (outside, inside) = (Host(2).outer(Family::V4), Host(2).inner(Family::V4));
        let Some(computer) = Resolving::new(&lab, &client, backend, &outside.to_string())? else { continue };
        let tunnel = FullTunnel::new(&lab, &client, &server, &format!("DNS = {inside}{dns}"))?;
        let text = std::fs::read_to_string(&tunnel.conf)?.replace("0.0.0.0/0, ::/0", allowed);
        std::fs::write(&tunnel.conf, text)?;
        let scene = Scene {
            lab: &lab,
            client: &client,
            before: computer.state()?,
            computer,
            tunnel,
            outside: NameServer::start(&server, (outside, 53).into(), ANSWER)?,
            inside: NameServer::start(&server, (inside, 53).into(), ANSWER)?,
        };
        scene.only_outside_is_asked("start")?;
        story(&scene, backend).with_context(|| {
            let now = scene.computer.state().unwrap_or_default();
            format!("{title}, {backend:?}; at the start:\n{}\nnow:\n{now}", scene.before)
        })?;
    }
    Ok(())
}

impl<'lab> Scene<'lab> {
    /// Looks up new names in `domain`, and returns how many of them each server was asked for: inside, outside.
    fn asked(&self, when: &str, domain: &str) -> anyhow::Result<(usize, usize)> {
        self.computer.look_up((0..NAMES).map(|number| format!("{when}-{number}.{domain}")))?;
        Ok((self.inside.asked(&format!("{when}-")), self.outside.asked(&format!("{when}-"))))
    }

    fn only_inside_is_asked(&self, when: &str) -> anyhow::Result<()> {
        let asked = self.asked(when, "adit.test")?;
        ensure!(asked == (NAMES, 0), "{when}: (inside, outside) were asked for {asked:?} of {NAMES} names");
        Ok(())
    }

    fn only_outside_is_asked(&self, when: &str) -> anyhow::Result<()> {
        let asked = self.asked(when, "adit.test")?;
        ensure!(asked == (0, NAMES), "{when}: (inside, outside) were asked for {asked:?} of {NAMES} names");
        Ok(())
    }

    fn is_as_before(&self, when: &str) -> anyhow::Result<()> {
        let now = self.computer.state()?;
        ensure!(now == self.before, "{when}: it is not as it was");
        Ok(())
    }

    /// Runs `adit`, which finds the service if `by_service`.
    fn adit(&self, by_service: bool, arguments: &[&str]) -> anyhow::Result<String> {
        let mut command = self.computer.command(built("adit")?);
        command.args(arguments);
        if by_service {
            command.env("ADIT_SOCKET", self.lab.file("adit.sock"));
        }
        let output = output_of(&mut command)?;
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        ensure!(output.status.success(), "adit {arguments:?}: {said}");
        Ok(said)
    }

    fn foreground(&self) -> anyhow::Result<Process> {
        let arguments = ["up".as_ref(), self.tunnel.conf.as_os_str()];
        let mut up = self.computer.start(&built("adit")?, &arguments, &self.lab.file("adit-up"))?;
        let end = wait_for("`adit up`", PATIENCE, || {
            let ended = up.ended().ok().flatten();
            (ended.is_some() || up.printed().contains("answered within")).then_some(ended)
        });
        match end {
            Ok(None) => Ok(up),
            _ => bail!("`adit up` did not come up; it printed:\n{}", up.printed()),
        }
    }

    fn service(&self, kill_switch: bool) -> anyhow::Result<Service<'_>> {
        let how = How { through: self.computer.wrapper(), ..How::plain(self.lab) };
        let service = Service::start(self.lab, self.client, how)?;
        let id = service.import(&self.tunnel)?;
        service.kill_switch(id, kill_switch)?;
        service.connect(id)?;
        Ok(service)
    }

    fn up(&self, by_service: bool) -> anyhow::Result<Up<'_>> {
        Ok(if by_service { Up::Service(Box::new(self.service(false)?)) } else { Up::Foreground(self.foreground()?) })
    }

    fn wait_until_the_interface_is_gone(&self) -> anyhow::Result<()> {
        let link = format!("link show {}", self.tunnel.interface);
        wait_for("the interface to go with its program", PATIENCE, || self.client.ip(&link).is_err().then_some(()))
    }
}

impl Up<'_> {
    fn times_it_said_that_the_file_was_changed(&self) -> anyhow::Result<usize> {
        match self {
            Self::Foreground(up) => Ok(up.printed().matches("another program changed /etc/resolv.conf").count()),
            Self::Service(service) => service.log_lines("put_back"),
        }
    }

    fn kill(&mut self) -> anyhow::Result<()> {
        match self {
            Self::Foreground(up) => up.kill(),
            Self::Service(service) => service.kill(),
        }
    }
}

const EVERYTHING: &str = "0.0.0.0/0, ::/0";

#[test]
fn all_names_are_asked_inside_while_the_tunnel_is_up_and_outside_again_when_it_is_down() -> anyhow::Result<()> {
    for by_service in [false, true] {
        play("all names go through the tunnel", &BACKENDS, ", corp.example", EVERYTHING, |scene, _| {
            let _up = scene.up(by_service)?;
            scene.only_inside_is_asked("up")?;
            scene.adit(by_service, &["down", &scene.tunnel.interface])?;
            scene.is_as_before("down")?;
            scene.only_outside_is_asked("down")
        })?;
    }
    Ok(())
}

#[test]
fn after_a_kill_repair_or_the_next_start_puts_everything_back() -> anyhow::Result<()> {
    for by_service in [false, true] {
        play("names after kill -9", &BACKENDS, "", EVERYTHING, |scene, _| {
            let mut up = scene.up(by_service)?;
            scene.only_inside_is_asked("up")?;
            up.kill()?;
            scene.wait_until_the_interface_is_gone()?;
            scene.adit(by_service, &["repair"])?;
            scene.is_as_before("repaired")?;
            scene.only_outside_is_asked("repaired")?;
            let mut again = scene.foreground()?;
            scene.only_inside_is_asked("again")?;
            again.kill()?;
            scene.wait_until_the_interface_is_gone()?;
            let _next = scene.foreground()?;
            scene.only_inside_is_asked("next")?;
            scene.adit(false, &["down", &scene.tunnel.interface])?;
            scene.is_as_before("down")?;
            scene.only_outside_is_asked("down")
        })?;
    }
    Ok(())
}

#[test]
fn with_the_kill_switch_no_name_gets_out_in_any_state() -> anyhow::Result<()> {
    play("names and the kill switch", &BACKENDS, "", EVERYTHING, |scene, _| {
        let mut service = scene.service(true)?;
        scene.only_inside_is_asked("up")?;
        service.kill()?;
        scene.wait_until_the_interface_is_gone()?;
        let killed = scene.asked("killed", "adit.test")?;
        ensure!(killed == (0, 0), "killed: (inside, outside) were asked for {killed:?}");
        service.again()?;
        let id = service.client()?.all_tunnels()?.first().context("a tunnel")?.id;
        service.wait_until_up(id)?;
        scene.only_inside_is_asked("again")?;
        scene.adit(true, &["down", &scene.tunnel.interface])?;
        scene.is_as_before("down")?;
        scene.only_outside_is_asked("down")
    })
}

#[test]
fn with_systemd_resolved_dnsmasq_or_unbound_only_the_names_of_a_domain_with_a_tilde_are_asked_inside() -> anyhow::Result<()> {
    for by_service in [false, true] {
        let backends = [Backend::Resolved, Backend::OpenresolvWithDnsmasq, Backend::OpenresolvWithUnbound];
        play("split DNS", &backends, ", ~corp.test", "10.99.0.0/24", |scene, _| {
            let _up = scene.up(by_service)?;
            scene.only_outside_is_asked("up")?;
            let corp = scene.asked("corp", "corp.test")?;
            ensure!(corp == (NAMES, 0), "(inside, outside) were asked for {corp:?} of {NAMES} names of the domain");
            scene.adit(by_service, &["down", &scene.tunnel.interface])?;
            scene.is_as_before("down")
        })?;
    }
    Ok(())
}

#[test]
fn where_dns_cannot_be_split_all_names_are_asked_inside_and_that_is_said() -> anyhow::Result<()> {
    const SAID: &str = "cannot ask the tunnel's DNS servers for corp.test alone";
    let backends = [Backend::Openresolv, Backend::NetworkManager, Backend::Plain];
    play("no split DNS", &backends, ", ~corp.test", "10.99.0.0/24", |scene, _| {
        let conf = scene.tunnel.conf.to_str().context("a path")?;
        ensure!(scene.adit(false, &["up", "--dry-run", conf])?.contains(SAID), "--dry-run does not say it");
        let up = scene.foreground()?;
        ensure!(up.printed().contains(SAID), "{}", up.printed());
        scene.only_inside_is_asked("up")?;
        let file = scene.computer.shell("cat /etc/resolv.conf")?;
        ensure!(!file.contains('~') && !file.contains("corp.test"), "{file}");
        scene.adit(false, &["down", &scene.tunnel.interface])?;
        let _service = scene.service(false)?;
        for verb in ["preview", "status"] {
            let said = scene.adit(true, &[verb, &scene.tunnel.interface])?;
            ensure!(said.contains(SAID), "{verb}: {said}");
        }
        scene.adit(true, &["down", &scene.tunnel.interface])?;
        scene.is_as_before("down")
    })
}

#[test]
fn a_resolv_conf_that_another_program_overwrites_is_written_again_within_a_second_and_that_is_said() -> anyhow::Result<()> {
    const FOREIGN: &str = "nameserver 10.77.0.2\\n# a lease\\n";
    for by_service in [false, true] {
        play("resolv.conf is overwritten", &[Backend::Plain], "", EVERYTHING, |scene, _| {
            let up = scene.up(by_service)?;
            // The file is changed in place, then replaced by a new file.
            for line in ["printf '{}' >/etc/resolv.conf", "printf '{}' >/etc/new && mv /etc/new /etc/resolv.conf"] {
                scene.computer.shell(&line.replace("{}", FOREIGN))?;
                let inside = Host(2).inner(Family::V4).to_string();
                wait_for("the tunnel's resolvers in the file", Duration::from_secs(1), || {
                    scene.computer.shell("cat /etc/resolv.conf").is_ok_and(|file| file.contains(&inside)).then_some(())
                })?;
            }
            scene.only_inside_is_asked("overwritten")?;
            wait_for("a word about each", PATIENCE, || {
                up.times_it_said_that_the_file_was_changed().is_ok_and(|times| times >= 2).then_some(())
            })?;
            scene.adit(by_service, &["down", &scene.tunnel.interface])?;
            let file = scene.computer.shell("cat /etc/resolv.conf")?;
            ensure!(file == "nameserver 10.77.0.2\n# a lease\n", "what the other program wrote last comes back: {file}");
            Ok(())
        })?;
    }
    Ok(())
}

#[test]
fn what_networkmanager_writes_while_the_tunnel_is_up_is_replaced_within_a_second_and_comes_back_when_it_is_down()
-> anyhow::Result<()> {
    // Other DNS servers of another connection, a rewritten file, and the connection brought up again.
    const CHANGES: [&str; 3] = [
        "/run/nmcli connection modify lan ipv4.dns '10.77.0.2 10.77.0.77' && /run/nmcli device reapply eth0",
        "/run/nmcli general reload dns-full",
        "/run/nmcli connection up lan",
    ];
    for by_service in [false, true] {
        play("NetworkManager writes resolv.conf", &[Backend::NetworkManager], "", EVERYTHING, |scene, _| {
            let up = scene.up(by_service)?;
            let inside = Host(2).inner(Family::V4).to_string();
            for (number, change) in CHANGES.iter().enumerate() {
                let said = up.times_it_said_that_the_file_was_changed()?;
                scene.computer.shell(change)?;
                wait_for("a word about it, and the tunnel's resolvers in the file", Duration::from_secs(1), || {
                    let is_said = up.times_it_said_that_the_file_was_changed().is_ok_and(|now| now > said);
                    let file = scene.computer.shell("cat /etc/resolv.conf").unwrap_or_default();
                    (is_said && file.contains(&inside) && !file.contains("10.77.0.2\n")).then_some(())
                })
                .with_context(|| (*change).to_owned())?;
                scene.only_inside_is_asked(&format!("changed{number}"))?;
            }
            scene.adit(by_service, &["down", &scene.tunnel.interface])?;
            let file = scene.computer.shell("cat /etc/resolv.conf")?;
            ensure!(file == "# Generated by NetworkManager\nnameserver 10.77.0.2\nnameserver 10.77.0.77\n", "{file}");
            scene.only_outside_is_asked("down")
        })?;
    }
    Ok(())
}

/// Runs a command with mounts as the unit makes them, with the paths `$0`, and with the capabilities that docs/DAEMON.md lists
/// for a service that runs as root. Everything else is read-only.
const AS_ROOT_IN_THE_UNIT: &str = "
for path in $0; do [ ! -e \"$path\" ] || mount --bind \"$path\" \"$path\"; done
for path in / /etc /run /var/lib; do
    case \" $0 \" in *\" $path \"*) ;; *) mount -o remount,bind,ro \"$path\" 2>/dev/null || : ;; esac
done
exec setpriv --bounding-set=-all,+net_admin,+dac_override --no-new-privs \"$@\"
";

#[test]
fn where_the_unit_makes_etc_read_only_the_service_says_so_and_with_the_documented_paths_it_sets_dns() -> anyhow::Result<()> {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let page = std::fs::read_to_string(format!("{root}/docs/DAEMON.md"))?;
    let unit = std::fs::read_to_string(format!("{root}/installers/linux/aditd.service"))?;
    let paths = |text: &str, is_wanted: fn(&str) -> bool| {
        let lines = text.lines().filter_map(|line| line.strip_prefix("ReadWritePaths="));
        let paths = lines.flat_map(str::split_whitespace).map(|path| path.trim_start_matches('-')).filter(|path| is_wanted(path));
        paths.collect::<Vec<_>>().join(" ")
    };
    let without = paths(&unit, |path| path.starts_with("/run/")) + " " + &paths(&page, |path| path == "/run/adit-root");
    let with = paths(&unit, |path| path.starts_with("/run/")) + " " + &paths(&page, |_| true);
    play("a read-only /etc", &[Backend::NetworkManager, Backend::Openresolv, Backend::Plain], "", EVERYTHING, |scene, backend| {
        let scratch = scene.lab.file("").display().to_string();
        scene.computer.shell("mkdir -p -m 755 /run/adit-root /run/adit")?;
        let start = |paths: &str| {
            let paths = format!("{paths} {scratch}");
            let mut through = scene.computer.wrapper();
            let wrapped = ["unshare", "--mount", "--propagation", "private", "sh", "-c", AS_ROOT_IN_THE_UNIT, &paths];
            through.extend(wrapped.map(std::ffi::OsString::from));
            Service::start(scene.lab, scene.client, How { through, ..How::plain(scene.lab) })
        };
        let mut service = start(&without)?;
        let id = service.import(&scene.tunnel)?;
        let mut up = scene.computer.command(built("adit")?);
        let refused = output_of(up.args(["up", &scene.tunnel.interface]).env("ADIT_SOCKET", scene.lab.file("adit.sock")))?;
        let said = String::from_utf8_lossy(&refused.stderr);
        // openresolv names the file that it cannot write.
        let expected = if backend == Backend::Openresolv { "Cannot write to /run/resolvconf" } else { "a writable /etc" };
        ensure!(!refused.status.success() && said.contains(expected), "{said}");
        scene.is_as_before("refused")?;
        service.terminate()?;

        let service = start(&with)?;
        service.connect(id)?;
        scene.only_inside_is_asked("up")?;
        scene.adit(true, &["down", &scene.tunnel.interface])?;
        scene.is_as_before("down")
    })
}

#[test]
fn a_resolvconf_that_hangs_is_named_ended_and_holds_up_neither_up_nor_down() -> anyhow::Result<()> {
    let script = "#!/bin/sh\necho $$ >>/run/hung\nsetsid sleep 94713 &\nsleep 94713\n";
    play("resolvconf hangs", &[Backend::Plain], "", EVERYTHING, |scene, _| {
        scene.lab.write("hangs", script)?;
        let install = format!(
            "mount -t tmpfs t /usr/local/sbin; install -m 755 {} /usr/local/sbin/resolvconf",
            scene.lab.file("hangs").display()
        );
        scene.computer.shell(&install)?;
        let service = scene.service(false);
        let said = format!("{:#}", service.err().context("it came up")?);
        ensure!(said.contains("/usr/local/sbin/resolvconf") && said.contains("did not end within 5 s"), "{said}");
        let conf: &OsStr = scene.tunnel.conf.as_os_str();
        let mut up = scene.computer.start(&built("adit")?, &["up".as_ref(), conf], &scene.lab.file("adit-up"))?;
        up.wait(PATIENCE)?;
        let said = up.printed();
        ensure!(said.contains("/usr/local/sbin/resolvconf -a") && said.contains("did not end within 5 s"), "{said}");
        scene.client.ip("link show eth0")?;
        let left = scene.computer.shell("for p in $(cat /run/hung); do ps -o pid= -g $p; ps -o pid= --ppid $p; done; pgrep -x sleep -a | grep -c ' 94713$' || :")?;
        ensure!(left.trim() == "0", "processes that it left: {left}");
        Ok(())
    })
}
