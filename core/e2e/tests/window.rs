//! The desktop app with the service: a real window on an X server without a screen, and packets to a real peer.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::time::Duration;

use adit_api::TunnelState;
use adit_e2e::desktop::Desktop;
use adit_e2e::process::{output_of, wait_for};
use adit_e2e::screen::{RETURN, Screen, TAB};
use adit_e2e::{App, FullTunnel, How, Lab, Namespace, Service, program, skip};
use anyhow::{Context as _, ensure};
use serde_json::json;

/// An address behind the tunnel.
const INSIDE: &str = "10.99.0.2";

/// Returns the built app. Prints the reason and returns None if it or a program that it needs is missing.
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
fn app_process(namespace: &Namespace) -> anyhow::Result<i32> {
    let output = output_of(std::process::Command::new("ip").args(["netns", "pids", namespace.name()]))?;
    let pids = String::from_utf8(output.stdout)?;
    let is_app = |pid: &&str| std::fs::read_to_string(format!("/proc/{pid}/comm")).is_ok_and(|name| name.trim() == "adit-app");
    pids.lines().find(is_app).context("the app does not run")?.parse().context("its process id")
}

/// Starts the app beside a service without tunnels, and waits for the page.
fn first_page<'lab>(lab: &Lab, client: &'lab Namespace, program: &Path) -> anyhow::Result<App<'lab>> {
    let socket = lab.file("adit.sock");
    let app = App::start(lab, client, program, &["--socket", socket.to_str().context("the socket")?])?;
    app.wait_for_text("Add your first tunnel")?;
    Ok(app)
}

#[test]
fn a_file_opened_with_the_app_becomes_a_tunnel_that_outlives_the_window() -> anyhow::Result<()> {
    let Some(program) = app() else { return Ok(()) };
    let Some(lab) = Lab::open("the desktop app")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let (socket, conf) = (lab.file("adit.sock"), &tunnel.conf);
    let arguments = ["--socket", socket.to_str().context("the socket")?, conf.to_str().context("the file")?];

    // Without the service the page says so, and comes alive by itself.
    let app = App::start(&lab, &client, &program, &arguments)?;
    app.wait_for_text("The Adit service is not running")?;
    let service = Service::start(&lab, &client, How::plain(&lab))?;

    app.wait_for_text(&tunnel.interface)?;
    ensure!(!app.text()?.contains(&tunnel.secrets[0]), "the page shows the private key");
    app.click("Import one tunnel")?;
    // The page of the new tunnel.
    app.wait_for_text("Where does an address go?")?;
    let tunnels = service.client()?.all_tunnels()?;
    ensure!(tunnels.len() == 1 && tunnels[0].interface == tunnel.interface.parse()?, "{tunnels:?}");
    app.press("[role=switch].large")?;
    service.wait_until_up(tunnels[0].id)?;
    app.wait_for_text("Healthy")?;
    client.ping_all_answered(INSIDE)?;
    ensure!(!app.text()?.contains("could not be loaded"), "{}", app.text()?);

    // The window is killed while packets pass.
    let pinging = client.start_pinging(INSIDE, 200, Duration::from_millis(10), &lab.file("pings"))?;
    pinging.wait_until_answered(40)?;
    let pid = rustix::process::Pid::from_raw(app_process(&client)?).context("a process id")?;
    rustix::process::kill_process(pid, rustix::process::Signal::KILL)?;
    ensure!(pinging.finish()?.complete(), "packets were lost with the window");
    Ok(())
}

#[test]
fn a_second_start_opens_its_file_in_the_first_window() -> anyhow::Result<()> {
    let Some(program) = app() else { return Ok(()) };
    let Some(lab) = Lab::open("a second start of the desktop app")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let _service = Service::start(&lab, &client, How::plain(&lab))?;
    let app = first_page(&lab, &client, &program)?;
    let mut second = client.command(&program);
    second.arg(&tunnel.conf).env("XDG_RUNTIME_DIR", lab.file("user")).env_remove("DISPLAY");
    let output = output_of(&mut second)?;
    ensure!(output.status.success() && output.stderr.is_empty(), "{output:?}");
    app.wait_for_text(&tunnel.interface)?;
    app.wait_for_text("Import one tunnel")?;
    Ok(())
}

