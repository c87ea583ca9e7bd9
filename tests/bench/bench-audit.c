/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench-audit [-v] POLICY [ROOT]: runs all checks once in a process of their own, and prints what
 * it took. One line "figure VALUE UNIT" each; with -v also the verdicts.
 *
 * bench-audit --day POLICY [ROOT]: what a day costs on which nothing happens. Only the clock of the
 * checks goes on: each verdict names the second at which it may change by itself, and is judged
 * again then, as caretakerd does. "checks COUNT", and a line for each check that ran.
 */
#include "check.h"
#include "fd.h"
#include "first-seen.h"
#include "rpm-installed.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>

#define CHECKS_MAX 128
#define AGAIN_MIN_S 60 /* JUDGE_DUE_MIN_S */

static int64_t ms_of(struct timeval t)
{
	return (int64_t)t.tv_sec * 1000000 + t.tv_usec;
}

static int64_t monotonic_us(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000000 + ts.tv_nsec / 1000;
}

static int64_t cpu_us(int who)
{
	struct rusage usage;

	if (getrusage(who, &usage) < 0) {
		return -1;
	}
	return ms_of(usage.ru_utime) + ms_of(usage.ru_stime);
}

/* Pages of no other process: Private_Clean and Private_Dirty of smaps_rollup, in KiB */
static long private_kib(void)
{
	char line[256];
	long sum = 0, one;
	FILE *file = fopen("/proc/self/smaps_rollup", "re");

	if (!file) {
		return -1;
	}
	while (fgets(line, sizeof(line), file)) {
		if (sscanf(line, "Private_Clean: %ld kB", &one) == 1 ||
			sscanf(line, "Private_Dirty: %ld kB", &one) == 1) {
			sum += one;
		}
	}
	(void)fclose(file);
	return sum;
}

static int policy_read(const char *path, struct policy **ret_policy)
{
	cleanup(free_ptr) char *bytes = NULL;
	cleanup(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t len = 0;
	int r;

	if (fd < 0) {
		return -errno;
	}
	r = fd_read_all(fd, POLICY_MAX, &bytes, &len);
	return r != 0 ? r : policy_parse((struct span){bytes, len}, ret_policy, NULL);
}

static void verdict_print(const char *id, const struct verdict *v, int64_t us)
{
	printf("# %-26s %-8s %-20s %6lld us", id, posture_state_name(v->state),
		posture_reason_code(v->reason), (long long)us);
	for (size_t i = 0; i < v->n_evidence; i++) {
		printf(" %s=%s", v->evidence[i].key, v->evidence[i].value);
	}
	printf("\n");
}

static int day_run(struct check_ctx *ctx)
{
	const int64_t end_s = ctx->now.wall_s + CLOCK_DAY_S;
	int64_t due_s[CHECKS_MAX];
	long counts[CHECKS_MAX] = {0}, sum = 0;

	if (check_registry_len > CHECKS_MAX) {
		return 1;
	}
	for (size_t i = 0; i < check_registry_len; i++) {
		struct verdict v;

		check_run(check_registry[i], ctx, &v);
		due_s[i] = v.due_s;
	}
	while (true) {
		struct verdict v;
		size_t next = check_registry_len;

		for (size_t i = 0; i < check_registry_len; i++) {
			if (due_s[i] > 0 &&
				(next == check_registry_len || due_s[i] < due_s[next])) {
				next = i;
			}
		}
		if (next == check_registry_len || due_s[next] > end_s) {
			break;
		}
		if (due_s[next] > ctx->now.wall_s) {
			ctx->now.boot_ms += (due_s[next] - ctx->now.wall_s) * 1000;
			ctx->now.wall_s = due_s[next];
		}
		check_run(check_registry[next], ctx, &v);
		due_s[next] = v.due_s > 0 && v.due_s < ctx->now.wall_s + AGAIN_MIN_S
				      ? ctx->now.wall_s + AGAIN_MIN_S
				      : v.due_s;
		counts[next]++;
		sum++;
	}
	printf("checks %ld\n", sum);
	for (size_t i = 0; i < check_registry_len; i++) {
		if (counts[i] > 0) {
			printf("# %s %ld\n", check_registry[i]->id, counts[i]);
		}
	}
	return 0;
}

int main(int argc, char **argv)
{
	bool day = argc > 1 && strcmp(argv[1], "--day") == 0;
	bool verbose = argc > 1 && strcmp(argv[1], "-v") == 0;
	cleanup(policy_free_p) struct policy *policy = NULL;
	cleanup(first_seen_free_p) struct first_seen *memory = NULL;
	cleanup(sysroot_finish) struct sysroot root = {.fd = -1};
	static const uint8_t key[FIRST_SEEN_KEY_LEN] = {1};
	cleanup(rpm_installed_finish) struct rpm_installed rpm = {.asked = false};
	struct facts_live live;
	struct check_ctx ctx;
	long before, peak = 0;
	int64_t wall, cpu;

	argc -= verbose || day;
	argv += verbose || day;
	if (argc < 2 || policy_read(argv[1], &policy) != 0 ||
		sysroot_open(argc > 2 ? argv[2] : "/", argc < 3, &root) != 0 ||
		first_seen_new(key, &memory) != 0) {
		(void)fprintf(stderr, "usage: bench-audit [-v | --day] POLICY [ROOT]\n");
		return 64;
	}
	facts_live_linux(&live);
	ctx = (struct check_ctx){.root = &root,
		.live = argc > 2 ? NULL : &live,
		.policy = policy,
		.now = clock_read(),
		.first_seen = memory,
		.unpack = UNPACK_PATH,
		.rpm = &rpm};
	if (day) {
		return day_run(&ctx);
	}
	before = private_kib();
	wall = monotonic_us();
	cpu = cpu_us(RUSAGE_SELF);
	for (size_t i = 0; i < check_registry_len; i++) {
		int64_t start = cpu_us(RUSAGE_SELF);
		struct verdict v;
		long now;

		check_run(check_registry[i], &ctx, &v);
		if (verbose) {
			verdict_print(check_registry[i]->id, &v, cpu_us(RUSAGE_SELF) - start);
		}
		now = private_kib();
		peak = now > peak ? now : peak;
	}
	printf("cpu %lld us\n", (long long)(cpu_us(RUSAGE_SELF) - cpu));
	printf("wall %lld us\n", (long long)(monotonic_us() - wall));
	printf("children-cpu %lld us\n", (long long)cpu_us(RUSAGE_CHILDREN));
	printf("private-before %ld KiB\n", before);
	printf("private-after %ld KiB\n", peak);
	return 0;
}
