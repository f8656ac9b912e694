//! `adit lint`, `adit qr` and `adit calc`, run as by a person or a script.
#![cfg(target_os = "linux")]

use std::fs;
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use adit_import::{Names, import};
use tempfile::TempDir;

const ADIT: &str = env!("CARGO_BIN_EXE_adit");
const KEY: &str = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
const PUBLIC: &str = "xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=";

fn conf() -> String {
    format!(
        "[Interface]\nPrivateKey = {KEY}\nListenPort = 1\n\n# office\n[Peer]\nPublicKey = {PUBLIC}\nAllowedIPs = 10.0.0.0/8\n"
    )
}

/// A folder that only its owner can enter, so that no warning about it is printed.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        Self(folder)
    }

    fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    fn file(&self, name: &str, text: impl AsRef<[u8]>) -> String {
        fs::write(self.path(name), text).unwrap();
        self.path(name).to_str().unwrap().to_owned()
    }

    fn names(&self) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(self.0.path()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }
}

struct Ran {
    code: Option<i32>,
    out: String,
    said: String,
}

fn adit(arguments: &[&str]) -> Ran {
    with_input(arguments, b"")
}

fn with_input(arguments: &[&str], input: &[u8]) -> Ran {
    let mut child =
        Command::new(ADIT).args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let _ = child.stdin.take().unwrap().write_all(input);
    let output = child.wait_with_output().unwrap();
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
    Ran { code: output.status.code(), out: text(output.stdout), said: text(output.stderr) }
}

/// Runs `adit` on a terminal with `columns` columns; the output includes standard error. None if there is no `script` to make a
/// terminal.
fn on_a_terminal(arguments: &str, columns: u32) -> Option<Ran> {
    if Command::new("script").arg("--version").output().is_err() {
        println!("SKIPPED: no script(1) to make a terminal with");
        return None;
    }
    let command = format!("stty cols {columns}; {ADIT} {arguments}");
    let output = Command::new("script").args(["-qec", &command, "/dev/null"]).stdin(Stdio::null()).output().unwrap();
    Some(Ran { code: output.status.code(), out: String::from_utf8(output.stdout).unwrap(), said: String::new() })
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

/// Returns the content of the picture's QR code.
fn scanned(picture: &[u8]) -> String {
    import("picture.png", picture, &mut Names::default()).drafts.remove(0).text.to_string()
}

#[test]
fn a_good_file_has_nothing_said_of_it() {
    let folder = Folder::new();
    let ran = adit(&["lint", &folder.file("good.conf", conf())]);
    assert_eq!((ran.code, ran.out.as_str(), ran.said.as_str()), (Some(0), "", ""));
}

#[test]
fn a_file_is_the_one_in_this_folder_whatever_it_is_called() {
    let folder = Folder::new();
    folder.file("wg0", "[Interface\n");
    let output = Command::new(ADIT).args(["lint", "wg0"]).current_dir(folder.0.path()).output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().starts_with("wg0:1:1: error: "));
}

#[test]
fn each_file_s_complaints_are_printed_and_an_error_makes_the_exit_code_one() {
    let folder = Folder::new();
    let warned = folder.file("any name at all.conf", conf().replace("10.0.0.0/8", "10.0.0.1/8"));
    let ran = adit(&["lint", &warned]);
    assert_eq!(ran.code, Some(0), "a warning is no error");
    assert!(ran.out.starts_with(&format!("{warned}:8:14: warning: AllowedIPs: host bits are set")), "{}", ran.out);

    let wrong = folder.file("wrong.conf", conf().replace("AllowedIPs", "AllowdIPs"));
    let missing = folder.path("missing.conf");
    let image = folder.file("image.conf", b"\x89PNG\r\n\x1a\n");
    let ran = adit(&["lint", &warned, missing.to_str().unwrap(), &image, &wrong]);
    assert_eq!(ran.code, Some(1));
    let lines: Vec<&str> = ran.out.lines().filter(|line| !line.starts_with(' ')).collect();
    assert_eq!(lines.len(), 4, "{}", ran.out);
    assert!(lines[1].starts_with(&format!("cannot read {}", missing.display())));
    assert_eq!(lines[2], format!("{image}: this is an image, not a WireGuard configuration"));
    assert!(lines[3].contains(":8:1: error: unknown key `AllowdIPs`"), "{}", lines[3]);
    assert!(!ran.out.contains(KEY));
}

