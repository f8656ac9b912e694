//! Notifications of the desktop about tunnels.

mod send;
mod watch;

use adit_api::DesktopSettings as Settings;
use adit_words::{NoticeText, Words};

pub(crate) use self::send::{Click, Sender};
pub(crate) use self::watch::{Notification, Watch};

/// Returns true if the user wants to be told this. `is_watched`: the window is in front of the user and shows what comes up and
/// goes down.
pub(crate) fn is_wanted(text: &NoticeText, settings: &Settings, is_watched: bool) -> bool {
    match text {
        NoticeText::Up => settings.notify_up && !is_watched,
        NoticeText::Down(_) => settings.notify_down && !is_watched,
        NoticeText::ByRules { .. } | NoticeText::ByFailover { .. } => settings.notify_rules && !is_watched,
        NoticeText::Silent(_) => settings.notify_silent,
        NoticeText::Answers => settings.notify_answers,
        NoticeText::Blocked => settings.notify_blocked,
        NoticeText::KeyOld(_) | NoticeText::PresharedKeyOld(_) => settings.notify_key_old,
        // Answers to what the user has just chosen.
        NoticeText::Refused(_) | NoticeText::NotReached(_) => true,
    }
}

/// Returns heading and text of a notification.
fn said(notification: &Notification, words: &Words) -> (String, String) {
    words.notice(&notification.tunnel, &notification.text)
}

#[cfg(test)]
mod tests {
    use adit_api::{ApiError, DownReason, RuleSource};
    use adit_words::RuleAct;

    use super::*;

    type Switch = fn(&mut Settings) -> &mut bool;

    #[test]
    fn each_kind_can_be_switched_off_and_answers_to_the_user_cannot() {
        let by_default = || NoticeText::ByRules { act: RuleAct::On, by: RuleSource::Otherwise, conditions: None };
        let kinds: [(NoticeText, Switch); 7] = [
            (NoticeText::Up, |settings| &mut settings.notify_up),
            (NoticeText::Down(DownReason::Asked), |settings| &mut settings.notify_down),
            (by_default(), |settings| &mut settings.notify_rules),
            (NoticeText::Silent(1), |settings| &mut settings.notify_silent),
            (NoticeText::Answers, |settings| &mut settings.notify_answers),
            (NoticeText::Blocked, |settings| &mut settings.notify_blocked),
            (NoticeText::KeyOld(1), |settings| &mut settings.notify_key_old),
        ];
        for (switched_off, (_, switch)) in kinds.iter().enumerate() {
            let mut settings = Settings::default();
            *switch(&mut settings) = false;
            for (index, (text, _)) in kinds.iter().enumerate() {
                assert_eq!(is_wanted(text, &settings, false), index != switched_off, "{text:?}");
            }
            assert!(is_wanted(&NoticeText::Refused(ApiError::Busy), &settings, true));
        }
    }

    #[test]
    fn the_window_in_front_of_the_user_is_notification_enough_of_a_switch() {
        let settings = Settings::default();
        assert!(!is_wanted(&NoticeText::Up, &settings, true));
        assert!(is_wanted(&NoticeText::Blocked, &settings, true));
    }
}
