/* SPDX-License-Identifier: Apache-2.0 */
#include "media-nodes.h"

#include "media-parts.h"
#include "str.h"

#include <stdio.h>
#include <string.h>
#include <sys/sysmacros.h>

#define NUMBER_MAX ((size_t)64)
#define UDEV_ENTRY_MAX ((size_t)65536)
#define CAPABILITIES "E:ID_V4L_CAPABILITIES="

bool media_udev_captures(struct span entry, bool *ret_known)
{
	struct span line, word;

	*ret_known = false;
	while (span_next(&entry, '\n', &line)) {
		if (!span_starts(line, CAPABILITIES)) {
			continue;
		}
		*ret_known = true;
		line = (struct span){
			line.p + strlen(CAPABILITIES), line.len - strlen(CAPABILITIES)};
		while (span_next(&line, ':', &word)) {
			if (span_eq(word, "capture")) {
				return true;
			}
		}
		return false;
	}
	return false;
}

/* "81:0" */
static int read_number(const struct sysroot *root, const char *path, dev_t *ret_number)
{
	cleanup(free_ptr) char *bytes = NULL;
	struct span rest, part;
	uint64_t high, low;
	size_t len;
	int r = sysroot_read(root, path, NUMBER_MAX, &bytes, &len);

	if (r != 0) {
		return r < 0 ? r : -ENODEV;
	}
	rest = (struct span){bytes, len};
	if (!span_next(&rest, ':', &part) || span_u64(part, &high) < 0 ||
		!span_next(&rest, '\n', &part) || span_u64(part, &low) < 0 || high > 0xfff ||
		low > 0xfffff) {
		return -EINVAL;
	}
	*ret_number = makedev((unsigned)high, (unsigned)low);
	return 0;
}

static int name_number(struct span name, const char *prefix, unsigned *ret_n)
{
	struct span rest;
	uint64_t n;

	if (!span_starts(name, prefix)) {
		return -EINVAL;
	}
	rest = (struct span){name.p + strlen(prefix), name.len - strlen(prefix)};
	if (span_u64(rest, &n) < 0 || n > 9999) {
		return -EINVAL;
	}
	*ret_n = (unsigned)n;
	return 0;
}

/* What udev says of it; what it leaves open the device is asked, and what nobody tells is a camera:
 * one too many is seen, one too few is not. */
static bool is_camera(const struct sysroot *root, const struct media_node *node)
{
	cleanup(free_ptr) char *bytes = NULL;
	bool known = false, captures = true;
	char path[64];
	size_t len;

	snprintf(path, sizeof(path), "run/udev/data/c%u:%u", major(node->number),
		minor(node->number));
	if (sysroot_read(root, path, UDEV_ENTRY_MAX, &bytes, &len) == 0) {
		captures = media_udev_captures((struct span){bytes, len}, &known);
	}
	if (known) {
		return captures;
	}
	return media_probe_captures(root, node, &captures) == 0 ? captures : true;
}

static bool take_video(const struct sysroot *root, const char *name, struct media_node *node)
{
	char path[96];
	unsigned n;

	if (name_number(span_z(name), "video", &n) < 0) {
		return false;
	}
	*node = (struct media_node){.device = MEDIA_CAMERA, .card = n};
	snprintf(node->path, sizeof(node->path), "dev/%.20s", name);
	snprintf(path, sizeof(path), "sys/class/video4linux/%.20s/dev", name);
	return read_number(root, path, &node->number) == 0 && is_camera(root, node);
}

/* "pcmC0D0c" captures, "pcmC0D0p" plays */
static bool take_sound(const struct sysroot *root, const char *name, struct media_node *node)
{
	struct span rest = span_z(name), card, pcm;
	char path[96], side;

	*node = (struct media_node){.device = MEDIA_MICROPHONE};
	if (rest.len < strlen("pcmC0D0c") || rest.len > 20) {
		return false;
	}
	side = name[rest.len - 1];
	rest.len--;
	if ((side != 'c' && side != 'p') || !span_next(&rest, 'D', &card) ||
		!span_next(&rest, 'D', &pcm) || rest.p ||
		name_number(card, "pcmC", &node->card) < 0 ||
		name_number(pcm, "", &node->pcm) < 0) {
		return false;
	}
	node->device = side == 'c' ? MEDIA_MICROPHONE : MEDIA_SPEAKER;
	snprintf(node->path, sizeof(node->path), "dev/snd/%.20s", name);
	snprintf(path, sizeof(path), "sys/class/sound/%.20s/dev", name);
	return read_number(root, path, &node->number) == 0;
}

typedef bool (*take_fn)(const struct sysroot *root, const char *name, struct media_node *node);

static int read_class(
	const struct sysroot *root, const char *class, take_fn take, struct media_nodes *nodes)
{
	struct sysroot_names names = {0};
	int r = sysroot_list(root, class, &names);

	if (r == FD_E_MISSING) {
		return 0;
	}
	for (size_t i = 0; r == 0 && i < names.len; i++) {
		struct media_node node;

		if (!take(root, names.names[i], &node)) {
			continue;
		}
		if (nodes->len == MEDIA_NODES_MAX) {
			nodes->more = true;
			break;
		}
		nodes->items[nodes->len++] = node;
	}
	sysroot_names_finish(&names);
	/* what cannot be listed may be there */
	nodes->more = nodes->more || (r != 0 && r != -ENOMEM);
	return r == -ENOMEM ? r : 0;
}

static int compare(const void *a, const void *b)
{
	const struct media_node *x = a, *y = b;

	if (x->device != y->device) {
		return x->device < y->device ? -1 : 1;
	}
	if (x->card != y->card) {
		return x->card < y->card ? -1 : 1;
	}
	return x->pcm < y->pcm ? -1 : x->pcm > y->pcm;
}

int media_nodes_read(const struct sysroot *root, struct media_nodes *ret_nodes)
{
	struct media_nodes *nodes = ret_nodes;
	int r;

	nodes->root = root;
	nodes->len = 0;
	nodes->more = false;
	r = read_class(root, "sys/class/video4linux", take_video, nodes);
	if (r == 0) {
		r = read_class(root, "sys/class/sound", take_sound, nodes);
	}
	qsort(nodes->items, nodes->len, sizeof(nodes->items[0]), compare);
	return r;
}

bool media_nodes_are_same(const struct media_nodes *a, const struct media_nodes *b)
{
	if (a->len != b->len || a->more != b->more) {
		return false;
	}
	for (size_t i = 0; i < a->len; i++) {
		if (a->items[i].number != b->items[i].number ||
			strcmp(a->items[i].path, b->items[i].path) != 0) {
			return false;
		}
	}
	return true;
}
