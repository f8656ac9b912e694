//! The seam to the operating system: what the data path and the tunnel set-up need of it, and one adapter for each system.

pub mod device;
