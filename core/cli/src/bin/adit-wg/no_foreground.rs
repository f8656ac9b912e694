//! Where `adit-wg` does not run: it takes the place of `wireguard-go` under wg-quick(8) of Linux.

use anyhow::bail;

use super::arguments::Environment;

/// Fails.
pub(crate) fn run(_: &str, _: &Environment) -> anyhow::Result<()> {
    bail!("adit-wg runs on Linux only")
}
