//! A client with a default route and the configuration of a full tunnel, and a server that stands for the Internet.

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{bail, ensure};

use crate::capture::Capture;
use crate::device::{Device, Implementation};
use crate::lab::{Lab, built};
use crate::namespace::Namespace;
use crate::peering::{Ends, Family, Host, Side as _};
use crate::process::{Process, wait_for};

/// Two addresses on the far side, which the client also reaches by its ordinary default route.
const INTERNET: [&str; 2] = ["203.0.113.9", "2001:db8::9"];

/// Client and server, and the client's state before the tunnel.
pub struct FullTunnel<'lab> {
    /// The namespace in which the tunnel starts.
    pub client: &'lab Namespace,
    /// Name of the tunnel's interface.
    pub interface: String,
    /// The configuration file, named after the interface.
    pub conf: PathBuf,
    /// The secrets of both ends, base64: the client's private key and the preshared key.
    pub secrets: [String; 2],
    /// The other end, in the namespace that stands for the Internet.
    pub server: Device<'lab>,
    before: String,
}

impl<'lab> FullTunnel<'lab> {
    /// Sets both up and starts nothing at the client. `more` is added to the `[Interface]` section of the client's
    /// configuration.
    pub fn new(lab: &'lab Lab, client: &'lab Namespace, server: &'lab Namespace, more: &str) -> anyhow::Result<Self> {
        for address in INTERNET {
            server.ip(&format!("addr add {address} dev lo"))?;
        }
        client.ip("route add default via 10.77.0.2")?;
        client.ip("-6 route add default via fd77::2")?;
        let device = Device::start(lab, server, Implementation::WireguardGo, Host(2))?;
        let ends = Ends::generate(true)?;
        device.setconf(&ends.conf(&ends.responder, Host(2), &ends.initiator, Host(1), None))?;
        let interface = lab.interface_name();
        let text = format!(
            "[Interface]\nPrivateKey = {}\nAddress = {}\n{more}\n\n[Peer]\nPublicKey = {}\nPresharedKey = {}\nEndpoint = {}\nAllowedIPs = 0.0.0.0/0, ::/0\n",
            ends.initiator.private,
            Host(1).inner_networks().replace(' ', ", "),
            ends.responder.public,
            ends.preshared.as_deref().unwrap_or_default(),
            Host(2).endpoint(Family::V4)
        );
        let conf = lab.write(&format!("{interface}.conf"), &text)?;
        let secrets = [ends.initiator.private.clone(), ends.preshared.clone().unwrap_or_default()];
        Ok(Self { client, secrets, server: device, interface, conf, before: client.snapshot()? })
    }

    /// Runs `adit up FILE` until pings pass through the tunnel.
    pub fn adit_up(&self, lab: &Lab) -> anyhow::Result<Process> {
        self.adit_up_until(lab, |_| {
            let routed = self.client.ip(&format!("route get {}", INTERNET[0])).is_ok_and(|route| route.contains(&self.interface));
            routed && self.client.reaches(INTERNET[0]).is_ok_and(|answered| answered)
        })
    }

    /// Runs `adit up FILE` until it prints that the peer has answered: for a configuration that sets no routes.
    pub fn adit_up_without_routes(&self, lab: &Lab) -> anyhow::Result<Process> {
        self.adit_up_until(lab, |process| process.printed().contains("answered within"))
    }

    fn adit_up_until(&self, lab: &Lab, is_up: impl Fn(&Process) -> bool) -> anyhow::Result<Process> {
        let state = lab.file("state").display().to_string();
        let mut process = self.client.start(
            built("adit")?,
            ["up".into(), self.conf.clone().into_os_string()],
            &[("ADIT_STATE_DIR", &state)],
            &lab.file("adit-up"),
        )?;
        let up = wait_for("`adit up` to be up", Duration::from_secs(10), || {
            let through = is_up(&process);
            let ended = process.ended().ok().flatten();
            (through || ended.is_some()).then_some(ended)
        });
        match up {
            Ok(None) => Ok(process),
            _ => bail!("`adit up` did not come up; it printed:\n{}", process.printed()),
        }
    }

    /// Verifies that pings reach the Internet and that none is seen on the link in clear.
    pub fn everything_goes_through_the_tunnel(&self, lab: &Lab) -> anyhow::Result<()> {
        let in_clear = Capture::start(lab, self.client, "eth0", "icmp or (icmp6 and ip6[40] == 128)")?;
        for address in INTERNET {
            self.client.ping_all_answered(address)?;
        }
        let leaked = in_clear.finish()?.frames.len();
        ensure!(leaked == 0, "{leaked} pings went in clear");
        Ok(())
    }

    /// Verifies that interfaces, addresses, routes, rules, firewall and resolvers are as at the start.
    pub fn the_client_is_as_before(&self) -> anyhow::Result<()> {
        let after = self.client.snapshot()?;
        ensure!(after == self.before, "left behind; before:\n{}\nafter:\n{after}", self.before);
        Ok(())
    }
}
