//! Tests the architecture: which crate may depend on which, where `unsafe` is allowed, and where no operating system may be
//! named.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};

use cargo_metadata::{DependencyKind, Metadata, MetadataCommand, Package};

/// All allowed dependencies between crates of the workspace; docs/ARCHITECTURE.md gives the reasons.
const ARROWS: &[(&str, &[&str])] = &[
    ("adit-protocol", &[]),
    ("adit-config", &["adit-protocol"]),
    // Decisions about networks: values and pure functions, for the service and for phones.
    ("adit-rules", &["adit-config", "adit-protocol"]),
    ("adit-platform", &["adit-config", "adit-protocol"]),
    ("adit-tunnel", &["adit-platform", "adit-protocol"]),
    ("adit-api", &["adit-config"]),
    // The sentences for people. Only crates that show text use it, not those that do the work.
    ("adit-words", &["adit-api", "adit-config"]),
    // The platform has the system calls that identify the process at the other end of a socket.
    ("adit-ipc", &["adit-api", "adit-platform"]),
    // One tunnel: the code that `adit up FILE`, the service and the phones share.
    ("adit-activation", &["adit-tunnel", "adit-platform", "adit-config", "adit-protocol"]),
    (
        "adit-manager",
        &[
            "adit-activation",
            "adit-api",
            "adit-home",
            "adit-rules",
            "adit-tunnel",
            "adit-platform",
            "adit-config",
            "adit-protocol",
        ],
    ),
    // Parsers of pictures and archives: crates that carry packets must not use it.
    ("adit-import", &["adit-api", "adit-config"]),
    // The encrypted file with all tunnels. Only programs of users make and read it, never the service.
    ("adit-backup", &["adit-api", "adit-config", "adit-import"]),
    // Requests of a window that need no rights, answered in the process around the window.
    ("adit-local", &["adit-api", "adit-config", "adit-import", "adit-words"]),
    // The way from a page to the service, for the processes that show one: the app and the simulation.
    ("adit-bridge", &["adit-api", "adit-ipc", "adit-local", "adit-platform"]),
    // The desktop app: a client like any other, that runs as the user.
    ("adit-app", &["adit-api", "adit-backup", "adit-bridge", "adit-import", "adit-ipc", "adit-platform", "adit-words"]),
    // For development and tests: the service on a computer in memory.
    (
        "adit-simulation",
        &[
            "adit-activation",
            "adit-api",
            "adit-bridge",
            "adit-config",
            "adit-ipc",
            "adit-manager",
            "adit-platform",
            "adit-protocol",
        ],
    ),
    ("adit-daemon", &["adit-activation", "adit-home", "adit-ipc", "adit-manager", "adit-platform", "adit-api"]),
    // The home probe: two state machines, loops around them on sockets of the platform, and the facts for rules: the networks that
    // the platform describes, with the homes that answered there.
    ("adit-home", &["adit-config", "adit-platform", "adit-protocol", "adit-rules"]),
    // A tunnel whose inner side is sockets of this computer instead of an interface.
    ("adit-proxy", &["adit-tunnel", "adit-platform"]),
    // The tunnel of a file, without the service: `adit up FILE` and the demo share it.
    ("adit-foreground", &["adit-activation", "adit-words", "adit-api", "adit-tunnel", "adit-platform", "adit-config"]),
    // The demo shows a tunnel without the service and without import.
    (
        "adit-demo",
        &["adit-foreground", "adit-activation", "adit-proxy", "adit-tunnel", "adit-platform", "adit-config", "adit-protocol"],
    ),
    // Asks the service, and runs a tunnel itself if there is no service.
    (
        "adit",
        &[
            "adit-activation",
            "adit-foreground",
            "adit-demo",
            "adit-home",
            "adit-ipc",
            "adit-manager",
            "adit-import",
            "adit-backup",
            "adit-local",
            "adit-proxy",
            "adit-words",
            "adit-api",
            "adit-tunnel",
            "adit-platform",
            "adit-config",
            "adit-protocol",
        ],
    ),
    ("adit-testkit", &["adit-protocol", "adit-config", "adit-platform"]),
    // A message bus and services on it, for tests of the adapter and of the whole service.
    ("adit-testbus", &[]),
    // Besides the built programs, the crate starts its own tunnel with shorter timers, and connects to the built service like any
    // other program.
    ("adit-e2e", &["adit-testbus", "adit-testkit", "adit-tunnel", "adit-ipc", "adit-api", "adit-platform", "adit-protocol"]),
    // Calls every parser of untrusted input. The test kit is the other end of a handshake.
    (
        "adit-fuzz",
        &[
            "adit-api",
            "adit-backup",
            "adit-config",
            "adit-home",
            "adit-import",
            "adit-ipc",
            "adit-local",
            "adit-platform",
            "adit-protocol",
            "adit-proxy",
            "adit-rules",
            "adit-testkit",
            "adit-tunnel",
            "adit-words",
        ],
    ),
    // Includes files of protocol and tunnel, which need no other crate.
    ("adit-loom", &[]),
    ("xtask", &[]),
];

