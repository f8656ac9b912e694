//! `adit show` and `adit showconf`: print what `wg show` and `wg showconf` print, byte for byte, for any userspace WireGuard on
//! this computer, and the same as JSON.

mod conf;
mod field;
mod json;
mod pretty;
mod text;

use std::io::{self, Write};
use std::process::ExitCode;

use adit_foreground::interfaces::{Device, Reason, Sockets};
use adit_tunnel::{DeviceUpdate, DeviceView};

use crate::output::{coloured_as_wg, now, tell};
use field::Field;
use pretty::Style;

/// The arguments of `adit show`; positional as in `wg show`.
#[derive(clap::Args, Debug)]
pub(crate) struct ShowArgs {
    /// Name of an interface, `all`, or `interfaces` for the names alone [default: all]
    pub(crate) interface: Option<String>,
    /// Field to print instead of everything: public-key, private-key, listen-port, fwmark, peers, preshared-keys, endpoints,
    /// allowed-ips, latest-handshakes, transfer, persistent-keepalive or dump
    pub(crate) field: Option<String>,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// The arguments of `adit showconf`.
#[derive(clap::Args, Debug)]
pub(crate) struct ShowconfArgs {
    /// Name of an interface
    pub(crate) interface: String,
    /// Print JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `adit show`.
pub(crate) fn show(arguments: &ShowArgs) -> ExitCode {
    finish(|out| show_to(out, arguments))
}

/// Changes an interface through the process that serves it.
pub(crate) fn apply(interface: &str, update: &DeviceUpdate) -> Result<(), Reason> {
    Sockets::system().set(interface, update)
}

/// Returns the state of `interface`, for callers that word errors themselves.
pub(crate) fn state(interface: &str) -> Result<DeviceView, Reason> {
    Ok(Sockets::system().get(interface)?.view)
}

/// Like [`state`], but accepts only an interface that root serves, not the service's user.
pub(crate) fn state_of_root(interface: &str) -> Result<DeviceView, Reason> {
    Ok(Sockets::of_root().get(interface)?.view)
}

/// `adit showconf`.
pub(crate) fn showconf(arguments: &ShowconfArgs) -> ExitCode {
    finish(|out| {
        let device = one(&arguments.interface)?;
        if arguments.json {
            json::write(out, &[device], Some(Field::Dump))?
        } else {
            conf::write(out, &device.view)?
        }
        Ok(())
    })
}

/// The reason why not everything was shown.
#[derive(Debug, thiserror::Error)]
enum ShowError {
    #[error("Unable to list interfaces: {0}")]
    List(Reason),
    #[error("Unable to access interface: {0}")]
    Access(Reason),
    #[error("Invalid parameter: `{0}'\n{USAGE}")]
    Field(String),
    #[error("{USAGE}")]
    Usage,
    /// None of the existing interfaces could be read; each failure has been reported.
    #[error("")]
    AllFailed,
    #[error("Unable to write: {0}")]
    Output(#[from] io::Error),
}

const USAGE: &str = "Usage: adit show { <interface> | all | interfaces } [public-key | private-key | listen-port | fwmark | peers | \
                     preshared-keys | endpoints | allowed-ips | latest-handshakes | transfer | persistent-keepalive | dump]";

fn finish(write: impl FnOnce(&mut dyn Write) -> Result<(), ShowError>) -> ExitCode {
    let mut out = io::BufWriter::new(io::stdout().lock());
    let outcome = write(&mut out).and_then(|()| Ok(out.flush()?));
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        // The reader has closed the pipe.
        Err(ShowError::Output(error)) if error.kind() == io::ErrorKind::BrokenPipe => ExitCode::SUCCESS,
        Err(ShowError::AllFailed) => ExitCode::FAILURE,
        Err(error) => {
            tell(error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn show_to(out: &mut dyn Write, arguments: &ShowArgs) -> Result<(), ShowError> {
    let field =
        || arguments.field.as_deref().map(|name| Field::parse(name).ok_or_else(|| ShowError::Field(name.to_owned()))).transpose();
    match arguments.interface.as_deref() {
        Some("interfaces") if arguments.field.is_some() => Err(ShowError::Usage),
        Some("interfaces") => Ok(write_names(out, &names()?, arguments.json)?),
        None | Some("all") => {
            let devices = all(&names()?)?;
            write_devices(out, &devices, field()?, true, arguments.json)
        }
        Some(name) => {
            let device = one(name)?;
            write_devices(out, &[device], field()?, false, arguments.json)
        }
    }
}

fn write_devices(
    out: &mut dyn Write,
    devices: &[Device],
    field: Option<Field>,
    named: bool,
    as_json: bool,
) -> Result<(), ShowError> {
    if as_json {
        return Ok(json::write(out, devices, field)?);
    }
    let style = Style { coloured: coloured_as_wg(), reveal: reveals_keys(), now: now() / 1000 };
    for (index, device) in devices.iter().enumerate() {
        match field {
            Some(field) => field.write(out, device, named)?,
            None => {
                if index > 0 {
                    writeln!(out)?;
                }
                pretty::write(out, device, style)?;
            }
        }
    }
    Ok(())
}

fn write_names(out: &mut dyn Write, names: &[String], as_json: bool) -> io::Result<()> {
    match (as_json, names) {
        (true, _) => writeln!(out, "{}", serde_json::Value::from(names)),
        (false, []) => Ok(()),
        (false, _) => writeln!(out, "{}", names.join(" ")),
    }
}

fn names() -> Result<Vec<String>, ShowError> {
    Sockets::system().names().map_err(ShowError::List)
}

fn one(name: &str) -> Result<Device, ShowError> {
    Sockets::system().get(name).map_err(ShowError::Access)
}

/// Reads all interfaces. Those that cannot be read are reported and left out.
fn all(names: &[String]) -> Result<Vec<Device>, ShowError> {
    let mut devices = Vec::new();
    for name in names {
        match Sockets::system().get(name) {
            Ok(device) => devices.push(device),
            Err(reason) => tell(format!("Unable to access interface {name}: {reason}")),
        }
    }
    if devices.is_empty() && !names.is_empty() { Err(ShowError::AllFailed) } else { Ok(devices) }
}

fn reveals_keys() -> bool {
    std::env::var("WG_HIDE_KEYS").is_ok_and(|mode| mode == "never")
}