#[test]
fn a_script_in_the_page_can_neither_leave_it_nor_reach_anything_but_the_service() -> anyhow::Result<()> {
    let Some(program) = app() else { return Ok(()) };
    let Some(lab) = Lab::open("a hostile page in the desktop app")? else { return Ok(()) };
    let client = lab.namespace("client")?;
    let _service = Service::start(&lab, &client, How::plain(&lab))?;
    let app = first_page(&lab, &client, &program)?;
    let call = |command: &str, arguments: &str| {
        app.run_async(&format!(
            "const done = arguments[arguments.length - 1];
             window.__TAURI_INTERNALS__.invoke({}, {arguments}).then((it) => done(['done', it]), (it) => done(['refused', String(it)]))",
            json!(command)
        ))
    };
    // The positive control: the one command answers.
    let about = call("rpc", r#"{"request":{"method":"about","params":{}}}"#)?;
    ensure!(about[0] == "done" && about[1]["method"] == "about", "{about}");
    for command in [
        "plugin:window|close",
        "plugin:webview|create_webview_window",
        "plugin:path|resolve_directory",
        "plugin:app|version",
        "plugin:event|emit_to",
        "plugin:resources|close",
    ] {
        let answer = call(command, "{}")?;
        let why = answer[1].as_str().unwrap_or_default();
        ensure!(answer[0] == "refused" && why.contains("not allowed"), "{command}: {answer}");
    }
    // The positive control: the page may go to its own address, and that is noticed.
    let leaves = |script: &str| {
        let address = app.run("return location.href")?;
        app.run(script)?;
        // A navigation takes a moment.
        let left = wait_for("another address", Duration::from_secs(1), || {
            app.run("return location.href").ok().filter(|now| *now != address)
        });
        anyhow::Ok(left.is_ok())
    };
    ensure!(leaves("location.href = 'tauri://localhost/index.html?again'")?, "the page cannot be loaded again");
    app.wait_for_text("Add your first tunnel")?;
    for script in [
        "location.href = 'file:///etc/passwd'",
        "location.href = 'http://127.0.0.1:4444/status'",
        "const form = document.createElement('form'); form.action = 'http://127.0.0.1:4444/'; document.body.append(form); form.submit()",
    ] {
        ensure!(!leaves(script)?, "{script}: the page left");
    }
    ensure!(app.run("return window.open('https://example.com/') === null")? == true, "a window was opened");
    let evaluated = app.run_async(
        "const done = arguments[arguments.length - 1]; const script = document.createElement('script');
         script.textContent = 'window.intruder = 1'; document.body.append(script);
         const frame = document.createElement('iframe'); frame.src = 'http://127.0.0.1:4444/status'; document.body.append(frame);
         const image = new Image(); image.onload = () => done('loaded'); image.onerror = () => done(String(window.intruder));
         image.src = 'http://127.0.0.1:4444/status'",
    )?;
    ensure!(evaluated == "undefined", "an inline script ran, or a foreign picture was loaded: {evaluated}");
    let fetched = app.run_async(
        "const done = arguments[arguments.length - 1];
         fetch('http://127.0.0.1:4444/status', { mode: 'no-cors' }).then(() => done('fetched'), () => done('refused'))",
    )?;
    ensure!(fetched == "refused", "{fetched}");
    Ok(())
}

/// Time for a window to come, go or end.
const PATIENCE: Duration = Duration::from_secs(30);

#[test]
fn tunnels_are_switched_in_the_tray_whose_icon_follows_the_service() -> anyhow::Result<()> {
    let Some(program) = app() else { return Ok(()) };
    let Some(lab) = Lab::open("the tray of the desktop app")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let mut service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    let desktop = Desktop::start(&lab)?;
    let (tray, notifications) = (desktop.tray()?, desktop.notifications()?);
    let socket = lab.file("adit.sock");
    let arguments = ["--socket", socket.to_str().context("the socket")?];
    let app = App::start_on(&lab, &client, &program, &arguments, desktop.address())?;
    app.wait_for_text(&tunnel.interface)?;
    let screen = Screen::open(app.display())?;

    // The window closes into the tray.
    let switch = |is_on| {
        let name = &tunnel.interface;
        tray.wait_for_item(&format!("{name}: {is_on}"), |item| item.label == *name && item.is_checked == Some(is_on))
    };
    let is_off = switch(false)?;
    ensure!(tray.menu()?[0].label == "No tunnel is on" && !tray.menu()?[0].is_enabled, "{:#?}", tray.menu()?);
    ensure!(screen.shows("Adit")?, "there is no window");
    screen.close("Adit")?;
    wait_for("the window to hide", PATIENCE, || screen.shows("Adit").is_ok_and(|shown| !shown).then_some(()))?;
    app_process(&client)?;
    let off = tray.icon()?;
    ensure!(off.iter().any(|(width, height, pixels)| (*width, *height, pixels.len()) == (22, 22, 22 * 22 * 4)), "no 22 pixels");

    // The menu turns the tunnel on.
    tray.click(&is_off)?;
    service.wait_until_up(id)?;
    client.ping_all_answered(INSIDE)?;
    let is_on = switch(true)?;
    tray.wait_for_item("its state", |item| item.label == format!("{}: healthy", tunnel.interface))?;
    tray.wait_for_item("its addresses", |item| item.label.starts_with("Addresses: 10.99.0.1/24"))?;
    notifications.wait_for(&format!("{} is on", tunnel.interface))?;
    let on = tray.icon()?;
    ensure!(on != off, "the icon is the same");
    ensure!(tray.tooltip()?.contains("healthy"), "{}", tray.tooltip()?);

    // A click on the icon brings the window back.
    tray.activate()?;
    wait_for("the window", PATIENCE, || screen.shows("Adit").is_ok_and(|shown| shown).then_some(()))?;
    screen.close("Adit")?;
    wait_for("the window to hide", PATIENCE, || screen.shows("Adit").is_ok_and(|shown| !shown).then_some(()))?;

    // The service is killed.
    service.kill()?;
    tray.wait_for_item("the missing service", |item| item.label == "The Adit service is not running")?;
    let away = tray.icon()?;
    ensure!(away != on && away != off, "the icon does not say that the service is missing");
    service.again()?;
    let label =
        tray.wait_for_item("the tunnel", |item| item.label.starts_with(&tunnel.interface) && item.is_checked.is_some())?;
    if label.is_checked == Some(true) {
        service.client()?.disconnect(id)?;
    }
    switch(false)?;
    ensure!(is_on.is_enabled, "{is_on:?}");

    // Another tray gets the icon too.
    drop(tray);
    let tray = desktop.tray()?;
    tray.wait_for_item("the menu in another tray", |item| item.label == tunnel.interface)?;
    let quit = tray.wait_for_item("Quit", |item| item.label.starts_with("Quit"))?;
    // The answer may be lost with the program.
    let _ = tray.click(&quit);
    wait_for("the app to end", PATIENCE, || app_process(&client).is_err().then_some(()))?;
    Ok(())
}

#[test]
fn without_a_tray_the_app_starts_with_its_window_and_ends_with_it() -> anyhow::Result<()> {
    let Some(program) = app() else { return Ok(()) };
    let Some(lab) = Lab::open("the desktop app without a tray")? else { return Ok(()) };
    let client = lab.namespace("client")?;
    let _service = Service::start(&lab, &client, How::plain(&lab))?;
    let desktop = Desktop::start(&lab)?;
    let socket = lab.file("adit.sock");
    let arguments = ["--hidden", "--socket", socket.to_str().context("the socket")?];
    let app = App::start_on(&lab, &client, &program, &arguments, desktop.address())?;
    app.wait_for_text("Add your first tunnel")?;
    let screen = Screen::open(app.display())?;
    wait_for("the window", PATIENCE, || screen.shows("Adit").is_ok_and(|shown| shown).then_some(()))?;
    screen.close("Adit")?;
    wait_for("the app to end", PATIENCE, || app_process(&client).is_err().then_some(()))?;
    Ok(())
}

#[test]
fn what_the_service_asks_before_a_tunnel_is_turned_on_in_the_tray_is_shown_in_the_window() -> anyhow::Result<()> {
    let Some(program) = app() else { return Ok(()) };
    let Some(lab) = Lab::open("questions of the tray of the desktop app")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "PostUp = true")?;
    let service = Service::start(&lab, &client, How::plain(&lab))?;
    service.import(&tunnel)?;
    let desktop = Desktop::start(&lab)?;
    let tray = desktop.tray()?;
    let socket = lab.file("adit.sock");
    let arguments = ["--hidden", "--socket", socket.to_str().context("the socket")?];
    let app = App::start_on(&lab, &client, &program, &arguments, desktop.address())?;
    let screen = Screen::open(app.display())?;
    let switch = tray.wait_for_item("the tunnel", |item| item.label == tunnel.interface)?;
    ensure!(!screen.shows("Adit")?, "the window does not start hidden");
    tray.click(&switch)?;
    wait_for("the window", PATIENCE, || screen.shows("Adit").is_ok_and(|shown| shown).then_some(()))?;
    app.wait_for_text("PostUp")?;
    app.wait_for_text("Approve")?;
    Ok(())
}

