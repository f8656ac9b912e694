//! Asks the person at the terminal.

use std::io::{self, BufRead, IsTerminal, Write};

/// Returns true if a person can be asked: standard input and standard error are terminals.
pub(crate) fn can_ask() -> bool {
    io::stdin().is_terminal() && io::stderr().is_terminal()
}

/// Asks on standard error until the answer begins with one of `choices` (lowercase). An empty answer means the first choice, the
/// end of input the last one.
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
