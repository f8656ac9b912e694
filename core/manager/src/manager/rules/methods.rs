//! The methods of the contract about rules and networks.

use adit_api::{
    ApiError, Caller, FormProblem, LogCode, MAX_RULES_BYTES, Networks, RulesCheck, RulesDecision, RulesEdit, RulesPreset,
    RulesView, Unidentified,
};
use adit_rules::controller::Input;
use adit_rules::preset::{self, TrustError};
use adit_rules::rule::{self, RuleSet};
use adit_rules::text::{Document, DocumentError, EditError};
use adit_rules::{Facts, decide};

use super::super::Inner;
use super::super::entry::lock_turn;
use super::super::refusal;
use super::stored::Stored;
use super::{diagnostics, facts, forms, views};
use crate::store::StoreError;

/// The most rules of a text, so that the work for a decision is bounded.
const MAX_RULES: usize = 500;

impl Inner {
    /// Returns the rules and what they do now.
    pub(in crate::manager) fn rules_view(&self) -> RulesView {
        self.poll_rules();
        let (at, now) = (self.rules.at(), self.clock.both());
        let desk = self.rules.desk();
        let status = desk.controller.status(at);
        RulesView {
            revision: desk.stored.revision,
            rules: views::check(&desk.stored.document, &desk.tunnels),
            is_broken: desk.is_broken,
            now: views::state(desk.set(), &status, now, |name| desk.ids.get(name).copied()),
        }
    }

    /// Returns the present networks; None if nobody knows.
    pub(in crate::manager) fn networks_view(&self) -> Option<Networks> {
        let at = self.rules.at();
        self.rules.desk().facts(at).as_ref().map(facts::view)
    }

    /// Replaces the rules.
    pub(in crate::manager) fn set_rules(&self, caller: &Caller, text: &str, expected: u64) -> Result<RulesView, ApiError> {
        let document = parse(text)?;
        let set = document
            .rules()
            .map_err(|errors| ApiError::Invalid { diagnostics: errors.iter().map(diagnostics::error).collect() })?;
        if closes(&set) {
            self.platform.network.check_kill_switch().map_err(|error| refusal::of_network(&error))?;
        }
        self.poll_rules();
        let editing = lock_turn(&self.rules.editing);
        let current = self.rules.desk().stored.revision;
        if current != expected {
            return Err(ApiError::Changed { current });
        }
        let stored = Stored { revision: current + 1, document, set: set.clone() };
        let written = stored.write(self.store().folder()).map_err(StoreError::Folder);
        let unconfirmed = refusal::made(written)?;
        {
            let mut desk = self.rules.desk();
            (desk.stored, desk.is_broken) = (stored, false);
            desk.epoch += 1;
            desk.ask_homes();
            let by = caller.who.as_str().into();
            self.event_log.write(None, LogCode::RulesSet { revision: current + 1, by });
            let is_empty = set.is_empty();
            self.tell_desk(&mut desk, Input::Rules(set), false);
            if is_empty {
                desk.were_up.clear();
            }
        }
        drop(editing);
        unconfirmed.tell()?;
        Ok(self.rules_view())
    }

    /// Describes a text of rules, after an edit if there is one.
    pub(in crate::manager) fn check_rules(&self, text: Option<&str>, edit: Option<&RulesEdit>) -> Result<RulesCheck, ApiError> {
        self.poll_rules();
        let (stored, tunnels, facts) = {
            let desk = self.rules.desk();
            (desk.stored.document.clone(), desk.tunnels.clone(), desk.facts(self.rules.at()))
        };
        let document = text.map_or(Ok(stored), parse)?;
        match edit.map_or(Ok(Ok(document.clone())), |edit| edited(&document, edit, facts.as_ref()))? {
            Ok(document) => Ok(views::check(&document, &tunnels)),
            Err(form_problems) => Ok(RulesCheck { form_problems, ..views::check(&document, &tunnels) }),
        }
    }

    /// Returns what rules decide about networks.
    pub(in crate::manager) fn test_rules(
        &self,
        text: Option<&str>,
        networks: Option<&Networks>,
    ) -> Result<RulesDecision, ApiError> {
        self.poll_rules();
        let facts = networks.map(|networks| facts::given(networks, self.rules.at().local)).transpose()?;
        let (stored, tunnels) = {
            let desk = self.rules.desk();
            (desk.stored.document.clone(), desk.tunnels.clone())
        };
        let document = text.map_or(Ok(stored), parse)?;
        let set = document
            .rules()
            .map_err(|errors| ApiError::Invalid { diagnostics: errors.iter().map(diagnostics::error).collect() })?;
        Ok(views::decision(&set, &decide(&set, facts.as_ref(), &tunnels)))
    }
}

