//! Renders the errors of a text of rules in English: the problem, its place, and the correction.

use adit_config::diagnostic::Quoted;
use adit_config::value::CidrError;

use super::diagnostic::{Code, Diagnostic, Expected};

/// Renders `rules:3:14: error: …` and, indented below it, the advice. There is no line feed at the end. `file` is shown as given.
pub fn render(file: &str, diagnostic: &Diagnostic) -> String {
    let Diagnostic { code, line, column, .. } = diagnostic;
    let advice = advice(code).map(|advice| format!("\n    {advice}")).unwrap_or_default();
    format!("{file}:{line}:{column}: error: {}{advice}", problem(code))
}

/// Describes the problem in a sentence without a full stop.
pub fn problem(code: &Code) -> String {
    match code {
        Code::UnknownStatement(found, _) => format!("{found} begins no rule and no setting"),
        Code::Expected(expected, found) => format!("{} is expected here, {}", name(*expected), instead(found.as_ref())),
        Code::Leftover(found) => format!("the rule is complete, and {found} is left over"),
        Code::UnknownCondition(found, _) => format!("there is no condition {found}"),
        Code::Unclosed => "the second quotation mark is missing".into(),
        Code::TypographicQuote(mark) => format!("{mark} is not the quotation mark of this language"),
        Code::Escape => "a backslash in a name stands before `\\`, `\"`, or `x` and two hexadecimal digits".into(),
        Code::Glob(error) => error.to_string(),
        Code::Mac(found) => format!("{found} is not a hardware address"),
        Code::Cidr(found, error) => format!("{found}: {error}"),
        Code::HostBits(_) => "this is the address of a host, not a network".into(),
        Code::Suffix(found, error) => format!("{found} is not a DNS suffix: {error}"),
        Code::PublicKey => "this is not a public key".into(),
        Code::Window(found, error) => format!("{found}: {error}"),
        Code::Seconds(found, error) => format!("{found}: {error}"),
        Code::Name(error) => error.to_string(),
        Code::Repeated { first } => format!("this is said for the second time (first on line {first})"),
        Code::AfterOtherwise { first } => format!("this rule is never reached: `otherwise` on line {first} matches everywhere"),
        Code::Label => "only rules have a name".into(),
        Code::TooMany => "there are more errors, which are not shown".into(),
    }
}

/// Describes the correction, if there is one to suggest.
pub fn advice(code: &Code) -> Option<String> {
    let text = match code {
        Code::UnknownStatement(_, Some(suggestion)) | Code::UnknownCondition(_, Some(suggestion)) => {
            return Some(format!("did you mean `{suggestion}`?"));
        }
        Code::UnknownStatement(_, None) => {
            "a line begins with `when`, `otherwise`, `kill switch`, `without answer` or `manual choice`; a line that goes on begins with a space"
        }
        Code::UnknownCondition(_, None) => CONDITIONS,
        Code::Expected(expected, found) => return Some(expected_advice(*expected, found.as_ref()).into()),
        Code::Leftover(_) => "join conditions with `and`, and write `, kill switch …` at the end",
        Code::Unclosed => "write `\"` at the end of the name",
        Code::TypographicQuote(_) => "write `\"` before and after the name",
        Code::Escape => "write `\\\\` for a backslash",
        Code::Glob(_) | Code::Window(..) | Code::Seconds(..) | Code::Name(_) | Code::TooMany => return None,
        Code::Mac(_) => "write six pairs of hexadecimal digits, such as `aa:bb:cc:dd:ee:ff`",
        Code::Cidr(_, CidrError::Netmask(Some(prefix))) => return Some(format!("write `/{prefix}`")),
        Code::Cidr(..) => "write a network, such as `192.168.1.0/24` or `fd00::/8`",
        Code::HostBits(network) => return Some(format!("write `{network}`")),
        Code::Suffix(..) => "write a domain, such as `corp.example`",
        Code::PublicKey => "write the public key of the home probe: 44 characters of base64, the last one `=`",
        Code::Repeated { .. } => "remove one of them",
        Code::AfterOtherwise { .. } => "move it above `otherwise`",
        Code::Label => "remove the name and its colon",
    };
    Some(text.into())
}

