//! Tests zip archives of ordinary programs and of attackers. One bad entry never affects the others.

#[path = "support/outcome.rs"]
mod outcome;
mod support;

use adit_api::ImportReason;
use adit_import::limits::{ARCHIVE_BYTES, ARCHIVE_ENTRIES, ENTRY_BYTES};
use adit_import::{ArchiveError, EntryError, Import, Names, Reason, import};
use outcome::{names, refused_whole};
use support::{File, conf, zip, zip_with};

fn read(bytes: &[u8]) -> Import {
    import("tunnels.zip", bytes, &mut Names::default())
}

/// Returns the reason why the whole archive is refused.
fn refused(bytes: &[u8]) -> Reason {
    refused_whole("tunnels.zip", &read(bytes))
}

/// Returns the reason why an entry beside a good one is refused.
fn entry_refused(file: File) -> Reason {
    let import = read(&zip(&[file, File::new("good.conf", conf(1))]));
    assert_eq!(names(&import), ["good"], "{import:?}");
    let [refusal] = import.refusals.as_slice() else { panic!("{import:?}") };
    refusal.reason.clone()
}

#[test]
fn seven_of_nine_are_imported_and_each_of_the_others_is_told_why() {
    let mut files: Vec<File> = (1..8).map(|port| File::new(&format!("office {port}.conf"), conf(port))).collect();
    files.insert(2, File::new("typo.conf", conf(9).replace("ListenPort = 9", "ListenPort = 99999")));
    files.insert(5, File::new("README.txt", "How to use these files"));
    let import = read(&zip(&files));
    assert_eq!(names(&import), (1..8).map(|port| format!("office {port}")).collect::<Vec<_>>());
    let [typo, readme] = import.refusals.as_slice() else { panic!("{:?}", import.refusals) };
    let reason = ImportReason::from(&typo.reason);
    assert_eq!((typo.source.as_str(), reason.code.as_str()), ("typo.conf", "errors"));
    let worst = reason.worst.unwrap();
    assert_eq!((worst.code.as_str(), worst.key.as_deref(), worst.line, worst.column), ("number", Some("ListenPort"), 4, 14));
    assert_eq!((readme.source.as_str(), &readme.reason), ("README.txt", &Reason::NotConfiguration));
    for (port, draft) in (1..8).zip(&import.drafts) {
        assert_eq!(*draft.text, conf(port), "byte for byte");
        assert!(draft.diagnostics.is_empty() && !draft.renamed);
    }
}

#[test]
fn stored_deflated_and_streamed_entries_are_the_same() {
    let stored = File { method: 0, ..File::new("a.conf", conf(1)) };
    let deflated = File::new("b.conf", conf(2));
    let streamed = File { streamed: true, ..File::new("c.conf", conf(3)) };
    let from_dos = File { mode: 0, ..File::new("D.CONF", conf(4)) };
    assert_eq!(names(&read(&zip(&[stored, deflated, streamed, from_dos]))), ["a", "b", "c", "D"]);
}

#[test]
fn folders_and_what_systems_leave_behind_are_passed_over_in_silence() {
    let import = read(&zip(&[
        File { mode: 0o040_755, ..File::new("x.conf/", "") },
        File { mode: 0o040_755, ..File::new("folder", "") },
        File::new("windows\\", ""),
        File::new("__MACOSX/._wg0.conf", "\0\u{5}\u{16}\u{7}"),
        File::new(".DS_Store", "Bud1"),
        File::new("._wg1.conf", "\0\u{5}\u{16}\u{7}"),
        File::new(".git/config", "[core]"),
        File::new("folder/wg0.conf", conf(2)),
    ]));
    assert_eq!(names(&import), ["wg0"]);
    assert!(import.refusals.is_empty(), "{import:?}");
    assert_eq!(refused(&zip(&[File::new("x.conf/", "")])), Reason::Archive(ArchiveError::Empty));
}

