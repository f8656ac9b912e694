//! The desktop app: a window around the page of `ui`. It runs as the user, without rights of its own; what the page asks for goes
//! to the service (`aditd`), which decides what this user may do.
#![forbid(unsafe_code)]

mod autostart;
mod background;
mod backups;
mod clipboard;
mod consent;
mod dialogs;
mod drops;
mod exports;
mod follow;
mod imports;
mod instance;
mod known;
mod language;
mod manual;
mod notices;
mod opened;
mod places;
mod replace;
mod requests;
mod screen;
mod settings;
mod tray;
mod window;

use std::path::PathBuf;
use std::process::ExitCode;

use adit_bridge::Bridge;
use adit_ipc::local::SOCKET;
use adit_platform::native::control_socket::Trust;
use clap::Parser;
use tauri::Manager as _;

use crate::clipboard::Copied;
use crate::consent::Consent;
use crate::instance::{ActivationToken, Instance, Start};
use crate::opened::Opened;
use crate::requests::Program;
use crate::settings::SettingsStore;
use crate::tray::Presence;

/// Name and version, for the service's log.
const PROGRAM: &str = concat!("adit-app ", env!("CARGO_PKG_VERSION"));

/// Show tunnels, import configurations and turn tunnels on and off in a window.
#[derive(Parser)]
#[command(name = "adit-app", version)]
struct Arguments {
    /// Configurations, archives of them, or pictures of QR codes to import, which are shown before anything is saved; or links:
    /// adit:tunnel/NAME shows a tunnel, adit:import the import.
    #[arg(value_name = "FILE|LINK")]
    files: Vec<PathBuf>,
    /// Socket of the service.
    #[arg(long, value_name = "PATH", env = "ADIT_SOCKET", hide_env_values = true)]
    socket: Option<PathBuf>,
    /// Start with the icon in the tray alone; where there is no tray, the window opens all the same.
    #[arg(long)]
    hidden: bool,
    /// Print the manual page and exit, for packages.
    #[arg(long, hide = true)]
    man_page: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    if arguments.man_page {
        return match manual::write(&mut std::io::stdout().lock()) {
            Ok(()) => ExitCode::SUCCESS,
            Err(_) => ExitCode::FAILURE,
        };
    }
    // With this variable WebKitGTK lets other programs control the page, and it is not for users.
    if !cfg!(debug_assertions) && std::env::var_os("TAURI_WEBVIEW_AUTOMATION").is_some() {
        eprintln!("adit-app: TAURI_WEBVIEW_AUTOMATION is set, which only test builds allow");
        return ExitCode::from(2);
    }
    let folder = std::env::var_os("XDG_RUNTIME_DIR").map(PathBuf::from);
    let files = opened::absolute(&arguments.files);
    let start = Start { files, token: ActivationToken::of_this_start(|name| std::env::var(name).ok()) };
    let instance = match Instance::claim(folder.as_deref(), &start) {
        instance::Claim::First(instance) => instance,
        instance::Claim::Second => return ExitCode::SUCCESS,
    };
    #[cfg(target_os = "linux")]
    if gtk::init().is_err() {
        eprintln!("adit-app: there is no screen to open a window on (DISPLAY or WAYLAND_DISPLAY); in a terminal, use `adit`");
        return ExitCode::FAILURE;
    }
    match run(arguments.socket, instance, start.files, arguments.hidden) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("adit-app: the window cannot be opened: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(socket: Option<PathBuf>, instance: Option<Instance>, files: Vec<PathBuf>, hidden: bool) -> tauri::Result<()> {
    let system_language = language::of_the_system(|name| std::env::var(name).ok());
    let settings = SettingsStore::load(settings::folder().as_deref(), &system_language);
    // Files and links are to be looked at, and without an icon nothing could bring the window back.
    let is_hidden = hidden && files.is_empty() && settings.settings().show_tray;
    let (files, place) = opened::sorted(files);
    // A socket that the user names may be that of a service of their own.
    let trust = if socket.is_some() { Trust::ServiceOrOwnUser } else { Trust::Service };
    let bridge = Bridge::new(PROGRAM, socket.unwrap_or_else(|| SOCKET.into()), trust);
    let app = tauri::Builder::default()
        .manage(Opened::new(files))
        .manage(places::Places::new(place))
        .manage(settings)
        .manage(Copied::default())
        .manage(Presence::default())
        .manage(Consent::default())
        .invoke_handler(tauri::generate_handler![requests::rpc])
        .setup(move |app| {
            let handle = app.handle().clone();
            app.manage(Program::new(handle.clone(), bridge.clone()));
            window::open(app, is_hidden)?;
            places::listen(&handle);
            let (sender, news) = tokio::sync::mpsc::unbounded_channel();
            tauri::async_runtime::spawn(background::run(handle.clone(), bridge.clone(), news, is_hidden));
            tauri::async_runtime::spawn(follow::follow(handle.clone(), bridge, sender));
            if let Some(instance) = instance {
                std::thread::spawn(move || {
                    instance.serve(|start| {
                        let (files, place) = opened::sorted(start.files);
                        opened::hand_over(&handle, files);
                        if let Some(place) = place {
                            places::show(&handle, place);
                        }
                        window::show(&handle, start.token);
                    })
                });
            }
            Ok(())
        })
        .build(tauri::generate_context!())?;
    app.run(|app, event| {
        #[cfg(target_os = "linux")]
        if let tauri::RunEvent::Exit = event {
            app.state::<Copied>().end();
        }
        #[cfg(not(target_os = "linux"))]
        let _ = (app, event);
    });
    Ok(())
}
