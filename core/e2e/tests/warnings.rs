//! `adit up`, `adit preview` and `adit status` report what a tunnel cannot do on this computer, and nothing claims the
//! contrary.
#![forbid(unsafe_code)]

use std::time::Duration;

use adit_e2e::process::{output_of, wait_for};
use adit_e2e::{FullTunnel, How, Keys, Lab, Service, built};
use anyhow::{Context as _, bail, ensure};

/// Runs a command for which the program `nft` does not exist.
const WITHOUT_NFT: [&str; 6] = [
    "unshare",
    "--mount",
    "sh",
    "-c",
    "for nft in /usr/sbin/nft /usr/bin/nft /sbin/nft; do [ ! -f $nft ] || mount --bind /dev/null $nft; done; exec \"$@\"",
    "sh",
];

#[test]
fn without_nft_nothing_says_that_packets_are_refused_and_a_warning_does() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("a computer without nft")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let [program, arguments @ ..] = WITHOUT_NFT;
    let up = [arguments.map(Into::into).to_vec(), vec![built("adit")?, "up".into(), tunnel.conf.clone()]].concat();
    let mut up = client.start(program, up, &[], &lab.file("up"))?;
    let came_up = wait_for("`adit up`", Duration::from_secs(20), || up.printed().contains("answered within").then_some(()));
    came_up.with_context(|| up.printed())?;
    let printed = up.printed();
    ensure!(!printed.contains("refuse packets") && printed.contains("nft is not installed"), "{printed}");
    up.signal(rustix::process::Signal::TERM)?;
    up.wait(Duration::from_secs(20))?;

    let how = How { through: WITHOUT_NFT.map(Into::into).to_vec(), ..How::plain(&lab) };
    let service = Service::start(&lab, &client, how)?;
    let id = service.import(&tunnel)?;
    service.connect(id)?;
    service.wait_until_up(id)?;
    for verb in ["preview", "status"] {
        let mut command = client.command(built("adit")?);
        let output = output_of(command.args([verb, &tunnel.interface]).env("ADIT_SOCKET", lab.file("adit.sock")))?;
        let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
        ensure!(
            said.contains("nft is not installed") && !said.contains("drops packets for the tunnel's addresses"),
            "{verb}: {said}"
        );
    }
    Ok(())
}

#[test]
fn an_mtu_that_does_not_fit_into_the_tunnel_around_it_is_warned_of_with_the_one_that_does() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("an MTU that does not fit")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let service = Service::start(&lab, &client, How::plain(&lab))?;
    service.connect(service.import(&tunnel)?)?;
    let inside = |mtu: &str| -> anyhow::Result<String> {
        let (own, peer, interface) = (Keys::generate()?, Keys::generate()?, lab.interface_name());
        let text = format!(
            "[Interface]\nPrivateKey = {}\nAddress = 10.9.0.2/32\n{mtu}\n[Peer]\nPublicKey = {}\nAllowedIPs = 10.9.0.0/24\n\
             Endpoint = 203.0.113.9:51820\n",
            own.private, peer.public
        );
        let conf = lab.write(&format!("{interface}.conf"), &text)?;
        let id = service.import_file(&interface, &conf)?;
        service.connect(id)?;
        service.wait_until_up(id)?;
        let mut all = String::new();
        for verb in ["status", "preview"] {
            let mut command = client.command(built("adit")?);
            let output = output_of(command.args([verb, &interface]).env("ADIT_SOCKET", lab.file("adit.sock")))?;
            let said = [output.stdout, output.stderr].map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).concat();
            let is_warned = said.contains("too large for the path to the peer");
            if is_warned != mtu.contains("142") {
                bail!("{mtu:?}, {verb}: {said}");
            }
            all += &said;
        }
        service.client()?.disconnect(id)?;
        Ok(all)
    };
    // The tunnel around it has an MTU of 1420, and its path is IPv4.
    let said = inside("MTU = 1420")?;
    ensure!(said.matches("Write MTU = 1360").count() == 2, "{said}");
    inside("MTU = 1360")?;
    inside("")?;
    Ok(())
}
