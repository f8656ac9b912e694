//! Sentences of `adit repair` and `adit down` about leftovers.

use adit_config::InterfaceName;
use adit_manager::manager::UNKNOWN_AT_BOOT;
use adit_platform::devices::Owner;
use adit_platform::native::leftovers::{InUse, Leftover, kill_switch_table};
use adit_platform::network::StandingKillSwitch;
use serde_json::{Value, json};

/// Advice about leftovers of the running service. Stopping the service alone is not enough: its socket would start it again.
pub(super) const ADVICE: &str = "to undo that too, take the tunnel down with `adit down NAME` and open its kill switch with \
                                 `adit block NAME off`, or stop the service with `sudo systemctl stop aditd.socket aditd` and run \
                                 `sudo adit repair` again";

pub(super) fn undo(leftover: &Leftover) -> String {
    match leftover {
        Leftover::MarkValidation(_) => format!("put back {leftover}"),
        _ => format!("removed {leftover}"),
    }
}

pub(super) fn would_undo(leftover: &Leftover) -> String {
    match leftover {
        Leftover::MarkValidation(_) => format!("would put back {leftover}"),
        _ => format!("would remove {leftover}"),
    }
}

pub(super) fn in_use_by(tunnel: &InUse) -> String {
    let InUse { name, process, owner } = tunnel;
    let owner = match owner {
        Owner::Foreground => "`adit up`",
        Owner::Service => "the Adit service",
    };
    format!("the tunnel {name}, which {owner} runs (process {process})")
}

pub(super) fn held_by_service(leftover: &Leftover) -> String {
    format!("{leftover}, which the running Adit service keeps")
}

/// Returns the sentence to print after a kill switch was opened.
pub(super) fn closes_again(name: &InterfaceName) -> String {
    if name.as_str() == UNKNOWN_AT_BOOT {
        return "this computer is blocked again at its next start, where the list of tunnels that block is still damaged or missing then; \
                starting the service makes it anew: sudo systemctl start aditd"
            .to_owned();
    }
    format!(
        "{name} is blocked again when the service starts, and at the next start of the computer, if it is still to be up or under \
         lockdown there; to end that, start the service and run: adit block {name} off"
    )
}

pub(super) fn as_json(leftover: &Leftover) -> Value {
    let interface = leftover.interface().map(InterfaceName::as_str);
    match leftover {
        Leftover::Resolvers(_) => json!({ "what": "resolvers", "interface": interface }),
        Leftover::Rules { count, tables } => json!({ "what": "rules", "count": count, "tables": tables }),
        Leftover::MarkValidation(value) => json!({ "what": "src_valid_mark", "value": value }),
        Leftover::PacketFilter { tables, .. } => json!({ "what": "packet_filter", "interface": interface, "tables": tables }),
        Leftover::ConfigurationSocket(_) => json!({ "what": "configuration_socket", "interface": interface }),
        Leftover::KillSwitch(name) => {
            json!({ "what": "kill_switch", "interface": interface, "tables": [kill_switch_table(name)] })
        }
        Leftover::LockFile { path, .. } => json!({ "what": "lock_file", "interface": interface, "path": path }),
        Leftover::ControlSocket(path) => json!({ "what": "control_socket", "path": path }),
    }
}

/// Explains kill switches that are closed while no service runs: which ones block traffic, and how to open them.
pub(crate) fn still_closed(standing: &[StandingKillSwitch], service: &str) -> String {
    let describe = |StandingKillSwitch { interface, .. }: &StandingKillSwitch| {
        let table = kill_switch_table(interface);
        if interface.as_str() == UNKNOWN_AT_BOOT {
            let why = "as it was not known at the computer's start which tunnels block";
            return format!("nothing may leave this computer, {why} (nftables table {table})");
        }
        format!(
            "the kill switch of {interface} still blocks: packets leave this computer through that tunnel only (nftables table {table})"
        )
    };
    let standing: Vec<String> = standing.iter().map(describe).collect();
    format!(
        "{}; {service}; open it with: sudo adit repair, or start the service and take the tunnel down there: sudo systemctl start aditd, \
         adit down NAME",
        standing.join("; ")
    )
}
