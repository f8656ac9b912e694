//! Compares `strip` with `wg-quick strip`, byte for byte, on every golden file and on files written to show differences.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use adit_config::{Document, strip};

const TRICKY: [&str; 22] = [
    "",
    "\n",
    "\n\n\n",
    "[Interface]",
    "[Interface]\nPrivateKey = x\nAddress = 10.0.0.1/24\nDNS=1.1.1.1\nMTU = 1400\n",
    "[Interface]\r\nAddress = 10.0.0.1/24\r\nPrivateKey = x\r\n\r\n[Peer]\r\nAddress = kept\r\n",
    "  [interface]\t\n\t  address=1\nADDRESS = 2\n Private Key = x  \n",
    "[ Interface ]\nAddress = kept\n",
    "[Interface] # comment\nAddress = gone # comment\n# Address = kept\n",
    "[Interface]\nAddress # = gone\n#Address = kept\n",
    "[Interface]\nPostUp = echo '#' [Peer]\nPostUp = # x\nPreDown\n",
    "[Interface]\nSaveConfig = true\nSaveConfig = FALSE\n[Peer]\nSaveConfig = kept\n[Interface]\nMTU = gone\n",
    "Address = kept\n[Peer]\nMTU = kept\n",
    "[Interface]=x\nMTU = gone\n",
    "[Interface\nMTU = kept\n",
    "[[Interface]]\nMTU = kept\n",
    "[Interface]\nMTU\nTable = off\nPreUp=a\\\nPostDown = b\\n\n",
    "[Interface]\n\u{a0}MTU = kept\nMTU\u{a0}= kept\n",
    "[Interface]\n\u{b}MTU = gone\n\u{c}DNS\u{c}= gone\nMTU = gone",
    "-n\n",
    "[Interface]\n-e \\x41\n",
    "[Interface]\nDNS = a, b\n[Unknown]\nDNS = kept\n",
];

#[test]
fn strip_prints_what_wg_quick_prints() {
    if let Some(why) = missing() {
        println!("SKIPPED: {why}");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let golden = golden_files().into_iter().filter_map(|path| fs::read(path).ok());
    let mut compared = 0;
    for bytes in golden.chain(TRICKY.iter().map(|text| text.as_bytes().to_vec())) {
        let Ok(document) = Document::parse(&bytes) else { continue };
        let theirs = wg_quick_strip(&folder.path().join("adit0.conf"), &bytes);
        let Some(theirs) = theirs.filter(|_| !bytes.starts_with("\u{feff}".as_bytes())) else { continue };
        assert_eq!(strip::strip(&document).as_str(), theirs, "for {:?}", String::from_utf8_lossy(&bytes));
        compared += 1;
    }
    assert!(compared >= TRICKY.len(), "only {compared} were compared");
}

/// Returns what the test needs and this machine lacks. wg-quick demands root before it reads the file.
fn missing() -> Option<&'static str> {
    let runs = |program: &str, argument: &str| {
        Command::new(program).arg(argument).stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok()
    };
    let is_root = Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n");
    if !runs("wg-quick", "--help") {
        Some("wg-quick is not installed")
    } else if !is_root {
        Some("wg-quick needs root")
    } else {
        None
    }
}

fn wg_quick_strip(path: &Path, bytes: &[u8]) -> Option<String> {
    fs::write(path, bytes).unwrap();
    let output = Command::new("wg-quick").arg("strip").arg(path).stdin(Stdio::null()).output().unwrap();
    output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
}

fn golden_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden");
    let folders = ["accepted", "warned", "refused"].map(|kind| folder.join(kind));
    let files = folders.into_iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten();
    let paths = files.filter_map(|entry| entry.ok().map(|entry| entry.path()));
    paths.filter(|path| path.extension().is_some_and(|extension| extension == "conf")).collect()
}
