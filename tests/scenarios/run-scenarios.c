/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run-scenarios DIR POLICY UNPACK [ID]: each DIR/ID/NAME.STATE/ is a machine made of files, and the
 * verdict that check ID must give on it. TAP, one named result each; a registered check without a
 * scenario that passes, one that fails and one that cannot be known is a failure of its own.
 *
 * In a folder, each optional:
 *   root/            files of the machine, below its root
 *   make             lines for what git cannot hold: "fifo PATH", "dir PATH", "link PATH TARGET",
 *                    "mode PATH OCTAL", "mtime PATH RFC3339", "size PATH BYTES", "nul PATH"
 *   facts.json       {"firewall": RULESET or a word, "wifi": {"has_radio", "links": [{"privacy",
 *                    "elements": hex}]} or a word}; without it the machine is judged by files
 * alone. words: "absent", "denied", "limit", "no-tool" now              RFC 3339;
 * 2026-11-22T00:00:00Z when there is none policy.json      instead of POLICY first-seen.json  what
 * earlier looks saw reason           the reason code that must come out
 */
#include "scenario.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

struct totals {
	struct scenario_setup setup;
	const char *only;
	unsigned number;
	unsigned failed;
};

static void result_print(struct totals *totals, bool ok, const char *id, const char *name)
{
	totals->number++;
	totals->failed += !ok;
	printf("%s %u - %s %s\n", ok ? "ok" : "not ok", totals->number, id, name);
}

/* The folder's last word; *ret_known is false for a word that is no state */
static enum posture_state state_of(const char *name, bool *ret_known)
{
	const char *dot = strrchr(name, '.');
	enum posture_state state = POSTURE_UNKNOWN;

	*ret_known = dot && posture_state_parse(span_z(dot + 1), &state) == 0;
	return state;
}

static bool scenario_ok(const struct check *check, const char *dir, enum posture_state wanted,
	const struct scenario_setup *setup)
{
	struct scenario_result result = {.wanted_reason = ""};
	int r = scenario_run(check, dir, setup, &result);
	const char *reason = posture_reason_code(result.verdict.reason);

	if (r < 0) {
		printf("# could not run it: %s\n", strerror(-r));
		return false;
	}
	/* for tests/truth, which counts by what was said */
	printf("# said %s %s %s\n", strrchr(dir, '/') + 1, posture_state_name(result.verdict.state),
		reason);
	if (result.verdict.state == wanted &&
		(!result.wanted_reason[0] || strcmp(result.wanted_reason, reason) == 0)) {
		return true;
	}
	printf("# is %s %s, wanted %s %s\n", posture_state_name(result.verdict.state), reason,
		posture_state_name(wanted), result.wanted_reason);
	return false;
}

static int name_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static void check_take(struct totals *totals, const struct check *check, const char *dir)
{
	bool seen[POSTURE_STATE_COUNT] = {false};
	struct dirent **names = NULL;
	int n = scandir(dir, &names, name_visible, alphasort);

	for (int i = 0; i < n; i++) {
		bool known;
		enum posture_state wanted = state_of(names[i]->d_name, &known);
		char path[1024];

		snprintf(path, sizeof(path), "%s/%s", dir, names[i]->d_name);
		if (!known) {
			printf("# its last word is no state\n");
		}
		seen[wanted] = seen[wanted] || known;
		result_print(totals, known && scenario_ok(check, path, wanted, &totals->setup),
			check->id, names[i]->d_name);
		free(names[i]);
	}
	free(names);
	result_print(totals, seen[POSTURE_PASS] && seen[POSTURE_FAIL] && seen[POSTURE_UNKNOWN],
		check->id, "has a scenario that passes, one that fails, one that cannot be known");
}

/* A folder that belongs to no check would be passed over in silence. */
static void strangers_take(struct totals *totals, const char *dir)
{
	struct dirent **names = NULL;
	int n = scandir(dir, &names, name_visible, alphasort);

	for (int i = 0; i < n; i++) {
		if (names[i]->d_type == DT_DIR && !check_find(names[i]->d_name)) {
			result_print(totals, false, names[i]->d_name, "belongs to a check");
		}
		free(names[i]);
	}
	free(names);
}

int main(int argc, char **argv)
{
	struct totals totals = {0};

	if (argc < 4) {
		(void)fprintf(stderr, "usage: run-scenarios DIR POLICY UNPACK [ID]\n");
		return 64;
	}
	totals.setup = (struct scenario_setup){.policy = argv[2], .unpack = argv[3]};
	totals.only = argc > 4 ? argv[4] : NULL;
	for (size_t i = 0; i < check_registry_len; i++) {
		const struct check *check = check_registry[i];
		char dir[512];

		if (!totals.only || strcmp(totals.only, check->id) == 0) {
			snprintf(dir, sizeof(dir), "%s/%s", argv[1], check->id);
			check_take(&totals, check, dir);
		}
	}
	strangers_take(&totals, argv[1]);
	printf("1..%u\n", totals.number);
	return totals.failed > 0;
}
