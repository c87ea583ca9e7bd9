/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nodes that are opened, mapped and closed by real processes, on a machine whose cameras are
 * /dev/zero and /dev/full made anew below a root of their own: what is right is what the child was
 * told to do. As root, since it makes device nodes.
 */
#include "holder.h"
#include "media.h"
#include "unit.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>

#define LIMIT_MS 60000

struct machine {
	char dir[32];
	struct sysroot root;
	struct loop *loop;
	struct media *media;
	struct loop_source *limit;
	int proc;
	enum media_state awaited;
	/* idle; unknown on a machine that lets nobody look at some of its processes */
	enum media_state closed;
	size_t row;
	unsigned changes;
	unsigned asked, dismissed, awaited_word; /* the worker of this user, about streams */
};

static void file_write(const struct machine *m, const char *path, const char *text)
{
	char whole[128];
	FILE *file;

	snprintf(whole, sizeof(whole), "%s/%s", m->dir, path);
	file = fopen(whole, "w");
	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static void make_dirs(const struct machine *m, const char *path)
{
	char whole[128];

	for (const char *p = strchr(path, '/'); p; p = strchr(p + 1, '/')) {
		snprintf(whole, sizeof(whole), "%s/%.*s", m->dir, (int)(p - path), path);
		(void)!mkdir(whole, 0755);
	}
}

static void make_camera(const struct machine *m, const char *name, unsigned minor_n)
{
	char path[128], text[32];

	snprintf(path, sizeof(path), "sys/class/video4linux/%s/dev", name);
	make_dirs(m, path);
	snprintf(text, sizeof(text), "1:%u\n", minor_n);
	file_write(m, path, text);
	snprintf(path, sizeof(path), "run/udev/data/c1:%u", minor_n);
	make_dirs(m, path);
	file_write(m, path, "E:ID_V4L_CAPABILITIES=:capture:\n");
	make_dirs(m, "dev/x");
	snprintf(path, sizeof(path), "%s/dev/%s", m->dir, name);
	assert_int_equal(mknod(path, S_IFCHR | 0600, makedev(1, minor_n)), 0);
}

static int on_changed(void *data)
{
	struct machine *m = data;

	m->changes++;
	if (media_get(m->media)->rows[m->row].state == m->awaited) {
		loop_quit(m->loop, 0);
	}
	return 0;
}

static void on_listen(uid_t uid, bool on, void *data)
{
	struct machine *m = data;

	assert_int_equal(uid, getuid());
	m->asked += on;
	m->dismissed += !on;
	if (m->asked + m->dismissed == m->awaited_word) {
		loop_quit(m->loop, 0);
	}
}

static int on_limit(struct loop_source *source, void *data)
{
	struct machine *m = data;

	(void)source;
	loop_quit(m->loop, 1);
	return 0;
}

static int machine_setup(void **state)
{
	struct machine *m = calloc(1, sizeof(*m));
	struct media_setup setup;

	snprintf(m->dir, sizeof(m->dir), "/tmp/media-XXXXXX");
	assert_non_null(mkdtemp(m->dir));
	make_camera(m, "video0", 5);
	make_camera(m, "video1", 7);
	assert_int_equal(sysroot_open(m->dir, false, &m->root), 0);
	m->proc = open("/proc", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	assert_int_equal(loop_new(&m->loop), 0);
	assert_int_equal(loop_add_timer(m->loop, on_limit, m, &m->limit), 0);
	assert_int_equal(loop_timer_set(m->limit, LIMIT_MS), 0);
	setup = (struct media_setup){.loop = m->loop,
		.root = &m->root,
		.proc = m->proc,
		.changed = on_changed,
		.listen = on_listen,
		.data = m};
	assert_int_equal(media_new(&setup, &m->media), 0);
	m->closed = media_get(m->media)->rows[0].state;
	assert_true(m->closed == MEDIA_STATE_IDLE || m->closed == MEDIA_STATE_UNKNOWN);
	*state = m;
	return 0;
}

static int machine_teardown(void **state)
{
	struct machine *m = *state;
	char command[64];
	pid_t pid;

	media_free(m->media);
	loop_source_free(m->limit);
	loop_free(m->loop);
	sysroot_finish(&m->root);
	close(m->proc);
	snprintf(command, sizeof(command), "%s", m->dir);
	pid = fork();
	if (pid == 0) {
		execl("/bin/rm", "rm", "-r", command, (char *)NULL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
	free(m);
	return 0;
}

static void await(struct machine *m, size_t row, enum media_state state)
{
	m->row = row;
	m->awaited = state;
	if (media_get(m->media)->rows[row].state != state) {
		assert_int_equal(loop_run(m->loop), 0);
	}
	assert_int_equal(media_get(m->media)->rows[row].state, state);
}

static void path_of(const struct machine *m, const char *name, char path[64])
{
	snprintf(path, 64, "%s/dev/%s", m->dir, name);
}

static void test_open_and_close(void **state)
{
	struct machine *m = *state;
	struct holder h;
	char path[64];

	assert_int_equal(media_get(m->media)->len, 2);
	path_of(m, "video0", path);
	h = holder_start(path);
	holder_tell(&h, "o");
	await(m, 0, MEDIA_STATE_HELD);
	assert_int_equal(media_get(m->media)->rows[0].kind, MEDIA_KIND_OTHER);
	assert_int_equal(media_get(m->media)->rows[1].state, m->closed);
	holder_tell(&h, "c");
	await(m, 0, m->closed);
	holder_end(&h);
}

static void test_mapped_is_use(void **state)
{
	struct machine *m = *state;
	struct holder h;
	char path[64];

	path_of(m, "video0", path);
	h = holder_start(path);
	holder_tell(&h, "o");
	await(m, 0, MEDIA_STATE_HELD);
	holder_tell(&h, "m"); /* announces nothing */
	await(m, 0, MEDIA_STATE_OTHER);
	holder_tell(&h, "u");
	await(m, 0, MEDIA_STATE_HELD);
	holder_end(&h); /* and a holder that is gone holds nothing */
	await(m, 0, m->closed);
}

/* Its descriptor is closed before anybody looks, and its memory stays: nothing else is announced.
 */
static void test_memory_alone(void **state)
{
	struct machine *m = *state;
	struct holder h;
	char path[64];

	path_of(m, "video0", path);
	h = holder_start(path);
	holder_tell(&h, "omc");
	await(m, 0, MEDIA_STATE_OTHER);
	holder_tell(&h, "u");
	await(m, 0, m->closed);
	holder_end(&h);
}

static void test_two_at_once(void **state)
{
	struct machine *m = *state;
	struct holder first, second;
	char path[64];

	path_of(m, "video1", path);
	first = holder_start(path);
	second = holder_start(path);
	holder_tell(&first, "o");
	await(m, 1, MEDIA_STATE_HELD);
	holder_tell(&second, "o");
	holder_end(&first);
	assert_int_equal(media_look(m->media), 0);
	await(m, 1, MEDIA_STATE_HELD);
	holder_end(&second);
	await(m, 1, m->closed);
}

static void test_crashed(void **state)
{
	struct machine *m = *state;
	struct holder h;
	char path[64];

	path_of(m, "video0", path);
	h = holder_start(path);
	holder_tell(&h, "o");
	await(m, 0, MEDIA_STATE_HELD);
	kill(h.pid, SIGKILL);
	await(m, 0, m->closed);
	holder_end(&h);
}

/* The same device under another name: no event, and no less open */
static void test_made_elsewhere(void **state)
{
	struct machine *m = *state;
	struct holder h;
	char path[64];

	path_of(m, "elsewhere", path);
	assert_int_equal(mknod(path, S_IFCHR | 0600, makedev(1, 7)), 0);
	h = holder_start(path);
	holder_tell(&h, "o");
	assert_int_equal(media_look(m->media), 0);
	await(m, 1, MEDIA_STATE_HELD);
	holder_end(&h);
}

/* bash under that name, as a program of root's: runs the script, of which $0 is the node */
static struct holder program_start(
	const struct machine *m, const char *name, const char *script, const char *path)
{
	struct holder h = {.done = -1};
	char program[64];
	int words[2];
	pid_t pid;

	snprintf(program, sizeof(program), "%s/%s", m->dir, name);
	pid = fork();
	if (pid == 0) {
		execl("/bin/cp", "cp", "--remove-destination", "/bin/bash", program, (char *)NULL);
		_exit(1);
	}
	waitpid(pid, NULL, 0);
	assert_int_equal(pipe2(words, O_CLOEXEC), 0);
	h.words = words[1];
	h.pid = fork();
	if (h.pid == 0) {
		dup2(words[0], STDIN_FILENO);
		execl(program, program, "-c", script, path, (char *)NULL);
		_exit(1);
	}
	close(words[0]);
	return h;
}

/* Of the name of a media daemon, which opens the node and stays */
static struct holder daemon_start(const struct machine *m, const char *path)
{
	return program_start(m, "pipewire", "exec 3<>\"$0\"; read -r -n 1 _", path);
}

static void say(const struct holder *h)
{
	assert_int_equal(write(h->words, "x", 1), 1);
}

/* Who had one before is known again, and by what it is now: it became another program meanwhile. */
static void test_a_process_that_is_another_program_now(void **state)
{
	struct machine *m = *state;
	struct holder h;
	char path[64];

	path_of(m, "video0", path);
	h = program_start(m, "cheese",
		"exec 3<>\"$0\"; read -r -n 1 _; exec 3<&-; read -r -n 1 _; exec 3<>\"$0\";"
		"read -r -n 1 _; exec 3<&-; read -r -n 1 _;"
		"exec /bin/bash -c 'exec 3<>\"$0\"; read -r -n 1 _' \"$0\"",
		path);
	for (int i = 0; i < 2; i++) {
		await(m, 0, MEDIA_STATE_HELD);
		assert_int_equal(media_get(m->media)->rows[0].kind, MEDIA_KIND_RECORDER);
		say(&h);
		await(m, 0, m->closed);
		say(&h);
	}
	await(m, 0, MEDIA_STATE_HELD);
	assert_int_equal(media_get(m->media)->rows[0].kind, MEDIA_KIND_OTHER);
	holder_end(&h);
	await(m, 0, m->closed);
}

static void await_words(struct machine *m, unsigned n)
{
	m->awaited_word = n;
	if (m->asked + m->dismissed != n) {
		assert_int_equal(loop_run(m->loop), 0);
	}
	assert_int_equal(m->asked + m->dismissed, n);
}

static void test_a_daemon_is_asked_about_and_each_that_comes_anew(void **state)
{
	struct machine *m = *state;
	struct media_streams streams = {.uid = getuid(), .sound_heard = true, .video_heard = true};
	struct holder first, second;
	char path[64];

	path_of(m, "video0", path);
	first = daemon_start(m, path);
	await_words(m, 1);
	await(m, 0, MEDIA_STATE_UNKNOWN);
	assert_int_equal(media_take_streams(m->media, &streams), 0);
	await(m, 0, m->closed);
	assert_int_equal(m->asked, 1);
	streams.films = 1U << MEDIA_KIND_RECORDER;
	assert_int_equal(media_take_streams(m->media, &streams), 0);
	await(m, 0, MEDIA_STATE_OTHER);
	second = daemon_start(m, path);
	await_words(m, 2);
	assert_int_equal(m->asked, 2);
	holder_end(&first);
	await_words(m, 3);
	assert_int_equal(m->asked, 3);
	holder_end(&second);
	await_words(m, 4);
	assert_int_equal(m->dismissed, 1);
	await(m, 0, m->closed);
}

int main(void)
{
	(void)signal(SIGPIPE, SIG_IGN); /* a child that is killed reads nothing more */
	const struct CMUnitTest tests[] = {
#define TEST(name) cmocka_unit_test_setup_teardown(name, machine_setup, machine_teardown)
		TEST(test_open_and_close),
		TEST(test_mapped_is_use),
		TEST(test_memory_alone),
		TEST(test_two_at_once),
		TEST(test_crashed),
		TEST(test_made_elsewhere),
		TEST(test_a_daemon_is_asked_about_and_each_that_comes_anew),
		TEST(test_a_process_that_is_another_program_now),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
