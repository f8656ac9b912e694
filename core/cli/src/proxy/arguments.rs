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
    /// A configuration file NAME.conf, or the NAME of one in /etc/wireguard
    #[arg(value_name = "FILE|NAME")]
    pub(crate) config: String,
    /// Be a SOCKS5 proxy here, as in 127.0.0.1:1080
    #[arg(long, value_name = "[ADDR:]PORT", value_parser = listen_address)]
    pub(crate) socks5: Vec<SocketAddr>,
    /// Be an HTTP proxy here, as in 127.0.0.1:8118
    #[arg(long, value_name = "[ADDR:]PORT", value_parser = listen_address)]
    pub(crate) http: Vec<SocketAddr>,
    /// Lead a port here to a host in the tunnel, as in 8080:intranet:80 or 5353:10.0.0.1:53/udp
    #[arg(long, value_name = "[BIND:]PORT:HOST:PORT[/udp]")]
    pub(crate) local: Vec<LocalForward>,
    /// Lead a port of the tunnel's own address to a host from here, as in 2222:127.0.0.1:22
    #[arg(long, value_name = "PORT:HOST:PORT")]
    pub(crate) remote: Vec<RemoteForward>,
    /// Connect standard input and output to a host in the tunnel, as ssh -o ProxyCommand wants it
    #[arg(long, value_name = "HOST:PORT", conflicts_with = "json")]
    pub(crate) stdio: Option<Target>,
    /// Let only those use the proxies who stand in this file, `user:password` on each line (or in the variable ADIT_PROXY_AUTH)
    #[arg(long, value_name = "FILE")]
    pub(crate) auth_file: Option<PathBuf>,
    /// Look names up with this computer's resolver, past the tunnel
    #[arg(long)]
    pub(crate) resolve_here: bool,
    #[command(flatten)]
    pub(crate) key: KeySource,
    /// Say on standard output what listens where, as one line of JSON
    #[arg(long)]
    pub(crate) json: bool,
}
