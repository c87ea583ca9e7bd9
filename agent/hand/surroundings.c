/* SPDX-License-Identifier: Apache-2.0 */
#include "surroundings.h"

#include "fd.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define MOUNTS "/proc/self/mountinfo"
#define SETTINGS "/etc"
#define POINT_FIELD 4 /* "36 35 98:0 /root /point options": proc(5) */

const char *const surroundings_optional[] = {
	"/opt/Rocket.Chat/resources",
	"/etc/passwd",
	"/etc/group",
	"/etc/shadow",
	"/etc/gshadow",
	"/etc/subuid",
	"/etc/subgid",
	"/etc/sudoers",
	"/etc/sudoers.d",
	"/etc/doas.conf",
	"/etc/polkit-1",
	"/etc/pam.d",
	"/etc/pam.conf",
	"/etc/security",
	"/etc/ssh",
	"/etc/ssl",
	"/etc/pki",
	"/etc/ca-certificates",
	"/etc/krb5.conf",
	"/etc/fstab",
	"/etc/crypttab",
	"/etc/hosts",
	"/etc/nsswitch.conf",
	"/etc/resolv.conf",
	"/etc/ld.so.conf",
	"/etc/ld.so.conf.d",
	"/etc/ld.so.preload",
	"/etc/ld.so.cache",
	"/etc/cron.d",
	"/etc/crontab",
	"/etc/profile",
	"/etc/profile.d",
	"/etc/environment",
	"/etc/modprobe.d",
	"/etc/modules-load.d",
	"/etc/udev",
	"/etc/default/grub",
	"/etc/grub.d",
	"/var/lib/flatpak",
	"/var/cache/apparmor",
	"/sys/kernel/security/apparmor",
	"/sys/devices",
	"/sys/bus/usb/drivers_probe",
	"/sys/bus/pci/drivers",
	"/sys/bus/platform/drivers",
};
const size_t surroundings_n_optional = ARRAY_LEN(surroundings_optional);
_Static_assert(ARRAY_LEN(surroundings_optional) <= 64, "a bit for each");

static uint64_t marks_now(void)
{
	uint64_t marks = 0;

	for (size_t i = 0; i < ARRAY_LEN(surroundings_optional); i++) {
		if (faccessat(AT_FDCWD, surroundings_optional[i], F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
			marks |= UINT64_C(1) << i;
		}
	}
	return marks;
}

static bool is_of_settings(const char *line, size_t len)
{
	size_t root = strlen(SETTINGS);

	for (int field = 0; field < POINT_FIELD; field++) {
		const char *blank = memchr(line, ' ', len);

		if (!blank) {
			return false;
		}
		len -= (size_t)(blank + 1 - line);
		line = blank + 1;
	}
	return len > root && memcmp(line, SETTINGS, root) == 0 &&
	       (line[root] == '/' || line[root] == ' ');
}

uint64_t surroundings_mark(const char *text, size_t len)
{
	uint64_t mark = UINT64_C(0xcbf29ce484222325); /* FNV-1a */

	while (len > 0) {
		const char *end = memchr(text, '\n', len);
		size_t line = end ? (size_t)(end + 1 - text) : len;

		for (size_t i = 0; is_of_settings(text, line) && i < line; i++) {
			mark = (mark ^ (unsigned char)text[i]) * UINT64_C(0x100000001b3);
		}
		text += line;
		len -= line;
	}
	return mark;
}

static int closed_now(int mounts, uint64_t *ret_mark)
{
	cleanup(free_ptr) char *text = NULL;
	size_t len;
	int r = lseek(mounts, 0, SEEK_SET) < 0 ? -errno : 0;

	if (r == 0) {
		r = fd_read_all(mounts, SURROUNDINGS_BYTES_MAX, &text, &len);
	}
	if (r == 0) {
		*ret_mark = surroundings_mark(text, len);
	}
	return r > 0 ? -E2BIG : r;
}

int surroundings_open(struct surroundings *ret_surroundings)
{
	cleanup(fd_close) int mounts = open(MOUNTS, O_RDONLY | O_CLOEXEC);
	struct surroundings now = {.marks = marks_now()};
	int r = mounts < 0 ? -errno : closed_now(mounts, &now.closed);

	if (r == 0) {
		now.mounts = TAKE_FD(mounts);
		*ret_surroundings = now;
	}
	return r;
}

void surroundings_finish(struct surroundings *surroundings)
{
	fd_close(&surroundings->mounts);
	*surroundings = (struct surroundings){.mounts = -1};
}

bool surroundings_changed(const struct surroundings *surroundings)
{
	uint64_t closed;

	return marks_now() != surroundings->marks ||
	       closed_now(surroundings->mounts, &closed) != 0 || closed != surroundings->closed;
}
