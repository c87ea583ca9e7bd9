/* SPDX-License-Identifier: Apache-2.0 */
#include "apt-packages.h"
#include "apt-phase.h"
#include "deb-stanza.h"

#include <string.h>

struct reading {
	struct apt_packages *packages;
	size_t list;
	size_t n; /* offers so far */
};

/* tagfile.cc, FindULL: leading digits count; what apt cannot keep, it passes over. */
static unsigned phased_parse(const char *text)
{
	size_t digits = strspn(text, "0123456789");
	uint64_t n;

	if (digits == 0 || span_u64((struct span){text, digits}, &n) != 0 || n > APT_PHASE_ALL) {
		return APT_PHASE_ALL;
	}
	return (unsigned)n;
}

static int offer_take(struct apt_package *package, const struct deb_stanza *stanza, void *data)
{
	struct reading *reading = data;
	struct apt_packages *packages = reading->packages;
	struct apt_offer *offer;

	if (!package->asked) {
		return 0;
	}
	if (reading->n == APT_OFFERS_MAX) {
		return -ENOSPC;
	}
	offer = calloc(1, sizeof(*offer));
	if (!offer) {
		return -ENOMEM;
	}
	reading->n++;
	offer->next = package->offers;
	package->offers = offer;
	offer->list = reading->list;
	offer->phased = phased_parse(stanza->phased);
	offer->version = apt_packages_keep(packages, span_z(stanza->version));
	if (!offer->version || !apt_packages_source(packages, stanza, package->name, offer->version,
				       &offer->source, &offer->source_version)) {
		return -ENOMEM;
	}
	return 0;
}

static int stanza_take(const struct deb_stanza *stanza, void *data)
{
	struct reading *reading = data;

	return apt_packages_find(reading->packages, stanza, offer_take, reading);
}

int apt_packages_read_offers(
	struct apt_packages *packages, const struct check_ctx *ctx, const struct apt_index *index)
{
	cleanup(free_ptr) struct deb_reader *reader = malloc(sizeof(*reader));
	struct reading reading = {.packages = packages};
	int r = 0;

	if (!reader) {
		return -ENOMEM;
	}
	for (size_t i = 0; i < index->lists.len && r == 0; i++) {
		reading.list = i;
		*reader = (struct deb_reader){.fn = stanza_take, .data = &reading};
		r = apt_stanzas_read(ctx->root, index->lists.items[i].path, APT_LIST_BYTES_MAX,
			ctx->unpack, reader);
	}
	return r;
}
