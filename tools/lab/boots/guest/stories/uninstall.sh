# Removed by the commands of docs/DAEMON.md.
CHECKS=(the_documented_commands_leave_nothing)

the_documented_commands_leave_nothing() {
	documented "Remove it"
	equal "its user" "$(getent passwd adit || :)" ""
	equal "its group" "$(getent group adit || :)" ""
	equal "its unit" "$(systemctl show -P LoadState aditd)" not-found
	equal "what is in /run/wireguard" "$(ls -A /run/wireguard)" ""
	equal "failed units" "$(systemctl --failed --plain --no-legend)" ""
	exits 1 test -e /run/adit
	files | diff /var/lab/files-before -
}
