# The Debian in which packages are installed: a folder, made once and copied for each run.

skip() { echo "SKIPPED: packages in a Debian: $*"; echo "test result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out"; exit 0; }

make_system() {
	local tool codename stamp
	for tool in mmdebstrap apt-get rpm file Xvfb xwininfo; do command -v "$tool" >/dev/null || skip "$tool is not installed"; done
	[[ $EUID -eq 0 ]] || skip "only root can install packages"
	mkdir -p "$PACKAGES_DIR"
	codename=$(. /etc/os-release; echo "${VERSION_CODENAME-}")
	# From where apt has this machine's own release, so that programs that were built here run there.
	apt-get indextargets --format 'deb $(REPO_URI) $(RELEASE) $(COMPONENT)' 'Created-By: Packages' 'Origin: Debian' |
		awk -v release="$codename" 'index($3, release) == 1' | sort -u >"$PACKAGES_DIR/sources.list"
	[[ -s $PACKAGES_DIR/sources.list ]] || skip "apt has no lists of Debian's packages (apt-get update?)"
	stamp=$(cat "$PACKAGES_DIR/sources.list" "$here/system.sh" | sha256sum)
	if [[ ! -f $PACKAGES_DIR/system.tar || $(cat "$PACKAGES_DIR/stamp" 2>/dev/null) != "$stamp" ]]; then
		echo "packages: making a Debian ($codename)"
		# Libraries of the desktop are in it already, so that a run need not fetch them.
		mmdebstrap --mode=root --variant=minbase --skip=cleanup/apt/lists \
			--include=libwebkit2gtk-4.1-0,nftables,systemd,desktop-file-utils,shared-mime-info,man-db,libglib2.0-bin,fonts-dejavu-core \
			"$codename" "$PACKAGES_DIR/system.tar" "$PACKAGES_DIR/sources.list" >"$PACKAGES_DIR/mmdebstrap.log" 2>&1 ||
			{ tail -20 "$PACKAGES_DIR/mmdebstrap.log"; echo "packages: mmdebstrap failed, see $PACKAGES_DIR/mmdebstrap.log" >&2; exit 1; }
		echo "$stamp" >"$PACKAGES_DIR/stamp"
	fi
	clean_up
	mkdir -p "$root"
	tar -C "$root" -xf "$PACKAGES_DIR/system.tar" --exclude='./dev/*'
	mknod -m 666 "$root/dev/null" c 1 3; mknod -m 666 "$root/dev/urandom" c 1 9; mknod -m 666 "$root/dev/random" c 1 8
	mkdir -p "$root/packages/old" "$root/packages/new"
	cp "$old"/*.deb "$root/packages/old/"; cp "$new"/*.deb "$root/packages/new/"
}

# A process in the system: in namespaces of its own, so that it sees no network and no process of this computer, and all that it
# started ends with it.
inside() { # COMMAND...
	unshare --net --ipc --uts --mount --pid --fork --kill-child --mount-proc="$root/proc" chroot "$root" \
		env -i PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 HOME=/root DEBIAN_FRONTEND=noninteractive ${DISPLAY:+DISPLAY=$DISPLAY} "$@"
}

clean_up() {
	[[ ! -d $root ]] || rm -rf --one-file-system "$root"
}
