//! `adit export`: writes configurations with their keys to standard output, into files, into an archive, or as a QR code.

use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use adit_api::TunnelView;
use adit_config::Document;
use adit_import::{ToExport, file_names, zip};
use adit_platform::native::owner_file;
use anyhow::Context;
use serde::Serialize;
use zeroize::Zeroizing;

use super::{Daemon, Failure, Options};
use crate::private_file;
use crate::qr::{self, Picture};

/// The arguments of `adit export`.
#[derive(clap::Args, Debug)]
pub(crate) struct ExportArgs {
    /// Name of the tunnel
    #[arg(required_unless_present = "all", conflicts_with = "all")]
    name: Option<String>,
    /// Export all tunnels; needs --zip or --dir
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    form: Form,
    /// Replace existing files
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The destination; without any, standard output.
#[derive(clap::Args, Debug)]
#[group(multiple = false)]
struct Form {
    /// Write the configuration to this file
    #[arg(long, value_name = "OUT", conflicts_with = "all")]
    file: Option<PathBuf>,
    /// Write files NAME.conf into this folder, which is created if missing
    #[arg(long, value_name = "FOLDER")]
    dir: Option<PathBuf>,
    /// Write a zip archive
    #[arg(long, value_name = "OUT")]
    zip: Option<PathBuf>,
    /// Show a QR code on the terminal
    #[arg(long, conflicts_with = "all")]
    qr: bool,
    /// Write a QR code as a PNG picture
    #[arg(long, value_name = "OUT", conflicts_with = "all")]
    png: Option<PathBuf>,
    /// Write a QR code as an SVG picture
    #[arg(long, value_name = "OUT", conflicts_with = "all")]
    svg: Option<PathBuf>,
}

/// An exported tunnel with its keys, as JSON.
#[derive(Serialize)]
struct Exported<'a> {
    tunnel: &'a TunnelView,
    config: &'a str,
}

/// `adit export`.
pub(crate) fn export(arguments: &ExportArgs) -> Result<(), Failure> {
    let options = &arguments.options;
    let form = &arguments.form;
    if arguments.all && form.dir.is_none() && form.zip.is_none() && !options.json {
        return Err(Failure::Usage("say where all tunnels are to go: --zip OUT or --dir FOLDER".to_owned()));
    }
    let daemon = Daemon::reach(options)?;
    let tunnels = match &arguments.name {
        Some(name) => vec![daemon.find(name)?],
        None => daemon.tunnels()?,
    };
    tunnels.iter().for_each(|tunnel| warn_without_key(tunnel, options));
    let texts: Vec<Zeroizing<String>> = tunnels.iter().map(|tunnel| text(&daemon, tunnel)).collect::<Result<_, _>>()?;
    if let Some(out) = &form.zip {
        let all: Vec<ToExport<'_>> =
            tunnels.iter().zip(&texts).map(|(tunnel, text)| ToExport { name: &tunnel.name, text }).collect();
        let archive = zip(&all).map_err(anyhow::Error::from)?;
        return save(arguments, out, &archive);
    }
    if let Some(folder) = &form.dir {
        make_folder(folder)?;
        let names = file_names(tunnels.iter().map(|tunnel| &tunnel.name));
        return names.iter().zip(&texts).try_for_each(|(name, text)| save(arguments, &folder.join(name), text.as_bytes()));
    }
    let pairs = || tunnels.iter().zip(&texts).map(|(tunnel, config)| Exported { tunnel, config });
    let (Some(tunnel), Some(text)) = (tunnels.first(), texts.first()) else {
        return options.show_json(&pairs().collect::<Vec<_>>());
    };
    if let Some(out) = &form.file {
        return save(arguments, out, text.as_bytes());
    }
    let picture = match (&form.png, &form.svg) {
        (Some(out), _) => Some(Picture::Png(out)),
        (None, Some(out)) => Some(Picture::Svg(out)),
        (None, None) if form.qr => Some(Picture::Terminal),
        (None, None) => None,
    };
    match picture {
        Some(picture) => {
            let document = Document::parse(text.as_bytes()).with_context(|| tunnel.name.to_string())?;
            Ok(qr::show(tunnel.name.as_str(), &document, picture, false, arguments.force)?)
        }
        None if options.json && arguments.all => options.show_json(&pairs().collect::<Vec<_>>()),
        None if options.json => options.show_json(&Exported { tunnel, config: text }),
        None => options.show(text),
    }
}

/// Returns a tunnel's configuration with its keys.
pub(super) fn text(daemon: &Daemon, tunnel: &TunnelView) -> Result<Zeroizing<String>, Failure> {
    let text = daemon.ask_about(tunnel, |client, id| client.export(id))?;
    Ok(Zeroizing::new(text.dangerously_reveal().to_owned()))
}

/// Returns the configuration of a tunnel for the QR code of `adit qr NAME`.
pub(crate) fn document(daemon: &Daemon, tunnel: &TunnelView, options: &Options) -> Result<Document, Failure> {
    warn_without_key(tunnel, options);
    let text = text(daemon, tunnel)?;
    Ok(Document::parse(text.as_bytes()).with_context(|| tunnel.name.to_string())?)
}

fn warn_without_key(tunnel: &TunnelView, options: &Options) {
    if tunnel.asks_for_key {
        options.warn(format!("{} asks for its private key, so the exported configuration lacks it", tunnel.name));
    }
}

/// Makes the folder, readable only by its owner, unless it exists.
fn make_folder(folder: &Path) -> anyhow::Result<()> {
    match owner_file::create_folder(folder) {
        Err(error) if error.kind() == ErrorKind::AlreadyExists && folder.is_dir() => Ok(()),
        made => made.with_context(|| format!("cannot make the folder {}", folder.display())),
    }
}

fn save(arguments: &ExportArgs, out: &Path, bytes: &[u8]) -> Result<(), Failure> {
    private_file::write(out, bytes, arguments.force)?;
    if !arguments.options.quiet && !arguments.options.json {
        crate::output::say(format!("{} is written, for its owner alone", out.display()));
    }
    Ok(())
}
