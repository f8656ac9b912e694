# The package is removed while a tunnel that blocks is up, and then purged.
CHECKS=(removed_it_leaves_nothing_in_the_network purged_it_leaves_no_file)

removed_it_leaves_nothing_in_the_network() {
	exits 0 ip link show everything
	exits 0 dpkg -r adit
	exits 1 test -e /run/wireguard
	mkdir /run/wireguard; network | diff /var/lab/network-before -
	equal "tables of the packet filter" "$(nft list tables | grep -v '^table inet filter$' || :)" ""
	exits 0 ping -n -c 1 -W 5 203.0.113.80
	local unit
	for unit in aditd.service aditd.socket adit-close-first.service; do
		equal "$unit" "$(systemctl show -P LoadState -P ActiveState $unit | tr '\n' ' ')" "not-found inactive "
	done
	equal "failed units" "$(systemctl --failed --plain --no-legend)" ""
	exits 0 test -e /var/lib/adit/store.key
}

purged_it_leaves_no_file() {
	exits 0 dpkg -P adit
	files | grep -v '^/var/lib/dpkg/' | diff <(grep -v '^/var/lib/dpkg/' /var/lab/files-before) -
	# As Debian has it: another program could get their numbers.
	exits 0 getent passwd adit
	exits 0 getent group adit-operators
}
