/* SPDX-License-Identifier: Apache-2.0 */
#include "switches-parts.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define VALUE_MAX ((size_t)4096)
#define UDEV_MAX ((size_t)64 << 10)
#define VIDEO "sys/class/video4linux"
/* bInterfaceClass, USB Video Class 1.5 */
#define CLASS_VIDEO "0e"

/* Where a part is switched by taking it from its driver; other buses hold more than one thing. */
static const char *const driver_buses[] = {"pci", "platform"};

struct switches_path switches_path_of(const char *fmt, ...)
{
	struct switches_path path;
	va_list args;
	int n;

	va_start(args, fmt);
	n = vsnprintf(path.text, sizeof(path.text), fmt, args);
	va_end(args);
	if (n < 0 || (size_t)n >= sizeof(path.text)) {
		path.text[0] = '\0'; /* opens nothing */
	}
	return path;
}

/* A file of sysfs, up to its end of line; empty when there is none */
static void value_of(
	const struct sysroot *root, struct switches_path path, struct switches_path *ret_value)
{
	cleanup(free_ptr) char *bytes = NULL;
	size_t len = 0;

	ret_value->text[0] = '\0';
	if (sysroot_read(root, path.text, VALUE_MAX, &bytes, &len) == 0) {
		(void)snprintf(ret_value->text, sizeof(ret_value->text), "%.*s",
			(int)strcspn(bytes, "\n"), bytes);
	}
}

bool switches_value_is(const struct sysroot *root, struct switches_path path, const char *wanted)
{
	struct switches_path value;

	value_of(root, path, &value);
	return strcmp(value.text, wanted) == 0;
}

/* The last component of where a link leads; empty when it leads nowhere that has a fit name */
void switches_link_name(
	const struct sysroot *root, struct switches_path path, char name[SWITCHES_NAME_MAX + 1])
{
	cleanup(free_ptr) char *target = NULL;
	const char *last;

	name[0] = '\0';
	if (sysroot_readlink(root, path.text, &target) != 0) {
		return;
	}
	last = strrchr(target, '/');
	last = last ? last + 1 : target;
	if (switches_name_valid(last)) {
		(void)snprintf(name, SWITCHES_NAME_MAX + 1, "%s", last);
	}
}

bool switches_among(const char *const *words, size_t n, const char *word)
{
	for (size_t i = 0; i < n; i++) {
		if (strcmp(words[i], word) == 0) {
			return true;
		}
	}
	return false;
}

static void part_name(struct switches_part *part, const char *name)
{
	(void)snprintf(part->name, sizeof(part->name), "%s", name);
}

void switches_add_usb(
	const struct switches_look *look, enum switches_what what, const char *interface)
{
	struct switches_part part = {.what = what, .way = SWITCHES_USB};

	part_name(&part, interface);
	part.off = switches_value_is(look->root,
		switches_path_of(SWITCHES_USB_DEVICES "/%s/authorized", interface), "0");
	switches_add(look->parts, &part);
}

static bool node_there(const struct switches_look *look, enum switches_what what, const char *name)
{
	return sysroot_exists(look->root,
		switches_path_of("dev/%s%s", what == SWITCHES_MICROPHONE ? "snd/" : "", name).text);
}

void switches_add_node(const struct switches_look *look, enum switches_what what, const char *name)
{
	struct switches_part part = {.what = what, .way = SWITCHES_NODE};

	part_name(&part, name);
	part.off = !node_there(look, what, name);
	part.running = part.off && what == SWITCHES_MICROPHONE && switches_stream_runs(look, name);
	switches_add(look->parts, &part);
}

void switches_add_no_way(
	const struct switches_look *look, enum switches_what what, const char *name)
{
	struct switches_part part = {.what = what, .way = SWITCHES_NO_WAY};

	part_name(&part, name);
	switches_add(look->parts, &part);
}

static void add_driver(
	const struct switches_look *look, const char *bus, const char *driver, const char *device)
{
	struct switches_part part = {.what = SWITCHES_CAMERA, .way = SWITCHES_DRIVER};

	(void)snprintf(part.bus, sizeof(part.bus), "%s", bus);
	(void)snprintf(part.driver, sizeof(part.driver), "%s", driver);
	part_name(&part, device);
	part.off = !sysroot_exists(
		look->root, switches_path_of("sys/bus/%s/devices/%s/driver", bus, device).text);
	switches_add(look->parts, &part);
}

/*
 * What a video node does, as udev's v4l_id(8) asked it: nothing here opens one. 1: it captures, 0:
 * it does not, or it is a codec that takes pictures in as well, -1: nobody asked.
 */
