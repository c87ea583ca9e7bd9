/* SPDX-License-Identifier: Apache-2.0 */
#include "device.h"

#include "base64.h"
#include "clock.h"
#include "device-held.h"
#include "rights.h"
#include "secret.h"
#include "tally.h"

#include <string.h>

bool device_team_valid(struct span team)
{
	for (size_t i = 0; i < team.len; i++) {
		char c = team.p[i];

		if ((c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-') {
			return false;
		}
	}
	return team.len >= 1 && team.len <= DEVICE_TEAM_MAX;
}

int device_key_text(const struct crypto_key *key, char ret[DEVICE_KEY_LEN + 1])
{
	struct str out = {.max = DEVICE_KEY_LEN};
	uint8_t xy[64];
	int r = crypto_key_xy(key, xy, xy + 32);

	r = r < 0 ? r : base64url_append(&out, xy, sizeof(xy));
	if (r == 0) {
		memcpy(ret, out.p, out.len);
		ret[out.len] = 0;
	}
	str_finish(&out);
	return r;
}

static int read_device(const struct store_value *row, void *data)
{
	struct device *device = data;
	int r = store_copy(&row[0], device->id, REPORT_DEVICE_LEN);

	r = r < 0 ? r : store_copy(&row[1], device->public_key, DEVICE_KEY_LEN);
	r = r < 0 ? r : store_copy(&row[2], device->team, DEVICE_TEAM_MAX);
	r = r < 0 ? r : moment_parse_owner(row[3].text, &device->owner);
	device->number = row[4].n;
	device->sequence = row[5].n;
	device->want_full = span_eq(row[6].text, "full");
	device->lost = row[7].type != STORE_NULL;
	device->heard_day = row[9].n;
	device->policy = row[13].n;
	device->failing = row[10].n;
	r = r < 0 ? r : store_copy(&row[8], device->shown, DEVICE_SHOWN_MAX);
	r = r < 0 ? r : store_copy(&row[11], device->worst, POSTURE_ID_MAX);
	r = r < 0 ? r : store_copy(&row[12], device->posture, DEVICE_SHOWN_MAX);
	r = r < 0 ? r : store_copy(&row[14], device->recent, DEVICE_RECENT_MAX);
	device->silent = strcmp(device->shown, TALLY_SILENT) == 0;
	return r;
}

#define DEVICE_COLUMNS                                                                  \
	"SELECT id, public_key, team, ownership, number, sequence, want, lost, shown, " \
	"heard_day, failing, worst, posture, policy, recent FROM devices WHERE site = $1 "

static int found(int r, const struct device *device, struct device *ret_device)
{
	if (r != 0) {
		return r < 0 ? r : -EIO;
	}
	if (!device->id[0]) {
		return DEVICE_E_UNKNOWN;
	}
	*ret_device = *device;
	return 0;
}

int device_find(struct store *store, const char *id, struct device *ret_device)
{
	struct device device = {0};
	int r = store_query(store, read_device, &device, DEVICE_COLUMNS "AND id = $2", store_site(),
		store_text(id));

	return found(r, &device, ret_device);
}

int device_find_signer(
	struct store *store, const char *id, const char *public_key, struct device *ret_device)
{
	int r = device_find(store, id, ret_device);

	return r == 0 && (ret_device->lost || strcmp(ret_device->public_key, public_key) != 0)
		       ? DEVICE_E_UNKNOWN
		       : r;
}

int device_find_key(struct store *store, const char *public_key, struct device *ret_device)
{
	struct device device = {0};
	int r = store_query(store, read_device, &device, DEVICE_COLUMNS "AND public_key = $2",
		store_site(), store_text(public_key));

	return found(r, &device, ret_device);
}

int device_put_token(struct store *store, const char *token, const struct device_token *terms)
{
	char hash[SECRET_HASH_LEN + 1];
	int r = secret_hash(span_z(token), hash);

	return r < 0 ? r
		     : store_do(store, NULL,
			       "INSERT INTO tokens (site, hash, ownership, team, uses_left, "
			       "expires) "
			       "VALUES ($1, $2, $3, $4, $5, $6)",
			       store_site(), store_text(hash),
			       store_text(moment_owner_name(terms->owner)), store_text(terms->team),
			       store_int(terms->uses), store_int(terms->expires));
}

struct token_row {
	struct device device;
	bool found;
	int64_t uses_left;
	int64_t expires;
};

static int read_token(const struct store_value *row, void *data)
{
	struct token_row *token = data;
	int r = moment_parse_owner(row[0].text, &token->device.owner);

	token->found = true;
	token->uses_left = row[2].n;
	token->expires = row[3].n;
	return r < 0 ? r : store_copy(&row[1], token->device.team, DEVICE_TEAM_MAX);
}

static int use_token(struct store *store, struct span text, int64_t now_s, struct device *device)
{
	char hash[SECRET_HASH_LEN + 1];
	struct token_row token = {0};
	int r = secret_hash(text, hash);

	r = r < 0 ? r
		  : store_query(store, read_token, &token,
			    "SELECT ownership, team, uses_left, expires FROM tokens "
			    "WHERE site = $1 AND hash = $2",
			    store_site(), store_text(hash));
	if (r != 0) {
		return r < 0 ? r : -EIO;
	}
	if (!token.found) {
		return DEVICE_E_NO_TOKEN;
	}
	if (token.uses_left <= 0 || now_s >= token.expires) {
		return DEVICE_E_TOKEN_USED;
	}
	*device = token.device;
	return store_do(store, NULL,
		"UPDATE tokens SET uses_left = uses_left - 1 WHERE site = $1 AND hash = $2",
		store_site(), store_text(hash));
}

/* Numbers go up only: a label is never given to a second device. */
static int next_number(struct store *store, struct device *device)
{
	return store_query(store, store_row_int, &device->number,
		"INSERT INTO teams (site, name, last_number) VALUES ($1, $2, 1) "
		"ON CONFLICT (site, name) DO UPDATE SET last_number = teams.last_number + 1 "
		"RETURNING last_number",
		store_site(), store_text(device->team));
}

static int insert_device(struct store *store, const struct device *device, int64_t now_s)
{
	return store_do(store, NULL,
		"INSERT INTO devices (site, id, public_key, ownership, team, number, enrolled, "
		"sequence, policy, posture, failing, unknown, want, heard_day) "
		"VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0, 'unknown', 0, 0, 'full', $8)",
		store_site(), store_text(device->id), store_text(device->public_key),
		store_text(moment_owner_name(device->owner)), store_text(device->team),
		store_int(device->number), store_int(moment_round(device->owner, now_s)),
		store_int(now_s / CLOCK_DAY_S));
}

int device_enrol(struct store *store, const char *public_key, struct span token, int64_t now_s,
	struct device *ret_device)
{
	struct device device = {.want_full = true};
	int r = device_find_key(store, public_key, ret_device);

	if (r != DEVICE_E_UNKNOWN) {
		return r == 0 && ret_device->lost ? DEVICE_E_NO_TOKEN : r;
	}
	r = use_token(store, token, now_s, &device);
	r = r != 0 ? r : secret_new_id(device.id);
	r = r != 0 ? r : next_number(store, &device);
	if (r != 0) {
		return r;
	}
	memcpy(device.public_key, public_key, DEVICE_KEY_LEN);
	r = insert_device(store, &device, now_s);
	r = r != 0 ? r : tally_add(store, device.team, TALLY_DEVICES, "unknown", 1);
	r = r != 0 ? r : tally_hold(store, device.id, 1);
	if (r == 0) {
		*ret_device = device;
	}
	return r == STORE_E_CONFLICT ? -EIO : r;
}

int device_erase(struct store *store, const char *id)
{
	static const char *const statements[] = {
		"DELETE FROM history WHERE site = $1 AND device = $2",
		"DELETE FROM disputes WHERE site = $1 AND device = $2",
		"DELETE FROM hooks WHERE site = $1 AND device = $2",
		"DELETE FROM exemption_devices WHERE site = $1 AND device = $2",
		"DELETE FROM devices WHERE site = $1 AND id = $2",
	};
	char receipt[RIGHTS_RECEIPT_LEN + 1];
	int r = tally_device(store, id, -1);

	r = r != 0 ? r : held_erase(store, id);
	/* A breach has to stay on file (GDPR Art. 33(5)): that a device was in it, not which. */
	r = r != 0 ? r : rights_receipt(id, receipt);
	r = r != 0 ? r
		   : store_do(store, NULL,
			     "UPDATE breach_devices SET device = $3 WHERE site = $1 AND device = "
			     "$2",
			     store_site(), store_text(id), store_text(receipt));
	for (size_t i = 0; r == 0 && i < ARRAY_LEN(statements); i++) {
		r = store_do(store, NULL, statements[i], store_site(), store_text(id));
	}
	return r;
}
