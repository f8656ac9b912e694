//! `adit-wg NAME`: runs one interface that is configured only through its UAPI socket. It accepts the arguments and the
//! environment of `wireguard-go` and replaces it, so that `WG_QUICK_USERSPACE_IMPLEMENTATION=adit-wg wg-quick up FILE` works.
#![forbid(unsafe_code)]
// `print!` and `eprint!` panic if the output is closed.
#![warn(clippy::print_stderr, clippy::print_stdout)]

mod arguments;
mod background;
#[cfg_attr(windows, path = "windows_foreground.rs")]
#[cfg_attr(not(any(target_os = "linux", windows)), path = "no_foreground.rs")]
mod foreground;
#[cfg(any(target_os = "linux", windows))]
mod leaving;

use std::io::{self, Write};
use std::process::ExitCode;

use anyhow::Context;
use arguments::{Environment, Mode, Request};

fn main() -> ExitCode {
    if let Err(error) = adit_platform::native::memory::keep_private() {
        tell(&format!("adit-wg: a crash would leave an image of the memory, with all keys: {error}"));
    }
    let environment = match Environment::read(|name| std::env::var_os(name)) {
        Ok(environment) => environment,
        Err(error) => return failed(&error),
    };
    let stays = environment.foreground || !foreground::HAS_BACKGROUND;
    let outcome = match arguments::parse(std::env::args_os().skip(1)) {
        Ok(Request::Version) => say(&arguments::version()),
        Ok(Request::Help) => say(&arguments::usage()),
        Ok(Request::Run { name, mode: Mode::Background }) if !stays => background::start(&name),
        Ok(Request::Run { name, .. }) => foreground::run(&name, &environment),
        Err(error) => {
            tell(&arguments::usage());
            Err(error)
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn say(text: &str) -> anyhow::Result<()> {
    writeln!(io::stdout(), "{text}").context("writing to standard output")
}

fn failed(error: &anyhow::Error) -> ExitCode {
    tell(&format!("adit-wg: {error:#}"));
    ExitCode::FAILURE
}

/// Writes a line to standard error; ignores errors, because it may be closed.
fn tell(line: &str) {
    let _ = io::stderr().lock().write_all(format!("{line}\n").as_bytes());
}
