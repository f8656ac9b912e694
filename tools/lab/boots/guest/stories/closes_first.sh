# The computer was started anew, a tunnel that blocks comes up with it, and a program sends in clear all the while.
CHECKS=(it_was_closed_before_there_was_a_network nothing_got_out_past_it nothing_was_kept_from_it down_it_is_open
	another_is_to_come_up_with_the_computer)

it_was_closed_before_there_was_a_network() {
	local closed network service
	equal "the unit" "$(systemctl show -P ActiveState adit-close-first)" active
	equal "how it ended" "$(systemctl show -P Result adit-close-first)" success
	contains "$(journalctl -b -u adit-close-first -o cat)" "nothing may leave this computer past the tunnel"
	closed=$(systemctl show -P ExecMainExitTimestampMonotonic adit-close-first)
	network=$(systemctl show -P ActiveEnterTimestampMonotonic network-pre.target)
	service=$(systemctl show -P ExecMainStartTimestampMonotonic aditd)
	seen "after the kernel's start: closed $(seconds "$closed") s, network $(seconds "$network") s, aditd started $(seconds "$service") s"
	((0 < closed && closed < network && closed < service))
}

nothing_got_out_past_it() {
	eventually ping -n -c 1 -W 5 203.0.113.80
	equal "the sender" "$(systemctl is-active sender)" active
	exits 0 nft list table inet aditblock-everything
	equal "packets in clear" "$(arrived_in_clear)" 0
}

# That the packets would have been seen is seen here.
down_it_is_open() {
	equal "packets in clear" "$(arrived_in_clear)" 0
	exits 0 adit down everything
	exits 1 nft list table inet aditblock-everything
	some_arrived() { (($(arrived_in_clear) > 0)); }
	eventually some_arrived
	exits 0 adit remove everything --yes
	lacks "$(cat /var/lib/adit/closes-first)" everything
}

another_is_to_come_up_with_the_computer() {
	exits 0 adit boot office on
	exits 0 adit down office
}
