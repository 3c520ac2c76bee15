#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# build.sh object   compile src/*.bpf.c to target/obj/org/jland/bpf/*.bpf.o, where inputs changed, and what
#                   only tests load, bench/*.bpf.c, to target/bench/org/jland/scheduler
# build.sh format   fail if a source is not in the kernel's style
# build.sh fix      put it there
# build.sh which clang|clang-format   print the one that is used
#
# CLANG and CLANG_FORMAT name the tools to use; otherwise the newest installed ones are taken, of clang the newest
# that has its llvm-strip.
set -eu
cd "$(dirname "$0")"

min_clang=16
out=target/obj/org/jland/bpf
bench=target/bench/org/jland/scheduler

die() {
	echo "bpf/build.sh: $*" >&2
	exit 1
}

# candidates NAME: NAME itself, then every NAME-NN on the PATH, the highest NN first.
candidates() {
	echo "$1"
	echo "$PATH" | tr ':' '\n' | while read -r dir; do
		for file in "$dir/$1"-[0-9]*; do
			echo "${file##*/"$1"-}"
		done
	done | grep -x '[0-9]*' | sort -rnu | sed "s/^/$1-/"
}

major() {
	"$1" --version 2>/dev/null | sed -n 's/.*version \([0-9][0-9]*\).*/\1/p' | head -n 1
}

# strip_of CLANG: the llvm-strip of the same version; the one on the PATH may be older than the object.
strip_of() {
	echo "$(dirname "$(readlink -f "$(command -v "$1")")")/llvm-strip"
}

# find_tool clang|clang-format: prints the command of the first one that is new enough.
find_tool() {
	case $1 in
	clang) named=${CLANG:-} ;;
	clang-format) named=${CLANG_FORMAT:-} ;;
	*) die "no tool $1" ;;
	esac
	found=
	for tool in ${named:-$(candidates "$1")}; do
		version=$(major "$tool")
		[ "${version:-0}" -ge $min_clang ] || continue
		if [ "$1" != clang ] || [ -x "$(strip_of "$tool")" ]; then
			echo "$tool"
			return
		fi
		found=${found:-$version}
	done
	[ -z "$found" ] || die "clang $found has no llvm-strip of its version. Type: apt-get install -y llvm-$found"
	die "no $1 >= $min_clang found. Type: apt-get install -y $1-$min_clang"
}

compile_all() {
	[ -n "$(find src -name '*.bpf.c' 2>/dev/null)" ] || die "there is no src/*.bpf.c to compile"
	clang=$(find_tool clang)
	strip=$(strip_of "$clang")
	# -g makes the BTF; llvm-strip drops DWARF and leaves it. No path of this machine stays in.
	set -- -target bpf -mcpu=v3 -O2 -g -std=gnu11 "-D__TARGET_ARCH_$(target_arch)" \
		-Wall -Wextra -Werror -Wno-unused-parameter -fno-ident "-ffile-prefix-map=$PWD=bpf" \
		-iquote src

	stamp=$("$clang" --version; echo "$@"; cksum build.sh src/*.[ch] bench/*.c)
	if [ -f target/stamp ] && [ "$stamp" = "$(cat target/stamp)" ]; then
		return
	fi
	rm -rf target/stamp "$out" "$bench"
	compile "$out" src "$@"
	compile "$bench" bench "$@"
	echo "$stamp" >target/stamp
}

# compile TO FROM OPTION...: all sources of a folder.
compile() {
	to=$1
	from=$2
	shift 2
	mkdir -p "$to"
	for source in "$from"/*.bpf.c; do
		object=$to/$(basename "$source" .c).o
		"$clang" "$@" -c "$source" -o "$object" || die "$source does not compile"
		"$strip" -g "$object"
	done
}

# The name that libbpf's bpf_tracing.h has for this machine.
target_arch() {
	case $(uname -m) in
	x86_64) echo x86 ;;
	aarch64) echo arm64 ;;
	riscv64) echo riscv ;;
	s390x) echo s390 ;;
	ppc64le) echo powerpc ;;
	*) die "no BPF target is known for $(uname -m)" ;;
	esac
}

format() {
	clang_format=$(find_tool clang-format)
	"$clang_format" --style=file "$@" src/*.[ch] bench/*.c
}

case ${1:-} in
object) compile_all ;;
format) format --dry-run --Werror || die "not in the kernel's style. Type: bpf/build.sh fix" ;;
fix) format -i ;;
which) find_tool "${2:-clang}" ;;
*) die "usage: build.sh object|format|fix|which" ;;
esac
