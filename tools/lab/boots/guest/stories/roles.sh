# Who may what, of people who have logged in.
CHECKS=(who_only_has_logged_in_may_look_and_no_more a_member_of_the_group_may_use_tunnels who_sits_at_the_screen_may_use_tunnels
	only_an_administrator_sees_keys whom_polkit_lets_may_administer leave_to_administer_is_no_leave_to_end_lockdown)

who_only_has_logged_in_may_look_and_no_more() {
	exits 0 adit down office
	equal "the seat of the session" "$(session_of plain sh -c 'loginctl show-session -P Seat "$XDG_SESSION_ID"')" ""
	exits 0 session_of plain adit list
	contains "$(exits 3 session_of plain adit up office)" "you may not switch tunnels"
	exits 1 ip link show office
}

a_member_of_the_group_may_use_tunnels() {
	usermod -aG adit-operators member
	# What root sends a private key to is none of their business.
	exits 2 session_of member ls /run/wireguard
	exits 1 session_of member touch /run/wireguard/wg9.sock
	exits 0 session_of member adit up office --wait=60
	exits 3 session_of member adit remove office --yes
	exits 0 session_of member adit down office
}

who_sits_at_the_screen_may_use_tunnels() {
	equal "the seat of the session" "$(at_the_screen plain sh -c 'loginctl show-session -P Seat "$XDG_SESSION_ID"')" seat0
	exits 0 at_the_screen plain adit up office --wait=60
	exits 0 at_the_screen plain adit down office
	# It ends with the session.
	exits 3 session_of plain adit up office
}

only_an_administrator_sees_keys() {
	local who
	for who in plain member admin; do
		lacks "$(exits 3 session_of $who adit export office)" "$(cat /etc/lab/office.key)"
	done
	exits 0 adit export office >/var/lab/exported
	grep -qF "$(cat /etc/lab/office.key)" /var/lab/exported
	rm /var/lab/exported
}

# aditd does not see when the process started that asks; polkit does.
whom_polkit_lets_may_administer() {
	local rule=/etc/polkit-1/rules.d/10-lab.rules
	mkdir -p "${rule%/*}"
	cat >"$rule" <<-'END'
		polkit.addRule(function (action, subject) {
		    return action.id === "io.adit.administer" && subject.user === "admin" ? polkit.Result.YES : polkit.Result.NOT_HANDLED;
		});
	END
	chmod 644 "$rule"
	systemctl restart polkit
	exits 0 session_of admin adit export office >/var/lab/exported
	grep -qF "$(cat /etc/lab/office.key)" /var/lab/exported
	rm /var/lab/exported
	exits 3 session_of plain adit export office
	rm "$rule"
	systemctl restart polkit
	exits 3 session_of admin adit export office
}

# "office" does not take all traffic, so lockdown is refused as such (11) to those who may set it, and as not allowed (3) to others.
leave_to_administer_is_no_leave_to_end_lockdown() {
	local rule=/etc/polkit-1/rules.d/10-lab.rules
	cat >"$rule" <<-'END'
		polkit.addRule(function (action, subject) {
		    if (action.id === "io.adit.administer" && subject.user === "admin") { return polkit.Result.YES; }
		    if (action.id === "io.adit.lockdown" && subject.user === "plain") { return polkit.Result.YES; }
		    if (action.id === "io.adit.kill-switch" && subject.user === "member") { return polkit.Result.NO; }
		    return polkit.Result.NOT_HANDLED;
		});
	END
	chmod 644 "$rule"
	systemctl restart polkit
	contains "$(exits 3 session_of admin adit block office lockdown)" "lockdown"
	exits 11 session_of plain adit block office lockdown
	exits 0 session_of admin adit block office on
	exits 3 session_of member adit block office off
	rm "$rule"
	systemctl restart polkit
	exits 0 session_of member adit block office off
	exits 3 session_of member adit block office lockdown
}
