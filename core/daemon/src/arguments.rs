//! The command line of `aditd`.

use std::net::SocketAddr;
use std::path::PathBuf;

use adit_ipc::local::SOCKET;
use adit_platform::native::places;
use clap::Parser;
use tracing::level_filters::LevelFilter;

use crate::service::Setup;

/// The Adit service, which keeps WireGuard tunnels up and serves the requests of `adit` and other clients.
///
/// It runs in the foreground until SIGTERM or Ctrl-C and then takes all tunnels down. The next start brings up the tunnels that
/// were up. SIGHUP rereads the configurations that are used in place (--conf-files).
#[derive(Parser, Debug)]
#[command(name = "aditd", version)]
pub(crate) struct Arguments {
    /// Folder of the stored tunnels [default: the state folder that systemd sets, or /var/lib/adit]
    #[arg(long, value_name = "FOLDER")]
    state_dir: Option<PathBuf>,
    /// Socket for clients
    #[arg(long, value_name = "PATH", default_value = SOCKET)]
    pub(crate) socket: PathBuf,
    /// Folder of configurations that are used in place; each is a tunnel with the name of its file
    #[arg(long, value_name = "FOLDER", default_value_os_t = places::configurations())]
    pub(crate) conf_files: PathBuf,
    /// Close the kill switches of all tunnels that come up at boot, and exit; to be run before the network starts
    #[arg(long)]
    pub(crate) close_first: bool,
    /// Serve Prometheus metrics at this loopback address and port, such as 127.0.0.1:9586 [default: off]
    #[arg(long, value_name = "ADDRESS", value_parser = loopback)]
    pub(crate) metrics: Option<SocketAddr>,
    /// Lowest level to log: error, warn, info, debug or trace
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub(crate) log_level: LevelFilter,
    #[command(flatten)]
    pub(crate) setup: Setup,
    /// Print the manual page and exit, for packages
    #[arg(long, hide = true)]
    pub(crate) man_page: bool,
}

impl Arguments {
    /// Returns the state folder: the one from the command line, else `given` from the service manager, else the default.
    pub(crate) fn state_dir(&self, given: Option<PathBuf>) -> PathBuf {
        self.state_dir.clone().or(given).unwrap_or_else(places::state)
    }
}

fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr = text
        .parse()
        .map_err(|_| "this is not an address with a port; write one such as 127.0.0.1:9586 or [::1]:9586".to_owned())?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err("metrics name the peers and are not encrypted: only 127.0.0.1 and [::1] are allowed; if another computer reads \
             them, use a proxy that asks for a password"
            .to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(arguments: &[&str]) -> Result<Arguments, String> {
        Arguments::try_parse_from([&["aditd"], arguments].concat()).map_err(|error| error.to_string())
    }

    #[test]
    fn numbers_are_served_to_this_computer_alone() {
        for good in ["127.0.0.1:9586", "127.1.2.3:1", "[::1]:9586"] {
            assert!(parse(&["--metrics", good]).is_ok(), "{good}");
        }
        for bad in ["0.0.0.0:9586", "[::]:9586", "192.168.1.1:9586", "[::ffff:192.168.1.1]:9586"] {
            let error = parse(&["--metrics", bad]).unwrap_err();
            assert!(error.contains("only 127.0.0.1 and [::1]"), "{error}");
        }
        assert!(parse(&["--metrics", "9586"]).unwrap_err().contains("such as 127.0.0.1:9586"));
    }

    #[test]
    fn the_option_for_the_state_folder_precedes_the_environment() {
        let plain = parse(&[]).unwrap();
        assert_eq!(plain.state_dir(None), PathBuf::from("/var/lib/adit"));
        assert_eq!(plain.state_dir(Some("/var/lib/private/adit".into())), PathBuf::from("/var/lib/private/adit"));
        let told = parse(&["--state-dir", "/tmp/adit"]).unwrap();
        assert_eq!(told.state_dir(Some("/var/lib/adit".into())), PathBuf::from("/tmp/adit"));
    }
}
