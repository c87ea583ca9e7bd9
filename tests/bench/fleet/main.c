/* SPDX-License-Identifier: Apache-2.0 */
/* bench-fleet: a simulated fleet on the command line. What it prints is one JSON object. */
#include "fleet.h"

#include "args.h"
#include "log.h"

#include <inttypes.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>

#define ADDRESS_MAX 63
#define HUNDRED 100
#define P99 99
#define MS 1000.0

struct options {
	const char *action, *file, *to, *policy, *token;
	char address[ADDRESS_MAX + 1];
	int64_t first, count;
	int64_t heartbeats, deltas, silent; /* of a hundred; what reports no less is full */
	int64_t connections, fresh, window_s, compress;
};

static int help(void)
{
	fputs("usage: bench-fleet make FILE --count N\n"
	      "       bench-fleet enrol|report|verify|truth FILE --policy BASELINE [OPTION...]\n"
	      "  --to ADDRESS:PORT   the endpoint\n"
	      "  --token TOKEN       of enrolment, with uses enough\n"
	      "  --first N --count N which devices (all)\n"
	      "  --heartbeats N      of a hundred reports, N are heartbeats (70)\n"
	      "  --deltas N          and N tell of three changes (29); the rest is full\n"
	      "  --silent N          of a hundred devices, N say nothing (0)\n"
	      "  --connections N     at once (64)\n"
	      "  --fresh 1           a connection for each post, as agents have\n"
	      "  --window S          posts fall due by chance within so many seconds (0)\n"
	      "  --compress N        where agents wait, time runs N times as fast (60)\n",
		stderr);
	return 64;
}

static bool parse(int argc, char **argv, struct options *options)
{
	const struct args_option rows[] = {
		{"compress", ARGS_NUMBER, &options->compress, 1, 100000},
		{"connections", ARGS_NUMBER, &options->connections, 1, 20000},
		{"count", ARGS_NUMBER, &options->count, 1, FLEET_DEVICES_MAX},
		{"deltas", ARGS_NUMBER, &options->deltas, 0, HUNDRED},
		{"first", ARGS_NUMBER, &options->first, 0, FLEET_DEVICES_MAX},
		{"fresh", ARGS_NUMBER, &options->fresh, 0, 1},
		{"heartbeats", ARGS_NUMBER, &options->heartbeats, 0, HUNDRED},
		{"policy", ARGS_TEXT, &options->policy, 0, 0},
		{"silent", ARGS_NUMBER, &options->silent, 0, HUNDRED},
		{"to", ARGS_TEXT, &options->to, 0, 0},
		{"token", ARGS_TEXT, &options->token, 0, 0},
		{"window", ARGS_NUMBER, &options->window_s, 0, 86400},
	};
	const char *words[2] = {0};

	if (!args_parse(argc, argv, rows, ARRAY_LEN(rows), words, ARRAY_LEN(words)) || !words[1]) {
		return false;
	}
	options->action = words[0];
	options->file = words[1];
	return true;
}

static bool read_terms(struct options *options, struct fleet_terms *ret_terms)
{
	const char *colon = options->to ? strrchr(options->to, ':') : NULL;
	size_t len = colon ? (size_t)(colon - options->to) : 0;
	uint64_t port = 0;

	if (len == 0 || len > ADDRESS_MAX || span_u64(span_z(colon + 1), &port) < 0) {
		log_error("--to takes ADDRESS:PORT");
		return false;
	}
	memcpy(options->address, options->to, len);
	*ret_terms =
		(struct fleet_terms){options->address, (uint16_t)port, (size_t)options->connections,
			options->fresh, (double)options->window_s, (double)options->compress};
	return true;
}

static enum fleet_kind kind_of(const struct options *options, size_t i)
{
	size_t part = i % HUNDRED;

	if (part < (size_t)options->heartbeats) {
		return FLEET_HEARTBEAT;
	}
	return part < (size_t)(options->heartbeats + options->deltas) ? FLEET_DELTA : FLEET_FULL;
}

static int make_post(const struct options *options, const struct fleet *fleet,
	struct fleet_device *device, size_t i, struct fleet_post *post)
{
	if (strcmp(options->action, "enrol") == 0) {
		return fleet_post_enrol(device, options->token ? options->token : "", post);
	}
	/* Where nothing was lost, the next number leaves no gap and nothing is asked for. */
	if (strcmp(options->action, "verify") == 0) {
		return fleet_post_report(fleet, device, FLEET_HEARTBEAT, post);
	}
	return fleet_post_report(
		fleet, device, device->want_full ? FLEET_FULL : kind_of(options, i), post);
}

