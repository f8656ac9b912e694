//! A program on the bus.

use anyhow::Context as _;
use serde::Serialize;
use tokio::runtime::Runtime;
use zbus::connection::Builder;
use zbus::{Connection, DynamicType};

/// A connection to a bus, and the threads that it runs on.
pub struct Client {
    runtime: Runtime,
    connection: Connection,
}

impl Client {
    /// Connects to the bus at this D-Bus address.
    pub fn connect(address: &str) -> anyhow::Result<Self> {
        let runtime = Runtime::new()?;
        let connection = runtime.block_on(async { Builder::address(address).build().await });
        Ok(Self { connection: connection.with_context(|| format!("the bus at {address}"))?, runtime })
    }

    /// Returns the connection.
    pub fn connection(&self) -> &Connection {
        &self.connection
    }

    /// Runs something on its threads to the end.
    pub fn block_on<T>(&self, work: impl Future<Output = T>) -> T {
        self.runtime.block_on(work)
    }

    /// Takes a name on the bus.
    pub fn take_name(&self, name: &str) -> anyhow::Result<()> {
        self.block_on(self.connection.request_name(name)).with_context(|| format!("the name {name}"))?;
        Ok(())
    }

    /// Calls a method that returns nothing.
    pub fn call<B: Serialize + DynamicType>(
        &self,
        service: &str,
        path: &str,
        interface: &str,
        method: &str,
        body: &B,
    ) -> anyhow::Result<()> {
        let call = self.connection.call_method(Some(service), path, Some(interface), method, body);
        self.block_on(call).with_context(|| format!("{method} of {path}")).map(drop)
    }

    /// Sends a signal to everybody.
    pub fn emit<B: Serialize + DynamicType>(&self, path: &str, interface: &str, signal: &str, body: &B) -> anyhow::Result<()> {
        let emitted = self.connection.emit_signal(None::<&str>, path, interface, signal, body);
        self.block_on(emitted).with_context(|| format!("{signal} of {path}"))
    }

    /// Leaves the bus.
    pub fn leave(self) -> anyhow::Result<()> {
        self.block_on(self.connection.clone().close()).context("leaving the bus")
    }
}
