/* SPDX-License-Identifier: Apache-2.0 */
/*
 * patch.reboot-pending: what was installed is in use. A restart waits when the package manager
 * says so, when a newer kernel of the same kind is installed than the one that runs, be it under
 * the same name, or when the modules of the running one are gone. It has waited since that was
 * installed. Which programs still use a library of before is not looked for: that takes a look at
 * the maps of every process, and a restart of the program is enough for it.
 */
#include "kernel-build.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#define ID "patch.reboot-pending"
#define DAYS_DEFAULT 7
#define DAY_S 86400
#define RELEASE_MAX 128
#define PATH_LEN_MAX 512

static const struct check_input inputs[] = {
	{CHECK_INPUT_FILE, "boot"},
	{CHECK_INPUT_FILE, "lib/modules"},
	{CHECK_INPUT_FILE, "run/ostree/staged-deployment"},
	{CHECK_INPUT_FILE, "run/reboot-needed"},
	{CHECK_INPUT_FILE, "run/reboot-required"},
	{CHECK_INPUT_FILE, "sys/kernel/livepatch"},
	{CHECK_INPUT_FILE, "usr/lib/modules"},
	{CHECK_INPUT_FILE, "var/lib/dpkg"},
};

struct waiting {
	bool marked;   /* the package manager says so */
	bool kernel;   /* by the kernels that are installed */
	bool seen;     /* there are kernels to compare with */
	int64_t since; /* the earliest; 0 when it cannot be said */
};

static void since_take(struct waiting *waiting, int64_t when)
{
	if (when > 0 && (waiting->since == 0 || when < waiting->since)) {
		waiting->since = when;
	}
}

static int64_t mtime_of(const struct sysroot *root, const char *path)
{
	struct stat st;

	return sysroot_stat(root, path, &st) == 0 ? (int64_t)st.st_mtime : 0;
}

/* Debian and Ubuntu; zypper; rpm-ostree */
static void markers_look(const struct sysroot *root, struct waiting *waiting)
{
	static const char *const markers[] = {
		"run/reboot-required", "run/reboot-needed", "run/ostree/staged-deployment"};

	for (size_t i = 0; i < ARRAY_LEN(markers); i++) {
		if (sysroot_exists(root, markers[i])) {
			waiting->marked = true;
			since_take(waiting, mtime_of(root, markers[i]));
		}
	}
}

/* "cloud-amd64" of "6.1.0-25-cloud-amd64"; empty where no part begins with a letter (Fedora) */
static const char *flavour_of(const char *release)
{
	const char *dash = strchr(release, '-');

	while (dash && !isalpha((unsigned char)dash[1])) {
		dash = strchr(dash + 1, '-');
	}
	return dash ? dash + 1 : "";
}

static bool release_newer(const char *a, const char *b)
{
	return strcmp(flavour_of(a), flavour_of(b)) == 0 && strverscmp(a, b) > 0;
}

/* Files that are written when a kernel is installed, some of them again later */
static int64_t installed_since(const struct sysroot *root, const char *release)
{
	static const char *const formats[] = {"usr/lib/modules/%s/modules.dep",
		"lib/modules/%s/modules.dep", "boot/initrd.img-%s", "boot/initrd-%s",
		"boot/initramfs-%s.img", "var/lib/dpkg/info/linux-image-%s.list"};
	struct waiting waiting = {.since = 0};

	for (size_t i = 0; i < ARRAY_LEN(formats); i++) {
		const char *mark = strstr(formats[i], "%s");
		char path[PATH_LEN_MAX];

		snprintf(path, sizeof(path), "%.*s%s%s", (int)(mark - formats[i]), formats[i],
			release, mark + 2);
		since_take(&waiting, mtime_of(root, path));
	}
	return waiting.since;
}

static void kernel_take(const struct sysroot *root, const char *running, const char *release,
	struct waiting *waiting)
{
	if (strlen(release) > RELEASE_MAX || strncmp(release, "0-rescue", 8) == 0 ||
		!isdigit((unsigned char)release[0])) {
		return;
	}
	waiting->seen = true;
	if (release_newer(release, running)) {
		int64_t since = installed_since(root, release);

		/* Of several newer ones the first has waited the longest. */
		waiting->kernel = true;
		since_take(waiting, since);
	}
}

