//! The built app in a lab, and what most stories begin with.

use std::path::PathBuf;
use std::time::Duration;

use adit_api::TunnelId;
use adit_e2e::desktop::Desktop;
use adit_e2e::process::{output_of, wait_for};
use adit_e2e::{App, FullTunnel, How, Lab, Namespace, Service, program, skip};
use anyhow::{Context as _, ensure};

/// An address behind the tunnel.
pub(crate) const INSIDE: &str = "10.99.0.2";
/// Time for a window to come, go or end.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// The app and the lab that it starts in.
pub(crate) struct Setup {
    pub(crate) lab: Lab,
    pub(crate) program: PathBuf,
}

impl Setup {
    /// Opens a lab. Prints the reason and returns None if the app or something that it needs is missing.
    pub(crate) fn new(story: &str) -> anyhow::Result<Option<Self>> {
        let Some(program) = app() else { return Ok(None) };
        Ok(Lab::open(story)?.map(|lab| Self { lab, program }))
    }

    /// Starts the app, with the socket of the lab's service. None: on a desktop without a session bus.
    pub(crate) fn start<'lab>(
        &self,
        client: &'lab Namespace,
        arguments: &[&str],
        desktop: Option<&Desktop>,
    ) -> anyhow::Result<App<'lab>> {
        let socket = self.lab.file("adit.sock");
        let all = [&["--socket", socket.to_str().context("the socket")?], arguments].concat();
        match desktop {
            Some(desktop) => App::start_on(&self.lab, client, &self.program, &all, desktop.address()),
            None => App::start(&self.lab, client, &self.program, &all),
        }
    }

    /// Starts the app with these environment variables in addition.
    pub(crate) fn start_with<'lab>(
        &self,
        client: &'lab Namespace,
        arguments: &[&str],
        desktop: &Desktop,
        variables: &[(&str, &str)],
    ) -> anyhow::Result<App<'lab>> {
        let socket = self.lab.file("adit.sock");
        let all = [&["--socket", socket.to_str().context("the socket")?], arguments].concat();
        let variables = [&[("DBUS_SESSION_BUS_ADDRESS", desktop.address())], variables].concat();
        App::start_with(&self.lab, client, &self.program, &all, &variables)
    }

    /// Starts the app a second time, which shows the window of the first, and waits for its end.
    pub(crate) fn start_again(&self, client: &Namespace, arguments: &[&str]) -> anyhow::Result<()> {
        self.start_again_with(client, arguments, &[])
    }

    /// Does the same with these environment variables in addition.
    pub(crate) fn start_again_with(
        &self,
        client: &Namespace,
        arguments: &[&str],
        variables: &[(&str, &str)],
    ) -> anyhow::Result<()> {
        let mut second = client.command(&self.program);
        second.args(arguments).env("XDG_RUNTIME_DIR", self.lab.file("user")).env_remove("DISPLAY");
        second.envs(variables.iter().copied());
        let output = output_of(&mut second)?;
        ensure!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        Ok(())
    }

    /// Starts the app beside a service without tunnels, and waits for the page.
    pub(crate) fn first_page<'lab>(&self, client: &'lab Namespace) -> anyhow::Result<App<'lab>> {
        let app = self.start(client, &[], None)?;
        app.wait_for_text("Add your first tunnel")?;
        Ok(app)
    }
}

/// A computer with the service and without tunnels.
pub(crate) struct Empty<'lab> {
    pub(crate) setup: &'lab Setup,
    pub(crate) lab: &'lab Lab,
    pub(crate) client: &'lab Namespace,
    pub(crate) service: Service<'lab>,
}

/// A computer with the service and the file of a tunnel, whose other end is there.
pub(crate) struct Offered<'lab> {
    pub(crate) setup: &'lab Setup,
    pub(crate) lab: &'lab Lab,
    pub(crate) client: &'lab Namespace,
    pub(crate) server: &'lab Namespace,
    pub(crate) tunnel: FullTunnel<'lab>,
    pub(crate) service: Service<'lab>,
}

/// A computer with the service, which has a tunnel.
pub(crate) struct Imported<'lab> {
    pub(crate) setup: &'lab Setup,
    pub(crate) lab: &'lab Lab,
    pub(crate) client: &'lab Namespace,
    pub(crate) server: &'lab Namespace,
    pub(crate) tunnel: FullTunnel<'lab>,
    pub(crate) service: Service<'lab>,
    pub(crate) id: TunnelId,
}

/// Acts with the service and without tunnels. Prints the reason and does nothing if the app or something that it needs is missing.
pub(crate) fn with_service(story: &str, act: impl FnOnce(Empty<'_>) -> anyhow::Result<()>) -> anyhow::Result<()> {
    let Some(setup) = Setup::new(story)? else { return Ok(()) };
    let lab = &setup.lab;
    let client = lab.namespace("client")?;
    let service = Service::start(lab, &client, How::plain(lab))?;
    act(Empty { setup: &setup, lab, client: &client, service })
}

/// Does the same with the file of a tunnel.
pub(crate) fn with_file(story: &str, act: impl FnOnce(Offered<'_>) -> anyhow::Result<()>) -> anyhow::Result<()> {
    with_file_that_says(story, "", act)
}

/// Does the same with a file that has these lines too, in the section `[Interface]`.
pub(crate) fn with_file_that_says(
    story: &str,
    more: &str,
    act: impl FnOnce(Offered<'_>) -> anyhow::Result<()>,
) -> anyhow::Result<()> {
    let Some(setup) = Setup::new(story)? else { return Ok(()) };
    let lab = &setup.lab;
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(lab, &client, &server, more)?;
    let service = Service::start(lab, &client, How::plain(lab))?;
    act(Offered { setup: &setup, lab, client: &client, server: &server, tunnel, service })
}

/// Does the same with a tunnel of the service.
pub(crate) fn with_tunnel(story: &str, act: impl FnOnce(Imported<'_>) -> anyhow::Result<()>) -> anyhow::Result<()> {
    with_file(story, |Offered { setup, lab, client, server, tunnel, service }| {
        let id = service.import(&tunnel)?;
        act(Imported { setup, lab, client, server, tunnel, service, id })
    })
}

/// Returns the built app.
fn app() -> Option<PathBuf> {
    for name in ["Xvfb", "WebKitWebDriver", "dbus-daemon"] {
        if program(name).is_none() {
            skip(&format!("the desktop app: {name} is not installed"));
            return None;
        }
    }
    let test = std::env::current_exe().ok()?;
    let built = test.ancestors().map(|folder| folder.join("quick/adit-app")).find(|file| file.is_file());
    if built.is_none() {
        skip("the desktop app: it is not built (cargo xtask app --build)");
    }
    built
}

/// Returns the process id of the app.
pub(crate) fn process(namespace: &Namespace) -> anyhow::Result<i32> {
    let output = output_of(std::process::Command::new("ip").args(["netns", "pids", namespace.name()]))?;
    let pids = String::from_utf8(output.stdout)?;
    let is_app = |pid: &&str| std::fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim() == "adit-app");
    pids.lines().find(is_app).context("the app does not run")?.parse().context("its process id")
}

/// Waits until the app has ended.
pub(crate) fn wait_for_end(namespace: &Namespace) -> anyhow::Result<()> {
    wait_for("the app to end", PATIENCE, || process(namespace).is_err().then_some(()))
}
