//! The command line of `aditd`.

use std::net::SocketAddr;
use std::path::PathBuf;

use adit_ipc::local::SOCKET;
use clap::Parser;
use tracing::level_filters::LevelFilter;

/// The default state folder.
const STATE: &str = "/var/lib/adit";

/// The Adit service: keeps WireGuard tunnels up, and lets the user's programs steer them.
///
/// It runs in the foreground until SIGTERM or Ctrl-C, takes all tunnels down then, and brings those that were up up again with its
/// next start. SIGHUP has it read configurations again that live in files of their own.
#[derive(Parser, Debug)]
#[command(name = "aditd", version)]
pub(crate) struct Arguments {
    /// Where tunnels are kept [default: /var/lib/adit, or what systemd gives]
    #[arg(long, value_name = "FOLDER")]
    state_dir: Option<PathBuf>,
    /// Where programs connect
    #[arg(long, value_name = "PATH", default_value = SOCKET)]
    pub(crate) socket: PathBuf,
    /// Where configurations are that stay in their place, each a tunnel called like its file
    #[arg(long, value_name = "FOLDER", default_value = "/etc/wireguard")]
    pub(crate) conf_files: PathBuf,
    /// Close the way past all tunnels that come up with the computer and block, and end: for before the network is there
    #[arg(long)]
    pub(crate) close_first: bool,
    /// Serve numbers for Prometheus at this address of the loopback interface, such as 127.0.0.1:9586
    #[arg(long, value_name = "ADDRESS", value_parser = loopback)]
    pub(crate) metrics: Option<SocketAddr>,
    /// How much to write to the journal or to standard error: error, warn, info, debug or trace
    #[arg(long, value_name = "LEVEL", default_value = "info")]
    pub(crate) log_level: LevelFilter,
}

impl Arguments {
    /// Returns the state folder: the one from the command line, else `given` from the service manager, else the default.
    pub(crate) fn state_dir(&self, given: Option<PathBuf>) -> PathBuf {
        self.state_dir.clone().or(given).unwrap_or_else(|| STATE.into())
    }
}

fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr =
        text.parse().map_err(|_| "that is no address with a port, such as 127.0.0.1:9586 or [::1]:9586".to_owned())?;
    if address.ip().is_loopback() {
        Ok(address)
    } else {
        Err("the numbers show who talks to whom and are not encrypted on their way: only 127.0.0.1 and [::1] are allowed; put a \
             proxy that asks for a password in front of them if another computer has to read them"
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
    fn who_says_where_tunnels_are_kept_is_heard_first() {
        let plain = parse(&[]).unwrap();
        assert_eq!(plain.state_dir(None), PathBuf::from("/var/lib/adit"));
        assert_eq!(plain.state_dir(Some("/var/lib/private/adit".into())), PathBuf::from("/var/lib/private/adit"));
        let told = parse(&["--state-dir", "/tmp/adit"]).unwrap();
        assert_eq!(told.state_dir(Some("/var/lib/adit".into())), PathBuf::from("/tmp/adit"));
    }
}
