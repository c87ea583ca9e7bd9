/* SPDX-License-Identifier: Apache-2.0 */
#include "metrics.h"

#include "api.h"
#include "config.h"
#include "retention.h"
#include "settings.h"

#include <inttypes.h>

static const char *const states[METRICS_STATES] = {"failing", "passing", "silent", "unknown"};
static const char *const outcomes[METRICS_REPORTS] = {"accepted", "refused", "deferred"};

void metrics_count(struct metrics *metrics, int status, bool report)
{
	if (status < 100 || status > 599) {
		return;
	}
	metrics->answers[status / 100]++;
	if (report) {
		metrics->reports[status < 300			  ? METRICS_ACCEPTED
				 : status == 429 || status == 503 ? METRICS_DEFERRED
								  : METRICS_REFUSED]++;
	}
}

struct reading {
	struct work_job job;
	struct metrics *metrics;
	int64_t now_s;
	int64_t devices[METRICS_STATES];
	int64_t exemptions, hooks, purged_s, backup_s;
};

/* A kept count, or of those that are lost, which are told apart from devices that are here */
static int read_devices(const struct store_value *row, void *data)
{
	struct reading *reading = data;

	for (size_t i = 0; i < METRICS_STATES; i++) {
		if (span_eq(row[0].text, states[i])) {
			reading->devices[i] += row[1].n;
		}
	}
	return 0;
}

static int reading_run(struct work_job *job, struct store *store)
{
	struct reading *reading = (struct reading *)job;
	int r = store_query(store, read_devices, reading,
		"SELECT state, devices FROM totals WHERE site = $1 AND subject = '' "
		"UNION ALL SELECT shown, -COUNT(*) FROM devices WHERE site = $1 "
		"AND lost IS NOT NULL GROUP BY shown",
		store_site());

	r = r != 0 ? r
		   : store_query(store, store_row_int, &reading->exemptions,
			     "SELECT COUNT(*) FROM exemptions WHERE site = $1 AND state = "
			     "'approved' AND starts <= $2 AND ends > $2",
			     store_site(), store_int(reading->now_s));
	r = r != 0 ? r
		   : store_query(store, store_row_int, &reading->hooks,
			     "SELECT COUNT(*) FROM hooks WHERE site = $1", store_site());
	r = r != 0 ? r : settings_number(store, "purged", &reading->purged_s);
	r = r != 0 ? r : settings_number(store, RETENTION_BACKUP, &reading->backup_s);
	return r > 0 ? -EIO : r;
}

static void reading_done(struct work_job *job, int result)
{
	struct reading *reading = (struct reading *)job;
	struct metrics *metrics = reading->metrics;

	metrics->running = false;
	metrics->known = result >= 0;
	if (result >= 0) {
		for (size_t i = 0; i < METRICS_STATES; i++) {
			metrics->devices[i] = reading->devices[i];
		}
		metrics->exemptions = reading->exemptions;
		metrics->hooks = reading->hooks;
		metrics->purged_s = reading->purged_s;
		metrics->backup_s = reading->backup_s;
	}
	free(reading);
}

void metrics_refresh(void *data)
{
	struct metrics *metrics = data;
	struct reading *reading = metrics->running ? NULL : calloc(1, sizeof(*reading));

	if (!reading) {
		return;
	}
	reading->job.run = reading_run;
	reading->job.done = reading_done;
	reading->metrics = metrics;
	reading->now_s = metrics->app->wall_s();
	metrics->running = work_submit(metrics->app->work, WORK_READ, &reading->job) == 0;
	if (!metrics->running) {
		free(reading);
	}
}

static int head(struct str *out, const char *name, const char *type, const char *help)
{
	return str_appendf(out, "# HELP %s %s\n# TYPE %s %s\n", name, help, name, type);
}

