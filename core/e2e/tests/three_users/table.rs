//! Every verb, the role it needs, and how to see that it was carried out.

use adit_api::{HooksView, TunnelState};
use anyhow::ensure;

use self::Prints::{Nothing, Stderr, Stdout};
use crate::stage::{Ran, Stage};

/// The rights that a verb needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Needs {
    /// None: everybody may, and it changes nothing.
    Nothing,
    ToOperate,
    ToAdminister,
    /// To be root for the kernel, with or without a service.
    Root,
}

/// A part of a verb's output that has no other cause.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Prints {
    /// Printed on standard output.
    Stdout(&'static str),
    /// Printed on standard error.
    Stderr(&'static str),
    /// No output on either.
    Nothing,
}

/// One way to use a verb.
pub(crate) struct Case {
    /// The command line.
    pub(crate) line: &'static str,
    pub(crate) needs: Needs,
    /// Commands that root runs before.
    pub(crate) before: &'static [&'static str],
    /// Standard input.
    pub(crate) input: &'static str,
    /// The output for a user with the rights.
    pub(crate) prints: Prints,
    /// The exit code for a user with the rights.
    pub(crate) code: i32,
    /// Exit code and standard error for a user without the rights, if they differ from those of most verbs.
    pub(crate) refusal: Option<(i32, &'static str)>,
    /// True if the program continues until it is interrupted.
    pub(crate) runs_on: bool,
    /// True if it prints keys to users with the rights.
    pub(crate) reveals: bool,
    /// Checks the state afterwards.
    pub(crate) then: fn(&Stage<'_>) -> anyhow::Result<()>,
}

impl Prints {
    /// Returns the expected text.
    pub(crate) fn fragment(self) -> &'static str {
        match self {
            Stdout(fragment) | Stderr(fragment) => fragment,
            Nothing => "",
        }
    }

    pub(crate) fn is_in(self, ran: &Ran) -> bool {
        match self {
            Stdout(fragment) => !fragment.is_empty() && ran.out.contains(fragment),
            Stderr(fragment) => !fragment.is_empty() && ran.err.contains(fragment),
            Nothing => ran.out.is_empty() && ran.err.is_empty(),
        }
    }
}

impl Case {
    pub(crate) fn verb(&self) -> &'static str {
        self.line.split_whitespace().next().unwrap_or_default()
    }
}

const PLAIN: Case = Case {
    line: "",
    needs: Needs::Nothing,
    before: &[],
    input: "",
    prints: Nothing,
    code: 0,
    refusal: None,
    runs_on: false,
    reveals: false,
    then: |_| Ok(()),
};
const OPERATE: Case = Case { needs: Needs::ToOperate, ..PLAIN };
const ADMINISTER: Case = Case { needs: Needs::ToAdminister, ..PLAIN };
const KILL_SWITCH: Case =
    Case { refusal: Some((3, "you may not open or change the kill switch of office; try again with sudo")), ..OPERATE };
const LOCKDOWN: Case =
    Case { refusal: Some((3, "you may not set, weaken or end a lockdown; try again with sudo")), ..ADMINISTER };
/// The refusal of wg(8).
const SOCKET: Case = Case { needs: Needs::Root, before: &["up office"], refusal: Some((1, "Permission denied")), ..PLAIN };

