# The last of the first start.
CHECKS=(nothing_was_kept_from_it one_that_blocks_is_to_come_up_with_the_computer)

one_that_blocks_is_to_come_up_with_the_computer() {
	exits 0 adit import /etc/lab/everything.conf
	exits 0 adit block everything on
	exits 0 adit boot everything on
	contains "$(cat /var/lib/adit/closes-first)" "everything "
	exits 1 nft list table inet aditblock-everything
}
