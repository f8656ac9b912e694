//! The files of a package, as they will be on the user's disk, in a folder.

use std::io::Write as _;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use anyhow::Context as _;
use flate2::{Compression, GzBuilder};

use super::fresh;

/// A folder for what is made on the way, removed at the end.
pub(super) struct Work(PathBuf);

impl Work {
    pub(super) fn new(folder: &Path) -> anyhow::Result<Self> {
        Ok(Self(fresh(folder)?))
    }

    /// An empty folder in it.
    pub(super) fn folder(&self, name: &str) -> anyhow::Result<PathBuf> {
        fresh(&self.0.join(name))
    }
}

impl Drop for Work {
    fn drop(&mut self) {
        // It stays if it must; the next run removes it.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

/// A folder that stands for `/`.
pub(super) struct Tree {
    root: PathBuf,
    /// Paths below the root, sorted.
    files: Vec<String>,
}

impl Tree {
    pub(super) fn new(root: PathBuf) -> anyhow::Result<Self> {
        set_mode(&root, 0o755)?;
        Ok(Self { root, files: Vec::new() })
    }

    pub(super) fn root(&self) -> &Path {
        &self.root
    }

    /// Paths without a leading `/`, sorted.
    pub(super) fn files(&self) -> &[String] {
        &self.files
    }

    /// Adds a file that everybody may read.
    pub(super) fn add(&mut self, path: &str, bytes: &[u8]) -> anyhow::Result<()> {
        self.put(path, bytes, 0o644)
    }

    /// Adds a copy of `source`.
    pub(super) fn copy(&mut self, source: &Path, path: &str) -> anyhow::Result<()> {
        self.add(path, &std::fs::read(source).with_context(|| format!("reading {}", source.display()))?)
    }

    /// Adds a copy of `source` that everybody may run.
    pub(super) fn copy_program(&mut self, source: &Path, path: &str) -> anyhow::Result<()> {
        self.put(path, &std::fs::read(source).with_context(|| format!("reading {}", source.display()))?, 0o755)
    }

    /// Adds `path.gz`.
    pub(super) fn compress(&mut self, path: &str, bytes: &[u8]) -> anyhow::Result<()> {
        // Without a name and a time, so that equal bytes give equal archives.
        let mut encoder = GzBuilder::new().mtime(0).write(Vec::new(), Compression::best());
        encoder.write_all(bytes)?;
        self.add(&format!("{path}.gz"), &encoder.finish()?)
    }

    fn put(&mut self, path: &str, bytes: &[u8], mode: u32) -> anyhow::Result<()> {
        let file = self.root.join(path);
        let above: Vec<&Path> = file.ancestors().skip(1).take_while(|folder| *folder != self.root).collect();
        for folder in above.into_iter().rev().filter(|folder| !folder.exists()) {
            std::fs::create_dir(folder).with_context(|| format!("making {}", folder.display()))?;
            set_mode(folder, 0o755)?;
        }
        std::fs::write(&file, bytes).with_context(|| format!("writing {}", file.display()))?;
        set_mode(&file, mode)?;
        if let Err(place) = self.files.binary_search_by(|known| known.as_str().cmp(path)) {
            self.files.insert(place, path.to_owned());
        }
        Ok(())
    }
}

/// Sets a mode, whatever this process's mask is.
pub(super) fn set_mode(path: &Path, mode: u32) -> anyhow::Result<()> {
    let permissions = std::fs::Permissions::from_mode(mode);
    std::fs::set_permissions(path, permissions).with_context(|| format!("setting the mode of {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mode(path: &Path) -> u32 {
        path.metadata().expect("there").permissions().mode() & 0o7777
    }

    #[test]
    fn files_have_the_modes_of_a_package_and_are_listed_in_order() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut tree = Tree::new(folder.path().to_owned()).expect("a tree");
        tree.copy_program(Path::new("/bin/sh"), "usr/bin/sh").expect("copied");
        tree.add("usr/a", b"a").expect("added");
        tree.add("usr/a", b"b").expect("replaced");
        assert_eq!(tree.files(), ["usr/a", "usr/bin/sh"]);
        let modes = ["", "usr", "usr/a", "usr/bin/sh"].map(|path| mode(&folder.path().join(path)));
        assert_eq!(modes, [0o755, 0o755, 0o644, 0o755]);
    }

    #[test]
    fn equal_bytes_are_compressed_to_equal_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut tree = Tree::new(folder.path().to_owned()).expect("a tree");
        tree.compress("a", b"text").expect("added");
        tree.compress("b", b"text").expect("added");
        let read = |name: &str| std::fs::read(folder.path().join(name)).expect("there");
        assert_eq!(read("a.gz"), read("b.gz"));
    }
}
