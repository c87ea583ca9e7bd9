/* SPDX-License-Identifier: Apache-2.0 */
#include "others.h"

#include "fd.h"
#include "sysroot.h"

#include <fcntl.h>
#include <string.h>

void enforce_others_finish(struct enforce_others *others)
{
	for (size_t i = 0; i < others->len; i++) {
		free(others->items[i].name);
		enforce_document_finish(&others->items[i].document);
	}
	vec_free(others);
}

/* Follows a link as the browser does; FD_E_* when there is nothing the browser could read. */
static int read_one(int dirfd, const char *name, char **ret_bytes, size_t *ret_len)
{
	cleanup(fd_close) int fd = -1;
	struct stat st;

	if (fstatat(dirfd, name, &st, 0) < 0 || !S_ISREG(st.st_mode)) {
		return FD_E_NOT_REGULAR;
	}
	fd = openat(dirfd, name, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
	if (fd < 0 || fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		return FD_E_NOT_REGULAR;
	}
	return fd_read_all(fd, ENFORCE_FILE_MAX, ret_bytes, ret_len);
}

static int add_one(int dirfd, const char *name, bool later, enum enforce_format format,
	struct enforce_others *others)
{
	cleanup(free_ptr) char *bytes = NULL;
	cleanup(free_ptr) char *copy = NULL;
	cleanup(enforce_document_finish) struct enforce_document document = {0};
	struct enforce_other other;
	size_t len;
	int r = read_one(dirfd, name, &bytes, &len);

	if (r != 0) {
		return r == -ENOMEM ? r : 0;
	}
	r = enforce_document_new((struct span){bytes, len}, format, &document);
	if (r == 0) {
		r = enforce_document_check(&document);
	}
	if (r != 0) {
		return r == -ENOMEM ? r : 0;
	}
	copy = strdup(name);
	if (!copy) {
		return -ENOMEM;
	}
	other = (struct enforce_other){copy, later, document};
	r = vec_push(others, other, ENFORCE_OTHERS_MAX);
	if (r == 0) {
		copy = NULL;
		document = (struct enforce_document){0};
	}
	return r;
}

int enforce_others_read(
	int dirfd, const char *ours, enum enforce_format format, struct enforce_others *ret_others)
{
	cleanup(enforce_others_finish) struct enforce_others others = {0};
	struct sysroot root = {.fd = dirfd};
	struct sysroot_names names = {0};
	int r = format == ENFORCE_APT ? add_one(dirfd, ENFORCE_OTHER_MAIN, true, format, &others)
				      : 0;

	if (r == 0) {
		r = sysroot_list(&root, ".", &names);
	}
	if (r != 0) {
		return r == -ENOMEM ? r : 0;
	}
	for (size_t i = names.len; i > 0 && r == 0; i--) {
		const char *name = names.names[i - 1];
		int order = strcmp(name, ours);

		if ((order > 0 || (order < 0 && format != ENFORCE_APT)) &&
			enforce_format_reads(format, name)) {
			r = add_one(dirfd, name, order > 0, format, &others);
		}
	}
	sysroot_names_finish(&names);
	if (r == 0) {
		*ret_others = others;
		others = (struct enforce_others){0};
	}
	return r;
}

int enforce_others_find(const struct enforce_others *others, const struct json_path *path,
	const struct enforce_other **ret_other, struct enforce_value *ret_value)
{
	for (size_t i = 0; i < others->len; i++) {
		struct enforce_value value = {0};
		int r = enforce_document_get(&others->items[i].document, path, &value);

		if (r == -ENOMEM) {
			return r;
		}
		/* a key that stands twice there: what counts is not ours to say, so it overrules */
		if (r > 0 || value.present) {
			*ret_other = &others->items[i];
			*ret_value = value;
			return 0;
		}
		enforce_value_finish(&value);
	}
	*ret_other = NULL;
	return 0;
}
