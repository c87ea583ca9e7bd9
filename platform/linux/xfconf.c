/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What xfconfd 4.18 does with locks was asked of Debian's by xfconf-query: an own file that says
 * "locked" is refused as a whole; unlocked="root" keeps everybody else's values out, of a property
 * or a whole channel; locked="*", which guides recommend, keeps out nobody.
 */
#include "xfconf.h"

#include "homefiles.h"
#include "xml.h"

#include <stdio.h>
#include <string.h>

#define DIR "xfce4/xfconf/xfce-perchannel-xml/"
#define FILE_PATH_MAX 160

struct take {
	struct xfconf_ask *asks;
	size_t n, depth;
	bool machine, taken[XFCONF_ASKS_MAX];
	bool unsure[XML_DEPTH_MAX + 1]; /* locked for some, at this depth or above */
	size_t lens[XML_DEPTH_MAX + 1]; /* of path, at this depth */
	char path[XFCONF_PATH_MAX + 1];
};

static bool attribute_is(const struct xml_element *element, const char *name, const char *value)
{
	const char *has = xml_attribute_find(element, name);

	return has && strcmp(has, value) == 0;
}

static bool speaks_of_locks(const struct xml_element *element)
{
	return xml_attribute_find(element, "locked") || xml_attribute_find(element, "unlocked");
}

static bool locked_for_all(const struct xml_element *element)
{
	return attribute_is(element, "unlocked", "root");
}

/* xfconfd knows no star: "*" is nobody's name, and locks nobody. */
static bool locked_for_some(const struct xml_element *element)
{
	return speaks_of_locks(element) && !locked_for_all(element) &&
	       (!attribute_is(element, "locked", "*") || xml_attribute_find(element, "unlocked"));
}

static bool read_value(const struct xml_element *element, struct xfconf_ask *ask)
{
	const char *value = xml_attribute_find(element, "value");
	uint64_t number;

	if (!value) {
		return false;
	}
	if (ask->truth) {
		ask->number = strcmp(value, "true") == 0;
		return attribute_is(element, "type", "bool") &&
		       (ask->number == 1 || strcmp(value, "false") == 0);
	}
	if ((!attribute_is(element, "type", "int") && !attribute_is(element, "type", "uint")) ||
		span_u64(span_z(value), &number) != 0 || number > XFCONF_NUMBER_MAX) {
		return false;
	}
	ask->number = (int64_t)number;
	return true;
}

static void take_property(struct take *take, const struct xml_element *element)
{
	for (size_t i = 0; i < take->n; i++) {
		struct xfconf_ask *ask = &take->asks[i];

		if (strcmp(ask->path, take->path) != 0 || (ask->fixed && !take->machine)) {
			continue;
		}
		ask->fixed = ask->fixed || locked_for_all(element);
		if (attribute_is(element, "type", "empty") && !take->unsure[take->depth]) {
			continue;
		}
		ask->state =
			!take->taken[i] && !take->unsure[take->depth] && read_value(element, ask)
				? XFCONF_SET
				: XFCONF_UNSURE;
		take->taken[i] = true;
	}
}

static int start_channel(struct take *take, const struct xml_element *element)
{
	if (strcmp(element->name, "channel") != 0) {
		return -EBADMSG;
	}
	take->unsure[1] = locked_for_some(element);
	for (size_t i = 0; i < take->n; i++) {
		take->asks[i].fixed = take->asks[i].fixed || locked_for_all(element);
	}
	return 0;
}

static int append_name(struct take *take, const char *name, size_t at)
{
	size_t len = strlen(name);

	if (len == 0 || at + 1 + len > XFCONF_PATH_MAX) {
		return -EBADMSG;
	}
	take->path[at] = '/';
	memcpy(take->path + at + 1, name, len + 1);
	take->lens[take->depth] = at + 1 + len;
	return 0;
}

static int start(const struct xml_element *element, void *data)
{
	struct take *take = data;
	const char *name = xml_attribute_find(element, "name");
	size_t above = take->depth;
	int r;

	if (!take->machine && speaks_of_locks(element)) {
		return -EBADMSG;
	}
	if (take->depth++ == 0) {
		return start_channel(take, element);
	}
	take->lens[take->depth] = take->lens[above];
	take->unsure[take->depth] = take->unsure[above];
	if (strcmp(element->name, "property") != 0) {
		return 0; /* a value of an array */
	}
	r = name ? append_name(take, name, take->lens[above]) : -EBADMSG;
	if (r == 0) {
		/* for some alone: unsure, too; for all: only what stands here is fixed */
		take->unsure[take->depth] = take->unsure[above] || locked_for_some(element);
		take_property(take, element);
		take->unsure[take->depth] = take->unsure[take->depth] || locked_for_all(element);
	}
	return r;
}

static int end(const char *name, const char *text, bool cut, void *data)
{
	struct take *take = data;

	(void)name;
	(void)text;
	(void)cut;
	take->path[take->lens[--take->depth]] = '\0';
	return 0;
}

static void leave_unsure(struct xfconf_ask *asks, size_t n, bool machine)
{
	for (size_t i = 0; i < n; i++) {
		if (machine || !asks[i].fixed) {
			asks[i].state = XFCONF_UNSURE;
		}
	}
}

int xfconf_take(struct span text, bool machine, struct xfconf_ask *asks, size_t n)
{
	cleanup(xml_reader_free_p) struct xml_reader *reader = NULL;
	struct take take = {.asks = asks, .n = n, .machine = machine};
	int r = xml_reader_new(start, end, &take, &reader);

	if (r == 0) {
		r = xml_reader_feed(reader, text.p, text.len);
	}
	if (r == 0) {
		r = xml_reader_end(reader);
	}
	if (r != 0 && r != -ENOMEM) {
		leave_unsure(asks, n, machine);
		r = 0;
	}
	return r;
}

static int take_file(const struct personal_place *place, const char *channel, bool machine,
	struct xfconf_ask *asks, size_t n)
{
	cleanup(free_ptr) char *text = NULL;
	char path[FILE_PATH_MAX];
	size_t len = 0;
	int r;

	(void)snprintf(
		path, sizeof(path), "%s/" DIR "%s.xml", machine ? "etc/xdg" : ".config", channel);
	r = machine ? sysroot_read(place->root, path, XFCONF_FILE_MAX, &text, &len)
		    : homefiles_read(place->home, path, XFCONF_FILE_MAX, &text, &len);
	if (r == 0) {
		return xfconf_take((struct span){text, len}, machine, asks, n);
	}
	if (r != FD_E_MISSING) {
		leave_unsure(asks, n, machine);
	}
	return r == -ENOMEM ? r : 0;
}

int xfconf_read(
	const struct personal_place *place, const char *channel, struct xfconf_ask *asks, size_t n)
{
	int r = take_file(place, channel, true, asks, n);

	return r == 0 ? take_file(place, channel, false, asks, n) : r;
}

int xfconf_watch(const char *channel, personal_path_fn fn, void *data)
{
	char path[FILE_PATH_MAX];
	int r;

	(void)snprintf(path, sizeof(path), "/etc/xdg/" DIR "%s.xml", channel);
	r = fn(path, data);
	if (r == 0) {
		(void)snprintf(path, sizeof(path), "~/.config/" DIR "%s.xml", channel);
		r = fn(path, data);
	}
	return r;
}
