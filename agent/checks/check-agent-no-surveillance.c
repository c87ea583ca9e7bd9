/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Caretaker cannot watch, listen or read along: its services have no camera, microphone or screen,
 * but that caretakerd is told who opens one; no network but the courier's; nobody's home but the
 * worker's own. Judged by the units as systemd loads them, drop-ins of the machine's owner included
 * (systemd.unit(5)), and, where caretakerd itself asks, by what the kernel holds it to
 * (proc_pid_status(5)). Where systemd does not run, its units limit nothing, and nobody weakened
 * them.
 */
#include "check.h"
#include "own-store.h"
#include "sandbox.h"

#include <stdio.h>
#include <string.h>

#define UNIT_MAX ((size_t)64 << 10)
#define STATUS_MAX ((size_t)16 << 10)
#define DROP_INS_MAX 64
#define DIRS 4

/* systemd.unit(5): the earlier, the stronger */
static const char *const dirs[DIRS] = {"etc/systemd/system", "run/systemd/system",
	"usr/local/lib/systemd/system", "usr/lib/systemd/system"};

#define LOCAL (SANDBOX_UNIX | SANDBOX_NETLINK)
#define NODES (SANDBOX_CAMERAS_READ | SANDBOX_SOUND_READ)
static const struct sandbox_rule rules[] = {
	{"caretaker-courier.service", LOCAL | SANDBOX_INET | SANDBOX_INET6, 0, false, true, false},
	{"caretaker-firewall-restore.service", LOCAL, 0, false, true, false},
	{"caretaker-firewall.service", LOCAL, 0, false, true, false},
	{"caretaker-hand.service", SANDBOX_UNIX, 0, true, true, false},
	{"caretaker-home@.service", SANDBOX_UNIX, 0, true, false, false},
	{"caretaker-legacy.service", SANDBOX_UNIX | SANDBOX_INET | SANDBOX_INET6, 0, false, true,
		true},
	{"caretakerd.service", LOCAL, NODES, false, true, false},
};

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "etc/systemd/system", 0},
	{CHECK_INPUT_FILE, "etc/systemd/system/caretaker-courier.service.d", 0},
	{CHECK_INPUT_FILE, "etc/systemd/system/caretaker-firewall-restore.service.d", 0},
	{CHECK_INPUT_FILE, "etc/systemd/system/caretaker-firewall.service.d", 0},
	{CHECK_INPUT_FILE, "etc/systemd/system/caretaker-hand.service.d", 0},
	{CHECK_INPUT_FILE, "etc/systemd/system/caretaker-home@.service.d", 0},
	{CHECK_INPUT_FILE, "etc/systemd/system/caretaker-legacy.service.d", 0},
	{CHECK_INPUT_FILE, "etc/systemd/system/caretakerd.service.d", 0},
	{CHECK_INPUT_FILE, "usr/lib/systemd/system", 0},
	{CHECK_INPUT_FILE, "usr/local/lib/systemd/system", 0},
};

struct look {
	size_t seen, weak;
	bool refused, damaged;
};

/* 0 when it was read or is not there; *ret_found says which */
static int file_take(const struct sysroot *root, const char *path, struct sandbox *sandbox,
	struct look *look, bool *ret_found)
{
	cleanup(free_ptr) char *text = NULL;
	size_t len = 0;
	int r = sysroot_read(root, path, UNIT_MAX, &text, &len);

	*ret_found = r == 0;
	if (r == 0) {
		sandbox_take((struct span){text, len}, sandbox);
		return 0;
	}
	if (r == FD_E_MISSING || r == -ENOMEM) {
		return r == -ENOMEM ? r : 0;
	}
	look->refused = look->refused || r == -EACCES || r == -EPERM;
	look->damaged = look->damaged || (r != -EACCES && r != -EPERM);
	return 0;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

struct drop_in {
	const char *name; /* first, for comparing */
	const char *dir;
};

static bool is_known(const struct drop_in *list, size_t n, const char *name)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(list[i].name, name) == 0) {
			return true;
		}
	}
	return false;
}

/* Every *.conf once, from the strongest directory that has it, in the order of their names */
static size_t drop_ins_sort(
	const struct sysroot_names *names, struct drop_in *list, struct look *look)
{
	size_t n = 0;

	for (size_t d = 0; d < DIRS; d++) {
		for (size_t i = 0; i < names[d].len; i++) {
			if (is_known(list, n, names[d].names[i])) {
				continue;
			}
			if (n == DROP_INS_MAX) {
				look->damaged = true;
				return n;
			}
			list[n++] = (struct drop_in){names[d].names[i], dirs[d]};
		}
	}
	qsort(list, n, sizeof(*list), compare_names);
	return n;
}