static int write_counters(struct str *out, const struct metrics *metrics)
{
	int r = head(out, "caretaker_answers_total", "counter",
		"Answers of this process by class of status.");

	for (size_t i = 1; r == 0 && i < ARRAY_LEN(metrics->answers); i++) {
		r = str_appendf(out, "caretaker_answers_total{class=\"%zuxx\"} %" PRIu64 "\n", i,
			metrics->answers[i]);
	}
	r = r != 0 ? r
		   : head(out, "caretaker_reports_total", "counter",
			     "Reports of devices that this process answered.");
	for (size_t i = 0; r == 0 && i < METRICS_REPORTS; i++) {
		r = str_appendf(out, "caretaker_reports_total{outcome=\"%s\"} %" PRIu64 "\n",
			outcomes[i], metrics->reports[i]);
	}
	return r;
}

static int write_gauge(struct str *out, const char *name, const char *help, int64_t n)
{
	int r = head(out, name, "gauge", help);

	return r != 0 ? r : str_appendf(out, "%s %" PRId64 "\n", name, n);
}

static int write_arrivals(struct str *out, const struct http_counts *counts)
{
	const struct {
		const char *outcome;
		uint64_t n;
	} rows[] = {
		{"admitted", counts->admitted},
		{"displaced", counts->displaced},
		{"refused", counts->refused},
	};
	int r = head(out, "caretaker_arrivals_total", "counter",
		"Connections by what became of them before their first request: displaced ones "
		"were silent while others waited for a place.");

	for (size_t i = 0; r == 0 && i < ARRAY_LEN(rows); i++) {
		r = str_appendf(out, "caretaker_arrivals_total{outcome=\"%s\"} %" PRIu64 "\n",
			rows[i].outcome, rows[i].n);
	}
	return r;
}

static int write_queues(struct str *out, struct work *work)
{
	int r = head(out, "caretaker_queue_jobs", "gauge", "Jobs that wait, by what does them.");

	for (size_t i = 0; r == 0 && i < WORK_LANES; i++) {
		r = str_appendf(out, "caretaker_queue_jobs{lane=\"%s\"} %zu\n",
			work_lane_name((enum work_lane)i), work_waiting(work, (enum work_lane)i));
	}
	return r;
}

/* What a crowd shows in: whoever comes is refused early, by arrivals, or late, as a report */
static int write_crowd(struct str *out, const struct app *app)
{
	struct http_counts counts;
	int r;

	http_count(app->http, &counts);
	r = write_gauge(
		out, "caretaker_connections", "Connections that are open.", (int64_t)counts.open);
	r = r != 0 ? r
		   : write_gauge(out, "caretaker_connections_waiting",
			     "Connections that wait to be let in.", (int64_t)counts.waiting);
	r = r != 0 ? r : write_arrivals(out, &counts);
	return r != 0 ? r : write_queues(out, app->work);
}

static int write_gauges(struct str *out, const struct metrics *metrics)
{
	int r = head(out, "caretaker_devices", "gauge", "Devices by what is known of them.");

	for (size_t i = 0; r == 0 && i < METRICS_STATES; i++) {
		r = str_appendf(out, "caretaker_devices{state=\"%s\"} %" PRId64 "\n", states[i],
			metrics->devices[i]);
	}
	r = r != 0 ? r
		   : write_gauge(out, "caretaker_exemptions_running", "Exemptions in force.",
			     metrics->exemptions);
	r = r != 0 ? r
		   : write_gauge(out, "caretaker_webhook_waiting",
			     "What the webhook is still to be told.", metrics->hooks);
	r = r != 0 ? r
		   : write_gauge(out, "caretaker_purged_timestamp_seconds",
			     "When what is due was forgotten last.", metrics->purged_s);
	return r != 0 ? r
		      : write_gauge(out, "caretaker_backup_timestamp_seconds",
				"When the store was backed up last, 0 for never.",
				metrics->backup_s);
}

int metrics_write(struct str *out, void *data)
{
	const struct metrics *metrics = data;
	int r = head(out, "caretaker_build_info", "gauge", "The version that runs.");

	r = r != 0 ? r
		   : str_appendf(
			     out, "caretaker_build_info{version=\"%s\"} 1\n", CARETAKER_VERSION);
	r = r != 0 ? r
		   : write_gauge(out, "caretaker_store_up",
			     "Whether the store could be read the last time.", metrics->known);
	r = r != 0 ? r : write_counters(out, metrics);
	r = r != 0 ? r : write_crowd(out, metrics->app);
	return r != 0 || !metrics->known ? r : write_gauges(out, metrics);
}
