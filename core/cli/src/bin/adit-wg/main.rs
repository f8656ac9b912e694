//! `adit-wg NAME`: one interface, steered through its configuration socket alone. Takes the arguments, the environment and the
//! place of `wireguard-go`, so that `WG_QUICK_USERSPACE_IMPLEMENTATION=adit-wg wg-quick up FILE` works.
#![forbid(unsafe_code)]

mod arguments;
mod background;
mod foreground;

use std::process::ExitCode;

use arguments::{Environment, Mode, Request};

fn main() -> ExitCode {
    let environment = match Environment::read(|name| std::env::var_os(name)) {
        Ok(environment) => environment,
        Err(error) => return failed(&error),
    };
    let outcome = match arguments::parse(std::env::args().skip(1)) {
        Ok(Request::Version) => {
            println!("{}", arguments::version());
            Ok(())
        }
        Ok(Request::Help) => {
            println!("{}", arguments::USAGE);
            Ok(())
        }
        Ok(Request::Run { name, mode: Mode::Background }) if !environment.foreground => background::start(&name),
        Ok(Request::Run { name, .. }) => foreground::run(&name, &environment),
        Err(error) => {
            eprintln!("{}", arguments::USAGE);
            Err(error)
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => failed(&error),
    }
}

fn failed(error: &anyhow::Error) -> ExitCode {
    eprintln!("adit-wg: {error:#}");
    ExitCode::FAILURE
}
