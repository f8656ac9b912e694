//! `adit support`: prints or writes what somebody needs who looks for the cause of a problem, as text files without keys, commands
//! and comments. What is written is what `--show` prints.

use std::io::{self, Write};
use std::path::{Path, PathBuf};

use adit_api::SupportFile;
use adit_local::{support_bundle, support_bundle_without_service};
use anyhow::Context;
use flate2::Compression;
use flate2::write::GzEncoder;

use super::{Daemon, Failure, Options};
use crate::output::{self, visible};
use crate::private_file;

/// The folder in the archive.
const FOLDER: &str = "adit-support";

/// The arguments of `adit support`.
#[derive(clap::Args, Debug)]
pub(crate) struct SupportArgs {
    /// Write an archive of the text files, such as adit-support.tar.gz [default: only print them]
    #[arg(long, value_name = "OUT")]
    output: Option<PathBuf>,
    /// Print the text files, also with --output
    #[arg(long)]
    show: bool,
    /// Replace IP addresses by address-1, address-2 …, and names of endpoints by host-1, host-2 …
    #[arg(long)]
    hide_addresses: bool,
    /// Replace OUT if it exists
    #[arg(long, requires = "output")]
    force: bool,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// `adit support`.
pub(crate) fn support(arguments: &SupportArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    if let Some(out) = &arguments.output {
        private_file::is_free(out, arguments.force)?;
    }
    let files = match Daemon::reach(options) {
        Ok(daemon) => daemon.ask(|client| support_bundle(client, arguments.hide_addresses))?,
        Err(failure) => support_bundle_without_service(&failure.sentence().unwrap_or_default(), arguments.hide_addresses),
    };
    if options.json {
        options.show_json(&files)?;
    } else if arguments.show || arguments.output.is_none() {
        let shown = |file: &SupportFile| format!("==> {} <==\n{}\n", visible(&file.name), printable(&file.text));
        options.show(&files.iter().map(shown).collect::<String>())?;
    }
    let Some(out) = &arguments.output else { return Ok(()) };
    let archive = archive(&files, output::now() / 1000).context("the archive could not be made")?;
    private_file::write(out, &archive, arguments.force)?;
    let path = visible(&out.display().to_string());
    options.done(format!(
        "{path} is written: {} text files without keys, commands and comments. Read it before you send it: {}",
        files.len(),
        listing(out)
    ))
}

/// Returns the command that prints the archive.
fn listing(out: &Path) -> String {
    format!("tar -xzOf {}", adit_words::argument(&visible(&out.display().to_string())))
}

/// Makes all characters visible that a terminal would act on, except line feeds.
fn printable(text: &str) -> String {
    text.split('\n').map(visible).collect::<Vec<_>>().join("\n")
}

fn archive(files: &[SupportFile], time: u64) -> io::Result<Vec<u8>> {
    let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::default()));
    for file in files {
        let mut header = tar::Header::new_gnu();
        header.set_mode(0o600);
        header.set_mtime(time);
        header.set_size(u64::try_from(file.text.len()).unwrap_or(u64::MAX));
        builder.append_data(&mut header, format!("{FOLDER}/{}", file.name), file.text.as_bytes())?;
    }
    let mut encoder = builder.into_inner()?;
    encoder.flush()?;
    encoder.finish()
}
