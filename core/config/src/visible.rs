//! Text from outside, made safe to show.

/// Text from elsewhere on one line, without characters that move the cursor or hide: lines are joined by semicolons (details below a line
/// with a colon follow it), control and format characters are spelled out.
pub fn visible(text: &str) -> String {
    if text.contains('\n') {
        let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
        return lines.fold(String::new(), |shown, line| {
            let between = if shown.is_empty() {
                ""
            } else if shown.ends_with(':') {
                " "
            } else {
                "; "
            };
            shown + between + &visible(line)
        });
    }
    let mut shown = String::with_capacity(text.len());
    for character in text.chars() {
        let hides = matches!(u32::from(character), 0xad | 0x61c | 0x200b..=0x200f | 0x2028..=0x202e | 0x2060..=0x206f | 0xfeff);
        if character.is_control() || hides {
            shown.extend(character.escape_unicode());
        } else {
            shown.push(character);
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_become_one_and_details_follow_their_colon() {
        assert_eq!(visible("it failed:\n  no space\n\n  no memory\n"), "it failed: no space; no memory");
        assert_eq!(visible("a\u{202e}b\u{7}"), "a\\u{202e}b\\u{7}");
    }
}