#[test]
fn standard_input_is_linted_and_json_is_for_programs() {
    let ran = with_input(&["lint", "--json", "-"], conf().replace("10.0.0.0/8", "10.0.0.0/33").as_bytes());
    assert_eq!(ran.code, Some(1));
    let findings: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(findings.as_array().unwrap().len(), 1, "{findings}");
    let expected = serde_json::json!({
        "file": "standard input", "line": 8, "column": 14, "severity": "error", "key": "AllowedIPs",
        "message": "`10.0.0.0/33`: the prefix length is larger than 32", "advice": "write a prefix length from 0 to 32",
    });
    assert_eq!(findings[0], expected);
    let clean = with_input(&["lint", "--json", "-"], conf().as_bytes());
    assert_eq!((clean.code, clean.out.trim()), (Some(0), "[]"));
    let binary = with_input(&["lint", "--json", "-"], &[0xff; 2 << 20]);
    let findings: serde_json::Value = serde_json::from_str(&binary.out).unwrap();
    assert_eq!(
        (binary.code, &findings[0]["line"], &findings[0]["severity"]),
        (Some(1), &serde_json::Value::Null, &"error".into())
    );
}

#[test]
fn a_code_in_a_picture_is_for_its_owner_alone_and_holds_the_file_byte_for_byte() {
    let folder = Folder::new();
    let file = folder.file("Büro Köln.conf", conf());
    let out = folder.path("code.png");
    let ran = adit(&["qr", &file, "--png", out.to_str().unwrap()]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(0), ""), "{}", ran.said);
    assert!(ran.said.contains("[!] this QR code contains the tunnel's private key"), "{}", ran.said);
    assert_eq!(mode(&out), 0o600);
    assert_eq!(scanned(&fs::read(&out).unwrap()), conf());

    let drawing = folder.path("code.svg");
    assert_eq!(adit(&["qr", &file, "--svg", drawing.to_str().unwrap()]).code, Some(0));
    assert_eq!(mode(&drawing), 0o600);
    assert!(fs::read_to_string(&drawing).unwrap().starts_with("<?xml"));
}

#[test]
fn a_picture_is_never_written_over_another_file_unasked() {
    let folder = Folder::new();
    let file = folder.file("wg0.conf", conf());
    let precious = folder.file("precious.png", "precious");
    let ran = adit(&["qr", &file, "--png", &precious]);
    assert_eq!(ran.code, Some(1));
    assert_eq!(ran.said, format!("adit: {precious} exists; choose another name, or replace it with --force\n"));
    assert_eq!(fs::read_to_string(&precious).unwrap(), "precious");

    // A link to the file is itself replaced, and a file that every user may read becomes private.
    let link = folder.path("link.png");
    std::os::unix::fs::symlink(&precious, &link).unwrap();
    assert_eq!(adit(&["qr", &file, "--png", link.to_str().unwrap()]).code, Some(1));
    assert_eq!(adit(&["qr", &file, "--png", link.to_str().unwrap(), "--force"]).code, Some(0));
    assert_eq!(fs::read_to_string(&precious).unwrap(), "precious");
    assert!(!fs::symlink_metadata(&link).unwrap().is_symlink());
    assert_eq!(adit(&["qr", &file, "--png", &precious, "--force"]).code, Some(0));
    assert_eq!(mode(Path::new(&precious)), 0o600);

    // A folder is not replaced, and no half-written file stays.
    fs::create_dir(folder.path("folder")).unwrap();
    assert_eq!(adit(&["qr", &file, "--png", folder.path("folder").to_str().unwrap(), "--force"]).code, Some(1));
    assert_eq!(adit(&["qr", &file, "--png", folder.path("none/x.png").to_str().unwrap()]).code, Some(1));
    assert_eq!(folder.names(), ["folder", "link.png", "precious.png", "wg0.conf"]);
}

#[test]
fn a_private_key_is_not_drawn_into_a_pipe() {
    let folder = Folder::new();
    let ran = adit(&["qr", &folder.file("wg0.conf", conf())]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""));
    assert!(ran.said.contains("only drawn on a terminal or into a file; add --png OUT or --svg OUT"), "{}", ran.said);
}

