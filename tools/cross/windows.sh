#!/bin/bash
# windows.sh DIR     what runs programs for Windows on this machine, in DIR as given to setup.sh: DIR/wine
#
# Wine gets a copy of Windows (a prefix) of the project's own, so that no other one on this machine is read or changed. Besides
# it there is what Wine lacks, for tests only: bcryptprimitives.dll, and test-wintun.dll. Needs wine64 and MinGW's gcc.
# Idempotent; the first run takes about 15 seconds.
set -euo pipefail
DIR=$(mkdir -p "${1:?usage: windows.sh DIR}/wine" && cd "$1/wine" && pwd)
HERE=$(cd "$(dirname "$0")" && pwd)
WINE=/usr/lib/wine/wine64
exec 9>"$DIR/.lock"; flock 9

dll() { # SOURCE LIBRARIES...: a library of the same name, made again when its source has changed
  local source=$HERE/$1.c made=$DIR/$1.dll; shift
  [[ $made -nt $source ]] || x86_64-w64-mingw32-gcc -shared -O2 -Wall -Wextra -Werror -o "$made" "$source" "$@"
}
dll bcryptprimitives -ladvapi32
dll test-wintun -lws2_32

V=$("$WINE" --version)
if [[ ! -e $DIR/.done-prefix || $(<"$DIR/.done-prefix") != "$V" ]]; then
  echo "windows.sh: a copy of Windows for $V"
  rm -rf "$DIR/prefix"
  # Without the parts that ask to be downloaded, and without entries in this user's menus.
  export WINEPREFIX=$DIR/prefix WINEARCH=win64 WINEDEBUG=-all WINEDLLOVERRIDES='mscoree,mshtml=;winemenubuilder.exe=d;winedbg.exe=d'
  # Not the lock: what Wine leaves running would keep it.
  "$WINE" wineboot -i </dev/null >/dev/null 2>&1 9>&-
  "${WINE%/*}/wineserver" -w 9>&-
  [[ -e $WINEPREFIX/system.reg ]] || { echo "windows.sh: Wine made no copy of Windows in $WINEPREFIX" >&2; exit 1; }
  # Newer versions of Wine have this library.
  [[ -e $WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll ]] || cp "$DIR/bcryptprimitives.dll" "$WINEPREFIX/drive_c/windows/system32/"
  echo "$V" >"$DIR/.done-prefix"
fi
