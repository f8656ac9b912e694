//! Replaces `foreground` on systems on which `adit-wg` does not run: it replaces `wireguard-go` under wg-quick(8) of Linux.

use anyhow::bail;

use super::arguments::Environment;

/// Always fails.
pub(crate) fn run(_: &str, _: &Environment) -> anyhow::Result<()> {
    bail!("adit-wg runs on Linux only")
}