static int node_captures(const struct switches_look *look, const char *node)
{
	cleanup(free_ptr) char *notes = NULL;
	struct switches_path number;
	const char *line;
	size_t len = 0;

	value_of(look->root, switches_path_of(VIDEO "/%s/dev", node), &number);
	if (!switches_name_valid(number.text) ||
		sysroot_read(look->root, switches_path_of("run/udev/data/c%s", number.text).text,
			UDEV_MAX, &notes, &len) != 0) {
		return -1;
	}
	line = strstr(notes, "\nE:ID_V4L_CAPABILITIES=");
	if (!line) {
		return -1;
	}
	len = strcspn(line + 1, "\n") + 1;
	if (memmem(line, len, ":video_output:", strlen(":video_output:"))) {
		return 0;
	}
	return memmem(line, len, ":capture:", strlen(":capture:")) != NULL;
}

static void look_video_node(const struct switches_look *look, const char *node)
{
	char device[SWITCHES_NAME_MAX + 1], bus[SWITCHES_NAME_MAX + 1];
	char driver[SWITCHES_NAME_MAX + 1];
	int captures;

	switches_link_name(look->root, switches_path_of(VIDEO "/%s/device", node), device);
	switches_link_name(look->root, switches_path_of(VIDEO "/%s/device/subsystem", node), bus);
	switches_link_name(look->root, switches_path_of(VIDEO "/%s/device/driver", node), driver);
	if (device[0] == '\0') {
		return; /* of software: what a program feeds into it, it gives */
	}
	captures = node_captures(look, node);
	if (captures == 0) {
		return;
	}
	if (strcmp(bus, "usb") == 0 && strchr(device, ':')) {
		switches_add_usb(look, SWITCHES_CAMERA, device);
	} else if (captures < 0) {
		switches_add_no_way(look, SWITCHES_CAMERA, node);
	} else if (switches_among(driver_buses, ARRAY_LEN(driver_buses), bus) &&
		   driver[0] != '\0') {
		add_driver(look, bus, driver, device);
	} else {
		switches_add_node(look, SWITCHES_CAMERA, node);
	}
}

static int look_cameras(const struct switches_look *look, const struct sysroot_names *interfaces)
{
	cleanup(sysroot_names_finish) struct sysroot_names nodes = {0};
	int r = sysroot_list(look->root, VIDEO, &nodes);

	for (size_t i = 0; i < interfaces->len; i++) {
		const char *name = interfaces->names[i];

		if (switches_value_is(look->root,
			    switches_path_of(SWITCHES_USB_DEVICES "/%s/bInterfaceClass", name),
			    CLASS_VIDEO)) {
			switches_add_usb(look, SWITCHES_CAMERA, name);
		}
	}
	for (size_t i = 0; r == 0 && i < nodes.len; i++) {
		if (strncmp(nodes.names[i], "video", 5) == 0 &&
			switches_name_valid(nodes.names[i])) {
			look_video_node(look, nodes.names[i]);
		}
	}
	return r == -ENOMEM ? r : 0;
}

/* What has no driver any more tells nobody that it was a camera: the book does. */
static void look_book(const struct switches_look *look)
{
	const struct switches_parts *own = &look->book->parts;

	for (size_t i = 0; i < own->len; i++) {
		const struct switches_part *part = &own->items[i];

		if (part->way == SWITCHES_DRIVER &&
			sysroot_exists(look->root,
				switches_path_of("sys/bus/%s/devices/%s", part->bus, part->name)
					.text)) {
			add_driver(look, part->bus, part->driver, part->name);
		}
		/* another device may have come to this port: only what is off is taken for it */
		if (part->way == SWITCHES_USB &&
			switches_value_is(look->root,
				switches_path_of(SWITCHES_USB_DEVICES "/%s/authorized", part->name),
				"0")) {
			switches_add_usb(look, part->what, part->name);
		}
	}
}

static void keep_interfaces(struct sysroot_names *names)
{
	size_t kept = 0;

	for (size_t i = 0; i < names->len; i++) {
		if (strchr(names->names[i], ':') && switches_name_valid(names->names[i])) {
			names->names[kept++] = names->names[i];
		} else {
			free(names->names[i]);
		}
	}
	names->len = kept;
}

int switches_look(const struct sysroot *root, const struct switches_book *book,
	struct switches_parts *ret_parts)
{
	cleanup(sysroot_names_finish) struct sysroot_names interfaces = {0};
	const struct switches_look look = {.root = root, .book = book, .parts = ret_parts};
	int r = sysroot_list(root, SWITCHES_USB_DEVICES, &interfaces);

	*ret_parts = (struct switches_parts){.len = 0};
	if (r == -ENOMEM) {
		return r;
	}
	keep_interfaces(&interfaces);
	r = look_cameras(&look, &interfaces);
	if (r == 0) {
		r = switches_look_microphones(&look, &interfaces);
	}
	if (r == 0) {
		look_book(&look);
	}
	return r;
}
