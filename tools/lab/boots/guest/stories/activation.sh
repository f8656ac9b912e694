# Started by who asks.
CHECKS=(the_first_to_ask_starts_it)

the_first_to_ask_starts_it() {
	exits 0 systemctl stop aditd.service
	equal "the service" "$(systemctl show -P ActiveState aditd)" inactive
	equal "the socket" "$(systemctl is-active aditd.socket)" active
	# A program waits for an answer for some seconds only; the computer may take longer to start the service.
	eventually session_of plain adit list
	equal "the service" "$(systemctl is-active aditd)" active
	equal "the socket's owner" "$(stat -c %U /run/adit/adit.sock)" root
	eventually answers_through office
}
