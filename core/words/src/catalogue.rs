//! Loads the messages of a language, with English for those that it lacks.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};
use unic_langid::LanguageIdentifier;

/// The files of `messages/`: language tag and text.
const LANGUAGES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/languages.rs"));
const ENGLISH: &str = "en";

/// The arguments of a message.
pub(crate) type Arguments<'a> = [(&'a str, FluentValue<'a>)];

/// The sentences of one language. English stands in for a sentence that the language lacks.
pub struct Words {
    bundle: FluentBundle<FluentResource>,
    is_english: bool,
    /// For tests: the messages that were formatted, and their errors.
    #[cfg(test)]
    pub(crate) said: std::sync::Mutex<(std::collections::BTreeSet<String>, Vec<String>)>,
}

/// An error in the file of a language.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Problem {
    /// The file is not a valid Fluent file.
    Syntax {
        /// The parser's error, in English.
        detail: String,
    },
    /// The name of the file is not a valid language tag.
    Tag {
        /// The name.
        tag: String,
    },
    /// The file lacks a message that English has.
    Missing {
        /// Id of the message, with the attribute after a full stop.
        id: String,
    },
    /// The file has a message that English does not have.
    Unknown {
        /// Id of the message, with the attribute after a full stop.
        id: String,
    },
}

impl Words {
    /// Returns the English sentences.
    pub fn english() -> &'static Self {
        static WORDS: OnceLock<Words> = OnceLock::new();
        WORDS.get_or_init(|| Self::with(ENGLISH, text_of(ENGLISH).unwrap_or_default()))
    }

    /// Returns the sentences of the language that [`Words::nearest`] finds for this tag.
    pub fn of(tag: &str) -> Self {
        let tag = Self::nearest(tag);
        Self::with(tag, text_of(tag).unwrap_or_default())
    }

    /// Returns the tag of the language for a wanted one such as `de`, `de-AT` or, as in the variable `LANG`, `de_AT.UTF-8`: that
    /// language, the next wider one, one of another region, or English. The page chooses in the same way.
    pub fn nearest(tag: &str) -> &'static str {
        fn wider(tag: &str) -> &str {
            tag.split('-').next().unwrap_or_default()
        }
        let tag = tag.split(['.', '@']).next().unwrap_or_default().replace('_', "-");
        let find = |is_wanted: &dyn Fn(&str) -> bool| Self::languages().find(|known| is_wanted(known));
        find(&|known| known.eq_ignore_ascii_case(&tag))
            .or_else(|| find(&|known| known.eq_ignore_ascii_case(wider(&tag))))
            .or_else(|| find(&|known| wider(known).eq_ignore_ascii_case(wider(&tag))))
            .unwrap_or(ENGLISH)
    }

    /// Returns the tags of all languages.
    pub fn languages() -> impl Iterator<Item = &'static str> {
        LANGUAGES.iter().map(|(tag, _)| *tag)
    }

    /// Returns the errors in the text of a language's file; empty if the file is valid and complete.
    pub fn check(tag: &str, text: &str) -> Vec<Problem> {
        let mut problems = Vec::new();
        if tag.parse::<LanguageIdentifier>().is_err() {
            problems.push(Problem::Tag { tag: tag.to_owned() });
        }
        if let Err((_, errors)) = FluentResource::try_new(text.to_owned()) {
            problems.extend(errors.iter().map(|error| Problem::Syntax { detail: error.to_string() }));
        }
        let (english, theirs) = (ids(text_of(ENGLISH).unwrap_or_default()), ids(text));
        let missing = english.iter().filter(|(id, _)| !theirs.contains_key(*id));
        problems.extend(missing.map(|(id, _)| Problem::Missing { id: id.clone() }));
        let unknown = theirs.keys().filter(|id| !english.contains_key(*id));
        problems.extend(unknown.map(|id| Problem::Unknown { id: id.clone() }));
        problems
    }

    /// Builds the sentences from a file. Of duplicate messages one counts, and invalid parts are skipped: [`Words::check`]
    /// reports both.
    pub(crate) fn with(tag: &str, text: &str) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![tag.parse().unwrap_or_default()]);
        // Browsers hide the isolation marks around a value, but terminals show them.
        bundle.set_use_isolating(false);
        bundle.add_resource_overriding(resource(text));
        Self {
            bundle,
            is_english: tag == ENGLISH,
            #[cfg(test)]
            said: std::sync::Mutex::default(),
        }
    }

    /// Formats the message with this id. Arguments that come from outside must have been made [`visible`](crate::visible)
    /// first.
    pub(crate) fn say(&self, id: &str, arguments: &Arguments<'_>) -> String {
        self.find(id, None, arguments).unwrap_or_else(|| format!("{{{id}}}"))
    }

    /// Formats the message with this id, if there is one.
    pub(crate) fn say_if_known(&self, id: &str, arguments: &Arguments<'_>) -> Option<String> {
        Self::english().bundle.has_message(id).then(|| self.say(id, arguments))
    }

    /// Formats an attribute of the message with this id, if it has that attribute.
    pub(crate) fn say_attribute(&self, id: &str, attribute: &str, arguments: &Arguments<'_>) -> Option<String> {
        self.find(id, Some(attribute), arguments)
    }

    fn find(&self, id: &str, attribute: Option<&str>, arguments: &Arguments<'_>) -> Option<String> {
        let english = || if self.is_english { None } else { Self::english().find(id, attribute, arguments) };
        let Some(message) = self.bundle.get_message(id) else {
            self.note(|| (None, Some(format!("there is no message {id}"))));
            return english();
        };
        let pattern = match attribute {
            None => message.value(),
            Some(attribute) => message.get_attribute(attribute).map(|attribute| attribute.value()),
        };
        let Some(pattern) = pattern else { return english() };
        let mut given = FluentArgs::new();
        arguments.iter().for_each(|(name, value)| given.set(*name, value.clone()));
        let mut errors = Vec::new();
        let text = self.bundle.format_pattern(pattern, Some(&given), &mut errors).into_owned();
        self.note(|| {
            let name = attribute.map_or_else(|| id.to_owned(), |attribute| format!("{id}.{attribute}"));
            let faults = (!errors.is_empty()).then(|| format!("{name}: {errors:?}"));
            (Some(name), faults)
        });
        // A translation that needs an argument that it does not get is worse than English.
        if errors.is_empty() { Some(text) } else { english().or(Some(text)) }
    }

    #[cfg(not(test))]
    fn note(&self, _: impl FnOnce() -> (Option<String>, Option<String>)) {}

    #[cfg(test)]
    fn note(&self, said: impl FnOnce() -> (Option<String>, Option<String>)) {
        let (id, fault) = said();
        let mut noted = self.said.lock().unwrap();
        noted.0.extend(id);
        noted.1.extend(fault);
    }
}

fn text_of(tag: &str) -> Option<&'static str> {
    LANGUAGES.iter().find(|(known, _)| known.eq_ignore_ascii_case(tag)).map(|(_, text)| *text)
}

fn resource(text: &str) -> FluentResource {
    FluentResource::try_new(text.to_owned()).unwrap_or_else(|(resource, _)| resource)
}

/// Returns the ids of all messages and attributes, with the number of their occurrences.
pub(crate) fn ids(text: &str) -> BTreeMap<String, u32> {
    let mut ids = BTreeMap::new();
    let resource = resource(text);
    for entry in resource.entries() {
        if let fluent_syntax::ast::Entry::Message(message) = entry {
            let id = message.id.name;
            if message.value.is_some() {
                *ids.entry(id.to_owned()).or_default() += 1;
            }
            for attribute in &message.attributes {
                *ids.entry(format!("{id}.{}", attribute.id.name)).or_default() += 1;
            }
        }
    }
    ids
}