pub(crate) const CASES: &[Case] = &[
    // Verbs that look
    Case { line: "list", prints: Stdout("\noffice  ○ off"), ..PLAIN },
    Case { line: "status", prints: Stdout("hooked"), ..PLAIN },
    Case { line: "status office", prints: Stdout("Public key"), ..PLAIN },
    Case { line: "status office --json", before: &["up office"], prints: Stdout("\"kind\": \"up\""), ..PLAIN },
    Case { line: "preview office", prints: Stdout("would create the interface"), ..PLAIN },
    Case { line: "preview {mine}/{file}.conf", prints: Stdout("would create"), ..PLAIN },
    Case { line: "up office --dry-run", prints: Stdout("would create the interface"), ..PLAIN },
    Case { line: "route 10.99.0.2", before: &["up office"], prints: Stdout("goes through office"), ..PLAIN },
    Case { line: "logs", prints: Stdout("[office] imported"), ..PLAIN },
    Case { line: "logs -f --json", runs_on: true, prints: Stdout("imported"), ..PLAIN },
    Case { line: "events", runs_on: true, prints: Stdout("office: off"), ..PLAIN },
    Case { line: "watch", runs_on: true, prints: Stdout("office  ○ off"), ..PLAIN },
    Case { line: "rotate office show", before: &["rotate office begin"], prints: Stdout("PublicKey"), ..PLAIN },
    Case { line: "rules list", prints: Stdout("there are no rules"), ..PLAIN },
    Case { line: "portal --close", prints: Stdout("no program may reach"), ..OPERATE },
    Case { line: "rules why", prints: Stdout("there are no rules"), ..PLAIN },
    Case { line: "rules export", prints: Nothing, ..PLAIN },
    Case { line: "take-over", prints: Stdout("wg-quick"), ..PLAIN },
    Case { line: "report office", before: &["up office"], prints: Stdout("Adit report 1\n"), ..PLAIN },
    Case { line: "support", before: &["up office"], prints: Stdout("==> log.txt <==\n"), ..PLAIN },
    Case { line: "support --output {mine}/support.tar.gz", prints: Stdout("text files without keys"), ..PLAIN },
    // Verbs that switch
    Case { line: "up office --wait=60", prints: Stdout("office is up"), then: is_up, ..OPERATE },
    Case { line: "down office", before: &["up office"], prints: Stdout("office is down"), then: is_down, ..OPERATE },
    Case { line: "toggle office", prints: Stdout("office is up"), then: is_up, ..OPERATE },
    Case { line: "toggle office --json", before: &["up office"], prints: Stdout("\"down\""), then: is_down, ..OPERATE },
    Case { line: "restart office", before: &["up office"], prints: Stdout("office is up again"), then: is_up, ..OPERATE },
    Case {
        line: "reload office",
        before: &["up office"],
        prints: Stdout("runs as its configuration says already"),
        then: is_up,
        ..OPERATE
    },
    Case { line: "rules test --ssid Home", prints: Stdout("there are no rules"), ..OPERATE },
    Case { line: "rules pause 15m", prints: Stdout("the rules are paused"), ..OPERATE },
    Case { line: "rules resume", prints: Stdout("the rules decide again"), ..OPERATE },
    Case { line: "pause office 15m", before: &["up office"], prints: Stdout("comes back in"), then: is_paused, ..OPERATE },
    Case {
        line: "resume office",
        before: &["up office", "pause office"],
        prints: Stdout("office is up again"),
        then: is_up,
        ..OPERATE
    },
    Case { line: "up hooked", prints: Stderr("adit approve hooked"), code: 10, then: no_hooks_ran, ..OPERATE },
    // Verbs that change
    Case {
        line: "import {mine}/new.conf",
        prints: Stdout("Imported 1 tunnel"),
        then: |stage| stage.view("new").map(drop),
        ..ADMINISTER
    },
    Case { line: "export office", prints: Stdout("[Interface]"), reveals: true, ..ADMINISTER },
    Case { line: "export --all --json", prints: Stdout("[Interface]"), reveals: true, ..ADMINISTER },
    Case {
        line: "backup {mine}/all.backup --recipient age1l38kaywtl8fj8n3qufu64f9phlvuwf2pjjy5glu3wvne8sz5m3yqydu5c6",
        prints: Stdout("is written: 2 tunnels, encrypted"),
        ..ADMINISTER
    },
    Case {
        line: "restore {mine}/golden.age --identity {mine}/identity.txt --check",
        prints: Stdout("~ office: differs"),
        ..ADMINISTER
    },
    Case {
        line: "restore {mine}/golden.age --identity {mine}/identity.txt --yes --replace",
        prints: Stdout("office is replaced"),
        // The other tunnel of that file asks for lockdown, and does not take all traffic.
        code: 12,
        then: has_only_a_new_text,
        ..ADMINISTER
    },
    Case { line: "export office --zip {mine}/office.zip", prints: Stderr("is written"), ..ADMINISTER },
    Case { line: "qr office --png {mine}/office.png", prints: Stderr("is written"), ..ADMINISTER },
    Case {
        line: "edit office --from {mine}/new.conf --yes",
        prints: Stdout("office is changed"),
        then: has_version_3,
        ..ADMINISTER
    },
    Case {
        before: &["rules remove --all"],
        line: "rules import -",
        input: "otherwise leave\n",
        prints: Stdout("the rules are replaced"),
        ..ADMINISTER
    },
    Case { line: "versions office", prints: Stdout("imported"), ..ADMINISTER },
    Case { line: "undo office", prints: Stdout("as in version 1 again"), then: has_version_3, ..ADMINISTER },
    Case { line: "rename office Home", prints: Stdout("called Home"), then: |stage| stage.view("Home").map(drop), ..ADMINISTER },
    Case { line: "remove office --yes", prints: Stdout("office is removed"), then: is_gone, ..ADMINISTER },
    Case {
        line: "repair --dry-run",
        needs: Needs::Root,
        before: &["up office"],
        prints: Stdout("left alone: the tunnel"),
        refusal: Some((3, "sudo adit repair --dry-run")),
        ..PLAIN
    },
    Case { line: "boot office on", prints: Stdout("comes up when the computer starts"), then: starts_at_boot, ..ADMINISTER },
    Case { line: "block office on", prints: Stdout("lets no traffic past it"), then: blocks, ..KILL_SWITCH },
    Case { line: "block office lockdown", prints: Stderr("adit block office off"), code: 11, ..LOCKDOWN },
    Case { line: "ipv6 office allow", prints: Stdout("lets IPv6 leave past it"), then: lets_ipv6_outside, ..ADMINISTER },
    Case { line: "approve hooked --yes", prints: Stdout("may run its command"), then: is_approved, ..ADMINISTER },
    Case { line: "rotate office begin", prints: Stdout("A new key waits for office"), then: rotates, ..ADMINISTER },
    Case {
        line: "rotate office test",
        before: &["up office", "rotate office begin"],
        prints: Stdout("does not answer the new key"),
        ..ADMINISTER
    },
    Case {
        line: "rotate office finish",
        before: &["up office", "rotate office begin"],
        prints: Stderr("--despite-silence"),
        code: 11,
        then: rotates,
        ..ADMINISTER
    },
    Case {
        line: "rotate office finish --despite-silence",
        before: &["rotate office begin"],
        prints: Stdout("office has the new key"),
        then: has_version_3,
        ..ADMINISTER
    },
    Case {
        line: "rotate office cancel",
        before: &["rotate office begin"],
        prints: Stdout("keeps its key"),
        then: rotates_not,
        ..ADMINISTER
    },
    Case {
        line: "invite office phone --endpoint vpn.example:51820 --file {mine}/phone.conf",
        prints: Stdout("may come in"),
        then: has_version_3,
        ..ADMINISTER
    },
    Case {
        line: "key office ask --file {mine}/office.key",
        prints: Stdout("office asks for its private key"),
        then: asks,
        ..ADMINISTER
    },
    Case { line: "remind office 90", prints: Stdout("reminds of keys that are 90 days old"), ..ADMINISTER },
    Case { line: "save office --yes", before: &["up office"], prints: Stdout("there is nothing to save"), ..ADMINISTER },
    Case { line: "take-over wg-none", prints: Stderr("wg-quick has no tunnel wg-none"), code: 5, ..ADMINISTER },
    // Without the service
    Case { line: "up {mine}/{file}.conf", needs: Needs::Root, runs_on: true, prints: Stderr("is up; Ctrl-C"), ..PLAIN },
    Case { line: "proxy {mine}/new.conf --socks5 127.0.0.1:0", runs_on: true, prints: Stderr("127.0.0.1:"), ..PLAIN },
    Case { line: "qr {mine}/new.conf --png {mine}/new.png", prints: Stderr("is written"), ..PLAIN },
    Case { line: "lint {mine}/new.conf", ..PLAIN },
    Case { line: "strip {mine}/new.conf", prints: Stdout("[Interface]"), ..PLAIN },
    Case { line: "calc everything except 128.0.0.0/1, ::/0", prints: Stdout("0.0.0.0/1\n"), ..PLAIN },
    Case { line: "genkey", prints: Stdout("=\n"), ..PLAIN },
    Case { line: "genpsk", prints: Stdout("=\n"), ..PLAIN },
    Case { line: "pubkey", input: "YAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\n", prints: Stdout("Y2FD6uTgrq+/"), ..PLAIN },
    Case { line: "home key {mine}/home.key", prints: Stdout("=\n"), ..PLAIN },
    Case {
        line: "home ask Y2FD6uTgrq+/bbBAXCNOtE+PGk8Papoh7qaWBpQUXn0=",
        prints: Stdout("not home: nobody answered"),
        code: 7,
        ..PLAIN
    },
    Case { line: "completions bash", prints: Stdout("_adit"), ..PLAIN },
    Case { line: "man", prints: Stdout("EXIT STATUS"), ..PLAIN },
    Case { line: "demo --userspace --seconds 1", prints: Stdout("the peer has answered"), ..PLAIN },
    // The interface's own socket
    Case { line: "show {office}", prints: Stdout("private key: (hidden)"), ..SOCKET },
    Case { line: "showconf {office}", prints: Stdout("PrivateKey = "), reveals: true, ..SOCKET },
    Case {
        line: "wg show {office} listen-port",
        before: &["up office", "wg set {office} listen-port 40404"],
        prints: Stdout("40404\n"),
        ..SOCKET
    },
    Case { line: "wg set {office} listen-port 40404", ..SOCKET },
];

