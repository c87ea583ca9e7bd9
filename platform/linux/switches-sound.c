/* SPDX-License-Identifier: Apache-2.0 */
#include "switches-parts.h"

#include <stdio.h>
#include <string.h>

#define SOUND "sys/class/sound"
/* bInterfaceClass, USB Audio Class 1.0; bInterfaceSubClass: notes, no sound */
#define CLASS_AUDIO "01"
#define SUBCLASS_MIDI "03"

/* Sound that no air carries: what one program plays, another records. */
static const char *const loops[] = {"snd_aloop"};

/* "pcmC0D1c": card 0, device 1 (Documentation/sound/designs/procfile.rst) */
bool switches_stream_runs(const struct switches_look *look, const char *name)
{
	cleanup(sysroot_names_finish) struct sysroot_names subs = {0};
	unsigned card, device;
	struct switches_path folder;

	if (sscanf(name, "pcmC%uD%uc", &card, &device) != 2) {
		return false;
	}
	folder = switches_path_of("proc/asound/card%u/pcm%uc", card, device);
	if (sysroot_list(look->root, folder.text, &subs) != 0) {
		return false;
	}
	for (size_t i = 0; i < subs.len; i++) {
		struct switches_path status =
			switches_path_of("%s/%s/status", folder.text, subs.names[i]);

		if (strncmp(subs.names[i], "sub", 3) == 0 &&
			sysroot_exists(look->root, status.text) &&
			!switches_value_is(look->root, status, "closed")) {
			return true;
		}
	}
	return false;
}

/* "1-1:1.0" is an interface of the device "1-1". */
static bool same_device(const char *interface, const char *other)
{
	size_t len = strcspn(interface, ":");

	return interface[len] == ':' && strncmp(interface, other, len + 1) == 0;
}

/* The interface or device that a card hangs on */
static void card_device(
	const struct switches_look *look, unsigned card, char name[SWITCHES_NAME_MAX + 1])
{
	switches_link_name(look->root, switches_path_of(SOUND "/card%u/device", card), name);
}

/* Whether anything of this USB device plays */
static bool device_plays(
	const struct switches_look *look, const struct sysroot_names *sound, const char *interface)
{
	for (size_t i = 0; i < sound->len; i++) {
		char device[SWITCHES_NAME_MAX + 1];
		unsigned card, pcm;
		char way;

		if (sscanf(sound->names[i], "pcmC%uD%u%c", &card, &pcm, &way) != 3 || way != 'p') {
			continue;
		}
		card_device(look, card, device);
		if (same_device(interface, device)) {
			return true;
		}
	}
	return false;
}

static bool is_audio(const struct switches_look *look, const char *interface)
{
	return switches_value_is(look->root,
		       switches_path_of(SWITCHES_USB_DEVICES "/%s/bInterfaceClass", interface),
		       CLASS_AUDIO) &&
	       !switches_value_is(look->root,
		       switches_path_of(SWITCHES_USB_DEVICES "/%s/bInterfaceSubClass", interface),
		       SUBCLASS_MIDI);
}

static void add_audio_of(const struct switches_look *look, const struct sysroot_names *interfaces,
	const char *interface)
{
	for (size_t i = 0; i < interfaces->len; i++) {
		if (same_device(interface, interfaces->names[i]) &&
			is_audio(look, interfaces->names[i])) {
			switches_add_usb(look, SWITCHES_MICROPHONE, interfaces->names[i]);
		}
	}
}

static bool is_loop(const struct switches_look *look, unsigned card)
{
	char driver[SWITCHES_NAME_MAX + 1];

	switches_link_name(
		look->root, switches_path_of(SOUND "/card%u/device/driver", card), driver);
	return switches_among(loops, ARRAY_LEN(loops), driver);
}

static void look_capture(const struct switches_look *look, const struct sysroot_names *interfaces,
	const struct sysroot_names *sound, const char *node)
{
	char device[SWITCHES_NAME_MAX + 1];
	unsigned card, pcm;
	char way;

	if (sscanf(node, "pcmC%uD%u%c", &card, &pcm, &way) != 3 || way != 'c' ||
		!switches_name_valid(node) || is_loop(look, card)) {
		return;
	}
	card_device(look, card, device);
	if (strchr(device, ':') &&
		sysroot_exists(look->root,
			switches_path_of(SWITCHES_USB_DEVICES "/%s/authorized", device).text) &&
		!device_plays(look, sound, device)) {
		add_audio_of(look, interfaces, device);
	} else {
		switches_add_node(look, SWITCHES_MICROPHONE, node);
	}
}

/* The nodes of an older way to sound play and record in one: they cannot be taken away. */
static bool is_older_node(const char *name)
{
	return strncmp(name, "dsp", 3) == 0 || strncmp(name, "adsp", 4) == 0 ||
	       strncmp(name, "audio", 5) == 0;
}

int switches_look_microphones(
	const struct switches_look *look, const struct sysroot_names *interfaces)
{
	cleanup(sysroot_names_finish) struct sysroot_names sound = {0};
	int r = sysroot_list(look->root, SOUND, &sound);

	for (size_t i = 0; i < interfaces->len; i++) {
		const char *name = interfaces->names[i];

		/* what is off has no card that could tell which way it goes */
		if (is_audio(look, name) &&
			switches_value_is(look->root,
				switches_path_of(SWITCHES_USB_DEVICES "/%s/authorized", name),
				"0")) {
			switches_add_usb(look, SWITCHES_MICROPHONE, name);
		}
	}
	for (size_t i = 0; r == 0 && i < sound.len; i++) {
		look_capture(look, interfaces, &sound, sound.names[i]);
		if (is_older_node(sound.names[i]) && switches_name_valid(sound.names[i])) {
			switches_add_no_way(look, SWITCHES_MICROPHONE, sound.names[i]);
		}
	}
	return r == -ENOMEM ? r : 0;
}
