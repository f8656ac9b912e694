# Removed by the commands of docs/DAEMON.md.
CHECKS=(the_documented_commands_leave_nothing)

the_documented_commands_leave_nothing() {
	documented "Remove it"
	equal "its user" "$(getent passwd adit || :)" ""
	equal "its groups" "$(getent group adit adit-operators || :)" ""
	local unit
	for unit in aditd.service aditd.socket adit-close-first.service; do
		equal "$unit" "$(systemctl show -P LoadState -P ActiveState $unit | tr '\n' ' ')" "not-found inactive "
	done
	equal "tables of the packet filter" "$(nft list tables | grep -v '^table inet filter$' || :)" ""
	equal "what is in /run/wireguard" "$(ls -A /run/wireguard)" ""
	equal "failed units" "$(systemctl --failed --plain --no-legend)" ""
	exits 1 test -e /run/adit
	exits 1 test -e /run/adit-root
	files | diff /var/lab/files-before -
}