/// Crates for tests, and the crates whose own tests may use them. Dependencies of the former are not among the latter: they would be
/// built twice.
const FOR_TESTS: &[(&str, &[&str])] = &[("adit-testkit", &["adit-tunnel", "adit"]), ("adit-testbus", &["adit-platform"])];

/// The one crate that may use `unsafe`.
const UNSAFE_LIVES_IN: &str = "adit-platform";

/// Crates whose code is the same on every system.
const WITHOUT_CFG: &[&str] = &[
    "adit-protocol",
    "adit-config",
    "adit-rules",
    "adit-tunnel",
    "adit-activation",
    "adit-foreground",
    "adit-api",
    "adit-words",
    "adit-manager",
    "adit-import",
    "adit-backup",
    "adit-local",
    "adit-home",
    "adit-proxy",
];

/// Names that belong to the Linux adapter (its private trait, routing tables, rules and filters), which no crate above the
/// platform may use.
const BELOW_THE_SEAM: &[&str] = &[
    "adit_platform::host",
    "linux_network",
    "linux::host",
    "LinuxHost",
    "RecordingHost",
    "HostState",
    "MAIN_TABLE",
    "free_table",
    "set_routes",
    "set_firewall",
    "PolicyRouting",
    "OwnTable",
    "RouteSpec",
    "InterfaceSpec",
    "FirewallPolicy",
    "KillSwitchRules",
    "SO_MARK",
];

/// Fakes for tests, which use the fake computer.
const FAKES: &[&str] = &["activation/src/fake.rs"];

/// The ways in which code names an operating system.
const CFGS: &[&str] = &[
    "cfg(target_os",
    "cfg(unix",
    "cfg(windows",
    "cfg(not(target_os",
    "cfg!(target_os",
    "cfg!(unix",
    "cfg!(windows",
    "cfg_attr(target_os",
    "cfg_attr(not(target_os",
];

fn workspace() -> Metadata {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml");
    MetadataCommand::new().manifest_path(manifest).no_deps().exec().expect("cargo metadata reads the workspace")
}

/// Returns the dependencies of one crate that no list allows.
fn forbidden_arrows<'a>(from: &str, to: impl Iterator<Item = (&'a str, DependencyKind)>) -> Vec<String> {
    let allowed = ARROWS.iter().find(|(name, _)| *name == from).map(|(_, allowed)| *allowed);
    to.filter(|(name, kind)| {
        let may_test = FOR_TESTS.iter().any(|(kit, users)| kit == name && users.contains(&from));
        let for_tests = *kind == DependencyKind::Development && may_test;
        !for_tests && !allowed.is_some_and(|allowed| allowed.contains(name))
    })
    .map(|(name, _)| format!("{from} -> {name}"))
    .collect()
}

#[test]
fn crates_use_each_other_only_along_the_allowed_arrows() {
    let workspace = workspace();
    let members: Vec<&str> = workspace.packages.iter().map(|package| package.name.as_str()).collect();
    let unlisted: Vec<&&str> = members.iter().filter(|name| !ARROWS.iter().any(|(listed, _)| listed == *name)).collect();
    assert!(unlisted.is_empty(), "crates without a place in ARROWS: {unlisted:?}");
    let forbidden: Vec<String> = workspace
        .packages
        .iter()
        .flat_map(|package| {
            let inside = package.dependencies.iter().filter(|dependency| members.contains(&dependency.name.as_str()));
            forbidden_arrows(&package.name, inside.map(|dependency| (dependency.name.as_str(), dependency.kind)))
        })
        .collect();
    assert!(forbidden.is_empty(), "arrows that the architecture does not have: {forbidden:?}");
}

#[test]
fn an_arrow_against_the_architecture_is_named() {
    let upwards = [("adit-tunnel", DependencyKind::Normal), ("adit-testkit", DependencyKind::Development)];
    assert_eq!(
        forbidden_arrows("adit-protocol", upwards.into_iter()),
        ["adit-protocol -> adit-tunnel", "adit-protocol -> adit-testkit"]
    );
}

#[test]
fn every_crate_but_the_platform_forbids_unsafe_code() {
    let without: Vec<String> = workspace()
        .packages
        .iter()
        .filter(|package| package.name.as_str() != UNSAFE_LIVES_IN)
        .flat_map(|package| package.targets.iter())
        .filter(|target| target.is_lib() || target.is_bin() || target.is_example())
        .map(|target| target.src_path.clone().into_std_path_buf())
        .filter(|file| !read(file).contains("#![forbid(unsafe_code)]"))
        .map(|file| file.display().to_string())
        .collect();
    assert!(without.is_empty(), "no #![forbid(unsafe_code)] in {without:#?}");
}

#[test]
fn portable_crates_name_no_platform() {
    let found: Vec<String> = workspace()
        .packages
        .iter()
        .filter(|package| WITHOUT_CFG.contains(&package.name.as_str()))
        .flat_map(source_files)
        .filter(|file| {
            let text = read(file);
            CFGS.iter().any(|cfg| text.contains(cfg))
        })
        .map(|file| file.display().to_string())
        .collect();
    assert!(found.is_empty(), "a platform is named in {found:#?}");
}

