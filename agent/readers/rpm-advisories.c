/* SPDX-License-Identifier: Apache-2.0 */
#include "rpm-advisories.h"

#include "clock.h"
#include "str.h"

#include <stdio.h>
#include <string.h>

#define MODULE_MAX 255

struct rpm_advisories {
	rpm_advisory_fn fn;
	void *data;
	struct xml_reader *xml;
	bool wanted; /* the advisory is a security one that holds */
	int64_t date;
	char module[MODULE_MAX + 1];
};

void rpm_advisories_free_p(struct rpm_advisories **advisories)
{
	if (*advisories) {
		xml_reader_free((*advisories)->xml);
		free(*advisories);
	}
}

/* "2024-05-01 10:00:00", "2024-05-01", or seconds since 1970; UTC */
static int64_t date_parse(const char *text)
{
	char date[CLOCK_TEXT_LEN];
	int64_t wall_s = 0;
	uint64_t seconds;

	if (!text) {
		return 0;
	}
	if (span_u64(span_z(text), &seconds) == 0 && seconds < UINT32_MAX) {
		return (int64_t)seconds;
	}
	snprintf(date, sizeof(date), "%.10s", text);
	if (strlen(text) >= 19) {
		snprintf(date, sizeof(date), "%.10sT%.8sZ", text, text + 11);
	}
	return clock_parse(date, strlen(date), &wall_s) == 0 ? wall_s : 0;
}

static const char *or_empty(const char *text)
{
	return text ? text : "";
}

static int package_take(const struct rpm_advisories *advisories, const struct xml_element *element)
{
	const char *epoch = xml_attribute_find(element, "epoch");
	const char *version = xml_attribute_find(element, "version");
	const char *release = xml_attribute_find(element, "release");
	char evr[3 * (XML_VALUE_MAX + 1) + 3];
	struct rpm_advisory advisory = {
		.name = xml_attribute_find(element, "name"),
		.evr = evr,
		.arch = xml_attribute_find(element, "arch"),
		.date = advisories->date,
		.module = advisories->module,
	};

	if (!advisory.name || !advisory.arch || !version || !release) {
		return -EBADMSG;
	}
	snprintf(evr, sizeof(evr), "%s:%s-%s", epoch && epoch[0] ? epoch : "0", version, release);
	return advisories->fn(&advisory, advisories->data);
}

static int start(const struct xml_element *element, void *data)
{
	struct rpm_advisories *advisories = data;
	const char *name = element->name;

	if (strcmp(name, "update") == 0) {
		const char *status = or_empty(xml_attribute_find(element, "status"));

		advisories->wanted =
			strcmp(or_empty(xml_attribute_find(element, "type")), "security") == 0 &&
			strcmp(status, "retracted") != 0;
		advisories->date = 0;
		advisories->module[0] = '\0';
		return 0;
	}
	if (!advisories->wanted) {
		return 0;
	}
	if (strcmp(name, "issued") == 0 || strcmp(name, "updated") == 0) {
		int64_t date = date_parse(xml_attribute_find(element, "date"));

		advisories->date = date > advisories->date ? date : advisories->date;
	} else if (strcmp(name, "collection") == 0) {
		advisories->module[0] = '\0';
	} else if (strcmp(name, "module") == 0) {
		snprintf(advisories->module, sizeof(advisories->module), "%s:%s",
			or_empty(xml_attribute_find(element, "name")),
			or_empty(xml_attribute_find(element, "stream")));
	} else if (strcmp(name, "package") == 0) {
		return package_take(advisories, element);
	}
	return 0;
}

static int end(const char *name, const char *text, bool cut, void *data)
{
	(void)name;
	(void)text;
	(void)cut;
	(void)data;
	return 0;
}

int rpm_advisories_new(rpm_advisory_fn fn, void *data, struct rpm_advisories **ret_advisories)
{
	cleanup(rpm_advisories_free_p) struct rpm_advisories *advisories =
		calloc(1, sizeof(*advisories));
	int r;

	if (!advisories) {
		return -ENOMEM;
	}
	advisories->fn = fn;
	advisories->data = data;
	r = xml_reader_new(start, end, advisories, &advisories->xml);
	if (r == 0) {
		*ret_advisories = TAKE_PTR(advisories);
	}
	return r;
}

int rpm_advisories_feed(struct rpm_advisories *advisories, const char *bytes, size_t len)
{
	return xml_reader_feed(advisories->xml, bytes, len);
}

int rpm_advisories_end(const struct rpm_advisories *advisories)
{
	return xml_reader_end(advisories->xml);
}

struct finding {
	struct rpm_metadata metadata;
	bool wanted; /* within the part on updateinfo */
};

/* Below the repository's own directory, and nowhere else */
static bool path_valid(const char *path)
{
	return strncmp(path, "repodata/", 9) == 0 && !strchr(path + 9, '/') && path[9] != '.' &&
	       strlen(path) <= RPM_METADATA_PATH_MAX;
}

static int metadata_start(const struct xml_element *element, void *data)
{
	struct finding *finding = data;
	struct rpm_metadata *metadata = &finding->metadata;

	if (strcmp(element->name, "data") == 0) {
		const char *type = or_empty(xml_attribute_find(element, "type"));

		finding->wanted =
			strcmp(type, "updateinfo") == 0 || strcmp(type, "updateinfo_zck") == 0;
	} else if (finding->wanted && strcmp(element->name, "location") == 0) {
		const char *path = or_empty(xml_attribute_find(element, "href"));

		if (!path_valid(path) || metadata->n == RPM_METADATA_PATHS_MAX) {
			return -EBADMSG;
		}
		snprintf(metadata->paths[metadata->n++], sizeof(metadata->paths[0]), "%s", path);
	}
	return 0;
}

int rpm_metadata_parse(struct span text, struct rpm_metadata *ret_metadata)
{
	cleanup(xml_reader_free_p) struct xml_reader *xml = NULL;
	struct finding finding = {.wanted = false};
	int r = xml_reader_new(metadata_start, end, &finding, &xml);

	if (r == 0) {
		r = xml_reader_feed(xml, text.p, text.len);
	}
	if (r == 0) {
		r = xml_reader_end(xml);
	}
	if (r == 0) {
		*ret_metadata = finding.metadata;
	}
	return r;
}
