//! `adit demo` as a program of its own, for `cargo xtask demo`: it compiles in a fraction of the time that all of `adit` takes.
#![forbid(unsafe_code)]
#![warn(clippy::print_stderr, clippy::print_stdout)]

use std::process::ExitCode;

use adit_demo::DemoArgs;
use adit_foreground::lines::{tell, warn};
use adit_foreground::{Allowed, NotAllowed, Source, keep_up, needs_root, platform, request};
use clap::{Args, Parser, Subcommand};

/// The exit code of `adit` if only root may run the verb.
const NOT_ALLOWED: u8 = 3;

#[derive(Parser, Debug)]
#[command(
    name = "adit-demo",
    version,
    about = "See a tunnel at work, with no server at hand",
    args_conflicts_with_subcommands = true
)]
struct Arguments {
    #[command(flatten)]
    demo: DemoArgs,
    #[command(subcommand)]
    verb: Option<Verb>,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// Keep the tunnel of a file up, as `adit up FILE` does: the demo's own end
    #[command(hide = true)]
    Up(UpArgs),
}

#[derive(Args, Debug)]
struct UpArgs {
    /// A configuration file NAME.conf
    file: String,
}

fn main() -> ExitCode {
    if let Err(error) = adit_platform::native::memory::keep_private() {
        warn(format!("a crash would leave an image of the memory, with all keys: {error}"));
    }
    let arguments = Arguments::parse();
    match arguments.verb {
        None => adit_demo::demo(&arguments.demo),
        Some(Verb::Up(UpArgs { file })) => match up(&file) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                tell(format!("adit: {error:#}"));
                if error.is::<NotAllowed>() { NOT_ALLOWED.into() } else { ExitCode::FAILURE }
            }
        },
    }
}

fn up(file: &str) -> anyhow::Result<()> {
    let source = Source::read(file)?;
    let config = source.understand()?;
    needs_root("up", file)?;
    keep_up(request(&source, config, Allowed::default()), &source, &platform()?)
}
