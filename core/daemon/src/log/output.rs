//! Where the process speaks: to the journal, field by field, where systemd has put it on standard error; else to standard error.

use std::fs::File;
use std::io;
use std::os::fd::AsFd;
use std::os::unix::fs::MetadataExt;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

/// Before the names of fields in the journal.
const PREFIX: &str = "ADIT";

/// From here on what is traced at `level` or above is seen. `journal`: the variable `JOURNAL_STREAM`.
pub(crate) fn start(level: LevelFilter, journal: Option<&str>) {
    let registry = tracing_subscriber::registry();
    if journal.is_some_and(is_standard_error)
        && let Ok(layer) = tracing_journald::layer()
    {
        let layer = layer.with_field_prefix(Some(PREFIX.into())).with_syslog_identifier("aditd".into());
        registry.with(layer.with_filter(level)).init();
        return;
    }
    // Where standard error is closed, complaining about that there would panic.
    let layer = tracing_subscriber::fmt::layer().log_internal_errors(false).with_target(false).with_writer(io::stderr);
    let layer = layer.with_ansi(io::IsTerminal::is_terminal(&io::stderr()));
    registry.with(layer.with_filter(level)).init();
}

/// Whether standard error still is the stream that systemd connected: `DEVICE:INODE`.
fn is_standard_error(stream: &str) -> bool {
    let own = || {
        let metadata = File::from(io::stderr().as_fd().try_clone_to_owned().ok()?).metadata().ok()?;
        Some(format!("{}:{}", metadata.dev(), metadata.ino()))
    };
    own().as_deref() == Some(stream)
}
