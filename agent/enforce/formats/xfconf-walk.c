/* SPDX-License-Identifier: Apache-2.0 */
#include "xfconf-walk.h"

#include "xfconf-edit.h"

/* One that lies directly in the innermost element of the path that is open */
static int take_child(struct xfconf_walk *walk, const struct json_path *path,
	const struct xfconf_tag *tag, size_t *inside)
{
	struct xfconf_place *above = &walk->places[*inside - 1];
	struct xfconf_place *place = &walk->places[*inside];

	above->children++;
	above->last = tag->start;
	if (*inside > path->n || tag->element != XFCONF_PROPERTY ||
		!xfconf_raw_is(tag->attributes[XFCONF_NAME], json_path_name(path, *inside - 1))) {
		return 0;
	}
	if (walk->depth >= *inside) {
		return XFCONF_EDIT_E_DUPLICATE;
	}
	if (span_eq(tag->attributes[XFCONF_TYPE], "array")) {
		return XFCONF_EDIT_E_ARRAY;
	}
	*place = (struct xfconf_place){.tag = *tag, .close = tag->end, .end = tag->end};
	walk->depth = *inside;
	if (tag->kind == XFCONF_TAG_START) {
		place->holds = true;
		++*inside;
	}
	return 0;
}

/* inside: elements of the path that are open, the channel included */
static int take_tag(struct xfconf_walk *walk, const struct json_path *path, size_t depth,
	const struct xfconf_tag *tag, size_t *inside)
{
	if (tag->kind == XFCONF_TAG_END) {
		if (depth + 1 == *inside) {
			walk->places[depth].close = tag->start;
			walk->places[depth].end = tag->end;
			--*inside;
		}
		return 0;
	}
	depth -= tag->kind == XFCONF_TAG_START;
	if (depth == 0) {
		walk->places[0] = (struct xfconf_place){.tag = *tag, .holds = true};
		*inside = 1;
		return tag->kind == XFCONF_TAG_START ? 0 : XFCONF_EDIT_E_SYNTAX;
	}
	return depth == *inside ? take_child(walk, path, tag, inside) : 0;
}

int xfconf_walk(struct span text, const struct json_path *path, struct xfconf_walk *ret_walk)
{
	struct xfconf_walk walk = {.depth = 0};
	struct xfconf_lex lex;
	size_t inside = 0;
	int r = xfconf_lex_begin(text, &lex);

	for (;;) {
		struct xfconf_tag tag;

		r = r != 0 ? r : xfconf_lex_next(&lex, &tag);
		if (r != 0) {
			return XFCONF_EDIT_E_SYNTAX;
		}
		if (tag.kind == XFCONF_TAG_DONE) {
			break;
		}
		r = take_tag(&walk, path, lex.depth, &tag, &inside);
		if (r != 0) {
			return r;
		}
	}
	*ret_walk = walk;
	return 0;
}
