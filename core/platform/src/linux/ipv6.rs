//! Finds out whether the kernel supports IPv6, and where it is disabled.

use std::fs;
use std::path::Path;

/// One folder for each interface, `default` for future interfaces, and `all`.
const SETTINGS: &str = "/proc/sys/net/ipv6/conf";

/// Least MTU of an interface with IPv6, bytes (RFC 8200 section 5). Below it the kernel disables IPv6 on the interface.
const LEAST_MTU: u16 = 1280;

/// Returns true if IPv6 is enabled on any interface but loopback, or would be on a new one.
pub(super) fn is_on_anywhere() -> bool {
    let Ok(settings) = fs::read_dir(SETTINGS) else { return false };
    settings.flatten().any(|entry| {
        let name = entry.file_name();
        name != "lo" && name != "all" && is_on(&entry.path())
    })
}

/// Returns why a new interface with this MTU can have neither IPv6 addresses nor IPv6 routes, if that is so. The kernel answers
/// "permission denied" to both where IPv6 is disabled, as it is by default in Docker containers.
pub(super) fn why_not_on_new_interface(mtu: Option<u16>) -> Option<String> {
    if !Path::new(SETTINGS).exists() {
        return Some("this system has no IPv6".to_owned());
    }
    if let Some(mtu) = mtu.filter(|mtu| *mtu < LEAST_MTU) {
        return Some(format!("the tunnel's MTU of {mtu} is below the {LEAST_MTU} that IPv6 needs"));
    }
    let off = !is_on(&Path::new(SETTINGS).join("default"));
    off.then(|| "IPv6 is switched off for new interfaces (sysctl net.ipv6.conf.default.disable_ipv6)".to_owned())
}

fn is_on(settings: &Path) -> bool {
    fs::read_to_string(settings.join("disable_ipv6")).is_ok_and(|value| value.trim() == "0")
}
