/* SPDX-License-Identifier: Apache-2.0 */
#include "media-nodes.h"

#include "str.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

/* "state: RUNNING", "owner_pid   : 815" */
static bool field_is(struct span line, const char *name, struct span *ret_value)
{
	struct span key;

	if (!span_next(&line, ':', &key) || !line.p || !span_eq(span_trim(key), name)) {
		return false;
	}
	*ret_value = span_trim(line);
	return true;
}

int media_pcm_parse(struct span text, struct media_pcm *ret_pcm)
{
	struct media_pcm pcm = {.state = MEDIA_PCM_CLOSED};
	struct span line, value;
	bool told = false;
	uint64_t pid;

	if (span_starts(text, "closed")) {
		*ret_pcm = pcm;
		return 0;
	}
	while (span_next(&text, '\n', &line)) {
		if (field_is(line, "state", &value)) {
			/* what drains is still played; the rest moves no sound */
			pcm.state = span_eq(value, "RUNNING") || span_eq(value, "DRAINING")
					    ? MEDIA_PCM_RUNNING
					    : MEDIA_PCM_OPEN;
			told = true;
		} else if (field_is(line, "owner_pid", &value) && span_u64(value, &pid) == 0 &&
			   pid <= INT_MAX) {
			pcm.owner = (pid_t)pid;
		}
	}
	if (!told) {
		return -EINVAL;
	}
	*ret_pcm = pcm;
	return 0;
}

int media_pcm_read(const struct sysroot *root, const struct media_node *node,
	struct media_pcm ret_pcms[MEDIA_SUBSTREAMS_MAX], size_t *ret_n)
{
	size_t n = 0;

	while (n < MEDIA_SUBSTREAMS_MAX) {
		cleanup(free_ptr) char *bytes = NULL;
		char path[96];
		size_t len;
		int r;

		snprintf(path, sizeof(path), "proc/asound/card%u/pcm%u%c/sub%zu/status", node->card,
			node->pcm, node->device == MEDIA_SPEAKER ? 'p' : 'c', n);
		r = sysroot_read(root, path, MEDIA_STATUS_MAX, &bytes, &len);
		if (r == FD_E_MISSING && n > 0) {
			break;
		}
		if (r != 0) {
			return r;
		}
		r = media_pcm_parse((struct span){bytes, len}, &ret_pcms[n]);
		if (r < 0) {
			return r;
		}
		n++;
	}
	*ret_n = n;
	return 0;
}
