/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The tags of a channel of Xfce's settings, one after the other (xfce-perchannel-xml,
 * docs/spec/perchannel-xml.txt of xfconf). A file is taken only when xfconfd takes all of it: it
 * stops at the first thing that it does not know, so that what stands behind that is no setting.
 *
 * Pure, and without recursion. Spans point into the text.
 */
#pragma once

#include "base.h"
#include "xfconf-raw.h"

#define XFCONF_LEX_MAX ((size_t)1 << 20) /* bytes of a document */
#define XFCONF_LEX_DEPTH_MAX 32		 /* elements in each other, the channel included */

/*
 * No channel, an element, attribute or type that is not known, an attribute twice or missing, text,
 * a DTD, an entity but the five and numbers, another encoding, a byte order mark (GLib's parser
 * takes none), bad UTF-8, a control character, a lone CR, a "/" in a name, too deep, too large
 */
#define XFCONF_LEX_E_SYNTAX 1

enum xfconf_element { XFCONF_CHANNEL, XFCONF_PROPERTY, XFCONF_VALUE };
enum xfconf_attribute {
	XFCONF_LOCKED,
	XFCONF_NAME,
	XFCONF_TYPE,
	XFCONF_UNLOCKED,
	XFCONF_TEXT, /* "value" */
	XFCONF_VERSION,
	XFCONF_ATTRIBUTE_COUNT,
};
enum xfconf_tag_kind {
	XFCONF_TAG_START,
	XFCONF_TAG_EMPTY, /* <.../>: start and end in one */
	XFCONF_TAG_END,
	XFCONF_TAG_DONE, /* the document is over, and whole */
};
struct xfconf_tag {
	enum xfconf_tag_kind kind;
	enum xfconf_element element;
	size_t start, end;     /* of the tag, "<" and ">" included */
	size_t attributes_end; /* behind the last one, where another can be added */
	struct span attributes[XFCONF_ATTRIBUTE_COUNT]; /* as they stand, between quotes; p NULL:
							   none */
};

/* Start with .text alone. */
struct xfconf_lex {
	struct span text;
	size_t pos, depth; /* depth: elements that are open */
	bool begun;
	struct {
		enum xfconf_element element;
		bool array;
	} open[XFCONF_LEX_DEPTH_MAX];
};
/* Whether the bytes can be such a document's at all; the tags are not looked at */
must_check int xfconf_lex_begin(struct span text, struct xfconf_lex *ret_lex);
must_check int xfconf_lex_next(struct xfconf_lex *lex, struct xfconf_tag *ret_tag);
/* Of a text that is one start tag of a property, and no more */
must_check int xfconf_lex_property(struct span text, struct xfconf_tag *ret_tag);

const char *xfconf_attribute_word(enum xfconf_attribute attribute);
