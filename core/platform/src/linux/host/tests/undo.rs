//! Tests that undoing a tunnel's settings restores the computer, also after the tunnel's process was killed.

use super::*;

#[test]
fn undoing_leaves_everything_as_it_was_and_repeating_changes_nothing() {
    alone(|| {
        computer();
        let untouched = snapshot();
        tunnel_device();
        let plan = full_tunnel();
        set_all(&plan);
        let up = snapshot();
        assert_ne!(up, untouched);
        set_all(&plan);
        assert_eq!(snapshot(), up, "set again, and nothing changed");
        undo_all(&plan);
        undo_all(&plan);
        LinuxHost.remove_interface(&plan.name).unwrap();
        LinuxHost.remove_interface(&plan.name).unwrap();
        assert_eq!(snapshot(), untouched);
    });
}

#[test]
fn leftovers_of_a_killed_tunnel_are_found_and_removed_without_records() {
    alone(|| {
        computer();
        let untouched = snapshot();
        tunnel_device();
        let plan = full_tunnel();
        set_all(&plan);
        assert!(LinuxHost.clean_up(&plan.name).unwrap().is_empty(), "the interface lives");
        ip("link delete wg0");
        assert_ne!(snapshot(), untouched);
        assert_eq!(LinuxHost.clean_up(&plan.name).unwrap(), ["10 routing rules", "a packet filter table"]);
        assert_eq!(snapshot(), untouched);
        assert!(LinuxHost.clean_up(&plan.name).unwrap().is_empty());
    });
}

#[test]
fn a_killed_tunnel_leaves_no_rule_for_a_network_around_an_endpoint() {
    alone(|| {
        computer();
        let untouched = output("ip", "rule");
        tunnel_device();
        let mut settings = settings(&["10.5.0.2/32"], &["203.0.113.0/24"], &[]);
        settings.endpoints.by_name = true;
        let plan = Plan::new(&settings, || LinuxHost.free_table()).unwrap();
        set_all(&plan);
        assert_ne!(output("ip", "rule"), untouched);
        ip("link delete wg0");
        let removed = LinuxHost.clean_up(&plan.name).unwrap();
        assert!(removed.contains(&"2 routing rules".to_owned()), "{removed:?}");
        assert_eq!(output("ip", "rule"), untouched);
    });
}

#[test]
fn src_valid_mark_that_was_on_stays_on() {
    alone(|| {
        computer();
        std::fs::write(MARK_VALIDATION, "1").unwrap();
        tunnel_device();
        let plan = full_tunnel();
        set_all(&plan);
        set_all(&plan);
        undo_all(&plan);
        assert_eq!(std::fs::read_to_string(MARK_VALIDATION).unwrap().trim(), "1");
    });
}

#[test]
fn of_two_tunnels_that_planned_for_one_table_the_first_to_go_took_the_others_rules_along() {
    alone(|| {
        computer();
        let untouched = snapshot();
        // Plans both tunnels before either has changed anything.
        let [mut all_ipv4, all_ipv6] = [("wg0", "0.0.0.0/0"), ("wg1", "::/0")].map(|(name, all)| {
            ip(&format!("tuntap add {name} mode tun"));
            let settings = settings(&["10.8.0.2/24", "fd08::2/64"], &[all], &[]);
            Plan::new(&Picture { name: name.parse().unwrap(), ..settings }, || LinuxHost.free_table()).unwrap()
        });
        all_ipv4.allow_ipv6_outside();
        assert_eq!(all_ipv4.routes.policy.unwrap().table, all_ipv6.routes.policy.unwrap().table);
        let (ipv4, ipv6) = ("203.0.113.9", "2001:db8:9::9");
        let outside = [ipv4, ipv6].map(way_to);
        for plan in [&all_ipv4, &all_ipv6] {
            LinuxHost.set_interface(&plan.interface(None)).unwrap();
            LinuxHost.set_routes(&plan.routes).unwrap();
        }
        assert_eq!([ipv4, ipv6].map(way_to), ["wg0", "wg1"]);
        undo_all(&all_ipv4);
        assert_eq!([ipv4, ipv6].map(way_to), [&*outside[0], "wg1"]);
        set_all(&all_ipv4);
        ip("link delete wg1");
        assert!(!LinuxHost.clean_up(&all_ipv6.name).unwrap().is_empty());
        assert_eq!([ipv4, ipv6].map(way_to), ["wg0", &*outside[1]]);
        undo_all(&all_ipv4);
        ip("link delete wg0");
        assert_eq!(snapshot(), untouched);
    });
}
