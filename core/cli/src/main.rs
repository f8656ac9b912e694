//! The `adit` command.
#![forbid(unsafe_code)]
// `print!` and `eprint!` panic if the output is closed, and would leave a tunnel half undone.
#![warn(clippy::print_stderr, clippy::print_stdout)]

mod calc;
mod client;
mod completions;
mod down;
mod exit;
mod home;
mod keys;
mod lint;
mod output;
mod private_file;
mod private_folder;
mod proxy;
mod qr;
mod repair;
mod save;
mod secret_input;
mod show;
mod strip;
mod up;
mod wg;

use std::process::ExitCode;

use clap::error::ErrorKind;
use clap::{Parser, Subcommand};

use client::finish;
use exit::Exit;

#[derive(Parser, Debug)]
#[command(name = "adit", version, about = "A WireGuard client", after_help = "Exit codes: adit help exit-codes")]
struct Arguments {
    #[command(subcommand)]
    verb: Verb,
}

#[derive(Subcommand, Debug)]
enum Verb {
    /// List all tunnels
    List(client::list::ListArgs),
    /// Show the state, peers and settings of a tunnel
    Status(client::status::StatusArgs),
    /// Bring a tunnel up; the tunnel of a file runs in the foreground until Ctrl-C
    Up(up::UpArgs),
    /// Take a tunnel down
    Down(down::DownArgs),
    /// Remove settings that a killed `adit up` or service left on this computer, kill switches included
    Repair(repair::RepairArgs),
    /// Bring a tunnel up if it is down, and down if it is up
    Toggle(client::switch::ToggleArgs),
    /// Restart a tunnel with its saved configuration
    Restart(client::switch::RestartArgs),
    /// Apply the saved configuration to a running tunnel without taking it down
    Reload(client::switch::ReloadArgs),
    /// Take a tunnel down for a while
    Pause(client::switch::PauseArgs),
    /// Bring a paused tunnel up
    Resume(client::switch::ResumeArgs),
    /// Show the changes that bringing a tunnel up would make, without making any
    Preview(up::PreviewArgs),
    /// Import tunnels from files, folders, archives, pictures of QR codes or an https:// address
    Import(client::import::ImportArgs),
    /// Export the configuration of a tunnel, with its keys
    Export(client::export::ExportArgs),
    /// Save all tunnels, with keys and settings, in one encrypted file
    Backup(client::backup::BackupArgs),
    /// Restore the tunnels of an encrypted file of `adit backup`
    Restore(client::restore::RestoreArgs),
    /// Add another device as a peer of a tunnel, and make the configuration for the device
    Invite(client::invite::InviteArgs),
    /// Edit the configuration of a tunnel
    Edit(client::edit::EditArgs),
    /// Save the running settings of a tunnel in its configuration
    Save(save::SaveArgs),
    /// Rename a tunnel
    Rename(client::keep::RenameArgs),
    /// Delete tunnels, with their keys and earlier versions
    Remove(client::keep::RemoveArgs),
    /// Bring a tunnel up at boot, or not
    Boot(client::keep::BootArgs),
    /// Set the kill switch of a tunnel
    Block(client::keep::BlockArgs),
    /// Allow or block IPv6 outside a tunnel that takes all of IPv4 and none of IPv6
    Ipv6(client::keep::Ipv6Args),
    /// Show the commands of a tunnel (PostUp and so on), and allow them to run
    Approve(client::approve::ApproveArgs),
    /// Select whether the service keeps a tunnel's private key or asks for it
    Key(client::key::KeyArgs),
    /// Set the age at which the keys of a tunnel count as old
    Remind(client::remind::RemindArgs),
    /// List the current and earlier versions of a configuration
    Versions(client::versions::VersionsArgs),
    /// Restore an earlier version of a configuration
    Undo(client::versions::UndoArgs),
    /// Replace the private key of a tunnel without losing the connection
    Rotate(client::rotate::RotateArgs),
    /// Move a tunnel from wg-quick to the service
    TakeOver(client::take_over::TakeOverArgs),
    /// Show the route of packets to an address, and the reason for it
    Route(client::route::RouteArgs),
    /// Print a report for the other end's administrator, or compare this end with their report
    Report(client::report::ReportArgs),
    /// Choose tunnels by the network that the computer is in
    Rules(client::rules::RulesArgs),
    /// Sign in to a network that shows a page first, with a browser that alone may reach it
    Portal(client::portal::PortalArgs),
    /// Collect state, configuration and log without keys, for somebody who helps with a problem
    Support(client::support::SupportArgs),
    /// Show the log of the service
    Logs(client::logs::LogsArgs),
    /// Print events as they happen, or run a program for each
    Events(client::events::EventsArgs),
    /// Show the state and traffic of tunnels continually
    Watch(client::watch::WatchArgs),
    /// Use a tunnel without root through SOCKS5, HTTP or forwarded ports
    Proxy(proxy::ProxyArgs),
    /// Show a tunnel or a configuration file as a QR code, for a phone to scan
    Qr(qr::QrArgs),
    /// Check configuration files, and suggest corrections
    Lint(lint::LintArgs),
    /// Print a configuration file without the settings that only wg-quick reads
    Strip(strip::StripArgs),
    /// Calculate AllowedIPs: `adit calc everything except 192.168.0.0/16`
    Calc(calc::CalcArgs),
    /// Let computers find out whether they are at home, for rules
    Home(home::HomeArgs),
    /// Demonstrate a tunnel on this computer, without a server
    Demo(adit_demo::DemoArgs),
    /// Show interfaces as `wg show` does
    Show(show::ShowArgs),
    /// Show an interface as a configuration file
    Showconf(show::ShowconfArgs),
    /// Generate a private key
    Genkey,
    /// Generate a preshared key
    Genpsk,
    /// Read a private key from standard input and print its public key
    Pubkey,
    /// Run a command of wg(8), with the same arguments
    #[command(subcommand_required = false, disable_help_subcommand = true)]
    Wg(wg::WgArgs),
    /// Print the completion script for a shell
    Completions(completions::CompletionsArgs),
    /// Print the manual pages
    Man(completions::ManArgs),
    /// List the exit codes
    #[command(hide = true, after_help = exit::text())]
    ExitCodes,
}

