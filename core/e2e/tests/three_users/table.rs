//! Every verb, who may have it done, and how one sees that it was done.

use adit_api::{HooksView, TunnelState};
use anyhow::ensure;

use crate::stage::Stage;

/// What somebody has to be allowed to.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Needs {
    /// Everybody may, and it changes nothing.
    Nothing,
    ToOperate,
    ToAdminister,
    /// To be root for the kernel, with or without a service.
    Root,
}

/// One way to use a verb.
pub(crate) struct Case {
    /// What is typed.
    pub(crate) line: &'static str,
    pub(crate) needs: Needs,
    /// What root types before.
    pub(crate) before: &'static [&'static str],
    /// Standard input.
    pub(crate) input: &'static str,
    /// Said to who may.
    pub(crate) says: &'static str,
    /// How it ends for who may.
    pub(crate) code: i32,
    /// How it ends for who may not, and what it says, where that is not as everywhere.
    pub(crate) refusal: Option<(i32, &'static str)>,
    /// It goes on until it is interrupted.
    pub(crate) runs_on: bool,
    /// It shows keys to who may see them.
    pub(crate) reveals: bool,
    /// What is so afterwards.
    pub(crate) then: fn(&Stage<'_>) -> anyhow::Result<()>,
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
    says: "",
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
/// As wg(8) refuses.
const SOCKET: Case = Case { needs: Needs::Root, before: &["up office"], refusal: Some((1, "Permission denied")), ..PLAIN };

pub(crate) const CASES: &[Case] = &[
    // Looking
    Case { line: "list", says: "office", ..PLAIN },
    Case { line: "status", says: "hooked", ..PLAIN },
    Case { line: "status office", says: "Public key", ..PLAIN },
    Case { line: "status office --json", before: &["up office"], says: "\"kind\": \"up\"", ..PLAIN },
    Case { line: "preview office", says: "would create the interface", ..PLAIN },
    Case { line: "preview {mine}/{file}.conf", says: "would create", ..PLAIN },
    Case { line: "up office --dry-run", says: "would create the interface", ..PLAIN },
    Case { line: "route 10.99.0.2", before: &["up office"], says: "goes through office", ..PLAIN },
    Case { line: "logs", says: "office", ..PLAIN },
    Case { line: "logs -f --json", runs_on: true, says: "imported", ..PLAIN },
    Case { line: "events", runs_on: true, says: "office", ..PLAIN },
    Case { line: "watch", runs_on: true, says: "office", ..PLAIN },
    Case { line: "rotate office show", before: &["rotate office begin"], says: "PublicKey", ..PLAIN },
    Case { line: "take-over", says: "wg-quick", ..PLAIN },
    Case { line: "report office", before: &["up office"], says: "office", ..PLAIN },
    // Switching
    Case { line: "up office --wait=60", says: "office is up", then: is_up, ..OPERATE },
    Case { line: "down office", before: &["up office"], says: "office is down", then: is_down, ..OPERATE },
    Case { line: "toggle office", says: "office is up", then: is_up, ..OPERATE },
    Case { line: "toggle office --json", before: &["up office"], says: "\"down\"", then: is_down, ..OPERATE },
    Case { line: "restart office", before: &["up office"], says: "office is up again", then: is_up, ..OPERATE },
    Case {
        line: "reload office",
        before: &["up office"],
        says: "runs as its configuration says already",
        then: is_up,
        ..OPERATE
    },
    Case { line: "pause office 15m", before: &["up office"], says: "comes back in", then: is_paused, ..OPERATE },
    Case { line: "resume office", before: &["up office", "pause office"], says: "office is up again", then: is_up, ..OPERATE },
    Case { line: "up hooked", says: "adit approve hooked", code: 10, then: no_hooks_ran, ..OPERATE },
    // Changing
    Case { line: "import {mine}/new.conf", says: "Imported 1 tunnel", then: |stage| stage.view("new").map(drop), ..ADMINISTER },
    Case { line: "export office", says: "[Interface]", reveals: true, ..ADMINISTER },
    Case { line: "export --all --json", says: "[Interface]", reveals: true, ..ADMINISTER },
    Case { line: "export office --zip {mine}/office.zip", says: "is written", ..ADMINISTER },
    Case { line: "qr office --png {mine}/office.png", says: "is written", ..ADMINISTER },
    Case { line: "edit office --from {mine}/new.conf --yes", says: "office is changed", then: has_version_3, ..ADMINISTER },
    Case { line: "versions office", says: "imported", ..ADMINISTER },
    Case { line: "undo office", says: "as in version 1 again", then: has_version_3, ..ADMINISTER },
    Case { line: "rename office Home", says: "called Home", then: |stage| stage.view("Home").map(drop), ..ADMINISTER },
    Case { line: "remove office --yes", says: "office is removed", then: is_gone, ..ADMINISTER },
    Case {
        line: "repair --dry-run",
        needs: Needs::Root,
        before: &["up office"],
        says: "left alone: the tunnel",
        refusal: Some((3, "sudo adit repair --dry-run")),
        ..PLAIN
    },
    Case { line: "boot office on", says: "comes up when the computer starts", then: starts_at_boot, ..ADMINISTER },
    Case { line: "block office on", says: "lets no traffic past it", then: blocks, ..KILL_SWITCH },
    Case { line: "block office lockdown", says: "adit block office off", code: 11, ..LOCKDOWN },
    Case { line: "ipv6 office allow", says: "lets IPv6 leave past it", then: lets_ipv6_outside, ..ADMINISTER },
    Case { line: "approve hooked --yes", says: "may run its command", then: is_approved, ..ADMINISTER },
    Case { line: "rotate office begin", says: "A new key waits for office", then: rotates, ..ADMINISTER },
    Case {
        line: "rotate office test",
        before: &["up office", "rotate office begin"],
        says: "does not answer the new key",
        ..ADMINISTER
    },
    Case {
        line: "rotate office finish",
        before: &["up office", "rotate office begin"],
        says: "--despite-silence",
        code: 11,
        then: rotates,
        ..ADMINISTER
    },
    Case {
        line: "rotate office finish --despite-silence",
        before: &["rotate office begin"],
        says: "office has the new key",
        then: has_version_3,
        ..ADMINISTER
    },
    Case {
        line: "rotate office cancel",
        before: &["rotate office begin"],
        says: "keeps its key",
        then: rotates_not,
        ..ADMINISTER
    },
    Case {
        line: "invite office phone --endpoint vpn.example:51820 --file {mine}/phone.conf",
        says: "may come in",
        then: has_version_3,
        ..ADMINISTER
    },
    Case { line: "key office ask --file {mine}/office.key", says: "office asks for its private key", then: asks, ..ADMINISTER },
    Case { line: "remind office 90", says: "reminds of keys that are 90 days old", ..ADMINISTER },
    Case { line: "save office --yes", before: &["up office"], says: "there is nothing to save", ..ADMINISTER },
    Case { line: "take-over wg-none", says: "wg-quick has no tunnel wg-none", code: 5, ..ADMINISTER },
    // Without the service
    Case { line: "up {mine}/{file}.conf", needs: Needs::Root, runs_on: true, says: "is up; Ctrl-C", ..PLAIN },
    Case { line: "proxy {mine}/new.conf --socks5 127.0.0.1:0", runs_on: true, says: "127.0.0.1:", ..PLAIN },
    Case { line: "qr {mine}/new.conf --png {mine}/new.png", says: "is written", ..PLAIN },
    Case { line: "lint {mine}/new.conf", ..PLAIN },
    Case { line: "strip {mine}/new.conf", says: "[Interface]", ..PLAIN },
    Case { line: "calc everything except 128.0.0.0/1, ::/0", says: "0.0.0.0/1\n", ..PLAIN },
    Case { line: "genkey", says: "=", ..PLAIN },
    Case { line: "genpsk", says: "=", ..PLAIN },
    Case { line: "pubkey", input: "YAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=\n", says: "Y2FD6uTgrq+/", ..PLAIN },
    Case { line: "completions bash", says: "_adit", ..PLAIN },
    Case { line: "man", says: "EXIT STATUS", ..PLAIN },
    Case { line: "demo --userspace --seconds 1", says: "", ..PLAIN },
    // The interface's own socket
    Case { line: "show {office}", says: "private key: (hidden)", ..SOCKET },
    Case { line: "showconf {office}", says: "PrivateKey = ", reveals: true, ..SOCKET },
    Case { line: "wg show {office} listen-port", ..SOCKET },
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
