//! `adit home`: the home probe by hand. `key` makes the key of a home, `serve` answers for it, `ask` asks whether this is it.

mod ask;
mod key;
mod serve;

use std::process::ExitCode;

use clap::{Args, Subcommand};

use crate::client::{Options, finish};

/// The arguments of `adit home`.
#[derive(Args, Debug)]
pub(crate) struct HomeArgs {
    #[command(subcommand)]
    verb: HomeVerb,
}

#[derive(Subcommand, Debug)]
enum HomeVerb {
    /// Make the key of a home in a file, and print its public key, which every computer of the household needs
    Key(key::KeyArgs),
    /// Answer computers that know the public key and ask whether this is home, until Ctrl-C
    Serve(serve::ServeArgs),
    /// Ask the local network whether it is the home with this public key
    Ask(ask::AskArgs),
}

/// What the three verbs have in common.
#[derive(Args, Clone, Debug)]
struct Output {
    /// Print JSON, including errors
    #[arg(long)]
    json: bool,
}

impl Output {
    fn options(&self) -> Options {
        Options { socket: None, json: self.json, quiet: false }
    }
}

/// `adit home`. Exit code 0: done, or this is home; 7: nobody proved that it is.
pub(crate) fn home(arguments: &HomeArgs) -> ExitCode {
    match &arguments.verb {
        HomeVerb::Key(arguments) => finish(&arguments.output.options(), key::key(arguments)),
        HomeVerb::Serve(arguments) => finish(&arguments.output.options(), serve::serve(arguments)),
        HomeVerb::Ask(arguments) => ask::ask(arguments),
    }
}