fn is_up(stage: &Stage<'_>) -> anyhow::Result<()> {
    let state = stage.view("office")?.state;
    ensure!(matches!(state, TunnelState::Up(_)) && stage.has_interface(0)?, "{state:?}");
    Ok(())
}

fn is_down(stage: &Stage<'_>) -> anyhow::Result<()> {
    let state = stage.view("office")?.state;
    ensure!(matches!(state, TunnelState::Down { .. }) && !stage.has_interface(0)?, "{state:?}");
    Ok(())
}

fn is_paused(stage: &Stage<'_>) -> anyhow::Result<()> {
    let state = stage.view("office")?.state;
    ensure!(matches!(state, TunnelState::Paused { until: Some(_) }) && !stage.has_interface(0)?, "{state:?}");
    Ok(())
}

fn no_hooks_ran(stage: &Stage<'_>) -> anyhow::Result<()> {
    ensure!(!stage.has_interface(1)?, "it came up, and nobody approved of its commands");
    Ok(())
}

fn has_version_3(stage: &Stage<'_>) -> anyhow::Result<()> {
    let (view, text) = (stage.view("office")?, stage.text("office")?);
    ensure!(view.version == 3 && view.rotation.is_none(), "{view:?}");
    ensure!(text.starts_with("[Interface]\nPrivateKey = "), "{text}");
    Ok(())
}

