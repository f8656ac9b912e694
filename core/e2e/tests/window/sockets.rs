//! The app and its web processes have nothing to do with any network.

use adit_e2e::desktop::Desktop;
use adit_e2e::display::Display;
use adit_e2e::process::wait_for;
use adit_e2e::screen::Screen;
use adit_e2e::{FullTunnel, How, Service, program, skip};
use anyhow::ensure;

use crate::setup::{self, PATIENCE, Setup};

/// Runs the app without WebDriver, which would need sockets of its own, and looks at every socket that one of its processes makes.
#[test]
fn no_process_of_the_app_ever_makes_a_socket_of_ip() -> anyhow::Result<()> {
    let Some(setup) = Setup::new("the sockets of the desktop app")? else { return Ok(()) };
    if program("strace").is_none() {
        skip("the sockets of the desktop app: strace is not installed");
        return Ok(());
    }
    let lab = &setup.lab;
    let (client, server) = lab.two_hosts()?;
    let tunnel = FullTunnel::new(lab, &client, &server, "")?;
    let service = Service::start(lab, &client, How::plain(lab))?;
    let id = service.import(&tunnel)?;
    let desktop = Desktop::start(lab)?;
    let (tray, notifications) = (desktop.tray()?, desktop.notifications()?);
    let display = Display::start(lab, &client)?;
    let screen = Screen::open(display.name())?;
    let (trace, socket) = (lab.file("sockets"), lab.file("adit.sock"));
    let arguments = ["-f", "-qq", "-e", "trace=execve,socket", "-o"].map(Into::into);
    let command = [trace.clone(), setup.program.clone(), "--socket".into(), socket, tunnel.conf.clone()];
    let arguments: Vec<std::path::PathBuf> = arguments.into_iter().chain(command).collect();
    let environment = [("DBUS_SESSION_BUS_ADDRESS", desktop.address())];
    let _app = client.start("strace", arguments, &display.environment(&environment), &lab.file("app"))?;

    // The page shows the opened file, a tunnel is turned on and off in the tray, and a click shows its page.
    screen.wait_for("Adit", true)?;
    wait_for("the page", PATIENCE, || screen.colours("Adit").is_ok_and(|colours| colours > 20).then_some(()))?;
    // The window in front of its user would be notification enough.
    screen.close("Adit")?;
    screen.wait_for("Adit", false)?;
    let switch = |is_on| {
        let name = &tunnel.interface;
        tray.wait_for_item(name, |item| item.label == *name && item.is_checked == Some(is_on))
    };
    tray.click(&switch(false)?)?;
    service.wait_until_up(id)?;
    let heading = format!("{} is on", tunnel.interface);
    notifications.wait_for(&heading)?;
    notifications.click(&heading)?;
    screen.wait_for("Adit", true)?;
    client.ping_all_answered(setup::INSIDE)?;
    tray.click(&switch(true)?)?;
    switch(false)?;
    let about = tray.wait_for_item("About", |item| item.label.starts_with("About"))?;
    tray.click(&about)?;
    let quit = tray.wait_for_item("Quit", |item| item.label.starts_with("Quit"))?;
    // The answer may be lost with the program.
    let _ = tray.click(&quit);
    setup::wait_for_end(&client)?;

    let trace = std::fs::read_to_string(trace)?;
    // The positive control: the processes of the web view were followed from their beginning, and sockets are seen.
    for process in ["adit-app", "WebKitWebProcess", "WebKitNetworkProcess"] {
        let begins = |line: &str| line.contains("execve(") && line.contains(&format!("/{process}\"")) && line.ends_with("= 0");
        ensure!(trace.lines().any(begins), "{process} was not followed:\n{trace}");
    }
    let made: Vec<&str> = trace.lines().filter(|line| line.contains("socket(")).collect();
    ensure!(made.iter().any(|line| line.contains("AF_UNIX")), "no socket was seen:\n{trace}");
    let of_ip = made.iter().filter(|line| line.contains("AF_INET")).collect::<Vec<_>>();
    ensure!(of_ip.is_empty(), "sockets of IP: {of_ip:#?}");
    Ok(())
}
