//! Replaces `foreground` on systems on which `adit-wg` does not run: it replaces `wireguard-go` on Linux and Windows.

use anyhow::bail;

use super::arguments::Environment;

/// The end of the usage message's first sentence.
pub(crate) const SERVES: &str = "on Linux and Windows; not on this system.";

/// False: there is nothing to run there.
pub(crate) const HAS_BACKGROUND: bool = false;

/// Always fails.
pub(crate) fn run(_: &str, _: &Environment) -> anyhow::Result<()> {
    bail!("adit-wg runs on Linux and Windows only")
}