fn has_only_a_new_text(stage: &Stage<'_>) -> anyhow::Result<()> {
    let text = stage.text("office")?;
    ensure!(text.starts_with("# office\r\n[Interface]\n"), "{text}");
    ensure!(stage.view("Büro: 2").is_err(), "half of a tunnel was restored");
    Ok(())
}

fn is_gone(stage: &Stage<'_>) -> anyhow::Result<()> {
    ensure!(stage.view("office").is_err(), "it is still there");
    Ok(())
}

fn starts_at_boot(stage: &Stage<'_>) -> anyhow::Result<()> {
    ensure!(stage.view("office")?.start_at_boot, "it does not");
    Ok(())
}

fn blocks(stage: &Stage<'_>) -> anyhow::Result<()> {
    ensure!(stage.view("office")?.kill_switch == adit_api::KillSwitch::Block, "it does not");
    Ok(())
}

fn lets_ipv6_outside(stage: &Stage<'_>) -> anyhow::Result<()> {
    ensure!(stage.view("office")?.allow_ipv6_outside, "it does not");
    Ok(())
}

fn is_approved(stage: &Stage<'_>) -> anyhow::Result<()> {
    ensure!(matches!(stage.view("hooked")?.hooks, HooksView::Approved { .. }), "they are not approved of");
    Ok(())
}

fn asks(stage: &Stage<'_>) -> anyhow::Result<()> {
    ensure!(stage.view("office")?.asks_for_key, "the service keeps its key");
    Ok(())
}

fn rotates(stage: &Stage<'_>) -> anyhow::Result<()> {
    ensure!(stage.view("office")?.rotation.is_some(), "no key waits");
    Ok(())
}

fn rotates_not(stage: &Stage<'_>) -> anyhow::Result<()> {
    ensure!(stage.view("office")?.rotation.is_none(), "a key waits still");
    Ok(())
}
