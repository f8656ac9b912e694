//! The one language of page, tray, notifications and dialogs: the user's choice, else that of the system's variables.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use adit_words::Words;

/// The sentences of the present language.
pub(crate) struct Language {
    system: &'static str,
    words: Mutex<Arc<Words>>,
}

impl fmt::Debug for Language {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Language").field("system", &self.system).finish_non_exhaustive()
    }
}

impl Language {
    /// `chosen`: the tag of the user's choice. `system`: what the system's variables name.
    pub(crate) fn new(chosen: Option<&str>, system: &str) -> Self {
        let system = Words::nearest(system);
        Self { system, words: Mutex::new(Arc::new(Words::of(chosen.unwrap_or(system)))) }
    }

    /// Returns the tag of the language that stands for the system's.
    pub(crate) fn system(&self) -> &'static str {
        self.system
    }

    /// Returns the sentences. Whoever shows something asks anew, because the user may have chosen another language.
    pub(crate) fn words(&self) -> Arc<Words> {
        Arc::clone(&self.words.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the language; None: to the system's.
    pub(crate) fn choose(&self, chosen: Option<&str>) {
        let words = Arc::new(Words::of(chosen.unwrap_or(self.system)));
        *self.words.lock().unwrap_or_else(PoisonError::into_inner) = words;
    }
}

/// Returns true if the app has the language with this tag.
pub(crate) fn is_known(tag: &str) -> bool {
    Words::languages().any(|known| known == tag)
}

/// Returns the language for texts that the system's variables name (POSIX), such as `de_AT.UTF-8`.
pub(crate) fn of_the_system(variable: impl Fn(&str) -> Option<String>) -> String {
    let named = ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().find_map(|name| variable(name).filter(|tag| !tag.is_empty()));
    named.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_variable_that_names_a_language_counts() {
        let with = |set: &[(&str, &str)]| {
            of_the_system(|name| set.iter().find(|(key, _)| *key == name).map(|(_, value)| (*value).to_owned()))
        };
        assert_eq!(with(&[("LANG", "de_DE.UTF-8"), ("LC_MESSAGES", "fr_FR"), ("LC_ALL", "")]), "fr_FR");
        assert_eq!(with(&[("LANG", "de_DE.UTF-8"), ("LC_ALL", "C")]), "C");
        assert_eq!(with(&[]), "");
    }
}
