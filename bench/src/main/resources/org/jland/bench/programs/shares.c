// SPDX-License-Identifier: Apache-2.0
/*
 * Who gets how much of the CPUs.
 *
 *   shares nice SECONDS NICE...             a thread of each nice value, all of them busy
 *   shares sleepers SECONDS HOGS SLEEPERS   busy threads beside ones that want 1 ms of CPU every 20 ms
 *   shares pinned SECONDS PINNED FREE       threads that may use one CPU only beside ones that may use all
 *   shares processes SECONDS MANY FEW       a process of MANY busy threads beside one of FEW
 *
 * What is fair: as long as somebody wants more, CPU time is divided by the
 * kernel's weights of the nice values; a thread can't use more than one CPU, a
 * sleeper no more than it wants, and a pinned one no more than its CPU has. fair
 * is Jain's index of what each busy thread got, in parts of what is fair for it:
 * 1 if all got their share, 1/N if one got everything. worst_share is the part
 * of the one that got the least. What is divided is what was used: a CPU that
 * idles shows in busy, which is 1 if none did.
 *
 * longest_wait is of the busy threads. They never sleep, so what the clock goes
 * ahead of a thread's CPU clock is time that it waited for a CPU.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define NS_PER_S     1000000000LL
#define NS_PER_MS    1000000LL
#define WANT_NS	     (1 * NS_PER_MS)
#define PERIOD_NS    (20 * NS_PER_MS)
#define MAX_TASKS    256
#define MAX_PERIODS  4096
#define MAX_SECONDS  60
#define LOWEST_NICE  (-20)
#define HIGHEST_NICE 19

enum kind { HOG, SLEEPER };

/* A thread; written by itself, read by the first process. */
struct task {
	enum kind kind;
	int process;
	int nice;
	int pinned;
	int64_t began_ns;
	atomic_llong cpu_ns;
	atomic_llong longest_wait_ns;
	/* 0 until it is known. */
	double fair_ns;
	int periods, on_time;
	/* From the start of each period until the sleeper ran. */
	int64_t late_ns[MAX_PERIODS];
};

struct shared {
	pthread_barrier_t start;
	atomic_int stop;
	int nr;
	struct task tasks[MAX_TASKS];
};

static struct shared *shared;
static int nr_cpus, first_cpu;

/* The kernel's: a step of nice is worth a tenth of a CPU among equals. */
static const int weights[] = {
	88761, 71755, 56483, 46273, 36291, 29154, 23254, 18705, 14949, 11916,
	9548,  7620,  6100,  4904,  3906,  3121,  2501,	 1991,	1586,  1277,
	1024,  820,   655,   526,   423,   335,	  272,	 215,	172,   137,
	110,   87,    70,    56,    45,	   36,	  29,	 23,	18,    15,
};

static void die(const char *what)
{
	fprintf(stderr, "shares: %s: %s\n", what, strerror(errno));
	exit(1);
}

static void usage(void)
{
	fprintf(stderr, "usage: shares nice SECONDS NICE...\n"
			"       shares sleepers SECONDS HOGS SLEEPERS\n"
			"       shares pinned SECONDS PINNED FREE\n"
			"       shares processes SECONDS MANY FEW\n");
	exit(2);
}

static int64_t clock_ns(clockid_t clock)
{
	struct timespec t;

	clock_gettime(clock, &t);
	return t.tv_sec * NS_PER_S + t.tv_nsec;
}

/* Some 5 us. */
static void spin(void)
{
	for (int i = 0; i < 5000; i++)
		__asm__ volatile("");
}

static void be_busy(struct task *t)
{
	int64_t wall = clock_ns(CLOCK_MONOTONIC), cpu = clock_ns(CLOCK_THREAD_CPUTIME_ID);

	while (!atomic_load(&shared->stop)) {
		int64_t now, used, waited;

		spin();
		used = clock_ns(CLOCK_THREAD_CPUTIME_ID);
		now = clock_ns(CLOCK_MONOTONIC);
		waited = now - wall - (used - cpu);
		if (waited > t->longest_wait_ns)
			atomic_store(&t->longest_wait_ns, waited);
		atomic_store(&t->cpu_ns, used);
		wall = now;
		cpu = used;
	}
}

