//! Sets up the output of `tracing`: the service manager's log with separate fields if it is connected, else standard error.

use std::io;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::Layer as _;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::service::ServiceManager;

/// Outputs everything that is traced at `level` or above from now on.
pub(crate) fn start(level: LevelFilter, manager: Option<&impl ServiceManager>) {
    let registry = tracing_subscriber::registry();
    if let Some(layer) = manager.and_then(ServiceManager::log) {
        registry.with(layer.with_filter(level)).init();
        return;
    }
    // With closed standard error, a report about the failed write would panic.
    let layer = tracing_subscriber::fmt::layer().log_internal_errors(false).with_target(false).with_writer(io::stderr);
    let layer = layer.with_ansi(io::IsTerminal::is_terminal(&io::stderr()));
    registry.with(layer.with_filter(level)).init();
}
