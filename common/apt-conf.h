/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apt.conf(5): "Key::Sub "value";", "Key { ... };", lists as values without a key, "#clear KEY;".
 * What a file says goes out item by item, in its order; keys in lower case, as apt does not tell
 * them apart. An item of a list has a key that ends in "::".
 */
#pragma once

#include "base.h"
#include "str.h"

#define APT_CONF_FILE_MAX ((size_t)1 << 20)
#define APT_CONF_KEY_MAX 255
#define APT_CONF_VALUE_MAX 4095 /* hooks hold whole command lines */
#define APT_CONF_DEPTH_MAX 16

enum apt_conf_outcome {
	APT_CONF_E_FORMAT = 1, /* no such file, or beyond the bounds above */
	APT_CONF_E_INCLUDE,    /* asks for another file */
};

/* value is NULL where the key and all below it are cleared. */
typedef void (*apt_conf_fn)(const char *key, const char *value, void *data);

/* Pure. What stands before a fault has gone out already. */
must_check int apt_conf_parse(struct span text, apt_conf_fn fn, void *data);
/* apt reads a file of this name in apt.conf.d: no extension or "conf", nothing strange in it. */
bool apt_conf_name_read(const char *name);
