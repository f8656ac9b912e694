//! Tests tar archives, plain and compressed, of ordinary programs and of attackers.

#[path = "support/outcome.rs"]
mod outcome;
mod support;

use std::io::Write;

use adit_import::limits::{ARCHIVE_BYTES, ARCHIVE_ENTRIES, ENTRY_BYTES, ENTRY_PATH_BYTES};
use adit_import::{ArchiveError, EntryError, Import, Names, Reason, import};
use flate2::Compression;
use flate2::write::GzEncoder;
use outcome::{names, refused_whole};
use support::{File, conf, zip};
use tar::{Builder, EntryType, Header};

/// Builds an archive of files with these types, names and contents.
fn tar(files: &[(EntryType, &str, &[u8])]) -> Vec<u8> {
    let mut builder = Builder::new(Vec::new());
    for (kind, name, data) in files {
        let mut header = Header::new_gnu();
        header.set_entry_type(*kind);
        header.set_mode(0o600);
        header.set_size(data.len() as u64);
        // The name is written unchanged, even if no ordinary program would write it.
        if let Some(field) = header.as_old_mut().name.get_mut(..name.len()) {
            field.copy_from_slice(name.as_bytes());
            header.set_cksum();
            builder.append(&header, *data).unwrap();
        } else {
            builder.append_data(&mut header, name, *data).unwrap();
        }
    }
    builder.into_inner().unwrap()
}

fn files(files: &[(&str, &str)]) -> Vec<u8> {
    let all: Vec<_> = files.iter().map(|(name, data)| (EntryType::Regular, *name, data.as_bytes())).collect();
    tar(&all)
}

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn read(bytes: &[u8]) -> Import {
    import("tunnels.tar", bytes, &mut Names::default())
}

/// Returns the reason why the whole archive is refused.
fn refused(bytes: &[u8]) -> Reason {
    refused_whole("tunnels.tar", &read(bytes))
}

/// Returns the reason why an entry beside a good one is refused.
fn entry_refused(kind: EntryType, name: &str, data: &[u8]) -> Reason {
    let import = read(&tar(&[(kind, name, data), (EntryType::Regular, "good.conf", conf(1).as_bytes())]));
    assert_eq!(names(&import), ["good"], "{import:?}");
    let [refusal] = import.refusals.as_slice() else { panic!("{import:?}") };
    refusal.reason.clone()
}

#[test]
fn every_configuration_is_taken_and_each_of_the_others_is_told_why() {
    let bytes = files(&[
        ("./wg0.conf", &conf(1)),
        ("../../etc/passwd.conf", &conf(2)),
        ("/home.conf", &conf(3)),
        ("README.txt", "How to use these files"),
        ("._wg0.conf", "\0\u{5}"),
        ("__MACOSX/x.conf", "x"),
        ("WG0.conf", &conf(4)),
    ]);
    for bytes in [bytes.clone(), gz(&bytes)] {
        let import = read(&bytes);
        assert_eq!(names(&import), ["wg0", "passwd", "home", "WG0 (2)"], "{import:?}");
        assert_eq!(*import.drafts[0].text, conf(1), "byte for byte");
        assert_eq!(import.refusals.len(), 1);
        let refusal = &import.refusals[0];
        assert_eq!((refusal.source.as_str(), &refusal.reason), ("README.txt", &Reason::NotConfiguration));
    }
}

#[test]
fn links_devices_and_what_is_there_twice_are_refused_one_by_one() {
    for kind in [EntryType::Symlink, EntryType::Link, EntryType::Char, EntryType::Block, EntryType::Fifo] {
        assert_eq!(entry_refused(kind, "x.conf", b""), EntryError::NotAFile.into(), "{kind:?}");
    }
    let twice = read(&files(&[("a.conf", &conf(1)), ("A.conf", &conf(2))]));
    assert_eq!(names(&twice), ["a"]);
    assert_eq!(twice.refusals[0].reason, EntryError::SameName.into());
}

