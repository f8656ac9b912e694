# What is checked, in this order. Each check is a function that fails by its status.

contains() { [[ $1 == *"$2"* ]] || { echo "\"$2\" is missing in:"; echo "$1"; return 1; }; } # TEXT PART
equal() { [[ $2 == "$3" ]] || { echo "$1 is: $2"; echo "and is to be: $3"; return 1; }; } # WHAT FOUND WANTED

# What packages can leave behind; not what apt, dpkg and the caches of others write.
files() {
	(cd "$root" && find . \( -path ./proc -o -path ./sys -o -path ./dev -o -path ./tmp -o -path ./var/log -o -path ./var/cache \
		-o -path ./var/lib/apt -o -path ./var/lib/dpkg -o -path ./packages -o -name '*.cache' -o -path ./usr/share/mime \
		-o -path './etc/*-' -o -path ./etc/.pwd.lock \) -prune -o -print | sort)
}

# Without a network: everything that the packages need is there already, or they need more than they should.
apt_installs() { # VERSION NAME...
	local version=$1 name files=(); shift
	for name; do files+=("/packages/$version/$(basename "$root/packages/$version/${name}"_*.deb)"); done
	inside apt-get -o Dpkg::Use-Pty=0 install -y --no-install-recommends "${files[@]}"
}

both_are_installed_by_apt_with_what_they_need() {
	files >"$PACKAGES_DIR/files-before"
	apt_installs old adit
	equal "the service's package needs a library of the desktop" "$(inside dpkg-query -W -f '${Depends}' adit | grep -cE 'gtk|webkit' || :)" 0
	apt_installs old adit-desktop
	equal "states" "$(inside dpkg-query -W -f '${db:Status-Abbrev}' adit adit-desktop)" "ii ii "
	contains "$(inside getent passwd adit)" "/usr/sbin/nologin"
	inside getent group adit-operators
	local unit
	for unit in sockets.target.wants/aditd.socket multi-user.target.wants/aditd.service sysinit.target.wants/adit-close-first.service; do
		[[ -L $root/etc/systemd/system/$unit ]]
	done
	equal "/run/wireguard" "$(stat -c '%a' "$root/run/wireguard")" 1770
	equal "files that belong to somebody else than root" "$(inside sh -c 'dpkg -L adit adit-desktop | xargs -d "\n" stat -c "%U:%G %n"' | grep -v '^root:root ' || :)" ""
}

the_service_starts_and_the_command_talks_to_it() {
	inside bash -euc '
		# As it runs under OpenRC and runit.
		install -d -o adit -g adit -m 0700 /var/lib/adit
		setpriv --reuid=adit --regid=adit --init-groups --no-new-privs --inh-caps=-all,+net_admin --ambient-caps=-all,+net_admin \
			--bounding-set=-all,+net_admin aditd >/tmp/aditd.log 2>&1 &
		for i in $(seq 200); do adit list >/dev/null 2>&1 && break; sleep 0.1; done
		adit list --json || { cat /tmp/aditd.log; exit 1; }
		printf "[Interface]\nPrivateKey = %s\nAddress = 10.9.0.2/32\n" "$(adit genkey)" >/tmp/office.conf
		adit import /tmp/office.conf
		adit list | grep office
		adit remove office --yes
		kill $!; wait $! || { cat /tmp/aditd.log; exit 1; }'
	contains "$(inside adit --version)" "adit "
	contains "$(inside aditd --version)" "aditd "
	inside adit-wg --help
}

# On an X server without a screen, in namespaces of its own: the only display that the app can reach.
the_app_opens_its_window() {
	contains "$(inside adit-app --version)" "adit-app "
	unshare --net --mount --pid --fork --kill-child --mount-proc bash -euc '
		mount --bind "$0" /mnt; mount -t proc none /mnt/proc
		mount -t tmpfs none /tmp; mkdir -m 1777 /tmp/.X11-unix
		Xvfb :87 -screen 0 1280x900x24 -nolisten tcp &
		for i in $(seq 300); do [[ -S /tmp/.X11-unix/X87 ]] && break; sleep 0.1; done
		mkdir -p /mnt/tmp/.X11-unix; mount --bind /tmp/.X11-unix /mnt/tmp/.X11-unix
		chroot /mnt env -i PATH=/usr/bin:/bin HOME=/tmp/home XDG_RUNTIME_DIR=/tmp/app DISPLAY=:87 LC_ALL=C.UTF-8 \
			sh -c "mkdir -p -m 700 /tmp/app && exec adit-app" &
		for i in $(seq 300); do
			# The class is the one that the desktop entry names.
			DISPLAY=:87 xwininfo -root -tree | grep "\"Adit\": (\"adit-app\"" && exit 0
			kill -0 $! || exit 1
			sleep 0.1
		done
		DISPLAY=:87 xwininfo -root -tree; exit 1' "$root"
}

the_desktop_knows_the_app_and_its_files() {
	inside desktop-file-validate /usr/share/applications/io.adit.app.desktop
	printf '[Interface]\nPrivateKey = x\n' >"$root/tmp/office.conf"
	contains "$(inside gio info -a standard::content-type /tmp/office.conf)" application/x-wireguard-config
	contains "$(inside gio mime application/x-wireguard-config)" io.adit.app.desktop
	local width
	for width in 16 24 32 48 64 128 256 512; do
		contains "$(file "$root/usr/share/icons/hicolor/${width}x$width/apps/io.adit.app.png")" "PNG image data, $width x $width,"
	done
	[[ -s $root/usr/share/icons/hicolor/symbolic/apps/io.adit.app-symbolic.svg ]]
}

