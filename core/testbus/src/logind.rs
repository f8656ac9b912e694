//! systemd-logind, as far as sleep goes.

use crate::client::Client;

const PATH: &str = "/org/freedesktop/login1";
const INTERFACE: &str = "org.freedesktop.login1.Manager";
const SIGNAL: &str = "PrepareForSleep";

/// systemd-logind, which announces that the computer goes to sleep and wakes up. It leaves the bus when dropped.
pub struct Logind(Client);

impl Logind {
    /// Takes logind's name on the bus at this address.
    pub fn start(address: &str) -> anyhow::Result<Self> {
        let client = Client::connect(address)?;
        client.take_name("org.freedesktop.login1")?;
        Ok(Self(client))
    }

    /// Announces that sleep begins, or has ended.
    pub fn prepare_for_sleep(&self, begins: bool) -> anyhow::Result<()> {
        self.0.emit(PATH, INTERFACE, SIGNAL, &(begins,))
    }

    /// logind ends.
    pub fn end(self) -> anyhow::Result<()> {
        self.0.leave()
    }
}

/// Sends logind's signal to every client of the bus, as a stranger.
pub fn pretend_to_sleep(address: &str) -> anyhow::Result<()> {
    let stranger = Client::connect(address)?;
    stranger.block_on(async {
        let (dbus, connection) = ("org.freedesktop.DBus", stranger.connection());
        let names = connection.call_method(Some(dbus), "/org/freedesktop/DBus", Some(dbus), "ListNames", &()).await?;
        let names = names.body().deserialize::<Vec<String>>()?;
        for client in names.iter().filter(|name| name.starts_with(':')) {
            connection.emit_signal(Some(client.as_str()), PATH, INTERFACE, SIGNAL, &(true,)).await?;
        }
        Ok(())
    })
}
