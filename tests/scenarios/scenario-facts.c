/* SPDX-License-Identifier: Apache-2.0 */
#include "scenario.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>

static const struct {
	const char *word;
	int outcome;
} words[] = {
	{"absent", FACTS_E_ABSENT},
	{"denied", FACTS_E_NOT_PERMITTED},
	{"limit", FACTS_E_LIMIT},
	{"no-tool", FACTS_E_NO_TOOL},
};

/* The member, or the outcome that its word names; a machine whose facts are silent has none. */
static int fact_get(void *data, const char *name, struct json_object **ret_value)
{
	const struct scenario_facts *facts = data;
	struct json_object *value = NULL;

	if (!json_object_object_get_ex(facts->object, name, &value)) {
		return FACTS_E_ABSENT;
	}
	if (json_object_is_type(value, json_type_object)) {
		*ret_value = value;
		return 0;
	}
	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (json_object_is_type(value, json_type_string) &&
			strcmp(words[i].word, json_object_get_string(value)) == 0) {
			return words[i].outcome;
		}
	}
	return -EINVAL;
}

/* The file of the scenario that holds what the kernel said of it */
static int bytes_get(void *data, const char *name, struct facts_bytes *ret_bytes)
{
	const struct scenario_facts *facts = data;
	struct facts_bytes bytes = {.p = NULL};
	struct json_object *value = NULL;
	cleanup(fd_close) int fd = -1;
	char path[1024];
	int r = fact_get(data, name, &value);

	if (r != 0) {
		return r;
	}
	snprintf(path, sizeof(path), "%s/%s", facts->dir,
		json_object_get_string(json_object_object_get(value, "file")));
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0) {
		return -errno;
	}
	r = fd_read_all(fd, FACTS_FIREWALL_MAX, &bytes.p, &bytes.len);
	if (r == 0) {
		*ret_bytes = bytes;
	}
	return r;
}

static int firewall_get(void *data, struct facts_bytes *ret_messages)
{
	return bytes_get(data, "firewall", ret_messages);
}

static int legacy_get(void *data, struct facts_bytes *ret_tables)
{
	int r = bytes_get(data, "legacy", ret_tables);

	return r == FACTS_E_ABSENT ? FACTS_E_NO_TOOL : r;
}

static uint32_t number_of(struct json_object *json, const char *name)
{
	return (uint32_t)json_object_get_int64(json_object_object_get(json, name));
}

static int sockets_get(void *data, struct facts_sockets **ret_sockets)
{
	cleanup(free_ptr) struct facts_sockets *sockets = calloc(1, sizeof(*sockets));
	struct json_object *value = NULL, *list;
	int r = fact_get(data, "sockets", &value);

	if (r != 0 || !sockets) {
		return r != 0 ? r : -ENOMEM;
	}
	list = json_object_object_get(value, "list");
	for (size_t i = 0; i < json_object_array_length(list) && i < FACTS_SOCKETS_MAX; i++) {
		struct json_object *one = json_object_array_get_idx(list, i);

		sockets->sockets[sockets->n++] = (struct facts_socket){
			.family = (uint8_t)number_of(one, "family"),
			.l4 = (uint8_t)number_of(one, "l4"),
			.port = (uint16_t)number_of(one, "port"),
			.address = (uint8_t)number_of(one, "address"),
			.interface = number_of(one, "interface"),
		};
	}
	*ret_sockets = TAKE_PTR(sockets);
	return 0;
}

