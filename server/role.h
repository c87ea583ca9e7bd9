/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may do what: each route names the right it needs, one table says which roles have it. A
 * role is granted everywhere or in named groups; what is not granted is refused.
 */
#pragma once

#include "device.h"

#define ROLE_GRANTS_MAX 16 /* of one account */
#define ROLE_TEAMS_LEN (ROLE_GRANTS_MAX * (DEVICE_TEAM_MAX + 1) + 1)

enum role {
	ROLE_VIEWER,	    /* a leader: totals, never a device */
	ROLE_TECHNICIAN,    /* mends and enrols devices */
	ROLE_PRIVACY,	    /* the privacy officer: rights, retention, exemptions, the audit log */
	ROLE_ADMINISTRATOR, /* accounts and settings, too */
};
#define ROLES 4

/* 0 is no right: a route that names none answers nobody. */
enum role_right {
	ROLE_ANYBODY = 1,  /* no sign-in */
	ROLE_BY_SIGNATURE, /* a device's own signature, which the route looks at */
	ROLE_OWN,	   /* whoever is signed in: one's own session and second factor */
	ROLE_TOTALS,
	ROLE_DEVICES,
	ROLE_GROUPS, /* which device is in which group */
	ROLE_ENROL,
	ROLE_EXEMPT_ASK,
	ROLE_EXEMPT_DECIDE,
	ROLE_POLICY_READ,
	ROLE_POLICY_WRITE,
	ROLE_PERSONAL, /* export, erase, dispute what is held of a device */
	ROLE_RETENTION,
	ROLE_SETTINGS_READ,
	ROLE_SETTINGS_WRITE,
	ROLE_AUDIT,
	ROLE_ACCOUNTS,
	ROLE_ATTEST, /* say how meeting services are set */
	ROLE_BREACH,
};
#define ROLE_RIGHTS 20

struct role_grants {
	size_t n;
	struct {
		enum role role;
		char team[DEVICE_TEAM_MAX + 1]; /* "" is everywhere */
	} items[ROLE_GRANTS_MAX];
};

const char *role_name(enum role role);
must_check int role_parse(struct span word, enum role *ret_role); /* -EINVAL */
const char *role_right_name(enum role_right right);
/* By the table alone; false for ROLE_ANYBODY and ROLE_BY_SIGNATURE, which are no role's */
bool role_has(enum role role, enum role_right right);

enum role_reach {
	ROLE_NOWHERE,
	ROLE_IN_TEAMS,
	ROLE_EVERYWHERE,
};
/* ret_teams: ",a,b," for ROLE_IN_TEAMS, else "" */
enum role_reach role_reach(const struct role_grants *grants, enum role_right right,
	char ret_teams[ROLE_TEAMS_LEN + 1]);
/* teams as role_reach gives them; "" has every team */
bool role_in_teams(const char *teams, const char *team);
