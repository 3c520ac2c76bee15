#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# A parallel build that never ends.
#
#   compileload.sh make DIR FILES    writes FILES C files of about 2000 lines, always the same ones, and a Makefile
#   compileload.sh run DIR JOBS      builds them with make -jJOBS again and again until DIR/stop appears
#   compileload.sh cpu DIR           prints the CPU time that it has used so far, in ms
#   compileload.sh stop DIR          ends run, and returns when its last compiler is gone
set -eu

usage() {
	sed -n 's/^#   /usage: /p' "$0" >&2
	exit 2
}

# 200 functions a file, numbers from a generator with a fixed seed.
sources() {
	awk -v files="$1" 'BEGIN {
		for (file = 0; file < files; file++) {
			name = sprintf("unit%03d.c", file)
			seed = file * 7919 + 1
			for (i = 0; i < 200; i++) {
				seed = (seed * 69069 + 12345) % 2147483648
				printf "static int f%d(int a, int b)\n{\n", i > name
				printf "\tint t = a * %d + b;\n\n", seed % 1000 > name
				printf "\tfor (int i = 0; i < b %% %d; i++)\n", seed % 97 + 3 > name
				printf "\t\tt ^= (t << %d) + i * a;\n", seed % 13 + 1 > name
				printf "\tif (t > %d)\n", seed % 5000 > name
				printf "\t\tt -= f%d(a - 1, b / 2);\n", i ? i - 1 : 0 > name
				printf "\treturn t;\n}\n" > name
			}
			printf "int unit%03d(int a)\n{\n\treturn f199(a, a + 1);\n}\n", file > name
			close(name)
		}
	}'
}

# A compiled file leaves one byte in the file "progress".
makefile() {
	cat <<'END'
objects := $(patsubst %.c,%.o,$(wildcard unit*.c))
all: $(objects)
%.o: %.c
	@gcc -O0 -c -o $@ $< && printf . >>progress
END
}

# cpu_time PID HZ: of a process, all that it started, and all that they waited for; in ms.
cpu_time() {
	cat /proc/[0-9]*/stat 2>/dev/null | awk -v root="$1" -v hz="$2" '{
		pid = $1
		sub(/.*\) /, "")
		parent[pid] = $2
		ticks[pid] = $12 + $13 + $14 + $15
	}
	END {
		for (pid in ticks) {
			for (p = pid; p in parent && p != root; p = parent[p])
				;
			if (p == root)
				sum += ticks[pid]
		}
		printf "%d\n", sum * 1000 / hz
	}'
}

[ $# -ge 2 ] || usage
dir=$2
case $1 in
make)
	[ $# -eq 3 ] || usage
	mkdir -p "$dir"
	cd "$dir"
	sources "$3"
	makefile >Makefile
	: >progress
	;;
run)
	[ $# -eq 3 ] || usage
	cd "$dir"
	rm -f stop unit*.o
	echo $$ >running
	trap 'rm -f running' EXIT
	while [ ! -e stop ]; do
		make -s -j"$3" || [ -e stop ]
		rm -f unit*.o
	done
	;;
cpu)
	cpu_time "$(cat "$dir/running")" "$(getconf CLK_TCK)"
	;;
stop)
	: >"$dir/stop"
	# The rest of the files need not be compiled: make ends its compilers when it is told to.
	while [ -e "$dir/running" ]; do
		for pid in $(pgrep -x make || :); do
			if [ "$(readlink "/proc/$pid/cwd")" = "$(cd "$dir" && pwd -P)" ]; then
				kill "$pid" 2>/dev/null || :
			fi
		done
		sleep 0.1
	done
	;;
*) usage ;;
esac