/* All of them are sealed before the first is sent: what is measured is the endpoint. */
static int make_posts(const struct options *options, const struct fleet *fleet,
	struct fleet_post **ret_posts, size_t *ret_n)
{
	bool enrols = strcmp(options->action, "enrol") == 0;
	size_t first = (size_t)options->first, n = 0, end = first + (size_t)options->count;
	struct fleet_post *posts = calloc((size_t)options->count, sizeof(*posts));
	int r = posts ? 0 : -ENOMEM;

	end = end < fleet->n ? end : fleet->n;
	for (size_t i = first; r == 0 && i < end; i++) {
		struct fleet_device *device = &fleet->devices[i];
		bool silent = device->xy[0] % HUNDRED < options->silent;

		if (enrols ? !device->id[0] : device->id[0] && !silent) {
			r = make_post(options, fleet, device, n, &posts[n]);
			n++;
		}
	}
	*ret_posts = posts;
	*ret_n = n;
	return r;
}

static double at(const struct fleet_result *result, size_t part)
{
	size_t i = result->accepted * part / HUNDRED;

	return result->accepted == 0 ? 0 : result->took_us[i < result->accepted ? i : i - 1] / MS;
}

static void print_result(const struct fleet_result *result, size_t posts)
{
	struct rusage used;

	getrusage(RUSAGE_SELF, &used);
	printf("{\"posts\":%zu,\"accepted\":%zu,\"busy\":%zu,\"refused\":%zu,\"broken\":%zu,"
	       "\"wants_full\":%zu,\"seconds\":%.3f,\"rate\":%.1f,\"p50_ms\":%.2f,\"p99_ms\":%.2f,"
	       "\"max_ms\":%.2f}\n",
		posts, result->accepted, result->refused_busy, result->refused, result->broken,
		result->wants_full, result->seconds, (double)result->accepted / result->seconds,
		at(result, HUNDRED / 2), at(result, P99), at(result, HUNDRED));
}

static int send_posts(struct options *options, const struct fleet *fleet)
{
	struct fleet_terms terms;
	struct fleet_result result;
	struct fleet_post *posts = NULL;
	size_t n = 0;
	int r;

	if (!read_terms(options, &terms)) {
		return -EINVAL;
	}
	r = make_posts(options, fleet, &posts, &n);
	fputs("sealed\n", stderr);
	r = r < 0 ? r : fleet_run(&terms, posts, n, &result);
	if (r == 0) {
		print_result(&result, n);
		fleet_result_finish(&result);
	}
	for (size_t i = 0; i < n; i++) {
		fleet_post_finish(&posts[i]);
	}
	free(posts);
	return r;
}

/* What the endpoint was told and acknowledged, to hold its pages against */
static void print_truth(const struct fleet *fleet)
{
	size_t enrolled = 0, failing = 0;

	printf("{\"controls\":{");
	for (size_t i = 0; i < fleet->n_controls; i++) {
		size_t n = 0;

		for (size_t j = 0; j < fleet->n; j++) {
			n += fleet->devices[j].failing[i / 64] >> i % 64 & 1;
		}
		printf("%s\"%s\":%zu", i == 0 ? "" : ",", fleet->controls[i], n);
	}
	for (size_t j = 0; j < fleet->n; j++) {
		enrolled += fleet->devices[j].id[0] != 0;
		failing += (fleet->devices[j].failing[0] | fleet->devices[j].failing[1]) != 0;
	}
	printf("},\"enrolled\":%zu,\"failing\":%zu}\n", enrolled, failing);
}

static int act(struct options *options)
{
	struct fleet fleet;
	int r;

	if (strcmp(options->action, "make") == 0) {
		return fleet_make(options->file, (size_t)options->count);
	}
	if (!options->policy) {
		return -EINVAL;
	}
	r = fleet_open(options->file, options->policy, &fleet);
	if (r < 0) {
		return r;
	}
	if (strcmp(options->action, "truth") == 0) {
		print_truth(&fleet);
	} else {
		r = send_posts(options, &fleet);
	}
	fleet_close(&fleet);
	return r;
}

int main(int argc, char **argv)
{
	struct options options = {.count = FLEET_DEVICES_MAX,
		.heartbeats = 70,
		.deltas = 29,
		.connections = 64,
		.compress = 60};
	struct rlimit files;
	int r;

	log_open("bench-fleet", false);
	signal(SIGPIPE, SIG_IGN);
	if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
		files.rlim_cur = files.rlim_max;
		(void)setrlimit(RLIMIT_NOFILE, &files);
	}
	if (!parse(argc - 1, argv + 1, &options)) {
		return help();
	}
	r = act(&options);
	if (r < 0) {
		log_error("could not %s %s: %s", options.action, options.file, strerror(-r));
	}
	return r < 0 ? 1 : 0;
}
