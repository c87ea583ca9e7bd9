/* SPDX-License-Identifier: Apache-2.0 */
#include "personal.h"

#include "personal-parts.h"
#include "str.h"

static const struct {
	enum personal_group group;
	const char *code;
} facts[] = {
#define X(group, name, code) {PERSONAL_GROUP_##group, code},
	PERSONAL_FACTS(X)
#undef X
};

static const char *const groups_codes[] = {
#define X(name, code) code,
	PERSONAL_GROUPS(X)
#undef X
};

/* NULL where nothing is read yet */
static const struct personal_collector *const collectors[PERSONAL_GROUP_COUNT] = {
	[PERSONAL_GROUP_DESKTOP] = &personal_desktop,
	[PERSONAL_GROUP_RECORDINGS] = &personal_recordings,
	[PERSONAL_GROUP_CLIENTS] = &personal_clients,
	[PERSONAL_GROUP_REMOTE] = &personal_remote,
	[PERSONAL_GROUP_BACKUP] = &personal_backup,
	[PERSONAL_GROUP_APPS] = &personal_apps,
	[PERSONAL_GROUP_SANDBOX] = &personal_sandbox,
	[PERSONAL_GROUP_AUTOSTART] = &personal_autostart,
	[PERSONAL_GROUP_SHOWN] = &personal_shown,
};

const char *personal_fact_code(enum personal_fact fact)
{
	return facts[fact].code;
}

enum personal_group personal_fact_group(enum personal_fact fact)
{
	return facts[fact].group;
}

const char *personal_group_code(enum personal_group group)
{
	return groups_codes[group];
}

int personal_group_parse(struct span word, enum personal_group *ret_group)
{
	for (size_t i = 0; i < PERSONAL_GROUP_COUNT; i++) {
		if (span_eq(word, groups_codes[i])) {
			*ret_group = (enum personal_group)i;
			return 0;
		}
	}
	return -EINVAL;
}

void personal_init(struct personal *personal)
{
	for (size_t i = 0; i < PERSONAL_FACT_COUNT; i++) {
		personal->values[i] = PERSONAL_NOT_SEEN;
	}
}

int personal_read(
	const struct personal_place *place, unsigned groups, struct personal *ret_personal)
{
	struct personal personal;
	int r = 0;

	personal_init(&personal);
	for (size_t i = 0; r == 0 && i < PERSONAL_GROUP_COUNT; i++) {
		if (collectors[i] && (groups & 1U << i)) {
			r = collectors[i]->read(place, &personal);
		}
	}
	if (r == 0) {
		*ret_personal = personal;
	}
	return r;
}

int personal_watch(
	const struct personal_place *place, unsigned groups, personal_path_fn fn, void *data)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < PERSONAL_GROUP_COUNT; i++) {
		if (collectors[i] && (groups & 1U << i)) {
			r = collectors[i]->watch(place, fn, data);
		}
	}
	return r;
}
