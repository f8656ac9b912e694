//! A killed service leaves a kill switch: `adit down` says so, and `adit repair` opens it and undoes the rest. Settings of a
//! running service and of other programs are left alone. A sniffer at the other end of the link checks that.
#![forbid(unsafe_code)]

use std::process::{Command, Output};
use std::time::Duration;

use adit_api::KillSwitch;
use adit_e2e::leaks::{everything_is_seen, nothing_is_seen};
use adit_e2e::process::{output_of, text_of, wait_for};
use adit_e2e::{FullTunnel, How, Implementation, Lab, Namespace, PrivateRun, Process, Service, built, skip};
use anyhow::{Context as _, ensure};
use rustix::process::Signal;

const SYSCTL: &str = "cat /proc/sys/net/ipv4/conf/all/src_valid_mark";
/// Runs a program as a user without service and group.
const NOBODY: [&str; 2] = ["--reuid=65534", "--clear-groups"];

/// A client with a private `/run`, in which `adit` and the service run.
struct Client<'lab> {
    lab: &'lab Lab,
    namespace: &'lab Namespace,
    run: PrivateRun,
}

impl Client<'_> {
    fn how(&self) -> How {
        How { through: self.run.wrapper(), ..How::plain(self.lab) }
    }

    /// Runs `adit` with the path of the service's socket.
    fn adit(&self, arguments: &[&str]) -> anyhow::Result<(Option<i32>, String)> {
        let mut command = self.run.command(self.namespace, built("adit")?);
        said(command.args(arguments).env("ADIT_SOCKET", self.lab.file("adit.sock")))
    }

    /// Returns the names of all files in `/run`.
    fn files(&self) -> anyhow::Result<String> {
        text_of(self.run.command(self.namespace, "find").args(["/run", "-type", "f", "-o", "-type", "s"]))
    }
}

fn said(command: &mut Command) -> anyhow::Result<(Option<i32>, String)> {
    let Output { status, stdout, stderr } = output_of(command)?;
    Ok((status.code(), [stdout, stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat()))
}

/// An interface, packet filters and a routing rule of other programs, with names and numbers like ours.
struct Foreign {
    /// The wireguard-go that holds the interface.
    process: Process,
    interface: String,
}

impl Foreign {
    fn new(client: &Client<'_>) -> anyhow::Result<Option<Self>> {
        let Some(program) = Implementation::WireguardGo.program() else {
            skip("repair and other programs: wireguard-go is not installed");
            return Ok(None);
        };
        client.namespace.shell(
            "nft 'table inet adit { chain output { type filter hook output priority 0; policy accept; }; }
                  table ip adit-wg0 { chain output { type filter hook output priority 0; policy accept; }; }
                  table inet aditblocks-wg0 { }'
             ip rule add pref 5103 fwmark 0x77 lookup 51877",
        )?;
        let interface = client.lab.interface_name();
        let mut arguments = client.run.wrapper();
        arguments.extend([program.into_os_string(), "-f".into(), (&interface).into()]);
        let through = arguments.remove(0);
        let process = client.namespace.start(through, arguments, &[], &client.lab.file("wireguard-go"))?;
        let foreign = Self { process, interface };
        wait_for("wireguard-go to listen", Duration::from_secs(10), || foreign.check(client).ok())?;
        Ok(Some(foreign))
    }

    /// Verifies that the interface is there and answers.
    fn check(&self, client: &Client<'_>) -> anyhow::Result<()> {
        text_of(client.run.command(client.namespace, "wg").args(["show", &self.interface])).map(drop)
    }
}

#[test]
fn down_names_the_kill_switch_of_a_killed_service_and_repair_undoes_all_of_ours_and_nothing_else() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("repair after the service was killed")? else { return Ok(()) };
    let (namespace, server) = lab.two_hosts()?;
    let client = Client { lab: &lab, namespace: &namespace, run: PrivateRun::new(&lab)? };
    let Some(mut foreign) = Foreign::new(&client)? else { return Ok(()) };
    let tunnel = FullTunnel::new(&lab, &namespace, &server, "")?;
    let (name, table) = (tunnel.interface.as_str(), format!("inet aditblock-{}", tunnel.interface));
    let sysctl = namespace.shell(SYSCTL)?;
    let files = client.files()?;
    let mut service = Service::start(&lab, &namespace, client.how())?;
    let id = service.import(&tunnel)?;
    service.kill_switch(id, true)?;
    service.connect(id)?;
    service.wait_until_up(id)?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;

    service.kill()?;
    nothing_is_seen(&lab, &server, &namespace, "killed")?;
    let (code, words) = client.adit(&["down", name])?;
    ensure!(code == Some(1), "{code:?}: {words}");
    for part in [&*format!("the kill switch of {name} still blocks"), &table, "sudo adit repair", "systemctl start aditd"] {
        ensure!(words.contains(part), "lacks {part}: {words}");
    }
    nothing_is_seen(&lab, &server, &namespace, "down")?;

    lab.let_others_in()?;
    let adit = lab.built_for_all("adit")?;
    for (arguments, part) in [
        (
            &["down", name][..],
            format!("the Adit service does not run: only root can take {name} down and see whether a kill switch"),
        ),
        (&["repair"], "changing the network needs root; try: sudo adit repair".to_owned()),
        (&["repair", "--dry-run"], "changing the network needs root; try: sudo adit repair --dry-run".to_owned()),
    ] {
        let mut command = client.run.command(&namespace, "setpriv");
        let (code, words) = said(command.args(NOBODY).arg("--").arg(&adit).args(arguments))?;
        ensure!(code == Some(3) && words.contains(&part), "{arguments:?}: {code:?}: {words}");
    }

    let before = (namespace.snapshot()?, client.files()?);
    let (code, plan) = client.adit(&["repair", "--dry-run"])?;
    ensure!(code == Some(0), "{code:?}: {plan}");
    ensure!((namespace.snapshot()?, client.files()?) == before, "--dry-run changed something: {plan}");
    let (code, done) = client.adit(&["repair"])?;
    ensure!(code == Some(0), "{code:?}: {done}");
    let socket = lab.file("adit.sock");
    for part in [
        "routing rules for the routing table 51820".to_owned(),
        format!("the packet filter of {name} (nftables: inet adit-{name}, arp adit-{name})"),
        format!("the configuration socket of {name} (/var/run/wireguard/{name}.sock)"),
        format!("the kill switch of {name} (nftables: {table})"),
        format!("the lock file of {name} (/run/adit-root/{name}.lock)"),
        format!("the control socket of the service ({})", socket.display()),
    ] {
        let line = |verb: &str, text: &str| text.lines().filter(|line| line.starts_with(verb) && line.ends_with(&part)).count();
        ensure!(line("would remove ", &plan) == 1 && line("removed ", &done) == 1, "lacks {part}:\n{plan}\n{done}");
    }
    ensure!(plan.contains("would put back net.ipv4.conf.all.src_valid_mark = 0"), "{plan}");
    ensure!(done.contains(&format!("{name} is blocked again when the service starts")), "{done}");

    everything_is_seen(&lab, &server, &namespace)?;
    tunnel.the_client_is_as_before()?;
    ensure!(namespace.shell(SYSCTL)? == sysctl && client.files()? == files && !socket.exists());
    foreign.check(&client)?;
    ensure!(foreign.process.ended()?.is_none(), "wireguard-go has ended");
    let (code, words) = client.adit(&["repair"])?;
    ensure!((code, words.as_str()) == (Some(0), "nothing to repair\n"), "{code:?}: {words}");

    // As `adit repair` printed: by the service's state this tunnel is still to be up, with a kill switch.
    service.again()?;
    service.wait_until_up(id)?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    service.client()?.disconnect(id)?;
    tunnel.the_client_is_as_before()?;
    service.terminate()
}

