# How a check is made and told, in the manner of `cargo test`, so that who reads its output can read this one.
RESULTS=/dev/ttyS1
# What failed checks printed, as soon as they did.
DETAILS=/dev/ttyS2

# Tells stories: each is a file of functions, and CHECKS names those that are checks, in their order.
tell() {
	local story check only; only=$(cat /lab/only)
	for story; do
		[[ -z $only || " install before_reboot closes_first $only " == *" $story "* ]] || continue
		CHECKS=()
		. "/lab/guest/stories/$story.sh"
		for check in "${CHECKS[@]}"; do check "$story::$check" "$check"; done
		# Without it there is nothing to tell.
		[[ $story != install || $outcome == 0 ]] || return
	done
}

# Runs one, and puts how it ended into `outcome`.
check() {
	local name=$1 out=/var/lab/checks/$1
	rm -f /var/lab/broken
	# Not as a condition of anything, nor called as one: there the shell does not heed `set -e`.
	(set -eEuo pipefail; trap 'echo "failed: $BASH_COMMAND (line $LINENO of ${BASH_SOURCE[0]##*/})" >&2' ERR; "$2") >"$out" 2>&1 </dev/null
	outcome=$?
	[[ ! -e /var/lab/broken ]] || outcome=1
	if ((outcome == 0)); then
		echo "$name" >>/var/lab/passed
		echo "test $name ... ok" >"$RESULTS"
		grep -E '^(SKIPPED|seen): ' "$out" >"$RESULTS"
	else
		echo "$name" >>/var/lab/failed
		{ echo "--- aditd's journal:"; journalctl -b -u aditd -n 20 -o short-monotonic --no-hostname; } >>"$out" 2>&1
		echo "test $name ... FAILED" >"$RESULTS"
		{ echo "$name"; cat "$out"; } >"$DETAILS"
	fi
}

summarize() {
	local passed failed name; touch /var/lab/passed /var/lab/failed
	passed=$(wc -l </var/lab/passed) failed=$(wc -l </var/lab/failed)
	{
		echo
		while read -r name; do printf -- '---- %s stdout ----\n' "$name"; cat "/var/lab/checks/$name"; echo; done </var/lab/failed
		echo "failures:"; sed 's/^/    /' /var/lab/failed; echo
		((failed)) && echo -n "test result: FAILED." || echo -n "test result: ok."
		echo " $passed passed; $failed failed; 0 ignored; 0 measured; 0 filtered out"
	} >"$RESULTS"
	sync
}

# A figure worth knowing, which decides nothing.
seen() { echo "seen: $*"; }

equal() { # WHAT FOUND WANTED
	[[ $2 == "$3" ]] || { echo "$1 is: $2"; echo "and is to be: $3"; return 1; }
}

contains() { # TEXT PART
	[[ $1 == *"$2"* ]] || { echo "\"$2\" is missing in:"; echo "$1"; return 1; }
}

lacks() { # TEXT PART
	[[ $1 != *"$2"* ]] || { echo "\"$2\" is in:"; echo "$1"; return 1; }
}

# Runs a command that has to end with this status; prints what it said. A check fails by it also where it stands in `$(...)`.
exits() { # STATUS COMMAND...
	local wanted=$1 status=0 said; shift
	said=$("$@" 2>&1) || status=$?
	echo "$said"
	[[ $status == "$wanted" ]] || { touch /var/lab/broken; echo "$* ended with $status and is to end with $wanted" >&2; return 1; }
}

# Until the command succeeds. The limit is far above what it takes: an emulated computer is slow.
eventually() { # COMMAND...
	local end=$((SECONDS + 120))
	until "$@" >/dev/null 2>&1; do
		((SECONDS < end)) || { echo "never happened: $*"; "$@"; return 1; }
		sleep 0.2
	done
}

# The commands of the first block of shell in the documentation under a heading, as root, from the repository's root.
documented() { # HEADING
	awk -v heading="## $1" '$0 == heading {in_it = 1; next} /^## / {in_it = 0} in_it && /^```/ {n++; next} in_it && n == 1' \
		/lab/repository/docs/DAEMON.md >/var/lab/commands
	[[ -s /var/lab/commands ]] || { echo "docs/DAEMON.md has no commands under \"$1\""; return 1; }
	cat /var/lab/commands
	sudo() { "$@"; }
	(cd /lab/repository && . /var/lab/commands)
}
