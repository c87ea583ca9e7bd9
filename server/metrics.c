/* SPDX-License-Identifier: Apache-2.0 */
#include "metrics.h"

#include "api.h"
#include "config.h"
#include "device.h"
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

static int read_devices(const struct store_value *row, void *data)
{
	struct reading *reading = data;

	for (size_t i = 0; i < METRICS_STATES; i++) {
		reading->devices[i] = row[i].n;
	}
	return 0;
}

static int reading_run(struct work_job *job, struct store *store)
{
	struct reading *reading = (struct reading *)job;
	int r = store_query(store, read_devices, reading,
		"SELECT COALESCE(SUM(CASE WHEN seen >= $2 AND posture = 'failing' THEN 1 ELSE 0 "
		"END), 0), COALESCE(SUM(CASE WHEN seen >= $2 AND posture = 'passing' THEN 1 ELSE 0 "
		"END), 0), COALESCE(SUM(CASE WHEN seen < $2 THEN 1 ELSE 0 END), 0), "
		"COALESCE(SUM(CASE WHEN seen >= $2 AND posture = 'unknown' THEN 1 ELSE 0 END), 0) "
		"FROM (SELECT posture, COALESCE(heard, enrolled) AS seen FROM devices "
		"WHERE site = $1 AND lost IS NULL) d",
		store_site(), store_int(reading->now_s - DEVICE_SILENT_S));

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
	return r != 0 || !metrics->known ? r : write_gauges(out, metrics);
}
