//! Formats labels and their values in lines.

/// Lines of a label and a value, with the values aligned; other lines may come between them.
#[derive(Default)]
pub(crate) struct Labels(String);

impl Labels {
    /// Adds a label and its value. Further lines of the value are aligned below the first.
    pub(crate) fn add(&mut self, label: &str, value: &str) {
        self.0.push_str(&format!("  {label:<14}{}\n", value.replace('\n', "\n                ")));
    }

    /// Adds a label and a list, unless the list is empty.
    pub(crate) fn add_list<T: ToString>(&mut self, label: &str, values: &[T]) {
        if !values.is_empty() {
            let values: Vec<String> = values.iter().map(ToString::to_string).collect();
            self.add(label, &values.join(", "));
        }
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
        labels.add("Why", "no space\nno memory");
        labels.add_list("Addresses", &[1, 2]);
        labels.add_list::<u8>("Networks", &[]);
        let expected = "  Why           no space\n                no memory\n  Addresses     1, 2\n";
        assert_eq!(labels.into_text(), expected);
    }
}
