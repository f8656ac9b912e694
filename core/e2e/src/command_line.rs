//! Runs the built `adit` against the service of a lab.

use anyhow::ensure;

use crate::{Lab, Namespace, built};

/// Runs `adit` with these arguments of a shell in `namespace`, without input unless they redirect some. Returns its exit code (-1
/// if a signal ended it) and all that it printed.
pub fn adit(lab: &Lab, namespace: &Namespace, arguments: &str) -> anyhow::Result<(i32, String)> {
    let (program, socket) = (built("adit")?, lab.file("adit.sock"));
    let line = format!("</dev/null ADIT_SOCKET={} {} {arguments} 2>&1", socket.display(), program.display());
    let output = namespace.try_shell(&line)?;
    Ok((output.status.code().unwrap_or(-1), String::from_utf8_lossy(&output.stdout).into_owned()))
}

/// As [`adit`], but fails if `adit` fails.
pub fn adit_succeeds(lab: &Lab, namespace: &Namespace, arguments: &str) -> anyhow::Result<String> {
    let (code, printed) = adit(lab, namespace, arguments)?;
    ensure!(code == 0, "adit {arguments} ended with {code}: {printed}");
    Ok(printed)
}
