//! The language: what is read, and what each mistake is answered with.

use adit_rules::facts::Security;
use adit_rules::rule::{Action, Condition, KillSwitch, Matcher, Mode, Step};
use adit_rules::text::{Document, DocumentError, MAX_BYTES, write};

use crate::support::{HOME_KEY, name, render, rules};

#[test]
fn every_form_of_the_language_is_read() {
    let text = format!(
        "# My rules\n\
         kill switch only when untrusted\n\
         manual choice for 60 min\n\
         without answer for 30 s then next endpoint, up backup, down\n\
         \n\
         \"At home\": when wifi \"Home\" and gateway aa:bb:cc:dd:ee:ff then down # trusted\n\
         when wifi \"A\" or \"B*\" and not wifi open or wep and bssid 00:11:22:33:44:55 then leave\n\
         when subnet 10.0.0.0/8 or fd00::/8 and dns suffix corp.example or lan\n  and time mon-fri,sun 22:00-06:00 or sat then\n\t up office private ranges\n\
         when ethernet or cellular or other network then up nas only 10.0.0.0/8, fd00::/8, kill switch off\n\
         when metered and other vpn and home probe {HOME_KEY} then up office everything and \"My nas\" except this lan\n\
         When No Network Then Down, Kill Switch Always\n\
         otherwise up office\n"
    );
    let set = rules(&text);
    assert_eq!(set.kill_switch, Some(KillSwitch::WhenUntrusted));
    assert_eq!(set.manual.map(u32::from), Some(3600));
    let failover = set.failover.as_ref().unwrap();
    assert_eq!(u32::from(failover.after), 30);
    assert_eq!(failover.steps.as_slice(), [Step::NextEndpoint, Step::Up(name("backup")), Step::Down]);
    assert_eq!(set.rules.len(), 6);
    assert_eq!(set.rules[0].label, Some(name("At home")));
    let weak = Matcher::Security([Security::Open, Security::Wep].to_vec().try_into().unwrap());
    assert_eq!(set.rules[1].when.as_slice()[1], Condition::not(weak));
    let Action::Up(uses) = &set.rules[4].then.action else { panic!() };
    assert_eq!(uses.as_slice()[1].tunnel, name("My nas"));
    assert_eq!(uses.as_slice()[1].mode, Mode::ExceptLan);
    assert_eq!(set.rules[5].then.kill_switch, Some(KillSwitch::Always));
    // Canonical text: one line for each statement.
    assert_eq!(
        write(&set),
        format!(
            "kill switch only when untrusted\n\
             manual choice for 1 h\n\
             without answer for 30 s then next endpoint, up backup, down\n\
             \"At home\": when wifi \"Home\" and gateway aa:bb:cc:dd:ee:ff then down\n\
             when wifi \"A\" or \"B*\" and not wifi open or wep and bssid 00:11:22:33:44:55 then leave\n\
             when subnet 10.0.0.0/8 or fd00::/8 and dns suffix corp.example or lan and time mon-fri,sun 22:00-06:00 or sat then up office private ranges\n\
             when ethernet or cellular or other network then up nas only 10.0.0.0/8, fd00::/8, kill switch off\n\
             when metered and other vpn and home probe {HOME_KEY} then up office everything and \"My nas\" except this lan\n\
             when no network then down, kill switch always\n\
             otherwise up office\n"
        )
    );
}

#[test]
fn an_empty_text_has_no_rules() {
    for text in ["", "\n\n", "# nothing\n", "\u{feff}\r\n"] {
        assert!(rules(text).is_empty(), "{text:?}");
    }
}

#[test]
fn windows_line_ends_and_a_byte_order_mark_are_read() {
    let set = rules("\u{feff}when wifi then down\r\n\tand up nas\r\n".replace("\r\n\tand up nas", "").as_str());
    assert_eq!(set.rules.len(), 1);
    assert_eq!(rules("\u{feff}# x\r\notherwise\r\n  leave\r\n").otherwise.unwrap().action, Action::Leave);
}

fn errors(text: &str) -> String {
    render(&Document::parse(text.as_bytes()).unwrap().rules().expect_err(text))
}

