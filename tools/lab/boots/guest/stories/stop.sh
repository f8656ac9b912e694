# Stopped, it leaves nothing.
CHECKS=(stopped_it_leaves_nothing)

stopped_it_leaves_nothing() {
	exits 0 ip link show office
	exits 0 systemctl stop aditd.service aditd.socket
	equal "how it ended" "$(systemctl show -P Result aditd)" success
	exits 1 ip link show office
	exits 1 test -e /run/adit/adit.sock
	equal "what is in /run/wireguard" "$(ls -A /run/wireguard)" ""
	# Debian's own `inet filter` may be there.
	equal "tables of the packet filter" "$(nft list tables | grep -v '^table inet filter$' || :)" ""
	lacks "$(resolvectl dns)" 10.8.0.1
	lacks "$(ip rule; ip -6 rule)" fwmark
}
