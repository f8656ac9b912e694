//! Sentences for errors of the service, and advice about them.

use adit_api::{Action, ApiError, Conflict, Requirement, Role, Severity, Unidentified};
use fluent_bundle::FluentValue;

use crate::catalogue::Arguments;
use crate::{Context, Words, visible};

/// A message with its arguments.
struct Said<'a> {
    id: &'static str,
    arguments: Vec<(&'static str, FluentValue<'a>)>,
    /// Details, each on a line of its own below the sentence.
    below: Vec<String>,
}

impl Words {
    /// Describes an error, without a full stop. Details follow on indented lines.
    pub fn error(&self, error: &ApiError, context: &Context<'_>) -> String {
        self.sentence(&self.refusal(error, context))
    }

    /// Returns advice for a window, if there is any.
    pub fn error_advice(&self, error: &ApiError, context: &Context<'_>) -> Option<String> {
        let said = self.refusal(error, context);
        self.say_attribute(said.id, "advice", &said.arguments)
    }

    /// Describes an error and gives advice, as commands to type where there are some.
    pub fn error_for_terminal(&self, error: &ApiError, context: &Context<'_>) -> String {
        let said = self.refusal(error, context);
        let sentence = self.sentence(&said);
        let between = if said.below.is_empty() { "; " } else { "\n" };
        match self.command(said.id, &said.arguments) {
            Some(command) => sentence + between + &command,
            None => sentence,
        }
    }

    /// Returns the command to type, or otherwise the advice.
    pub(crate) fn command(&self, id: &str, arguments: &Arguments<'_>) -> Option<String> {
        self.say_attribute(id, "command", arguments).or_else(|| self.say_attribute(id, "advice", arguments))
    }

    fn sentence(&self, said: &Said<'_>) -> String {
        let sentence = self.say(said.id, &said.arguments);
        let below: String = said.below.iter().map(|line| format!("\n  {line}")).collect();
        if below.is_empty() { sentence } else { format!("{sentence}:{below}") }
    }

