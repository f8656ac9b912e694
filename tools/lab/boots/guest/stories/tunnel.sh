# A tunnel to the kernel's WireGuard.
CHECKS=(a_configuration_is_imported it_comes_up_and_is_answered the_journal_names_the_tunnel status_says_which_are_up)

a_configuration_is_imported() {
	exits 0 adit import /etc/lab/office.conf
	contains "$(adit list)" office
}

it_comes_up_and_is_answered() {
	exits 0 adit up office --wait=60
	exits 0 answers_through office
}

the_journal_names_the_tunnel() {
	local id; id=$(adit status office --json | grep -o '"id": *"[0-9a-f]*"' | head -1 | cut -d'"' -f4)
	exits 0 journalctl -b -q -u aditd "ADIT_TUNNEL=$id" -o json
	[[ -n $(journalctl -b -q -u aditd "ADIT_TUNNEL=$id" -o cat) ]]
}

status_says_which_are_up() {
	eventually bash -c '[[ $(systemctl show -P StatusText aditd) == "1 tunnel, up: office" ]]'
}
