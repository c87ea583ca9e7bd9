/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox.h"

#include "ini.h"

#include <string.h>
#include <strings.h>

/* systemd.syntax(7): 1, yes, true, on; anything else is not what is wanted here */
static bool is_yes(struct span value)
{
	static const char *const words[] = {"1", "on", "t", "true", "y", "yes"};

	for (size_t i = 0; i < ARRAY_LEN(words); i++) {
		if (value.len == strlen(words[i]) &&
			strncasecmp(value.p, words[i], value.len) == 0) {
			return true;
		}
	}
	return false;
}

static bool word_next(struct span *rest, struct span *ret_word)
{
	size_t len = 0;

	while (rest->len > 0 && (*rest->p == ' ' || *rest->p == '\t')) {
		rest->p++;
		rest->len--;
	}
	while (len < rest->len && rest->p[len] != ' ' && rest->p[len] != '\t') {
		len++;
	}
	*ret_word = (struct span){rest->p, len};
	rest->p += len;
	rest->len -= len;
	return len > 0;
}

static unsigned family_of(struct span word)
{
	static const struct {
		const char *name;
		enum sandbox_family family;
	} rows[] = {
		{"AF_INET", SANDBOX_INET},
		{"AF_INET6", SANDBOX_INET6},
		{"AF_NETLINK", SANDBOX_NETLINK},
		{"AF_UNIX", SANDBOX_UNIX},
	};

	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		if (span_eq(word, rows[i].name)) {
			return rows[i].family;
		}
	}
	return SANDBOX_OTHER;
}

/* "none" forbids every family; "~" turns the list into what is forbidden. */
static void families_take(struct span value, struct sandbox *sandbox)
{
	struct span word;

	if (value.len == 0) {
		sandbox->families_set = false;
		sandbox->families = 0;
	}
	while (word_next(&value, &word)) {
		sandbox->families_set = true;
		sandbox->families |= span_eq(word, "none") ? 0 : family_of(word);
	}
}

/* To be told of an open wants the right to read (inotify(7)): so much a unit of ours may have. */
static unsigned device_of(struct span value)
{
	static const struct {
		const char *name;
		enum sandbox_device device;
	} rows[] = {
		{"char-81", SANDBOX_CAMERAS_READ},
		{"char-116", SANDBOX_SOUND_READ},
	};
	struct span name, rights;

	if (word_next(&value, &name) && word_next(&value, &rights) && span_eq(rights, "r")) {
		for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
			if (span_eq(name, rows[i].name)) {
				return rows[i].device;
			}
		}
	}
	return SANDBOX_DEVICES_OTHER;
}

/* socket(7): a socket that can be neither bound, connected nor told an address reaches nobody. */
static const char *const reaching[] = {"bind", "connect", "sendmmsg", "sendmsg", "sendto"};
#define REACHING_ALL ((1U << ARRAY_LEN(reaching)) - 1)

static void refused_take(struct span value, struct sandbox *sandbox)
{
	struct span word;

	while (word_next(&value, &word)) {
		for (unsigned i = 0; i < ARRAY_LEN(reaching); i++) {
			sandbox->refused |= span_eq(word, reaching[i]) ? 1U << i : 0;
		}
	}
}

/* "~" as the first takes the words away from what was allowed before. */
static void calls_take(struct span value, struct sandbox *sandbox)
{
	struct span word;

	if (value.len == 0) {
		sandbox->calls_set = false;
		sandbox->calls_more = false;
		sandbox->refused = 0;
		return;
	}
	if (*value.p == '~') {
		refused_take((struct span){value.p + 1, value.len - 1}, sandbox);
		return;
	}
	while (word_next(&value, &word)) {
		bool usual = span_eq(word, "@system-service");

		sandbox->calls_set = sandbox->calls_set || usual;
		sandbox->calls_more = sandbox->calls_more || !usual;
		/* what was taken away before comes back with the group that it is of */
		sandbox->refused = 0;
	}
}

static void setting_take(const struct ini *ini, struct sandbox *sandbox)
{
	if (span_eq(ini->key, "NoNewPrivileges")) {
		sandbox->no_new_privileges = is_yes(ini->value);
	} else if (span_eq(ini->key, "PrivateDevices")) {
		sandbox->private_devices = is_yes(ini->value);
	} else if (span_eq(ini->key, "PrivateNetwork")) {
		sandbox->private_network = is_yes(ini->value);
	} else if (span_eq(ini->key, "DevicePolicy")) {
		sandbox->device_policy_closed =
			span_eq(ini->value, "closed") || span_eq(ini->value, "strict");
	} else if (span_eq(ini->key, "DeviceAllow")) {
		sandbox->devices =
			ini->value.len > 0 ? sandbox->devices | device_of(ini->value) : 0;
	} else if (span_eq(ini->key, "ProtectHome")) {
		sandbox->home_hidden = is_yes(ini->value) || span_eq(ini->value, "tmpfs");
	} else if (span_eq(ini->key, "RestrictAddressFamilies")) {
		families_take(ini->value, sandbox);
	} else if (span_eq(ini->key, "SystemCallFilter")) {
		calls_take(ini->value, sandbox);
	}
}

void sandbox_take(struct span text, struct sandbox *sandbox)
{
	struct ini ini = {.rest = text};

	while (ini_next(&ini)) {
		if (!span_eq(ini.section, "Service")) {
			continue;
		}
		if (ini.key.len == 0 ||
			(ini.value.len > 0 && ini.value.p[ini.value.len - 1] == '\\')) {
			sandbox->damaged = true;
		}
		setting_take(&ini, sandbox);
	}
}

bool sandbox_weak(const struct sandbox *sandbox, const struct sandbox_rule *rule)
{
	bool devices = (sandbox->private_devices || sandbox->device_policy_closed) &&
		       (sandbox->devices & ~rule->devices) == 0;
	bool families = sandbox->families_set && (sandbox->families & ~rule->families) == 0;
	bool calls = sandbox->calls_set && !sandbox->calls_more;

	return !devices || !families || !calls || !sandbox->no_new_privileges ||
	       (rule->private_network && !sandbox->private_network) ||
	       (rule->home_hidden && !sandbox->home_hidden) ||
	       (rule->mute && sandbox->refused != REACHING_ALL);
}