#[test]
fn what_is_too_large_or_nested_is_refused_one_by_one() {
    let regular = |name: &str, data: &[u8]| entry_refused(EntryType::Regular, name, data);
    assert_eq!(regular("x.conf", &vec![b'#'; ENTRY_BYTES + 1]), EntryError::TooLarge.into());
    assert_eq!(regular("x.zip", &zip(&[File::new("a.conf", conf(1))])), EntryError::Nested.into());
    assert_eq!(regular("x.tar", &files(&[("a.conf", "")])), EntryError::Nested.into());
    assert_eq!(regular("x.gz", &gz(b"x")), EntryError::Nested.into());
    assert_eq!(regular(&format!("{}.conf", "x/".repeat(ENTRY_PATH_BYTES / 2)), b""), EntryError::PathTooLong.into());
}

#[test]
fn of_an_archive_that_is_cut_off_anywhere_nothing_is_taken() {
    let whole = files(&[("wg0.conf", &conf(1)), ("wg1.conf", &conf(2))]);
    let packed = gz(&whole);
    for length in (512..whole.len() - 512).step_by(37) {
        assert_eq!(refused(&whole[..length]), Reason::Archive(ArchiveError::Damaged), "{length}");
    }
    for length in 2..packed.len() {
        let expected = [ArchiveError::Damaged, ArchiveError::NoArchive].map(Reason::Archive);
        assert!(expected.contains(&refused(&packed[..length])), "{length}");
    }
    assert_eq!(refused(&[&whole[..], b"#!/bin/sh"].concat()), Reason::Archive(ArchiveError::Trailing));
    assert_eq!(refused(&[&packed[..], b"#!/bin/sh"].concat()), Reason::Archive(ArchiveError::Damaged));
    assert_eq!(names(&read(&[whole, vec![0; 9 * 512]].concat())), ["wg0", "wg1"]);
}

#[test]
fn too_much_of_anything_is_refused_before_it_takes_memory() {
    assert_eq!(refused(&tar(&[(EntryType::Directory, "x/", b"")])), Reason::Archive(ArchiveError::Empty));
    let many: Vec<(EntryType, &str, &[u8])> = vec![(EntryType::Directory, "x/", b""); ARCHIVE_ENTRIES + 1];
    assert_eq!(refused(&tar(&many)), Reason::Archive(ArchiveError::TooManyEntries));
    let mut large = files(&[("a.conf", "")]);
    large.resize(ARCHIVE_BYTES + 1, 0);
    assert_eq!(refused(&large), Reason::Archive(ArchiveError::TooLarge { bytes: ARCHIVE_BYTES + 1 }));
    let mebibyte = vec![b'#'; ENTRY_BYTES];
    let names: Vec<String> = (0..65).map(|number| format!("{number}.conf")).collect();
    let bomb: Vec<_> = names.iter().map(|name| (EntryType::Regular, name.as_str(), &mebibyte[..])).collect();
    assert_eq!(refused(&gz(&tar(&bomb))), Reason::Archive(ArchiveError::Unpacked));
    // One entry that states the largest possible size.
    let mut header = Header::new_gnu();
    header.set_path("x.conf").unwrap();
    header.set_size(u64::MAX >> 2);
    header.set_cksum();
    let endless = [&header.as_bytes()[..], &vec![0; 200 << 20]].concat();
    assert_eq!(refused(&gz(&endless)), Reason::Archive(ArchiveError::Unpacked));
    assert_eq!(refused(&gz(b"[Interface]\n")), Reason::Archive(ArchiveError::NoArchive));
}

#[test]
fn no_changed_byte_causes_a_panic() {
    let whole = files(&[("wg0.conf", &conf(1)), (&format!("{}.conf", "long".repeat(40)), &conf(2))]);
    for place in 0..whole.len() {
        for bit in [1, 0x80] {
            let mut bytes = whole.clone();
            bytes[place] ^= bit;
            read(&bytes);
        }
    }
    let packed = gz(&whole);
    for place in 0..packed.len() {
        let mut bytes = packed.clone();
        bytes[place] ^= 0x10;
        read(&bytes);
    }
}
