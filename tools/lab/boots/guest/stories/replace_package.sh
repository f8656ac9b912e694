# A newer package replaces it while a tunnel that blocks is up and a program sends past all tunnels.
CHECKS=(a_tunnel_that_blocks_is_up replaced_it_lets_no_packet_out_and_the_tunnel_is_back the_packets_would_have_been_seen)

a_tunnel_that_blocks_is_up() {
	exits 0 adit import /etc/lab/everything.conf
	exits 0 adit block everything on
	exits 0 adit up everything --wait=60
	exits 0 ping -n -c 1 -W 5 203.0.113.80
}

replaced_it_lets_no_packet_out_and_the_tunnel_is_back() {
	local pid; pid=$(main_pid)
	exits 0 systemd-run --quiet --unit=fast-sender -p KillSignal=SIGINT -p SuccessExitStatus=1 ping -n -q -i 0.02 -I wire0 203.0.113.80
	exits 0 dpkg -i /lab/new/adit_*.deb
	contains "$(dpkg-query -W -f '${Version}' adit)" 99.
	is_new() { [[ $(main_pid) != "$pid" && $(systemctl is-active aditd) == active ]]; }
	eventually is_new
	eventually ping -n -c 1 -W 5 203.0.113.80
	contains "$(ip route get 203.0.113.80)" "dev everything"
	exits 0 nft list table inet aditblock-everything
	equal "its socket" "$(systemctl is-active aditd.socket)" active
	equal "packets in clear" "$(arrived_in_clear)" 0
	systemctl stop fast-sender
	sent() { journalctl -b -u fast-sender -o cat | grep 'packets transmitted'; }
	eventually sent
	seen "while the package was replaced, sent in clear: $(sent); arrived: $(arrived_in_clear)"
	equal "failed units" "$(systemctl --failed --plain --no-legend)" ""
}

the_packets_would_have_been_seen() {
	equal "packets in clear" "$(arrived_in_clear)" 0
	exits 0 adit down everything
	exits 0 ping -n -c 1 -W 5 -I wire0 203.0.113.80
	some_arrived() { (($(arrived_in_clear) > 0)); }
	eventually some_arrived
	exits 0 adit up everything --wait=60
}
