//! Tests of several tunnels that route the same network.

use std::sync::Barrier;

use super::*;

/// Returns the routes of a new interface that is up.
fn with_the_same_networks(name: &str) -> RouteSpec {
    ip(&format!("tuntap add {name} mode tun"));
    ip(&format!("link set {name} up"));
    let settings = settings(&["10.8.0.2/32"], &["10.9.0.0/24", "fd09::/64"], &[]);
    let settings = Picture { name: name.parse().unwrap(), ..settings };
    Plan::new(&settings, || LinuxHost.free_table()).unwrap().routes
}

fn yielding(spec: &RouteSpec) -> RouteSpec {
    RouteSpec { yields: true, ..spec.clone() }
}

#[test]
fn two_tunnels_with_one_network_could_not_be_up_at_once_although_somebody_wanted_that() {
    alone(|| {
        let specs = ["wg0", "wg1", "wg2"].map(with_the_same_networks);
        let set = |spec: &RouteSpec| LinuxHost.set_routes(&yielding(spec)).unwrap();
        let remove = |spec: &RouteSpec| LinuxHost.set_routes(&RouteSpec::none(spec.interface.clone())).unwrap();
        let known = |address: &str| LinuxHost.local_route(address.parse().unwrap()).unwrap().map(|(_, interface)| interface);
        let over = |name: &str| {
            ["10.9.0.7", "fd09::7"].iter().all(|address| way_to(address) == name && known(address).as_deref() == Some(name))
        };
        set(&specs[0]);
        assert!(LinuxHost.set_routes(&specs[1]).unwrap_err().to_string().contains("wg1"), "who was not asked is refused");
        specs.iter().for_each(set);
        assert!(over("wg0"), "who is first stays first");
        specs.iter().for_each(set);
        remove(&specs[0]);
        assert!(over("wg1"), "then the second one");
        set(&specs[0]);
        assert!(over("wg1"), "who comes back is the last");
        remove(&specs[1]);
        assert!(over("wg2"));
        remove(&specs[2]);
        assert!(over("wg0"));
        remove(&specs[0]);
        assert!(!over("wg0"));
    });
}

#[test]
fn of_two_tunnels_with_one_network_that_came_up_at_the_same_moment_one_found_the_others_route_and_failed() {
    alone(|| {
        let specs = ["wg0", "wg1"].map(|name| yielding(&with_the_same_networks(name)));
        let together = Barrier::new(specs.len());
        let again_and_again = |spec: &RouteSpec| {
            let once = || {
                together.wait();
                let set = LinuxHost.set_routes(spec);
                together.wait();
                set.and(LinuxHost.set_routes(&RouteSpec::none(spec.interface.clone())))
            };
            // Collects all results, so that no thread waits for one that has failed.
            (0..200).map(|_| once()).collect::<Vec<_>>()
        };
        std::thread::scope(|scope| {
            let threads: Vec<_> = specs.iter().map(|spec| scope.spawn(|| again_and_again(spec))).collect();
            for set in threads.into_iter().flat_map(|thread| thread.join().unwrap()) {
                set.unwrap();
            }
        });
    });
}
