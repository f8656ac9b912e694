//! The connection to the daemon, and tunnels by what people call them.

use std::io::ErrorKind;
use std::path::Path;

use adit_api::{ApiError, BlockingClient, CallError, TunnelId, TunnelState, TunnelView};
use adit_ipc::local::{ConnectError, SOCKET, connect_blocking};
use adit_ipc::{Blocking, BlockingNotices, ClientError};
use adit_platform::native::control_socket::{Trust, UntrustedSocket};
use adit_words::Context;

use super::{Failure, Options};
use crate::output::words;

const PROGRAM: &str = concat!("adit ", env!("CARGO_PKG_VERSION"));

/// A mistyped name is like another one from here on (Jaro-Winkler, 0 to 1).
const LIKENESS: f64 = 0.8;

/// A daemon that answers.
pub(crate) struct Daemon {
    client: BlockingClient<Blocking>,
}

impl Daemon {
    /// Connects, or says how to start it.
    pub(crate) fn reach(options: &Options) -> Result<Self, Failure> {
        let client = connect(options).map_err(|error| no_daemon(options, error))?;
        Ok(Self { client })
    }

    /// Connects. None where there is no daemon at the usual place and nobody named another.
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

    /// Whether a daemon answers; false where none listens. An error where it cannot be told.
    pub(crate) fn answers(options: &Options) -> Result<bool, Failure> {
        match connect(options) {
            Ok(_) => Ok(true),
            Err(ConnectError::Socket(UntrustedSocket::Connect { error, .. })) if is_absent(&error) => Ok(false),
            Err(error) => Err(no_daemon(options, error)),
        }
    }

    /// All tunnels, by name.
    pub(crate) fn tunnels(&self) -> Result<Vec<TunnelView>, Failure> {
        self.ask(|client| client.all_tunnels())
    }

    /// The tunnel that is called so: by its name, whatever the capitals, by its interface, or by its id.
    pub(crate) fn find(&self, name: &str) -> Result<TunnelView, Failure> {
        let tunnels = self.tunnels()?;
        match named(&tunnels, name) {
            Some(tunnel) => Ok(tunnel.clone()),
            None => Err(Failure::NoTunnel { name: name.to_owned(), like: likest(&tunnels, name) }),
        }
    }

    /// The tunnel that is meant; without a name, the only one that `is_it`.
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

    /// Asks, about no tunnel in particular.
    pub(crate) fn ask<T>(
        &self,
        question: impl FnOnce(&BlockingClient<Blocking>) -> Result<T, CallError<ClientError>>,
    ) -> Result<T, Failure> {
        self.told(question(&self.client), None)
    }

    /// Asks about a tunnel.
    pub(crate) fn ask_about<T>(
        &self,
        tunnel: &TunnelView,
        question: impl FnOnce(&BlockingClient<Blocking>, TunnelId) -> Result<T, CallError<ClientError>>,
    ) -> Result<T, Failure> {
        self.told(question(&self.client, tunnel.id), Some(tunnel))
    }

    /// A tunnel as it is at this moment.
    pub(crate) fn view(&self, tunnel: &TunnelView) -> Result<TunnelView, Failure> {
        self.ask_about(tunnel, |client, id| client.tunnel(id))
    }

    /// The same with all its peers, in the order of their public keys where there are many: a view has only some of those.
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

    /// Subscribes to all events from now on.
    pub(crate) fn subscribe(&self) -> Result<BlockingNotices<'_>, Failure> {
        self.client.0.subscribe().map_err(Failure::Lost)
    }

    /// The error as a sentence with the tunnels' names.
    pub(crate) fn explain(&self, error: &ApiError, tunnel: Option<&TunnelView>) -> String {
        // Without them it says less, and still what is wrong.
        let tunnels = self.client.all_tunnels().unwrap_or_default();
        words().error_for_terminal(error, &Context { tunnels: &tunnels, tunnel: tunnel.map(|tunnel| tunnel.name.as_str()) })
    }

    fn told<T>(&self, answer: Result<T, CallError<ClientError>>, tunnel: Option<&TunnelView>) -> Result<T, Failure> {
        answer.map_err(|error| match error {
            CallError::Refused(error) => {
                let sentence = self.explain(&error, tunnel);
                Failure::Refused { error: Box::new(error), sentence }
            }
            CallError::Transport(error) if tunnel.is_some() => Failure::Unsure(error),
            CallError::Transport(error) => Failure::Lost(error),
            CallError::WrongAnswer => Failure::Lost(ClientError::NotUnderstood(error.to_string())),
        })
    }
}

fn connect(options: &Options) -> Result<BlockingClient<Blocking>, ConnectError> {
    match &options.socket {
        None => connect_blocking(Path::new(SOCKET), PROGRAM, Trust::Service),
        // A user who names a socket may run the daemon behind it.
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
            format!("the Adit service does not run (nobody listens on {path}); start it with: sudo systemctl start aditd")
        }
        ConnectError::Socket(UntrustedSocket::Connect { error, .. }) if error.kind() == ErrorKind::PermissionDenied => {
            format!("you may not speak to the Adit service ({path}: {error}); try again with sudo")
        }
        ConnectError::Socket(UntrustedSocket::Connect { error, .. }) => {
            format!("cannot reach the Adit service at {path}: {error}")
        }
        ConnectError::Socket(error @ (UntrustedSocket::Folder { .. } | UntrustedSocket::Server { .. })) => error.to_string(),
        ConnectError::Client(error) => error.to_string(),
        ConnectError::Io(error) => format!("cannot connect to the Adit service: {error}"),
    })
}

/// Whether no service can be running at that socket.
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
