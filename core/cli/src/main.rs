//! The `adit` command.
#![forbid(unsafe_code)]

mod demo;
mod down;
mod keys;
mod show;
mod strip;
mod up;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser, Debug)]
#[command(name = "adit", version, about)]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Bring a tunnel up, and keep it up until Ctrl-C
    Up(up::UpArgs),
    /// Take a tunnel down
    Down(down::DownArgs),
    /// Show a configuration file without what only wg-quick understands
    Strip(strip::StripArgs),
    /// See a tunnel at work, with no server at hand
    Demo(demo::DemoArgs),
    /// Show interfaces as `wg show` does
    Show(show::ShowArgs),
    /// Show an interface as a configuration file
    Showconf(show::ShowconfArgs),
    /// Make a private key
    Genkey,
    /// Make a preshared key
    Genpsk,
    /// Read a private key from standard input and write its public key
    Pubkey,
}

fn main() -> ExitCode {
    if let Err(error) = adit_platform::linux::memory::keep_private() {
        eprintln!("adit: a crash would leave an image of the memory, with all keys: {error}");
    }
    match Arguments::parse().verb {
        Verb::Up(arguments) => up::up(&arguments),
        Verb::Down(arguments) => down::down(&arguments),
        Verb::Strip(arguments) => strip::strip(&arguments),
        Verb::Demo(arguments) => demo::demo(&arguments),
        Verb::Show(arguments) => show::show(&arguments),
        Verb::Showconf(arguments) => show::showconf(&arguments),
        Verb::Genkey => keys::genkey(),
        Verb::Genpsk => keys::genpsk(),
        Verb::Pubkey => keys::pubkey(),
    }
}