/// Returns the names below the seam that a text uses outside its tests.
fn words_below_the_seam(text: &str) -> Vec<&'static str> {
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    let is_word = |found: usize, word: &str| {
        let is_part = |letter: Option<char>| letter.is_some_and(|letter| letter.is_alphanumeric() || letter == '_');
        !is_part(code[..found].chars().next_back()) && !is_part(code[found + word.len()..].chars().next())
    };
    BELOW_THE_SEAM.iter().copied().filter(|word| code.match_indices(word).any(|(found, _)| is_word(found, word))).collect()
}

#[test]
fn nothing_above_the_platform_knows_how_linux_brings_a_picture_about() {
    let above = [
        "adit-activation",
        "adit-foreground",
        "adit-demo",
        "adit-manager",
        "adit-tunnel",
        "adit-proxy",
        "adit-daemon",
        "adit-ipc",
        "adit",
    ];
    let mut found = Vec::new();
    for package in workspace().packages.iter().filter(|package| above.contains(&package.name.as_str())) {
        for file in source_files(package) {
            let name = file.display().to_string();
            let is_test = name.ends_with("tests.rs") || name.contains("/tests/");
            if is_test || FAKES.iter().any(|shown| name.ends_with(shown)) {
                continue;
            }
            found.extend(words_below_the_seam(&read(&file)).into_iter().map(|word| format!("{word} in {name}")));
        }
    }
    assert!(found.is_empty(), "words from below the seam: {found:#?}");
}

#[test]
fn a_word_from_below_the_seam_is_found_and_one_that_contains_it_is_not() {
    assert_eq!(words_below_the_seam("use adit_platform::host::Host;\nlet it: RouteSpec;"), ["adit_platform::host", "RouteSpec"]);
    assert_eq!(words_below_the_seam("MyRouteSpecs\n#[cfg(test)]\nuse RouteSpec;"), [""; 0]);
}

/// Files outside the platform that may name the adapters of a system: they are compiled only there, or only for tests.
const NAME_ADAPTERS: &[&str] = &[
    "core/e2e/",
    "core/fuzz/",
    // The service control manager of Windows.
    "core/daemon/src/service/windows.rs",
    // The network namespaces that serve as the demo's computers.
    "core/demo/src/namespaces.rs",
    // The replacement for wireguard-go, under wg-quick and on Windows.
    "core/cli/src/bin/adit-wg/foreground.rs",
    "core/cli/src/bin/adit-wg/windows_foreground.rs",
    "core/proxy/src/stack/tests.rs",
    "core/demo/src/userspace/tests.rs",
];

/// Files that choose a module by the operating system, for programs with a part for one system only.
const CHOOSE_BY_SYSTEM: &[&str] = &[
    // The window: the toolkit differs by system.
    "src-tauri",
    "core/demo/src/lib.rs",
    "core/cli/src/bin/adit-wg/main.rs",
    "core/daemon/src/service/mod.rs",
];

#[test]
fn no_crate_above_the_platform_names_a_system() {
    let root = workspace().workspace_root.into_std_path_buf();
    let found: Vec<String> = workspace()
        .packages
        .iter()
        .filter(|package| package.name.as_str() != UNSAFE_LIVES_IN && package.name.as_str() != "xtask")
        .flat_map(source_files)
        .flat_map(|file| {
            let name = file.strip_prefix(&root).expect("sources lie in the workspace").to_string_lossy().into_owned();
            let text = read(&file);
            offences(&name, &text)
        })
        .collect();
    assert!(found.is_empty(), "adit_platform::native has what every system has: {found:#?}");
}

/// Returns the places in a file's text that name a system without permission.
fn offences(file: &str, text: &str) -> Vec<String> {
    let may = |files: &[&str]| files.iter().any(|allowed| file.starts_with(allowed));
    let adapters = ["::linux", "platform::unix", "platform::windows", "platform::portable"];
    let names = adapters.into_iter().filter(|_| !may(NAME_ADAPTERS)).filter(|adapter| text.contains(adapter));
    let cfgs = CFGS.iter().copied().filter(|_| !may(CHOOSE_BY_SYSTEM) && !may(NAME_ADAPTERS)).filter(|cfg| text.contains(cfg));
    names.chain(cfgs).map(|what| format!("{file}: {what}")).collect()
}

#[test]
fn a_system_that_is_named_is_found() {
    let text = "use adit_platform::linux::host::LinuxHost;";
    assert_eq!(offences("core/cli/src/up.rs", text), ["core/cli/src/up.rs: ::linux"]);
    assert_eq!(offences("core/e2e/src/lab.rs", text), [""; 0]);
    assert_eq!(offences("core/ipc/src/lib.rs", "#[cfg(target_os = \"linux\")]"), ["core/ipc/src/lib.rs: cfg(target_os"]);
}

fn source_files(package: &Package) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![package.manifest_path.parent().expect("a manifest lies in a folder").join("src").into_std_path_buf()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("sources can be listed") {
            let path = entry.expect("sources can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                found.push(path);
            }
        }
    }
    found
}

fn read(file: &Path) -> String {
    std::fs::read_to_string(file).expect("sources can be read")
}