/* Only kernels that could be started: a directory of modules may outlive its kernel. */
static int boot_look(const struct sysroot *root, const char *running, struct waiting *waiting)
{
	static const char prefix[] = "vmlinuz-";
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	int r = sysroot_list(root, "boot", &names);

	for (size_t i = 0; r == 0 && i < names.len; i++) {
		if (strncmp(names.names[i], prefix, strlen(prefix)) == 0) {
			kernel_take(root, running, names.names[i] + strlen(prefix), waiting);
		}
	}
	return r == -ENOMEM ? r : 0;
}

/* Newer systems keep the kernel beside its modules; Arch replaces both while the old one runs. */
static int modules_look(const struct sysroot *root, const char *running, struct waiting *waiting)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};
	bool own = false, other = false;
	int64_t since = 0;
	int r = sysroot_list(root, "usr/lib/modules", &names);

	for (size_t i = 0; r == 0 && i < names.len; i++) {
		char path[PATH_LEN_MAX];

		snprintf(path, sizeof(path), "usr/lib/modules/%.255s/vmlinuz", names.names[i]);
		own = own || strcmp(names.names[i], running) == 0;
		if (sysroot_exists(root, path)) {
			kernel_take(root, running, names.names[i], waiting);
			other = true;
			since = installed_since(root, names.names[i]);
		}
	}
	if (other && !own) {
		waiting->kernel = true;
		since_take(waiting, since);
	}
	return r == -ENOMEM ? r : 0;
}

/* The same release, built anew: its name in /boot tells nothing. */
static int build_look(const struct check_ctx *ctx, const char *running, struct waiting *waiting)
{
	int64_t since;
	bool behind;
	int r = kernel_build_behind(ctx, running, flavour_of(running), &behind, &since);

	if (r == 0 && behind) {
		waiting->kernel = true;
		since_take(waiting, since);
	}
	return r;
}

static bool live_patched(const struct sysroot *root)
{
	cleanup(sysroot_names_finish) struct sysroot_names names = {0};

	return sysroot_list(root, "sys/kernel/livepatch", &names) == 0 && names.len > 0;
}

static int judge(const struct check_ctx *ctx, const struct waiting *waiting, struct verdict *v)
{
	int64_t days = policy_control_number(ctx->policy, ID, "max_age_days", DAYS_DEFAULT);

	if (!waiting->marked && !waiting->kernel) {
		return waiting->seen ? verdict_set(v, POSTURE_PASS, POSTURE_RESTART_DONE)
				     : verdict_set(v, POSTURE_UNKNOWN, POSTURE_SOURCE_MISSING);
	}
	if (!waiting->marked && live_patched(ctx->root)) {
		return verdict_set(v, POSTURE_NA, POSTURE_LIVE_PATCHED);
	}
	if (waiting->since == 0 || waiting->since > ctx->now.wall_s) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_AGE_NOT_KNOWN);
	}
	if (ctx->now.wall_s - waiting->since >= days * DAY_S) {
		return verdict_set(v, POSTURE_FAIL, POSTURE_RESTART_OVERDUE);
	}
	v->due_s = waiting->since + days * DAY_S;
	return verdict_set(v, POSTURE_PASS, POSTURE_RESTART_RECENT);
}

static int run(const struct check_ctx *ctx, struct verdict *v)
{
	cleanup(free_ptr) char *running = NULL;
	struct waiting waiting = {.marked = false};
	size_t len = 0;
	int r;

	if (!ctx->live) {
		return verdict_set(v, POSTURE_UNKNOWN, POSTURE_LIVE_ONLY);
	}
	r = sysroot_read(ctx->root, "proc/sys/kernel/osrelease", RELEASE_MAX, &running, &len);
	if (r != 0) {
		return r == -ENOMEM ? r : verdict_set(v, POSTURE_UNKNOWN, POSTURE_SOURCE_MISSING);
	}
	running[strcspn(running, "\n")] = '\0';
	markers_look(ctx->root, &waiting);
	r = boot_look(ctx->root, running, &waiting);
	if (r == 0) {
		r = modules_look(ctx->root, running, &waiting);
	}
	if (r == 0) {
		r = build_look(ctx, running, &waiting);
	}
	return r != 0 ? r : judge(ctx, &waiting, v);
}

const struct check check_patch_reboot_pending = {
	.id = ID,
	.inputs = inputs,
	.n_inputs = ARRAY_LEN(inputs),
	.run = run,
};
