//! The last lines of the log in two files, which take turns: when one is full, the other one is emptied and written next. The
//! files hold at least the last [`LINES`] lines or [`BYTES`] bytes, whichever is less, and at most twice that.
//!
//! A line is in the file as soon as it is written: a killed process loses none. Nothing waits for the disk: a power cut may
//! lose the last lines and leave part of a line, which is skipped.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use adit_api::LogLine;
use adit_platform::native::owner_file;

use super::stored;

/// Maximum number of lines in one file.
const LINES: usize = 10_000;
/// Maximum size of one file in bytes.
const BYTES: u64 = 8 << 20;
/// Names of the two files.
const NAMES: [&str; 2] = ["log-a.jsonl", "log-b.jsonl"];

/// The two open files.
pub(crate) struct Ring {
    segments: [Segment; 2],
    /// Index of the file that is being written.
    current: usize,
}

struct Segment {
    path: PathBuf,
    file: File,
    lines: usize,
    /// Offset in bytes of the next line, after the last complete one.
    end: u64,
}

impl Ring {
    /// Opens the files in `folder`, which is created if missing. Returns their lines in order.
    pub(crate) fn open(folder: &Path) -> io::Result<(Self, Vec<LogLine>)> {
        match owner_file::create_folder(folder) {
            Err(error) if error.kind() != io::ErrorKind::AlreadyExists => return Err(error),
            _ => {}
        }
        let (first, first_lines) = Segment::open(folder.join(NAMES[0]))?;
        let (second, second_lines) = Segment::open(folder.join(NAMES[1]))?;
        let newest = |lines: &[LogLine]| lines.last().map_or(0, |line| line.number);
        let current = usize::from(newest(&second_lines) > newest(&first_lines));
        let mut lines = [first_lines, second_lines].concat();
        lines.sort_by_key(|line| line.number);
        lines.dedup_by_key(|line| line.number);
        Ok((Self { segments: [first, second], current }, lines))
    }

    /// Appends a line. After a failure no partial line remains: the next line is written at the same offset.
    pub(crate) fn append(&mut self, line: &LogLine) -> io::Result<()> {
        let mut bytes = serde_json::to_vec(line)?;
        bytes.push(b'\n');
        let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
        let [first, second] = &mut self.segments;
        let (current, other) = if self.current == 0 { (first, second) } else { (second, first) };
        if current.has_room(length) {
            return current.write(&bytes);
        }
        other.empty()?;
        other.write(&bytes)?;
        self.current = 1 - self.current;
        Ok(())
    }
}