#[test]
fn the_tray_is_set_up_in_the_window() -> anyhow::Result<()> {
    let Some(program) = app() else { return Ok(()) };
    let Some(lab) = Lab::open("the settings of the desktop app")? else { return Ok(()) };
    let client = lab.namespace("client")?;
    let _service = Service::start(&lab, &client, How::plain(&lab))?;
    let desktop = Desktop::start(&lab)?;
    let tray = desktop.tray()?;
    let socket = lab.file("adit.sock");
    let arguments = ["--hidden", "--socket", socket.to_str().context("the socket")?];
    let app = App::start_on(&lab, &client, &program, &arguments, desktop.address())?;
    let screen = Screen::open(app.display())?;
    let import = tray.wait_for_item("Import", |item| item.label.starts_with("Import"))?;
    tray.click(&import)?;
    let dialog = "Import tunnels from files…";
    wait_for("the dialog for files", PATIENCE, || screen.shows(dialog).is_ok_and(|shown| shown).then_some(()))?;
    screen.close(dialog)?;
    wait_for("its end", PATIENCE, || screen.shows(dialog).is_ok_and(|shown| !shown).then_some(()))?;
    let about = tray.wait_for_item("About", |item| item.label.starts_with("About"))?;
    tray.click(&about)?;
    app.wait_for_text("Tray and notifications")?;
    app.click("Start when you log in")?;
    let file = lab.file("user").join("autostart/io.adit.app.desktop");
    let entry = wait_for("the start at login", PATIENCE, || std::fs::read_to_string(&file).ok().filter(|text| !text.is_empty()))?;
    ensure!(entry.contains("adit-app\" --hidden"), "{entry}");

    // The window no longer closes into the tray.
    app.click("Close the window into the tray")?;
    let file = lab.file("user").join("adit/app.json");
    let is_saved = || std::fs::read_to_string(&file).is_ok_and(|text| text.contains("\"close_hides\": false"));
    wait_for("the setting", PATIENCE, || is_saved().then_some(()))?;
    screen.close("Adit")?;
    wait_for("the app to end", PATIENCE, || app_process(&client).is_err().then_some(()))?;
    Ok(())
}

