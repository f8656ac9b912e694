//! The JSON of one request of each method, in the order of declaration.

use adit_api::{ConfigText, KillSwitch, LogLevel, Request};

use crate::rules;
use crate::views::{CONFIG, hash, id, key, secret_key};

pub(crate) fn all() -> Vec<Request> {
    let config = || ConfigText::new(CONFIG.to_owned());
    let id = id();
    let mut requests = vec![
        Request::About {},
        Request::Tunnels { after: Some("Office".parse().unwrap()) },
        Request::Tunnel { id },
        Request::Peers { id, after: Some(key()) },
        Request::History { id },
        Request::Drops { id },
        Request::Logs { after: 7, level: LogLevel::Info, limit: 100 },
        Request::Route { ip: "10.0.0.9".parse().unwrap() },
        Request::Preview { id },
        Request::Takeovers {},
        Request::Rules {},
        Request::Networks {},
        Request::Portal {},
        Request::Connect { id, despite_conflicts: false },
        Request::ConnectWithKey { id, key: secret_key(), despite_conflicts: false },
        Request::Disconnect { id },
        Request::Restart { id },
        Request::Reload { id },
        Request::Pause { id, seconds: Some(600) },
        Request::Resume { id },
        Request::DisconnectAfter { id, seconds: Some(3_600) },
    ];
    let check = |edit| Request::CheckRules { text: Some(rules::TEXT.into()), edit: Some(edit) };
    requests.extend(rules::edits().into_iter().map(check));
    requests.extend([
        Request::TestRules { text: None, networks: Some(rules::networks()) },
        Request::PauseRules { seconds: None },
        Request::ResumeRules {},
        Request::OpenPortal { seconds: Some(60) },
        Request::ClosePortal {},
        Request::Import { name: "Office".parse().unwrap(), interface: "wg0".parse().unwrap(), config: config() },
        Request::Create { name: "Office".parse().unwrap(), interface: "wg0".parse().unwrap(), config: config() },
        Request::PreviewConfig { interface: "wg0".parse().unwrap(), config: config() },
        Request::Export { id },
        Request::MaskedConfig { id },
        Request::ReplaceConfig { id, config: config(), expected_version: 3 },
        Request::CheckConfig { id: None, config: config() },
        Request::Rename { id, name: "Büro 2".parse().unwrap() },
        Request::Remove { id },
        Request::Versions { id },
        Request::RestoreVersion { id, version: 2 },
        Request::ForgetKey { id, kept: key() },
        Request::CheckRunning { id },
        Request::SaveRunning { id, expected_version: 3 },
        Request::SetKeyReminder { id, days: Some(365) },
        Request::SetStartAtBoot { id, enabled: true },
        Request::SetKillSwitch { id, kill_switch: KillSwitch::Lockdown, allow_lan: true },
        Request::SetAllowIpv6Outside { id, enabled: true },
        Request::ApproveHooks { id, hash: hash() },
        Request::BeginRotation { id },
        Request::TestRotation { id },
        Request::FinishRotation { id, despite_silence: false },
        Request::CancelRotation { id },
        Request::SetRules { text: rules::TEXT.into(), expected_revision: 3 },
        Request::TakeOver { name: "wg0".parse().unwrap() },
    ]);
    requests
}