the_manual_and_the_completions_are_found() {
	contains "$(inside man -P cat adit)" "EXIT STATUS"
	inside man -P cat adit-import >/dev/null
	contains "$(inside man -P cat 8 aditd)" "--conf-files"
	contains "$(inside man -P cat 1 adit-app)" "--hidden"
	bash -n "$root/usr/share/bash-completion/completions/adit"
	[[ -s $root/usr/share/zsh/vendor-completions/_adit && -s $root/usr/share/fish/vendor_completions.d/adit.fish ]]
	zcat "$root/usr/share/doc/adit/THIRD-PARTY-NOTICES.gz" | grep aws-lc >/dev/null
	zcat "$root/usr/share/doc/adit-desktop/adit-desktop.cdx.json.gz" | grep '"pkg:npm/svelte@' >/dev/null
}

a_newer_version_replaces_both() {
	mkdir -p "$root/var/lib/adit"; echo kept >"$root/var/lib/adit/of-the-user"
	# Switched off by an administrator, with the units that belong to it, which a new version leaves so.
	inside systemctl disable aditd.service
	apt_installs new adit adit-desktop
	contains "$(inside dpkg-query -W -f '${Version} ${db:Status-Abbrev}' adit)" "99.0.0 ii"
	equal "the store" "$(cat "$root/var/lib/adit/of-the-user")" kept
	equal "enabled units" "$(find "$root/etc/systemd/system" -name 'adit*')" ""
}

# Its network is that of the computer around it, whose kill switches are not the package's.
a_removal_in_a_chroot_repairs_nothing() {
	local said
	said=$(unshare --net --mount bash -euc 'mount -t proc none "$0/proc"; chroot "$0" /var/lib/dpkg/info/adit.prerm remove' "$root" 2>&1)
	equal "what it says" "$said" ""
	contains "$(inside /var/lib/dpkg/info/adit.prerm remove)" "nothing to repair"
}

removed_and_purged_they_leave_only_the_user() {
	inside apt-get -o Dpkg::Use-Pty=0 remove -y adit adit-desktop
	equal "the store after a removal" "$(cat "$root/var/lib/adit/of-the-user")" kept
	inside apt-get -o Dpkg::Use-Pty=0 purge -y adit adit-desktop
	files | diff "$PACKAGES_DIR/files-before" -
	# As Debian has it: another program could get their numbers.
	inside getent passwd adit
	inside getent group adit-operators
}

the_rpms_name_what_they_need_and_install_the_same_files() {
	local requires; requires=$(rpm -qp --requires "$old"/adit-[0-9]*.rpm)
	contains "$requires" nftables
	contains "$requires" 'libc.so.6(GLIBC_2.34)(64bit)'
	[[ $requires != *gtk* && $requires != *webkit* ]]
	contains "$(rpm -qp --requires "$old"/adit-desktop-*.rpm)" 'libwebkit2gtk-4.1.so.0()(64bit)'
	contains "$(rpm -qp --requires "$old"/adit-desktop-*.rpm)" "adit = "
	contains "$(rpm -qp --scripts "$old"/adit-[0-9]*.rpm)" "adit repair"
	local name
	for name in adit adit-desktop; do
		# Other folders, and documents that only Debian has.
		rpm -qpl "$old/$name"-[0-9]*.rpm | sed 's,/usr/share/licenses/,/usr/share/doc/,; s,zsh/site-functions,zsh/vendor-completions,' | sort -u >"$PACKAGES_DIR/of-rpm"
		dpkg-deb -c "$old/$name"_*.deb | awk '{sub(/^\./, "", $6); print $6}' | grep -v '/$' |
			grep -vE '/(copyright|changelog.gz)$' | sort >"$PACKAGES_DIR/of-deb"
		grep -vE '^/usr/share/doc/[a-z-]+$' "$PACKAGES_DIR/of-rpm" | diff - "$PACKAGES_DIR/of-deb"
	done
	# In a system of Debian's, whose packages rpm does not know.
	unshare --net rpm --root "$root" --nodeps -i "$old"/adit-[0-9]*.rpm "$old"/adit-desktop-*.rpm
	contains "$(inside adit --version)" "adit "
	[[ -L $root/etc/systemd/system/multi-user.target.wants/aditd.service ]]
	inside systemctl disable aditd.service
	unshare --net rpm --root "$root" --nodeps -U "$new"/adit-[0-9]*.rpm "$new"/adit-desktop-*.rpm
	[[ ! -e $root/etc/systemd/system/multi-user.target.wants/aditd.service ]]
	unshare --net rpm --root "$root" --nodeps -e adit-desktop adit
	files | grep -vE '^\./(var/lib/rpm|usr/lib/sysimage/rpm|root)(/|$)' | diff "$PACKAGES_DIR/files-before" - | grep '^>' && return 1
	[[ ! -e $root/usr/bin/adit ]]
}
