//! Whether the kernel speaks IPv6, and where it is switched off.

use std::fs;
use std::path::Path;

/// One folder for each interface, `default` for those that are made later, and `all`.
const SETTINGS: &str = "/proc/sys/net/ipv6/conf";

/// Least MTU of an interface with IPv6, bytes (RFC 8200 section 5); below it the kernel takes IPv6 from the interface.
const LEAST_MTU: u16 = 1280;

/// Whether any interface but loopback has IPv6 switched on, or a new one would have.
pub(super) fn is_on_anywhere() -> bool {
    let Ok(settings) = fs::read_dir(SETTINGS) else { return false };
    settings.flatten().any(|entry| {
        let name = entry.file_name();
        name != "lo" && name != "all" && is_on(&entry.path())
    })
}

/// Why an interface that is made now, with that MTU, can have neither addresses nor routes of IPv6. The kernel answers "permission denied"
/// to either where IPv6 is switched off, as it is by default in containers of Docker.
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
