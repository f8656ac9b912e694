//! wg-quick(8) on Linux, and its unit `wg-quick@NAME.service`.

use std::fs;
use std::io;
use std::path::Path;

use adit_config::InterfaceName;

use super::netlink::Netlink;
use super::{link, socket_file, tool, uapi_socket};
use crate::wg_quick::{NoWgQuick, Order, Standing, WgQuick};

/// Folder in which systemd lists active units.
const ACTIVE: &str = "/run/systemd/units";
/// Folder in which systemd lists the units that start at boot.
const ENABLED: &str = "/etc/systemd/system/multi-user.target.wants";

/// wg-quick in the network namespace of the calling thread.
#[derive(Clone, Copy, Debug, Default)]
pub struct LinuxWgQuick;

impl WgQuick for LinuxWgQuick {
    fn look(&self, name: &InterfaceName) -> io::Result<Standing> {
        let found = link::find(&mut Netlink::open()?, name.as_str())?;
        let socket = Path::new(uapi_socket::DIRECTORY).join(format!("{name}.sock"));
        let active = found.is_some_and(|link| link.is_wireguard || socket_file::probe(&socket).is_ok());
        Ok(Standing {
            active,
            by_service: active && is_there(&Path::new(ACTIVE).join(format!("invocation:{}", unit(name)))),
            starts_at_boot: is_there(&Path::new(ENABLED).join(unit(name))),
        })
    }

    /// Stops and starts an active unit through systemd. Otherwise systemd would still take the unit to be up, and later take
    /// down whatever tunnel has that interface then.
    fn command(&self, order: Order, file: &Path, standing: Standing) -> Result<String, NoWgQuick> {
        if !rustix::process::geteuid().is_root() {
            return Err(NoWgQuick::NotRoot);
        }
        let verbs = match order {
            Order::Up => ["start", "up"],
            Order::Down => ["stop", "down"],
        };
        if standing.by_service
            && let Some(systemctl) = tool::find("systemctl")
        {
            let name = InterfaceName::from_conf_path(file).map_err(|_| NoWgQuick::Path)?;
            return Ok(format!("{} {} {}", program(&systemctl)?, verbs[0], quoted(&unit(&name))));
        }
        let wg_quick = tool::find("wg-quick").ok_or(NoWgQuick::NotInstalled)?;
        Ok(format!("{} {} {}", program(&wg_quick)?, verbs[1], quoted(file.to_str().ok_or(NoWgQuick::Path)?)))
    }
}

/// Returns the name of the interface's unit. A name with `=` or `+` is not valid in a unit, and such an interface has none.
fn unit(name: &InterfaceName) -> String {
    format!("wg-quick@{name}.service")
}

/// Returns true if the path exists, also as a dangling link: systemd counts those too.
fn is_there(path: &Path) -> bool {
    fs::symlink_metadata(path).is_ok()
}

fn program(path: &Path) -> Result<String, NoWgQuick> {
    path.to_str().map(quoted).ok_or(NoWgQuick::Path)
}

/// Quotes the text as one word of `/bin/sh`.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_one_word_whatever_is_in_it() {
        assert_eq!(quoted("/etc/it's; rm -rf/wg0.conf"), r"'/etc/it'\''s; rm -rf/wg0.conf'");
    }

    #[test]
    fn an_interface_of_another_kind_is_not_active() {
        assert_eq!(LinuxWgQuick.look(&"lo".parse().unwrap()).unwrap(), Standing::default());
    }
}
