//! A private system bus at the usual path, for programs that see another `/run` than the computer's.

use crate::lab::Lab;

/// The socket of the system bus.
pub(crate) const SOCKET: &str = "/run/dbus/system_bus_socket";
/// The shell lines that start it. `$0` is the scratch folder of the lab.
pub(crate) const START: &str = "
dbus-daemon --config-file=\"$0/bus.conf\" --nofork --nopidfile &
while [ ! -S /run/dbus/system_bus_socket ]; do sleep 0.02; done
";
const CONFIGURATION: &str = r#"<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>system</type><listen>unix:path=/run/dbus/system_bus_socket</listen><auth>EXTERNAL</auth>
<policy context="default"><allow user="*"/><allow own="*"/><allow send_type="method_call"/><allow send_type="signal"/>
<allow send_requested_reply="true"/><allow receive_type="method_call"/><allow receive_type="method_return"/>
<allow receive_type="error"/><allow receive_type="signal"/></policy></busconfig>
"#;

/// Writes its configuration, which allows everything, into the scratch folder.
pub(crate) fn configure(lab: &Lab) -> anyhow::Result<()> {
    lab.write("bus.conf", CONFIGURATION).map(drop)
}
