//! `adit qr`: prints the QR code of a tunnel or a file on the terminal or into a file. It contains the private key, so it goes
//! nowhere else.

use std::io::{self, IsTerminal};
use std::path::{Path, PathBuf};

use adit_config::syntax::LineKind;
use adit_config::{Document, Key, parse};
use adit_foreground::read_file;
use adit_foreground::words::complaint;
use adit_import::QrCode;
use anyhow::{Context, bail};
use clap::Args;

use crate::client::target::Target;
use crate::client::{self, Failure, Options};
use crate::output::{print, say, tell, warn};
use crate::private_file;

/// The arguments of `adit qr`.
#[derive(Args, Debug)]
pub(crate) struct QrArgs {
    /// Tunnel, configuration file, or NAME of one in /etc/wireguard
    #[arg(value_name = "NAME|FILE")]
    config: String,
    /// Write a PNG picture, readable by its owner alone
    #[arg(long, value_name = "OUT", conflicts_with = "svg")]
    png: Option<PathBuf>,
    /// Write an SVG picture, readable by its owner alone
    #[arg(long, value_name = "OUT")]
    svg: Option<PathBuf>,
    /// Leave out comments and empty lines, which makes the code smaller
    #[arg(long)]
    no_comments: bool,
    /// Replace OUT if it exists
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    pub(crate) options: Options,
}

/// The destination of a QR code.
#[derive(Clone, Copy)]
pub(crate) enum Picture<'a> {
    Terminal,
    Png(&'a Path),
    Svg(&'a Path),
}

/// `adit qr`. Exit code 0: the code was drawn.
pub(crate) fn qr(arguments: &QrArgs) -> Result<(), Failure> {
    let picture = match (&arguments.png, &arguments.svg) {
        (Some(out), _) => Picture::Png(out),
        (None, Some(out)) => Picture::Svg(out),
        (None, None) => Picture::Terminal,
    };
    picture.can_be_seen()?;
    let (shown, document) = match Target::of(&arguments.config, &arguments.options)? {
        Target::Tunnel(daemon, tunnel) => {
            (tunnel.name.to_string(), client::export::document(&daemon, &tunnel, &arguments.options)?)
        }
        Target::File { .. } => {
            let path = adit_foreground::path(&arguments.config);
            let bytes = read_file(&arguments.config, &path)?;
            let shown = path.display().to_string();
            let document = Document::parse(&bytes).with_context(|| shown.clone())?;
            (shown, document)
        }
    };
    Ok(show(&shown, &document, picture, arguments.no_comments, arguments.force)?)
}

/// Draws the QR code of a configuration. `shown` is its name in messages.
pub(crate) fn show(shown: &str, document: &Document, picture: Picture<'_>, no_comments: bool, force: bool) -> anyhow::Result<()> {
    picture.can_be_seen()?;
    check(document, shown)?;
    let code = if no_comments { QrCode::without_comments(document) } else { QrCode::new(document) };
    let code = code.map_err(|error| match error {
        adit_import::QrError::Comments { .. } => anyhow::anyhow!("{error}: add --no-comments"),
        adit_import::QrError::TooLong { .. } | adit_import::QrError::Picture => error.into(),
    })?;
    match picture {
        Picture::Png(out) => save(out, &code.png()?, force)?,
        Picture::Svg(out) => save(out, code.svg().as_bytes(), force)?,
        Picture::Terminal => draw(&code)?,
    }
    if has_private_key(document) {
        warn("this QR code contains the tunnel's private key");
    }
    Ok(())
}

impl Picture<'_> {
    fn can_be_seen(self) -> anyhow::Result<()> {
        if matches!(self, Self::Terminal) && !io::stdout().is_terminal() {
            bail!(
                "the code has the private key in it and is only drawn on a terminal or into a file; add --png OUT or --svg OUT"
            );
        }
        Ok(())
    }
}

/// Fails for a configuration that a phone would reject.
fn check(document: &Document, file: &str) -> anyhow::Result<()> {
    let (Ok((_, diagnostics)) | Err(diagnostics)) = parse::config(document);
    for diagnostic in &diagnostics {
        tell(complaint(file, diagnostic));
    }
    if diagnostics.iter().any(|diagnostic| diagnostic.severity == adit_config::Severity::Error) {
        bail!("{file} has errors; no code was made");
    }
    Ok(())
}

fn has_private_key(document: &Document) -> bool {
    let is_key = |kind: &LineKind| matches!(kind, LineKind::Assignment { key: Some(Key::PrivateKey | Key::PresharedKey), .. });
    document.lines().iter().any(|line| is_key(&line.kind))
}

fn save(out: &Path, bytes: &[u8], force: bool) -> anyhow::Result<()> {
    private_file::write(out, bytes, force)?;
    say(format!("{} is written, for its owner alone", out.display()));
    Ok(())
}

fn draw(code: &QrCode) -> anyhow::Result<()> {
    let columns = adit_platform::native::terminal::size().map_or(0, |size| size.columns);
    // Some terminals report 0 columns: they do not know their size.
    if (1..code.columns()).contains(&columns) {
        bail!(
            "the code needs {} columns, and the terminal has {columns}; make the window wider or the letters smaller, or add --png OUT",
            code.columns()
        );
    }
    print(&code.terminal()).context("drawing the code")
}