static int drop_ins_take(
	const struct sysroot *root, const char *unit, struct sandbox *sandbox, struct look *look)
{
	struct sysroot_names names[DIRS] = {{0}};
	struct drop_in list[DROP_INS_MAX];
	char path[512];
	bool found;
	int r = 0;

	for (size_t d = 0; d < DIRS && r == 0; d++) {
		(void)snprintf(path, sizeof(path), "%s/%s.d", dirs[d], unit);
		r = own_store_list(root, path, ".conf", &names[d]);
		look->refused = look->refused || r == OWN_STORE_E_REFUSED;
		look->damaged = look->damaged || r == OWN_STORE_E_FORMAT;
		r = r > 0 ? 0 : r;
	}
	if (r == 0) {
		size_t n = drop_ins_sort(names, list, look);

		for (size_t i = 0; i < n && r == 0; i++) {
			(void)snprintf(path, sizeof(path), "%s/%s.d/%.255s", list[i].dir, unit,
				list[i].name);
			r = file_take(root, path, sandbox, look, &found);
		}
	}
	for (size_t d = 0; d < DIRS; d++) {
		sysroot_names_finish(&names[d]);
	}
	return r;
}

static int unit_take(const struct sysroot *root, const struct sandbox_rule *rule, struct look *look)
{
	struct sandbox sandbox = {0};
	bool found = false;
	int r = 0;

	for (size_t d = 0; d < DIRS && r == 0 && !found; d++) {
		char path[320];

		(void)snprintf(path, sizeof(path), "%s/%s", dirs[d], rule->unit);
		r = file_take(root, path, &sandbox, look, &found);
	}
	if (r != 0 || !found) {
		return r;
	}
	r = drop_ins_take(root, rule->unit, &sandbox, look);
	look->seen++;
	look->damaged = look->damaged || sandbox.damaged;
	look->weak += !sandbox.damaged && sandbox_weak(&sandbox, rule);
	return r;
}

/* Filters of its unit, beside the one that it sets itself; older kernels count none (proc(5)). */
static bool has_filters(const char *status)
{
	static const char name[] = "\nSeccomp_filters:\t";
	const char *count = strstr(status, name);

	return strstr(status, "\nSeccomp:\t2\n") &&
	       (!count || strncmp(count + strlen(name), "1\n", 2) != 0);
}

/* Only what caretakerd itself sees of itself: the command runs with whatever its user has. */
static int self_take(const struct check_ctx *ctx, struct look *look)
{
	cleanup(free_ptr) char *text = NULL;
	size_t len = 0;
	int r = ctx->live ? sysroot_read(ctx->root, "proc/self/status", STATUS_MAX, &text, &len)
			  : FD_E_MISSING;

	if (r != 0) {
		return r == -ENOMEM ? r : 0;
	}
	if (strncmp(text, "Name:\tcaretakerd\n", strlen("Name:\tcaretakerd\n")) == 0) {
		look->weak += !strstr(text, "\nNoNewPrivs:\t1\n") || !has_filters(text);
	}
	return 0;
}

/* sd_booted(3) */
static bool systemd_runs(const struct check_ctx *ctx)
{
	return !ctx->live || sysroot_exists(ctx->root, "run/systemd/system");
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	struct look look = {0};
	int r = 0;

	if (!systemd_runs(ctx)) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_SANDBOX_UNSEEN);
	}
	for (size_t i = 0; i < ARRAY_LEN(rules) && r == 0; i++) {
		r = unit_take(ctx->root, &rules[i], &look);
	}
	if (r == 0 && look.seen > 0) {
		r = self_take(ctx, &look);
	}
	if (r != 0) {
		return r;
	}
	verdict_note(v, "own-services", "%zu", look.seen);
	if (look.weak > 0) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_SANDBOX_WEAKENED);
	}
	if (look.refused) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_NOT_PERMITTED);
	}
	if (look.damaged) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_FORMAT_UNKNOWN);
	}
	return look.seen == ARRAY_LEN(rules)
		       ? verdict_set(v, POSTURE_PASS, POSTURE_SANDBOXED)
		       : verdict_set(v, POSTURE_UNKNOWN, POSTURE_SANDBOX_UNSEEN);
}

const struct check check_agent_no_surveillance = {
	.id = "agent.no-surveillance",
	.local_only = true,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
