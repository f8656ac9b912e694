# Adit is installed by the commands of docs/DAEMON.md.
CHECKS=(the_documented_commands_install_it)

the_documented_commands_install_it() {
	documented "Install it with systemd"
	equal "the service" "$(systemctl is-active aditd)" active
	equal "the service at the next start" "$(systemctl is-enabled aditd)" enabled
	equal "what closes first" "$(systemctl is-enabled adit-close-first)" enabled
}
