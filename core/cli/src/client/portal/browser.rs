//! A browser with a profile of its own, which uses the proxy for everything and is deleted afterwards.

use std::env;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use adit_platform::native::scratch_folder::ScratchFolder;
use anyhow::Context as _;

use crate::private_folder::private_folder;

/// Browsers that can be given a profile and a proxy, the preferred one first.
const KNOWN: [&str; 8] = [
    "firefox",
    "firefox-esr",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "brave-browser",
    "microsoft-edge",
];
/// A program that ends sooner has handed the page to a browser that runs already.
const SHORTEST_VISIT: Duration = Duration::from_secs(5);

/// A running browser. Dropping it ends it and deletes its profile.
pub(super) struct Browser {
    child: Child,
    profile: Option<ScratchFolder>,
    started: Instant,
    /// How long it ran, once it has ended.
    visit: Option<Duration>,
}

/// Returns a browser of this system.
pub(super) fn find() -> Option<PathBuf> {
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).filter(|folder| folder.is_absolute()).collect();
    KNOWN.iter().find_map(|name| folders.iter().map(|folder| folder.join(name)).find(|path| path.is_file()))
}

impl Browser {
    /// Starts the browser at `url`.
    pub(super) fn start(program: &Path, proxy_port: u16, url: &str) -> anyhow::Result<Self> {
        let profile = private_folder("adit-portal-").context("cannot make a folder for the browser's profile")?;
        let mut command = Command::new(program);
        let is_firefox = program.file_name().is_some_and(|name| name.to_string_lossy().contains("firefox"));
        let prepared =
            if is_firefox { firefox(&mut command, &profile, proxy_port) } else { chromium(&mut command, &profile, proxy_port) };
        let spawned = prepared.and_then(|()| {
            command.arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
            command.spawn().with_context(|| format!("cannot start {}", program.display()))
        });
        match spawned {
            Ok(child) => Ok(Self { child, profile: Some(profile), started: Instant::now(), visit: None }),
            Err(error) => {
                remove(profile);
                Err(error)
            }
        }
    }

    /// Returns true if the user has closed it. Ask often: what counts is when this first saw the program's end.
    pub(super) fn was_closed(&mut self) -> bool {
        if self.visit.is_none() && matches!(self.child.try_wait(), Ok(Some(_))) {
            self.visit = Some(self.started.elapsed());
        }
        self.visit.is_some_and(|visit| visit >= SHORTEST_VISIT)
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Fails if it has ended already.
        let _ = self.child.kill();
        let _ = self.child.wait();
        if let Some(profile) = self.profile.take() {
            remove(profile);
        }
    }
}

fn firefox(command: &mut Command, profile: &ScratchFolder, proxy_port: u16) -> anyhow::Result<()> {
    let settings = format!(
        "user_pref(\"network.proxy.type\", 1);\n\
         user_pref(\"network.proxy.http\", \"127.0.0.1\");\n\
         user_pref(\"network.proxy.http_port\", {proxy_port});\n\
         user_pref(\"network.proxy.ssl\", \"127.0.0.1\");\n\
         user_pref(\"network.proxy.ssl_port\", {proxy_port});\n\
         user_pref(\"network.proxy.no_proxies_on\", \"\");\n\
         user_pref(\"network.proxy.allow_hijacking_localhost\", true);\n\
         user_pref(\"network.trr.mode\", 5);\n\
         user_pref(\"dom.security.https_only_mode\", false);\n\
         user_pref(\"media.peerconnection.enabled\", false);\n\
         user_pref(\"app.update.enabled\", false);\n\
         user_pref(\"datareporting.policy.dataSubmissionEnabled\", false);\n\
         user_pref(\"browser.shell.checkDefaultBrowser\", false);\n"
    );
    profile.create("user.js", settings.as_bytes())?;
    command.arg("--profile").arg(profile.path()).args(["--no-remote", "--new-instance"]);
    Ok(())
}

fn chromium(command: &mut Command, profile: &ScratchFolder, proxy_port: u16) -> anyhow::Result<()> {
    command
        .arg(format!("--user-data-dir={}", profile.path().display()))
        .arg(format!("--proxy-server=http://127.0.0.1:{proxy_port}"))
        .arg("--proxy-bypass-list=<-loopback>")
        .args(["--no-first-run", "--no-default-browser-check", "--disable-background-networking", "--disable-sync"])
        .args([
            "--disable-component-update",
            "--dns-prefetch-disable",
            "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
        ])
        .arg("--new-window");
    Ok(())
}

fn remove(profile: ScratchFolder) {
    let path = profile.path().to_owned();
    if let Err(error) = profile.remove() {
        crate::output::warn(format!("{} could not be removed: {error}", path.display()));
    }
}
