//! Recognizes the type of an imported file by its content, whatever its name, and reads it.

use adit_config::detect::{self, Foreign};

use crate::archive::Format;
use crate::conf::Conf;
use crate::names::Names;
use crate::outcome::{Import, Reason, Refusal};
use crate::{archive, limits, picture};

/// Creates drafts from a file: one from a configuration, any number from an archive (zip, tar, tar.gz) or a picture with QR
/// codes. `file_name` is the file's name on any system. `names` holds the names in use, and the drafts' names are added to it, so
/// that several files can be imported one after another.
pub fn import(file_name: &str, bytes: &[u8], names: &mut Names) -> Import {
    match detect::binary(bytes) {
        Some(Foreign::Zip) => archive::import(Format::Zip, file_name, bytes, names),
        Some(Foreign::Tar) => archive::import(Format::Tar, file_name, bytes, names),
        Some(Foreign::Gzip) => archive::import(Format::TarGz, file_name, bytes, names),
        Some(Foreign::Image) => picture::import(file_name, bytes, names),
        Some(_) | None => {
            let mut import = Import::default();
            import.add(file_name, file_name, Conf::read(bytes, limits::DIAGNOSTICS), names);
            import
        }
    }
}

impl Import {
    /// Appends the result of another file.
    pub fn append(&mut self, mut next: Self) {
        self.drafts.append(&mut next.drafts);
        self.refusals.append(&mut next.refusals);
    }

    /// Adds one configuration, or the reason why there is none. Its names are derived from `file_name`.
    pub(crate) fn add(&mut self, source: &str, file_name: &str, conf: Result<Conf, Reason>, names: &mut Names) {
        let draft = conf.and_then(|conf| names.draft(source, file_name, conf));
        match draft {
            Ok(draft) => self.drafts.push(draft),
            Err(reason) => self.refuse(source, reason),
        }
    }

    pub(crate) fn refuse(&mut self, source: &str, reason: impl Into<Reason>) {
        self.refusals.push(Refusal { source: source.to_owned(), reason: reason.into() });
    }
}
