//! The terminal: whether there is one, its colours, and questions to whoever sits at it.

use std::io::{self, BufRead, IsTerminal, Write};

pub(crate) use adit_words::visible;

/// What a word is about, which decides its colour.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Tone {
    Plain,
    Faint,
    Good,
    Busy,
    Careful,
    Bad,
    Strong,
}

/// Whether standard output is to have colours: it is a terminal, and `NO_COLOR` (<https://no-color.org>) is not set.
pub(crate) fn coloured() -> bool {
    let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    !refused && std::env::var_os("TERM").is_none_or(|term| term != "dumb") && io::stdout().is_terminal()
}

/// `text` in the colour of `tone`, where colours are wanted.
pub(crate) fn paint(text: &str, tone: Tone, coloured: bool) -> String {
    let code = match tone {
        Tone::Plain => return text.to_owned(),
        Tone::Faint => "2",
        Tone::Good => "32",
        Tone::Busy => "34",
        Tone::Careful => "33",
        Tone::Bad => "31",
        Tone::Strong => "1",
    };
    if coloured { format!("\x1b[{code}m{text}\x1b[0m") } else { text.to_owned() }
}

/// Whether somebody can be asked.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks on standard error until the answer begins with one of `choices` (lowercase); an empty answer is the first, the end of input
/// the last one.
pub(crate) fn ask(question: &str, choices: &[char]) -> io::Result<char> {
    let (Some(first), Some(last)) = (choices.first(), choices.last()) else { return Err(io::ErrorKind::InvalidInput.into()) };
    loop {
        let letters: Vec<String> = choices.iter().map(char::to_string).collect();
        write!(io::stderr(), "{question} [{}] ", letters.join("/").replacen(*first, &first.to_uppercase().to_string(), 1))?;
        io::stderr().flush()?;
        let mut line = String::new();
        if io::stdin().lock().read_line(&mut line)? == 0 {
            writeln!(io::stderr())?;
            return Ok(*last);
        }
        match line.trim().to_lowercase().chars().next() {
            None => return Ok(*first),
            Some(answer) if choices.contains(&answer) => return Ok(answer),
            Some(_) => {}
        }
    }
}

/// Columns of text in rows, as wide as the widest in each; nothing follows the last column.
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

    #[test]
    fn what_hides_is_spelled_out() {
        assert_eq!(visible("one\r\n\n  two\n"), "one; two");
        assert_eq!(visible("a\u{1b}[31m\u{202e}é"), "a\\u{1b}[31m\\u{202e}é");
    }
}