#[test]
fn a_desktop_without_notifications_is_named_once_and_the_tray_goes_on() -> anyhow::Result<()> {
    let Some(program) = app() else { return Ok(()) };
    let Some(lab) = Lab::open("the desktop app without notifications")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    let desktop = Desktop::start(&lab)?;
    let tray = desktop.tray()?;
    let socket = lab.file("adit.sock");
    let arguments = ["--hidden", "--socket", socket.to_str().context("the socket")?];
    let _app = App::start_on(&lab, &client, &program, &arguments, desktop.address())?;
    let switch =
        |is_on| tray.wait_for_item("the tunnel", |item| item.label == tunnel.interface && item.is_checked == Some(is_on));
    switch(false)?;
    for _ in 0..2 {
        service.connect(id)?;
        client.ping_all_answered(INSIDE)?;
        switch(true)?;
        service.client()?.disconnect(id)?;
        switch(false)?;
    }
    // The driver's output has that of the app.
    let complaints = || std::fs::read_to_string(lab.file("driver")).unwrap_or_default().matches("no notifications").count();
    wait_for("the complaint", PATIENCE, || (complaints() > 0).then_some(()))?;
    ensure!(complaints() == 1, "{} complaints", complaints());
    Ok(())
}

#[test]
fn a_window_in_a_tray_that_ends_comes_out() -> anyhow::Result<()> {
    let Some(program) = app() else { return Ok(()) };
    let Some(lab) = Lab::open("the desktop app in a tray that ends")? else { return Ok(()) };
    let client = lab.namespace("client")?;
    let _service = Service::start(&lab, &client, How::plain(&lab))?;
    let desktop = Desktop::start(&lab)?;
    let tray = desktop.tray()?;
    let socket = lab.file("adit.sock");
    let arguments = ["--hidden", "--socket", socket.to_str().context("the socket")?];
    let app = App::start_on(&lab, &client, &program, &arguments, desktop.address())?;
    tray.wait_for_item("the menu", |item| item.label == "There are no tunnels yet")?;
    let screen = Screen::open(app.display())?;
    ensure!(!screen.shows("Adit")?, "the window does not start hidden");
    drop(tray);
    wait_for("the window", PATIENCE, || screen.shows("Adit").is_ok_and(|shown| shown).then_some(()))?;
    app.wait_for_text("Add your first tunnel")?;
    Ok(())
}