static void sleep_and_want(struct task *t)
{
	int64_t start = clock_ns(CLOCK_MONOTONIC);

	while (!atomic_load(&shared->stop) && t->periods < MAX_PERIODS) {
		const struct timespec at = {start / NS_PER_S, start % NS_PER_S};
		const int64_t end = clock_ns(CLOCK_THREAD_CPUTIME_ID) + WANT_NS;

		while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &at, NULL) == EINTR)
			;
		t->late_ns[t->periods++] = clock_ns(CLOCK_MONOTONIC) - start;
		while (clock_ns(CLOCK_THREAD_CPUTIME_ID) < end)
			spin();
		atomic_store(&t->cpu_ns, clock_ns(CLOCK_THREAD_CPUTIME_ID));
		t->on_time += clock_ns(CLOCK_MONOTONIC) <= start + PERIOD_NS;
		/* The first period that starts after this one's end. */
		while (start < clock_ns(CLOCK_MONOTONIC))
			start += PERIOD_NS;
	}
}

static void *run(void *arg)
{
	struct task *t = arg;

	/* Of the calling thread alone, in Linux. */
	if (t->nice && setpriority(PRIO_PROCESS, 0, t->nice))
		die("nice");
	if (t->pinned) {
		cpu_set_t cpus;

		CPU_ZERO(&cpus);
		CPU_SET(first_cpu, &cpus);
		if (sched_setaffinity(0, sizeof(cpus), &cpus))
			die("affinity");
	}
	pthread_barrier_wait(&shared->start);
	t->began_ns = clock_ns(CLOCK_MONOTONIC);
	if (t->kind == HOG)
		be_busy(t);
	else
		sleep_and_want(t);
	return NULL;
}

/* Runs the threads of a process to their end. */
static void run_process(int process)
{
	pthread_t threads[MAX_TASKS];
	int nr = 0;

	for (int i = 0; i < shared->nr; i++) {
		if (shared->tasks[i].process != process)
			continue;
		errno = pthread_create(&threads[nr++], NULL, run, &shared->tasks[i]);
		if (errno)
			die("thread");
	}
	while (nr)
		pthread_join(threads[--nr], NULL);
	exit(0);
}

static void make_shared(void)
{
	cpu_set_t cpus;

	shared = mmap(NULL, sizeof(*shared), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (shared == MAP_FAILED)
		die("memory");
	if (sched_getaffinity(0, sizeof(cpus), &cpus))
		die("affinity");
	nr_cpus = CPU_COUNT(&cpus);
	while (!CPU_ISSET(first_cpu, &cpus))
		first_cpu++;
}

static void add(enum kind kind, int number)
{
	for (int i = 0; i < number; i++) {
		if (shared->nr == MAX_TASKS) {
			fprintf(stderr, "shares: more than %d threads\n", MAX_TASKS);
			exit(2);
		}
		shared->tasks[shared->nr++].kind = kind;
	}
}

/* A process that ends before it was told to has said why; the others would wait for it at the start. */
static void child_ended(int signal)
{
	(void)signal;
	if (!atomic_load(&shared->stop))
		_exit(1);
}

/* Lets all threads run for that long, and returns how long it was, in ns. */
static int64_t run_all(int seconds)
{
	const int processes = shared->tasks[shared->nr - 1].process + 1;
	pthread_barrierattr_t attributes;
	int64_t began, ended;
	int status, failed = 0;

	pthread_barrierattr_init(&attributes);
	pthread_barrierattr_setpshared(&attributes, PTHREAD_PROCESS_SHARED);
	pthread_barrier_init(&shared->start, &attributes, shared->nr + 1);
	signal(SIGCHLD, child_ended);
	for (int i = 0; i < processes; i++) {
		const pid_t pid = fork();

		if (pid < 0)
			die("fork");
		if (!pid) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			run_process(i);
		}
	}
	pthread_barrier_wait(&shared->start);
	sleep(seconds);
	atomic_store(&shared->stop, 1);
	began = ended = clock_ns(CLOCK_MONOTONIC);
	while (wait(&status) > 0)
		failed += status != 0;
	if (failed)
		exit(1);
	/* This process may have been the last one to learn that all were there. */
	for (int i = 0; i < shared->nr; i++)
		began = shared->tasks[i].began_ns < began ? shared->tasks[i].began_ns : began;
	return ended - began;
}

