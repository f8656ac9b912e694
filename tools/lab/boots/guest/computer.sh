# This computer before Adit: its users, its way to the world, and in the world a WireGuard server (the kernel's) with a resolver
# behind it. World and computer are two network namespaces; what is between them is a wire.

furnish() {
	install -D -m 755 world /usr/local/lib/lab/world
	install -m 644 world.service sender.service /etc/systemd/system/
	(umask 077
	mkdir -p /etc/lab
	local who
	for who in world office everything legacy; do wg genkey >/etc/lab/$who.key; wg pubkey </etc/lab/$who.key >/etc/lab/$who.pub; done
	cat >/etc/lab/world.conf <<-CONF
		[Interface]
		PrivateKey = $(cat /etc/lab/world.key)
		ListenPort = 51820
		[Peer]
		PublicKey = $(cat /etc/lab/office.pub)
		AllowedIPs = 10.8.0.2/32
		[Peer]
		PublicKey = $(cat /etc/lab/everything.pub)
		AllowedIPs = 10.8.0.3/32
		[Peer]
		PublicKey = $(cat /etc/lab/legacy.pub)
		AllowedIPs = 10.8.0.4/32
	CONF
	configuration office 10.8.0.2 10.8.0.0/24 >/etc/lab/office.conf
	configuration everything 10.8.0.3 '0.0.0.0/0, ::/0' >/etc/lab/everything.conf
	configuration legacy 10.8.0.4 10.8.0.0/24 >/etc/wireguard/legacy.conf)
	useradd -m -s /bin/bash plain
	useradd -m -s /bin/bash member
	useradd -m -s /bin/bash -G sudo admin
	# The computer's own resolver, to be asked when no tunnel has one.
	mkdir -p /etc/systemd/resolved.conf.d
	printf '[Resolve]\nDNS=192.0.2.1\nFallbackDNS=\n' >/etc/systemd/resolved.conf.d/lab.conf
	systemctl daemon-reload
	systemctl restart systemd-resolved
	systemctl enable -q --now world
	systemctl enable -q sender
	files >/var/lab/files-before
}

configuration() { # NAME ADDRESS ALLOWED-IPS
	cat <<-CONF
		[Interface]
		PrivateKey = $(cat "/etc/lab/$1.key")
		Address = $2/32
		DNS = 10.8.0.1, corp.test
		[Peer]
		PublicKey = $(cat /etc/lab/world.pub)
		AllowedIPs = $3
		Endpoint = 192.0.2.1:51820
	CONF
}

# Everything on the disk that stays, but what Debian's own parts write as they go.
files() {
	find / -xdev \( -path /var/lab -o -path /var/log -o -path /var/cache -o -path /var/tmp -o -path /tmp -o -path /var/lib/systemd -o -path /lab \) -prune -o -print | sort
}

# As somebody who has logged in, through the same PAM service as login(1), and so with a session of systemd-logind's.
session_of() { # USER COMMAND...
	local user=$1; shift
	systemd-run --quiet --wait --pipe --collect -p PAMName=login -p "User=$user" -p "WorkingDirectory=/home/$user" -- "$@"
}

# The same on the first virtual terminal: at this computer's screen and keyboard.
at_the_screen() { # USER COMMAND...
	local user=$1 status=0; shift
	systemctl stop getty@tty1
	systemd-run --quiet --wait --collect -p PAMName=login -p "User=$user" -p "WorkingDirectory=/home/$user" \
		-p TTYPath=/dev/tty1 -p StandardInput=tty-force -p StandardOutput=file:/var/lab/said -p StandardError=file:/var/lab/said \
		-- "$@" || status=$?
	systemctl start getty@tty1
	cat /var/lab/said
	return "$status"
}

# How many of the packets that sender.service sends past all tunnels have come to the world.
arrived_in_clear() {
	ip netns exec world nft -j list counter inet seen in_clear | grep -o '"packets": *[0-9]*' | grep -o '[0-9]*$'
}

seconds() { awk -v us="$1" 'BEGIN {printf "%.2f", us / 1e6}'; } # MICROSECONDS

main_pid() { systemctl show -P MainPID aditd; }

# Asks a server of the world's own through the tunnel.
answers_through() { # NAME
	ping -n -c 1 -W 5 10.8.0.1 && [[ $(handshake "$1") -gt 0 ]]
}

handshake() { # NAME: seconds since 1970; 0: none
	wg show "$1" latest-handshakes | cut -f2
}

# What is set up in the network, in a form that can be compared.
network() {
	ip -o link | sed 's/^[0-9]*: //'; ip -o addr | sed 's/^[0-9]*: //; s/ valid_lft.*//'
	ip rule; ip -6 rule; ip route show table all; ip -6 route show table all
	nft list ruleset; resolvectl dns | sed 's/Link [0-9]*/Link/'; resolvectl domain | sed 's/Link [0-9]*/Link/'
	cat /proc/sys/net/ipv4/conf/all/src_valid_mark; ls -A /run/wireguard
}

# Each system call that a unit's filter refuses is noted by the kernel; that this is so here is seen first.
nothing_was_kept_from_it() {
	systemd-run --quiet --wait -p User=adit -p 'SystemCallFilter=~@mount' -p SystemCallErrorNumber=EPERM -- mount -t tmpfs none /mnt || :
	refused() { journalctl -b -q _TRANSPORT=audit -o cat | grep SECCOMP; }
	eventually refused
	contains "$(refused)" 'exe="/usr/bin/mount"'
	# For clone3 (435) and openat2 (437) systemd answers that the kernel has none, as RestrictNamespaces= and RestrictSUIDSGID= cannot
	# look into their arguments; clone and openat are then used.
	equal "what was refused" "$(refused | grep -v -e 'exe="/usr/bin/mount"' -e 'syscall=43[57] ' | grep -E " uid=$(id -u adit) |aditd|resolvectl|/nft" || :)" ""
	# But the one line that is documented: the folder is root's, and needed for nothing.
	local lines; lines=$(journalctl -b -u aditd -o short-monotonic | grep -v 'file_unusable .*file="/etc/wireguard"')
	lacks "$lines" SIGSYS
	lacks "$lines" EPERM
	lacks "$lines" "Operation not permitted"
	lacks "$lines" "Permission denied"
}
