#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
#
# demo.sh CPU_MS SECONDS JOBS: the guest's (or, with --host, the host's) part of jland demo. The same frame loop beside
# the same build, first under the default scheduler, then under scx_jland. Every line on standard output is for
# DemoOutput.java; what the scheduler says goes to standard error at the end.
set -eu

here=$(dirname "$(readlink -f "$0")")
state=/sys/kernel/sched_ext/state
socket=/var/run/scx/root/stats
work=$(mktemp -d /tmp/jland-demo.XXXXXX)
scheduler=

build() {
	sh "$here/compileload.sh" "$@"
}

finish() {
	status=$?
	trap - EXIT INT TERM
	if [ -e "$work/load/running" ]; then
		build stop "$work/load" 2>/dev/null || :
	fi
	if [ -n "$scheduler" ]; then
		kill "$scheduler" 2>/dev/null || :
		wait "$scheduler" 2>/dev/null || :
	fi
	if [ $status -ne 0 ] && [ -e "$work/log" ]; then
		cat "$work/log" >&2
	fi
	rm -rf "$work"
	exit $status
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

switches() {
	sed -n 's/^ctxt //p' /proc/stat
}

# measure NAME COMMAND...: COMMAND, which ends with the frame loop, beside the build.
measure() {
	name=$1
	shift
	echo "phase $name"
	build run "$work/load" "$jobs" >"$work/build.log" 2>&1 &
	load=$!
	# All compilers have begun; the first file would take another second.
	until [ "$(pgrep -c cc1)" -ge "$jobs" ]; do
		if ! kill -0 $load 2>/dev/null; then
			cat "$work/build.log" >&2
			echo "the compile beside the frame loop ended early" >&2
			exit 1
		fi
		sleep 0.1
	done
	switched=$(switches)
	cpu=$(build cpu "$work/load")
	# Without its scheduler the program that asks it fails: that is told by detach, below.
	"$@" >"$work/out" || { [ -n "$scheduler" ] && [ "$(cat $state)" = disabled ]; }
	cpu=$(($(build cpu "$work/load") - cpu))
	switched=$(($(switches) - switched))
	build stop "$work/load" >/dev/null 2>&1
	sed "s/^/$name /" "$work/out"
	echo "$name load cpu_ms=$cpu switches=$switched"
}

attached() {
	[ "$(cat $state)" = enabled ] && [ -S $socket ]
}

attach() {
	echo "phase attaching"
	scx_jland >"$work/log" 2>&1 &
	scheduler=$!
	tries=0
	until attached; do
		tries=$((tries + 1))
		if [ $tries -gt 600 ] || ! kill -0 $scheduler 2>/dev/null; then
			cat "$work/log" >&2
			echo "scx_jland did not attach" >&2
			exit 1
		fi
		sleep 0.2
	done
}

detach() {
	echo "jland end state=$(cat $state)"
	kill $scheduler 2>/dev/null || :
	status=0
	wait $scheduler || status=$?
	scheduler=
	echo "jland exit status=$status state=$(cat $state)"
	cat "$work/log" >&2
}

for tool in gcc make pgrep; do
	if ! command -v $tool >/dev/null; then
		echo "$tool is not installed; type: apt-get install gcc make procps" >&2
		exit 1
	fi
done
cpu_ms=$1
seconds=$2
jobs=$3
echo "phase preparing"
gcc -O2 -o "$work/frameloop" "$here/frameloop.c"
gcc -O2 -o "$work/statsdelta" "$here/statsdelta.c"
cp -R "$here/load" "$work/load"
measure eevdf "$work/frameloop" "${cpu_ms}000" 60 "$seconds"
attach
measure jland "$work/statsdelta" $socket "$work/frameloop" "${cpu_ms}000" 60 "$seconds"
detach
