/* SPDX-License-Identifier: Apache-2.0 */
#include "fd.h"
#include "unit.h"

#include <dirent.h>
#include <fcntl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#define NAME "file"

/* An empty directory of its own for each test */
static int make_dir(void **state)
{
	char path[] = "/tmp/test-fd-XXXXXX";
	int *dirfd = malloc(sizeof(*dirfd));

	if (!dirfd || !mkdtemp(path)) {
		free(dirfd);
		return -1;
	}
	*dirfd = fd_open_dir(AT_FDCWD, path);
	*state = dirfd;
	/* Nothing needs its path any more: it is gone once its fd is closed and it is empty. */
	return *dirfd < 0 ? -1 : 0;
}

static int remove_dir(void **state)
{
	char link[64], path[256] = "";
	int *dirfd = *state;
	DIR *dir = fdopendir(fd_open_dir(*dirfd, "."));

	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
		(void)unlinkat(*dirfd, entry->d_name, 0);
		(void)unlinkat(*dirfd, entry->d_name, AT_REMOVEDIR);
	}
	closedir(dir);
	snprintf(link, sizeof(link), "/proc/self/fd/%d", *dirfd);
	if (readlink(link, path, sizeof(path) - 1) < 0 || rmdir(path) < 0) {
		return -1;
	}
	close(*dirfd);
	free(dirfd);
	return 0;
}

static void put(int dirfd, const char *name, const char *bytes, size_t len)
{
	int fd = openat(dirfd, name, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(fd_write_all(fd, bytes, len), 0);
	close(fd);
}

static void reading_stops_at_the_cap(void **state)
{
	static const size_t sizes[] = {0, 1, 4095, 4096, 4097, 9999};
	int dirfd = *(int *)*state;
	char bytes[10000];

	for (size_t i = 0; i < sizeof(bytes); i++) {
		bytes[i] = (char)(i * 31);
	}
	for (size_t i = 0; i < ARRAY_LEN(sizes); i++) {
		cleanup(free_ptr) char *read = NULL;
		char *none = NULL;
		size_t len = 77;

		put(dirfd, NAME, bytes, sizes[i]);
		assert_int_equal(fd_read_regular(dirfd, NAME, sizes[i], &read, &len), 0);
		assert_int_equal(len, sizes[i]);
		assert_memory_equal(read, bytes, len);
		assert_int_equal(read[len], '\0');
		if (sizes[i] > 0) {
			assert_int_equal(fd_read_regular(dirfd, NAME, sizes[i] - 1, &none, &len),
				FD_E_TOO_LARGE);
			assert_null(none);
		}
	}
}

static void a_stream_is_read_to_its_end(void **state)
{
	int ends[2];
	char bytes[20000], *none = NULL;

	(void)state;
	memset(bytes, 'y', sizeof(bytes));
	for (size_t max = sizeof(bytes) - 1; max <= sizeof(bytes); max++) {
		cleanup(free_ptr) char *read = NULL;
		size_t len;

		assert_int_equal(pipe2(ends, O_CLOEXEC), 0);
		assert_int_equal(fd_write_all(ends[1], bytes, sizeof(bytes)), 0);
		close(ends[1]);
		if (max < sizeof(bytes)) {
			assert_int_equal(fd_read_all(ends[0], max, &none, &len), FD_E_TOO_LARGE);
		} else {
			assert_int_equal(fd_read_all(ends[0], max, &read, &len), 0);
			assert_int_equal(len, sizeof(bytes));
		}
		close(ends[0]);
	}
}

static void make_socket(int dirfd)
{
	struct sockaddr_un address = {.sun_family = AF_UNIX};
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof(address.sun_path), "/proc/self/fd/%d/socket", dirfd);
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	close(fd);
}

