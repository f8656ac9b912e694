//! The connection to the service, and the lookup of tunnels by the names that users type.

use std::io::ErrorKind;
use std::path::Path;

use adit_api::{ApiError, BlockingClient, CallError, TunnelId, TunnelState, TunnelView};
use adit_ipc::local::{ConnectError, SOCKET, connect_blocking};
use adit_ipc::{Blocking, BlockingNotices, ClientError};
use adit_platform::native::control_socket::{Trust, UntrustedSocket};
use adit_platform::native::service_manager::{START, WITH_ALL_RIGHTS};
use adit_words::Context;

use super::{Failure, Options};
use crate::output::words;

const PROGRAM: &str = concat!("adit ", env!("CARGO_PKG_VERSION"));

/// The similarity (Jaro-Winkler, 0 to 1) from which on a tunnel's name is suggested for a mistyped one.
const LIKENESS: f64 = 0.8;

/// A connection to a service that answers.
pub(crate) struct Daemon {
    client: BlockingClient<Blocking>,
}

impl Daemon {
    /// Connects to the service. The error says how to start it.
    pub(crate) fn reach(options: &Options) -> Result<Self, Failure> {
        let client = connect(options).map_err(|error| no_daemon(options, error))?;
        Ok(Self { client })
    }

    /// Connects to the service. Returns None if no service listens at the default socket and the user named no other socket.
    pub(crate) fn reach_if_there(options: &Options) -> Result<Option<Self>, Failure> {
        match connect(options) {
            Ok(client) => Ok(Some(Self { client })),
            Err(ConnectError::Socket(UntrustedSocket::Connect { error, .. }))
                if options.socket.is_none() && is_absent(&error) =>
            {
                Ok(None)
            }
            Err(error) => Err(no_daemon(options, error)),
        }
    }

    /// Returns true if a service answers, and false if none listens. Fails if the socket's answer leaves this open.
    pub(crate) fn answers(options: &Options) -> Result<bool, Failure> {
        match connect(options) {
            Ok(_) => Ok(true),
            Err(ConnectError::Socket(UntrustedSocket::Connect { error, .. })) if is_absent(&error) => Ok(false),
            Err(error) => Err(no_daemon(options, error)),
        }
    }

    /// Returns all tunnels, sorted by name.
    pub(crate) fn tunnels(&self) -> Result<Vec<TunnelView>, Failure> {
        self.ask(|client| client.all_tunnels())
    }

    /// Finds a tunnel by its name (in any case), its interface or its id.
    pub(crate) fn find(&self, name: &str) -> Result<TunnelView, Failure> {
        let tunnels = self.tunnels()?;
        match named(&tunnels, name) {
            Some(tunnel) => Ok(tunnel.clone()),
            None => Err(Failure::NoTunnel { name: name.to_owned(), like: likest(&tunnels, name) }),
        }
    }

    /// Finds the tunnel `name`; without a name, the only tunnel for which `is_it` returns true.
    pub(crate) fn the_one(
        &self,
        name: Option<&str>,
        what: &str,
        is_it: impl Fn(&TunnelView) -> bool,
    ) -> Result<TunnelView, Failure> {
        if let Some(name) = name {
            return self.find(name);
        }
        let all: Vec<TunnelView> = self.tunnels()?.into_iter().filter(is_it).collect();
        match all.as_slice() {
            [one] => Ok(one.clone()),
            [] => Err(Failure::Usage(format!("there is no tunnel {what}"))),
            several => {
                let names: Vec<&str> = several.iter().map(|tunnel| tunnel.name.as_str()).collect();
                Err(Failure::Usage(format!("say which tunnel: {}", names.join(", "))))
            }
        }
    }

    /// Sends a request that concerns no particular tunnel.
    pub(crate) fn ask<T>(
        &self,
        question: impl FnOnce(&BlockingClient<Blocking>) -> Result<T, CallError<ClientError>>,
    ) -> Result<T, Failure> {
        question(&self.client).map_err(|error| self.failure(error, None))
    }

    /// Sends a request that concerns `tunnel`.
    pub(crate) fn ask_about<T>(
        &self,
        tunnel: &TunnelView,
        question: impl FnOnce(&BlockingClient<Blocking>, TunnelId) -> Result<T, CallError<ClientError>>,
    ) -> Result<T, Failure> {
        question(&self.client, tunnel.id).map_err(|error| self.failure(error, Some(tunnel)))
    }

    /// Returns the client, for code that sends requests of its own. [`failure`](Self::failure) words its errors.
    pub(crate) fn client(&self) -> &BlockingClient<Blocking> {
        &self.client
    }

    /// Returns the present state of a tunnel.
    pub(crate) fn view(&self, tunnel: &TunnelView) -> Result<TunnelView, Failure> {
        self.ask_about(tunnel, |client, id| client.tunnel(id))
    }

