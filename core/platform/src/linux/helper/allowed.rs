//! The commands that the helper runs: exactly those of the other modules, and no others.
//!
//! An intruder in the main process has its capability and can change the packet filter without `nft`. The checks deny everything
//! else that these programs can do: read files (`include` in nftables), run other programs, change other tables.

use std::net::IpAddr;

use adit_config::InterfaceName;

use crate::linux::dns::REQUEST;

/// Prefixes of the names of Adit's tables.
const TABLES: [&str; 2] = ["adit-", "aditblock-"];
const FAMILIES: [&str; 2] = ["inet", "arp"];
/// The sets of Adit's tables, which are in its kill switches.
const SETS: [&str; 3] = ["portaldns", "portal4", "portal6"];
/// Words that are invalid inside a table, or that no script of Adit contains: they read files or refer to variables.
const NEVER: [&str; 6] = ["include", "define", "redefine", "undefine", "table", "ruleset"];

/// Checks that the helper may run the program with these arguments and this standard input. The error says what is not allowed.
pub(in crate::linux) fn check(program: &str, arguments: &[&str], input: &str) -> Result<(), String> {
    let allowed = match (program, arguments) {
        ("nft", ["-f", "-"]) => return check_script(input),
        ("nft", ["list", "tables"] | ["list", "tables", "inet"]) => true,
        ("nft", ["list", "table", "inet", table]) => is_our_table(table),
        ("resolvconf", ["-a", record, "-m", "0", "-x" | "-p"]) => {
            return check_record(record).and_then(|()| check_resolvers(input));
        }
        ("resolvconf", ["-d", record, "-f"] | ["-l", record]) => check_record(record).is_ok(),
        (REQUEST, ["add", name]) if is_interface(name) => return check_resolvers(input),
        (REQUEST, ["remove", name]) => is_interface(name),
        (REQUEST, ["again" | "recorded" | "before"]) => true,
        ("nft" | "resolvconf" | REQUEST, _) => false,
        _ => return Err(format!("`{}` is not a program that it runs", program.escape_debug())),
    };
    if !allowed {
        return Err(format!("these are not arguments that it gives to `{program}`"));
    }
    if input.is_empty() { Ok(()) } else { Err(format!("`{program}` with these arguments gets no input")) }
}

fn is_interface(name: &str) -> bool {
    !name.starts_with('-') && name.parse::<InterfaceName>().is_ok()
}

