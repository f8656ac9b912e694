//! The router of the client's network. Another router is another network: the client recognizes it by its hardware address.

use crate::Namespace;

/// The hardware address of the router at home.
pub const HOME: &str = "02:00:00:00:0a:01";
/// The hardware address of the router in the café.
pub const CAFE: &str = "02:00:00:00:0a:02";

/// Takes the carrier away: the client is in no network. `server` is the host behind the client's link.
pub fn leave(server: &Namespace) -> anyhow::Result<()> {
    server.ip("link set eth0 down").map(drop)
}

/// Brings the client into the network whose router has this hardware address.
pub fn enter(server: &Namespace, router: &str) -> anyhow::Result<()> {
    server.ip(&format!("link set eth0 address {router}"))?;
    server.ip("link set eth0 up")?;
    // It went with the carrier.
    server.ip("-6 addr add fd77::2/64 dev eth0 nodad").map(drop)
}

/// Brings the client out of its network and into another one.
pub fn go(server: &Namespace, router: &str) -> anyhow::Result<()> {
    leave(server)?;
    enter(server, router)
}
