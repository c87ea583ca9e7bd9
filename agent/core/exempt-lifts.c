/* SPDX-License-Identifier: Apache-2.0 */
#include "exempt-lifts.h"

#include "gates.h"

#include <string.h>

const struct exempt_lift exempt_lift_rows[] = {
	/* Chromium, and what is built on it, by policy */
	{EXEMPTION_CAMERA, NULL, "VideoCaptureAllowed"},
	{EXEMPTION_CAMERA, "teams-for-linux", "teams-for-linux:camera"},
	{EXEMPTION_MICROPHONE, "teams-for-linux", "teams-for-linux:audio-record"},
	{EXEMPTION_CAMERA, "zoom", "zoom-client:camera"},
	{EXEMPTION_MICROPHONE, "zoom", "zoom-client:audio-record"},
	{EXEMPTION_MICROPHONE, NULL, "AudioCaptureAllowed"},
	{EXEMPTION_SCREEN_CAPTURE, NULL, "ScreenCaptureAllowed"},
	{EXEMPTION_CAMERA, "firefox", "policies.Permissions.Camera.*"},
	{EXEMPTION_MICROPHONE, "firefox", "policies.Permissions.Microphone.*"},
	{EXEMPTION_SCREEN_CAPTURE, "firefox", "policies.Permissions.ScreenShare.*"},
	{EXEMPTION_CAMERA, "gnome-desktop", "org/gnome/desktop/privacy.disable-camera"},
	{EXEMPTION_RECORDING, "gnome-desktop",
		"org/gnome/shell/keybindings.show-screen-recording-ui"},
	{EXEMPTION_RECORDING, "linphone", "ui.automatically_record_calls"},
	{EXEMPTION_RECORDING, "linphone", "ui.call_recorder_enabled"},
	{EXEMPTION_SCREEN_CAPTURE, "mattermost-desktop", "{each}.screenShare.*"},
	{EXEMPTION_RECORDING, "obs-studio", "BasicWindow.*"},
	{EXEMPTION_CAMERA, "signal-desktop", "mediaCameraPermissions"},
	{EXEMPTION_RECORDING, "zoom", "Context.filesystems.!xdg-documents/Zoom"},
	/* what has a recording gate */
	{EXEMPTION_RECORDING, NULL, GATES_KEY},
};
const size_t exempt_lift_rows_len = ARRAY_LEN(exempt_lift_rows);

static bool is_like(const char *key, const char *like)
{
	size_t len = strlen(like);

	return like[len - 1] == '*' ? strncmp(key, like, len - 1) == 0 : strcmp(key, like) == 0;
}

bool exempt_lifts(unsigned features, const char *client, const char *key)
{
	for (size_t i = 0; features != 0 && i < ARRAY_LEN(exempt_lift_rows); i++) {
		const struct exempt_lift *row = &exempt_lift_rows[i];

		if ((features & 1U << row->feature) != 0 &&
			(!row->client || strcmp(row->client, client) == 0) &&
			is_like(key, row->key)) {
			return true;
		}
	}
	return false;
}
