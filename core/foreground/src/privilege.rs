//! Refuses users other than root, with the command to type.

use adit_platform::native::privilege;

/// The error for a user other than root; names the command to type.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("{0}")]
pub struct NotAllowed(pub String);

/// Fails for users other than root; the error names the command to type.
pub fn needs_root(verb: &str, argument: &str) -> anyhow::Result<()> {
    if !privilege::is_administrator() {
        let advice = format!("changing the network needs root; try: sudo adit {verb} {argument}");
        return Err(NotAllowed(advice.trim_end().to_owned()).into());
    }
    Ok(())
}
