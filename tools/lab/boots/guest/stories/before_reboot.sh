# The last of the first start.
CHECKS=(nothing_was_kept_from_it it_is_to_come_up_with_the_computer)

it_is_to_come_up_with_the_computer() {
	exits 0 adit boot office on
	exits 0 adit down office
}