static void only_regular_files_are_read(void **state)
{
	static const char *const names[] = {"link", "dangling", "fifo", "dir", "socket"};
	int dirfd = *(int *)*state;
	char *bytes = NULL;
	size_t len;

	put(dirfd, NAME, "x", 1);
	assert_int_equal(symlinkat(NAME, dirfd, "link"), 0);
	assert_int_equal(symlinkat("nowhere", dirfd, "dangling"), 0);
	assert_int_equal(mkfifoat(dirfd, "fifo", 0600), 0);
	assert_int_equal(mkdirat(dirfd, "dir", 0700), 0);
	make_socket(dirfd);
	for (size_t i = 0; i < ARRAY_LEN(names); i++) {
		assert_int_equal(
			fd_read_regular(dirfd, names[i], 100, &bytes, &len), FD_E_NOT_REGULAR);
	}
	assert_int_equal(fd_read_regular(dirfd, "none", 100, &bytes, &len), FD_E_MISSING);
	assert_int_equal(fd_read_regular(dirfd, "dir/x", 100, &bytes, &len), -EINVAL);
	assert_int_equal(fd_read_regular(dirfd, "..", 100, &bytes, &len), -EINVAL);
	assert_int_equal(fd_read_regular(dirfd, "", 100, &bytes, &len), -EINVAL);
	assert_null(bytes);
}

