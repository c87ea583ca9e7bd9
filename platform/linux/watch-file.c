/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inotify(7) by whole paths. Each directory on the way to a file is watched for the name of the
 * next step, as far as the steps exist: so it is seen when any of them appears, goes or is
 * replaced. The last one is watched for what is written to it. A watch is taken on an O_PATH fd
 * that was looked up below the root, so no link leads out of it.
 */
#include "fd.h"
#include "vec.h"
#include "watch-parts.h"

#include <fcntl.h>
#include <linux/openat2.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/inotify.h>
#include <sys/syscall.h>

#define STEPS_MAX 16
#define EVENT_BUF_SIZE 4096

#define MASK_STEP                                                                              \
	(IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_DELETE_SELF | IN_MOVE_SELF | \
		IN_EXCL_UNLINK | IN_MASK_ADD)
#define MASK_WRITTEN (MASK_STEP | IN_CLOSE_WRITE)
/* kernfs tells of a changed value (cgroup.events) by IN_MODIFY: nobody closes such a file. */
#define MASK_VALUE (MASK_STEP | IN_MODIFY)

struct step {
	int wd;		 /* of the directory; -1 for none */
	uint16_t offset; /* of the awaited name in the path */
	uint16_t len;	 /* 0: every name, and the thing itself */
};

struct entry {
	char *path;
	const void *token;
	struct step *steps; /* as many as are watched now */
	size_t n_steps;
	bool fired;
};

struct watch_files {
	struct loop_source *source;
	const struct sysroot *root;
	watch_files_fn fn;
	void *data;
	VEC(struct entry) entries;
	int fd;
};

static int open_at(const struct sysroot *root, const char *path, uint64_t extra)
{
	const struct open_how how = {
		.flags = (uint64_t)(O_PATH | O_CLOEXEC) | extra,
		.resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS,
	};
	long fd = syscall(SYS_openat2, root->fd, path, &how, sizeof(how));

	return fd < 0 ? -errno : (int)fd;
}

/* wd, or negative errno */
static int watch_fd(const struct watch_files *files, int fd, uint32_t mask)
{
	char path[32];
	int wd;

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	wd = inotify_add_watch(files->fd, path, mask);
	return wd < 0 ? -errno : wd;
}

static bool wd_used(const struct watch_files *files, int wd)
{
	for (size_t e = 0; e < files->entries.len; e++) {
		const struct entry *entry = &files->entries.items[e];

		for (size_t i = 0; i < entry->n_steps; i++) {
			if (entry->steps[i].wd == wd) {
				return true;
			}
		}
	}
	return false;
}

/* Gives up those of the old steps that no entry holds any more. */
static void steps_release(const struct watch_files *files, const struct step *steps, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (!wd_used(files, steps[i].wd)) {
			inotify_rm_watch(files->fd, steps[i].wd);
		}
	}
}

struct steps {
	struct step items[STEPS_MAX];
	size_t n;
};

static uint32_t mask_of(const char *path)
{
	return strncmp(path, "sys/", 4) == 0 ? MASK_VALUE : MASK_WRITTEN;
}

/* The thing itself: a directory's own names, or what a link leads to. */
static void step_itself(const struct watch_files *files, const char *path, struct steps *steps)
{
	cleanup(fd_close) int link = open_at(files->root, path, O_NOFOLLOW);
	cleanup(fd_close) int fd = open_at(files->root, path, 0);
	struct stat st, link_st;
	int wd;

	if (fd < 0 || link < 0 || fstat(fd, &st) < 0 || fstat(link, &link_st) < 0 ||
		steps->n == STEPS_MAX) {
		return;
	}
	if (!S_ISDIR(st.st_mode) && !S_ISLNK(link_st.st_mode)) {
		return; /* its directory tells all */
	}
	wd = watch_fd(files, fd, mask_of(path));
	if (wd >= 0) {
		steps->items[steps->n++] = (struct step){.wd = wd};
	}
}

static int steps_take(const struct watch_files *files, const char *path, struct steps *steps)
{
	size_t start = 0;

	while (path[start] && steps->n < STEPS_MAX - 1) {
		size_t len = strcspn(path + start, "/");
		cleanup(free_ptr) char *above = strndup(path, start > 0 ? start - 1 : 0);
		cleanup(fd_close) int fd = -1;
		bool last = path[start + len] == '\0';
		int wd;

		if (!above) {
			return -ENOMEM;
		}
		fd = open_at(files->root, above[0] ? above : ".", O_DIRECTORY);
		if (fd < 0) {
			return 0;
		}
		wd = watch_fd(files, fd, last ? mask_of(path) : MASK_STEP);
		if (wd == -ENOSPC || wd == -ENOMEM) {
			return wd;
		}
		if (wd >= 0) {
			steps->items[steps->n++] = (struct step){
				.wd = wd, .offset = (uint16_t)start, .len = (uint16_t)len};
		}
		start += len + (last ? 0 : 1);
	}
	step_itself(files, path, steps);
	return 0;
}

