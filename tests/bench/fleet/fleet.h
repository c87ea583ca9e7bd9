/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A simulated fleet: devices with keys of their own that enrol, report, drift, go silent and come
 * back. What it sends is written here and by libcrypto alone, not by the code that is measured.
 *
 * The fleet lies in a file that is mapped: keys are made once, and what a device was answered
 * outlives the program that was told.
 */
#pragma once

#include "base.h"
#include "str.h"

#include <openssl/evp.h>

#define FLEET_CONTROLS_MAX 128
#define FLEET_WORDS (FLEET_CONTROLS_MAX / 64)
#define FLEET_ID_LEN 22
#define FLEET_DEVICES_MAX 2000000

/* As the file has it, one after the other */
struct fleet_device {
	uint8_t secret[32];
	uint8_t xy[64];
	char id[FLEET_ID_LEN + 2];     /* empty before it is enrolled */
	uint64_t failing[FLEET_WORDS]; /* controls that the endpoint was told are wrong */
	uint64_t sequence;	       /* of the last report that was acknowledged */
	uint64_t want_full;
};

struct fleet {
	struct fleet_device *devices;
	size_t n;
	char *controls[FLEET_CONTROLS_MAX]; /* ids, sorted */
	size_t n_controls;
	int fd;
};

/* Makes a file of n devices with new keys; overwrites none. */
must_check int fleet_make(const char *path, size_t n);
/* policy: a baseline, whose controls the devices judge */
must_check int fleet_open(const char *path, const char *policy, struct fleet *ret_fleet);
void fleet_close(struct fleet *fleet);

must_check int fleet_key_make(struct fleet_device *device);
/* JWS compact, ES256; kid NULL puts the key in as jwk */
must_check int fleet_key_sign(const struct fleet_device *device, const char *typ, const char *kid,
	struct span payload, struct str *out);

enum fleet_kind { FLEET_ENROL, FLEET_HEARTBEAT, FLEET_DELTA, FLEET_FULL };

/* One thing to be told, until it was acknowledged */
struct fleet_post {
	struct fleet_device *device;
	enum fleet_kind kind;
	uint64_t failing[FLEET_WORDS]; /* after it */
	uint64_t sequence;
	char *jws;
	size_t len;
	int64_t due_us;
	int64_t began_us; /* this try */
	unsigned tries;
	struct fleet_post *next;
};

/* A drift changes three controls. Sealed, with the next sequence. */
must_check int fleet_post_report(const struct fleet *fleet, struct fleet_device *device,
	enum fleet_kind kind, struct fleet_post *post);
must_check int fleet_post_enrol(
	struct fleet_device *device, const char *token, struct fleet_post *post);
void fleet_post_finish(struct fleet_post *post);

struct fleet_terms {
	const char *address;
	uint16_t port;
	size_t connections;
	bool fresh;	     /* a connection for each post, as agents do */
	double window_s;     /* posts fall due by chance within it; 0: at once */
	double wait_divisor; /* an agent's own waits are divided by it */
};

struct fleet_result {
	double seconds;
	size_t accepted;
	size_t refused_busy; /* 429 and 503: told to wait */
	size_t refused;	     /* any other status: given up */
	size_t broken;	     /* no answer came */
	size_t wants_full;
	uint32_t *took_us; /* of each answer that accepted, sorted; accepted of them */
};
/* Sends them all, again and again until each is accepted or refused for good. */
must_check int fleet_run(const struct fleet_terms *terms, struct fleet_post *posts, size_t n,
	struct fleet_result *ret_result);
void fleet_result_finish(struct fleet_result *result);

uint64_t fleet_random(uint64_t *state);
