//! Configurations, each with another mistake, given to the program in every possible way.

use crate::at_a_desk;

const KEY: &str = "YAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";
const PEER: &str = "[Peer]\nPublicKey = xTIBA5rboUvnH4htodjb6e697QjLERt1NAB4mZqp8Dg=\nAllowedIPs = 10.0.0.0/8\n";

/// Returns name and text of each file, and the words that must name the place, the mistake or the correction.
fn broken() -> Vec<(&'static str, Vec<u8>, &'static [&'static str])> {
    let interface = |line: &str| format!("[Interface]\nPrivateKey = {KEY}\n{line}\n{PEER}").into_bytes();
    let peer = |line: &str| format!("[Interface]\nPrivateKey = {KEY}\n{PEER}{line}\n").into_bytes();
    let utf16: Vec<u8> = "\u{feff}[Interface]\n".encode_utf16().flat_map(u16::to_be_bytes).collect();
    vec![
        ("empty", Vec::new(), &["empty"]),
        ("one-byte", b"[".to_vec(), &[]),
        ("letter", b"Dear Sir or Madam\n".to_vec(), &["[Interface]"]),
        ("noise", (0..=255_u8).cycle().take(4096).collect(), &[]),
        ("utf-16", utf16, &["UTF-16"]),
        ("latin-1", b"[Interface]\n# B\xfcro\nPrivateKey = x\n".to_vec(), &["UTF-8"]),
        ("no-interface", PEER.as_bytes().to_vec(), &["[Interface]"]),
        ("wrong-section", format!("[Interfce]\nPrivateKey = {KEY}\n{PEER}").into_bytes(), &["Interface"]),
        ("wrong-key-name", interface("Adress = 10.0.0.2/24"), &["line 3", "Adress", "Address"]),
        ("no-equals", interface("Address 10.0.0.2/24"), &["line 3", "="]),
        ("no-private-key", format!("[Interface]\nAddress = 10.0.0.2/24\n{PEER}").into_bytes(), &["PrivateKey"]),
        ("short-key", format!("[Interface]\nPrivateKey = {}\n{PEER}", &KEY[..40]).into_bytes(), &["line 2", "PrivateKey"]),
        (
            "public-key-missing",
            format!("[Interface]\nPrivateKey = {KEY}\n[Peer]\nAllowedIPs = ::/0\n").into_bytes(),
            &["PublicKey"],
        ),
        ("address", interface("Address = 10.0.0.300/24"), &["line 3, column 11", "10.0.0.300/24"]),
        ("prefix", interface("Address = 10.0.0.2/33"), &["line 3", "33"]),
        ("mtu", interface("MTU = 70000"), &["line 3", "70000"]),
        ("port", interface("ListenPort = -1"), &["line 3", "-1"]),
        ("table", interface("Table = maybe"), &["line 3", "maybe"]),
        ("dns", interface("DNS = 1.1.1.300"), &["line 3", "1.1.1.300"]),
        ("save-config", interface("SaveConfig = perhaps"), &["line 3", "perhaps", "true"]),
        ("endpoint", peer("Endpoint = vpn.example"), &["line 6", "vpn.example"]),
        ("endpoint-port", peer("Endpoint = vpn.example:70000"), &["line 6", "70000"]),
        ("keepalive", peer("PersistentKeepalive = 70000"), &["line 6", "70000"]),
        ("networks", peer("AllowedIPs = 10.0.0.0/8, somewhere"), &["line 6", "somewhere"]),
        ("nul", interface("Address = 10.0.0.2/24\0"), &[]),
    ]
}

#[test]
fn a_broken_configuration_becomes_no_tunnel_and_changes_none_and_its_mistake_is_shown() -> anyhow::Result<()> {
    at_a_desk("broken configurations", |desk| {
        for (name, bytes, says) in broken() {
            let file = desk.file(&format!("{name}.conf"), &bytes)?;
            desk.fails(&["import", &file], "", &[1], &[&[&*format!("{name}.conf: ")], says].concat())?;
            // 8: the text has errors; 1: it is not text at all.
            desk.fails(&["edit", "office", "--from", &file, "--yes"], "", &[8, 1], &[])?;
            let up = desk.lab.file("w.conf");
            std::fs::copy(&file, &up)?;
            desk.fails(&["up", &up.display().to_string()], "", &[1], &[])?;
            desk.fails(&["preview", &up.display().to_string()], "", &[1], &[])?;
        }
        Ok(())
    })
}

#[test]
fn no_private_key_is_repeated_where_it_was_written_in_the_wrong_place() -> anyhow::Result<()> {
    at_a_desk("keys in complaints", |desk| {
        let places = [
            format!("[Interface]\nPrivateKey = {KEY}x\n{PEER}"),
            format!("[Interface]\nPrivateKy = {KEY}\n{PEER}"),
            format!("[Interface]\n{KEY}\n{PEER}"),
            format!("[Interface]\nMTU = {KEY}\n{PEER}"),
            format!("{KEY}\n"),
        ];
        for text in places {
            let file = desk.file("keys.conf", &text)?;
            for arguments in [["import", &file].as_slice(), &["edit", "office", "--from", &file, "--yes"], &["up", &file]] {
                let ran = desk.adit(arguments, "")?;
                anyhow::ensure!(ran.code != Some(0) && !ran.err.contains(KEY) && !ran.out.contains(KEY), "{ran:#?}");
            }
        }
        Ok(())
    })
}
