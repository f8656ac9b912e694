#!/bin/bash
# check.sh DIR TARGET check|clippy [cargo arguments...]     run inside the workspace; DIR as given to setup.sh
# Type-checks for TARGET with the toolchain in DIR: types, trait bounds, cfgs and names, no machine code, no linking.
set -euo pipefail
DIR=${1:?usage: check.sh DIR TARGET check|clippy [cargo arguments]} T=${2:?no TARGET} CMD=${3:?check or clippy}; shift 3
case $CMD in check|clippy) ;; *) echo "check.sh: $CMD: only check and clippy (this standard library holds no code)" >&2; exit 2;; esac
R=$DIR/rust/usr
[[ -d $R/lib/rustlib/$T/lib ]] || { echo "check.sh: no standard library for $T: tools/cross/setup.sh $DIR $T" >&2; exit 2; }
export PATH=$DIR/bin:$R/bin:$PATH RUSTC=$R/bin/rustc CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$DIR/target}
unset RUSTUP_TOOLCHAIN RUSTC_BOOTSTRAP CARGO
U=${T//-/_}
export "CC_$U=$DIR/bin/fake-cc" "CXX_$U=$DIR/bin/fake-cc" "AR_$U=$DIR/bin/fake-ar" AWS_LC_SYS_PREBUILT_NASM=1
case $T in *-android) export ANDROID_NDK_HOME=${ANDROID_NDK_HOME:-/nonexistent-ndk};; esac
exec "$R/bin/cargo" "$CMD" --target "$T" "$@"
