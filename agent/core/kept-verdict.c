/* SPDX-License-Identifier: Apache-2.0 */
#include "kept-verdict.h"

#include <string.h>

void kept_verdict_finish(struct kept_verdict *kept)
{
	free(kept->evidence);
	*kept = (struct kept_verdict){0};
}

static int pack(const struct verdict *verdict, struct kept_evidence **ret_evidence)
{
	size_t n = verdict->n_evidence, size = n * sizeof(struct kept_evidence);
	struct kept_evidence *evidence;
	char *values;

	for (size_t i = 0; i < n; i++) {
		size += strlen(verdict->evidence[i].value) + 1;
	}
	evidence = malloc(size);
	if (!evidence) {
		return -ENOMEM;
	}
	values = (char *)(evidence + n);
	for (size_t i = 0; i < n; i++) {
		size_t len = strlen(verdict->evidence[i].value) + 1;

		memcpy(values, verdict->evidence[i].value, len);
		evidence[i] = (struct kept_evidence){verdict->evidence[i].key, values};
		values += len;
	}
	*ret_evidence = evidence;
	return 0;
}

int kept_verdict_take(struct kept_verdict *kept, const struct verdict *verdict)
{
	struct kept_evidence *evidence = NULL;
	int r = verdict->n_evidence > 0 ? pack(verdict, &evidence) : 0;

	if (r == 0) {
		free(kept->evidence);
		*kept = (struct kept_verdict){verdict->state, verdict->reason, verdict->due_s,
			verdict->n_evidence, evidence};
	}
	return r;
}
