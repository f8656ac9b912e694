//! Linux: TUN with virtio headers, UDP with segmentation offload, `eventfd` and `timerfd`, the UAPI socket.

pub mod clock;
pub mod stop;
pub mod tun;
pub mod uapi_socket;
pub mod udp;

mod poll;

#[cfg(test)]
mod namespace;
