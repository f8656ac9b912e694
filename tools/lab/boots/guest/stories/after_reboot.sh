# The computer was started anew, and nobody has logged in.
CHECKS=(the_tunnel_is_up_and_nobody_has_logged_in it_came_before_the_first_login_was_possible its_resolver_is_there_too
	its_state_is_what_it_was nothing_was_kept_from_it)

the_tunnel_is_up_and_nobody_has_logged_in() {
	equal sessions "$(loginctl list-sessions --no-legend)" ""
	equal "the service" "$(systemctl is-active aditd)" active
	eventually answers_through office
	equal "other tunnels" "$(ls -A /run/wireguard)" office.sock
}

it_came_before_the_first_login_was_possible() {
	local ready login up
	ready=$(systemctl show -P ActiveEnterTimestampMonotonic aditd)
	login=$(systemctl show -P ActiveEnterTimestampMonotonic systemd-user-sessions)
	up=$(journalctl -b -q -u aditd ADIT_CODE=up -o json | head -1 | grep -o '"__MONOTONIC_TIMESTAMP":"[0-9]*"' | cut -d'"' -f4)
	seen "after the kernel's start: aditd ready $(seconds "$ready") s, tunnel up $(seconds "$up") s, logins allowed $(seconds "$login") s"
	((ready < login))
	((ready < $(systemctl show -P ActiveEnterTimestampMonotonic getty@tty1)))
}

its_resolver_is_there_too() {
	contains "$(resolvectl dns office)" 10.8.0.1
	contains "$(resolvectl domain office)" "~."
}

its_state_is_what_it_was() {
	contains "$(exits 0 adit export office)" "$(cat /etc/lab/office.key)"
}
