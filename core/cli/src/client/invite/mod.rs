//! `adit invite`: adds a device to a tunnel that devices connect to. The device gets a key pair, a preshared key and the next
//! free address; its configuration goes into a file or onto a phone, and the tunnel gets it as a peer without a restart.

mod address;

use std::fmt::Write as _;
use std::io::IsTerminal;
use std::net::IpAddr;
use std::path::PathBuf;

use adit_api::{ConfigText, TunnelView};
use adit_config::{Cidr, Config, Document, Endpoint, Key, PeerName, edit, parse};
use adit_protocol::{PresharedKey, PrivateKey};
use anyhow::{Context, anyhow};
use serde::Serialize;
use zeroize::Zeroizing;

use super::{Daemon, Failure, Options, export};
use crate::keys::random_key;
use crate::output::{visible, words};
use crate::private_file;
use crate::qr::{self, Picture};

/// Seconds. Many routers forget a silent UDP flow after 30 seconds, although RFC 4787 asks for at least two minutes.
const KEEPALIVE: u16 = 25;

/// The arguments of `adit invite`.
#[derive(clap::Args, Debug)]
pub(crate) struct InviteArgs {
    /// Tunnel of this computer that the device connects to
    tunnel: String,
    /// Name of the device
    device: PeerName,
    /// Host name or address of this computer for the device, with :PORT if it differs from the tunnel's ListenPort
    #[arg(long, value_name = "HOST")]
    endpoint: String,
    /// Networks that the device sends into the tunnel, separated by commas [default: the tunnel's own networks]
    #[arg(long, value_name = "NETWORKS", value_delimiter = ',')]
    allowed_ips: Vec<Cidr>,
    /// Address of the device in the tunnel [default: the next free one of each of the tunnel's networks]
    #[arg(long, value_name = "IP")]
    address: Vec<IpAddr>,
    /// DNS server for the device
    #[arg(long, value_name = "IP")]
    dns: Vec<IpAddr>,
    /// Write the device's configuration to this file, readable by its owner alone [default: show a QR code on the terminal]
    #[arg(long, value_name = "OUT", conflicts_with_all = ["png", "svg"])]
    file: Option<PathBuf>,
    /// Write the QR code as a PNG picture
    #[arg(long, value_name = "OUT", conflicts_with = "svg")]
    png: Option<PathBuf>,
    /// Write the QR code as an SVG picture
    #[arg(long, value_name = "OUT")]
    svg: Option<PathBuf>,
    /// Replace OUT if it exists
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The result as JSON.
#[derive(Serialize)]
struct Invited {
    public_key: String,
    addresses: Vec<IpAddr>,
    /// The version of the tunnel's configuration that has the device.
    version: u64,
}

/// The new device.
struct Device {
    key: PrivateKey,
    preshared_key: PresharedKey,
    addresses: Vec<IpAddr>,
}

/// `adit invite`. The tunnel changes only after the device's configuration has been written.
pub(crate) fn invite(arguments: &InviteArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let has_place = arguments.file.is_some() || arguments.png.is_some() || arguments.svg.is_some();
    if !has_place && !std::io::stdout().is_terminal() {
        return Err(Failure::Usage(
            "say where the device's configuration is to go: --file OUT, --png OUT or --svg OUT".to_owned(),
        ));
    }
    let daemon = Daemon::reach(options)?;
    let tunnel = daemon.find(&arguments.tunnel)?;
    let document = Document::parse(export::text(&daemon, &tunnel)?.as_bytes()).with_context(|| tunnel.name.to_string())?;
    let config = parse::config(&document).map_err(|_| {
        Failure::Invalid(format!(
            "the configuration of {0} has errors; see: adit edit {0}",
            adit_words::argument(tunnel.name.as_str())
        ))
    })?;
    let config = config.0;
    let device = Device {
        key: PrivateKey::from_bytes(*random_key()?),
        preshared_key: PresharedKey::from_bytes(*random_key()?),
        addresses: addresses(arguments, &tunnel, &config)?,
    };
    let theirs = theirs(arguments, &tunnel, &config, &device)?;
    let ours = ours(arguments, &document, &device)?;
    hand_over(arguments, &theirs)?;
    let replaced = daemon
        .ask_about(&tunnel, |client, id| client.replace_config(id, ours, tunnel.version))
        .inspect_err(|_| options.warn("the configuration for the device is of no use: the device was not added to the tunnel"))?;
    let Device { key, addresses, .. } = device;
    if options.json {
        return options.show_json(&Invited { public_key: key.public().to_string(), addresses, version: replaced.version });
    }
    let at: Vec<String> = addresses.iter().map(ToString::to_string).collect();
    options.done(format!(
        "{} may come in as {}; it is a peer of {} now",
        visible(arguments.device.as_str()),
        at.join(" and "),
        tunnel.name
    ))
}

/// Returns the requested addresses, or the next free ones.
fn addresses(arguments: &InviteArgs, tunnel: &TunnelView, config: &Config) -> Result<Vec<IpAddr>, Failure> {
    let same = config.peers.iter().find(|peer| peer.name.as_ref() == Some(&arguments.device));
    if same.is_some() {
        return Err(Failure::Usage(format!(
            "{} has a peer {} already; choose another name",
            tunnel.name,
            visible(arguments.device.as_str())
        )));
    }
    let taken: Vec<Cidr> = config.peers.iter().flat_map(|peer| &peer.allowed_ips).copied().collect();
    let own = &config.interface.addresses;
    let has = |address: &IpAddr| {
        own.iter().any(|own| own.address() == *address) || taken.iter().any(|taken| *taken == Cidr::host(*address))
    };
    if let Some(address) = arguments.address.iter().find(|address| has(address)) {
        return Err(Failure::Usage(format!("{address} belongs to another peer; choose another address, or leave out --address")));
    }
    if !arguments.address.is_empty() {
        return Ok(arguments.address.clone());
    }
    let free: Vec<IpAddr> = own.iter().filter_map(|own| address::next_free(own, &taken)).collect();
    if free.is_empty() {
        let networks: Vec<String> = own.iter().map(ToString::to_string).collect();
        let text = format!(
            "{} has no free address for another device (Address = {}); give one with --address, or the tunnel a wider network such as \
             10.8.0.1/24",
            tunnel.name,
            networks.join(", ")
        );
        return Err(anyhow!(text).into());
    }
    Ok(free)
}

/// Builds the device's configuration.
fn theirs(arguments: &InviteArgs, tunnel: &TunnelView, config: &Config, device: &Device) -> Result<Document, Failure> {
    let interface = &config.interface;
    let own_key = interface.private_key.as_ref().map(PrivateKey::public).or(interface.asks_for);
    let own_key =
        own_key.ok_or_else(|| anyhow!("{} has no PrivateKey in its configuration, so its public key is unknown", tunnel.name))?;
    let endpoint = endpoint(arguments, tunnel, interface.listen_port.filter(|port| *port != 0))?;
    let networks = match arguments.allowed_ips.as_slice() {
        [] => interface.addresses.iter().map(Cidr::network).collect(),
        given => given.to_vec(),
    };
    let list = |texts: Vec<String>| texts.join(", ");
    let addresses = list(device.addresses.iter().map(|address| Cidr::host(*address).to_string()).collect());
    let mut text = Zeroizing::new(String::with_capacity(1024));
    let _ = write!(text, "[Interface]\nPrivateKey = {}\nAddress = {addresses}\n", *device.key.dangerously_reveal_base64());
    if !arguments.dns.is_empty() {
        let _ = writeln!(text, "DNS = {}", list(arguments.dns.iter().map(ToString::to_string).collect()));
    }
    if let Some(mtu) = interface.mtu {
        let _ = writeln!(text, "MTU = {}", mtu.get());
    }
    let _ = write!(
        text,
        "\n[Peer]\n# Name = {}\nPublicKey = {own_key}\nPresharedKey = {}\nAllowedIPs = {}\nEndpoint = {endpoint}\nPersistentKeepalive = \
         {KEEPALIVE}\n",
        tunnel.name,
        *device.preshared_key.dangerously_reveal_base64(),
        list(networks.iter().map(ToString::to_string).collect()),
    );
    let document = Document::parse(text.as_bytes()).context("the device's configuration")?;
    match parse::config(&document) {
        Ok(_) => Ok(document),
        Err(found) => {
            let first = found.first().map(|found| words().problem(&found.into())).unwrap_or_default();
            Err(Failure::Invalid(format!("the device's configuration would have errors: {first}")))
        }
    }
}

fn endpoint(arguments: &InviteArgs, tunnel: &TunnelView, port: Option<u16>) -> Result<Endpoint, Failure> {
    let given = &arguments.endpoint;
    if let Ok(endpoint) = given.parse() {
        return Ok(endpoint);
    }
    let Some(port) = port else {
        return Err(Failure::Usage(format!(
            "{} has no ListenPort, so that nobody can find it; give it one with: adit edit {}",
            tunnel.name,
            adit_words::argument(tunnel.name.as_str())
        )));
    };
    let host = if given.parse::<std::net::Ipv6Addr>().is_ok() { format!("[{given}]") } else { given.clone() };
    format!("{host}:{port}").parse().map_err(|error| Failure::Usage(format!("--endpoint {}: {error}", visible(given))))
}

/// Builds the tunnel's configuration with the device as a peer.
fn ours(arguments: &InviteArgs, document: &Document, device: &Device) -> Result<ConfigText, Failure> {
    let allowed: Vec<String> = device.addresses.iter().map(|address| Cidr::host(*address).to_string()).collect();
    let (public_key, allowed) = (device.key.public().to_string(), allowed.join(", "));
    let preshared_key = device.preshared_key.dangerously_reveal_base64();
    let lines =
        [(Key::PublicKey, public_key.as_str()), (Key::PresharedKey, preshared_key.as_str()), (Key::AllowedIps, allowed.as_str())];
    let changed = edit::add_peer(document, Some(&arguments.device), &lines).map_err(anyhow::Error::from)?;
    Ok(ConfigText::new(changed.text().to_owned()))
}

fn hand_over(arguments: &InviteArgs, theirs: &Document) -> Result<(), Failure> {
    let picture = match (&arguments.file, &arguments.png, &arguments.svg) {
        (Some(out), ..) => {
            private_file::write(out, theirs.text().as_bytes(), arguments.force)?;
            arguments.options.warn(format!("{} has the device's private key; remove it when the device has it", out.display()));
            return Ok(());
        }
        (None, Some(out), _) => Picture::Png(out),
        (None, None, Some(out)) => Picture::Svg(out),
        (None, None, None) => Picture::Terminal,
    };
    Ok(qr::show(arguments.device.as_str(), theirs, picture, false, arguments.force)?)
}
