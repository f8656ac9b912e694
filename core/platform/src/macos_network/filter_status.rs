//! What `pfctl(8)` says about the packet filter: whether it is on, and whether it evaluates an anchor at all.
//!
//! A loaded anchor changes nothing if the main rules do not lead to it, because somebody has replaced `/etc/pf.conf`, or if a rule
//! before it ends the evaluation. A kill switch must not count as closed then.

/// The reason why the packet filter does not evaluate the anchors of Adit.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
pub(crate) enum NotEvaluated {
    /// It is off.
    #[error("the packet filter is off (`pfctl -s info` says {0:?})")]
    Off(String),
    /// No rule leads to `com.apple/*`.
    #[error(
        "the packet filter's main rules have no `anchor \"com.apple/*\"`, so it evaluates none of Adit's rules; put that line of the original \
         /etc/pf.conf back, and load the file with `pfctl -f /etc/pf.conf`"
    )]
    NoAnchor,
    /// A rule before the anchor decides about packets that leave.
    #[error("the packet filter's main rules end the evaluation before Adit's: `{0}` comes before `anchor \"com.apple/*\"`")]
    Shadowed(String),
    /// Not all rules were loaded.
    #[error("the packet filter has {found} rules in {anchor} instead of {wanted}")]
    Incomplete {
        /// The anchor.
        anchor: String,
        /// The number of rules that it has.
        found: usize,
        /// The number of rules that were loaded.
        wanted: usize,
    },
}

/// Checks the output of `pfctl -s info`.
pub(crate) fn check_info(info: &str) -> Result<(), NotEvaluated> {
    let status = info.lines().find_map(|line| line.trim().strip_prefix("Status:")).unwrap_or_default().trim();
    if status.starts_with("Enabled") { Ok(()) } else { Err(NotEvaluated::Off(status.to_owned())) }
}

/// Checks the output of `pfctl -s rules`, the main rules.
pub(crate) fn check_main_rules(rules: &str) -> Result<(), NotEvaluated> {
    let rules: Vec<&str> = rules.lines().map(str::trim).filter(|rule| is_rule(rule)).collect();
    let Some(place) = rules.iter().position(|rule| leads_to_adit(rule)) else { return Err(NotEvaluated::NoAnchor) };
    match rules.iter().take(place).find(|rule| lets_out_at_once(rule)) {
        Some(rule) => Err(NotEvaluated::Shadowed((*rule).to_owned())),
        None => Ok(()),
    }
}

/// Checks that the listing of `anchor` has as many rules as `loaded`.
pub(crate) fn check_anchor(anchor: &str, listing: &str, loaded: &str) -> Result<(), NotEvaluated> {
    let count = |text: &str| text.lines().filter(|line| is_rule(line.trim())).count();
    let (found, wanted) = (count(listing), count(loaded));
    if found == wanted { Ok(()) } else { Err(NotEvaluated::Incomplete { anchor: anchor.to_owned(), found, wanted }) }
}

/// Returns the token of `pfctl -E`, by which the filter stays on for as long as Adit needs it.
pub(crate) fn token(output: &str) -> Option<&str> {
    let digits = output.lines().find_map(|line| line.trim().strip_prefix("Token"))?.trim_start_matches([' ', ':']).trim();
    (!digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())).then_some(digits)
}

/// Returns true if `token` is in the output of `pfctl -s References`.
pub(crate) fn is_referenced(references: &str, token: &str) -> bool {
    references.lines().any(|line| line.split_whitespace().any(|word| word == token))
}

/// Returns true for a line that is a rule and not a remark, such as that ALTQ is missing.
fn is_rule(line: &str) -> bool {
    ["pass ", "block ", "anchor ", "scrub", "dummynet-anchor ", "scrub-anchor "].iter().any(|start| line.starts_with(start))
}

/// Returns true for the anchor rule that covers Adit's anchors, without a condition that spares packets.
fn leads_to_adit(rule: &str) -> bool {
    let Some(rest) = rule.strip_prefix("anchor \"com.apple/*\"") else { return false };
    matches!(rest.trim(), "" | "all" | "out" | "out all")
}