static int entry_arm(const struct watch_files *files, struct entry *entry)
{
	struct steps steps = {.n = 0};
	struct step *old = entry->steps;
	size_t n_old = entry->n_steps;
	struct step *now;
	int r;

	r = steps_take(files, entry->path, &steps);
	now = calloc(steps.n ? steps.n : 1, sizeof(*now));
	if (!now) {
		return -ENOMEM;
	}
	memcpy(now, steps.items, steps.n * sizeof(*now));
	entry->steps = now;
	entry->n_steps = steps.n;
	steps_release(files, old, n_old);
	free(old);
	return r;
}

static bool step_meets(
	const struct entry *entry, const struct step *step, const struct inotify_event *event)
{
	if (step->wd != event->wd) {
		return false;
	}
	if (event->len == 0 || step->len == 0) {
		return true;
	}
	return strlen(event->name) == step->len &&
	       memcmp(event->name, entry->path + step->offset, step->len) == 0;
}

static void event_take(struct watch_files *files, const struct inotify_event *event)
{
	vec_for_each (entry, &files->entries) {
		if (event->mask & IN_Q_OVERFLOW) {
			entry->fired = true;
			continue;
		}
		for (size_t i = 0; i < entry->n_steps && !entry->fired; i++) {
			entry->fired = step_meets(entry, &entry->steps[i], event);
		}
	}
}

static int events_read(struct watch_files *files)
{
	_Alignas(struct inotify_event) char buf[EVENT_BUF_SIZE];
	ssize_t n;

	while ((n = read(files->fd, buf, sizeof(buf))) > 0) {
		for (char *p = buf; p < buf + n;) {
			const struct inotify_event *event = (void *)p;

			/* IN_IGNORED only confirms what IN_DELETE_SELF or we ourselves did */
			if (!(event->mask & IN_IGNORED)) {
				event_take(files, event);
			}
			p += sizeof(*event) + event->len;
		}
	}
	return n < 0 && errno != EAGAIN && errno != EINTR ? -errno : 0;
}

static int on_events(struct loop_source *source, uint32_t events, void *data)
{
	struct watch_files *files = data;
	int r = events_read(files);

	(void)source;
	(void)events;
	if (r < 0) {
		return r;
	}
	/* The steps are taken anew before anybody looks, so that nothing slips in between. */
	vec_for_each (entry, &files->entries) {
		if (entry->fired) {
			(void)entry_arm(files, entry);
		}
	}
	/* By index: what is called may add and remove entries */
	for (size_t i = 0; i < files->entries.len; i++) {
		if (files->entries.items[i].fired) {
			files->entries.items[i].fired = false;
			files->fn(files->entries.items[i].token, files->data);
		}
	}
	return 0;
}

int watch_files_new(struct loop *loop, const struct sysroot *root, watch_files_fn fn, void *data,
	struct watch_files **ret_files)
{
	struct watch_files *files = calloc(1, sizeof(*files));
	int r;

	if (!files) {
		return -ENOMEM;
	}
	files->root = root;
	files->fn = fn;
	files->data = data;
	files->fd = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
	if (files->fd < 0) {
		r = -errno;
		free(files);
		return r;
	}
	r = loop_add_fd(loop, files->fd, EPOLLIN, on_events, files, &files->source);
	if (r < 0) {
		watch_files_free(files);
		return r;
	}
	*ret_files = files;
	return 0;
}

static void entry_finish(struct entry *entry)
{
	free(entry->path);
	free(entry->steps);
}

void watch_files_free(struct watch_files *files)
{
	if (!files) {
		return;
	}
	loop_source_free(files->source);
	close(files->fd);
	vec_for_each (entry, &files->entries) {
		entry_finish(entry);
	}
	vec_free(&files->entries);
	free(files);
}

int watch_files_add(struct watch_files *files, const char *path, const void *token)
{
	struct entry entry = {.token = token};
	int r;

	if (path[0] == '\0' || path[0] == '/' || strlen(path) > UINT16_MAX) {
		return -EINVAL;
	}
	entry.path = strdup(path);
	if (!entry.path) {
		return -ENOMEM;
	}
	r = vec_push(&files->entries, entry, WATCH_FILES_MAX);
	if (r < 0) {
		free(entry.path);
		return r;
	}
	return entry_arm(files, &files->entries.items[files->entries.len - 1]);
}

void watch_files_remove(struct watch_files *files, const void *token)
{
	for (size_t i = files->entries.len; i > 0; i--) {
		struct entry *entry = &files->entries.items[i - 1];
		struct entry gone = *entry;

		if (gone.token != token) {
			continue;
		}
		*entry = files->entries.items[--files->entries.len];
		steps_release(files, gone.steps, gone.n_steps);
		entry_finish(&gone);
	}
}
