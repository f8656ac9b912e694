#!/bin/bash
# check.sh DIR TARGET check|clippy|build|test [cargo arguments...]     run inside the workspace; DIR as given to setup.sh
# Type-checks for TARGET with the toolchain in DIR: types, trait bounds, cfgs and names, no machine code, no linking.
# build and test are for Windows alone: they link with MinGW, and tests run under Wine, once windows.sh DIR has been run.
set -euo pipefail
DIR=${1:?usage: check.sh DIR TARGET check|clippy|build|test [cargo arguments]} T=${2:?no TARGET} CMD=${3:?check, clippy, build or test}; shift 3
case $CMD-$T in
  check-*|clippy-*|build-*-windows-gnu|test-*-windows-gnu) ;;
  *) echo "check.sh: $CMD for $T: only check and clippy (this standard library holds no code)" >&2; exit 2;;
esac
R=$DIR/rust/usr
[[ -d $R/lib/rustlib/$T/lib ]] || { echo "check.sh: no standard library for $T: tools/cross/setup.sh $DIR $T" >&2; exit 2; }
export PATH=$DIR/bin:$R/bin:$PATH RUSTC=$R/bin/rustc CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$DIR/target}
unset RUSTUP_TOOLCHAIN RUSTC_BOOTSTRAP CARGO
U=${T//-/_}
case $CMD in
  build|test)
    G=x86_64-w64-mingw32
    export "CC_$U=$G-gcc" "CXX_$U=$G-g++" "AR_$U=$G-ar" "CARGO_TARGET_${U^^}_LINKER=$G-gcc"
    export "CARGO_TARGET_${U^^}_RUNNER=/usr/lib/wine/wine64" "WINEPREFIX=$DIR/wine/prefix" WINEDEBUG=-all WINEDLLOVERRIDES=winedbg.exe=d
    # Wine makes access control lists of the bits of the file, and Adit refuses a key that everybody can read.
    umask 077
    # Code for linking and metadata of stand-ins must not share a folder.
    CARGO_TARGET_DIR+=/runs;;
  *) export "CC_$U=$DIR/bin/fake-cc" "CXX_$U=$DIR/bin/fake-cc" "AR_$U=$DIR/bin/fake-ar";;
esac
export AWS_LC_SYS_PREBUILT_NASM=1
case $T in *-android) export ANDROID_NDK_HOME=${ANDROID_NDK_HOME:-/nonexistent-ndk};; esac
exec "$R/bin/cargo" "$CMD" --target "$T" "$@"
