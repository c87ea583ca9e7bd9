/* SPDX-License-Identifier: Apache-2.0 */
#include "wifi-saved.h"
#include "ini.h"

#include <string.h>

static bool word_in(struct span s, const char *const *words, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		if (span_eq(s, words[i])) {
			return true;
		}
	}
	return false;
}

static bool text_has_nul(struct span text)
{
	return text.len > 0 && memchr(text.p, '\0', text.len);
}

void wifi_saved_networkmanager(struct span text, struct wifi_saved *saved)
{
	static const char *const types[] = {"wifi", "802-11-wireless"};
	static const char *const keys[] = {"wifi-security", "802-11-wireless-security"};
	static const char *const no[] = {"false", "no", "off", "0"};
	struct ini ini = {.rest = text};
	bool wifi = false, typed = false, locked = false, automatic = true, hosts = false;

	if (text_has_nul(text)) {
		saved->damaged = true;
		return;
	}
	while (ini_next(&ini)) {
		if (span_eq(ini.section, "connection") && span_eq(ini.key, "type")) {
			typed = true;
			wifi = word_in(ini.value, types, ARRAY_LEN(types));
		} else if (span_eq(ini.section, "connection") && span_eq(ini.key, "autoconnect")) {
			automatic = !word_in(ini.value, no, ARRAY_LEN(no));
		} else if (word_in(ini.section, types, ARRAY_LEN(types)) &&
			   span_eq(ini.key, "mode")) {
			hosts = span_eq(ini.value, "ap"); /* it gives a network, it joins none */
		} else if (word_in(ini.section, keys, ARRAY_LEN(keys)) && ini.key.len > 0) {
			locked = true;
		}
	}
	saved->damaged = saved->damaged || !typed;
	saved->open += wifi && automatic && !locked && !hosts;
}

void wifi_saved_iwd(struct span text, struct wifi_saved *saved)
{
	struct ini ini = {.rest = text};
	bool automatic = true;

	if (text_has_nul(text)) {
		saved->damaged = true;
		return;
	}
	while (ini_next(&ini)) {
		if (span_eq(ini.section, "Settings") && span_eq(ini.key, "AutoConnect")) {
			automatic = !span_eq(ini.value, "false") && !span_eq(ini.value, "0");
		}
	}
	saved->open += automatic;
}

struct network {
	bool inside; /* of any block */
	bool is_network;
	bool no_key; /* key_mgmt names NONE */
	bool wep;
	bool disabled;
	bool hosts; /* mode=2: an access point */
};

/* One of several words, between blanks */
static bool words_have(struct span value, const char *word)
{
	struct span part;

	while (span_next(&value, ' ', &part)) {
		if (span_eq(span_trim(part), word)) {
			return true;
		}
	}
	return false;
}

static void network_take(struct network *network, struct span line)
{
	const char *equals = memchr(line.p, '=', line.len);
	struct span key, value;

	if (!equals) {
		return;
	}
	key = span_trim((struct span){line.p, (size_t)(equals - line.p)});
	value = span_trim((struct span){equals + 1, line.len - (size_t)(equals - line.p) - 1});
	if (span_eq(key, "key_mgmt")) {
		network->no_key = words_have(value, "NONE");
	} else if (span_starts(key, "wep_key") && !span_eq(key, "wep_key")) {
		network->wep = true;
	} else if (span_eq(key, "disabled")) {
		network->disabled = span_eq(value, "1");
	} else if (span_eq(key, "mode")) {
		network->hosts = span_eq(value, "2");
	}
}

void wifi_saved_supplicant(struct span text, struct wifi_saved *saved)
{
	struct network network = {0};
	struct span line;

	if (text_has_nul(text)) {
		saved->damaged = true;
		return;
	}
	while (span_next(&text, '\n', &line)) {
		if (line.len > 0 && line.p[line.len - 1] == '\r') {
			line.len--;
		}
		line = span_trim(line);
		if (line.len == 0 || line.p[0] == '#') {
			continue;
		}
		if (!network.inside && line.p[line.len - 1] == '{') {
			network = (struct network){
				.inside = true, .is_network = span_eq(line, "network={")};
		} else if (span_eq(line, "}")) {
			saved->open += network.is_network && network.no_key && !network.wep &&
				       !network.disabled && !network.hosts;
			network = (struct network){0};
		} else if (network.inside) {
			network_take(&network, line);
		}
	}
	saved->damaged = saved->damaged || network.inside; /* cut off */
}
