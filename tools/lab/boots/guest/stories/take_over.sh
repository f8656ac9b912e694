# A tunnel of wg-quick's, which systemd carries, is seen, offered and taken over.
CHECKS=(as_its_own_user_it_says_what_it_takes as_root_it_takes_a_running_unit_over one_that_was_brought_up_by_hand_too)

as_its_own_user_it_says_what_it_takes() {
	exits 0 adit down office
	exits 0 systemctl enable --now wg-quick@legacy
	exits 0 ping -n -c 1 -W 5 10.8.0.1
	exits 0 adit take-over
}

as_root_it_takes_a_running_unit_over() {
	documented "Run it as root"
	equal "the user" "$(ps -o user= -p "$(main_pid)")" root
	contains "$(exits 0 adit take-over)" legacy
	local said; said=$(exits 0 adit take-over legacy)
	contains "$said" "systemctl disable wg-quick@legacy"
	equal "wg-quick's unit" "$(systemctl show -P ActiveState wg-quick@legacy)" inactive
	exits 0 test -S /run/wireguard/legacy.sock
	exits 0 answers_through legacy
	contains "$(resolvectl dns legacy)" 10.8.0.1
	exits 0 systemctl disable wg-quick@legacy
	exits 0 test -f /etc/wireguard/legacy.conf
	exits 0 adit down legacy
	exits 1 ip link show legacy
}

one_that_was_brought_up_by_hand_too() {
	exits 0 wg-quick up legacy
	contains "$(exits 0 adit take-over)" legacy
	exits 0 adit take-over legacy
	exits 0 test -S /run/wireguard/legacy.sock
	exits 0 answers_through legacy
	exits 0 adit down legacy
	exits 1 ip link show legacy
	# As wg-quick's unit did, it would come up with the computer, where its routes are those of another tunnel.
	exits 0 adit boot legacy off
}
