//! Tests of the files for service managers: systemd's own tools report no errors and a low exposure.
#![forbid(unsafe_code)]

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use adit_platform::unix::account;

const UNITS: [&str; 4] = ["aditd.service", "aditd.socket", "adit-close-first.service", "adit-home.service"];

fn installers() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../installers/linux")
}

fn read(name: &str) -> String {
    fs::read_to_string(installers().join(name)).unwrap()
}

/// Runs a program. Prints the reason and returns None if the program is not installed.
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
fn systemd_calls_the_exposure_of_the_services_1_7_of_10_at_most() {
    for name in ["aditd.service", "adit-close-first.service", "adit-home.service"] {
        let unit = installers().join(name);
        let arguments = ["security", "--offline=true", "--threshold=17", "--no-pager", unit.to_str().unwrap()];
        let Some(output) = run("the unit's exposure", "systemd-analyze", &arguments) else { return };
        assert!(output.status.success(), "{}", said(&output));
        assert!(said(&output).contains(&format!("Overall exposure level for {name}: ")), "{}", said(&output));
    }
}

#[test]
fn systemd_understands_every_line_of_the_units() {
    let folder = tempfile::tempdir().unwrap();
    // The units name the built program, because nothing is installed yet.
    for name in UNITS {
        let built = env!("CARGO_BIN_EXE_aditd");
        let unit = read(name).replace("/usr/bin/aditd", built).replace("=/usr/bin/adit ", &format!("={built} "));
        fs::write(folder.path().join(name), unit).unwrap();
    }
    let paths = UNITS.map(|name| folder.path().join(name).to_str().unwrap().to_owned());
    let arguments = ["verify", "--man=no", &paths[0], &paths[1], &paths[2], &paths[3]];
    let Some(output) = run("the units", "systemd-analyze", &arguments) else { return };
    assert!(output.status.success() && said(&output).is_empty(), "{}", said(&output));
}

