# Adit's Debian package is installed by dpkg.
CHECKS=(dpkg_installs_it_and_it_runs)

dpkg_installs_it_and_it_runs() {
	mkdir -p /run/wireguard; network >/var/lab/network-before
	exits 0 dpkg -i /lab/old/adit_*.deb
	equal "the service" "$(systemctl is-active aditd)" active
	equal "its socket" "$(systemctl is-active aditd.socket)" active
	local unit
	for unit in aditd.service aditd.socket adit-close-first.service; do equal "$unit" "$(systemctl is-enabled $unit)" enabled; done
	exits 0 adit list
	equal "failed units" "$(systemctl --failed --plain --no-legend)" ""
}