/// Draws the QR code of a file as another program on the screen shows it: modules of 3 pixels. Returns its side and its pixels.
fn code_of(file: &Path) -> anyhow::Result<(u16, Vec<u8>)> {
    let code = qrcodegen::QrCode::encode_text(&std::fs::read_to_string(file)?, qrcodegen::QrCodeEcc::Medium)?;
    let side = u16::try_from(code.size() + 8)? * 3;
    let module = |pixel: u16| i32::from(pixel / 3) - 4;
    let pixels = (0..side).flat_map(|y| (0..side).map(move |x| (module(x), module(y))));
    Ok((side, pixels.map(|(x, y)| if code.get_module(x, y) { 0 } else { 255 }).collect()))
}

/// Waits until the question with this heading is on the screen, or has left it.
fn wait_for_question(screen: &Screen, heading: &str, is_there: bool) -> anyhow::Result<()> {
    wait_for(heading, PATIENCE, || screen.shows(heading).is_ok_and(|shown| shown == is_there).then_some(()))
}

#[test]
fn a_code_on_the_screen_becomes_a_tunnel_when_the_user_agrees_outside_the_page() -> anyhow::Result<()> {
    let Some(program) = app() else { return Ok(()) };
    let Some(lab) = Lab::open("a QR code on the screen")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let service = Service::start(&lab, &client, How::plain(&lab))?;
    let app = first_page(&lab, &client, &program)?;
    let screen = Screen::open(app.display())?;
    let (side, pixels) = code_of(&tunnel.conf)?;
    screen.show((i16::try_from(1280 - side)?, i16::try_from(900 - side)?), (side, side), &pixels)?;
    let question = "Look at the screen for a QR code?";

    // A page that asks by itself gets nothing without the user, and cannot pile up questions.
    app.run(
        "window.answers = []; const ask = () => window.__TAURI_INTERNALS__.invoke('rpc', { request: { method: 'scan_screen',
         params: { from: 'x' } } }).then((it) => answers.push(it.result), (it) => answers.push(String(it))); ask(); ask()",
    )?;
    wait_for_question(&screen, question, true)?;
    let answered = |count: usize| {
        let answers = || app.run("return answers");
        let all = wait_for("answers", PATIENCE, || (answers().ok()? == json!(vec![json!(null); count])).then_some(()));
        all.with_context(|| format!("the answers are {:?}", answers()))
    };
    answered(1)?;
    screen.close(question)?;
    answered(2)?;
    wait_for_question(&screen, question, false)?;

    app.press("button.choice:nth-of-type(2)")?;
    app.click("Look at the screen")?;
    wait_for_question(&screen, question, true)?;
    screen.press(question, &[TAB, RETURN])?;
    app.wait_for_text("Import one tunnel")?;
    ensure!(!app.text()?.contains(&tunnel.secrets[0]), "the page shows the private key");
    app.click("Import one tunnel")?;
    app.wait_for_text("Where does an address go?")?;
    let tunnels = service.client()?.all_tunnels()?;
    ensure!(tunnels.len() == 1 && tunnels[0].name.as_str() == "wg0", "{tunnels:?}");
    service.connect(tunnels[0].id)?;
    client.ping_all_answered(INSIDE)?;
    Ok(())
}

