//! Random operations ("orders") of three users on one real service, with real interfaces, routes, rules and a real peer. After
//! each order the service and the kernel must be as the model says.
//!
//! `ADIT_ORDERS=N` sets the number of orders, `ADIT_SEED=N` repeats a sequence.
#![forbid(unsafe_code)]

mod model;
mod order;
mod story;
mod texts;

use std::time::Instant;

use adit_e2e::{How, Lab, People, Service};
use anyhow::{Context as _, ensure};

use story::Story;
use texts::Texts;

/// Number of orders without `ADIT_ORDERS`.
const ORDERS: usize = 300;

#[test]
fn whatever_three_users_order_it_is_as_the_model_says_and_nothing_is_left_in_the_end() -> anyhow::Result<()> {
    let Some(lab) = Lab::open("random orders of three users")? else { return Ok(()) };
    let orders = std::env::var("ADIT_ORDERS").ok().map_or(Ok(ORDERS), |text| text.parse().context("ADIT_ORDERS"))?;
    let seed =
        std::env::var("ADIT_SEED").ok().map_or(Ok(u64::from(std::process::id())), |text| text.parse().context("ADIT_SEED"))?;
    println!("{orders} orders; repeat them with ADIT_SEED={seed}");
    let (client, server) = lab.two_hosts()?;
    lab.let_others_in()?;
    let people = People::on(&client)?;
    let texts = Texts::of_a_peer(&lab, &server)?;
    let empty = client.snapshot()?;
    let how = How::plain(&lab);
    let mut service = Service::start(&lab, &client, how.clone())?;
    let begun = Instant::now();
    let mut story = Story::begin(&lab, &client, service.process().id(), &how.socket, &people, &texts, seed)?;
    for number in 0..orders {
        if let Err(error) = story.step(number) {
            println!("{}\n{}", service.process().printed(), story.last_orders());
            return Err(error.context(format!("order {number}, seed {seed}")));
        }
    }
    story.end()?;
    println!("{orders} orders in {:.1?}: {}", begun.elapsed(), story.summary());
    drop(story);
    service.terminate()?;
    let after = client.snapshot()?;
    let printed = service.process().printed();
    ensure!(!printed.contains("panicked"), "{printed}");
    ensure!(after == empty, "left behind; before:\n{empty}\nafter:\n{after}");
    Ok(())
}
