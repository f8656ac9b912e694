//! Finds the tunnel or the file that an argument of `up`, `down`, `preview` and `qr` names.

use std::path::Path;

use adit_api::TunnelView;

use super::{Daemon, Failure, Options};

/// The meaning of an argument.
pub(crate) enum Target {
    /// A tunnel of the service.
    Tunnel(Daemon, Box<TunnelView>),
    /// A configuration file; no service is needed.
    File {
        /// True if a service answered and has no tunnel of this name.
        is_unknown: bool,
    },
}

impl Target {
    /// Resolves an argument. A path is a file; a name is a tunnel of the service if there is one of this name, else a file in
    /// /etc/wireguard.
    pub(crate) fn of(argument: &str, options: &Options) -> Result<Self, Failure> {
        if is_path(argument) {
            return Ok(Self::File { is_unknown: false });
        }
        let Some(daemon) = Daemon::reach_if_there(options)? else { return Self::file(argument) };
        match daemon.find(argument) {
            Ok(tunnel) => Ok(Self::Tunnel(daemon, Box::new(tunnel))),
            Err(Failure::NoTunnel { .. }) if adit_foreground::path(argument).exists() => Ok(Self::File { is_unknown: true }),
            Err(failure) => Err(failure),
        }
    }

    /// Resolves an argument without a service.
    fn file(argument: &str) -> Result<Self, Failure> {
        let path = adit_foreground::path(argument);
        // Reading the file later reports missing permission.
        let is_missing = path.symlink_metadata().is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound);
        if is_missing && path != Path::new(argument) {
            return Err(Failure::NoDaemon(format!(
                "the Adit service does not run, which would know a tunnel `{argument}`, and there is no {}; start the service with: \
                 sudo systemctl start aditd, or give the path of a file, such as ./{argument}.conf",
                path.display()
            )));
        }
        Ok(Self::File { is_unknown: false })
    }
}

fn is_path(argument: &str) -> bool {
    argument.contains('/') || argument.ends_with(".conf")
}
