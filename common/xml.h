/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A document of XML 1.0 in pieces of any size, as package managers and firmware catalogues write
 * them: elements, attributes, text, comments, processing instructions. No DTD, no entity but the
 * five and numbers, no CDATA kept: whatever else stands there, or ends too early, is damage.
 * Namespaces are not looked at: "rpm:entry" is a name.
 */
#pragma once

#include "base.h"

#define XML_DEPTH_MAX 32
#define XML_NAME_MAX 63
#define XML_VALUE_MAX 1023 /* of an attribute or of a text: what is longer is cut and marked */
#define XML_ATTRIBUTES_MAX 24
#define XML_TAG_MAX 8192 /* between "<" and ">" */

struct xml_attribute {
	const char *name;
	const char *value;
};
struct xml_element {
	const char *name;
	const struct xml_attribute *attributes;
	size_t n_attributes;
};
/* NULL when the element has no such attribute */
const char *xml_attribute_find(const struct xml_element *element, const char *name);

/* A return other than 0 ends the feed with that value. */
typedef int (*xml_start_fn)(const struct xml_element *element, void *data);
/* text: what stood between the last tag and this one, without blanks at its ends; cut: not all */
typedef int (*xml_end_fn)(const char *name, const char *text, bool cut, void *data);

struct xml_reader;
must_check int xml_reader_new(
	xml_start_fn start, xml_end_fn end, void *data, struct xml_reader **ret_reader);
void xml_reader_free(struct xml_reader *reader);
void xml_reader_free_p(struct xml_reader **reader);
/* -EBADMSG for damage; what start and end returned */
must_check int xml_reader_feed(struct xml_reader *reader, const char *bytes, size_t len);
/* -EBADMSG when an element is still open, or there was none */
must_check int xml_reader_end(const struct xml_reader *reader);
