/* SPDX-License-Identifier: Apache-2.0 */
/*
 * bench-intake: what a verified report costs from there to its durable row, without TLS, HTTP and
 * signatures. `make` enrols devices in a new store and takes a full report of each; `run` takes
 * reports of devices in an order of chance and prints CPU time of each.
 */
#include "args.h"
#include "batch.h"
#include "clock.h"
#include "device.h"
#include "device-held.h"
#include "log.h"
#include "work-batch.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define CONTROLS 66
#define CHANGES 3
#define AGE_MAX 2000
#define TEAM_SIZE 250
#define BASE36 36

struct options {
	const char *action, *path;
	int64_t count, batch, heartbeats, deltas, reports, seed, hour;
};

struct bench {
	struct store *store;
	const struct options *options;
	struct batch *shared;
	int64_t *sequences;
	uint8_t (*failing)[CONTROLS];
	char (*ids)[REPORT_DEVICE_LEN + 1];
	char (*keys)[DEVICE_KEY_LEN + 1];
	uint64_t random;
	int64_t now_s;
};

static uint64_t next(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
	return z ^ z >> 31;
}

static double cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static int enrol(struct bench *bench)
{
	struct device_token terms = {POLICY_SCHOOL, "", bench->options->count, INT64_MAX / 2};
	int64_t count = bench->options->count;
	int r = 0;

	for (int64_t i = 0; r == 0 && i < count; i++) {
		char key[DEVICE_KEY_LEN + 1], token[32], team[DEVICE_TEAM_MAX + 1];
		struct device device;

		snprintf(team, sizeof(team), "g%05" PRId64, i / TEAM_SIZE);
		snprintf(token, sizeof(token), "token%" PRId64, i / TEAM_SIZE);
		terms.team = team;
		if (i % TEAM_SIZE == 0) {
			r = bench->store->ops->begin(bench->store, true);
			r = r != 0 ? r : device_put_token(bench->store, token, &terms);
		}
		snprintf(key, sizeof(key), "%016" PRIx64 "%016" PRIx64 "%053" PRId64,
			next(&bench->random), next(&bench->random), i);
		key[DEVICE_KEY_LEN] = 0;
		r = r != 0 ? r
			   : device_enrol(bench->store, key, span_z(token), bench->now_s, &device);
		if (r == 0 && (i % TEAM_SIZE == TEAM_SIZE - 1 || i == count - 1)) {
			r = bench->store->ops->commit(bench->store);
		}
	}
	return r;
}

static int read_ids(const struct store_value *row, void *data)
{
	struct bench *bench = data;
	static int64_t i;
	int r = store_copy(&row[0], bench->ids[i], REPORT_DEVICE_LEN);

	r = r < 0 ? r : store_copy(&row[2], bench->keys[i], DEVICE_KEY_LEN);
	bench->sequences[i++] = row[1].n;
	return r;
}

static int read_failing(struct bench *bench)
{
	int r = 0;

	for (int64_t i = 0; r == 0 && i < bench->options->count; i++) {
		cleanup(held_finish) struct held held = {0};

		r = held_read(bench->store, bench->ids[i], &held);
		for (size_t k = 0; k < held.n; k++) {
			bench->failing[i][k % CONTROLS] = held.controls[k].state == POSTURE_FAIL;
		}
	}
	return r;
}

static int report_of(struct bench *bench, int64_t i, enum report_kind kind)
{
	struct report_control controls[CONTROLS] = {0};
	struct report report = {
		.kind = kind, .policy = 1, .unit = REPORT_HOURS, .controls = controls};
	uint8_t change[CONTROLS] = {0};
	char hash[44];
	struct device device;
	int r;

	memcpy(report.device, bench->ids[i], sizeof(report.device));
	report.sequence = bench->sequences[i] + 1;
	if (kind == REPORT_DELTA || (kind == REPORT_FULL && report.sequence == 1)) {
		for (int n = 0; n < CHANGES;) {
			size_t c = next(&bench->random) % CONTROLS;

			n += !change[c];
			change[c] = 1;
		}
	}
	for (size_t c = 0; kind != REPORT_HEARTBEAT && c < CONTROLS; c++) {
		struct report_control *control = &controls[report.n_controls];

		bench->failing[i][c] ^= change[c];
		if (kind == REPORT_DELTA && !change[c]) {
			continue;
		}
		snprintf(control->id, sizeof(control->id), "control.%02zu-named", c);
		control->state = bench->failing[i][c] ? POSTURE_FAIL : POSTURE_PASS;
		control->reason =
			bench->failing[i][c] ? POSTURE_NOT_ENCRYPTED : POSTURE_INDEX_FRESH;
		control->age = kind == REPORT_FULL ? (int64_t)(next(&bench->random) % AGE_MAX) : 0;
		report.n_controls++;
	}
	snprintf(hash, sizeof(hash), "%016" PRIx64 "%016" PRIx64 "%011d", next(&bench->random),
		next(&bench->random), 0);
	r = device_report(bench->store, &report, &(struct device_signed){bench->keys[i], hash},
		bench->now_s, &device);
	if (r == 0) {
		bench->sequences[i] = report.sequence;
	}
	return r;
}

struct post {
	struct work_job job;
	struct bench *bench;
	int64_t device;
	enum report_kind kind;
};

