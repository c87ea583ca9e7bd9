/* SPDX-License-Identifier: Apache-2.0 */
#include "fleet.h"

#include <inttypes.h>
#include <string.h>

#define DRIFTS 3
#define WORD_BITS 64
#define AGE_HOURS_MAX 2000

void fleet_post_finish(struct fleet_post *post)
{
	free(post->jws);
	*post = (struct fleet_post){0};
}

static bool bit(const uint64_t *words, size_t i)
{
	return words[i / WORD_BITS] >> i % WORD_BITS & 1;
}

static int append_control(const struct fleet *fleet, const struct fleet_post *post, size_t i,
	uint64_t age, struct str *out)
{
	bool fails = bit(post->failing, i);

	return str_appendf(out,
		"%s{\"age\":%" PRIu64 ",\"id\":\"%s\",\"reason\":\"%s\",\"state\":\"%s\"}",
		out->p[out->len - 1] == '[' ? "" : ",", age, fleet->controls[i],
		fails ? "not-encrypted" : "index-fresh", fails ? "fail" : "pass");
}

/* Which controls a report names: those that changed, or all of them. */
static int append_controls(const struct fleet *fleet, struct fleet_post *post,
	const uint64_t *before, uint64_t *random, struct str *out)
{
	int r = 0;

	for (size_t i = 0; r == 0 && i < fleet->n_controls; i++) {
		if (post->kind == FLEET_FULL) {
			r = append_control(
				fleet, post, i, fleet_random(random) % AGE_HOURS_MAX, out);
		} else if (bit(post->failing, i) != bit(before, i)) {
			r = append_control(fleet, post, i, 0, out);
		}
	}
	return r;
}

static void drift(const struct fleet *fleet, struct fleet_post *post, uint64_t *random)
{
	uint64_t changed[FLEET_WORDS] = {0};

	for (size_t n = 0; n < DRIFTS && n < fleet->n_controls;) {
		size_t i = fleet_random(random) % fleet->n_controls;

		if (!bit(changed, i)) {
			changed[i / WORD_BITS] |= UINT64_C(1) << i % WORD_BITS;
			n++;
		}
	}
	for (size_t i = 0; i < FLEET_WORDS; i++) {
		post->failing[i] ^= changed[i];
	}
}

static int seal(struct fleet_post *post, const char *typ, const char *kid, const struct str *text)
{
	struct str jws = {0};
	int r = fleet_key_sign(post->device, typ, kid, (struct span){text->p, text->len}, &jws);

	if (r < 0) {
		str_finish(&jws);
		return r;
	}
	post->jws = jws.p;
	post->len = jws.len;
	return 0;
}

int fleet_post_report(const struct fleet *fleet, struct fleet_device *device, enum fleet_kind kind,
	struct fleet_post *post)
{
	static const char *const kinds[] = {"", "heartbeat", "delta", "full"};
	cleanup(str_finish) struct str text = {0};
	uint64_t random = device->sequence;
	int r;

	/* Each device of its own, and the same again when a report is sealed anew */
	memcpy(&random, device->xy, sizeof(random));
	random ^= device->sequence;
	*post = (struct fleet_post){.device = device, .sequence = device->sequence + 1};
	post->kind = kind;
	memcpy(post->failing, device->failing, sizeof(post->failing));
	if (kind == FLEET_DELTA || (kind == FLEET_FULL && device->sequence == 0)) {
		drift(fleet, post, &random);
	}
	r = str_append_z(&text, "{\"controls\":[");
	r = r < 0 ? r : append_controls(fleet, post, device->failing, &random, &text);
	r = r < 0 ? r
		  : str_appendf(&text,
			    "],\"device\":\"%s\",\"format\":1,\"kind\":\"%s\",\"policy\":1,"
			    "\"sequence\":%" PRIu64 ",\"unit\":\"hours\"}",
			    device->id, kinds[post->kind], post->sequence);
	return r < 0 ? r : seal(post, "caretaker-report", device->id, &text);
}

int fleet_post_enrol(struct fleet_device *device, const char *token, struct fleet_post *post)
{
	cleanup(str_finish) struct str text = {0};
	int r = str_appendf(&text, "{\"format\":1,\"token\":\"%s\"}", token);

	*post = (struct fleet_post){.device = device, .kind = FLEET_ENROL};
	return r < 0 ? r : seal(post, "caretaker-enrol", NULL, &text);
}