/// Returns true if the rule ends the evaluation for some packets that leave, without dropping them. Packets that stay on the
/// loopback interface do not count.
fn lets_out_at_once(rule: &str) -> bool {
    let words: Vec<&str> = rule.split_whitespace().collect();
    words.first() == Some(&"pass") && words.contains(&"quick") && words.get(1) != Some(&"in") && !rule.contains(" on lo0 ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: &str = "\
scrub-anchor \"com.apple/*\" all fragment reassemble
anchor \"com.apple/*\" all
";

    #[test]
    fn the_filter_counts_as_on_only_if_it_says_so() {
        let info =
            "Status: Enabled for 0 days 00:01:33              Debug: Urgent\n\nState Table                          Total\n";
        assert_eq!(check_info(&format!("No ALTQ support in kernel\n{info}")), Ok(()));
        let off = info.replace("Enabled", "Disabled");
        assert!(matches!(check_info(&off), Err(NotEvaluated::Off(status)) if status.starts_with("Disabled")));
        assert_eq!(check_info(""), Err(NotEvaluated::Off(String::new())));
    }

    #[test]
    fn the_original_main_rules_lead_to_our_anchors() {
        assert_eq!(check_main_rules(RULES), Ok(()));
        let remarks = format!("No ALTQ support in kernel\nALTQ related functions disabled\n{RULES}");
        assert_eq!(check_main_rules(&remarks), Ok(()));
    }

    #[test]
    fn main_rules_without_the_anchor_or_with_one_that_spares_packets_do_not() {
        for rules in ["", "pass all flags S/SA keep state\n", "anchor \"com.apple\" all\n", "anchor \"org.example/*\" all\n"] {
            assert_eq!(check_main_rules(rules), Err(NotEvaluated::NoAnchor), "{rules}");
        }
        for condition in ["in all", "on en0 all", "inet all", "out proto tcp all"] {
            let rules = RULES.replace("anchor \"com.apple/*\" all\n", &format!("anchor \"com.apple/*\" {condition}\n"));
            assert_eq!(check_main_rules(&rules), Err(NotEvaluated::NoAnchor), "{condition}");
        }
    }

    #[test]
    fn a_rule_before_the_anchor_that_lets_packets_out_at_once_is_named() {
        let before = |rule: &str| check_main_rules(&format!("{rule}\n{RULES}"));
        for rule in ["pass out quick all flags S/SA keep state", "pass quick inet proto tcp from any to any port = 443 no state"]
        {
            assert_eq!(before(rule), Err(NotEvaluated::Shadowed(rule.into())));
        }
        for rule in ["block drop out quick all", "pass in quick all no state", "pass quick on lo0 all no state", "pass out all"] {
            assert_eq!(before(rule), Ok(()), "{rule}");
        }
    }

    #[test]
    fn an_anchor_with_fewer_rules_than_were_loaded_is_incomplete() {
        let loaded = "pass out all no state tag a\nblock drop out quick all tagged a\n";
        assert_eq!(check_anchor("x", &format!("No ALTQ support in kernel\n{loaded}"), loaded), Ok(()));
        let incomplete = NotEvaluated::Incomplete { anchor: "x".into(), found: 1, wanted: 2 };
        assert_eq!(check_anchor("x", "pass out all no state tag a\n", loaded), Err(incomplete));
    }

    #[test]
    fn a_token_keeps_the_filter_on() {
        assert_eq!(token("No ALTQ support in kernel\npf enabled\nToken : 10619226443517839267\n"), Some("10619226443517839267"));
        assert_eq!(token("pfctl: pf already enabled\n"), None);
        let references = "TOKENS:\nPID      Process Name                 TOKEN                    TIMESTAMP\n\
                          812      pfctl                        10619226443517839267     0 days 00:00:04\n";
        assert!(is_referenced(references, "10619226443517839267"));
        assert!(!is_referenced(references, "1061922644351783926"));
    }
}
