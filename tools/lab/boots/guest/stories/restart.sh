# The service is killed, and hangs: systemd starts it again, and the tunnel is back.
CHECKS=(killed_it_comes_back_with_its_tunnel hanging_it_is_ended_and_comes_back mistyped_it_stays_away)

killed_it_comes_back_with_its_tunnel() {
	local pid restarts begun; pid=$(main_pid) restarts=$(systemctl show -P NRestarts aditd)
	exits 0 adit up office --wait=60
	begun=$EPOCHREALTIME
	kill -KILL "$pid"
	is_new() { [[ $(main_pid) != "$pid" && $(systemctl is-active aditd) == active ]]; }
	eventually is_new
	eventually answers_through office
	seen "killed, it answers through the tunnel after $(since "$begun") s of the emulated computer"
	equal restarts "$(systemctl show -P NRestarts aditd)" $((restarts + 1))
	contains "$(resolvectl dns office)" 10.8.0.1
}

hanging_it_is_ended_and_comes_back() {
	local pid begun; pid=$(main_pid)
	begun=$EPOCHREALTIME
	kill -STOP "$pid"
	is_new() { [[ $(main_pid) != "$pid" && $(systemctl is-active aditd) == active ]]; }
	eventually is_new
	eventually answers_through office
	seen "stopped, it answers through the tunnel after $(since "$begun") s of the emulated computer"
	contains "$(journalctl -b -u aditd -o cat)" "Watchdog timeout"
	equal "images of its memory" "$(find /var/lib/systemd/coredump / -maxdepth 1 -type f -name 'core*' 2>/dev/null)" ""
}

mistyped_it_stays_away() {
	mkdir -p /run/systemd/system/aditd.service.d
	printf '[Service]\nExecStart=\nExecStart=/usr/bin/aditd --metrics 0.0.0.0:1\n' >/run/systemd/system/aditd.service.d/lab.conf
	systemctl daemon-reload
	exits 1 systemctl restart aditd
	equal "its state" "$(systemctl show -P ActiveState aditd)" failed
	equal "its exit status" "$(systemctl show -P ExecMainStatus aditd)" 2
	rm -r /run/systemd/system/aditd.service.d; systemctl daemon-reload
	systemctl reset-failed aditd.socket aditd; systemctl restart aditd.socket; systemctl start aditd
	eventually answers_through office
	exits 0 adit down office
}

since() { awk -v a="$1" -v b="$EPOCHREALTIME" 'BEGIN {printf "%.1f", b - a}'; }
