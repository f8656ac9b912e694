//! Links that open the app.

use adit_api::TunnelState;
use anyhow::ensure;

use crate::setup::{Imported, with_tunnel};

#[test]
fn a_link_shows_a_tunnel_in_the_first_window_and_can_do_nothing_else() -> anyhow::Result<()> {
    with_tunnel("links to the desktop app", |scene| {
        let Imported { setup, client, service, id, .. } = scene;
        let link = format!("adit:tunnel/{}", service.client()?.tunnel(id)?.name);
        let app = setup.start(client, &[&link], None)?;
        app.wait_for_text("Where does an address go?")?;

        let open = |link: &str| setup.start_again(client, &[link]);
        open("adit:import")?;
        app.wait_for_text("Scan a QR code")?;
        open(&link)?;
        app.wait_for_text("Where does an address go?")?;
        for (refused, why) in [
            ("adit:import?config=%5BInterface%5D", "A link only shows a page."),
            ("adit:connect/office", "It names no page of Adit."),
            ("adit:tunnel/%00", "It has no valid name of a tunnel."),
            ("adit:tunnel/nobody", "nobody"),
            (&format!("adit:tunnel/{}", "a".repeat(2000)), "It is too long."),
        ] {
            open(refused)?;
            app.wait_for_text(why)?;
            app.wait_for_text("A link was not opened.")?;
            ensure!(!app.text()?.contains("Import one tunnel"), "{refused}: there is a draft");
        }
        let tunnels = service.client()?.all_tunnels()?;
        ensure!(
            tunnels.len() == 1 && matches!(tunnels[0].state, TunnelState::Down { reason: None, .. }),
            "a link changed a tunnel: {tunnels:?}"
        );
        Ok(())
    })
}