static double weight(const struct task *t)
{
	return weights[t->nice - LOWEST_NICE];
}

static int is_undecided(const struct task *t)
{
	return t->kind == HOG && !t->fair_ns;
}

/* The pinned threads' fair share, if one CPU is less than what they would get of all. */
static double decide_pinned(double all_ns, double one_cpu_ns)
{
	int nr = 0, pinned = 0;

	for (int i = 0; i < shared->nr; i++) {
		nr += shared->tasks[i].kind == HOG;
		pinned += shared->tasks[i].pinned;
	}
	if (!pinned || all_ns * pinned / nr <= one_cpu_ns)
		return 0;
	for (int i = 0; i < shared->nr; i++) {
		if (shared->tasks[i].pinned)
			shared->tasks[i].fair_ns = one_cpu_ns / pinned;
	}
	return one_cpu_ns;
}

/* Divides what the busy threads used by weight; who can't use its part leaves the rest to others. */
static void decide_fair(double all_ns, double one_cpu_ns)
{
	double left = all_ns - decide_pinned(all_ns, one_cpu_ns), sum;
	struct task *greedy;

	do {
		greedy = NULL;
		sum = 0;
		for (int i = 0; i < shared->nr; i++) {
			struct task *t = &shared->tasks[i];

			if (!is_undecided(t))
				continue;
			sum += weight(t);
			if (!greedy || weight(t) > weight(greedy))
				greedy = t;
		}
		if (greedy && left * weight(greedy) / sum > one_cpu_ns) {
			greedy->fair_ns = one_cpu_ns;
			left -= one_cpu_ns;
		} else {
			greedy = NULL;
		}
	} while (greedy);
	for (int i = 0; i < shared->nr; i++) {
		struct task *t = &shared->tasks[i];

		if (is_undecided(t))
			t->fair_ns = left * weight(t) / sum;
	}
}

/* Of all threads of a kind, pinned or not, of a process; -1: of any. */
static double cpu_ns(enum kind kind, int pinned, int process)
{
	double sum = 0;

	for (int i = 0; i < shared->nr; i++) {
		const struct task *t = &shared->tasks[i];

		if (t->kind == kind && (pinned < 0 || t->pinned == pinned) &&
		    (process < 0 || t->process == process))
			sum += t->cpu_ns;
	}
	return sum;
}

static void report(const char *scenario, int64_t lasted)
{
	const double hogs_ns = cpu_ns(HOG, -1, -1), all_ns = hogs_ns + cpu_ns(SLEEPER, -1, -1);
	double sum = 0, squares = 0, worst = 1e9;
	long long longest = 0;
	int nr = 0;

	/* Sleepers end the period that they are in. */
	if (!hogs_ns || all_ns > 1.05 * nr_cpus * lasted) {
		fprintf(stderr, "shares: %.0f ms of CPU in %.0f ms on %d CPUs\n", all_ns / 1e6,
			lasted / 1e6, nr_cpus);
		exit(1);
	}
	decide_fair(hogs_ns, lasted);
	for (int i = 0; i < shared->nr; i++) {
		const struct task *t = &shared->tasks[i];
		const double part = t->fair_ns ? t->cpu_ns / t->fair_ns : 0;

		if (t->kind != HOG)
			continue;
		nr++;
		sum += part;
		squares += part * part;
		worst = part < worst ? part : worst;
		longest = t->longest_wait_ns > longest ? t->longest_wait_ns : longest;
	}
	printf("shares_%s fair=%.4f worst_share=%.3f busy=%.3f longest_wait_us=%.1f", scenario,
	       sum * sum / (nr * squares), worst, all_ns / lasted / nr_cpus, longest / 1e3);
}