#[test]
fn a_hidden_configuration_is_named_and_not_taken() {
    let files = || [File::new(".hidden.conf", conf(1)), File::new(".folder/wg1.CONF", conf(2)), File::new("wg0.conf", conf(3))];
    let import = read(&zip(&files()));
    assert_eq!(names(&import), ["wg0"]);
    let refused: Vec<_> = import.refusals.iter().map(|refusal| (refusal.source.as_str(), refusal.reason.clone())).collect();
    assert_eq!(refused, [(".hidden.conf", EntryError::Hidden.into()), (".folder/wg1.CONF", EntryError::Hidden.into())]);
}

#[test]
fn of_a_path_only_the_last_part_is_taken() {
    let paths = ["../../etc/cron.d/a.conf", "/etc/b.conf", "C:\\Windows\\c.conf", "..\\d.conf", "./e.conf"];
    let files: Vec<File> = paths.iter().zip(1..).map(|(path, port)| File::new(path, conf(port))).collect();
    assert_eq!(names(&read(&zip(&files))), ["a", "b", "c", "d", "e"]);
}

#[test]
fn the_same_name_in_two_folders_gives_two_names_and_the_same_path_twice_is_refused() {
    let import = read(&zip(&[
        File::new("us/wg0.conf", conf(1)),
        File::new("de/WG0.conf", conf(2)),
        File::new("de/wg0.conf", conf(3)),
        File::new("de/WG0.conf", conf(4)),
    ]));
    assert_eq!(names(&import), ["wg0", "WG0 (2)"]);
    assert_eq!(import.drafts.iter().map(|draft| draft.renamed).collect::<Vec<_>>(), [false, true]);
    assert_eq!(import.drafts.iter().map(|draft| draft.interface.as_str()).collect::<Vec<_>>(), ["wg0", "WG0-2"]);
    let reasons: Vec<&Reason> = import.refusals.iter().map(|refusal| &refusal.reason).collect();
    assert_eq!(reasons, [&Reason::Entry(EntryError::SameName), &Reason::Entry(EntryError::SameName)]);
}

#[test]
fn a_link_a_device_an_encrypted_and_an_unknown_entry_are_refused_each_by_itself() {
    let file = || File::new("bad.conf", conf(2));
    for (file, error) in [
        (File::new(&"x".repeat(1025), conf(2)), EntryError::PathTooLong),
        (File { mode: 0o120_777, ..file() }, EntryError::NotAFile),
        (File { mode: 0o020_666, ..file() }, EntryError::NotAFile),
        (File { mode: 0o010_666, ..file() }, EntryError::NotAFile),
        (File { flags: 1, ..file() }, EntryError::Encrypted),
        (File { flags: 1 << 13, ..file() }, EntryError::Encrypted),
        (File { method: 93, ..file() }, EntryError::Method),
        (File { method: 9, ..file() }, EntryError::Method),
        (File::new("inner.zip", zip(&[file()])), EntryError::Nested),
        (File::new("inner.conf", zip(&[])), EntryError::Nested),
        (
            File { packed: Some(b"\x1f\x8b\x08".to_vec()), method: 0, data: b"\x1f\x8b\x08".to_vec(), ..file() },
            EntryError::Nested,
        ),
        (File { local_name: Some(b"else.conf".to_vec()), ..file() }, EntryError::Damaged),
    ] {
        assert_eq!(entry_refused(file), Reason::Entry(error));
    }
}

