//! Files, archives, pictures and addresses.

use adit_e2e::Who;
use adit_e2e::process::text_of;
use anyhow::ensure;

use crate::archive::{File, conf, zip};
use crate::at_a_desk;
use crate::desk::{Ran, is_well_said};

#[test]
fn an_archive_made_to_hurt_is_refused_with_the_reason() -> anyhow::Result<()> {
    at_a_desk("archives made to hurt", |desk| {
        let file = |name: &str| File::new(name, conf(1));
        let zeros = || vec![0; 900 << 10];
        let bombs: Vec<File> = (0..120).map(|number| File::new(&format!("{number}.conf"), zeros())).collect();
        let traps: Vec<(&str, Vec<u8>, &str)> = vec![
            ("bomb", zip(&bombs), ""),
            ("one-large", zip(&[File { method: 0, ..File::new("large.conf", vec![b'#'; 5 << 20]) }]), "1 MiB"),
            ("link", zip(&[File { mode: 0o120_777, data: b"/etc/shadow".to_vec(), ..file("link.conf") }]), "link"),
            ("encrypted", zip(&[File { flags: 1, ..file("a.conf") }]), "encrypted"),
            ("method", zip(&[File { method: 99, ..file("a.conf") }]), ""),
            ("nested", zip(&[File::new("inner.zip", zip(&[file("a.conf")]))]), ""),
            ("empty", zip(&[]), ""),
            ("cut", zip(&[file("a.conf")])[..60].to_vec(), ""),
            ("lies", zip(&[File { size: Some(7), ..file("a.conf") }]), ""),
            ("checksum", zip(&[File { crc: Some(1), ..file("a.conf") }]), ""),
            ("two-names", zip(&[File { local_name: Some(b"b.conf".to_vec()), ..file("a.conf") }]), ""),
            ("nothing-in-it", zip(&[File::new("readme.txt", "hello")]), ""),
            ("no-archive", b"PK\x03\x04 and no more".to_vec(), ""),
        ];
        for (name, bytes, says) in traps {
            let path = desk.file(&format!("{name}.zip"), bytes)?;
            desk.fails(&["import", &path], "", &[1], &[&format!("{name}.zip"), says])?;
        }
        Ok(())
    })
}

#[test]
fn what_an_archive_s_names_say_of_other_places_is_not_followed() -> anyhow::Result<()> {
    at_a_desk("names in archives", |desk| {
        let names = ["../../../tmp/evil.conf", "/etc/wireguard/evil.conf", "..\\evil.conf", "a/../../evil.conf"];
        let archive = zip(&names.map(|name| File::new(name, conf(1))));
        let path = desk.file("names.zip", archive)?;
        let ran = desk.adit(&["import", &path, "--json"], "")?;
        // The name is rejected, or only its last part is used; the file is never put where the name points.
        let report: serde_json::Value = serde_json::from_str(&ran.out)?;
        for taken in report["imported"].as_array().into_iter().flatten() {
            let name = taken["name"].as_str().unwrap_or_default();
            ensure!(name.starts_with("evil") && !name.contains(['/', '\\']), "{report:#}");
        }
        for place in ["/tmp/evil.conf", "/etc/wireguard/evil.conf", "/evil.conf"] {
            ensure!(!std::path::Path::new(place).exists(), "{place} is written");
        }
        Ok(())
    })
}

#[test]
fn two_of_one_name_in_an_archive_do_not_become_one() -> anyhow::Result<()> {
    at_a_desk("duplicates in archives", |desk| {
        let path = desk.file("twice.zip", zip(&[File::new("home.conf", conf(1)), File::new("HOME.conf", conf(2))]))?;
        let ran = desk.adit(&["import", &path, "--json"], "")?;
        let report: serde_json::Value = serde_json::from_str(&ran.out)?;
        let count = |list: &str| report[list].as_array().map_or(0, Vec::len);
        ensure!(count("imported") + count("failed") >= 2 || count("imported") == 0, "one is lost without a word: {report:#}");
        let names: Vec<&str> =
            report["imported"].as_array().into_iter().flatten().filter_map(|taken| taken["name"].as_str()).collect();
        ensure!(names.iter().all(|name| names.iter().filter(|other| other.eq_ignore_ascii_case(name)).count() == 1), "{names:?}");
        Ok(())
    })
}

