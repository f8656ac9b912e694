//! The window of a user who may only look, and of one whom the system keeps away from the service.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;

use adit_api::TunnelState;
use adit_e2e::{App, People, Who};
use anyhow::{Context as _, ensure};

use crate::setup::{Imported, with_tunnel};

#[test]
fn a_user_who_may_only_look_sees_the_tunnel_and_why_it_cannot_be_turned_on_or_governed_by_rules() -> anyhow::Result<()> {
    with_tunnel("the desktop app of a user who may only look", |scene| {
        let Imported { setup, lab, client, tunnel, service, id, .. } = scene;
        let app = start(setup, lab, client)?;
        app.wait_for_text(&tunnel.interface)?;
        app.run(&format!("location.hash = '#/tunnel/{id}'"))?;
        app.press("[role=switch].large")?;
        app.wait_for_text("You may not switch tunnels")?;
        ensure!(matches!(service.state(id)?, TunnelState::Down { .. }), "the tunnel was turned on");
        app.click("On-demand")?;
        app.wait_for_text("When should a tunnel be on?")?;
        app.press(".choice:last-child")?;
        app.wait_for_text("You may not switch tunnels")?;
        ensure!(service.client()?.rules()?.revision == 0, "the rules were saved");
        Ok(())
    })
}

#[test]
fn a_user_who_may_not_connect_to_the_service_is_told_so_and_what_to_do_and_sees_the_tunnels_as_soon_as_that_is_mended()
-> anyhow::Result<()> {
    with_tunnel("the desktop app of a user without access", |scene| {
        let Imported { setup, lab, client, tunnel, service, .. } = scene;
        let socket = lab.file("adit.sock");
        let usual = std::fs::metadata(&socket)?.permissions();
        std::fs::set_permissions(&socket, Permissions::from_mode(0o600))?;
        let app = start(setup, lab, client)?;
        app.wait_for_text("adit-operators")?;
        app.wait_for_text("Permission denied")?;
        std::fs::set_permissions(&socket, usual)?;
        app.wait_for_text(&tunnel.interface)?;
        drop(service);
        Ok(())
    })
}

/// Starts the app as a user in no group.
fn start<'lab>(setup: &crate::setup::Setup, lab: &adit_e2e::Lab, client: &'lab adit_e2e::Namespace) -> anyhow::Result<App<'lab>> {
    lab.let_others_in()?;
    // The folder of the build may be closed to others.
    let program = lab.file("adit-app");
    std::fs::copy(&setup.program, &program)?;
    let socket = lab.file("adit.sock");
    let arguments = ["--socket", socket.to_str().context("the socket")?];
    App::start_as((People::on(client)?, Who::Nobody), lab, client, &program, &arguments)
}
