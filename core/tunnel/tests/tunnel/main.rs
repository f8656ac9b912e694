//! Whole tunnels with all their threads, on fake devices: no root, no sleeps, but real threads and the real clock.

mod devices;
mod endings;
mod idle;
mod stage;
mod steering;