impl Segment {
    fn open(path: PathBuf) -> io::Result<(Self, Vec<LogLine>)> {
        let mut file = owner_file::open_or_create(&path)?;
        let length = file.metadata()?.len().min(2 * BYTES);
        let mut bytes = vec![0; usize::try_from(length).unwrap_or_default()];
        file.read_exact(&mut bytes)?;
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |last| last + 1);
        let lines: Vec<&[u8]> = bytes.get(..whole).unwrap_or_default().split_inclusive(|byte| *byte == b'\n').collect();
        let found = lines.iter().filter_map(|line| stored::line(line)).collect();
        let end = u64::try_from(whole).unwrap_or(u64::MAX);
        let segment = Self { lines: lines.len(), end, path, file };
        // The rest is an incomplete line.
        segment.file.set_len(end)?;
        Ok((segment, found))
    }

    fn has_room(&self, bytes: u64) -> bool {
        self.lines < LINES && self.end.saturating_add(bytes) <= BYTES
    }

    fn empty(&mut self) -> io::Result<()> {
        self.file.set_len(0)?;
        (self.lines, self.end) = (0, 0);
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Err(error) = owner_file::write_all_at(&self.file, bytes, self.end) {
            // If the disk is full, part of the line may have been written.
            let _ = self.file.set_len(self.end);
            return Err(io::Error::new(error.kind(), format!("{}: {error}", self.path.display())));
        }
        self.end += u64::try_from(bytes.len()).unwrap_or_default();
        self.lines += 1;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use adit_api::LogCode;

    use super::*;

    fn line(number: u64, text: &str) -> LogLine {
        let code = LogCode::Exported { to: text.into() };
        LogLine { number, at: 1_700_000_000_000 + number, level: code.level(), tunnel: None, left_out: 0, code }
    }

    fn numbers(folder: &Path) -> Vec<u64> {
        Ring::open(folder).unwrap().1.iter().map(|line| line.number).collect()
    }

    #[test]
    fn a_written_file_survives_every_end_of_the_process() {
        let folder = tempfile::tempdir().unwrap();
        let (mut ring, before) = Ring::open(folder.path()).unwrap();
        assert!(before.is_empty());
        for number in 1..=3 {
            ring.append(&line(number, "as it was")).unwrap();
        }
        // The file is neither closed nor synced.
        assert_eq!(Ring::open(folder.path()).unwrap().1, [1, 2, 3].map(|number| line(number, "as it was")));
    }

    #[test]
    fn the_last_ten_thousand_are_kept_and_the_files_do_not_grow_for_ever() {
        let folder = tempfile::tempdir().unwrap();
        let total = 3 * LINES as u64 + 7;
        let mut ring = Ring::open(folder.path()).unwrap().0;
        for number in 1..=total {
            ring.append(&line(number, "x")).unwrap();
            if number % 4_999 == 0 {
                ring = Ring::open(folder.path()).unwrap().0;
            }
        }
        let kept = numbers(folder.path());
        assert!((LINES..=2 * LINES).contains(&kept.len()), "{}", kept.len());
        assert!(kept.iter().copied().eq(total - kept.len() as u64 + 1..=total));
    }

    #[test]
    fn a_torn_line_costs_itself_alone_wherever_it_was_torn() {
        let folder = tempfile::tempdir().unwrap();
        let mut ring = Ring::open(folder.path()).unwrap().0;
        ring.append(&line(1, "whole")).unwrap();
        ring.append(&line(2, "torn")).unwrap();
        let path = folder.path().join(NAMES[0]);
        let whole = fs::read(&path).unwrap();
        let second = whole.iter().position(|byte| *byte == b'\n').unwrap() + 1;
        for cut in second..whole.len() {
            fs::write(&path, &whole[..cut]).unwrap();
            let (mut ring, lines) = Ring::open(folder.path()).unwrap();
            assert_eq!(lines, [line(1, "whole")], "cut at {cut}");
            ring.append(&line(2, "again")).unwrap();
            assert_eq!(numbers(folder.path()), [1, 2], "cut at {cut}");
        }
    }

    #[test]
    fn garbage_between_lines_is_passed_over() {
        let folder = tempfile::tempdir().unwrap();
        let mut ring = Ring::open(folder.path()).unwrap().0;
        ring.append(&line(1, "good")).unwrap();
        let path = folder.path().join(NAMES[0]);
        let mut bytes = fs::read(&path).unwrap();
        bytes.extend(b"\0\0\0\xff{\n\n[]\n");
        fs::write(&path, bytes).unwrap();
        let (mut ring, lines) = Ring::open(folder.path()).unwrap();
        assert_eq!(lines, [line(1, "good")]);
        ring.append(&line(2, "good")).unwrap();
        assert_eq!(numbers(folder.path()), [1, 2]);
    }

    #[test]
    fn long_lines_do_not_make_long_files() {
        let folder = tempfile::tempdir().unwrap();
        let mut ring = Ring::open(folder.path()).unwrap().0;
        let long = "y".repeat(64 << 10);
        for number in 1..=300 {
            ring.append(&line(number, &long)).unwrap();
        }
        for name in NAMES {
            assert!(fs::metadata(folder.path().join(name)).unwrap().len() <= BYTES);
        }
        assert_eq!(numbers(folder.path()).last(), Some(&300));
    }

    #[test]
    fn a_link_laid_where_a_file_should_be_is_not_followed() {
        let folder = tempfile::tempdir().unwrap();
        let victim = folder.path().join("victim");
        fs::write(&victim, "precious").unwrap();
        std::os::unix::fs::symlink(&victim, folder.path().join(NAMES[1])).unwrap();
        assert!(Ring::open(folder.path()).is_err());
        assert_eq!(fs::read_to_string(victim).unwrap(), "precious");
    }
}
