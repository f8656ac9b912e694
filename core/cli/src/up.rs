//! `adit up`: brings a tunnel up in the foreground, as wg-quick(8) would, and takes everything back when it ends, however it ends.

mod bring_up;
mod engine;
mod events;
mod handshake;
mod hooks;
mod lock;
mod report;
mod resolve;
mod source;
mod undo;

use std::process::ExitCode;

use adit_config::InterfaceSettings;
use adit_platform::linux::host::LinuxHost;
use clap::Args;

pub(crate) use engine::{Running, update as device_update};
pub(crate) use events::{End, Events};
pub(crate) use handshake::greet;
pub(crate) use lock::{Held, Lock};
pub(crate) use report::{needs_root, outcome, print, say, tell, warn};
pub(crate) use resolve::endpoints;
pub(crate) use source::{Source, interface_name};

/// What `adit up` is asked.
#[derive(Args, Debug)]
pub(crate) struct UpArgs {
    /// A configuration file NAME.conf, or the NAME of one in /etc/wireguard
    #[arg(value_name = "FILE|NAME")]
    config: String,
    /// Run the file's PreUp, PostUp, PreDown and PostDown commands, as root
    #[arg(long)]
    allow_hooks: bool,
}

/// `adit up`: 0 when the tunnel was up and was asked to end, 1 when it could not be brought up or broke.
pub(crate) fn up(arguments: &UpArgs) -> ExitCode {
    report::outcome(run(arguments))
}

fn run(arguments: &UpArgs) -> anyhow::Result<()> {
    let source = Source::read(&arguments.config)?;
    let config = source.understand()?;
    needs_root("up", &arguments.config)?;
    let events = events::Events::listen()?;
    let lock = Lock::take(&source.name)?;
    let settings = InterfaceSettings::from(&config, source.name.clone());
    let request = bring_up::Request { config: &config, settings: &settings, allow_hooks: arguments.allow_hooks };
    let outcome = bring_up::serve(&request, &LinuxHost, &engine::Userspace, &events);
    drop(lock);
    outcome
}
