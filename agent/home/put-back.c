/* SPDX-License-Identifier: Apache-2.0 */
#include "put-back.h"

#include "apply.h"
#include "fd.h"

#include <fcntl.h>
#include <unistd.h>

/* ~/.local/state/caretaker, or -1 with above -1 when there is none; above: the folder it is in */
static int open_state(const struct enforce_place *place, int *ret_above, int *ret_state)
{
	static const char *const names[] = {".local", "state", "caretaker"};
	cleanup(fd_close) int above = -1;
	cleanup(fd_close) int dir = openat(place->home, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	for (size_t i = 0; i < ARRAY_LEN(names) && dir >= 0; i++) {
		struct stat st;
		int next = openat(dir, names[i], O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

		if (next < 0 && errno == ENOENT) {
			return 0;
		}
		fd_close(&above);
		above = TAKE_FD(dir);
		dir = next;
		if (dir >= 0 && (fstat(dir, &st) < 0 || st.st_uid != place->owner)) {
			return -EPERM;
		}
	}
	if (dir < 0) {
		return -errno;
	}
	*ret_above = TAKE_FD(above);
	*ret_state = TAKE_FD(dir);
	return 0;
}

static size_t count_stuck(const struct enforce_changes *changes)
{
	size_t n = 0;

	for (size_t i = 0; i < changes->len; i++) {
		n += changes->items[i].result == ENFORCE_FAILED ||
		     changes->items[i].result == ENFORCE_REFUSED;
	}
	return n;
}

int put_back(const struct enforce_place *place, size_t *ret_stuck)
{
	cleanup(enforce_journal_finish) struct enforce_journal journal = {.dirfd = -1};
	cleanup(enforce_changes_finish) struct enforce_changes changes = {0};
	cleanup(fd_close) int above = -1;
	cleanup(fd_close) int state = -1;
	int r = open_state(place, &above, &state);

	if (r == 0 && state < 0) {
		*ret_stuck = 0;
		return 0;
	}
	r = r == 0 ? enforce_journal_open(state, &journal) : r;
	r = r == 0 ? enforce_undo(place, NULL, NULL, &journal, &changes) : r;
	if (r != 0) {
		return r > 0 ? -EBADMSG : r;
	}
	if (json_object_array_length(enforce_journal_files(&journal)) == 0 &&
		(unlinkat(state, ENFORCE_JOURNAL_NAME, 0) == 0 || errno == ENOENT)) {
		/* anything else in it is not ours, and then it stays */
		(void)unlinkat(above, "caretaker", AT_REMOVEDIR);
	}
	*ret_stuck = count_stuck(&changes);
	return 0;
}
