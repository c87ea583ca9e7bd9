/* SPDX-License-Identifier: Apache-2.0 */
/* Which settings of which clients an exemption's feature lets go: those that the feature, being on,
 * has to find at their owner's value. A closed table: no exemption can name a setting. */
#pragma once

#include "exemption.h"

/* In no order; a key that ends in "*" stands for all that begin so. */
struct exempt_lift {
	enum exemption_feature feature;
	const char *client; /* NULL: every client with such a key */
	const char *key;
};
extern const struct exempt_lift exempt_lift_rows[];
extern const size_t exempt_lift_rows_len;

/* features: bit by exemption_feature */
bool exempt_lifts(unsigned features, const char *client, const char *key);