/// WebKit grants its own test camera to every page without asking the app; `consent.rs` tests what the app would answer.
#[test]
fn the_camera_is_on_after_the_user_agrees_and_off_when_the_page_is_left() -> anyhow::Result<()> {
    let Some(program) = app() else { return Ok(()) };
    let Some(lab) = Lab::open("the camera of the desktop app")? else { return Ok(()) };
    let client = lab.namespace("client")?;
    let _service = Service::start(&lab, &client, How::plain(&lab))?;
    let app = first_page(&lab, &client, &program)?;
    let screen = Screen::open(app.display())?;
    let question = "Let Adit use the camera?";
    app.press("button.choice:nth-of-type(2)")?;
    app.click("Use the camera")?;
    wait_for_question(&screen, question, true)?;
    screen.close(question)?;
    app.wait_for_text("The camera may not be used")?;
    app.click("Done")?;

    app.click("Use the camera")?;
    wait_for_question(&screen, question, true)?;
    screen.press(question, &[TAB, RETURN])?;
    app.wait_for_text("Hold the QR code up to the camera")?;
    let is_shown =
        "const video = document.querySelector('video'); return video !== null && video.videoWidth > 0 && !video.paused";
    wait_for("the picture of the camera", PATIENCE, || (app.run(is_shown).ok()? == true).then_some(()))?;
    app.run("window.camera = document.querySelector('video').srcObject.getVideoTracks()[0]")?;
    ensure!(app.run("return camera.readyState")? == "live", "the camera is off");
    app.run("location.hash = '#/settings'")?;
    wait_for("the camera to be off", PATIENCE, || (app.run("return camera.readyState").ok()? == "ended").then_some(()))?;
    Ok(())
}

#[test]
fn a_link_shows_a_tunnel_in_the_first_window_and_can_do_nothing_else() -> anyhow::Result<()> {
    let Some(program) = app() else { return Ok(()) };
    let Some(lab) = Lab::open("links to the desktop app")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let service = Service::start(&lab, &client, How::plain(&lab))?;
    let id = service.import(&tunnel)?;
    let (socket, name) = (lab.file("adit.sock"), service.client()?.tunnel(id)?.name);
    let link = format!("adit:tunnel/{name}");
    let app = App::start(&lab, &client, &program, &["--socket", socket.to_str().context("the socket")?, &link])?;
    app.wait_for_text("Where does an address go?")?;

    let open = |link: &str| {
        let mut second = client.command(&program);
        second.arg(link).env("XDG_RUNTIME_DIR", lab.file("user")).env_remove("DISPLAY");
        let output = output_of(&mut second)?;
        ensure!(output.status.success() && output.stderr.is_empty(), "{output:?}");
        anyhow::Ok(())
    };
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
}

#[test]
fn on_wayland_the_desktop_takes_the_picture_of_the_screen_and_its_file_is_gone_afterwards() -> anyhow::Result<()> {
    let Some(program) = app() else { return Ok(()) };
    let Some(lab) = Lab::open("a QR code on a Wayland desktop")? else { return Ok(()) };
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(&lab, &client, &server, "")?;
    let _service = Service::start(&lab, &client, How::plain(&lab))?;
    let desktop = Desktop::start(&lab)?;
    let socket = lab.file("adit.sock");
    let arguments = ["--socket", socket.to_str().context("the socket")?];
    let variables = [("DBUS_SESSION_BUS_ADDRESS", desktop.address()), ("WAYLAND_DISPLAY", "wayland-0"), ("GDK_BACKEND", "x11")];
    let app = App::start_with(&lab, &client, &program, &arguments, &variables)?;
    app.wait_for_text("Add your first tunnel")?;
    app.press("button.choice:nth-of-type(2)")?;

    // Without a portal, with one whose user cancels, and with a picture.
    app.click("Look at the screen")?;
    app.wait_for_text("taking a picture of the screen")?;
    app.click("Done")?;
    let portal = desktop.portal(None)?;
    app.press("button.choice:nth-of-type(2)")?;
    app.click("Look at the screen")?;
    wait_for("the question of the portal", PATIENCE, || (portal.asked() == [true]).then_some(()))?;
    wait_for("the buttons", PATIENCE, || {
        app.run("return document.querySelectorAll('.ways button:disabled').length").ok().filter(|count| *count == 0)
    })?;
    ensure!(!app.text()?.contains("Import one tunnel"), "{}", app.text()?);
    drop(portal);

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
}