#[test]
fn a_terminal_shows_the_code_if_it_is_wide_enough() {
    let folder = Folder::new();
    let file = folder.file("wg0.conf", conf());
    let Some(ran) = on_a_terminal(&format!("qr {file}"), 200) else { return };
    assert_eq!(ran.code, Some(0), "{}", ran.out);
    let lines: Vec<&str> = ran.out.lines().filter(|line| line.starts_with("\x1b[38;5;16;48;5;231m")).collect();
    let out = folder.path("code.png");
    assert_eq!(adit(&["qr", &file, "--png", out.to_str().unwrap()]).code, Some(0));
    // The terminal needs one line for two rows of modules of the PNG.
    let width = u32::from_be_bytes(fs::read(&out).unwrap()[16..20].try_into().unwrap()) / 8;
    assert_eq!(lines.len() as u32, width.div_ceil(2));
    assert!(ran.out.contains("private key"));

    let narrow = on_a_terminal(&format!("qr {file}"), 40).unwrap();
    assert_eq!(narrow.code, Some(1));
    assert!(narrow.out.contains(&format!("the code needs {width} columns, and the terminal has 40")), "{}", narrow.out);
}

#[test]
fn a_configuration_that_cannot_become_a_code_is_refused_with_what_would_help() {
    let folder = Folder::new();
    let long = folder.file("long.conf", conf() + &format!("# {}\n", "x".repeat(3000)));
    let out = folder.path("code.png");
    let ran = adit(&["qr", &long, "--png", out.to_str().unwrap()]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.said.contains("a QR code holds at most 2953") && ran.said.contains("fits: add --no-comments"), "{}", ran.said);
    assert!(!out.exists());
    assert_eq!(adit(&["qr", &long, "--no-comments", "--png", out.to_str().unwrap()]).code, Some(0));
    assert_eq!(scanned(&fs::read(&out).unwrap()), conf().replace("\n\n# office", ""));

    let wrong = folder.file("wrong.conf", conf().replace(KEY, "short"));
    let ran = adit(&["qr", &wrong, "--svg", folder.path("wrong.svg").to_str().unwrap()]);
    assert_eq!(ran.code, Some(1));
    assert!(ran.said.contains("has errors; no code was made"), "{}", ran.said);
    assert!(!folder.path("wrong.svg").exists());
    assert_eq!(adit(&["qr", &long, "--png", "a", "--svg", "b"]).code, Some(2));
}

#[test]
fn calc_prints_a_line_for_allowed_ips() {
    let ran = adit(&["calc", "everything ipv4 except 128.0.0.0/1, 1.0.0.0/8"]);
    assert_eq!((ran.code, ran.said.as_str()), (Some(0), ""));
    assert_eq!(ran.out, "0.0.0.0/8, 2.0.0.0/7, 4.0.0.0/6, 8.0.0.0/5, 16.0.0.0/4, 32.0.0.0/3, 64.0.0.0/2\n");
    let unquoted = adit(&["calc", "10.0.0.0/9,", "10.128.0.0/9", "--json"]);
    assert_eq!(unquoted.out, "{\"networks\":[\"10.0.0.0/8\"]}\n");
    let lines = with_input(&["calc", "-"], b"10.0.0.0/24\n10.0.1.0/24\n");
    assert_eq!(lines.out, "10.0.0.0/23\n");
    let nothing = adit(&["calc", "10.0.0.0/8", "except", "everything"]);
    assert_eq!((nothing.code, nothing.out.as_str(), nothing.said.as_str()), (Some(0), "", "[!] nothing is left\n"));
}

#[test]
fn calc_points_at_the_mistake() {
    let ran = adit(&["calc", "everything but 10.0.0.0/8"]);
    assert_eq!((ran.code, ran.out.as_str()), (Some(1), ""));
    let lines: Vec<&str> = ran.said.lines().collect();
    assert!(lines[0].starts_with("adit: column 12: `but` is not known"), "{}", ran.said);
    assert_eq!(lines[1..], ["    everything but 10.0.0.0/8", "               ^"]);
    assert_eq!(adit(&["calc"]).code, Some(2));
}
