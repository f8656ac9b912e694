//! `adit save`: writes the running settings into the configuration that they came from, and keeps its comments and order; the
//! `save` of wg-quick.

use std::net::SocketAddr;

use adit_activation::{AppliedConfig, Resolver, SystemResolver, whole_update};
use adit_config::diff::{Change, PeerChange};
use adit_config::{Config, Host};
use adit_foreground::interfaces::Reason;
use adit_foreground::{Source, needs_root};
use adit_protocol::PublicKey;
use adit_tunnel::DeviceView;
use anyhow::Context;

use crate::client::target::Target;
use crate::client::{self, Failure, Options};
use crate::output::{self, tell, visible};
use crate::show;

/// The arguments of `adit save`.
#[derive(clap::Args, Debug)]
pub(crate) struct SaveArgs {
    /// Tunnel of the Adit service, or file NAME.conf of a tunnel in the foreground (or its NAME in /etc/wireguard)
    #[arg(value_name = "NAME|FILE")]
    config: String,
    /// Save without asking
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// `adit save`.
pub(crate) fn save(arguments: &SaveArgs) -> Result<(), Failure> {
    let SaveArgs { config, yes, options } = arguments;
    match Target::of(config, options)? {
        Target::Tunnel(daemon, tunnel) => client::save::save(&daemon, &tunnel, *yes, options),
        Target::File { .. } if options.json => Err(Failure::Usage("--json is for tunnels of the Adit service".to_owned())),
        Target::File { .. } => file(config, *yes, options),
    }
}

/// Saves the tunnel of a file, which another process runs: it is asked over its UAPI socket.
fn file(argument: &str, yes: bool, options: &Options) -> Result<(), Failure> {
    needs_root("save", argument)?;
    let source = Source::read(argument)?;
    let config = source.understand()?;
    let name = source.name.as_str();
    // Only an answer of root is accepted, because it goes into root's file.
    let view = show::state_of_root(name).map_err(|reason| match reason {
        Reason::Untrusted(reason) => anyhow::anyhow!("{reason}"),
        reason => anyhow::anyhow!("{name} is not up ({reason})"),
    })?;
    let endpoints = endpoints(&config, &view);
    // If the file has no port or mark, the running tunnel chose one, which this process adopts.
    let mut update = whole_update(&config, &endpoints, view.fwmark);
    if let Some(mark) = config.interface.fwmark {
        update.fwmark = Some(mark.get());
    }
    let told = AppliedConfig { config, update, port: view.listen_port };
    let changes = told.since(&view);
    if changes.is_empty() {
        return options.done(format!("{name} runs as {} says; there is nothing to save", source.path().display()));
    }
    if !yes {
        tell(format!("Changes to {}:", source.path().display()));
        changes.changes().iter().for_each(|change| tell(format!("  {}", described(change))));
        if !output::can_ask() {
            return Err(Failure::Usage("there is no terminal for the question; add --yes to save without asking".to_owned()));
        }
        if output::ask("Save it?", &['y', 'n'])? != 'y' {
            return options.done("nothing was saved");
        }
    }
    source.follow(&told, &view).context("nothing was saved")?;
    options.done(format!("wrote the running settings to {}", source.path().display()))
}

/// Resolves the file's endpoints. If a name has several addresses, the one that the peer uses is chosen. A peer whose name cannot
/// be resolved is left out, so that its present endpoint counts as a change.
fn endpoints(config: &Config, view: &DeviceView) -> Vec<(PublicKey, SocketAddr)> {
    let address = |peer: &adit_config::Peer| {
        let endpoint = peer.endpoint.as_ref()?;
        let address = match &endpoint.host {
            Host::Name(name) => {
                let found = SystemResolver.look_up(name.as_str(), endpoint.port).unwrap_or_default().addresses;
                let runs = view.peers.iter().find(|running| running.public_key == peer.public_key).and_then(|peer| peer.endpoint);
                runs.filter(|runs| found.contains(runs)).or(found.first().copied())
            }
            Host::Ip(_) | Host::Scoped { .. } => endpoint.to_string().parse().ok(),
        };
        Some((peer.public_key, address?))
    };
    config.remote_peers().filter_map(address).collect()
}

/// Formats a change on one line, without secret keys.
fn described(change: &Change) -> String {
    match change {
        Change::PrivateKey(_) => "PrivateKey: another".to_owned(),
        Change::ListenPort(port) => format!("ListenPort: {}", port.map_or("not set".to_owned(), |port| port.to_string())),
        Change::FwMark(mark) => format!("FwMark: {}", mark.map_or("not set".to_owned(), |mark| mark.to_string())),
        Change::PeerAdded(peer) => format!("peer {} is new", peer.public_key.short()),
        Change::PeerRemoved(key) => format!("peer {} is gone", key.short()),
        Change::PeerChanged { public_key, changes } => {
            let all: Vec<String> = changes.iter().map(peer_described).collect();
            format!("peer {}: {}", public_key.short(), all.join("; "))
        }
        Change::AsksFor(_)
        | Change::Addresses { .. }
        | Change::Dns { .. }
        | Change::Mtu(_)
        | Change::Table(_)
        | Change::SaveConfig(_)
        | Change::Hooks(_) => "another setting".to_owned(),
    }
}

fn peer_described(change: &PeerChange) -> String {
    let list = |networks: &std::collections::BTreeSet<adit_config::Cidr>| -> Vec<String> {
        networks.iter().map(ToString::to_string).collect()
    };
    match change {
        PeerChange::Name(_) => "another name".to_owned(),
        PeerChange::PresharedKey(Some(_)) => "PresharedKey: another".to_owned(),
        PeerChange::PresharedKey(None) => "PresharedKey: not set".to_owned(),
        PeerChange::Endpoint(Some(endpoint)) => format!("Endpoint: {}", visible(&endpoint.to_string())),
        PeerChange::Endpoint(None) => "Endpoint: not set".to_owned(),
        PeerChange::FurtherEndpoints(_) => "other further endpoints".to_owned(),
        PeerChange::AllowedIps { added, removed } => {
            let signed = list(added).into_iter().map(|network| format!("+{network}"));
            let all: Vec<String> = signed.chain(list(removed).into_iter().map(|network| format!("-{network}"))).collect();
            format!("AllowedIPs: {}", all.join(", "))
        }
        PeerChange::PersistentKeepalive(Some(keepalive)) => format!("PersistentKeepalive: {keepalive}"),
        PeerChange::PersistentKeepalive(None) => "PersistentKeepalive: off".to_owned(),
    }
}
