use super::*;

struct Here {
    folder: tempfile::TempDir,
    resolv_conf: ResolvConf,
}

impl Here {
    fn with(text: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let resolv_conf = ResolvConf { file: folder.path().join("resolv.conf"), state: folder.path().join("state") };
        fs::write(&resolv_conf.file, text).unwrap();
        Self { folder, resolv_conf }
    }

    fn add(&self, name: &str, server: &str) {
        let lines = format!("nameserver {server}\nsearch corp.example\n");
        self.resolv_conf.add(&name.parse().unwrap(), &lines).unwrap();
    }

    fn remove(&self, name: &str) {
        self.resolv_conf.remove(&name.parse().unwrap()).unwrap();
    }

    fn text(&self) -> String {
        fs::read_to_string(&self.resolv_conf.file).unwrap()
    }

    /// Simulates that the processes that set the resolvers were killed.
    fn kill_all(&self) {
        let journal = self.folder.path().join("state").join(JOURNAL);
        let text = fs::read_to_string(&journal).unwrap().replace(&format!(" {} ", std::process::id()), " 4194305 ");
        fs::write(&journal, text).unwrap();
    }
}

const BEFORE: &str = "# mine\nnameserver 192.0.2.1\noptions edns0\nnameserver 192.0.2.2";

#[test]
fn the_newest_tunnel_s_resolvers_count_and_the_file_from_before_comes_back_byte_for_byte() {
    let here = Here::with(BEFORE);
    fs::set_permissions(&here.resolv_conf.file, fs::Permissions::from_mode(0o640)).unwrap();
    here.add("wg0", "10.0.0.1");
    let first = here.text();
    assert!(first.starts_with(MARK) && first.ends_with("\nnameserver 10.0.0.1\nsearch corp.example\noptions edns0\n"), "{first}");
    here.add("wg1", "10.0.0.2");
    assert!(here.text().contains("10.0.0.2") && !here.text().contains("10.0.0.1"));
    here.add("wg0", "10.0.0.3");
    assert!(here.text().contains("10.0.0.3"));
    here.remove("wg0");
    assert!(here.text().contains("10.0.0.2"));
    here.remove("wg1");
    assert_eq!((here.text().as_str(), fs::metadata(&here.resolv_conf.file).unwrap().mode() & 0o777), (BEFORE, 0o640));
    assert_eq!(fs::read_dir(here.folder.path().join("state")).unwrap().count(), 0);
    here.remove("wg1");
    assert_eq!(fs::read_dir(here.folder.path()).unwrap().count(), 2);
}

#[test]
fn a_link_and_a_missing_file_come_back() {
    let here = Here::with("");
    let file = &here.resolv_conf.file;
    fs::remove_file(file).unwrap();
    here.add("wg0", "10.0.0.1");
    here.remove("wg0");
    assert!(!file.exists());
    symlink("elsewhere/resolv.conf", file).unwrap();
    here.add("wg0", "10.0.0.1");
    assert!(fs::symlink_metadata(file).unwrap().is_file());
    here.remove("wg0");
    assert_eq!(fs::read_link(file).unwrap(), Path::new("elsewhere/resolv.conf"));
}

#[test]
fn the_file_that_another_program_wrote_last_is_restored() {
    let here = Here::with(BEFORE);
    here.add("wg0", "10.0.0.1");
    fs::write(&here.resolv_conf.file, "nameserver 198.51.100.1\n").unwrap();
    assert_eq!(here.resolv_conf.write_again().unwrap().unwrap().as_str(), "wg0");
    assert!(here.text().contains("10.0.0.1"));
    assert_eq!(here.resolv_conf.write_again().unwrap(), None);
    // A program that adds lines to our file has not written a file of its own.
    fs::write(&here.resolv_conf.file, here.text() + "nameserver 198.51.100.2\n").unwrap();
    assert!(here.resolv_conf.write_again().unwrap().is_some());
    here.remove("wg0");
    assert_eq!(here.text(), "nameserver 198.51.100.1\n");
    assert_eq!(here.resolv_conf.write_again().unwrap(), None);
}

#[test]
fn leftovers_of_a_killed_process_are_removed_with_the_next_change() {
    let here = Here::with(BEFORE);
    here.add("wg0", "10.0.0.1");
    assert_eq!((here.resolv_conf.recorded().unwrap(), here.resolv_conf.before().unwrap()), (Vec::new(), BEFORE.to_owned()));
    here.kill_all();
    assert!(here.resolv_conf.write_again().unwrap().is_none());
    assert_eq!(here.resolv_conf.recorded().unwrap(), ["wg0".parse().unwrap()]);
    here.remove("wg0");
    assert_eq!(here.text(), BEFORE);

    here.add("wg0", "10.0.0.1");
    here.kill_all();
    here.add("wg1", "10.0.0.2");
    here.remove("wg1");
    assert_eq!(here.text(), BEFORE);

    here.add("wg0", "10.0.0.1");
    here.kill_all();
    fs::write(&here.resolv_conf.file, "nameserver 198.51.100.1\n").unwrap();
    here.remove("wg0");
    assert_eq!(here.text(), "nameserver 198.51.100.1\n");
}

#[test]
fn a_journal_that_is_damaged_is_an_error_and_changes_nothing() {
    let here = Here::with(BEFORE);
    here.add("wg0", "10.0.0.1");
    let written = here.text();
    fs::write(here.resolv_conf.state.join(JOURNAL), "file 644").unwrap();
    let said = here.resolv_conf.remove(&"wg0".parse().unwrap()).unwrap_err().to_string();
    assert!(said.contains("journal of /etc/resolv.conf is damaged"), "{said}");
    assert_eq!(here.text(), written);
}
