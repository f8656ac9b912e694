//! `adit demo`: a whole tunnel with no server at hand. A throwaway peer with a small web page behind it is started, a `.conf` is
//! written and brought up, the page is fetched through the tunnel, speed is measured, and nothing is left behind.
//!
//! As root this happens in two network namespaces with real TUN devices; else with the `smoltcp` IP stack in this process and the same
//! engine over UDP on the loopback interface.
//!
//! As root your end is another process, `PROGRAM up FILE`, where `PROGRAM` is the program that runs the demo: `adit`, or the small program
//! of this crate, which `cargo xtask demo` compiles in place of the whole of `adit`.

#![forbid(unsafe_code)]
// `print!` and `eprint!` panic if the output is closed, and would leave the tunnel up.
#![warn(clippy::print_stderr, clippy::print_stdout)]

mod belongings;
mod conf_file;
mod folder;
mod ground;
mod keys;
#[cfg_attr(not(target_os = "linux"), path = "no_namespaces.rs")]
mod namespaces;
mod report;
mod scenario;
mod sockets;
mod traffic;
mod tunnel;
mod up;
mod userspace;
mod web;

use std::process::ExitCode;
use std::time::Duration;

use clap::Args;

use crate::report::Progress;

/// The options of `adit demo`.
#[derive(Args, Debug)]
pub struct DemoArgs {
    /// Print the results as one JSON object
    #[arg(long)]
    json: bool,
    /// Use an IP stack in this process instead of TUN devices, as without root
    #[arg(long)]
    userspace: bool,
    /// Seconds of sending at full speed in each direction
    #[arg(long, value_name = "SECONDS", default_value_t = 2, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
}

/// `adit demo`. Exit code 0: the page and the figures came through and were printed; 1: a failure; 128 + the signal's number:
/// interrupted.
pub fn demo(arguments: &DemoArgs) -> ExitCode {
    let progress = Progress::new(arguments.json);
    let request =
        scenario::Request { userspace: arguments.userspace, bulk: Duration::from_secs(arguments.seconds), progress: &progress };
    match scenario::run(&request).and_then(|figures| progress.finish(&figures)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            progress.fail(&error);
            ExitCode::FAILURE
        }
    }
}
