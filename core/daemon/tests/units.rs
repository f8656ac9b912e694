//! The files for service managers: systemd's own tools find nothing wrong with them, and little that an intruder could do.
#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

fn installers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../installers/linux")
}

fn read(name: &str) -> String {
    fs::read_to_string(installers().join(name)).unwrap()
}

/// None, and a word about why, where the program is not installed.
fn run(story: &str, program: &str, arguments: &[&str]) -> Option<Output> {
    match Command::new(program).args(arguments).output() {
        Ok(output) => Some(output),
        Err(_) => {
            println!("SKIPPED: {story}: {program} is not installed");
            None
        }
    }
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn systemd_calls_the_exposure_of_the_service_two_of_ten_at_most() {
    let unit = installers().join("aditd.service");
    let arguments = ["security", "--offline=true", "--threshold=20", "--no-pager", unit.to_str().unwrap()];
    let Some(output) = run("the unit's exposure", "systemd-analyze", &arguments) else { return };
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("Overall exposure level for aditd.service: "), "{}", said(&output));
}

#[test]
fn systemd_understands_every_line_of_the_units() {
    let folder = tempfile::tempdir().unwrap();
    // The program is where it is built: where it will be installed there is nothing yet.
    let service = read("aditd.service").replace("/usr/bin/aditd", env!("CARGO_BIN_EXE_aditd"));
    fs::write(folder.path().join("aditd.service"), service).unwrap();
    fs::write(folder.path().join("aditd.socket"), read("aditd.socket")).unwrap();
    let paths = ["aditd.service", "aditd.socket"].map(|name| folder.path().join(name).to_str().unwrap().to_owned());
    let Some(output) = run("the units", "systemd-analyze", &["verify", "--man=no", &paths[0], &paths[1]]) else { return };
    assert!(output.status.success() && said(&output).is_empty(), "{}", said(&output));
}

#[test]
fn systemd_listens_where_programs_look_for_the_service() {
    let socket = Path::new(adit_ipc::linux::SOCKET);
    assert!(read("aditd.socket").lines().any(|line| line == format!("ListenStream={}", socket.display())));
    let folder = format!("d {} 0755 adit adit -", socket.parent().unwrap().display());
    assert!(read("adit.tmpfiles").lines().any(|line| line == folder), "{folder}");
}

#[test]
fn the_user_and_the_folders_are_made_as_the_unit_needs_them() {
    let root = tempfile::tempdir().unwrap();
    let etc = root.path().join("etc");
    fs::create_dir(&etc).unwrap();
    fs::write(etc.join("passwd"), "root:x:0:0::/root:/bin/sh\n").unwrap();
    fs::write(etc.join("group"), "root:x:0:\n").unwrap();
    let root_argument = format!("--root={}", root.path().display());
    let file = |name: &str| installers().join(name).to_str().unwrap().to_owned();
    let Some(output) = run("the user", "systemd-sysusers", &[&root_argument, &file("adit.sysusers")]) else { return };
    assert!(output.status.success(), "{}", said(&output));
    let passwd = fs::read_to_string(etc.join("passwd")).unwrap();
    assert!(
        passwd.lines().any(|line| line.starts_with("adit:") && line.ends_with(":/var/lib/adit:/usr/sbin/nologin")),
        "{passwd}"
    );
    assert!(fs::read_to_string(etc.join("group")).unwrap().contains("\nadit:"));
    if !rustix::process::geteuid().is_root() {
        println!("SKIPPED: the folders: only root can give them to somebody");
        return;
    }
    let Some(output) = run("the folders", "systemd-tmpfiles", &[&root_argument, "--create", &file("adit.tmpfiles")]) else {
        return;
    };
    assert!(output.status.success(), "{}", said(&output));
    use std::os::unix::fs::MetadataExt;
    let mode = |name: &str| fs::metadata(root.path().join("run").join(name)).unwrap().mode() & 0o7777;
    assert_eq!((mode("adit"), mode("wireguard")), (0o755, 0o1770));
}

#[test]
fn the_scripts_for_other_service_managers_are_scripts() {
    for name in ["aditd.openrc", "runit/run"] {
        let path = installers().join(name);
        let Some(output) = run(name, "sh", &["-n", path.to_str().unwrap()]) else { return };
        assert!(output.status.success(), "{name}: {}", said(&output));
    }
}

#[test]
fn what_polkit_is_asked_about_is_what_its_policy_has() {
    let policy = read("io.adit.policy");
    assert!(policy.contains(&format!("<action id=\"{}\">", adit_ipc::linux::ACTION)));
    assert_eq!(policy.matches(">auth_admin_keep<").count(), 3);
    let rules = read("50-adit.rules");
    assert!(rules.contains("subject.user === \"adit\"") && !rules.contains("Result.YES;\n});"));
}
