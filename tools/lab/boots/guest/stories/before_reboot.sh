# The last of the first start.
CHECKS=(nothing_was_kept_from_it it_is_to_come_up_with_the_computer)

it_is_to_come_up_with_the_computer)

# Each system call that a unit's filter refuses is noted by the kernel; that this is so here is seen first.
nothing_was_kept_from_it() {
	systemd-run --quiet --wait -p User=adit -p 'SystemCallFilter=~@mount' -p SystemCallErrorNumber=EPERM -- mount -t tmpfs none /mnt || :
	refused() { journalctl -b -q _TRANSPORT=audit -o cat | grep SECCOMP; }
	contains "$(eventually refused; refused)" 'exe="/usr/bin/mount"'
	refused | grep -v 'exe="/usr/bin/mount"' | grep -E "uid=$(id -u adit) |aditd|resolvectl|/nft" && return 1
	local lines; lines=$(journalctl -b -u aditd -o short-monotonic)
	lacks "$lines" SIGSYS
	lacks "$lines" EPERM
	lacks "$lines" "Operation not permitted"
	lacks "$lines" "Permission denied"
}

it_is_to_come_up_with_the_computer() {
	exits 0 adit boot office on
	exits 0 adit down office
}
