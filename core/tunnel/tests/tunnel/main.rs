//! Tests whole tunnels with all their threads on fake devices: no root and no sleeps, but real threads and the real clock.

mod batches;
mod devices;
mod endings;
mod fast_path;
mod idle;
mod junk;
mod other_device;
#[path = "../surgery/packets.rs"]
#[expect(dead_code, reason = "shared with the tests of packet surgery, which use all of it")]
mod packets;
mod scaling;
mod stage;
mod steering;