    fn refusal<'a>(&self, error: &ApiError, context: &Context<'_>) -> Said<'a> {
        let plain = |id| Said { id, arguments: Vec::new(), below: Vec::new() };
        let with = |id, arguments: Vec<(&'static str, FluentValue<'a>)>| Said { id, arguments, below: Vec::new() };
        let text = |text: &str| FluentValue::from(visible(text));
        let tunnel = || ("tunnel", context.name(self).into());
        let argument = || ("argument", context.argument().into());
        let named = |id| with(id, vec![tunnel(), argument()]);
        match error {
            ApiError::NotFound { id } => match context.tunnel {
                Some(_) => with("error-tunnel-gone", vec![tunnel()]),
                None => with("error-not-found", vec![("id", id.to_string().into())]),
            },
            ApiError::NoSuchVersion { version } => {
                with("error-no-such-version", vec![tunnel(), argument(), ("version", version.into())])
            }
            ApiError::NoSuchTakeover { name } => with("error-no-such-takeover", vec![("name", name.to_string().into())]),
            ApiError::NameTaken { name } => with("error-name-taken", vec![("name", name.to_string().into())]),
            ApiError::InterfaceTaken { interface } => {
                with("error-interface-taken", vec![("interface", interface.to_string().into())])
            }
            ApiError::Conflict { conflicts } => self.conflicting(conflicts, context),
            ApiError::NotAllowed { action: Some(Action::KillSwitch), needs: _ } => named("error-not-allowed-kill-switch"),
            ApiError::NotAllowed { action: Some(Action::Lockdown), needs: _ } => plain("error-not-allowed-lockdown"),
            ApiError::NotAllowed { needs: Role::Status, action: None } => plain("error-not-allowed-status"),
            ApiError::NotAllowed { needs: Role::Operate, action: None } => plain("error-not-allowed-operate"),
            ApiError::NotAllowed { needs: Role::Administer, action: None } => plain("error-not-allowed-administer"),
            ApiError::Invalid { diagnostics } => {
                let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error);
                Said { below: errors.map(|error| self.diagnostic(error)).collect(), ..named("error-invalid") }
            }
            ApiError::BadRequest { detail } => with("error-bad-request", vec![("detail", text(detail))]),
            ApiError::Changed { current } => with("error-changed", vec![tunnel(), ("version", current.into())]),
            ApiError::InterfaceRemoved => named("error-interface-removed"),
            ApiError::Broken => named("error-broken"),
            ApiError::HooksNotApproved { hash: _ } => named("error-hooks-not-approved"),
            ApiError::HooksChanged { hash: _ } => named("error-hooks-changed"),
            ApiError::HookFailed { exit_code, stderr } => {
                let said = match exit_code {
                    Some(code) => with("error-hook-failed", vec![tunnel(), ("exit", code.into())]),
                    None => named("error-hook-not-run"),
                };
                Said { below: stderr.lines().map(visible).collect(), ..said }
            }
            ApiError::Busy => named("error-busy"),
            ApiError::NotUp => named("error-not-up"),
            ApiError::NotPaused => named("error-not-paused"),
            ApiError::NeedsKey { public_key: _ } => named("error-needs-key"),
            ApiError::WrongKey { public_key } => with("error-wrong-key", vec![tunnel(), ("key", public_key.to_string().into())]),
            ApiError::KeyNotKept => named("error-key-not-kept"),
            ApiError::NoRotation => named("error-no-rotation"),
            ApiError::RotationPending => named("error-rotation-pending"),
            ApiError::RotationNotAnswered => named("error-rotation-not-answered"),
            ApiError::ReadOnly { path } => with("error-read-only", vec![tunnel(), ("path", text(path))]),
            ApiError::Unresolved { host, detail } => {
                with("error-unresolved", vec![("host", text(host)), ("detail", text(detail))])
            }
            ApiError::NoPermission { doing } => with("error-no-permission", vec![("doing", text(doing))]),
            ApiError::Missing { what: Requirement::TunDevice } => plain("error-missing-tun-device"),
            ApiError::Missing { what: Requirement::DnsBackend } => plain("error-missing-dns-backend"),
            ApiError::Missing { what: Requirement::PacketFilter } => plain("error-missing-packet-filter"),
            ApiError::Io { doing, detail } => with("error-io", vec![("doing", text(doing)), ("detail", text(detail))]),
            ApiError::TooManyLookUps { limit } => with("error-too-many-look-ups", vec![("limit", limit.into())]),
            ApiError::TooLarge { limit } => with("error-too-large", vec![("limit", limit.into())]),
            ApiError::Lockdown => named("error-lockdown"),
            ApiError::NotFullTunnel => named("error-not-full-tunnel"),
            ApiError::NoSuchRule { index } => {
                with("error-no-such-rule", vec![("number", index.saturating_add(1).to_string().into())])
            }
            ApiError::NetworkUnidentified { why: Unidentified::NoNetwork } => plain("error-network-none"),
            ApiError::NetworkUnidentified { why: Unidentified::NothingKnown } => plain("error-network-nothing-known"),
            ApiError::NetworkUnidentified { why: Unidentified::GatewayUnknown } => plain("error-network-gateway-unknown"),
            ApiError::PortalIsOpen { by, until: _ } => with("error-portal-is-open", vec![("by", text(by))]),
            ApiError::PortalNotShutOut => plain("error-portal-not-shut-out"),
            ApiError::DraftGone => plain("error-draft-gone"),
            ApiError::ShuttingDown => plain("error-shutting-down"),
            ApiError::Internal => plain("error-internal"),
        }
    }

    fn conflicting<'a>(&self, conflicts: &[Conflict], context: &Context<'_>) -> Said<'a> {
        let other = conflicts.iter().filter_map(crate::conflict::other).find_map(|id| context.known(id)).map(crate::argument);
        let mut arguments = vec![("tunnel", context.name(self).into())];
        let id = if other.is_some() { "error-conflict-with-tunnel" } else { "error-conflict" };
        arguments.extend(other.map(|other| ("other", other.into())));
        Said { id, arguments, below: conflicts.iter().map(|conflict| self.conflict(conflict, context)).collect() }
    }
}
