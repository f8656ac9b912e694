//! The JSON of requests to the desktop app, and of their answers.

use adit_api::{
    ApiError, BackupChoice, BackupOpening, BackupProblem, ConfigText, DesktopRequest, DesktopResponse, DesktopSettings,
    DesktopView, ImportReading, KillSwitch, Passphrase, RestoreAction, RestoreChange, RestoreOutcome, RestorePlan, RestoreResult,
    RestoreStep,
};

use crate::views;

pub(crate) fn requests() -> Vec<DesktopRequest> {
    let passphrase = || Passphrase::new("correct horse".to_owned());
    vec![
        DesktopRequest::Desktop {},
        DesktopRequest::SetDesktop { settings: DesktopSettings::default(), start_at_login: true },
        DesktopRequest::SetLanguage { language: Some("pt-BR".into()) },
        DesktopRequest::SetLanguage { language: None },
        DesktopRequest::CopySecret { text: ConfigText::new("[Interface]".to_owned()) },
        DesktopRequest::ScanScreen { from: "the screen".into() },
        DesktopRequest::ChooseImport { folder: true },
        DesktopRequest::ReadOpened {},
        DesktopRequest::AllowCamera {},
        DesktopRequest::ExportFile { id: views::id() },
        DesktopRequest::ExportAll {},
        DesktopRequest::BackUp { passphrase: passphrase() },
        DesktopRequest::ChooseBackup {},
        DesktopRequest::OpenBackup { passphrase: passphrase() },
        DesktopRequest::Restore { tunnels: vec!["Office".parse().unwrap()] },
        DesktopRequest::CloseBackup {},
    ]
}

pub(crate) fn answers() -> Vec<DesktopResponse> {
    let view = |start_at_login| DesktopView {
        settings: DesktopSettings::default(),
        start_at_login,
        has_tray: true,
        language: None,
        system_language: "en".into(),
        version: "0.1.0".into(),
    };
    let mut all = vec![
        DesktopResponse::Desktop(view(false)),
        DesktopResponse::SetDesktop(view(true)),
        DesktopResponse::SetLanguage(DesktopView { language: Some("pt-BR".into()), ..view(false) }),
        DesktopResponse::CopySecret(()),
        DesktopResponse::ScanScreen(Some(ImportReading { drafts: Vec::new(), refusals: Vec::new() })),
        DesktopResponse::ChooseImport(None),
        DesktopResponse::ReadOpened(Some(ImportReading { drafts: Vec::new(), refusals: Vec::new() })),
        DesktopResponse::AllowCamera(true),
        DesktopResponse::ExportFile(Some("Office.conf".to_owned())),
        DesktopResponse::ExportAll(None),
        DesktopResponse::BackUp(Some("adit.age".to_owned())),
        DesktopResponse::ChooseBackup(BackupChoice::Cancelled),
        DesktopResponse::ChooseBackup(BackupChoice::Chosen { name: "adit.age".to_owned() }),
        DesktopResponse::OpenBackup(BackupOpening::Opened { plan: plan() }),
        DesktopResponse::Restore(results()),
        DesktopResponse::CloseBackup(()),
    ];
    all.extend(
        problems()
            .into_iter()
            .map(|problem| DesktopResponse::ChooseBackup(BackupChoice::Refused { name: "adit.age".to_owned(), problem })),
    );
    all.push(DesktopResponse::OpenBackup(BackupOpening::Refused { problem: BackupProblem::WrongPassphrase }));
    all
}

fn problems() -> Vec<BackupProblem> {
    vec![
        BackupProblem::Unreadable { detail: "Permission denied (os error 13)".to_owned() },
        BackupProblem::TooLarge,
        BackupProblem::NotABackup,
        BackupProblem::Damaged,
        BackupProblem::NeedsIdentity,
        BackupProblem::WrongPassphrase,
        BackupProblem::TooMuchWork,
        BackupProblem::Newer,
        BackupProblem::Content { detail: "it has two entries tunnels/office.conf".to_owned() },
    ]
}

fn plan() -> RestorePlan {
    let wg0 = || "wg0".parse().unwrap();
    let actions = [
        RestoreAction::New { interface: wg0() },
        RestoreAction::Same { interface: wg0() },
        RestoreAction::Different { id: views::id(), interface: wg0() },
        RestoreAction::Invalid { diagnostic: views::diagnostic() },
        RestoreAction::Refused { error: ApiError::Busy },
        RestoreAction::Unknown,
    ];
    let step = |action| RestoreStep { name: "Office".parse().unwrap(), interface: wg0(), action, changes: Vec::new() };
    let mut tunnels: Vec<RestoreStep> = actions.into_iter().map(step).collect();
    tunnels[0].changes = changes();
    RestorePlan { made_at: 1_790_000_000_000, made_by: "adit 0.1.0".to_owned(), tunnels }
}

fn changes() -> Vec<RestoreChange> {
    vec![
        RestoreChange::Config { change: views::change() },
        RestoreChange::More { count: 7 },
        RestoreChange::Text,
        RestoreChange::StartAtBoot { after: true },
        RestoreChange::KillSwitch { before: KillSwitch::Off, after: KillSwitch::Lockdown },
        RestoreChange::AllowLan { after: true },
        RestoreChange::AllowIpv6Outside { after: false },
        RestoreChange::KeyReminder { before: Some(90), after: None },
    ]
}

fn results() -> Vec<RestoreResult> {
    let outcomes = [
        RestoreOutcome::Added { has_commands: true },
        RestoreOutcome::Replaced { has_commands: false, needs_restart: true },
        RestoreOutcome::Unchanged,
        RestoreOutcome::Failed { error: ApiError::Busy, remains: vec![ApiError::Lockdown] },
        RestoreOutcome::Unsure,
    ];
    outcomes.into_iter().map(|outcome| RestoreResult { name: "Office".parse().unwrap(), outcome }).collect()
}

#[test]
fn a_secret_for_the_clipboard_is_never_printed() {
    let shown = format!("{:?}", requests());
    assert!(shown.contains("CopySecret { text: [redacted") && !shown.contains("[Interface]"), "{shown}");
}

#[test]
fn a_passphrase_in_a_request_is_never_printed() {
    let shown = format!("{:?}", requests());
    assert!(shown.contains("passphrase: [redacted]") && !shown.contains("horse"), "{shown}");
}