    /// Like [`view`](Self::view), but with all peers, in the order of their public keys: the view of a tunnel with many peers has
    /// only some.
    pub(crate) fn view_with_all_peers(&self, tunnel: &TunnelView) -> Result<TunnelView, Failure> {
        let mut view = self.view(tunnel)?;
        let has_more_running = view.state.up().is_some_and(|up| up.peer_count as usize > up.peers.len());
        if has_more_running || view.peer_count as usize > view.peers.len() {
            let all = self.ask_about(tunnel, |client, id| client.all_peers(id))?;
            view.peers = all.configured;
            if let TunnelState::Up(up) = &mut view.state {
                up.peers = all.running;
            }
        }
        Ok(view)
    }

    /// Subscribes to all events from this moment on.
    pub(crate) fn subscribe(&self) -> Result<BlockingNotices<'_>, Failure> {
        self.client.0.subscribe().map_err(Failure::Lost)
    }

    /// Words the error as a sentence that names the tunnels.
    pub(crate) fn explain(&self, error: &ApiError, tunnel: Option<&TunnelView>) -> String {
        // Without the list of tunnels the sentence lacks names, and still says what is wrong.
        let tunnels = self.client.all_tunnels().unwrap_or_default();
        words().error_for_terminal(error, &Context { tunnels: &tunnels, tunnel: tunnel.map(|tunnel| tunnel.name.as_str()) })
    }

    /// Words the error of a request, which concerned `tunnel`.
    pub(crate) fn failure(&self, error: CallError<ClientError>, tunnel: Option<&TunnelView>) -> Failure {
        match error {
            CallError::Refused(error) => {
                let sentence = self.explain(&error, tunnel);
                Failure::Refused { error: Box::new(error), sentence }
            }
            CallError::Transport(error) if tunnel.is_some() => Failure::Unsure(error),
            CallError::Transport(error) => Failure::Lost(error),
            CallError::WrongAnswer => Failure::Lost(ClientError::NotUnderstood(error.to_string())),
        }
    }
}

fn connect(options: &Options) -> Result<BlockingClient<Blocking>, ConnectError> {
    match &options.socket {
        None => connect_blocking(Path::new(SOCKET), PROGRAM, Trust::Service),
        // A user who names a socket may run the service behind it.
        Some(path) => connect_blocking(path, PROGRAM, Trust::ServiceOrOwnUser),
    }
}

fn no_daemon(options: &Options, error: ConnectError) -> Failure {
    let path = options.socket.as_deref().unwrap_or(Path::new(SOCKET)).display();
    Failure::NoDaemon(match error {
        ConnectError::Socket(UntrustedSocket::Connect { error, .. }) if error.kind() == ErrorKind::Unsupported => {
            error.to_string()
        }
        ConnectError::Socket(UntrustedSocket::Connect { error, .. }) if is_absent(&error) => {
            format!("the Adit service does not run (nobody listens on {path}); start it with: {START}")
        }
        ConnectError::Socket(UntrustedSocket::Connect { error, .. }) if error.kind() == ErrorKind::PermissionDenied => {
            format!("you may not speak to the Adit service ({path}: {error}); try again {WITH_ALL_RIGHTS}")
        }
        ConnectError::Socket(UntrustedSocket::Connect { error, .. }) => {
            format!("cannot reach the Adit service at {path}: {error}")
        }
        ConnectError::Socket(error @ (UntrustedSocket::Folder { .. } | UntrustedSocket::Server { .. })) => error.to_string(),
        ConnectError::Client(error) => error.to_string(),
        ConnectError::Io(error) => format!("cannot connect to the Adit service: {error}"),
    })
}

/// Returns true if the error means that no service can be running at the socket.
fn is_absent(error: &std::io::Error) -> bool {
    matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused | ErrorKind::Unsupported)
}

fn named<'a>(tunnels: &'a [TunnelView], name: &str) -> Option<&'a TunnelView> {
    let exactly = tunnels.iter().find(|tunnel| tunnel.name.as_str() == name);
    let likewise = || {
        let lower = name.to_lowercase();
        tunnels.iter().find(|tunnel| tunnel.name.as_str().to_lowercase() == lower)
    };
    let by_interface = || tunnels.iter().find(|tunnel| tunnel.interface.as_str() == name);
    let by_id = || tunnels.iter().find(|tunnel| tunnel.id.to_string() == name);
    exactly.or_else(likewise).or_else(by_interface).or_else(by_id)
}

fn likest(tunnels: &[TunnelView], name: &str) -> Option<String> {
    let lower = name.to_lowercase();
    let names = tunnels.iter().map(|tunnel| tunnel.name.as_str());
    let rated = names.map(|other| (strsim::jaro_winkler(&other.to_lowercase(), &lower), other));
    let (likeness, best) = rated.max_by(|(one, _), (other, _)| one.total_cmp(other))?;
    (likeness >= LIKENESS).then(|| best.to_owned())
}