#[test]
fn each_mistake_is_answered_with_its_place_and_what_would_be_right() {
    for (text, expected) in [
        ("whne wifi then down", "1:1: error: `whne` begins no rule and no setting\n    did you mean `when`?"),
        (
            "if wifi then down",
            "1:1: error: `if` begins no rule and no setting\n    a line begins with `when`, `otherwise`, `kill switch`, `without answer` or `manual choice`; a line that goes on begins with a space",
        ),
        (
            "when wifi Home then down",
            "1:11: error: the name of a Wi-Fi network in quotation marks is expected here, not `Home`\n    write `wifi \"Home\"`; `*` and `?` are wildcards",
        ),
        (
            "when wifi “Home” then down",
            "1:11: error: “ is not the quotation mark of this language\n    write `\"` before and after the name",
        ),
        (
            "when wifi \"Home then down",
            "1:11: error: the second quotation mark is missing\n    write `\"` at the end of the name",
        ),
        ("when wifi \"\" then down", "1:11: error: a pattern cannot be empty; `*` stands for every name"),
        (
            "when wifi \"a\\d\" then down",
            "1:11: error: after a backslash, `*`, `?`, `!`, `\"`, `\\` or `x` and two hexadecimal digits can stand",
        ),
        (
            "when wifi \"a\"",
            "1:14: error: `and` or `then` is expected here, and the line ends\n    go on with `then up TUNNEL`, `then down` or `then leave`",
        ),
        (
            "when wifi down",
            "1:11: error: the name of a Wi-Fi network in quotation marks is expected here, not `down`\n    write `wifi \"Home\"`; `*` and `?` are wildcards",
        ),
        (
            "when gateway aa:bb:cc:dd:ee then down",
            "1:14: error: `aa:bb:cc:dd:ee` is not a hardware address\n    write six pairs of hexadecimal digits, such as `aa:bb:cc:dd:ee:ff`",
        ),
        (
            "when gateway then down",
            "1:14: error: a hardware address is expected here, not `then`\n    write six pairs of hexadecimal digits, such as `aa:bb:cc:dd:ee:ff`",
        ),
        ("when subnet 10.0.0.1/8 then down", "1:13: error: this is the address of a host, not a network\n    write `10.0.0.0/8`"),
        (
            "when subnet 10.0.0.0/255.0.0.0 then down",
            "1:13: error: `10.0.0.0/255.0.0.0`: a netmask is not a prefix length\n    write `/8`",
        ),
        (
            "when subnet office then down",
            "1:13: error: `office`: not an IPv4 or IPv6 address\n    write a network, such as `192.168.1.0/24` or `fd00::/8`",
        ),
        ("when dns suffix a..b then down", "1:17: error: `a..b` is not a DNS suffix: "),
        (
            "when dns corp.example then down",
            "1:10: error: `suffix` is expected here, not `corp.example`\n    write `dns suffix corp.example`",
        ),
        ("when time 25:00-26:00 then down", "1:11: error: `25:00-26:00`: a time is between 00:00 and 24:00"),
        (
            "when time someday then down",
            "1:11: error: `someday`: a time window is days, such as `mon-fri` or `sat,sun`, or times, such as `22:00-06:00`, or both",
        ),
        (
            "when home probe AAAA then down",
            "1:17: error: this is not a public key\n    write the public key of the home probe: 44 characters of base64, the last one `=`",
        ),
        ("when gatway aa:bb:cc:dd:ee:ff then down", "1:6: error: there is no condition `gatway`\n    did you mean `gateway`?"),
        ("when and then down", "1:6: error: a condition is expected here, not `and`\n    the conditions are `wifi`"),
        ("when wifi and then down", "1:15: error: a condition is expected here, not `then`"),
        (
            "when wifi then",
            "1:15: error: `up`, `down` or `leave` is expected here, and the line ends\n    write `up TUNNEL`, `down` or `leave`",
        ),
        ("when wifi then off", "1:16: error: `up`, `down` or `leave` is expected here, not `off`"),
        (
            "otherwise up everything",
            "1:14: error: the name of a tunnel is expected here, not `everything`\n    write the name, in quotation marks if it has spaces or is a word of this language: `up \"My office\"`",
        ),
        (
            "otherwise up office all",
            "1:21: error: the rule is complete, and `all` is left over\n    join conditions with `and`, and write `, kill switch …` at the end",
        ),
        ("otherwise up office private", "1:28: error: `ranges` is expected here, and the line ends\n    write `private ranges`"),
        (
            "otherwise down, killswitch on",
            "1:17: error: `kill switch` is expected here, not `killswitch`\n    write `kill switch always`, `kill switch only when untrusted` or `kill switch off`",
        ),
        ("otherwise down, kill switch on", "1:29: error: `always`, `only when untrusted` or `off` is expected here, not `on`"),
        (
            "otherwise down\notherwise leave",
            "2:1: error: this is said for the second time (first on line 1)\n    remove one of them",
        ),
        (
            "otherwise down\nwhen wifi then leave",
            "2:1: error: this rule is never reached: `otherwise` on line 1 matches everywhere\n    move it above `otherwise`",
        ),
        ("\"x\": otherwise down", "1:6: error: only rules have a name\n    remove the name and its colon"),
        ("\"x\": down", "1:6: error: `when` is expected here, not `down`"),
        (
            "\"a\u{202e}b\": when wifi then down",
            "1:1: error: the character '\\u{202e}' cannot be seen, or changes how others are seen; leave it out",
        ),
        ("without answer for 3 s then down", "1:20: error: `3 s`: a time is at least 5 s and at most 168 h"),
        (
            "without answer for a while then down",
            "1:20: error: `a`: a time is a number and a unit, such as `30 s`, `5 min` or `2 h`",
        ),
        ("without answer for 30 s then restart", "1:30: error: `next endpoint`, `up` or `down` is expected here, not `restart`"),
        ("manual choice 60 min", "1:15: error: `for` is expected here, not `60`"),
        (
            "when wifi\nthen down",
            "1:10: error: `and` or `then` is expected here, and the line ends\n    go on with `then up TUNNEL`, `then down` or `then leave`\nrules:2:1: error: `then` begins no rule and no setting",
        ),
    ] {
        let found = errors(text);
        let expected = format!("rules:{expected}");
        assert!(found.starts_with(&expected), "{text}\n  is answered with\n{found}  and not with\n{expected}");
    }
}