#[test]
fn repair_leaves_a_running_service_its_tunnels_and_kill_switches_also_where_it_does_not_answer() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("repair beside a running service")? else { return Ok(()) };
    let (namespace, server) = lab.two_hosts()?;
    let client = Client { lab: &lab, namespace: &namespace, run: PrivateRun::new(&lab)? };
    let tunnel = FullTunnel::new(&lab, &namespace, &server, "")?;
    let name = tunnel.interface.as_str();
    let mut service = Service::start(&lab, &namespace, client.how())?;
    let id = service.import(&tunnel)?;
    let kill_switch =
        format!("left alone: the kill switch of {name} (nftables: inet aditblock-{name}), which the running Adit service");
    let leaves = |code: i32, part: &str| -> anyhow::Result<()> {
        let before = (namespace.snapshot()?, client.files()?);
        for arguments in [&["repair", "--dry-run"][..], &["repair"]] {
            let (ended, words) = client.adit(arguments)?;
            ensure!(ended == Some(code) && words.contains(part), "{arguments:?}: {ended:?}: {words}");
            ensure!(words.contains("sudo systemctl stop aditd.socket aditd"), "{words}");
        }
        let after = (namespace.snapshot()?, client.files()?);
        ensure!(after == before, "before: {before:?}\nafter: {after:?}");
        Ok(())
    };

    service.client()?.set_kill_switch(id, KillSwitch::Lockdown, false)?;
    leaves(0, &kill_switch).context("locked down, never up")?;
    nothing_is_seen(&lab, &server, &namespace, "locked down")?;
    service.connect(id)?;
    service.wait_until_up(id)?;
    leaves(0, &kill_switch).context("up")?;
    leaves(0, &format!("left alone: the tunnel {name}, which the Adit service runs (process "))?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;
    service.process().signal(Signal::STOP)?;
    leaves(0, &kill_switch).context("up and stopped")?;
    service.process().signal(Signal::CONT)?;
    tunnel.everything_goes_through_the_tunnel(&lab)?;

    service.client()?.disconnect(id)?;
    service.process().signal(Signal::STOP)?;
    leaves(1, "the Adit service may run").context("locked down and stopped")?;
    service.process().signal(Signal::CONT)?;
    nothing_is_seen(&lab, &server, &namespace, "locked down")?;
    service.client()?.set_kill_switch(id, KillSwitch::Off, false)?;
    tunnel.the_client_is_as_before()?;
    service.terminate()
}