fn is_domain(name: &str) -> bool {
    !name.is_empty()
        && !name.starts_with('-')
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

/// Checks the name of a record: an interface's name, after a prefix as Debian's resolvconf has them (`tun.wg0`).
fn check_record(record: &str) -> Result<(), String> {
    let is_prefix = |prefix: &str| prefix.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    let behind_prefix = record.split_once('.').is_some_and(|(prefix, name)| is_prefix(prefix) && is_interface(name));
    let is_record = !record.starts_with('-') && (is_interface(record) || behind_prefix);
    if is_record { Ok(()) } else { Err("that is not the name of a record of ours".into()) }
}

fn check_resolvers(input: &str) -> Result<(), String> {
    let is_allowed = |line: &str| match line.split_once(' ') {
        Some(("nameserver", address)) => address.parse::<IpAddr>().is_ok(),
        Some(("search", domains)) => domains.split(' ').all(is_domain),
        _ => false,
    };
    if input.lines().all(is_allowed) { Ok(()) } else { Err("a line is neither a name server nor search domains".into()) }
}

fn is_our_table(name: &str) -> bool {
    let rest = TABLES.iter().find_map(|prefix| name.strip_prefix(prefix));
    rest.is_some_and(|rest| {
        (1..=64).contains(&rest.len())
            && rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/' | b'\\'))
    })
}

/// Checks a script: it may make, empty and remove only tables of Adit, and define their content.
fn check_script(script: &str) -> Result<(), String> {
    let mut depth = 0_usize;
    for (number, line) in (1..).zip(script.lines()) {
        let line = line.trim();
        let fits = if depth == 0 { is_command(line) } else { is_content(line) };
        if !fits {
            return Err(format!("line {number} of the script for nft is not one that it sends"));
        }
        match (line.ends_with('{'), line) {
            (true, _) => depth += 1,
            // The depth is at least 1 here: outside of tables `}` is not a command.
            (false, "}") => depth = depth.saturating_sub(1),
            (false, _) => {}
        }
    }
    if depth == 0 { Ok(()) } else { Err("the script for nft ends within a table".into()) }
}

/// Returns true for an allowed line outside of tables.
fn is_command(line: &str) -> bool {
    let is_table = |family: &str, table: &str| FAMILIES.contains(&family) && is_our_table(table);
    let words: Vec<&str> = line.split(' ').collect();
    match &words[..] {
        ["add" | "delete" | "flush", "table", family, table] | ["table", family, table, "{"] => is_table(family, table),
        ["add", "chain", family, table, chain, "{", definition @ .., "}"] => {
            is_table(family, table)
                && is_chain(chain)
                && matches!(definition, ["type", "filter", "hook", _, "priority", _, "policy", "drop;" | "accept;"])
                && definition.iter().all(|word| is_plain(word.trim_end_matches(';')))
        }
        ["add", "set", family, table, set, "{", "type", kind, "flags", "timeout;", "}"] => {
            is_table(family, table) && is_set(set) && is_typename(kind.trim_end_matches(';'))
        }
        ["delete" | "flush", "set", family, table, set] => is_table(family, table) && is_set(set),
        ["add", "element", family, table, set, "{", element, "timeout", time, "}"] => {
            is_table(family, table) && is_set(set) && is_element(element) && is_seconds(time)
        }
        _ => false,
    }
}

fn is_set(name: &str) -> bool {
    SETS.contains(&name)
}

fn is_typename(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

fn is_element(element: &str) -> bool {
    element.parse::<IpAddr>().is_ok() || element.parse::<u16>().is_ok()
}

fn is_seconds(time: &str) -> bool {
    time.strip_suffix('s').is_some_and(|number| number.parse::<u64>().is_ok())
}

fn is_chain(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_lowercase())
}

fn is_plain(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Returns true for an allowed line inside a table: the start of a chain, an end, or a rule with balanced braces and without
/// words that lead out of the table or into a file. Text in quotes may be anything.
fn is_content(line: &str) -> bool {
    if line == "}" {
        return true;
    }
    if let Some(name) = line.strip_suffix(" {") {
        return name.strip_prefix("chain ").is_some_and(is_chain);
    }
    let line = SETS.iter().fold(line.to_owned(), |line, set| line.replace(&format!(" @{set} "), " set "));
    let mut open = false;
    for (index, part) in line.split('"').enumerate() {
        let is_quoted = index % 2 == 1;
        if is_quoted {
            if part.contains(['\\', '$']) || part.chars().any(char::is_control) {
                return false;
            }
            continue;
        }
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b" {},;:./-_!=<>&|()+*".contains(&byte);
        if !part.bytes().all(is_allowed) {
            return false;
        }
        for byte in part.bytes() {
            match (byte, open) {
                (b'{', false) => open = true,
                (b'}', true) => open = false,
                (b'{', true) | (b'}', false) => return false,
                _ => {}
            }
        }
        if part.split(|letter: char| !letter.is_ascii_alphanumeric()).any(|word| NEVER.contains(&word)) {
            return false;
        }
    }
    // An unclosed quote makes the number of quotes odd.
    !open && line.matches('"').count().is_multiple_of(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_request_that_is_sent_is_allowed() {
        let table = "add table inet aditblock-wg0\nadd chain inet aditblock-wg0 output { type filter hook output priority -150; policy drop; }\nflush table inet aditblock-wg0\ntable inet aditblock-wg0 {\ncomment \"src_valid_mark was 1\"\nchain output {\ntype filter hook output priority 0; policy drop;\noifname { \"lo\", \"a=b+c\" } accept comment \"nothing may pass by the tunnel 01\"\nct state { established, related } accept\nmeta mark 7 meta skuid 990 ip daddr @portal4 tcp dport { 80, 443 } accept\n}\n}\n";
        for (program, arguments, input) in [
            ("nft", &["-f", "-"][..], table),
            ("nft", &["-f", "-"], "add table arp adit-wg0\ndelete table arp adit-wg0\n"),
            (
                "nft",
                &["-f", "-"],
                "add set inet aditblock-wg0 portal4 { type ipv4_addr; flags timeout; }\nflush set inet aditblock-wg0 portal4\nadd element inet aditblock-wg0 portal4 { 192.0.2.1 timeout 299s }\ndelete set inet aditblock-wg0 portal4\n",
            ),
            ("nft", &["list", "tables"], ""),
            ("nft", &["list", "tables", "inet"], ""),
            ("nft", &["list", "table", "inet", "adit-a/eb/pc"], ""),
            (
                "resolvconf",
                &["-a", "tun.wg0", "-m", "0", "-x"],
                "nameserver 10.0.0.1\nnameserver fd00::1\nsearch a.example b.example\n",
            ),
            ("resolvconf", &["-a", "wg.0", "-m", "0", "-x"], "nameserver 10.0.0.1\n"),
            ("resolvconf", &["-a", "wg0", "-m", "0", "-p"], "nameserver 10.0.0.1\nsearch a.example\n"),
            ("resolvconf", &["-d", "wg0", "-f"], ""),
            ("resolvconf", &["-l", "tun.a=b+c"], ""),
            ("resolv.conf", &["add", "wg0"], "nameserver 10.0.0.1\nsearch a.example\n"),
            ("resolv.conf", &["remove", "wg0"], ""),
            ("resolv.conf", &["again"], ""),
        ] {
            assert_eq!(check(program, arguments, input), Ok(()), "{program} {arguments:?}");
        }
    }

    #[test]
    fn other_programs_arguments_and_input_are_refused() {
        for (program, arguments, input) in [
            ("sh", &["-c", "true"][..], ""),
            ("/tmp/nft", &["list", "tables"], ""),
            ("../../tmp/nft", &["list", "tables"], ""),
            ("nft", &[], ""),
            ("nft", &["-f", "/etc/shadow"], ""),
            ("nft", &["-i"], ""),
            ("nft", &["list", "tables"], "add table inet adit-wg0\n"),
            ("nft", &["list", "table", "inet", "filter"], ""),
            ("nft", &["list", "table", "inet", "adit-"], ""),
            ("nft", &["list", "table", "inet", "adit-wg0; flush ruleset"], ""),
            ("nft", &["flush", "ruleset"], ""),
            ("resolvconf", &["-u"], ""),
            ("resolvconf", &["-a", "../../x", "-m", "0", "-x"], "nameserver 10.0.0.1\n"),
            ("resolvconf", &["-d", "-x", "-f"], ""),
            ("resolvconf", &["-a", "wg0", "-m", "0", "-x"], "nameserver $(reboot)\n"),
            ("resolvconf", &["-a", "wg0", "-m", "0", "-x"], "options debug\n"),
            ("resolvconf", &["-a", "wg0", "-m", "0", "-x"], "search -x\n"),
            ("resolv.conf", &["add", "wg0"], "nameserver 10.0.0.1\nsortlist 10.0.0.0\n"),
            ("resolv.conf", &["add", "../x"], "nameserver 10.0.0.1\n"),
            ("resolv.conf", &["remove", "-x"], ""),
            ("resolv.conf", &["write", "/etc/shadow"], ""),
            ("resolvectl", &["dns", "wg0", "10.0.0.1"], ""),
        ] {
            assert!(check(program, arguments, input).is_err(), "{program} {arguments:?} {input:?}");
        }
    }

    #[test]
    fn a_script_cannot_leave_our_tables_or_read_a_file() {
        let within = |line: &str| format!("table inet adit-wg0 {{\nchain output {{\n{line}\n}}\n}}\n");
        assert_eq!(check_script(&within("oifname \"include\" accept")), Ok(()));
        for line in [
            "include \"/etc/shadow\"",
            "accept; include \"/etc/shadow\"",
            "{ include \"/etc/shadow\" }",
            "define a = 1",
            "meta mark $a accept",
            "} } flush ruleset",
            "}; }; flush ruleset",
            "accept } chain other {",
            "oifname \"a accept",
            "oifname \"a\\\" accept",
            "# comment",
            "ip saddr @set accept",
            "oifname \"a\u{1}\" accept",
        ] {
            assert!(check_script(&within(line)).is_err(), "{line}");
        }
        for script in [
            "flush ruleset\n",
            "include \"/etc/shadow\"\n",
            "delete table inet filter\n",
            "table inet filter {\n}\n",
            "table inet adit-wg0 {\n",
            "table inet adit-wg0 {\n}\n}\n",
            "add chain inet adit-wg0 output { type filter hook output priority 0; policy drop; }; flush ruleset\n",
            "add chain inet adit-wg0 output { type filter hook output priority 0; policy drop; } }\n",
            "add table inet adit-wg0; flush ruleset\n",
            "add table ip adit-wg0\n",
            "list ruleset\n",
        ] {
            assert!(check_script(script).is_err(), "{script}");
        }
    }
}