#[test]
fn all_mistakes_are_found_at_once_also_several_on_one_line() {
    let found = errors(
        "# ü\n\
         when gateway xx and subnet 1 and wifi \"Home\" then dwon, kill switch maybe\n\
         kill switch sometimes\n\
         when wifi then down\n\
         otherwise stop\n",
    );
    let places: Vec<&str> =
        found.lines().filter(|line| line.starts_with("rules:")).map(|line| line.split(": ").next().unwrap()).collect();
    assert_eq!(places, ["rules:2:14", "rules:2:28", "rules:2:51", "rules:2:69", "rules:3:13", "rules:5:11"], "{found}");
}

#[test]
fn a_column_counts_characters() {
    assert!(errors("when wifi \"日本\" then dwon").starts_with("rules:1:21: "));
    assert!(errors("\u{feff}whne").starts_with("rules:1:1: "));
}

#[test]
fn a_mistake_that_looks_like_a_key_is_not_repeated() {
    let found = errors(&format!("when gateway {HOME_KEY} then down"));
    assert!(!found.contains("xTIBA5"), "{found}");
}

#[test]
fn ten_thousand_mistakes_are_a_hundred_and_a_remark() {
    let found = Document::parse("x\n".repeat(10_000).as_bytes()).unwrap().rules().unwrap_err();
    assert_eq!(found.len(), 101);
    assert!(render(&found).ends_with("error: there are more errors, which are not shown\n"));
}

#[test]
fn bytes_that_are_no_text_are_refused() {
    assert_eq!(Document::parse(b"when \xff"), Err(DocumentError::NotUtf8(5)));
    assert_eq!(Document::parse(&vec![b' '; MAX_BYTES + 1]), Err(DocumentError::TooLarge(MAX_BYTES + 1)));
}
