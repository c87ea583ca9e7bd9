/* SPDX-License-Identifier: Apache-2.0 */
#include "role.h"

#include <string.h>

#define V (1U << ROLE_VIEWER)
#define T (1U << ROLE_TECHNICIAN)
#define P (1U << ROLE_PRIVACY)
#define A (1U << ROLE_ADMINISTRATOR)

/* Whoever asks for an exemption and whoever approves it are two persons, whatever their roles. */
static const struct {
	const char *name;
	unsigned roles;
} rights[ROLE_RIGHTS] = {
	[ROLE_ANYBODY] = {"anybody", 0},
	[ROLE_BY_SIGNATURE] = {"signature", 0},
	[ROLE_OWN] = {"own", V | T | P | A},
	[ROLE_TOTALS] = {"totals", V | T | P | A},
	[ROLE_DEVICES] = {"devices", T | P | A},
	[ROLE_GROUPS] = {"groups", T | A},
	[ROLE_ENROL] = {"enrol", T | A},
	[ROLE_EXEMPT_ASK] = {"exempt-ask", T | P | A},
	[ROLE_EXEMPT_DECIDE] = {"exempt-decide", P | A},
	[ROLE_POLICY_READ] = {"policy-read", T | P | A},
	[ROLE_POLICY_WRITE] = {"policy-write", A},
	[ROLE_PERSONAL] = {"personal", P | A},
	[ROLE_RETENTION] = {"retention", P | A},
	[ROLE_SETTINGS_READ] = {"settings-read", T | P | A},
	[ROLE_SETTINGS_WRITE] = {"settings-write", A},
	[ROLE_AUDIT] = {"audit", P | A},
	[ROLE_ACCOUNTS] = {"accounts", A},
	[ROLE_ATTEST] = {"attest", T | P | A},
	[ROLE_BREACH] = {"breach", P | A},
};

static const char *const names[ROLES] = {
	[ROLE_VIEWER] = "viewer",
	[ROLE_TECHNICIAN] = "technician",
	[ROLE_PRIVACY] = "privacy-officer",
	[ROLE_ADMINISTRATOR] = "administrator",
};

const char *role_name(enum role role)
{
	return names[role];
}

int role_parse(struct span word, enum role *ret_role)
{
	for (size_t i = 0; i < ROLES; i++) {
		if (span_eq(word, names[i])) {
			*ret_role = (enum role)i;
			return 0;
		}
	}
	return -EINVAL;
}

const char *role_right_name(enum role_right right)
{
	return rights[right].name;
}

bool role_has(enum role role, enum role_right right)
{
	return rights[right].roles & (1U << role);
}

enum role_reach role_reach(
	const struct role_grants *grants, enum role_right right, char ret_teams[ROLE_TEAMS_LEN + 1])
{
	size_t len = 0;

	ret_teams[0] = 0;
	for (size_t i = 0; i < grants->n; i++) {
		const char *team = grants->items[i].team;

		if (!role_has(grants->items[i].role, right)) {
			continue;
		}
		if (!team[0]) {
			ret_teams[0] = 0;
			return ROLE_EVERYWHERE;
		}
		if (len == 0) {
			ret_teams[len++] = ',';
		}
		memcpy(ret_teams + len, team, strlen(team));
		len += strlen(team);
		ret_teams[len++] = ',';
		ret_teams[len] = 0;
	}
	return len > 0 ? ROLE_IN_TEAMS : ROLE_NOWHERE;
}

bool role_in_teams(const char *teams, const char *team)
{
	struct span rest = span_z(teams), one;

	while (teams[0] && span_next(&rest, ',', &one)) {
		if (one.len > 0 && span_eq(one, team)) {
			return true;
		}
	}
	return !teams[0];
}