static int hex_digit(char c)
{
	return c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

static int elements_set(struct facts_wifi_link *link, const char *hex)
{
	for (; hex[0] && hex[1]; hex += 2) {
		int high, low;

		if (hex[0] == ' ') {
			hex--;
			continue;
		}
		high = hex_digit(hex[0]);
		low = hex_digit(hex[1]);
		if (high < 0 || low < 0 || link->elements_len == FACTS_IE_MAX) {
			return -EINVAL;
		}
		link->elements[link->elements_len++] = (uint8_t)(high << 4 | low);
	}
	return hex[0] ? -EINVAL : 0;
}

static int link_get(struct json_object *json, struct facts_wifi_link *link)
{
	struct json_object *privacy = NULL, *elements = NULL, *value = NULL;

	if (!json_object_object_get_ex(json, "privacy", &privacy) ||
		!json_object_object_get_ex(json, "elements", &elements)) {
		return -EINVAL;
	}
	link->privacy = json_object_get_boolean(privacy);
	if (json_object_object_get_ex(json, "cipher", &value)) {
		link->cipher = 0x000fac00 | (uint32_t)json_object_get_int(value);
	}
	if (json_object_object_get_ex(json, "settling", &value)) {
		link->settling = json_object_get_boolean(value);
	}
	return elements_set(link, json_object_get_string(elements));
}

static int wifi_get(void *data, struct facts_wifi **ret_wifi)
{
	struct json_object *value = NULL, *radio = NULL, *links = NULL;
	cleanup(free_ptr) struct facts_wifi *wifi = NULL;
	int r = fact_get(data, "wifi", &value);

	if (r != 0) {
		return r;
	}
	if (!json_object_object_get_ex(value, "has_radio", &radio) ||
		!json_object_object_get_ex(value, "links", &links) ||
		json_object_array_length(links) > FACTS_RADIOS_MAX) {
		return -EINVAL;
	}
	wifi = calloc(1, sizeof(*wifi));
	if (!wifi) {
		return -ENOMEM;
	}
	wifi->has_radio = json_object_get_boolean(radio);
	wifi->n_links = json_object_array_length(links);
	for (size_t i = 0; i < wifi->n_links && r == 0; i++) {
		r = link_get(json_object_array_get_idx(links, i), &wifi->links[i]);
	}
	if (r == 0) {
		*ret_wifi = TAKE_PTR(wifi);
	}
	return r;
}

/* {"rpm": {"output": "..."}} of facts.json */
static int rpm_get(void *data, char **ret_lines, size_t *ret_len)
{
	struct json_object *value = NULL, *output = NULL;
	int r = fact_get(data, "rpm", &value);

	if (r != 0) {
		return r;
	}
	if (!json_object_object_get_ex(value, "output", &output)) {
		return -EINVAL;
	}
	*ret_lines = strdup(json_object_get_string(output));
	*ret_len = (size_t)json_object_get_string_len(output);
	return *ret_lines ? 0 : -ENOMEM;
}

/* {"whole": n, "changed": n} */
static int own_files_get(void *data, struct own_files *ret_files)
{
	struct json_object *value = NULL;
	int r = fact_get(data, "own_files", &value);

	if (r == 0) {
		ret_files->whole = json_object_get_uint64(json_object_object_get(value, "whole"));
		ret_files->changed =
			json_object_get_uint64(json_object_object_get(value, "changed"));
	}
	return r;
}

static int64_t int_or(struct json_object *json, const char *name, int64_t fallback)
{
	struct json_object *value = NULL;

	return json_object_object_get_ex(json, name, &value) ? json_object_get_int64(value)
							     : fallback;
}

static void word_of(struct json_object *json, const char *name, char *word, size_t size)
{
	struct json_object *value = NULL;

	if (json_object_object_get_ex(json, name, &value)) {
		snprintf(word, size, "%s", json_object_get_string(value));
	}
}

static int network_fill(struct json_object *json, struct facts_network *network)
{
	struct json_object *links = NULL, *ways = NULL;

	if (!json_object_object_get_ex(json, "links", &links) ||
		!json_object_object_get_ex(json, "ways", &ways) ||
		json_object_array_length(links) > FACTS_NET_LINKS_MAX ||
		json_object_array_length(ways) > FACTS_WAYS_MAX) {
		return -EINVAL;
	}
	network->by_user = int_or(json, "by_user", 0) != 0;
	for (size_t i = 0; i < json_object_array_length(links); i++) {
		struct json_object *one = json_object_array_get_idx(links, i);
		struct facts_net_link *link = &network->links[network->n_links++];

		word_of(one, "name", link->name, sizeof(link->name));
		word_of(one, "kind", link->kind, sizeof(link->kind));
		link->index = (uint32_t)i + 1;
		link->up = int_or(one, "up", 0) != 0;
		link->handshake_s = int_or(one, "handshake", FACTS_HANDSHAKE_NOT_SEEN);
	}
	for (size_t i = 0; i < json_object_array_length(ways); i++) {
		struct json_object *one = json_object_array_get_idx(ways, i);
		struct facts_way *way = &network->ways[network->n_ways++];

		way->ipv6 = int_or(one, "ipv6", 0) != 0;
		way->link = (uint32_t)int_or(one, "link", 0);
	}
	return 0;
}

static int network_get(void *data, struct facts_network **ret_network)
{
	cleanup(free_ptr) struct facts_network *network = calloc(1, sizeof(*network));
	struct json_object *value = NULL;
	int r = network ? fact_get(data, "network", &value) : -ENOMEM;

	if (r == 0) {
		r = network_fill(value, network);
	}
	if (r == 0) {
		*ret_network = TAKE_PTR(network);
	}
	return r;
}

void scenario_facts_live(struct scenario_facts *facts, struct facts_live *ret_live)
{
	*ret_live = (struct facts_live){
		.data = facts,
		.firewall = firewall_get,
		.legacy_firewall = legacy_get,
		.sockets = sockets_get,
		.wifi = wifi_get,
		.network = network_get,
		.rpm_packages = rpm_get,
		.own_files = own_files_get,
	};
}