static void a_huge_file_is_refused_unread(void **state)
{
	int dirfd = *(int *)*state;
	cleanup(fd_close) int fd = openat(dirfd, NAME, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
	char *bytes = NULL;
	size_t len;

	assert_int_equal(ftruncate(fd, (off_t)1 << 30), 0);
	assert_int_equal(
		fd_read_regular(dirfd, NAME, (size_t)1 << 20, &bytes, &len), FD_E_TOO_LARGE);
	assert_null(bytes);
}

static void replacing_is_whole(void **state)
{
	int dirfd = *(int *)*state;
	cleanup(free_ptr) char *read = NULL;
	mode_t mask = umask(077);
	struct stat st;
	size_t len, names = 0;
	DIR *dir;

	put(dirfd, "other", "other", 5);
	assert_int_equal(symlinkat("other", dirfd, NAME), 0);
	assert_int_equal(fd_write_atomic(dirfd, NAME, "new\0er", 6, 0644), 0);
	umask(mask);
	assert_int_equal(fstatat(dirfd, NAME, &st, AT_SYMLINK_NOFOLLOW), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(fd_read_regular(dirfd, NAME, 6, &read, &len), 0);
	assert_int_equal(len, 6);
	assert_memory_equal(read, "new\0er", 6);
	free(TAKE_PTR(read));
	assert_int_equal(fd_read_regular(dirfd, "other", 6, &read, &len), 0);
	assert_string_equal(read, "other");
	dir = fdopendir(fd_open_dir(dirfd, "."));
	for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
		names++;
	}
	closedir(dir);
	assert_int_equal(names, 4); /* ".", "..", the two: no temporary file is left */
}

static void what_a_crash_left_is_removed(void **state)
{
	/* 2147483647 is above PID_MAX_LIMIT of the kernel: no thread has it */
	static const char *const dead[] = {
		"." NAME ".2147483647.tmp", ".0001.reply.2147483647.tmp"};
	static const char *const others[] = {".2147483647.tmp", NAME ".2147483647.tmp", ".a.0.tmp",
		".a..tmp", ".a.-1.tmp", ".a.2147483647.new", ".a.99999999999.tmp"};
	int dirfd = *(int *)*state;
	char alive[64];

	/* of a writer that is at it */
	snprintf(alive, sizeof(alive), ".other.%d.tmp", (int)getppid());
	put(dirfd, alive, "x", 1);
	for (size_t i = 0; i < ARRAY_LEN(dead); i++) {
		put(dirfd, dead[i], "x", 1);
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		put(dirfd, others[i], "x", 1);
	}
	assert_int_equal(fd_write_atomic(dirfd, NAME, "new", 3, 0600), 0);
	for (size_t i = 0; i < ARRAY_LEN(dead); i++) {
		assert_int_equal(faccessat(dirfd, dead[i], F_OK, 0), -1);
	}
	for (size_t i = 0; i < ARRAY_LEN(others); i++) {
		assert_int_equal(faccessat(dirfd, others[i], F_OK, 0), 0);
	}
	assert_int_equal(faccessat(dirfd, alive, F_OK, 0), 0);
}

static void a_failed_replacement_leaves_the_old(void **state)
{
	int dirfd = *(int *)*state;
	char longest[300];

	memset(longest, 'n', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	assert_int_equal(mkdirat(dirfd, "dir", 0700), 0);
	assert_int_equal(fd_write_atomic(dirfd, "dir", "x", 1, 0600), -EISDIR);
	assert_int_equal(fd_write_atomic(dirfd, "a/b", "x", 1, 0600), -EINVAL);
	assert_int_equal(fd_write_atomic(dirfd, longest, "x", 1, 0600), -ENAMETOOLONG);
	assert_int_equal(fd_write_atomic(-1, NAME, "x", 1, 0600), -EBADF);
	assert_int_equal(unlinkat(dirfd, "dir", AT_REMOVEDIR), 0);
	/* remove_dir would fail if a temporary file stayed and could not be removed */
	assert_int_equal(faccessat(dirfd, NAME, F_OK, 0), -1);
}

static void open_dir_follows_no_link(void **state)
{
	int dirfd = *(int *)*state, fd;

	assert_int_equal(mkdirat(dirfd, "dir", 0700), 0);
	assert_int_equal(symlinkat("dir", dirfd, "link"), 0);
	put(dirfd, NAME, "", 0);
	fd = fd_open_dir(dirfd, "dir");
	assert_true(fd >= 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
	assert_true(fd_open_dir(dirfd, "link") < 0);
	assert_int_equal(fd_open_dir(dirfd, NAME), -ENOTDIR);
	assert_int_equal(fd_open_dir(dirfd, "none"), -ENOENT);
}

static void set_listen(const char *pid, const char *fds, const char *names)
{
	assert_int_equal(setenv("LISTEN_PID", pid, 1), 0);
	assert_int_equal(setenv("LISTEN_FDS", fds, 1), 0);
	assert_int_equal(setenv("LISTEN_FDNAMES", names, 1), 0);
}

static void listen_fds_are_found_by_name(void **state)
{
	char me[16];
	int zero = open("/dev/null", O_RDONLY | O_CLOEXEC);

	(void)state;
	snprintf(me, sizeof(me), "%d", (int)getpid());
	assert_int_equal(dup2(zero, 4), 4); /* as the second of two; dup2 clears CLOEXEC */
	set_listen(me, "2", "control:home");
	assert_int_equal(fd_from_listen("home"), 4);
	assert_true(fcntl(4, F_GETFD) & FD_CLOEXEC);
	assert_int_equal(fd_from_listen("hand"), -ENOENT);
	set_listen(me, "1", "control:home"); /* fewer fds than names */
	assert_int_equal(fd_from_listen("home"), -ENOENT);
	set_listen("1", "2", "control:home"); /* meant for another process */
	assert_int_equal(fd_from_listen("home"), -ENOENT);
	set_listen(me, "many", "control:home");
	assert_int_equal(fd_from_listen("home"), -ENOENT);
	close(4);
	set_listen(me, "2", "control:home"); /* promised, not given */
	assert_int_equal(fd_from_listen("home"), -EBADF);
	unsetenv("LISTEN_PID");
	assert_int_equal(fd_from_listen("home"), -ENOENT);
	fd_close(&zero);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(reading_stops_at_the_cap, make_dir, remove_dir),
		cmocka_unit_test(a_stream_is_read_to_its_end),
		cmocka_unit_test_setup_teardown(only_regular_files_are_read, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(
			a_huge_file_is_refused_unread, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(replacing_is_whole, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(what_a_crash_left_is_removed, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(
			a_failed_replacement_leaves_the_old, make_dir, remove_dir),
		cmocka_unit_test_setup_teardown(open_dir_follows_no_link, make_dir, remove_dir),
		cmocka_unit_test(listen_fds_are_found_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
