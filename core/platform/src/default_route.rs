//! Chooses the interface that leads to the Internet past a tunnel. A system without marks of packets keeps the sockets of a
//! tunnel on this interface. No system call is made here, so every system runs the tests.

/// A default route, with what counts for choosing one.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct DefaultRoute {
    /// The number of the interface that it keeps when others are renamed or removed.
    pub(crate) luid: u64,
    /// The number of the interface for system calls.
    pub(crate) index: u32,
    /// The metric of the route; lower is better.
    pub(crate) metric: u32,
    /// The metric of the interface for this family, which is added. `None`: the interface is not connected.
    pub(crate) interface_metric: Option<u32>,
}

/// Returns the index of the interface with the best default route that does not lead into `tunnel`; 0 if there is none.
pub(crate) fn best(routes: &[DefaultRoute], tunnel: u64) -> u32 {
    let cost = |route: &DefaultRoute| Some(u64::from(route.metric) + u64::from(route.interface_metric?));
    let usable = routes.iter().filter(|route| route.luid != tunnel).filter_map(|route| Some((cost(route)?, route.index)));
    usable.min().map_or(0, |(_, index)| index)
}

#[cfg(test)]
mod tests {
    use super::*;

    const TUNNEL: u64 = 9;

    fn route(index: u32, metric: u32, interface_metric: Option<u32>) -> DefaultRoute {
        DefaultRoute { luid: index.into(), index, metric, interface_metric }
    }

    #[test]
    fn the_lowest_sum_of_both_metrics_wins() {
        assert_eq!(best(&[route(1, 10, Some(50)), route(2, 20, Some(25)), route(3, 0, Some(4000))], TUNNEL), 2);
        assert_eq!(best(&[route(1, u32::MAX, Some(u32::MAX)), route(2, u32::MAX, Some(1))], TUNNEL), 2, "no overflow");
    }

    #[test]
    fn the_tunnel_itself_and_interfaces_without_a_connection_do_not_count() {
        assert_eq!(best(&[route(9, 0, Some(0)), route(1, 5, Some(5))], TUNNEL), 1);
        assert_eq!(best(&[route(9, 0, Some(0)), route(1, 5, None)], TUNNEL), 0);
        assert_eq!(best(&[], TUNNEL), 0);
    }

    #[test]
    fn equal_routes_give_the_same_interface_in_any_order() {
        let (one, two) = (route(1, 5, Some(5)), route(2, 5, Some(5)));
        assert_eq!(best(&[one, two], TUNNEL), best(&[two, one], TUNNEL));
    }
}
