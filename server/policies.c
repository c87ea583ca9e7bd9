/* SPDX-License-Identifier: Apache-2.0 */
#include "policies.h"

#include "moment.h"

#include <string.h>

void policies_next_finish(struct policies_next *next)
{
	policy_free(next->policy);
	str_finish(&next->payload);
	str_finish(&next->jws);
}

static int read_jws(const struct store_value *row, void *data)
{
	return str_append(data, row[0].text.p, row[0].text.len);
}

int policies_newer(struct store *store, enum policy_ownership owner, int64_t held, struct str *out)
{
	int r = store_query(store, read_jws, out,
		"SELECT jws FROM policies WHERE site = $1 AND ownership = $2 AND version > $3 "
		"ORDER BY version DESC LIMIT 1",
		store_site(), store_text(moment_owner_name(owner)), store_int(held));

	return r > 0 ? -EIO : r;
}

static int read_held(const struct store_value *row, void *data)
{
	struct policies_held *held = data;

	held->version = row[0].n;
	held->expires = row[1].n;
	held->published = span_eq(row[2].text, "published");
	return store_copy(&row[3], held->content, sizeof(held->content) - 1);
}

int policies_find(struct store *store, enum policy_ownership owner, struct policies_held *ret_held)
{
	struct policies_held held = {0};
	int r = store_query(store, read_held, &held,
		"SELECT version, expires, source, content FROM policies "
		"WHERE site = $1 AND ownership = $2 ORDER BY version DESC LIMIT 1",
		store_site(), store_text(moment_owner_name(owner)));

	if (r == 0) {
		*ret_held = held;
	}
	return r;
}

static int put_severity(struct store *store, const struct policies_next *next, const char *control)
{
	static const char *const severities[] = {"critical", "high", "medium", "low", "info"};
	const char *severity = policy_control_severity(next->policy, control);
	size_t rank = 0;

	while (rank < ARRAY_LEN(severities) - 1 &&
		(!severity || strcmp(severities[rank], severity) != 0)) {
		rank++;
	}
	return store_do(store, NULL,
		"INSERT INTO severities (site, ownership, control, severity, rank) "
		"VALUES ($1, $2, $3, $4, $5)",
		store_site(), store_text(moment_owner_name(next->owner)), store_text(control),
		store_text(severities[rank]), store_int((int64_t)rank));
}

/* Only what the newest policy names has a severity. */
static int put_severities(struct store *store, const struct policies_next *next)
{
	cleanup(json_put) struct json_object *object = NULL;
	struct json_object *controls = NULL;
	int r = json_parse((struct span){next->payload.p, next->payload.len}, &object, NULL);

	r = r != 0 ? r
		   : store_do(store, NULL,
			     "DELETE FROM severities WHERE site = $1 AND ownership = $2",
			     store_site(), store_text(moment_owner_name(next->owner)));
	if (r != 0 || !json_object_object_get_ex(object, "controls", &controls)) {
		return r;
	}
	json_object_object_foreach(controls, id, value)
	{
		(void)value;
		r = r != 0 ? r : put_severity(store, next, id);
	}
	return r;
}

int policies_put(struct store *store, const struct policies_next *next, struct json_error *error)
{
	struct policies_held held;
	int r = policies_find(store, next->owner, &held);

	if (r == 0 && policy_version(next->policy) <= held.version) {
		*error = (struct json_error){"version", "is not above the newest policy's"};
		return POLICIES_E_REFUSED;
	}
	r = r != 0 ? r
		   : store_do(store, NULL,
			     "INSERT INTO policies (site, ownership, version, name, source, "
			     "content, "
			     "expires, jws) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
			     store_site(), store_text(moment_owner_name(next->owner)),
			     store_int(policy_version(next->policy)),
			     store_text(policy_name(next->policy)),
			     store_text(next->published ? "published" : "baseline"),
			     store_text(next->content), store_int(policy_expires(next->policy)),
			     store_span(((struct span){next->jws.p, next->jws.len})));
	r = r != 0 ? r : put_severities(store, next);
	return r > 0 ? -EIO : r;
}