fn main() -> ExitCode {
    if let Err(error) = adit_platform::native::memory::keep_private() {
        output::warn(format!("a crash would leave an image of the memory, with all keys: {error}"));
    }
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(error) => return misread(&error),
    };
    match arguments.verb {
        Verb::List(arguments) => finish(&arguments.options, client::list::list(&arguments)),
        Verb::Status(arguments) => finish(&arguments.options, client::status::status(&arguments)),
        Verb::Up(arguments) => finish(&arguments.options, up::up(&arguments)),
        Verb::Down(arguments) => finish(&arguments.options, down::down(&arguments)),
        Verb::Repair(arguments) => finish(&arguments.options, repair::repair(&arguments)),
        Verb::Toggle(arguments) => finish(&arguments.options, client::switch::toggle(&arguments)),
        Verb::Restart(arguments) => finish(&arguments.options, client::switch::restart(&arguments)),
        Verb::Reload(arguments) => finish(&arguments.options, client::switch::reload(&arguments)),
        Verb::Pause(arguments) => finish(&arguments.options, client::switch::pause(&arguments)),
        Verb::Resume(arguments) => finish(&arguments.options, client::switch::resume(&arguments)),
        Verb::Preview(arguments) => finish(&arguments.options, up::preview(&arguments)),
        Verb::Import(arguments) => finish(&arguments.options, client::import::import(&arguments)),
        Verb::Export(arguments) => finish(&arguments.options, client::export::export(&arguments)),
        Verb::Backup(arguments) => finish(&arguments.options, client::backup::backup(&arguments)),
        Verb::Restore(arguments) => finish(&arguments.options, client::restore::restore(&arguments)),
        Verb::Invite(arguments) => finish(&arguments.options, client::invite::invite(&arguments)),
        Verb::Edit(arguments) => finish(&arguments.options, client::edit::edit(&arguments)),
        Verb::Save(arguments) => finish(&arguments.options, save::save(&arguments)),
        Verb::Rename(arguments) => finish(&arguments.options, client::keep::rename(&arguments)),
        Verb::Remove(arguments) => finish(&arguments.options, client::keep::remove(&arguments)),
        Verb::Boot(arguments) => finish(&arguments.options, client::keep::boot(&arguments)),
        Verb::Block(arguments) => finish(&arguments.options, client::keep::block(&arguments)),
        Verb::Ipv6(arguments) => finish(&arguments.options, client::keep::ipv6(&arguments)),
        Verb::Approve(arguments) => finish(&arguments.options, client::approve::approve(&arguments)),
        Verb::Key(arguments) => finish(&arguments.options, client::key::key(&arguments)),
        Verb::Remind(arguments) => finish(&arguments.options, client::remind::remind(&arguments)),
        Verb::Versions(arguments) => finish(&arguments.options, client::versions::versions(&arguments)),
        Verb::Undo(arguments) => finish(&arguments.options, client::versions::undo(&arguments)),
        Verb::Rotate(arguments) => finish(&arguments.options, client::rotate::rotate(&arguments)),
        Verb::TakeOver(arguments) => finish(&arguments.options, client::take_over::take_over(&arguments)),
        Verb::Route(arguments) => finish(&arguments.options, client::route::route(&arguments)),
        Verb::Report(arguments) => finish(&arguments.options, client::report::report(&arguments)),
        Verb::Rules(arguments) => client::rules::rules(&arguments),
        Verb::Portal(arguments) => client::portal::portal(&arguments),
        Verb::Support(arguments) => finish(&arguments.options, client::support::support(&arguments)),
        Verb::Logs(arguments) => finish(&arguments.options, client::logs::logs(&arguments)),
        Verb::Events(arguments) => finish(&arguments.options, client::events::events(&arguments)),
        Verb::Watch(arguments) => finish(&arguments.options, client::watch::watch(&arguments)),
        Verb::Proxy(arguments) => proxy::proxy(&arguments),
        Verb::Qr(arguments) => finish(&arguments.options, qr::qr(&arguments)),
        Verb::Lint(arguments) => lint::lint(&arguments),
        Verb::Strip(arguments) => strip::strip(&arguments),
        Verb::Calc(arguments) => calc::calc(&arguments),
        Verb::Home(arguments) => home::home(&arguments),
        Verb::Demo(arguments) => adit_demo::demo(&arguments),
        Verb::Show(arguments) => show::show(&arguments),
        Verb::Showconf(arguments) => show::showconf(&arguments),
        Verb::Genkey => keys::genkey(),
        Verb::Genpsk => keys::genpsk(),
        Verb::Pubkey => keys::pubkey(),
        Verb::Wg(arguments) => wg::wg(&arguments),
        Verb::Completions(arguments) => finish_plainly(completions::completions(&arguments)),
        Verb::Man(arguments) => finish_plainly(completions::man(&arguments)),
        Verb::ExitCodes => exit::outcome(output::print(&exit::text()).map_err(Into::into)),
    }
}

/// Ends a verb that has no options of [`client::Options`].
fn finish_plainly(outcome: Result<(), client::Failure>) -> ExitCode {
    finish(&client::Options { socket: None, json: false, quiet: false }, outcome)
}

/// Ends after a command line that clap did not accept. Help and version: 0. Anything else is a usage error: 2, printed like all
/// other errors.
fn misread(error: &clap::Error) -> ExitCode {
    let words: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into_owned()).collect();
    if let Some((verb, words)) = words.split_first()
        && verb == "wg"
    {
        return wg::misread(error, words);
    }
    if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) {
        return exit::outcome(output::print(&error.to_string()).map_err(Into::into));
    }
    let text = error.to_string();
    output::tell(text.strip_prefix("error:").map_or(text.trim_end().to_owned(), |rest| format!("adit:{}", rest.trim_end())));
    Exit::Usage.into()
}
