//! Every known way past a VPN's tunnel, tried with real packets on Adit and, by `cargo xtask leaks`, on the stock wg-quick
//! beside it. A sniffer at the router counts the probes in clear: without a tunnel it must see each of them, and with Adit
//! none.
#![forbid(unsafe_code)]

mod changes;
mod families;
mod lifetime;
mod names;
mod neighbours;
mod routes;
mod sockets;
mod states;
