//! Samples of every notification.

use adit_api::{ApiError, DownReason, RuleMode, RuleSource};

use crate::{Away, NoticeText, RuleAct};

pub(super) fn texts() -> Vec<NoticeText> {
    let failed = || DownReason::Failed { error: Box::new(ApiError::NoPermission { doing: "making \u{1b}[2J".into() }) };
    samples!(NoticeText:
        Up,
        Down(DownReason::Asked),
        Down(failed()),
        Down(DownReason::InterfaceRemoved),
        Down(DownReason::EngineStopped),
        ByRules { act: RuleAct::On, by: RuleSource::Otherwise, conditions: None },
        ByRules { act: RuleAct::Off, by: RuleSource::Rule { index: 1, name: Some("At \u{1b}home".into()) }, conditions: None },
        ByRules { act: RuleAct::Mode(RuleMode::Everything), by: RuleSource::FailSecure, conditions: None },
        ByRules { act: RuleAct::Mode(RuleMode::AsConfigured), by: RuleSource::Rule { index: 1, name: None }, conditions: None },
        ByFailover { act: RuleAct::Off, silent: "of\u{1b}fice".into() },
        ByFailover { act: RuleAct::On, silent: "office".into() },
        Silent(300_000),
        Answers,
        Blocked,
        KeyOld(90 * 86_400_000),
        PresharedKeyOld(90 * 86_400_000),
        Refused(ApiError::Busy),
        NotReached(Away::NotPermitted),
    )
}
