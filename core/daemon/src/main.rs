//! `aditd`, the service: keeps this computer's tunnels up and serves the control socket.
#![forbid(unsafe_code)]
// `println!` and `eprintln!` panic if the output is closed.
#![warn(clippy::print_stderr, clippy::print_stdout)]

mod arguments;
mod boot;
mod confine;
mod daemon;
mod heartbeat;
mod hooks;
mod log;
mod manual;
mod metrics;
mod panic;
mod portal;
mod service;
mod sink;
mod store;

use std::env;
use std::io::{self, Write as _};
use std::process::ExitCode;
use std::sync::Arc;

use adit_platform::native::{helper, memory};
use arguments::Arguments;
use clap::Parser as _;
use service::ServiceManager as _;

fn main() -> ExitCode {
    panic::ends_the_process();
    if env::args_os().nth(1).is_some_and(|first| first == helper::ARGUMENT) {
        return end(confine::help());
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return misread(&error),
    };
    if arguments.man_page {
        return end(manual::write(&mut io::stdout().lock()).map_err(anyhow::Error::from));
    }
    if let Some(done) = arguments.setup.perform() {
        return end(done);
    }
    let arguments = Arc::new(arguments);
    let of_service = Arc::clone(&arguments);
    arguments.setup.run(move || run(&of_service))
}

/// Runs the service until it is told to end.
fn run(arguments: &Arguments) -> ExitCode {
    let manager = match service::Manager::from_environment() {
        Ok(manager) => manager,
        Err(error) => return end(Err(error)),
    };
    log::start(arguments.log_level, Some(&manager));
    if let Err(error) = memory::keep_private() {
        tracing::warn!("a crash would leave an image of the memory, with all keys: {error}");
    }
    let work = if arguments.close_first { daemon::close_first } else { daemon::run };
    let done = confine::leave_programs_to_helper().and_then(|helper| work(arguments, manager, helper));
    end(done.inspect_err(|error| manager.failed(error)))
}

fn end(done: anyhow::Result<()>) -> ExitCode {
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tell(&format!("aditd: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Prints clap's message. Returns 0 after help or the version, and 2 after an invalid command line, whose error begins like all
/// others of `aditd`.
fn misread(error: &clap::Error) -> ExitCode {
    let text = error.to_string();
    if error.use_stderr() {
        daemon::send_away();
        tell(&text.strip_prefix("error:").map_or(text.trim_end().to_owned(), |rest| format!("aditd:{}", rest.trim_end())));
        return ExitCode::from(2);
    }
    let mut out = io::stdout().lock();
    match out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Writes a line to standard error, which may be closed.
fn tell(line: &str) {
    let _ = io::stderr().lock().write_all(format!("{line}\n").as_bytes());
}
