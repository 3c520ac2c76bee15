// SPDX-License-Identifier: Apache-2.0
// Suspends the machine to idle, and prints when it is awake again. What wakes it is ACPI's PM timer,
// whose topmost bit changes every 2.3 s: QEMU's clock (RTC) wakes from other states only.
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/io.h>
#include <time.h>
#include <unistd.h>

#define TABLE "/sys/firmware/acpi/tables/FACP"
#define EVENT_BLOCK 56 // where the table has the port of the status word; the enable word is next
#define TIMER_BLOCK 76
#define TIMER 1

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static uint32_t port_of(int table, off_t where)
{
	uint32_t port;

	if (pread(table, &port, sizeof(port), where) != sizeof(port))
		fail(TABLE);
	return port;
}

static double now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_BOOTTIME, &t);
	return t.tv_sec * 1e3 + t.tv_nsec / 1e6;
}

int main(void)
{
	int table = open(TABLE, O_RDONLY), state = open("/sys/power/state", O_WRONLY);
	uint32_t status, timer, top;
	double before;

	if (table < 0 || state < 0)
		fail("open");
	if (iopl(3))
		fail("iopl");
	status = port_of(table, EVENT_BLOCK);
	timer = port_of(table, TIMER_BLOCK);
	/* With all of a period to come: it must not go off before the machine sleeps. */
	top = inl(timer) >> 23 & 1;
	while ((inl(timer) >> 23 & 1) == top)
		usleep(1000);
	outw(TIMER, status);
	outw(inw(status + 2) | TIMER, status + 2);
	before = now_ms();
	if (write(state, "freeze", 6) != 6)
		fail("/sys/power/state");
	outw(inw(status + 2) & ~TIMER, status + 2);
	printf("awake again after %.0f ms\n", now_ms() - before);
	return 0;
}
