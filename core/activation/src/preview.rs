//! Finds out what bringing a tunnel up would change on this computer, without changing anything.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use adit_config::mask::mask_command;
use adit_config::{Host, InterfaceSettings};
use adit_platform::network::{Effect, Listener, NetworkError};
use adit_protocol::PublicKey;

use super::bring_up::{addresses, advice, picture};
use super::error::ActivationError;
use super::hooks::by_moment;
use super::progress::{Advice, Nobody, PeerLabel, Reporting};
use super::resolve::{Lookup, Patience};
use super::shutdown::Shutdown;
use super::{Platform, Request};

/// Time after which a preview looks up no further names. A file may name ten thousand hosts, and a resolver without an answer
/// takes seconds for each.
const LOOK_UP_TIME: Duration = Duration::from_secs(15);

/// The changes that bringing a tunnel up would make.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Preview {
    /// UDP port; None where the system chooses.
    pub listen_port: Option<u16>,
    /// The peers of the tunnel.
    pub peers: Vec<PeerPreview>,
    /// Changes of the network, in the order in which they would be made.
    pub effects: Vec<Effect>,
    /// The file's commands, in the order in which they would run.
    pub commands: Vec<CommandPreview>,
    /// Advice for the user before the tunnel comes up.
    pub advice: Vec<Advice>,
}

/// A peer.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct PeerPreview {
    /// Public key.
    pub public_key: PublicKey,
    /// The name in the file.
    pub name: Option<String>,
    /// The endpoint as in the file.
    pub endpoint: Option<String>,
    /// The endpoint's host name; None if it is given as an address.
    pub host: Option<String>,
    /// The endpoint's current address. None if it is unknown; the MTU may then change later.
    pub address: Option<SocketAddr>,
}

/// A command of the file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CommandPreview {
    /// `PreUp`, `PostUp`, `PreDown` or `PostDown`.
    pub when: &'static str,
    /// The command line, with the interface's name put in. A mark replaces text that looks like a private key.
    pub command: String,
    /// True if the command may run.
    pub runs: bool,
}

/// Returns what [`bring_up`](super::bring_up) would do with `request` now. A name that cannot be resolved is no error, because
/// it may be resolvable later.
///
/// # Errors
/// When the tunnel could not be brought up.
pub fn preview(request: &Request, platform: &Platform) -> Result<Preview, ActivationError> {
    let (preview, check) = look_ahead(request, platform)?;
    check?;
    Ok(preview)
}

/// Does the same as [`preview`]. If only the state of the computer prevents the tunnel from coming up, it also returns why.
pub fn look_ahead(request: &Request, platform: &Platform) -> Result<(Preview, Result<(), NetworkError>), ActivationError> {
    let settings = InterfaceSettings::from(&request.config, request.name.clone());
    let listener: Arc<dyn Listener> = Arc::new(Reporting { name: request.name.clone(), reporter: Arc::new(Nobody) });
    let mut attachment = platform.network.prepare(&picture(request, &settings), &listener)?;
    let (warnings, check) = match attachment.check() {
        Ok(warnings) => (warnings, Ok(())),
        Err(error) => (Vec::new(), Err(error)),
    };
    let end = Instant::now() + LOOK_UP_TIME;
    let peers = peers(request, &platform.resolver, &|| Instant::now() < end);
    let known: Vec<(PublicKey, SocketAddr)> = peers.iter().filter_map(|peer| Some((peer.public_key, peer.address?))).collect();
    attachment.measure(&addresses(&known))?;
    let status = attachment.status();
    let runs = request.hooks.allows(&settings.hooks);
    let commands = by_moment(&settings.hooks).into_iter().flat_map(|(when, commands)| {
        let masked = |command: &String| mask_command(command, &request.config);
        commands.iter().map(move |command| CommandPreview { when, command: masked(command), runs })
    });
    let preview = Preview {
        listen_port: request.config.interface.listen_port.filter(|port| *port != 0),
        peers,
        effects: attachment.explain(),
        commands: commands.collect(),
        advice: warnings
            .into_iter()
            .map(Advice::Network)
            .chain(advice(request, &settings, &status, platform.commands.shell()))
            .chain(status.limits.mtu.map(Advice::MtuTooLarge))
            .collect(),
    };
    Ok((preview, check))
}

/// Returns the peers, with the addresses of names as long as `may_look_up` returns true.
fn peers(request: &Request, resolver: &Arc<dyn super::Resolver>, may_look_up: &dyn Fn() -> bool) -> Vec<PeerPreview> {
    let shutdown = Shutdown::default();
    let lookup = Lookup { resolver, patience: Patience::Retries(0), shutdown: &shutdown, reporter: &Nobody };
    let may_resolve = |endpoint: &&adit_config::Endpoint| !matches!(endpoint.host, Host::Name(_)) || may_look_up();
    let peer = |peer: &adit_config::Peer| {
        let label = PeerLabel::of(peer.public_key, &request.config);
        PeerPreview {
            public_key: label.key,
            name: label.name.map(|name| name.to_string()),
            endpoint: peer.endpoint.as_ref().map(ToString::to_string),
            host: peer.endpoint.as_ref().and_then(|endpoint| match &endpoint.host {
                Host::Name(name) => Some(name.as_str().to_owned()),
                Host::Ip(_) | Host::Scoped { .. } => None,
            }),
            address: peer.endpoint.as_ref().filter(may_resolve).and_then(|endpoint| lookup.resolve(endpoint).ok()),
        }
    };
    request.config.remote_peers().map(peer).collect()
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use super::*;
    use crate::HookPolicy;
    use crate::fake::{FULL_TUNNEL, Stage};

    #[test]
    fn a_preview_of_many_names_looks_up_no_more_of_them_when_its_time_is_over() {
        let names = (1..=4).map(|number| {
            let key = PublicKey::from_bytes([number; 32]);
            format!("[Peer]\nPublicKey = {key}\nAllowedIPs = 10.9.{number}.0/24\nEndpoint = peer{number}.example:51820\n")
        });
        let stage = Stage::default();
        (1..=4).for_each(|number| stage.names.set(&format!("peer{number}.example"), Some("192.0.2.7")));
        let request = Stage::request(&format!("{FULL_TUNNEL}{}", names.collect::<String>()), HookPolicy::Never);
        let left = Cell::new(2);
        let peers = peers(&request, &stage.platform().resolver, &|| left.replace(left.get() - 1) > 0);
        let has_address: Vec<bool> = peers.iter().map(|peer| peer.address.is_some()).collect();
        assert_eq!(has_address, [true, true, true, false, false], "an address in the file needs no look-up");
    }
}
