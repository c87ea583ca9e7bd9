/* SPDX-License-Identifier: Apache-2.0 */
/* One client of one user: what is kept of it, how it stands, and whether it is left alone. */
#pragma once

#include "journal.h"
#include "keeper-state.h"
#include "left.h"
#include "place.h"
#include "truce.h"

struct kept_client {
	const struct enforce_profile *profile;
	enum enforce_tier tier;
	bool held; /* undone as a whole: left alone until the next settings */
	struct left left;
	bool judged; /* once: what drifts from now on is put back, not newly applied */
	struct truce truce;
	bool installed;
	size_t kept, drifted;
};

/* Whether this change of the last look is agreed to, and due once the client is closed */
bool kept_waits(const struct kept_client *client, const struct enforce_change *change);
/* How it stands. changes: what it would take is added; may be NULL */
must_check int kept_count(struct kept_client *client, const struct enforce_place *place,
	const struct enforce_journal *journal, struct enforce_changes *changes);
/* The same, and puts right what is not as it should be, if it is to be kept at all. restored: what
 * was right before and had to be put back is added. */
must_check int kept_look(struct kept_client *client, const struct enforce_place *place, bool keep,
	struct enforce_journal *journal, struct enforce_changes *changes,
	struct keeper_restored *restored);
