//! Removes possible secrets from the standard error of a failed command: keys, and words of the command that could be secrets.
//! The user who brings the tunnel up sees the rest, and may not be allowed to read the command.

/// Replaces hidden text.
const HIDDEN: &str = "(hidden)";
/// Number of lines that are shown, the last ones.
const LINES: usize = 8;
/// Least length of a possible key or part of one: a run of letters and digits that contains a digit, `+` or `=`.
const KEY_RUN: usize = 20;
/// Least length of a word of the command that is hidden.
const SECRET_WORD: usize = 4;

/// Returns the last lines of `stderr` without possible secrets.
pub(super) fn without_secrets(command: &str, stderr: &str) -> String {
    let secrets = secret_words(command);
    let lines: Vec<&str> = stderr.lines().map(str::trim_end).filter(|line| !line.is_empty()).collect();
    let shown = lines.iter().skip(lines.len().saturating_sub(LINES));
    shown.map(|line| without_keys(&without_words(&without_command(line), &secrets))).collect::<Vec<_>>().join("\n")
}

/// Hides the command that bash quotes when it does not understand it: ``-c: line 1: `LINE'``.
fn without_command(line: &str) -> String {
    match (line.split_once(": `"), line.ends_with('\'')) {
        (Some((before, _)), true) if before.contains("line ") => format!("{before}: {HIDDEN}"),
        _ => line.to_owned(),
    }
}

/// Returns the words of `command` that could be secrets: arguments and their parts, except options, paths and plain lower-case
/// words. Plain words count as secrets, too, if they follow an option, `=`, `:`, `@` or a quote.
fn secret_words(command: &str) -> Vec<&str> {
    let mut secrets = Vec::new();
    let mut is_program = true;
    let mut after_option = false;
    for word in command.split_whitespace() {
        if !std::mem::take(&mut is_program) || word.contains('=') {
            let mut rest = word;
            let mut is_suspect = after_option;
            while let Some(at) = rest.find(|letter: char| "=:@'\"`;|&<>(){}$,".contains(letter)) {
                let (piece, behind) = rest.split_at(at);
                secrets.extend(Some(piece).filter(|piece| is_secret(piece, is_suspect)));
                is_suspect |= behind.starts_with(['=', ':', '@', '\'', '"']);
                rest = behind.get(1..).unwrap_or_default();
            }
            secrets.extend(Some(rest).filter(|piece| is_secret(piece, is_suspect)));
        }
        after_option = word.starts_with('-') || word.ends_with([':', '=']);
        is_program = word.ends_with([';', '|', '&', '(', '{']) || (word.contains('=') && !word.starts_with('-'));
    }
    // A longer word that contains a shorter one must be replaced first.
    secrets.sort_by_key(|word| std::cmp::Reverse(word.len()));
    secrets
}

fn is_secret(word: &str, is_suspect: bool) -> bool {
    let is_plain = word.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-' || byte == b'.' || byte == b'_');
    word.len() >= SECRET_WORD && !word.starts_with(['-', '/']) && (is_suspect || !is_plain)
}

fn without_words(line: &str, secrets: &[&str]) -> String {
    secrets.iter().fold(line.to_owned(), |line, secret| line.replace(secret, HIDDEN))
}

fn without_keys(line: &str) -> String {
    let is_of_key = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '+' | '/' | '=');
    let mut shown = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(start) = rest.find(is_of_key) {
        let (before, from) = rest.split_at(start);
        let (run, behind) = from.split_at(from.find(|letter| !is_of_key(letter)).unwrap_or(from.len()));
        let is_key = run.len() >= KEY_RUN && run.contains(|letter: char| letter.is_ascii_digit() || matches!(letter, '+' | '='));
        shown.push_str(before);
        shown.push_str(if is_key { HIDDEN } else { run });
        rest = behind;
    }
    shown.push_str(rest);
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_are_shown() {
        for (command, stderr) in [
            ("systemctl restart dnsmasq", "Failed to restart dnsmasq.service: Unit dnsmasq.service not found."),
            ("ip route add 10.0.0.0/8 dev wg9", "Cannot find device \"wg9\""),
            ("echo 'the disk is full' >&2; exit 1", "the disk is full"),
            ("frobnicate", "bash: line 1: frobnicate: command not found"),
            ("cat /etc/wireguard/office.key", "cat: /etc/wireguard/office.key: No such file or directory"),
        ] {
            assert_eq!(without_secrets(command, &format!("{stderr}\n\n")), stderr);
        }
    }

    #[test]
    fn keys_and_secret_words_of_the_command_are_hidden() {
        let key = "SKsuOeCWKNcXFK4bbFpQjLUr4Hgx0E5PqRZ5lWOWDEY=";
        for (command, stderr, shown) in [
            (
                "wg set wg0 private-key <(pass wg)",
                &*format!("Key is not the correct length or format: `{key}'"),
                "Key is not the correct length or format: `(hidden)'",
            ),
            (
                "curl --header 'Token: hunter' example.org",
                "curl: bad header Token: hunter",
                "curl: bad header (hidden): (hidden)",
            ),
            ("TOKEN=hunter curl https://me:passphrase@example.org/x9", "me:passphrase hunter", "me:(hidden) (hidden)"),
            ("sshpass -p hunter ssh gateway", "hunter?", "(hidden)?"),
            (
                "login 4711abcd (",
                "bash: -c: line 2: syntax error: unexpected end of file\nbash: -c: line 1: `login 4711abcd ('",
                "bash: -c: line 2: syntax error: unexpected end of file\nbash: -c: line 1: (hidden)",
            ),
        ] {
            assert_eq!(without_secrets(command, stderr), shown, "{command}");
        }
    }

    #[test]
    fn only_the_last_lines_are_shown() {
        let stderr: String = (0..100).map(|line| format!("line {line}\n")).collect();
        let shown = without_secrets("true", &stderr);
        assert_eq!(shown.lines().collect::<Vec<_>>(), (92..100).map(|line| format!("line {line}")).collect::<Vec<_>>());
    }
}