fn parse(text: &str) -> Result<Document, ApiError> {
    let document = Document::parse(text.as_bytes()).map_err(of_document)?;
    match document.rules() {
        Ok(set) if set.rules.len() > MAX_RULES => {
            let detail = format!("the text has {} rules; at most {MAX_RULES} are possible", set.rules.len());
            Err(ApiError::BadRequest { detail })
        }
        Ok(_) | Err(_) => Ok(document),
    }
}

fn of_document(error: DocumentError) -> ApiError {
    match error {
        DocumentError::TooLarge(_) => ApiError::TooLarge { limit: u32::try_from(MAX_RULES_BYTES).unwrap_or(u32::MAX) },
        DocumentError::NotUtf8(_) => ApiError::BadRequest { detail: error.to_string() },
    }
}

/// Returns true if a kill switch may close because of the rules.
fn closes(set: &RuleSet) -> bool {
    let named = set.consequences().map(|then| then.kill_switch).chain([set.kill_switch]);
    let closes =
        |kill_switch: Option<rule::KillSwitch>| kill_switch.is_some_and(|kill_switch| kill_switch != rule::KillSwitch::Off);
    // Without a default, a tunnel takes everything, with a kill switch.
    named.into_iter().any(closes) || (!set.is_empty() && set.otherwise.is_none())
}

/// Edits a text. Returns what is wrong with the values of the edit, if anything is.
fn edited(document: &Document, edit: &RulesEdit, facts: Option<&Facts>) -> Result<Result<Document, Vec<FormProblem>>, ApiError> {
    let edited = match edit {
        RulesEdit::Insert { index, rule } => match forms::rule(rule) {
            Ok(rule) => document.insert(at(*index), &rule),
            Err(problems) => return Ok(Err(problems)),
        },
        RulesEdit::Replace { index, rule } => match forms::rule(rule) {
            Ok(rule) => document.replace(at(*index), &rule),
            Err(problems) => return Ok(Err(problems)),
        },
        RulesEdit::Remove { index } => document.remove(at(*index)),
        RulesEdit::Move { from, to } => document.move_rule(at(*from), at(*to)),
        RulesEdit::SetOtherwise { then } => match then.as_ref().map(forms::then).transpose() {
            Ok(then) => document.set_otherwise(then.as_ref()),
            Err(problems) => return Ok(Err(problems)),
        },
        RulesEdit::SetSettings { settings } => match forms::settings(settings) {
            Ok(set) => document.set_settings(&set),
            Err(problems) => return Ok(Err(problems)),
        },
        RulesEdit::TrustThisNetwork => {
            let facts = facts.ok_or(ApiError::NetworkUnidentified { why: Unidentified::NoNetwork })?;
            document.insert(0, &preset::trust_this_network(facts).map_err(of_trust)?)
        }
        RulesEdit::Preset { preset, tunnel } => match forms::tunnel(tunnel) {
            Ok(tunnel) => return Ok(Ok(parse(&adit_rules::text::write(&preset_rules(*preset, tunnel, facts)?))?)),
            Err(problems) => return Ok(Err(problems)),
        },
    };
    edited.map(Ok).map_err(|error| match error {
        EditError::NoRule(index) => ApiError::NoSuchRule { index: u32::try_from(index).unwrap_or(u32::MAX) },
        EditError::Document(error) => of_document(error),
    })
}

fn preset_rules(preset: RulesPreset, tunnel: adit_rules::Name, facts: Option<&Facts>) -> Result<RuleSet, ApiError> {
    let here = || facts.ok_or(ApiError::NetworkUnidentified { why: Unidentified::NoNetwork });
    match preset {
        RulesPreset::Always => Ok(preset::always(tunnel)),
        RulesPreset::EverywhereExceptHere => preset::everywhere_except_here(here()?, tunnel).map_err(of_trust),
        RulesPreset::WifiThatIsNotMine => preset::wifi_that_is_not_mine(here()?, tunnel).map_err(of_trust),
        RulesPreset::OpenWifi => Ok(preset::open_wifi(tunnel)),
    }
}

fn of_trust(error: TrustError) -> ApiError {
    let why = match error {
        TrustError::NoNetwork => Unidentified::NoNetwork,
        TrustError::NothingKnown => Unidentified::NothingKnown,
        TrustError::GatewayUnknown => Unidentified::GatewayUnknown,
    };
    ApiError::NetworkUnidentified { why }
}

fn at(index: u32) -> usize {
    usize::try_from(index).unwrap_or(usize::MAX)
}
