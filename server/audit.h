/* SPDX-License-Identifier: Apache-2.0 */
/* Who did what: rows that are only ever added, each hashed together with the one before it. */
#pragma once

#include "json.h"
#include "secret.h"
#include "store.h"

#include <stdio.h>

#define AUDIT_TEXT_MAX 128
#define AUDIT_PAGE 50
#define AUDIT_KEPT_S ((int64_t)365 * 86400)
#define AUDIT_PRUNE "audit-prune"

/* who: an account, "token:NAME", "console" or "device"; object: a label, a name, a version */
must_check int audit_append(struct store *store, int64_t now_s, const char *who, const char *action,
	const char *object);

struct audit_chain {
	int64_t rows;
	int64_t last;	/* number of the last row: rows and those that went */
	int64_t broken; /* number of the first row that does not fit the one before it, 0 for none
			 */
	char head[SECRET_HASH_LEN + 1]; /* hash of the last row, "" without any */
};
/*
 * A chain alone cannot tell that its last rows were cut off, or that all of it was made anew: a
 * head that was noted before can, by audit_follows.
 */
must_check int audit_verify(struct store *store, struct audit_chain *ret_chain);
struct audit_head {
	int64_t n; /* 0 for none */
	char hash[SECRET_HASH_LEN + 1];
};
/* The last row that went, after which the chain begins */
must_check int audit_from(struct store *store, struct audit_head *ret_from);
/*
 * Takes rows away that are older than a year. Where the chain begins from then on stands in a row
 * of its own, and in a mark; both must be the same, so that who cuts the log has to make it anew,
 * which a noted head tells.
 */
must_check int audit_prune(struct store *store, int64_t now_s, int64_t *ret_rows);

enum audit_outcome {
	AUDIT_E_PRUNED = 1, /* it is older than what is kept */
};
/* Whether row n has this hash. AUDIT_E_PRUNED */
must_check int audit_follows(struct store *store, int64_t n, struct span hash, bool *ret_follows);

struct audit_filter {
	const char *who;    /* "" for all */
	const char *action; /* "" for all */
	int64_t before;	    /* a row's number; 0 for the newest */
};
/* As openapi's Audit, newest first */
must_check int audit_read(
	struct store *store, const struct audit_filter *filter, struct json_object **ret);

enum audit_format { AUDIT_CSV, AUDIT_JSON };
/* All of it, oldest first, a row at a time; inside of a transaction */
must_check int audit_export(struct store *store, enum audit_format format, FILE *out);
