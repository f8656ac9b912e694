//! Formats labels and their values in lines.

use adit_words::{StatusLabel, StatusText};

use super::look::words;

/// The columns that a label takes, with the space behind it.
const WIDTH: usize = 14;

/// Lines of a label and a value, with the values aligned; other lines may come between them.
#[derive(Default)]
pub(crate) struct Labels(String);

impl Labels {
    /// Adds a label and its value. Further lines of the value are aligned below the first.
    pub(crate) fn add(&mut self, label: StatusLabel, value: &str) {
        self.line(&words().status_label(label), value);
    }

    /// Adds a label and a fact, with the command to type if there is one.
    pub(crate) fn add_fact(&mut self, label: StatusLabel, text: &StatusText<'_>) {
        self.add(label, &words().status_for_terminal(text));
    }

    /// Adds a label and a list, unless the list is empty.
    pub(crate) fn add_list<T: ToString>(&mut self, label: StatusLabel, values: &[T]) {
        if !values.is_empty() {
            let values: Vec<String> = values.iter().map(ToString::to_string).collect();
            self.add(label, &values.join(", "));
        }
    }

    /// Adds another line to the value of the last label.
    pub(crate) fn add_below(&mut self, value: &str) {
        self.line("", value);
    }

    fn line(&mut self, label: &str, value: &str) {
        let value = value.replace('\n', &format!("\n{}", " ".repeat(WIDTH + 2)));
        self.0.push_str(&format!("  {label:<WIDTH$}{value}\n"));
    }

    /// Adds text without a label, such as a title, unchanged.
    pub(crate) fn add_text(&mut self, text: &str) {
        self.0.push_str(text);
    }

    /// Returns all lines.
    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_aligned_on_all_their_lines() {
        let mut labels = Labels::default();
        labels.add(StatusLabel::Why, "no space\nno memory");
        labels.add_list(StatusLabel::Addresses, &[1, 2]);
        labels.add_below("and 3 more");
        labels.add_list::<u8>(StatusLabel::AllowedIps, &[]);
        let expected = "  Why           no space\n                no memory\n  Addresses     1, 2\n                and 3 more\n";
        assert_eq!(labels.into_text(), expected);
    }
}
