#!/bin/bash
# setup.sh DIR TARGET...     a Rust toolchain in DIR that can type-check for TARGETs, made from Debian packages alone
#
# Debian's rustc-web (a recent toolchain with the standard library's source) is unpacked into DIR, never installed, so the
# machine's own toolchain stays as it is. The standard library is built once for each target and put into that toolchain's
# sysroot; `cargo check --locked --target TARGET` then needs no unstable flag. See check.sh. For Windows it holds machine code,
# because MinGW can link it and Wine can run it (windows.sh); for the others it is metadata alone.
# Idempotent; the first run takes about a minute a target on two idle cores.
set -euo pipefail
DIR=$(mkdir -p "${1:?usage: setup.sh DIR TARGET...}" && cd "$1" && pwd); shift
(($#)) || { echo "usage: setup.sh DIR TARGET..." >&2; exit 2; }
R=$DIR/rust/usr
exec 9>"$DIR/.lock"; flock 9

candidate() { apt-cache policy rust-web-src | awk '/Candidate/{print $2}'; }
V=$(candidate)
if [[ ! -e $DIR/.done-rust-$V && $EUID = 0 ]]; then apt-get update -q || echo "setup.sh: going on with the package lists that are here"; V=$(candidate); fi
[[ -n $V && $V != "(none)" ]] || { echo "setup.sh: apt knows no rust-web-src (Debian 12 with its security updates has it)" >&2; exit 3; }
if [[ ! -e $DIR/.done-rust-$V ]]; then
  rm -rf "$DIR/rust" "$DIR/debs" "$DIR"/.done-*; mkdir -p "$DIR/debs" "$DIR/rust"
  MM=$(sed -E 's/^([0-9]+\.[0-9]+).*/\1/' <<<"$V")
  ( cd "$DIR/debs"
    apt-get download rustc-web="$V" cargo-web="$V" rust-web-src="$V" rust-web-clippy="$V" \
      libstd-rust-web-dev="$V" "libstd-rust-web-$MM=$V" \
      libllvm22 libgit2-1.5 libhttp-parser2.9 libmbedcrypto7 libmbedtls14 libmbedx509-1 libz3-4 patchelf binutils-mingw-w64-x86-64 )
  for d in "$DIR"/debs/*.deb; do dpkg -x "$d" "$DIR/rust"; done
  L=$R/lib/x86_64-linux-gnu
  # Search paths inside the binaries: LD_LIBRARY_PATH would leak into build scripts.
  for b in rustc cargo clippy-driver cargo-clippy rustdoc; do
    "$R/bin/patchelf" --set-rpath '$ORIGIN/../lib/x86_64-linux-gnu' "$R/bin/$b"
  done
  for l in "$L"/librustc_driver-*.so "$L"/libLLVM*.so* "$L"/libgit2.so* "$L"/libmbed*.so*; do
    [[ -L $l ]] || "$R/bin/patchelf" --set-rpath '$ORIGIN' "$l"
  done
  if ldd "$R"/bin/{rustc,cargo,clippy-driver,x86_64-w64-mingw32-dlltool} | grep 'not found'; then
    echo "setup.sh: the unpacked toolchain misses the libraries above; add their packages to the list" >&2; exit 1
  fi
  rm -rf "$DIR/debs"; touch "$DIR/.done-rust-$V"
fi

for T; do
  # Metadata takes a little less time than code.
  case $T in *-windows-gnu) KIND=code FLAGS= PROFILE=(--release) BUILT=release;; *) KIND=std FLAGS=-Zno-codegen PROFILE=() BUILT=debug;; esac
  [[ -e $DIR/.done-$KIND-$T ]] && continue
  echo "setup.sh: standard library for $T"
  D=$R/lib/rustlib/$T/lib; W=$DIR/mkstd; mkdir -p "$W/src"; : >"$W/src/lib.rs"
  printf '[package]\nname="mkstd"\nversion="0.1.0"\nedition="2021"\n[workspace]\n[profile.dev]\ndebug=0\n[profile.release]\ndebug=0\n' >"$W/Cargo.toml"
  # From $W, so that no .cargo/config.toml of the project applies.
  ( cd "$W"; unset CARGO_ENCODED_RUSTFLAGS RUSTUP_TOOLCHAIN CARGO_TARGET_DIR
    # PATH: the standard library for Windows makes import libraries with dlltool.
    PATH=$R/bin:$PATH RUSTC=$R/bin/rustc RUSTC_BOOTSTRAP=1 RUSTFLAGS=$FLAGS "$R/bin/cargo" build -q "${PROFILE[@]}" --target "$T" \
      -Zbuild-std=std,panic_unwind,panic_abort,test,proc_macro --target-dir "$W/target" )
  rm -rf "$D.new"; mkdir -p "$D.new"
  for f in "$W/target/$T/$BUILT"/deps/*.rlib; do case $f in */libmkstd-*) ;; *) cp "$f" "$D.new/";; esac; done
  if [[ $KIND = code ]]; then
    # The start and the end of the table of stack frames, which every program for Windows by MinGW is linked between.
    for O in rsbegin rsend; do
      RUSTC_BOOTSTRAP=1 "$R/bin/rustc" --target "$T" --emit=obj -o "$D.new/$O.o" "$R/lib/rustlib/src/rust/library/rtstartup/$O.rs"
    done
  fi
  # What was compiled against the library before does not fit this one.
  rm -rf "$D" "$DIR/target/$T"; mkdir -p "${D%/*}"; mv "$D.new" "$D"; touch "$DIR/.done-$KIND-$T"
done
rm -rf "$DIR/mkstd"

# Stand-ins for the C tools of targets whose headers exist on no Linux machine: the build scripts of C-carrying crates run
# through, nothing is compiled. They show that the Rust side is right, and no more than that.
mkdir -p "$DIR/bin"
cat >"$DIR/bin/fake-cc" <<'F'
#!/bin/bash
o=; pre=0; prev=
for a in "$@"; do
  case $prev in -o) o=$a;; esac
  case $a in
    -E) pre=1;;
    --version|-v) echo "clang version 19.0.0 (stand-in)"; exit 0;;
    -dumpmachine) echo stand-in; exit 0;;
    -Fo*|/Fo*) o=${a#?Fo};;
  esac
  prev=$a
done
if [ $pre = 1 ]; then for a in "$@"; do case $a in *.c) echo clang;; esac; done; exit 0; fi
[ -n "$o" ] && printf '' | as -o "$o" -
exit 0
F
cat >"$DIR/bin/fake-ar" <<'F'
#!/bin/bash
for a in "$@"; do
  case $a in
    -out:*|/out:*|-OUT:*|/OUT:*) printf '!<arch>\n' >"${a#?????}"; exit 0;;
    *.a|*.lib) printf '!<arch>\n' >"$a"; exit 0;;
  esac
done
exit 0
F
cat >"$DIR/bin/xcrun" <<'F'
#!/bin/bash
case "$*" in
  *--show-sdk-path*) echo /nonexistent-sdk;;
  *--show-sdk-platform-version*|*--show-sdk-version*) echo 17.0;;
  *-f*|*--find*) echo "${@: -1}";;
esac
exit 0
F
chmod +x "$DIR"/bin/*
