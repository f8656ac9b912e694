//! The `adit` command.
#![forbid(unsafe_code)]
// They panic where the output is closed, and a tunnel would be left half taken back.
#![warn(clippy::print_stderr, clippy::print_stdout)]

mod calc;
mod demo;
mod down;
mod keys;
mod lint;
mod private_file;
mod proxy;
mod qr;
mod show;
mod strip;
mod up;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

#[derive(Parser, Debug)]
#[command(name = "adit", version, about = "A WireGuard client")]
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
    /// Use a tunnel without root: through SOCKS5, HTTP or forwarded ports, with nothing changed on this computer
    Proxy(proxy::ProxyArgs),
    /// Show a configuration file without what only wg-quick understands
    Strip(strip::StripArgs),
    /// Check configuration files, and say what is wrong and what would be right
    Lint(lint::LintArgs),
    /// Show a configuration file as a QR code, for a phone to scan
    Qr(qr::QrArgs),
    /// Work out AllowedIPs: `adit calc everything except 192.168.0.0/16`
    Calc(calc::CalcArgs),
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
        up::warn(format!("a crash would leave an image of the memory, with all keys: {error}"));
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return misread(&error),
    };
    match arguments.verb {
        Verb::Up(arguments) => up::up(&arguments),
        Verb::Down(arguments) => down::down(&arguments),
        Verb::Proxy(arguments) => proxy::proxy(&arguments),
        Verb::Strip(arguments) => strip::strip(&arguments),
        Verb::Lint(arguments) => lint::lint(&arguments),
        Verb::Qr(arguments) => qr::qr(&arguments),
        Verb::Calc(arguments) => calc::calc(&arguments),
        Verb::Demo(arguments) => demo::demo(&arguments),
        Verb::Show(arguments) => show::show(&arguments),
        Verb::Showconf(arguments) => show::showconf(&arguments),
        Verb::Genkey => keys::genkey(),
        Verb::Genpsk => keys::genpsk(),
        Verb::Pubkey => keys::pubkey(),
    }
}

/// Help and the version are asked for: 0. All else was mistyped: 2, and the complaint begins as all our others do.
fn misread(error: &clap::Error) -> ExitCode {
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return up::outcome(up::print(&error.to_string()).map_err(Into::into));
    }
    let text = error.to_string();
    up::tell(text.strip_prefix("error:").map_or(text.trim_end().to_owned(), |rest| format!("adit:{}", rest.trim_end())));
    ExitCode::from(2)
}