#[test]
fn a_picture_without_a_code_is_no_tunnel() -> anyhow::Result<()> {
    at_a_desk("pictures", |desk| {
        let blank = image::GrayImage::from_pixel(64, 64, image::Luma([255]));
        let mut png = std::io::Cursor::new(Vec::new());
        image::DynamicImage::ImageLuma8(blank).write_to(&mut png, image::ImageFormat::Png)?;
        let png = png.into_inner();
        for (name, bytes, says) in [
            ("blank.png", png.clone(), "QR"),
            ("cut.png", png[..30].to_vec(), ""),
            ("fake.png", b"\x89PNG\r\n\x1a\n".to_vec(), ""),
        ] {
            let path = desk.file(name, bytes)?;
            desk.fails(&["import", &path], "", &[1], &[name, says])?;
        }
        Ok(())
    })
}

#[test]
fn only_https_is_fetched_and_a_password_in_an_address_is_not_repeated() -> anyhow::Result<()> {
    at_a_desk("addresses", |desk| {
        for (address, says) in [
            ("http://127.0.0.1/office.conf", "https"),
            ("ftp://127.0.0.1/office.conf", "https"),
            ("file:///etc/shadow", "https"),
            ("https://", ""),
            ("https://127.0.0.1:1/office.conf", "127.0.0.1:1"),
        ] {
            desk.fails(&["import", address], "", &[1], &[says])?;
        }
        let ran = desk.adit(&["import", "https://ann:hunter2@127.0.0.1:1/office.conf"], "")?;
        is_well_said(&ran, &[1], &["127.0.0.1"])?;
        ensure!(!ran.err.contains("hunter2"), "{ran:#?}");
        Ok(())
    })
}

#[test]
fn what_cannot_be_read_is_named_and_nobody_waits_for_it() -> anyhow::Result<()> {
    at_a_desk("files that cannot be read", |desk| {
        let folder = desk.lab.file("folder.conf");
        std::fs::create_dir(&folder)?;
        let (folder, missing) = (folder.display().to_string(), desk.lab.file("missing.conf").display().to_string());
        let pipe = desk.lab.file("pipe.conf").display().to_string();
        text_of(std::process::Command::new("mkfifo").arg(&pipe))?;
        let huge = desk.lab.file("huge.conf");
        std::fs::File::create(&huge)?.set_len(1 << 40)?;
        let huge = huge.display().to_string();
        for (path, says) in [
            (missing.as_str(), "No such file"),
            (pipe.as_str(), "is not a file"),
            ("/dev/zero", "is not a file"),
            (huge.as_str(), "16 MiB"),
            (folder.as_str(), ".conf"),
            ("/nonexistent/folder/office.conf", "No such file"),
        ] {
            desk.fails(&["import", path], "", &[1], &[path, says])?;
            desk.fails(&["edit", "office", "--from", path, "--yes"], "", &[1], &[path])?;
            desk.fails(&["up", path], "", &[1, 2], &[])?;
        }
        let secret = desk.file("secret.conf", &desk.office)?;
        let ran = Ran::from(desk.command(Who::Nobody, &["lint", &secret]).output()?);
        // `lint` prints diagnostics on standard output.
        is_well_said(&Ran { err: ran.out, out: ran.err, ..ran }, &[1], &["Permission denied", "sudo"])?;
        for verb in ["strip", "preview", "qr"] {
            let more: &[&str] = if verb == "qr" { &["--png", "/dev/null"] } else { &[] };
            let ran = desk.command(Who::Nobody, &[&[verb, &*secret], more].concat()).output()?.into();
            is_well_said(&ran, &[3], &["secret.conf", "try again with sudo"])?;
        }
        Ok(())
    })
}

#[test]
fn an_empty_standard_input_is_no_configuration_no_key_and_no_list() -> anyhow::Result<()> {
    at_a_desk("empty standard input", |desk| {
        desk.fails(&["import", "-"], "", &[1], &["standard input"])?;
        desk.fails(&["edit", "office", "--from", "-", "--yes"], "", &[8], &["office"])?;
        desk.fails(&["pubkey"], "", &[1], &["Key"])?;
        desk.fails(&["pubkey"], "not a key\n", &[1], &["Key"])?;
        desk.fails(&["wg", "pubkey"], "", &[1], &["Key"])?;
        desk.fails(&["calc", "-"], "", &[1], &[])?;
        desk.fails(&["import", "-"], &"#".repeat((16 << 20) + 1), &[1], &["standard input"])
    })
}
