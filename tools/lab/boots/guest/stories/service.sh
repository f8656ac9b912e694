# What systemd makes of the unit.
CHECKS=(it_has_said_that_it_is_ready it_runs_as_its_user_with_one_capability its_folders_are_its_own it_has_the_device_and_no_other
	the_journal_has_its_fields no_unit_has_failed)

it_has_said_that_it_is_ready() {
	equal "the type" "$(systemctl show -P Type aditd)" notify
	equal "the state" "$(systemctl show -P SubState aditd)" running
	equal "what it says of itself" "$(systemctl show -P StatusText aditd)" "No tunnels"
	equal "restarts" "$(systemctl show -P NRestarts aditd)" 0
	contains "$(journalctl -b -u aditd -o cat)" "ready"
	seen "systemd-analyze security: $(systemd-analyze security --no-pager aditd | tail -1 | sed 's/[^ -~]//g')"
}

it_runs_as_its_user_with_one_capability() {
	local status; status=$(cat "/proc/$(main_pid)/status")
	local field
	equal "the user" "$(ps -o user= -p "$(main_pid)")" adit
	for field in CapPrm CapEff CapBnd CapAmb; do
		equal "$field" "$(awk -v field=$field: '$1 == field {print $2}' <<<"$status")" 0000000000001000 # CAP_NET_ADMIN
	done
	equal NoNewPrivs "$(awk '$1 == "NoNewPrivs:" {print $2}' <<<"$status")" 1
	equal Seccomp "$(awk '$1 == "Seccomp:" {print $2}' <<<"$status")" 2
	equal "its processes" "$(ps -o comm= --ppid "$(main_pid)")" aditd-helper
	equal "memory that may go to swap" "$(systemctl show -P MemorySwapMax aditd)" 0
	exits 0 getent passwd adit
	exits 0 getent group adit
	exits 0 getent group adit-operators
	equal "members of its group" "$(getent group adit | cut -d: -f4)" ""
}

its_folders_are_its_own() {
	equal /var/lib/adit "$(stat -c '%a %U %G' /var/lib/adit)" "700 adit adit"
	equal /run/adit "$(stat -c '%a %U %G' /run/adit)" "755 adit adit"
	equal /run/adit-root "$(stat -c '%a %U %G' /run/adit-root)" "755 root root"
	equal /run/wireguard "$(stat -c '%a %U %G' /run/wireguard)" "1770 root adit"
	equal "the socket" "$(systemctl is-active aditd.socket)" active
	equal "the socket's mode" "$(stat -c %a /run/adit/adit.sock)" 666
	exits 1 nsenter --mount --target "$(main_pid)" -- touch /etc/adit-was-here
	exits 0 nsenter --mount --target "$(main_pid)" -- ls -A /home
	equal "what it sees of /home" "$(nsenter --mount --target "$(main_pid)" -- ls -A /home)" ""
}

# A process in the service's control group is held by the filter of devices that the service is held by.
it_has_the_device_and_no_other() {
	local group; group=/sys/fs/cgroup$(systemctl show -P ControlGroup aditd)/cgroup.procs
	in_its_group() { bash -c 'echo $$ >"$0" && exec "$@"' "$group" "$@"; }
	exits 0 in_its_group bash -c 'exec 3<>/dev/net/tun'
	exits 0 in_its_group bash -c 'exec 3</dev/null'
	exits 1 in_its_group bash -c 'exec 3</dev/vda'
	exits 0 bash -c 'exec 3</dev/vda'
}

the_journal_has_its_fields() {
	local lines; lines=$(journalctl -b -u aditd -o json)
	contains "$lines" '"ADIT_CODE":"daemon_started"'
	contains "$lines" '"SYSLOG_IDENTIFIER":"aditd"'
	contains "$lines" "\"_UID\":\"$(id -u adit)\""
	exits 0 journalctl -b -q -u aditd ADIT_CODE=daemon_started
}

no_unit_has_failed() {
	equal "failed units" "$(systemctl --failed --plain --no-legend)" ""
}