const CONDITIONS: &str = "the conditions are `wifi`, `wifi \"NAME\"`, `wifi open`, `ethernet`, `cellular`, `other network`, `bssid`, `gateway`, `subnet`, `dns suffix`, `metered`, `time`, `other vpn`, `home probe` and `no network`, each also after `not`";

fn name(expected: Expected) -> String {
    match expected {
        Expected::Condition => "a condition".into(),
        Expected::AndOrThen => "`and` or `then`".into(),
        Expected::Action => "`up`, `down` or `leave`".into(),
        Expected::TunnelName => "the name of a tunnel".into(),
        Expected::KillSwitch => "`kill switch`".into(),
        Expected::KillSwitchSetting => "`always`, `only when untrusted` or `off`".into(),
        Expected::WifiName => "the name of a Wi-Fi network in quotation marks".into(),
        Expected::Mac => "a hardware address".into(),
        Expected::Network => "a network".into(),
        Expected::Suffix => "a DNS suffix".into(),
        Expected::PublicKey => "a public key".into(),
        Expected::Window => "a time window".into(),
        Expected::Seconds => "a time".into(),
        Expected::Step => "`next endpoint`, `up` or `down`".into(),
        Expected::When => "`when`".into(),
        Expected::Word(word) => format!("`{word}`"),
    }
}

fn instead(found: Option<&Quoted>) -> String {
    found.map_or_else(|| "and the line ends".into(), |found| format!("not {found}"))
}

fn expected_advice(expected: Expected, found: Option<&Quoted>) -> &'static str {
    match expected {
        Expected::Condition => CONDITIONS,
        Expected::AndOrThen if found.is_none() => "go on with `then up TUNNEL`, `then down` or `then leave`",
        Expected::AndOrThen => "join conditions with `and`, alternatives of one condition with `or`, and go on with `then`",
        Expected::Action => "write `up TUNNEL`, `down` or `leave`",
        Expected::TunnelName => {
            "write the name, in quotation marks if it has spaces or is a word of this language: `up \"My office\"`"
        }
        Expected::KillSwitch | Expected::KillSwitchSetting => {
            "write `kill switch always`, `kill switch only when untrusted` or `kill switch off`"
        }
        Expected::WifiName => "write `wifi \"Home\"`; `*` and `?` are wildcards",
        Expected::Mac => "write six pairs of hexadecimal digits, such as `aa:bb:cc:dd:ee:ff`",
        Expected::Network => "write a network, such as `192.168.1.0/24` or `fd00::/8`",
        Expected::Suffix => "write a domain, such as `corp.example`",
        Expected::PublicKey => "write the public key of the home probe: 44 characters of base64, the last one `=`",
        Expected::Window => "write days, such as `mon-fri`, times, such as `22:00-06:00`, or both",
        Expected::Seconds => "write a number and a unit, such as `30 s`, `5 min` or `2 h`",
        Expected::Step => "write for example `without answer for 30 s then next endpoint, up backup, down`",
        Expected::When => "write for example `when wifi \"Home\" then down`",
        Expected::Word("switch") => "write `kill switch always`, `kill switch only when untrusted` or `kill switch off`",
        Expected::Word("untrusted") => "write `kill switch only when untrusted`",
        Expected::Word("suffix") => "write `dns suffix corp.example`",
        Expected::Word("probe") => "write `home probe KEY`",
        Expected::Word("ranges") => "write `private ranges`",
        Expected::Word("this" | "lan") => "write `except this lan`",
        Expected::Word("answer") => "write for example `without answer for 30 s then next endpoint`",
        Expected::Word("choice") => "write for example `manual choice for 60 min`",
        Expected::Word(_) => "write this word",
    }
}
