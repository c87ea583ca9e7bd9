/* SPDX-License-Identifier: Apache-2.0 */
/* What a look at left-over recordings opens, tells and hangs on. The verdicts: tests/scenarios. */
#include "clock.h"
#include "personal.h"
#include "recordings-name.h"
#include "str.h"
#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <sys/inotify.h>

#define NOW ((int64_t)20000 * CLOCK_DAY_S)
#define GROUPS (1U << PERSONAL_GROUP_RECORDINGS)

struct fixture {
	char dir[32];
	struct sysroot root;
	struct personal_place place;
};

static void file_lay(const struct fixture *f, const char *path, int64_t day)
{
	char whole[512];
	const struct timespec times[2] = {
		{.tv_sec = day * CLOCK_DAY_S + 1}, {.tv_sec = day * CLOCK_DAY_S + 1}};

	for (const char *slash = strchr(path, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(whole, sizeof(whole), "%.*s", (int)(slash - path), path);
		assert_true(mkdirat(f->place.home, whole, 0700) == 0 || errno == EEXIST);
	}
	assert_int_equal(mknodat(f->place.home, path, S_IFREG | 0600, 0), 0);
	assert_int_equal(utimensat(f->place.home, path, times, 0), 0);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	assert_non_null(f);
	snprintf(f->dir, sizeof(f->dir), "/tmp/recordings-XXXXXX");
	assert_non_null(mkdtemp(f->dir));
	assert_int_equal(sysroot_open(f->dir, false, &f->root), 0);
	assert_int_equal(mkdirat(f->root.fd, "home", 0755), 0);
	f->place = (struct personal_place){.root = &f->root,
		.home = openat(f->root.fd, "home", O_RDONLY | O_DIRECTORY | O_CLOEXEC),
		.uid = geteuid(),
		.now_s = NOW};
	assert_true(f->place.home >= 0);
	*state = f;
	return 0;
}

static int one_remove(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
	(void)st;
	(void)kind;
	(void)ftw;
	return remove(path);
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	close(f->place.home);
	sysroot_finish(&f->root);
	nftw(f->dir, one_remove, 16, FTW_DEPTH | FTW_PHYS);
	free(f);
	return 0;
}

static void tells_numbers(void **state)
{
	struct fixture *f = *state;
	struct personal personal;

	file_lay(f, "Documents/Zoom/a/video1.mp4", 19990);
	file_lay(f, "Videos/Screencasts/b.webm", 19995);
	file_lay(f, "2026-11-20 10-00-00.mkv", 19980);
	file_lay(f, "Videos/film.mp4", 1);
	assert_int_equal(personal_read(&f->place, GROUPS, &personal), 0);
	assert_int_equal(personal.values[PERSONAL_RECORDINGS_COUNT], 3);
	assert_int_equal(personal.values[PERSONAL_RECORDINGS_NEWEST_DAY], 19995);
	assert_int_equal(personal.values[PERSONAL_RECORDINGS_OLDEST_DAY], 19980);
	assert_int_equal(personal.values[PERSONAL_RECORDINGS_UNSEEN], 0);
	assert_int_equal(personal.values[PERSONAL_RECORDINGS_SEALED], 0);
	/* A root without /proc: the devices cannot be told, and none is made up. */
	assert_int_equal(personal.values[PERSONAL_RECORDINGS_DEVICES_UNSEEN], 1);
	assert_true(personal.values[PERSONAL_RECORDINGS_DEVICE_1] == PERSONAL_ABSENT);
}

/* The kernel is the witness: an open or a read of the file would be an event. */
static void opens_no_recording(void **state)
{
	struct fixture *f = *state;
	struct personal personal;
	char path[128], event[512];
	int fd = inotify_init1(IN_NONBLOCK | IN_CLOEXEC);

	file_lay(f, "Documents/Zoom/a/video1.mp4", 19990);
	file_lay(f, "Documents/Zoom/a/meeting_saved_chat.txt", 19990);
	snprintf(path, sizeof(path), "%s/home/Documents/Zoom/a/video1.mp4", f->dir);
	assert_true(inotify_add_watch(fd, path, IN_OPEN | IN_ACCESS | IN_MODIFY) >= 0);
	snprintf(path, sizeof(path), "%s/home/Documents/Zoom/a/meeting_saved_chat.txt", f->dir);
	assert_true(inotify_add_watch(fd, path, IN_OPEN | IN_ACCESS | IN_MODIFY) >= 0);
	assert_int_equal(personal_read(&f->place, GROUPS, &personal), 0);
	assert_int_equal(personal.values[PERSONAL_RECORDINGS_COUNT], 2);
	assert_int_equal(read(fd, event, sizeof(event)), -1);
	assert_int_equal(errno, EAGAIN);
	/* and that the witness sees: */
	close(open(path, O_RDONLY | O_CLOEXEC));
	assert_true(read(fd, event, sizeof(event)) > 0);
	close(fd);
}

static size_t fds_count(void)
{
	DIR *dir = opendir("/proc/self/fd");
	size_t n = 0;

	assert_non_null(dir);
	while (readdir(dir)) {
		n++;
	}
	closedir(dir);
	return n;
}

static void leaves_no_fd(void **state)
{
	struct fixture *f = *state;
	struct personal personal;
	size_t before = fds_count();

	file_lay(f, "Documents/Zoom/a/b/c/d/video1.mp4", 19990);
	file_lay(f, "Videos/Screencasts/x/y/z/b.webm", 19995);
	assert_int_equal(personal_read(&f->place, GROUPS, &personal), 0);
	assert_int_equal(fds_count(), before);
}

static int path_find(const char *path, void *data)
{
	struct {
		const char *wanted;
		bool seen;
	} *find = data;

	find->seen = find->seen || strcmp(path, find->wanted) == 0;
	return 0;
}

/* A recording that comes into a folder that is there already, and the folder that comes first */
static void hangs_on_the_folders(void **state)
{
	static const char *const wanted[] = {"~/.config/user-dirs.dirs", "~/Documents/Zoom/",
		"~/Documents/Zoom/a/", "~/Videos/", "~/Videos/Screencasts/", "/etc/exports"};
	struct fixture *f = *state;

	file_lay(f, "Documents/Zoom/a/video1.mp4", 19990);
	file_lay(f, "Videos/Screencasts/b.webm", 19995);
	file_lay(f, "Videos/Private/c.webm", 19995);
	for (size_t i = 0; i < ARRAY_LEN(wanted); i++) {
		struct {
			const char *wanted;
			bool seen;
		} find = {wanted[i], false};

		assert_int_equal(personal_watch(&f->place, GROUPS, path_find, &find), 0);
		assert_true(find.seen);
		find.wanted = "~/Videos/Private/";
		find.seen = false;
		assert_int_equal(personal_watch(&f->place, GROUPS, path_find, &find), 0);
		assert_false(find.seen);
	}
}

/* gnome-shell 43.9's own translations of "Screencasts", and a name that only begins like one */
static void knows_the_languages(void **state)
{
	(void)state;
	assert_true(recordings_name_screencasts(span_z("Screencasts")));
	assert_true(recordings_name_screencasts(span_z("Schermopnamen")));
	assert_true(recordings_name_screencasts(span_z("Nagrania ekranu")));
	assert_true(recordings_name_screencasts(span_z("螢幕錄影")));
	assert_true(recordings_name_screencasts(span_z("ضبط\u200cهای صفحه")));
	assert_false(recordings_name_screencasts(span_z("Screencasts of mine")));
	assert_false(recordings_name_screencasts(span_z("")));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(tells_numbers, setup, teardown),
		cmocka_unit_test_setup_teardown(opens_no_recording, setup, teardown),
		cmocka_unit_test_setup_teardown(leaves_no_fd, setup, teardown),
		cmocka_unit_test_setup_teardown(hangs_on_the_folders, setup, teardown),
		cmocka_unit_test(knows_the_languages),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
