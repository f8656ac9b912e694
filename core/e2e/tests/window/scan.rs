//! QR codes in front of the screen and of the camera.

use std::path::Path;

use adit_e2e::App;
use adit_e2e::desktop::Desktop;
use adit_e2e::process::wait_for;
use adit_e2e::screen::{RETURN, Screen, TAB};
use anyhow::{Context as _, ensure};
use serde_json::json;

use crate::setup::{Empty, INSIDE, Offered, PATIENCE, with_file, with_service};

/// Draws the QR code of a file as another program on the screen shows it: modules of 3 pixels. Returns its side and its pixels.
fn code_of(file: &Path) -> anyhow::Result<(u16, Vec<u8>)> {
    let code = qrcodegen::QrCode::encode_text(&std::fs::read_to_string(file)?, qrcodegen::QrCodeEcc::Medium)?;
    let side = u16::try_from(code.size() + 8)? * 3;
    let module = |pixel: u16| i32::from(pixel / 3) - 4;
    let pixels = (0..side).flat_map(|y| (0..side).map(move |x| (module(x), module(y))));
    Ok((side, pixels.map(|(x, y)| if code.get_module(x, y) { 0 } else { 255 }).collect()))
}

/// Agrees to the question with this heading. Its first button, which has the focus, is the one that refuses.
fn agree(screen: &Screen, question: &str) -> anyhow::Result<()> {
    screen.press(question, TAB)?;
    screen.press(question, RETURN)
}

#[test]
fn a_code_on_the_screen_becomes_a_tunnel_when_the_user_agrees_outside_the_page() -> anyhow::Result<()> {
    with_file("a QR code on the screen", |scene| {
        let Offered { setup, client, tunnel, service, .. } = scene;
        let app = setup.first_page(client)?;
        let screen = Screen::open(app.display())?;
        let question = "Look at the screen for a QR code?";

        // A page that asks by itself gets nothing without the user, and cannot pile up questions.
        app.run(
            "window.answers = []; const ask = () => window.__TAURI_INTERNALS__.invoke('rpc', { request: { method: 'scan_screen',
             params: { from: 'x' } } }).then((it) => answers.push(it.result), (it) => answers.push(String(it))); ask(); ask()",
        )?;
        screen.wait_for(question, true)?;
        let answered = |count: usize| {
            let answers = || app.run("return answers");
            let all = wait_for("answers", PATIENCE, || (answers().ok()? == json!(vec![json!(null); count])).then_some(()));
            all.with_context(|| format!("the answers are {:?}", answers()))
        };
        answered(1)?;
        screen.close(question)?;
        answered(2)?;
        screen.wait_for(question, false)?;
        // After a No the app asks again only when the user has shown the window once more, or after a while.
        setup.start_again(client, &[])?;

        // In front of the window that this has raised.
        let (side, pixels) = code_of(&tunnel.conf)?;
        screen.show((i16::try_from(1280 - side)?, i16::try_from(900 - side)?), (side, side), &pixels)?;
        app.press(".choice:nth-child(2)")?;
        app.click("Look at the screen")?;
        screen.wait_for(question, true)?;
        agree(&screen, question)?;
        app.wait_for_text("Import one tunnel")?;
        ensure!(!app.text()?.contains(&tunnel.secrets[0]), "the page shows the private key");
        app.click("Import one tunnel")?;
        app.wait_for_text("Where does an address go?")?;
        let tunnels = service.client()?.all_tunnels()?;
        ensure!(tunnels.len() == 1 && tunnels[0].name.as_str() == "wg0", "{tunnels:?}");
        service.connect(tunnels[0].id)?;
        client.ping_all_answered(INSIDE)?;
        Ok(())
    })
}

/// WebKit grants its own test camera to every page without asking the app; `consent.rs` tests what the app would answer.
#[test]
fn the_camera_is_on_after_the_user_agrees_and_off_when_the_page_is_left() -> anyhow::Result<()> {
    with_service("the camera of the desktop app", |scene| {
        let Empty { setup, client, service: _service, .. } = scene;
        let app = setup.first_page(client)?;
        let screen = Screen::open(app.display())?;
        let question = "Let Adit use the camera?";
        app.press(".choice:nth-child(2)")?;
        app.click("Use the camera")?;
        screen.wait_for(question, true)?;
        screen.close(question)?;
        app.wait_for_text("The camera may not be used")?;
        app.click("Done")?;
        setup.start_again(client, &[])?;

        app.click("Use the camera")?;
        screen.wait_for(question, true)?;
        agree(&screen, question)?;
        app.wait_for_text("Hold the QR code up to the camera")?;
        let is_shown =
            "const video = document.querySelector('video'); return video !== null && video.videoWidth > 0 && !video.paused";
        wait_for("the picture of the camera", PATIENCE, || (app.run(is_shown).ok()? == true).then_some(()))?;
        app.run("window.camera = document.querySelector('video').srcObject.getVideoTracks()[0]")?;
        ensure!(app.run("return camera.readyState")? == "live", "the camera is off");
        app.run("location.hash = '#/settings'")?;
        wait_for("the camera to be off", PATIENCE, || (app.run("return camera.readyState").ok()? == "ended").then_some(()))?;
        Ok(())
    })
}

#[test]
fn on_wayland_the_desktop_takes_the_picture_of_the_screen_and_its_file_is_gone_afterwards() -> anyhow::Result<()> {
    with_file("a QR code on a Wayland desktop", |scene| {
        let Offered { setup, lab, client, tunnel, service: _service, .. } = scene;
        let desktop = Desktop::start(lab)?;
        let socket = lab.file("adit.sock");
        let arguments = ["--socket", socket.to_str().context("the socket")?];
        let variables =
            [("DBUS_SESSION_BUS_ADDRESS", desktop.address()), ("WAYLAND_DISPLAY", "wayland-0"), ("GDK_BACKEND", "x11")];
        let app = App::start_with(lab, client, &setup.program, &arguments, &variables)?;
        app.wait_for_text("Add your first tunnel")?;
        app.press(".choice:nth-child(2)")?;

        // Without a portal, with one whose user cancels, and with a picture.
        app.click("Look at the screen")?;
        app.wait_for_text("Taking a picture of the screen")?;
        app.click("Done")?;
        let portal = desktop.portal(None)?;
        app.press(".choice:nth-child(2)")?;
        app.click("Look at the screen")?;
        wait_for("the question of the portal", PATIENCE, || (portal.asked() == [true]).then_some(()))?;
        wait_for("the buttons", PATIENCE, || {
            app.run("return document.querySelectorAll('.ways button:disabled').length").ok().filter(|count| *count == 0)
        })?;
        ensure!(!app.text()?.contains("Import one tunnel"), "{}", app.text()?);
        drop(portal);
        setup.start_again(client, &[])?;

        let (side, pixels) = code_of(&tunnel.conf)?;
        let mut desktop_picture = image::GrayImage::from_pixel(1920, 1080, image::Luma([180]));
        let code = image::GrayImage::from_raw(side.into(), side.into(), pixels).context("the code")?;
        image::imageops::replace(&mut desktop_picture, &code, 1200, 300);
        let file = lab.file("Screenshot.png");
        desktop_picture.save(&file)?;
        let portal = desktop.portal(Some(&file))?;
        app.click("Look at the screen")?;
        app.wait_for_text("Import one tunnel")?;
        ensure!(portal.asked() == [true], "{:?}", portal.asked());
        ensure!(!file.exists(), "the picture is still there");
        Ok(())
    })
}
