/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Recording gates: for a client that has no switch for recording, an AppArmor profile that denies
 * it the writing of its recordings and nothing else. The table is compiled in from policies/gates/.
 *
 * What the kernel holds is read from apparmorfs (admin-guide/LSM/apparmor.rst): "profiles", and for
 * each profile policy/profiles/NAME.NUMBER/{attach,sha1,sha256}. Denials are in the audit log and
 * name files: nothing here, nor anywhere else, reads them.
 */
#pragma once

#include "sysroot.h"

#define GATE_NAMES_MAX 8
#define GATES_FOLDER "etc/apparmor.d" /* where a profile of somebody else may lie as well */
#define GATE_HASH_MAX 64
#define GATES_RECORD "gates.json" /* in caretaker-hand's directory of state */
#define GATES_RECORD_MAX ((size_t)64 << 10)
#define GATES_KEY "recording" /* the one setting of a gate, in CHANGE and in the owner's word */
#define GATES_CONTROL "conf.local-recording-off"

/* What a parser of 4.0 and later understands, and what all of them do: tried in this order */
enum gate_dialect { GATE_DIALECT_4, GATE_DIALECT_3, GATE_DIALECT_COUNT };
/* GATE_LIFTED: the same profile without its denials, for the time of an exemption. The kernel keeps
 * a running client under a profile that is replaced, and not under one removed and loaded again. */
enum gate_mode { GATE_DENIES, GATE_LIFTED, GATE_MODE_COUNT };

struct gate {
	const char *client;
	const char *profile; /* its name */
	const char *path;    /* "/etc/apparmor.d/...": loaded from there at each start */
	const char *word;    /* in what else attaches to this client */
	const char *detect[GATE_NAMES_MAX];	/* below the root; ends with NULL or is full */
	const char *folders[GATE_NAMES_MAX];	/* "/.../", as a program's path begins */
	const char *extensions[GATE_NAMES_MAX]; /* ".mp4", in lower case */
	bool flatpak; /* one of the folders is what a program sees inside of flatpak */
	const char *texts[GATE_DIALECT_COUNT][GATE_MODE_COUNT];
};
extern const struct gate gates[];
extern const size_t gates_len;
const struct gate *gate_find(const char *client);
bool gate_installed(const struct sysroot *root, const struct gate *gate);
/* Whether the text is the gate's file, of any dialect */
bool gate_wrote(const struct gate *gate, const char *text);

/* What was loaded, by the kernel's own hash of it: what caretaker-hand wrote down as it did so.
 * Empty for what it never loaded. */
struct gate_record {
	char hashes[GATE_MODE_COUNT][GATE_HASH_MAX + 1];
};
/*
 * {"format":1,"gates":[{"client","denies":hash,"lifted":hash}]}: that of this client. JSON_E_*,
 * -EBADMSG for another format, -ENOENT when it is not named.
 */
must_check int gate_record_parse(
	struct span text, const char *client, struct gate_record *ret_record);

enum gate_hold {
	GATE_HOLD_NONE,	      /* no profile of its name is loaded */
	GATE_HOLD_COMPLAINS,  /* one is, and it is not enforced */
	GATE_HOLD_ENFORCED,   /* one is, with this hash */
	GATE_HOLD_OTHERS,     /* a profile of somebody else attaches to this client */
	GATE_HOLD_IMPOSSIBLE, /* no AppArmor here, or it is off */
	GATE_HOLD_REFUSED,    /* not to be seen as this user */
};
struct gate_state {
	enum gate_hold hold;
	bool loaded; /* a profile of its name is, in whatever mode */
	bool enforced;
	char hash[GATE_HASH_MAX + 1]; /* empty when the kernel tells none */
	char other[256];	      /* GATE_HOLD_OTHERS: where that profile is, cut */
};
/* -ENOMEM alone */
must_check int gate_look(
	const struct sysroot *root, const struct gate *gate, struct gate_state *ret_state);
/*
 * Programs of this client that run now and that the profile does not hold: a profile takes hold
 * when a program is started. So does one that has a recording open for writing: what a file was
 * opened with under a profile of the same name, the kernel does not ask about again
 * (security/apparmor/file.c, aa_file_perm), so that a recording that was begun while an exemption
 * ran goes on until it is closed. -errno; names nobody and keeps nothing, no name of a file either.
 */
must_check int gate_count_unheld(
	const struct sysroot *root, const struct gate *gate, size_t *ret_n);
