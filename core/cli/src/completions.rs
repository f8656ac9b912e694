//! `adit completions` and `adit man`: both are generated from the definition of the command line, so they always agree with it.

use std::path::PathBuf;

use anyhow::Context;
use clap::CommandFactory;
use clap_complete::Shell;
use clap_mangen::roff::{Roff, bold, roman};

use crate::client::Failure;
use crate::exit;
use crate::output::print;

/// The arguments of `adit completions`.
#[derive(clap::Args, Debug)]
pub(crate) struct CompletionsArgs {
    /// Shell
    shell: Shell,
}

/// The arguments of `adit man`.
#[derive(clap::Args, Debug)]
pub(crate) struct ManArgs {
    /// Folder for one page per command [default: print the main page on standard output]
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
}

/// `adit completions`: writes the script to standard output.
pub(crate) fn completions(arguments: &CompletionsArgs) -> Result<(), Failure> {
    let mut script = Vec::new();
    clap_complete::generate(arguments.shell, &mut crate::Arguments::command(), "adit", &mut script);
    Ok(print(&String::from_utf8(script).context("the script is not a text")?)?)
}

/// `adit man`.
pub(crate) fn man(arguments: &ManArgs) -> Result<(), Failure> {
    let command = crate::Arguments::command();
    match &arguments.dir {
        Some(folder) => {
            std::fs::create_dir_all(folder).with_context(|| format!("cannot make the folder {}", folder.display()))?;
            let failed = || format!("cannot write into {}", folder.display());
            clap_mangen::generate_to(command, folder).with_context(failed)?;
            let mut page = std::fs::File::options().append(true).open(folder.join("adit.1")).with_context(failed)?;
            Ok(exit_status().to_writer(&mut page).with_context(failed)?)
        }
        None => {
            let mut page = Vec::new();
            let man = clap_mangen::Man::new(command);
            man.render(&mut page).context("cannot make the page")?;
            exit_status().to_writer(&mut page).context("cannot make the page")?;
            Ok(print(&String::from_utf8(page).context("the page is not a text")?)?)
        }
    }
}

fn exit_status() -> Roff {
    let mut section = Roff::new();
    section.control("SH", ["EXIT STATUS"]);
    for (exit, meaning) in exit::TABLE {
        section.control("TP", []);
        section.text([bold((exit as u8).to_string())]);
        section.text([roman(meaning)]);
    }
    section
}
