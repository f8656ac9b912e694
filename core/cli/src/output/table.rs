//! Formats tables.

use super::colour::{Tone, paint};

/// Formats rows of text. Each column is as wide as its widest cell; nothing follows the last column.
pub(crate) fn table(rows: &[Vec<(String, Tone)>], coloured: bool) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| rows.iter().filter_map(|row| row.get(column)).map(|(text, _)| text.chars().count()).max();
    let widths: Vec<usize> = (0..columns).map(|column| width(column).unwrap_or(0)).collect();
    let mut out = String::new();
    for row in rows {
        let last = row.iter().rposition(|(text, _)| !text.is_empty()).map_or(0, |last| last + 1);
        for (column, (text, tone)) in row.iter().take(last).enumerate() {
            out.push_str(&paint(text, *tone, coloured));
            if column + 1 < last {
                let room = widths.get(column).map_or(0, |width| width.saturating_sub(text.chars().count()));
                out.push_str(&" ".repeat(room + 2));
            }
        }
        out.push('\n');
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_aligned_and_has_no_spaces_at_its_right() {
        let row = |cells: &[&str]| cells.iter().map(|cell| ((*cell).to_owned(), Tone::Plain)).collect::<Vec<_>>();
        assert_eq!(table(&[row(&["a", "bb", ""]), row(&["ccc", "d", "e"])], false), "a    bb\nccc  d   e\n");
    }
}
