//! Imports of many sources at once, some of which are faulty.

use std::os::unix::fs::PermissionsExt;

use crate::bench::{Bench, conf, office};

#[test]
fn of_nine_files_seven_become_tunnels_and_two_are_named_with_their_reasons() {
    let bench = Bench::new();
    for number in 1..=7 {
        bench.file(
            &format!("mine/t{number}.conf"),
            conf(&format!("Address = 10.{number}.0.2/24"), &format!("10.{number}.0.0/24")),
        );
    }
    bench.file("mine/bad.conf", "[Interface]\nPrivateKey = nonsense\n");
    bench.file("mine/letter.conf", "Dear Sir or Madam\n");
    bench.file("mine/notes.txt", "no configuration is looked for here");
    let ran = bench.adit(&["import", &bench.path("mine")]);
    assert!(ran.out.ends_with("Imported 7 of 9\n"), "{ran:#?}");
    assert!(ran.err.contains("mine/bad.conf: line 2, column 14: PrivateKey: "), "{ran:#?}");
    assert!(ran.err.contains("mine/letter.conf: this is not a WireGuard configuration"), "{ran:#?}");
    assert_eq!(ran.code, 12);
    assert_eq!(bench.adit(&["list", "--json"]).json().as_array().unwrap().len(), 7);
    let again = bench.adit(&["import", &bench.path("mine/t1.conf")]).ok();
    assert!(again.contains("t1.conf -> t1 (2) (its own name was taken)\nImported 1 tunnel\n"), "{again}");
}

#[test]
fn an_import_tells_programs_the_same() {
    let bench = Bench::new();
    let (good, bad) = (bench.file("office.conf", office()), bench.file("bad.conf", "x"));
    let ran = bench.adit(&["import", "--json", &good, &bad, &bench.path("missing.conf")]);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(ran.code, 12);
    assert_eq!(json["imported"][0]["name"], "office");
    assert_eq!(json["imported"][0]["source"], good.as_str());
    let failed: Vec<&str> = json["failed"].as_array().unwrap().iter().map(|left| left["source"].as_str().unwrap()).collect();
    assert_eq!(failed, [bad.as_str(), &bench.path("missing.conf")]);
}

#[test]
fn a_configuration_comes_from_standard_input_under_the_name_that_is_given() {
    let bench = Bench::new();
    let out = bench.adit_reading(&["import", "-", "--name", "Paris", "--interface", "wg-paris"], &office()).ok();
    assert_eq!(out, "standard input -> Paris\nImported 1 tunnel\n");
    assert_eq!(bench.adit(&["status", "Paris", "--json"]).json()["interface"], "wg-paris");
    let error = bench.adit_reading(&["import", "-"], "nothing of the kind").fails(1);
    assert_eq!(error, "adit: standard input: this is not a WireGuard configuration, which has an [Interface] section\n");
    let (one, two) = (bench.file("1.conf", office()), bench.file("2.conf", office()));
    assert!(bench.adit(&["import", &one, &two, "--name", "x"]).fails(2).contains("there are 2"));
}

#[test]
fn a_file_in_a_bad_place_is_imported_with_a_word_about_the_place() {
    let bench = Bench::new();
    let exposed = bench.file("open.conf", office());
    std::fs::set_permissions(&exposed, std::fs::Permissions::from_mode(0o644)).unwrap();
    bench.file("repository/.git/HEAD", "ref: refs/heads/main");
    let tracked = bench.file("repository/vpn/tracked.conf", office());
    let synced = bench.file("OneDrive - Firm/synced.conf", office());
    let ran = bench.adit(&["import", &exposed, &tracked, &synced]);
    for wanted in ["open.conf is world accessible", "lies in the git repository", "lies in a folder that OneDrive copies"] {
        assert!(ran.err.contains(wanted), "{wanted}: {ran:#?}");
    }
    assert_eq!(ran.code, 0);
}

#[test]
fn a_folder_without_configurations_and_a_file_that_is_too_large_are_refused() {
    let bench = Bench::new();
    bench.file("empty/readme.md", "");
    let error = bench.adit(&["import", &bench.path("empty")]).fails(1);
    assert!(error.contains("there is no .conf file in this folder"), "{error}");
    let large = bench.file("large.conf", "#".repeat((1 << 20) + 1));
    let error = bench.adit(&["import", &large]).fails(1);
    assert!(error.contains("large.conf: ") && error.contains("1 MiB"), "{error}");
    let huge = std::fs::File::create(bench.path("huge.zip")).unwrap();
    huge.set_len((16 << 20) + 1).unwrap();
    let error = bench.adit(&["import", &bench.path("huge.zip")]).fails(1);
    assert!(error.contains("16 MiB"), "{error}");
}

#[test]
fn five_hundred_files_of_a_script_become_five_hundred_tunnels() {
    let bench = Bench::new();
    for number in 0..500 {
        let (high, low) = (number / 250, number % 250);
        let text = conf(&format!("Address = 10.{high}.{low}.2/24"), &format!("10.{high}.{low}.0/24"));
        bench.file(&format!("peers/peer-{number}.conf"), text);
    }
    let ran = bench.adit(&["import", &bench.path("peers"), "--quiet"]);
    assert_eq!((ran.code, ran.err.as_str()), (0, ""), "{ran:?}");
    assert_eq!(bench.adit(&["list", "--json"]).json().as_array().unwrap().len(), 500);
}