#[test]
fn the_service_listens_where_programs_look_for_it() {
    let listens = format!("ListenStream={}\n", adit_ipc::local::SOCKET);
    assert!(read("aditd.socket").contains(&listens), "{listens}");
    let folder = Path::new(adit_ipc::local::SOCKET).parent().unwrap().to_str().unwrap();
    for (file, line) in [
        ("adit.tmpfiles", format!("\nd {folder} 0755 adit adit -\n")),
        ("aditd.service", format!("\nReadWritePaths=-{folder} ")),
        ("aditd.openrc", format!("--mode 0755 {folder}\n")),
        ("runit/run", format!("-m 0755 {folder}\n")),
    ] {
        assert!(read(file).contains(&line), "{file} lacks {line:?}");
    }
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    for name in ["DAEMON.md", "SECURITY.md"] {
        let text = fs::read_to_string(docs.join(name)).unwrap();
        assert!(text.contains(&format!("`{}`", adit_ipc::local::SOCKET)) && !text.contains("/run/aditd/"), "{name}");
    }
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
    let groups = fs::read_to_string(etc.join("group")).unwrap();
    let number = |name: &str| -> u32 {
        let line = groups.lines().find_map(|line| line.strip_prefix(&format!("{name}:x:"))).unwrap_or_else(|| panic!("{groups}"));
        let (number, members) = line.split_once(':').unwrap();
        assert_eq!(members, "", "{name}");
        number.parse().unwrap()
    };
    let (service, operators) = (number(account::SERVICE), number(account::OPERATORS));
    assert_ne!(service, operators);
    if !rustix::process::geteuid().is_root() {
        println!("SKIPPED: the folders: only root can give them to somebody");
        return;
    }
    let Some(output) = run("the folders", "systemd-tmpfiles", &[&root_argument, "--create", &file("adit.tmpfiles")]) else {
        return;
    };
    assert!(output.status.success(), "{}", said(&output));
    use std::os::unix::fs::MetadataExt;
    let run = root.path().join("run");
    let facts = |name: &str| {
        let found = fs::metadata(run.join(name)).unwrap();
        (found.mode() & 0o7777, found.uid(), found.gid())
    };
    let user = passwd.lines().find_map(|line| line.strip_prefix("adit:x:")?.split(':').next()?.parse().ok()).unwrap();
    assert_eq!(facts("adit"), (0o755, user, service));
    assert_eq!(facts("adit-root"), (0o755, 0, 0));
    assert_eq!(facts("wireguard"), (0o1770, 0, service));
    fs::set_permissions(root.path(), std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    for folder in ["adit", "adit-root", "wireguard"] {
        operators_cannot_write_to(&run.join(folder), operators);
    }
}

/// Asserts that operators cannot write to `folder`. Otherwise root could send a private key to an operator's socket.
fn operators_cannot_write_to(folder: &Path, operators: u32) {
    let who = ["--reuid=64998", "--regid=64998", &format!("--groups={operators}")];
    let file = folder.join("wg0.sock");
    let ran = Command::new("setpriv").args(who).arg("touch").arg(&file).output().unwrap();
    assert!(!ran.status.success() && !file.exists(), "an operator can write to {}", folder.display());
}

#[test]
fn every_service_manager_makes_the_folders_with_the_same_owners() {
    for (file, lines) in [
        (
            "adit.tmpfiles",
            ["d /run/adit 0755 adit adit -", "d /run/adit-root 0755 root root -", "d /run/wireguard 1770 root adit -"],
        ),
        (
            "aditd.openrc",
            [
                "--owner adit:adit --mode 0755 /run/adit",
                "--owner root:root --mode 0755 /run/adit-root",
                "--owner root:adit --mode 1770 /run/wireguard",
            ],
        ),
        (
            "runit/run",
            [
                "-o adit -g adit -m 0755 /run/adit",
                "-o root -g root -m 0755 /run/adit-root",
                "-o root -g adit -m 1770 /run/wireguard",
            ],
        ),
    ] {
        let text = read(file);
        for line in lines {
            assert!(text.lines().any(|found| found.ends_with(line)), "{file} lacks {line:?}");
        }
    }
}

#[test]
fn the_scripts_for_other_service_managers_are_scripts() {
    for name in ["aditd.openrc", "adit-close-first.openrc", "runit/run", "runit/close-first"] {
        let path = installers().join(name);
        let Some(output) = run(name, "sh", &["-n", path.to_str().unwrap()]) else { return };
        assert!(output.status.success(), "{name}: {}", said(&output));
    }
}

#[test]
fn every_action_that_polkit_is_asked_about_is_in_its_policy() {
    use adit_platform::linux::polkit::{ACTIONS, ADMINISTER, KILL_SWITCH, LOCKDOWN};

    let policy = read("io.adit.policy");
    let actions: Vec<(&str, &str)> =
        policy.split("<action id=\"").skip(1).map(|action| action.split_once("\">").unwrap()).collect();
    assert_eq!(actions.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ACTIONS);
    for (id, action) in actions {
        let default = |who: &str| {
            let (_, rest) = action.split_once(&format!("<allow_{who}>")).unwrap();
            rest.split_once('<').unwrap().0
        };
        let defaults = ["any", "inactive", "active"].map(default);
        match id {
            ADMINISTER => assert_eq!(defaults, ["auth_admin_keep"; 3]),
            KILL_SWITCH => assert_eq!(defaults, ["auth_admin_keep", "auth_admin_keep", "yes"]),
            LOCKDOWN => assert_eq!(defaults, ["auth_admin"; 3], "a password is asked for each time"),
            other => panic!("{other} has no defaults here"),
        }
        for part in ["<description>", "<message>", "org.freedesktop.policykit.owner\">unix-user:adit<"] {
            assert!(action.contains(part), "{id} lacks {part}");
        }
        // Permission to administer includes permission to open the kill switch, but never to end lockdown.
        let implied = action.matches("policykit.imply\">").count();
        assert_eq!(implied, usize::from(id == ADMINISTER), "{id}");
    }
    assert!(policy.contains(&format!("policykit.imply\">{KILL_SWITCH}<")));
    let rules = read("50-adit.rules");
    assert!(rules.contains(&format!("\"{KILL_SWITCH}\" && subject.isInGroup(\"{}\")", account::OPERATORS)));
    assert!(!rules.contains(ADMINISTER) && !rules.contains(LOCKDOWN));
    assert!(rules.contains("subject.user === \"adit\"") && !rules.contains("Result.YES;\n});"));
}
