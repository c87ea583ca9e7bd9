/* SPDX-License-Identifier: Apache-2.0 */
#include "firmware-catalogue.h"

#include "clock.h"
#include "str.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

struct firmware_catalogue {
	const struct firmware_device *devices;
	size_t n;
	firmware_component_fn fn;
	void *data;
	struct xml_reader *xml;
	bool provides, requires, format; /* within such an element */
	struct firmware_component component;
};

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static int64_t date_of(const struct xml_element *element)
{
	const char *date = or_empty(xml_attribute_find(element, "date"));
	uint64_t seconds = 0;
	int64_t wall_s = 0;

	if (span_u64(span_z(xml_attribute_find(element, "timestamp")), &seconds) == 0) {
		return seconds < UINT32_MAX ? (int64_t)seconds : 0;
	}
	return clock_parse(date, strlen(date), &wall_s) == 0 ? wall_s : 0;
}

static int release_take(const struct xml_element *element, struct firmware_component *component)
{
	const char *version = or_empty(xml_attribute_find(element, "version"));
	const char *urgency = or_empty(xml_attribute_find(element, "urgency"));
	struct firmware_release *release;

	if (component->n_releases == FIRMWARE_RELEASES_MAX) {
		return -EBADMSG;
	}
	release = &component->releases[component->n_releases++];
	*release = (struct firmware_release){
		.date = date_of(element),
		.urgent = strcmp(urgency, "high") == 0 || strcmp(urgency, "critical") == 0,
	};
	/* One that is too long is none of any format, and so stays: cut, it could be. */
	snprintf(release->version, sizeof(release->version), "%s",
		strlen(version) > FIRMWARE_TEXT_MAX ? "?" : version);
	return 0;
}

static int start(const struct xml_element *element, void *data)
{
	struct firmware_catalogue *catalogue = data;
	struct firmware_component *component = &catalogue->component;
	const char *name = element->name;

	if (strcmp(name, "component") == 0) {
		component->devices = 0;
		component->format[0] = '\0';
		component->conditional = false;
		component->n_releases = 0;
	} else if (strcmp(name, "provides") == 0) {
		catalogue->provides = true;
	} else if (strcmp(name, "requires") == 0) {
		catalogue->requires = true;
	} else if (strcmp(name, "release") == 0) {
		return release_take(element, component);
	} else if (strcmp(name, "value") == 0) {
		catalogue->format = strcmp(or_empty(xml_attribute_find(element, "key")),
					    "LVFS::VersionFormat") == 0;
	} else if (strcmp(name, "branch") == 0 ||
		   (catalogue->requires &&
			   (strcmp(name, "firmware") == 0 || strcmp(name, "hardware") == 0))) {
		component->conditional = true;
	}
	return 0;
}

static void guid_take(struct firmware_catalogue *catalogue, const char *guid)
{
	for (size_t i = 0; i < catalogue->n; i++) {
		if (strcasecmp(catalogue->devices[i].guid, guid) == 0) {
			catalogue->component.devices |= UINT64_C(1) << i;
		}
	}
}

static int end(const char *name, const char *text, bool cut, void *data)
{
	struct firmware_catalogue *catalogue = data;
	struct firmware_component *component = &catalogue->component;

	(void)cut;
	if (strcmp(name, "provides") == 0) {
		catalogue->provides = false;
	} else if (strcmp(name, "requires") == 0) {
		catalogue->requires = false;
	} else if (strcmp(name, "firmware") == 0 && catalogue->provides) {
		guid_take(catalogue, text);
	} else if (strcmp(name, "value") == 0 && catalogue->format) {
		snprintf(component->format, sizeof(component->format), "%s", text);
		catalogue->format = false;
	} else if (strcmp(name, "component") == 0 && component->devices) {
		return catalogue->fn(component, catalogue->data);
	}
	return 0;
}

int firmware_catalogue_new(const struct firmware_device *devices, size_t n,
	firmware_component_fn fn, void *data, struct firmware_catalogue **ret_catalogue)
{
	cleanup(firmware_catalogue_free_p) struct firmware_catalogue *catalogue =
		calloc(1, sizeof(*catalogue));
	int r;

	if (!catalogue) {
		return -ENOMEM;
	}
	catalogue->devices = devices;
	catalogue->n = n < FIRMWARE_DEVICES_MAX ? n : FIRMWARE_DEVICES_MAX;
	catalogue->fn = fn;
	catalogue->data = data;
	r = xml_reader_new(start, end, catalogue, &catalogue->xml);
	if (r == 0) {
		*ret_catalogue = TAKE_PTR(catalogue);
	}
	return r;
}

void firmware_catalogue_free_p(struct firmware_catalogue **catalogue)
{
	if (*catalogue) {
		xml_reader_free((*catalogue)->xml);
		free(*catalogue);
	}
}

int firmware_catalogue_feed(struct firmware_catalogue *catalogue, const char *bytes, size_t len)
{
	return xml_reader_feed(catalogue->xml, bytes, len);
}

int firmware_catalogue_end(const struct firmware_catalogue *catalogue)
{
	return xml_reader_end(catalogue->xml);
}
