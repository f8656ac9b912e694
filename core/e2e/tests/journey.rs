//! A computer goes from the café home, to the office, nowhere and to sleep, as NetworkManager and logind tell it, while programs send
//! a thousand packets per second. In each place the right tunnel is up in the right routing mode, each kind of packet takes the right
//! path, and where the kill switch must be closed nothing is seen in clear, also during the changes.
#![forbid(unsafe_code)]

use std::time::Duration;

use adit_api::{RuleMode, RulesSwitch};
use adit_e2e::journey::{Path, Stage, Traveller, Wanted};
use adit_e2e::{Journey, Lab};
use adit_testbus::Place;
use adit_testbus::places::{CAFE, HOME, OFFICE, TWIN};
use anyhow::{Context as _, ensure};

const RULES: &str = r#"
"Home": when wifi "home" and gateway 02:00:00:00:00:01 then down, kill switch off
"Office": when ethernet and gateway 02:00:00:00:00:0f then up work private ranges, kill switch off
"Café": when wifi "Café (5G)+" and wifi open then up privacy everything, kill switch always
otherwise up privacy everything, kill switch only when untrusted
"#;

const PROTECTED: Wanted = Wanted { tunnel: Some(("privacy", RuleMode::Everything)), kill_switch: RulesSwitch::Closed };
const AT_HOME: Wanted = Wanted { tunnel: None, kill_switch: RulesSwitch::Open };
const AT_WORK: Wanted = Wanted { tunnel: Some(("work", RuleMode::Private)), kill_switch: RulesSwitch::Open };

/// The journey to one place after another.
struct Story<'lab> {
    journey: &'lab Journey<'lab>,
    traveller: &'lab Traveller<'lab>,
}

impl Story<'_> {
    /// Leaves, joins a place where the kill switch must be closed, and fails if anything is seen in clear from when the computer has
    /// left until it is protected there.
    fn go_to_untrusted(&self, place: &Place, because: Option<&str>) -> anyhow::Result<()> {
        self.journey.leave()?;
        self.traveller.wait_until_wanted(&PROTECTED)?;
        let sniffer = self.journey.sniff(place)?;
        self.journey.join(place)?;
        self.is_protected(place, because)?;
        let clear = self.journey.canaries_in_clear(sniffer, place)?;
        ensure!(clear.is_empty(), "{because:?}: {} packets in clear", clear.len());
        Ok(())
    }

    fn is_protected(&self, place: &Place, because: Option<&str>) -> anyhow::Result<()> {
        self.traveller.wait_for(because, &PROTECTED)?;
        self.journey.packets_go(place, [Path::Privacy; 3]).with_context(|| format!("{because:?}"))
    }

    /// Leaves, joins a trusted place, and fails if anything is seen in clear there before the rules have acted because of it.
    fn go_to_trusted(&self, place: &Place, because: &str, wanted: &Wanted, expected: [Path; 3]) -> anyhow::Result<()> {
        self.journey.leave()?;
        self.traveller.wait_until_wanted(&PROTECTED)?;
        let sniffer = self.journey.sniff(place)?;
        self.journey.join(place)?;
        self.traveller.wait_for(Some(because), wanted)?;
        self.journey.packets_go(place, expected).with_context(|| because.to_owned())?;
        let clear = self.journey.canaries_in_clear(sniffer, place)?;
        self.is_seen_only_since_the_rules_acted(because, &clear)
    }

    fn is_seen_only_since_the_rules_acted(&self, because: &str, clear: &[Duration]) -> anyhow::Result<()> {
        let (first, acted_at) = (clear.first().context("the sniffer sees nothing")?, self.traveller.acted_at(because)?);
        ensure!(*first >= acted_at, "{because}: in clear at {first:?}, and the rules acted at {acted_at:?}");
        Ok(())
    }
}

#[test]
fn a_computer_is_protected_in_each_place_as_the_rules_say_and_on_the_way_there() -> anyhow::Result<()> {
    let story = "a journey";
    let Some(lab) = Lab::open(story)? else { return Ok(()) };
    let Some(stage) = Stage::new(&lab, story)? else { return Ok(()) };
    let Some(journey) = Journey::new(&lab, &stage, story)? else { return Ok(()) };
    let sniffer = journey.sniff(&CAFE)?;
    journey.join(&CAFE)?;
    journey.sing(|| journey.packets_go(&CAFE, [Path::Clear; 3]))?;
    let clear = journey.canaries_in_clear(sniffer, &CAFE)?;
    ensure!(clear.len() > 100, "the sniffer sees {} packets without the service", clear.len());
    journey.leave()?;

    let mut traveller = journey.start()?;
    traveller.set_rules(RULES)?;
    journey.sing(|| {
        let story = Story { journey: &journey, traveller: &traveller };
        story.go_to_untrusted(&CAFE, Some("Café"))?;
        story.go_to_untrusted(&TWIN, None).context("a place that only looks like home")?;
        story.go_to_trusted(&HOME, "Home", &AT_HOME, [Path::Clear; 3])?;
        story.go_to_trusted(&OFFICE, "Office", &AT_WORK, [Path::Clear, Path::Clear, Path::Work])?;
        story.go_to_untrusted(&CAFE, Some("Café")).context("from the office by way of no network")
    })?;
    traveller.service.terminate()
}

#[test]
fn a_computer_that_slept_is_protected_until_it_knows_where_it_is() -> anyhow::Result<()> {
    let story = "a journey asleep";
    let Some(lab) = Lab::open(story)? else { return Ok(()) };
    let Some(stage) = Stage::new(&lab, story)? else { return Ok(()) };
    let Some(journey) = Journey::new(&lab, &stage, story)? else { return Ok(()) };
    let mut traveller = journey.start()?;
    traveller.set_rules(RULES)?;
    journey.sing(|| {
        let story = Story { journey: &journey, traveller: &traveller };
        story.go_to_trusted(&HOME, "Home", &AT_HOME, [Path::Clear; 3])?;

        journey.logind.prepare_for_sleep(true)?;
        traveller.wait_until(&PROTECTED)?;
        journey.packets_go(&HOME, [Path::Privacy; 3]).context("asleep, still at home")?;
        let sniffer = journey.sniff(&CAFE)?;
        journey.leave()?;
        journey.join(&CAFE)?;
        journey.logind.prepare_for_sleep(false)?;
        story.is_protected(&CAFE, Some("Café"))?;
        let clear = journey.canaries_in_clear(sniffer, &CAFE)?;
        ensure!(clear.is_empty(), "woken up in the café: {} packets in clear", clear.len());

        journey.logind.prepare_for_sleep(true)?;
        let sniffer = journey.sniff(&HOME)?;
        journey.leave()?;
        journey.join(&HOME)?;
        journey.logind.prepare_for_sleep(false)?;
        traveller.wait_for(Some("Home"), &AT_HOME)?;
        journey.packets_go(&HOME, [Path::Clear; 3]).context("woken up at home")?;
        let clear = journey.canaries_in_clear(sniffer, &HOME)?;
        story.is_seen_only_since_the_rules_acted("Home", &clear)
    })?;
    traveller.service.terminate()
}
