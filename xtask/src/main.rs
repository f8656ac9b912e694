//! The project's own commands, `cargo xtask COMMAND`. Each does its own set-up, so that a fresh clone needs nothing else.
//! Continuous integration runs the same commands under the same names.
#![forbid(unsafe_code)]

mod advisories;
mod ages;
mod app;
mod bench;
mod boots;
mod checksum;
mod cross;
mod dates;
mod deny;
mod fuzz;
mod generated;
mod leaks;
mod lockfile;
mod machine;
mod miri;
mod package;
mod simulation;
mod skips;
mod summary;
mod test;
mod window;
mod windows;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use anyhow::{Context as _, bail};
use summary::Summary;

const USAGE: &str = "\
usage: cargo xtask COMMAND [ARGUMENTS]

  demo           a real tunnel carries a web page, with no server at hand (arguments go to `adit demo`)
  test           everything: packages it needs, formatting, lints, all tests, tunnels in network namespaces, licences
  e2e [FILTER]   only the tunnels in network namespaces (needs root)
  bench [DUEL]   micro-benchmarks and, as root, the duel against other implementations; writes docs/PERFORMANCE.md
  bench networks [CHANGES]
                 how fast the service follows changes of the network, and what gets out meanwhile (needs root)
  app [ARGUMENT..]
                 build the desktop app and open its window: with the service if it runs, or with --socket PATH that of a
                 service; where none runs, or with --mock, with a simulated computer (--mock --socket PATH: whose service
                 listens on PATH; --build only builds it; --test runs its tests, as root also those of the real window
                 with the real service; other arguments go to the app)
  gen            write what is made from the code: the contract in TypeScript
  window         only the window: types, lints, and its tests, also in a browser
  shots          pictures of the window, in docs/screenshots
  check          type-check for Windows, macOS, iOS and Android
  windows        build for Windows and run tests under Wine, and a tunnel between Wine and Linux (needs root)
  deny           licences, advisories, banned crates, sources, age of crates
  ages --update  record when each crate version of Cargo.lock was published; without --update, check it
  advisories --update DIR
                 make the snapshot of the advisory database anew from DIR, a clone of github.com/RustSec/advisory-db
  package        the programs, optimized, and .deb and .rpm packages of them, with bill of materials, licences and checksums,
                 in target/package (--profile PROFILE: not optimized; --version VERSION: of the packages; --without-programs:
                 only the documents; --test: install, upgrade and remove the packages, which needs root and takes minutes)
  soak           the slow tests: rekeying at the real 120 s under traffic (needs root, takes minutes)
  kills [COUNT]  kill the service at random moments, 200 or COUNT times, and see it come back (needs root)
  abuse [ROUNDS] measure a tunnel alone and beside a user who abuses the control socket, 5 or ROUNDS times (needs root)
  orders [COUNT] 10,000 or COUNT random orders of three users to the service, each judged against a model (needs root)
  leaks          try every known way past a tunnel on Adit and on wg-quick; writes the table of docs/SECURITY.md (needs root)
  fuzz [OPTION..] [TARGET..]
                 look for inputs that break a parser, 10 minutes for each target (--minutes N; --jobs N at a time;
                 --keep puts what was found into core/fuzz/corpus)
  miri           run tests of core/platform in Miri (needs rustup's nightly toolchain with Miri)
  boots          install the service on an emulated computer with systemd, start that twice, remove it again (needs root, takes minutes)
  fmt            format the code";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if std::env::var_os(fuzz::instrument::VARIABLE).is_some() {
        return fuzz::instrument::rustc(&arguments);
    }
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", &[][..]),
    };
    let outcome = match command {
        "demo" => demo(rest),
        "test" => test::everything(),
        "e2e" => test::only_e2e(rest),
        "bench" => bench::bench(rest),
        "app" => app::app(rest),
        "gen" => generated::write(),
        "window" => simulation::build().and_then(|()| summarized(window::check)),
        "shots" => window::shots(),
        "check" => summarized(cross::check),
        "windows" => summarized(windows::check),
        "deny" => summarized(deny::check),
        "ages" => ages::command(rest),
        "advisories" => advisories::command(rest),
        "package" => package::command(rest),
        "soak" => test::soak(rest),
        "kills" => test::kills(rest),
        "abuse" => test::abuse(rest),
        "orders" => test::orders(rest),
        "leaks" => leaks::leaks(),
        "fuzz" => fuzz::fuzz(rest),
        "miri" => miri::miri(),
        "boots" => boots::boots(),
        "fmt" => run(&mut cargo_fmt()),
        "help" | "--help" | "-h" => {
            println!("{USAGE}");
            return ExitCode::SUCCESS;
        }
        unknown => {
            eprintln!("xtask: no command `{unknown}`\n\n{USAGE}");
            return ExitCode::from(2);
        }
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn demo(arguments: &[String]) -> anyhow::Result<()> {
    if machine::is_root() {
        machine::install(&[machine::IPROUTE])?;
    }
    // Compiles only the crates that the demo uses. Cargo shows its progress, because the first time takes minutes.
    println!("Compiling Adit for the demo, which takes some minutes the first time ...");
    run(cargo("run").args(["--profile", "quick", "--package", "adit-demo", "--"]).args(arguments))
}

fn summarized(work: fn(&mut Summary) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let mut summary = Summary::default();
    work(&mut summary)?;
    summary.finish()
}

/// Creates `cargo SUBCOMMAND` in the root of the workspace. It fails if it would have to change `Cargo.lock`.
fn cargo(subcommand: &str) -> Command {
    let mut command = plain_cargo();
    command.args([subcommand, "--locked"]);
    command
}

/// Creates `cargo fmt` for the whole workspace. It resolves no dependencies, so it does not accept `--locked`.
fn cargo_fmt() -> Command {
    let mut command = plain_cargo();
    command.args(["fmt", "--all"]);
    command
}

/// Creates a command of the cargo that runs this program, in the root of the workspace.
fn plain_cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    // Unpacked programs come last, so that installed ones take precedence.
    let mut path = std::env::var_os("PATH").unwrap_or_default();
    path.push(":");
    path.push(machine::unpacked());
    command.env("PATH", path);
    command
}

/// Returns the root of the workspace.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().map(Path::to_path_buf).unwrap_or_default()
}

fn run(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().with_context(|| format!("cannot start {}", command.get_program().display()))?;
    if !status.success() {
        bail!("{} ended with {status}", command.get_program().display());
    }
    Ok(())
}
