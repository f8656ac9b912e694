//! The page in the window, the files opened with the app, and what a hostile script in the page cannot do.

use std::time::Duration;

use adit_e2e::process::wait_for;
use adit_e2e::screen::Screen;
use adit_e2e::{FullTunnel, How, Service};
use anyhow::{Context as _, ensure};
use serde_json::json;

use crate::setup::{self, Empty, INSIDE, Offered, PATIENCE, Setup, with_file, with_service};

#[test]
fn a_file_opened_with_the_app_becomes_a_tunnel_that_outlives_the_window() -> anyhow::Result<()> {
    let Some(setup) = Setup::new("the desktop app")? else { return Ok(()) };
    let lab = &setup.lab;
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(lab, &client, &server, "")?;

    // Without the service the page says so, and comes alive by itself.
    let app = setup.start(&client, &[tunnel.conf.to_str().context("the file")?], None)?;
    app.wait_for_text("The Adit service is not running")?;
    let service = Service::start(lab, &client, How::plain(lab))?;

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
    let pid = rustix::process::Pid::from_raw(setup::process(&client)?).context("a process id")?;
    rustix::process::kill_process(pid, rustix::process::Signal::KILL)?;
    ensure!(pinging.finish()?.complete(), "packets were lost with the window");
    Ok(())
}

#[test]
fn a_second_start_opens_its_file_in_the_first_window() -> anyhow::Result<()> {
    with_file("a second start of the desktop app", |scene| {
        let Offered { setup, client, tunnel, service: _service, .. } = scene;
        let app = setup.first_page(client)?;
        setup.start_again(client, &[tunnel.conf.to_str().context("the file")?])?;
        app.wait_for_text(&tunnel.interface)?;
        app.wait_for_text("Import one tunnel")?;
        Ok(())
    })
}

#[test]
fn a_second_start_brings_the_first_window_to_the_front_with_its_token_which_is_never_printed() -> anyhow::Result<()> {
    with_service("the token of a second start of the desktop app", |scene| {
        let Empty { setup, lab, client, service: _service } = scene;
        let app = setup.first_page(client)?;
        let screen = Screen::open(app.display())?;
        screen.show((0, 0), (1280, 900), &vec![128; 1280 * 900])?;
        ensure!(!screen.is_in_front("Adit")?, "the window is in front already");
        for (variables, token) in [
            ([("DESKTOP_STARTUP_ID", "shell-of-x11_TIME4711"), ("XDG_ACTIVATION_TOKEN", "")], "shell-of-x11_TIME4711"),
            ([("DESKTOP_STARTUP_ID", "not-this_TIME1"), ("XDG_ACTIVATION_TOKEN", "token-of-wayland")], "token-of-wayland"),
        ] {
            setup.start_again_with(client, &[], &variables)?;
            let is_taken = || screen.startup_id("Adit").is_ok_and(|id| id == token).then_some(());
            wait_for("the token", PATIENCE, is_taken).with_context(|| format!("the id is {:?}", screen.startup_id("Adit")))?;
            wait_for("the window in front", PATIENCE, || screen.is_in_front("Adit").ok()?.then_some(()))?;
        }
        let printed = std::fs::read_to_string(lab.file("driver"))?;
        ensure!(!printed.contains("4711") && !printed.contains("token-of-wayland"), "{printed}");
        Ok(())
    })
}

#[test]
fn a_script_in_the_page_can_neither_leave_it_nor_reach_anything_but_the_service() -> anyhow::Result<()> {
    with_service("a hostile page in the desktop app", |scene| {
        let Empty { setup, client, service: _service, .. } = scene;
        let app = setup.first_page(client)?;
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
        // Code in texts, in attributes, in workers, and links to new windows.
        let refused = app.run_async(
            "const done = arguments[arguments.length - 1]; const names = [];
             const attempt = (name, act) => { try { act(); names.push(name); } catch { } };
             attempt('eval', () => (0, eval)('window.intruder = 2'));
             attempt('Function', () => new Function('window.intruder = 3')());
             const button = document.createElement('button'); button.setAttribute('onclick', 'window.intruder = 4');
             document.body.append(button); button.click();
             const link = document.createElement('a'); link.target = '_blank'; link.href = 'https://example.com/';
             document.body.append(link); link.click();
             let worker; try { worker = new Worker(URL.createObjectURL(new Blob(['postMessage(1)']))); } catch { }
             if (worker) { worker.onmessage = () => done('a worker runs'); worker.onerror = () => done([names, String(window.intruder)]); }
             else done([names, String(window.intruder)])",
        )?;
        ensure!(refused == json!([[], "undefined"]), "foreign code ran: {refused}");
        let fetched = app.run_async(
            "const done = arguments[arguments.length - 1];
             fetch('http://127.0.0.1:4444/status', { mode: 'no-cors' }).then(() => done('fetched'), () => done('refused'))",
        )?;
        ensure!(fetched == "refused", "{fetched}");
        Ok(())
    })
}

#[test]
fn a_script_in_the_page_cannot_change_what_all_objects_inherit() -> anyhow::Result<()> {
    with_service("prototypes in the page of the desktop app", |scene| {
        let Empty { setup, client, service: _service, .. } = scene;
        let app = setup.first_page(client)?;
        let polluted = app.run(
            "const attempts = {
                 assign: () => { ({}).__proto__.polluted = 1; },
                 define: () => Object.defineProperty(Object.prototype, 'polluted', { value: 1 }),
                 replace: () => { Object.prototype.toString = () => 'x'; },
                 parse: () => Object.assign({}, JSON.parse('{\"__proto__\":{\"polluted\":1}}')),
                 reparent: () => Object.setPrototypeOf(Object.prototype, { polluted: 1 }),
             };
             const done = [];
             for (const [name, attempt] of Object.entries(attempts)) {
                 try { attempt(); } catch { }
                 if (({}).polluted !== undefined || String({}) !== '[object Object]') done.push(name);
             }
             return [Object.isFrozen(Object.prototype), done]",
        )?;
        ensure!(polluted == json!([true, []]), "frozen, and ways that worked: {polluted}");
        Ok(())
    })
}
