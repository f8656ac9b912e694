//! The arguments of `adit proxy`.

use std::net::SocketAddr;
use std::path::PathBuf;

use adit_proxy::{LocalForward, RemoteForward, Target, listen_address};
use clap::{ArgGroup, Args};

use crate::client::key::source::KeySource;

/// The arguments of `adit proxy`.
#[derive(Args, Debug)]
#[command(group(ArgGroup::new("ways").required(true).multiple(true).args(["socks5", "http", "local", "remote", "stdio"])))]
pub(crate) struct ProxyArgs {
    /// Configuration file NAME.conf, or NAME of one in /etc/wireguard
    #[arg(value_name = "FILE|NAME")]
    pub(crate) config: String,
    /// Serve a SOCKS5 proxy at this address, such as 127.0.0.1:1080
    #[arg(long, value_name = "[ADDR:]PORT", value_parser = listen_address)]
    pub(crate) socks5: Vec<SocketAddr>,
    /// Serve an HTTP proxy at this address, such as 127.0.0.1:8118
    #[arg(long, value_name = "[ADDR:]PORT", value_parser = listen_address)]
    pub(crate) http: Vec<SocketAddr>,
    /// Forward a local port to a host in the tunnel, such as 8080:intranet:80 or 5353:10.0.0.1:53/udp
    #[arg(long, value_name = "[BIND:]PORT:HOST:PORT[/udp]")]
    pub(crate) local: Vec<LocalForward>,
    /// Forward a port of the tunnel's own address to a host outside, such as 2222:127.0.0.1:22
    #[arg(long, value_name = "PORT:HOST:PORT")]
    pub(crate) remote: Vec<RemoteForward>,
    /// Connect standard input and output to a host in the tunnel, for ssh -o ProxyCommand
    #[arg(long, value_name = "HOST:PORT", conflicts_with = "json")]
    pub(crate) stdio: Option<Target>,
    /// Require a user and password from this file, one `user:password` per line (or from the variable ADIT_PROXY_AUTH)
    #[arg(long, value_name = "FILE")]
    pub(crate) auth_file: Option<PathBuf>,
    /// Resolve names with this computer's resolver, outside the tunnel
    #[arg(long)]
    pub(crate) resolve_here: bool,
    #[command(flatten)]
    pub(crate) key: KeySource,
    /// Print the listening ports on standard output as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
}
