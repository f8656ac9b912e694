//! Linux: TUN with virtio headers, UDP with segmentation offload, `eventfd` and `timerfd`, the UAPI socket, and the network's
//! configuration.

pub mod child;
pub mod clock;
pub mod doorbell;
pub mod host;
pub mod inherited;
pub mod memory;
pub mod network_namespace;
pub mod session;
pub mod stop;
pub mod tun;
pub mod uapi_socket;
pub mod udp;

mod address;
mod dns;
mod firewall;
mod link;
mod netlink;
mod poll;
mod route;
mod rule;
mod tool;
mod watch;

#[cfg(test)]
mod namespace;
