# SPDX-License-Identifier: Apache-2.0
# Suspends a guest under load, twice, while scx_jland is attached. Its output goes into the artefacts: the channels to
# the host are gone after the first time. Status 0 if the scheduler was neither detached nor restarted.
exec >/artefacts/suspend.log 2>&1
driver=/sys/bus/virtio/drivers/virtio_console

# Or init could not tell its status.
make_channels_anew() {
	for device in "$driver"/virtio*; do
		echo "${device##*/}" >$driver/unbind
		echo "${device##*/}" >$driver/bind
	done
}

trap make_channels_anew EXIT
gcc -O2 -o /tmp/suspend /payload/suspend.c || exit 10
scx_jland &
scheduler=$!
until [ "$(cat /sys/kernel/sched_ext/state)" = enabled ]; do
	kill -0 $scheduler || exit 11
	sleep 0.2
done
attached=$(cat /sys/kernel/sched_ext/enable_seq)
stress-ng --quiet --cpu 4 --switch 2 --timeout 3600 &
stress=$!
cyclictest --policy=other -i10000 -q >/artefacts/cyclictest.log &
cyclictest=$!
sleep 1
echo 0 >/sys/power/sync_on_suspend
for time in 1 2; do
	/tmp/suspend || exit 12
	sleep 0.5
	[ "$(cat /sys/kernel/sched_ext/state)" = enabled ] || exit 13
done
[ "$(cat /sys/kernel/sched_ext/enable_seq)" = "$attached" ] || exit 14
[ "$(cat /sys/power/suspend_stats/success)" = 2 ] || exit 15
kill -INT $stress $cyclictest
wait $stress $cyclictest
kill -INT $scheduler
wait $scheduler || exit 16
