# The key that tunnels are sealed with, kept by systemd.
CHECKS=(the_documented_commands_make_a_key_that_the_host_guards)

the_documented_commands_make_a_key_that_the_host_guards() {
	documented "The key that encrypts the tunnels"
	equal "the service" "$(systemctl is-active aditd)" active
	exits 1 test -e /var/lib/adit/store.key
	contains "$(adit list)" office
	lacks "$(cat "/proc/$(main_pid)/environ" | tr '\0' '\n')" PrivateKey
	exits 0 adit up office --wait=60
	exits 0 adit down office
}