static int run_post(struct work_job *job, struct store *store)
{
	struct post *post = (struct post *)job;
	int r = report_of(post->bench, post->device, post->kind);

	(void)store;
	return r > 0 ? -EIO : r;
}

static enum report_kind kind_of(struct bench *bench, bool first)
{
	const struct options *options = bench->options;
	int64_t part = (int64_t)(next(&bench->random) % 100);

	if (first || part >= options->heartbeats + options->deltas) {
		return REPORT_FULL;
	}
	return part < options->heartbeats ? REPORT_HEARTBEAT : REPORT_DELTA;
}

/* As the server's lane that writes does it */
static int batch(struct bench *bench, const int64_t *devices, int64_t n, bool first)
{
	struct post *posts = calloc((size_t)n, sizeof(*posts));
	int r = posts ? 0 : -ENOMEM;

	for (int64_t i = 0; r == 0 && i < n; i++) {
		posts[i] = (struct post){.bench = bench,
			.device = devices[i],
			.kind = kind_of(bench, first),
			.job = {.run = run_post,
				.shares = true,
				.next = i + 1 < n ? &posts[i + 1].job : NULL}};
	}
	if (r == 0) {
		work_batch_write(bench->store, bench->shared, &posts[0].job);
	}
	for (int64_t i = 0; r == 0 && i < n; i++) {
		r = posts[i].job.result;
	}
	free(posts);
	return r;
}

static int take_all(struct bench *bench, int64_t reports, bool first)
{
	int64_t count = bench->options->count, size = bench->options->batch;
	int64_t *order = calloc((size_t)count, sizeof(*order));
	double before;
	int r = order ? 0 : -ENOMEM;

	for (int64_t i = 0; r == 0 && i < count; i++) {
		order[i] = i;
	}
	for (int64_t i = count - 1; r == 0 && !first && i > 0; i--) {
		int64_t j = (int64_t)(next(&bench->random) % (uint64_t)(i + 1)), t = order[i];

		order[i] = order[j];
		order[j] = t;
	}
	before = cpu_us();
	for (int64_t at = 0; r == 0 && at < reports; at += size) {
		int64_t n = size < reports - at ? size : reports - at;

		r = batch(bench, order + at, n, first);
	}
	printf("%" PRId64 " reports, %.1f us of CPU each\n", reports,
		(cpu_us() - before) / (double)reports);
	free(order);
	return r;
}

static int bench_run(const struct options *options)
{
	struct bench bench = {.options = options, .random = (uint64_t)options->seed};
	size_t n = (size_t)options->count;
	const char *error = NULL;
	bool make = strcmp(options->action, "make") == 0;
	int r = store_open(options->path, STORE_CREATE, &bench.store, &error);

	if (r != 0) {
		log_error("%s", error);
		return r;
	}
	store_close(bench.store);
	r = store_open(options->path, STORE_WRITE, &bench.store, &error);
	bench.now_s =
		INT64_C(1790000000) / MOMENT_HOUR_S * MOMENT_HOUR_S + options->hour * MOMENT_HOUR_S;
	bench.sequences = calloc(n, sizeof(*bench.sequences));
	bench.failing = calloc(n, sizeof(*bench.failing));
	r = r != 0 ? r : batch_new(&bench.shared);
	bench.ids = calloc(n, sizeof(*bench.ids));
	bench.keys = calloc(n, sizeof(*bench.keys));
	r = r != 0 || !make ? r : enrol(&bench);
	r = r != 0 ? r
		   : store_query(bench.store, read_ids, &bench,
			     "SELECT id, sequence, public_key FROM devices WHERE site = $1 AND "
			     "(sequence > 0 "
			     "OR "
			     "$3 = 1) ORDER BY team, number LIMIT $2",
			     store_site(), store_int(options->count), store_int(make));
	if (make) {
		return r != 0 ? r : take_all(&bench, options->count, true);
	}
	r = r != 0 ? r : read_failing(&bench);
	r = r != 0 ? r : take_all(&bench, options->reports, false);
	store_close(bench.store);
	return r;
}

int main(int argc, char **argv)
{
	struct options options = {.count = 1000,
		.batch = 200,
		.heartbeats = 70,
		.deltas = 29,
		.reports = 1000,
		.seed = 1};
	const struct args_option rows[] = {
		{"batch", ARGS_NUMBER, &options.batch, 1, 100000},
		{"count", ARGS_NUMBER, &options.count, 1, 10000000},
		{"deltas", ARGS_NUMBER, &options.deltas, 0, 100},
		{"heartbeats", ARGS_NUMBER, &options.heartbeats, 0, 100},
		{"hour", ARGS_NUMBER, &options.hour, 0, 100000},
		{"reports", ARGS_NUMBER, &options.reports, 1, 10000000},
		{"seed", ARGS_NUMBER, &options.seed, 0, 1000000},
	};
	const char *words[2] = {0};
	int r;

	if (!args_parse(argc - 1, argv + 1, rows, ARRAY_LEN(rows), words, ARRAY_LEN(words)) ||
		!words[1]) {
		fputs("usage: bench-intake make|run STORE [--count DEVICES] ...\n", stderr);
		return 64;
	}
	options.action = words[0];
	options.path = words[1];
	r = bench_run(&options);
	if (r != 0) {
		log_error("could not measure: %d", r);
	}
	return r != 0;
}
