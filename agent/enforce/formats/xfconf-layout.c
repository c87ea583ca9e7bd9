/* SPDX-License-Identifier: Apache-2.0 */
#include "xfconf-layout.h"

#include <string.h>

#define DEFAULT_UNIT "  " /* as xfconfd writes it */

bool xfconf_layout_blank(struct span text)
{
	for (size_t i = 0; i < text.len; i++) {
		if (text.p[i] == '\0' || !strchr(" \t\r\n", text.p[i])) {
			return false;
		}
	}
	return true;
}

/* What comes before pos on its line, line break included; p NULL when that is not blank */
static struct span line_before(struct span text, size_t pos)
{
	size_t start = pos;

	while (start > 0 && (text.p[start - 1] == ' ' || text.p[start - 1] == '\t')) {
		start--;
	}
	if (start == 0 || text.p[start - 1] != '\n') {
		return (struct span){NULL, 0};
	}
	start -= start > 1 && text.p[start - 2] == '\r' ? 2 : 1;
	return (struct span){text.p + start, pos - start};
}

size_t xfconf_layout_end(struct span text, const struct xfconf_place *above)
{
	return above->close - line_before(text, above->close).len;
}

/* The indentation of the channel's own properties: one step */
static struct span unit_of(struct span text, const struct xfconf_place *channel)
{
	struct span line =
		channel->children > 0 ? line_before(text, channel->last) : (struct span){NULL, 0};
	size_t breaks = line.p && line.p[0] == '\r' ? 2 : 1;

	return line.p && line.len > breaks ? (struct span){line.p + breaks, line.len - breaks}
					   : span_z(DEFAULT_UNIT);
}

int xfconf_layout_before(struct span text, const struct xfconf_place *above,
	const struct xfconf_place *channel, struct str *out)
{
	struct span line = line_before(text, above->close);
	struct span sibling = above->children > 0 ? line_before(text, above->last) : line;
	struct span unit = unit_of(text, channel);
	int r;

	if (!line.p) {
		return 0;
	}
	if (above->children > 0 && sibling.p) {
		return str_append(out, sibling.p, sibling.len);
	}
	r = str_append(out, line.p, line.len);
	return r < 0 ? r : str_append(out, unit.p, unit.len);
}

int xfconf_layout_line(struct span text, const struct xfconf_place *place, struct str *out)
{
	struct span line = line_before(text, place->tag.start);

	return str_append(out, line.p ? line.p : "", line.len);
}

size_t xfconf_layout_start(struct span text, const struct xfconf_place *place)
{
	return place->tag.start - line_before(text, place->tag.start).len;
}
