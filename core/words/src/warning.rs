//! Sentences for warnings before a tunnel comes up and while it is up.

use adit_api::PreviewWarning;
use fluent_bundle::FluentValue;

use crate::catalogue::Arguments;
use crate::{Context, Words, visible};

impl Words {
    /// Describes a warning.
    pub fn warning(&self, warning: &PreviewWarning, context: &Context<'_>) -> String {
        let (id, arguments) = message(warning, context);
        self.say(id, &arguments)
    }

    /// Returns advice for a window, if there is any.
    pub fn warning_advice(&self, warning: &PreviewWarning, context: &Context<'_>) -> Option<String> {
        let (id, arguments) = message(warning, context);
        self.say_attribute(id, "advice", &arguments)
    }

    /// Describes a warning and gives advice, as commands to type where there are some.
    pub fn warning_for_terminal(&self, warning: &PreviewWarning, context: &Context<'_>) -> String {
        let (id, arguments) = message(warning, context);
        self.joined(id, &arguments, self.command(id, &arguments))
    }

    /// Describes a warning about the tunnel of a file, which the service does not know, and gives advice, as options of `adit up`
    /// where there are some.
    pub fn warning_for_file(&self, warning: &PreviewWarning) -> String {
        let (id, arguments) = message(warning, &Context::default());
        let option = self.say_attribute(id, "option", &arguments);
        self.joined(id, &arguments, option.or_else(|| self.say_attribute(id, "advice", &arguments)))
    }

    /// Joins a message and the advice about it.
    pub(crate) fn joined(&self, id: &str, arguments: &Arguments<'_>, advice: Option<String>) -> String {
        let sentence = self.say(id, arguments);
        match advice {
            // An advice that starts with a capital letter is a sentence of its own.
            Some(advice) if advice.starts_with(char::is_uppercase) => format!("{sentence}. {advice}"),
            Some(advice) => format!("{sentence}; {advice}"),
            None => sentence,
        }
    }
}

type Message<'a> = (&'static str, Vec<(&'static str, FluentValue<'a>)>);

fn message<'a>(warning: &PreviewWarning, context: &Context<'_>) -> Message<'a> {
    let argument = || vec![("argument", context.argument().into())];
    let domains = |domains: &[String]| vec![("domains", visible(&domains.join(", ")).into())];
    match warning {
        PreviewWarning::Ipv6Outside => ("warning-ipv6-outside", Vec::new()),
        PreviewWarning::Ipv6Closed => ("warning-ipv6-closed", argument()),
        PreviewWarning::Ipv4Outside => ("warning-ipv4-outside", Vec::new()),
        PreviewWarning::NoFirewall => ("warning-no-firewall", Vec::new()),
        PreviewWarning::HooksNotApproved => ("warning-hooks-not-approved", argument()),
        PreviewWarning::HooksInSh => ("warning-hooks-in-sh", Vec::new()),
        PreviewWarning::SearchWithoutServer { domains: texts } => ("warning-search-without-server", domains(texts)),
        PreviewWarning::SplitDnsLeftOut { domains: texts } => ("warning-split-dns-left-out", domains(texts)),
        PreviewWarning::Ipv6LeftOut { because } => ("warning-ipv6-left-out", vec![("because", visible(because).into())]),
        PreviewWarning::MtuTooLarge { mtu, fits } => {
            ("warning-mtu-too-large", vec![("mtu", mtu.to_string().into()), ("fits", fits.to_string().into())])
        }
        PreviewWarning::Unresolved { host } => ("warning-unresolved", vec![("host", visible(host).into())]),
        PreviewWarning::NotLookedUp { host } => ("warning-not-looked-up", vec![("host", visible(host).into())]),
        PreviewWarning::FileReadableByOthers { path } => {
            ("warning-file-readable-by-others", vec![("path", visible(path).into())])
        }
    }
}