static int number(const char *text, int min, int max)
{
	char *end;
	long n;

	errno = 0;
	n = strtol(text, &end, 10);
	if (errno || *end || end == text || n < min || n > max) {
		fprintf(stderr, "shares: '%s' is no number from %d to %d\n", text, min, max);
		exit(2);
	}
	return (int)n;
}

static void nice_values(int seconds, int nr, char **values)
{
	add(HOG, nr);
	for (int i = 0; i < nr; i++)
		shared->tasks[i].nice = number(values[i], LOWEST_NICE, HIGHEST_NICE);
	report("nice", run_all(seconds));
	for (int i = 0; i < nr; i++)
		printf(" hog%d_nice=%d hog%d_cpu_ms=%.1f hog%d_fair_ms=%.1f", i,
		       shared->tasks[i].nice, i, shared->tasks[i].cpu_ns / 1e6, i,
		       shared->tasks[i].fair_ns / 1e6);
}

static int ascending(const void *a, const void *b)
{
	const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static void sleepers(int seconds, int hogs, int nr)
{
	int64_t *late = malloc(nr * sizeof(shared->tasks->late_ns)), lasted;
	int periods = 0, on_time = 0;

	if (!late)
		die("memory");
	add(HOG, hogs);
	add(SLEEPER, nr);
	lasted = run_all(seconds);
	for (int i = hogs; i < hogs + nr; i++) {
		const struct task *t = &shared->tasks[i];

		memcpy(late + periods, t->late_ns, t->periods * sizeof(*late));
		periods += t->periods;
		on_time += t->on_time;
	}
	qsort(late, periods, sizeof(*late), ascending);
	report("sleepers", lasted);
	printf(" periods=%d on_time=%d wanted=%lld wake_p50_us=%.1f wake_p99_us=%.1f"
	       " wake_max_us=%.1f",
	       periods, on_time, (long long)(nr * lasted / PERIOD_NS), late[periods / 2] / 1e3,
	       late[periods * 99 / 100] / 1e3, late[periods - 1] / 1e3);
	free(late);
}

static void pinned(int seconds, int nr_pinned, int nr_free)
{
	add(HOG, nr_pinned + nr_free);
	for (int i = 0; i < nr_pinned; i++)
		shared->tasks[i].pinned = 1;
	report("pinned", run_all(seconds));
	printf(" pinned_cpu_ms=%.1f pinned_fair_ms=%.1f free_cpu_ms=%.1f free_fair_ms=%.1f",
	       cpu_ns(HOG, 1, -1) / nr_pinned / 1e6, shared->tasks[0].fair_ns / 1e6,
	       cpu_ns(HOG, 0, -1) / nr_free / 1e6, shared->tasks[nr_pinned].fair_ns / 1e6);
}

static void processes(int seconds, int many, int few)
{
	add(HOG, many + few);
	for (int i = many; i < many + few; i++)
		shared->tasks[i].process = 1;
	report("processes", run_all(seconds));
	printf(" many_cpu_ms=%.1f few_cpu_ms=%.1f few_fair_ms=%.1f", cpu_ns(HOG, -1, 0) / 1e6,
	       cpu_ns(HOG, -1, 1) / 1e6, shared->tasks[many].fair_ns * few / 1e6);
}

int main(int argc, char **argv)
{
	int seconds;

	if (argc < 4)
		usage();
	make_shared();
	seconds = number(argv[2], 1, MAX_SECONDS);
	if (!strcmp(argv[1], "nice"))
		nice_values(seconds, argc - 3, argv + 3);
	else if (argc != 5)
		usage();
	else if (!strcmp(argv[1], "sleepers"))
		sleepers(seconds, number(argv[3], 1, MAX_TASKS), number(argv[4], 1, MAX_TASKS));
	else if (!strcmp(argv[1], "pinned"))
		pinned(seconds, number(argv[3], 1, MAX_TASKS), number(argv[4], 1, MAX_TASKS));
	else if (!strcmp(argv[1], "processes"))
		processes(seconds, number(argv[3], 1, MAX_TASKS), number(argv[4], 1, MAX_TASKS));
	else
		usage();
	printf("\n");
	return 0;
}