#[test]
fn what_a_header_says_of_sizes_and_sums_is_never_believed() {
    let file = || File::new("bad.conf", conf(2));
    let huge = Some(u32::MAX - 1);
    for file in [
        File { crc: Some(0), ..file() },
        File { size: Some(1), ..file() },
        File { size: huge, ..file() },
        File { size: Some(0), ..file() },
        File { packed: Some(b"not deflate at all".to_vec()), ..file() },
        File { packed: Some(Vec::new()), ..file() },
    ] {
        assert_eq!(entry_refused(file), Reason::Entry(EntryError::Damaged));
    }
    // The size is more than there is: the entry overlaps the other one or exceeds the archive.
    let reaches = |count| zip(&[File { packed_size: Some(count), ..file() }, File::new("good.conf", conf(1))]);
    assert_eq!(refused(&reaches(400)), Reason::Archive(ArchiveError::Overlapping));
    let import = read(&reaches(u32::MAX - 1));
    assert_eq!((names(&import), import.refusals.len()), (vec!["good"], 1));
}

#[test]
fn a_zip_bomb_is_refused_before_it_is_unpacked() {
    let bomb = |size: usize| File::new("bomb.conf", vec![b' '; size]);
    assert_eq!(entry_refused(bomb(900_000)), Reason::Entry(EntryError::Bomb));
    assert_eq!(entry_refused(File { size: Some(10), ..bomb(900_000) }), Reason::Entry(EntryError::Bomb));
    // A GiB packed into less than 1 MiB: only as much is unpacked as shows that it is a bomb.
    let mut giant = bomb(0);
    giant.packed = Some(deflated_zeros());
    giant.size = Some(100);
    assert_eq!(entry_refused(giant), Reason::Entry(EntryError::TooLarge));
}

/// Returns 1 GiB of zeros, compressed.
fn deflated_zeros() -> Vec<u8> {
    use std::io::Write;
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::fast());
    let chunk = vec![0; 1 << 20];
    (0..1024).for_each(|_| encoder.write_all(&chunk).unwrap());
    encoder.finish().unwrap()
}

#[test]
fn an_entry_may_have_a_mebibyte_and_no_more() {
    let fill = |size: usize| {
        let text = conf(1);
        let line = format!("# {}\n", "x".repeat(1000));
        let mut filled = format!("{text}{}", line.repeat((size - text.len()) / line.len()));
        filled.push_str(&"#".repeat(size - filled.len()));
        File { method: 0, ..File::new("large.conf", filled) }
    };
    assert_eq!(names(&read(&zip(&[fill(ENTRY_BYTES)]))), ["large"]);
    assert_eq!(entry_refused(fill(ENTRY_BYTES + 1)), Reason::Entry(EntryError::TooLarge));
}

#[test]
fn entries_that_share_bytes_refuse_the_archive() {
    let first = File::new("a.conf", conf(1));
    // The same data is listed three times, as in bombs that unpack one kernel again and again.
    let again = |name: &str| File { offset: Some(0), local_name: Some(b"a.conf".to_vec()), ..File::new(name, conf(1)) };
    assert_eq!(refused(&zip(&[first.clone(), again("b.conf"), again("c.conf")])), Reason::Archive(ArchiveError::Overlapping));
    let inside = File { offset: Some(10), ..File::new("b.conf", conf(2)) };
    let reason = read(&zip(&[first, inside]));
    assert!(reason.refusals.len() == 1, "{reason:?}");
}

#[test]
fn more_entries_than_anybody_has_are_refused_however_empty_they_are() {
    let empties =
        |count: usize| (0..count).map(|number| File { method: 0, ..File::new(&format!("{number}"), "") }).collect::<Vec<_>>();
    for count in [ARCHIVE_ENTRIES + 1, 65_535, 65_536] {
        assert_eq!(refused(&zip(&empties(count))), Reason::Archive(ArchiveError::TooManyEntries), "{count}");
    }
    let import = read(&zip(&empties(ARCHIVE_ENTRIES)));
    assert_eq!((import.drafts.len(), import.refusals.len()), (0, ARCHIVE_ENTRIES));
}

#[test]
fn ten_thousand_files_of_the_same_name_get_ten_thousand_names() {
    let files: Vec<File> = (0..ARCHIVE_ENTRIES).map(|number| File::new(&format!("{number}/wg0.conf"), conf(1))).collect();
    let import = read(&zip(&files));
    let mut names: Vec<&str> = names(&import);
    assert_eq!(names.last(), Some(&"wg0 (10000)"));
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), ARCHIVE_ENTRIES);
}

