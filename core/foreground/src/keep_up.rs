//! Brings the tunnel of a file up, keeps it up, and takes it down.

use std::env;
use std::path::PathBuf;
use std::sync::Arc;

use adit_activation::{End, HookPolicy, Mailbox, Patience, Platform, Reporter, Request, SystemResolver, Userspace};
use adit_config::Config;
use adit_platform::devices::{ClaimError, Owner};
use adit_platform::native;
use anyhow::anyhow;

use crate::lines::{say, warn};
use crate::source::Source;
use crate::{signals, sleep, words};

/// The variable for the number of retries while a resolver is not ready, or `infinity`, as in wg(8).
const RETRIES: &str = "WG_ENDPOINT_RESOLUTION_RETRIES";

/// Permissions that the command line gives the tunnel of a file.
#[derive(Clone, Copy, Default)]
pub struct Allowed {
    /// Run the file's commands.
    pub hooks: bool,
    /// Let IPv6 leave outside a tunnel that takes all of IPv4 and none of IPv6.
    pub ipv6: bool,
}

/// Builds the request to bring up the tunnel of `source`, whose parsed content is `config`.
pub fn request(source: &Source, config: Config, allowed: Allowed) -> Request {
    Request {
        config,
        name: source.name.clone(),
        hooks: if allowed.hooks { HookPolicy::AllowAll } else { HookPolicy::Never },
        patience: patience(),
        kill_switch: None,
        allow_ipv6_outside: allowed.ipv6,
        yields: false,
    }
}

/// Returns the interface to this computer, with the engine in this process.
pub fn platform() -> anyhow::Result<Platform> {
    Ok(Platform {
        network: native::network()?,
        engine: Arc::new(Userspace { devices: native::devices()?, timestamps: state_directory().join("timestamps") }),
        commands: native::shell()?,
        resolver: Arc::new(SystemResolver),
    })
}

/// Returns how long to wait for a resolver that is not ready.
pub fn patience() -> Patience {
    Patience::from_wg(env::var(RETRIES).ok().as_deref())
}

/// Brings the tunnel up, keeps it up until a signal or another reason ends it, and undoes all changes.
///
/// # Errors
/// If it cannot be brought up, or another process has a tunnel of this name.
pub fn keep_up(request: Request, source: &Source, platform: &Platform) -> anyhow::Result<()> {
    let shutdown = signals::listen()?;
    let name = request.name.clone();
    let _claim = native::devices()?.claim(&name, Owner::Foreground).map_err(already_up)?;
    let reporter: Arc<dyn Reporter> = Arc::new(words::Terminal);
    platform.network.on_resolvers_overwritten(Box::new(|name, result| match (name, result) {
        (Some(name), Ok(())) => {
            warn(format!("another program changed /etc/resolv.conf; the resolvers of {name} were written there again"));
        }
        (None, Ok(())) => {}
        (_, Err(error)) => warn(format!("another program changed /etc/resolv.conf: {error}")),
    }));
    let mailbox = Mailbox::new(&shutdown);
    let mut active = adit_activation::bring_up(request, platform, &shutdown, &reporter, mailbox.observer())?;
    sleep::watch_sleep(mailbox.clone());
    let end = active.keep_up(&mailbox);
    words::explain(end, &name);
    // Writes the settings back as wg-quick does, if a user asked for the end.
    if active.config().interface.save_config && matches!(end, End::Asked | End::Interrupted) {
        match source.follow(&active.applied_config(), &active.view()) {
            Ok(false) => {}
            Ok(true) => say(format!("write the running settings into {}", source.path().display())),
            Err(error) => warn(format!("the running settings were not written into the file: {error:#}")),
        }
    }
    Ok(())
}

/// Adds advice to the error that another process runs a tunnel of this name.
fn already_up(error: ClaimError) -> anyhow::Error {
    match &error {
        ClaimError::Held { name, owner: Owner::Foreground, .. } => anyhow!("{error}; take it down with: adit down {name}"),
        ClaimError::Held { owner: Owner::Service, .. } => anyhow!("{error}; that is the Adit service: disconnect it there"),
        ClaimError::Io { .. } => error.into(),
    }
}

/// Returns the folder of files that outlive a tunnel; `ADIT_STATE_DIR` overrides it. It is not the service's folder, which root
/// does not own.
fn state_directory() -> PathBuf {
    let named = env::var_os("ADIT_STATE_DIR").filter(|directory| !directory.is_empty());
    named.map_or_else(|| "/var/lib/adit-root".into(), PathBuf::from)
}
