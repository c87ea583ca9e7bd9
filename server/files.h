/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files the server hands out, all read into memory at start: what was not there then is not there,
 * so that no request ever reaches the file system.
 */
#pragma once

#include "http.h"

#define FILES_MAX 256
#define FILES_DEPTH_MAX 4
#define FILES_NAME_MAX 128
#define FILES_FILE_MAX ((size_t)8 << 20)
#define FILES_TOTAL_MAX ((size_t)32 << 20)

struct files;
/* Every regular file with a known ending below path; no link is followed. */
must_check int files_load(const char *path, struct files **ret_files);
void files_free(struct files *files); /* after the last answer was sent */
void files_free_p(struct files **files);
size_t files_count(const struct files *files);

/* The file of exactly this name ("en.json"); files may be NULL. */
bool files_answer(const struct files *files, struct span name, struct http_answer *answer);
/*
 * A page of the console: the file, else index.html for a path whose last segment has no dot, since
 * the console reads its own address. gzip: whether it may be answered with what lies beside it as
 * NAME.gz.
 */
bool files_answer_page(
	const struct files *files, struct span path, bool gzip, struct http_answer *answer);
