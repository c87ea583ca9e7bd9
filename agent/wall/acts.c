/* SPDX-License-Identifier: Apache-2.0 */
#include "acts.h"

#include "fd.h"
#include "rules.h"
#include "tool.h"

#include <string.h>
#include <sys/mman.h>

#define OUTPUT_MAX ((size_t)64 << 10)
#define FILE_MAX ((size_t)16 << 20) /* what ufw and firewalld keep is far smaller */

enum step {
	STEP_OWN_LOAD,
	STEP_OWN_LOAD_MDNS,
	STEP_OWN_REMOVE,
	STEP_UFW_DENY,
	STEP_UFW_ALLOW,
	STEP_UFW_ENABLE,
	STEP_UFW_DISABLE,
	STEP_ZONE_CLOSE,
	STEP_ZONE_OPEN,
	STEP_ZONE_OPEN_LATER, /* where firewalld does not run */
	STEP_COUNT,
};

/* ufw(8): --force asks nobody. firewall-cmd(1): the default zone is changed for now and for good.
 */
static const struct {
	const char *argv[5];
	const char *input;
} steps[STEP_COUNT] = {
	[STEP_OWN_LOAD] = {{"/usr/sbin/nft", "-f", "-"}, rules_table},
	[STEP_OWN_LOAD_MDNS] = {{"/usr/sbin/nft", "-f", "-"}, rules_table_mdns},
	[STEP_OWN_REMOVE] = {{"/usr/sbin/nft", "-f", "-"}, rules_none},
	[STEP_UFW_DENY] = {{"/usr/sbin/ufw", "default", "deny", "incoming"}, NULL},
	[STEP_UFW_ALLOW] = {{"/usr/sbin/ufw", "default", "allow", "incoming"}, NULL},
	[STEP_UFW_ENABLE] = {{"/usr/sbin/ufw", "--force", "enable"}, NULL},
	[STEP_UFW_DISABLE] = {{"/usr/sbin/ufw", "disable"}, NULL},
	[STEP_ZONE_CLOSE] = {{"/usr/bin/firewall-cmd", "--set-default-zone=" WALL_ZONE_CLOSED},
		NULL},
	[STEP_ZONE_OPEN] = {{"/usr/bin/firewall-cmd", "--set-default-zone=" WALL_ZONE_OPEN}, NULL},
	[STEP_ZONE_OPEN_LATER] = {{"/usr/bin/firewall-offline-cmd",
					  "--set-default-zone=" WALL_ZONE_OPEN},
		NULL},
};

static int input_make(const char *text, int *ret_fd)
{
	cleanup(fd_close) int fd = memfd_create("rules", MFD_CLOEXEC);
	int r = fd < 0 ? -errno : fd_write_all(fd, text, strlen(text));

	if (r == 0 && lseek(fd, 0, SEEK_SET) < 0) {
		r = -errno;
	}
	if (r == 0) {
		*ret_fd = TAKE_FD(fd);
	}
	return r;
}

static int step_do(enum step step)
{
	cleanup(free_ptr) char *output = NULL;
	cleanup(fd_close) int input = -1;
	size_t len = 0;
	struct tool tool = {
		.argv = steps[step].argv,
		.input = -1,
		.timeout_ms = ACTS_TIMEOUT_MS,
		.output_max = OUTPUT_MAX,
		.file_max = FILE_MAX,
		.cpu_seconds = ACTS_CPU_SECONDS,
	};
	int r = steps[step].input ? input_make(steps[step].input, &input) : 0;

	if (r != 0) {
		return r;
	}
	tool.input = input;
	r = tool_run(&tool, &output, &len);
	if (r == TOOL_E_ABSENT) {
		return ACTS_E_ABSENT;
	}
	return r > 0 ? ACTS_E_FAILED : r;
}

static int ufw_apply(const struct wall_look *look)
{
	int r = look->ufw_default == WALL_ACCEPT ? step_do(STEP_UFW_DENY) : 0;

	return r == 0 && !look->ufw_enabled ? step_do(STEP_UFW_ENABLE) : r;
}

int acts_apply(const struct wall_look *look, bool mdns)
{
	switch (look->manager) {
	case WALL_NOBODY:
		break;
	case WALL_OWN:
		return step_do(mdns ? STEP_OWN_LOAD_MDNS : STEP_OWN_LOAD);
	case WALL_UFW:
		return ufw_apply(look);
	case WALL_FIREWALLD:
		return look->stopped ? ACTS_E_ABSENT : step_do(STEP_ZONE_CLOSE);
	}
	return ACTS_E_ABSENT;
}

/* First off, then the former policy: so that no moment is more closed than either. */
static int ufw_undo(const struct wall_look *look, const struct acts_former *former, bool *ret_left)
{
	bool switched = !former->ufw_enabled, denied = former->ufw_default == WALL_ACCEPT;
	int r = 0;

	*ret_left = (switched && !look->ufw_enabled) || (denied && look->ufw_default != WALL_DROP);
	if (switched && look->ufw_enabled) {
		r = step_do(STEP_UFW_DISABLE);
	}
	if (r == 0 && denied && look->ufw_default == WALL_DROP) {
		r = step_do(STEP_UFW_ALLOW);
	}
	return r;
}

/* Also before it is started with the machine, and when it was stopped since */
static int zone_undo(const struct wall_look *look)
{
	int r = look->stopped ? ACTS_E_FAILED : step_do(STEP_ZONE_OPEN);

	return r > 0 ? step_do(STEP_ZONE_OPEN_LATER) : r;
}

int acts_undo(const struct wall_look *look, const struct acts_former *former, bool *ret_left)
{
	*ret_left = false;
	switch (look->manager) {
	case WALL_NOBODY:
		break;
	case WALL_OWN:
		return step_do(STEP_OWN_REMOVE);
	case WALL_UFW:
		return ufw_undo(look, former, ret_left);
	case WALL_FIREWALLD:
		*ret_left = strcmp(look->zone, WALL_ZONE_CLOSED) != 0;
		return *ret_left ? 0 : zone_undo(look);
	}
	return ACTS_E_ABSENT;
}
