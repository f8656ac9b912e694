//! Compiles the configuration, the capabilities and the icons of the app into it.

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Names the commands, so that the page may call only those that a capability grants.
    let commands = tauri_build::AppManifest::new().commands(&["rpc"]);
    tauri_build::try_build(tauri_build::Attributes::new().app_manifest(commands))?;
    Ok(())
}