#[test]
fn complaints_about_many_bad_files_stay_few() {
    let bad = "[Interface]\n".to_owned() + &"x\n".repeat(2000);
    let files: Vec<File> =
        (0..2000).map(|number| File { method: 0, ..File::new(&format!("{number}.conf"), bad.clone()) }).collect();
    let import = read(&zip(&files));
    let count = |reason: &Reason| match reason {
        Reason::Errors(diagnostics) => diagnostics.len(),
        other => panic!("{other:?}"),
    };
    assert!(import.refusals.iter().all(|refusal| count(&refusal.reason) >= 1), "each is told something");
    assert!(import.refusals.iter().map(|refusal| count(&refusal.reason)).sum::<usize>() <= 12_000);
}

#[test]
fn an_archive_is_refused_whole_when_it_is_too_large_packed_or_unpacked() {
    assert_eq!(
        refused(&[b"PK\x03\x04".to_vec(), vec![0; ARCHIVE_BYTES]].concat()),
        Reason::Archive(ArchiveError::TooLarge { bytes: ARCHIVE_BYTES + 4 })
    );
    // 70 files of almost 1 MiB, each compressed by a factor of about 40.
    let noise: String = (0..4000_u32).map(|number| format!("# {:x}\n", number.wrapping_mul(2_654_435_761))).collect();
    let large = conf(1) + &noise + &"# the same again\n".repeat(58_000);
    let files: Vec<File> = (0..70).map(|number| File::new(&format!("{number}.conf"), large.clone())).collect();
    assert_eq!(refused(&zip(&files)), Reason::Archive(ArchiveError::Unpacked));
    assert_eq!(read(&zip(&files[..60])).drafts.len(), 60);
}

#[test]
fn an_archive_cut_off_anywhere_is_refused_without_a_panic() {
    let whole = zip(&[File::new("a.conf", conf(1)), File { streamed: true, ..File::new("b.conf", conf(2)) }]);
    for length in 4..whole.len() {
        let import = read(&whole[..length]);
        assert!(import.drafts.is_empty() && import.refusals.len() == 1, "{length}: {import:?}");
    }
}

#[test]
fn an_archive_with_any_one_byte_changed_is_read_or_refused_without_a_panic() {
    let whole = zip(&[File::new("a.conf", conf(1)), File { method: 0, ..File::new("b.conf", conf(2)) }]);
    for position in 4..whole.len() {
        for value in [0, 1, 0x7f, 0x80, 0xff] {
            let mut changed = whole.clone();
            changed[position] = value;
            let import = read(&changed);
            for draft in &import.drafts {
                assert!(*draft.text == conf(1) || *draft.text == conf(2), "{position}: what is taken is what was packed");
            }
        }
    }
}

#[test]
fn an_end_record_that_lies_is_not_believed() {
    let files = [File::new("a.conf", conf(1)), File::new("b.conf", conf(2))];
    let with = |position: usize, value: u8| {
        zip_with(&files, |record| {
            record[position] = value;
            record[position + 2] = value;
        })
    };
    assert_eq!(refused(&with(8, 1)), Reason::Archive(ArchiveError::Damaged), "fewer entries");
    assert_eq!(refused(&with(8, 3)), Reason::Archive(ArchiveError::Damaged), "more entries");
    let trailing = [zip(&files), b"#!/bin/sh".to_vec()].concat();
    assert_eq!(refused(&trailing), Reason::Archive(ArchiveError::Trailing));
    assert_eq!(refused(b"PK\x05\x06"), Reason::Archive(ArchiveError::Damaged));
    assert_eq!(refused(&zip(&[])), Reason::Archive(ArchiveError::Empty));
}
