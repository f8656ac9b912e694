//! On-demand rules: the text and what is wrong with it, rules as an editor's form, and what the rules decide and do.
//!
//! A page never writes the language: it sends a [`RulesEdit`] with a text, and gets the edited text back.

mod decision;
mod form;
mod networks;
mod state;
mod view;

pub use decision::{ConditionTrace, NetworkTrace, RuleSource, RuleTrace, RulesDecision, SeenFact, Verdict};
pub use form::{
    FailoverSettings, FailoverStep, RuleAction, RuleCondition, RuleConsequence, RuleForm, RuleKillSwitch, RuleMatcher, RuleMode,
    RuleTunnel, RulesEdit, RulesPreset, RulesSettings,
};
pub use networks::{DayTime, HomeAnswer, LinkKind, NetworkLink, Networks, PortalState, Weekday, WifiSecurity};
pub use state::{
    AppliedRules, AutoOff, FailoverState, ManualChoice, OnDemand, OnDemandCause, PendingRules, RulesPause, RulesState,
    RulesSwitch,
};
pub use view::{FormProblem, MAX_RULES_BYTES, RuleView, RulesCheck, RulesView};
