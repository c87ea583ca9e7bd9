/* SPDX-License-Identifier: Apache-2.0 */
#include "fake.h"

#include "fd.h"
#include "unit.h"

#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>

char *fake_path(const struct fake *fake, const char *name)
{
	char *path = NULL;

	assert_true(asprintf(&path, "%s/live/%s", fake->path, name) > 0);
	return path;
}

static int make(const struct fake *fake, const char *name)
{
	char path[PATH_MAX];

	snprintf(path, sizeof(path), "%s/%s", fake->path, name);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_int_equal(chmod(path, 0755), 0);
	return open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int fake_new(void **state)
{
	return fake_new_below("/tmp", state);
}

int fake_new_below(const char *dir, void **state)
{
	struct fake *fake = calloc(1, sizeof(*fake));
	char path[PATH_MAX];

	assert_non_null(fake);
	snprintf(fake->path, sizeof(fake->path), "%s/caretaker-fake.XXXXXX", dir);
	assert_non_null(mkdtemp(fake->path));
	assert_int_equal(chmod(fake->path, 0755), 0);
	close(make(fake, "live"));
	close(make(fake, "live/root"));
	fake->place.home = make(fake, "live/home");
	fake->state = make(fake, "state");
	snprintf(path, sizeof(path), "%s/live/root", fake->path);
	assert_int_equal(sysroot_open(path, false, &fake->place.root), 0);
	fake->place.owner = geteuid();
	assert_int_equal(enforce_journal_open(fake->state, &fake->journal), 0);
	*state = fake;
	return 0;
}

int fake_free(void **state)
{
	struct fake *fake = *state;

	enforce_journal_finish(&fake->journal);
	enforce_profile_free(fake->profile);
	sysroot_finish(&fake->place.root);
	fd_close(&fake->place.home);
	fd_close(&fake->state);
	tree_remove(fake->path);
	free(fake);
	return 0;
}

void fake_profile(struct fake *fake, const char *id)
{
	cleanup(fd_close) int dir = open(CLIENTS_DIR, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	cleanup(free_ptr) char *bytes = NULL;
	char name[64];
	size_t len;

	snprintf(name, sizeof(name), "%s.json", id);
	assert_int_equal(fd_read_regular(dir, name, ENFORCE_PROFILE_MAX, &bytes, &len), 0);
	enforce_profile_free(fake->profile);
	assert_int_equal(enforce_profile_parse((struct span){bytes, len}, &fake->profile, NULL), 0);
}

void fake_write(struct fake *fake, const char *name, const char *text)
{
	cleanup(free_ptr) char *path = fake_path(fake, name);
	cleanup(fd_close) int fd = -1;

	for (char *slash = strchr(path + strlen(fake->path) + 1, '/'); slash;
		slash = strchr(slash + 1, '/')) {
		*slash = '\0';
		assert_true(mkdir(path, 0755) == 0 || errno == EEXIST);
		assert_int_equal(chmod(path, 0755), 0);
		*slash = '/';
	}
	fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
	assert_true(fd >= 0);
	assert_int_equal(fchmod(fd, 0644), 0);
	assert_int_equal(fd_write_all(fd, text, strlen(text)), 0);
}

char *fake_read(const struct fake *fake, const char *name)
{
	cleanup(free_ptr) char *path = fake_path(fake, name);
	cleanup(fd_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *bytes = NULL;
	size_t len;

	if (fd < 0) {
		return NULL;
	}
	assert_int_equal(fd_read_all(fd, ENFORCE_FILE_MAX, &bytes, &len), 0);
	return bytes;
}

char *fake_describe(const struct fake *fake)
{
	cleanup(free_ptr) char *path = fake_path(fake, "");
	struct str out = {0};

	path[strlen(path) - 1] = '\0';
	assert_int_equal(tree_describe(path, false, &out), 0);
	return out.p;
}

void fake_reopen_journal(struct fake *fake)
{
	enforce_journal_finish(&fake->journal);
	assert_int_equal(enforce_journal_open(fake->state, &fake->journal), 0);
}

void fake_keep(struct fake *fake, struct enforce_changes *ret_changes)
{
	*ret_changes = (struct enforce_changes){0};
	for (int side = ENFORCE_SYSTEM; side <= ENFORCE_USER; side++) {
		fake->place.edits = (enum enforce_scope)side;
		assert_int_equal(enforce_keep(&fake->place, fake->profile, ENFORCE_BASE, NULL,
					 &fake->journal, ret_changes),
			0);
	}
	fake->place.edits = ENFORCE_SYSTEM;
}

void fake_undo(
	struct fake *fake, const char *client, const char *key, struct enforce_changes *ret_changes)
{
	*ret_changes = (struct enforce_changes){0};
	assert_int_equal(enforce_undo(&fake->place, client, key, &fake->journal, ret_changes), 0);
}

const struct enforce_change *fake_change(const struct enforce_changes *changes, const char *key)
{
	for (size_t i = 0; i < changes->len; i++) {
		if (strcmp(changes->items[i].key, key) == 0) {
			return &changes->items[i];
		}
	}
	return NULL;
}
