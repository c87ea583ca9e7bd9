/* SPDX-License-Identifier: Apache-2.0 */
#include "meeting-programs.h"
#include "autostart.h"

#include <string.h>

/* Sorted. Exact: a name that only begins alike is somebody else's. */
static const char *const programs[] = {
	"CiscoCollabHost",
	"Discord",
	"Telegram",
	"ZoomLauncher",
	"chat.rocket.RocketChat",
	"com.discordapp.Discord",
	"com.github.IsmaelMartinez.teams_for_linux",
	"com.mattermost.Desktop",
	"com.skype.Client",
	"com.slack.Slack",
	"discord",
	"element-desktop",
	"ferdium",
	"im.riot.Riot",
	"jami",
	"jitsi-meet-electron",
	"linphone",
	"mattermost-desktop",
	"mumble",
	"net.jami.Jami",
	"org.ferdium.Ferdium",
	"org.jitsi.jitsi-meet",
	"org.signal.Signal",
	"org.telegram.desktop",
	"rocketchat",
	"rocketchat-desktop",
	"signal-desktop",
	"skype",
	"skypeforlinux",
	"slack",
	"teams",
	"teams-for-linux",
	"telegram-desktop",
	"us.zoom.Zoom",
	"webex",
	"zoom",
	"zoom-client",
};

bool meeting_programs_name(struct span word)
{
	for (size_t i = 0; i < ARRAY_LEN(programs); i++) {
		if (span_eq(word, programs[i])) {
			return true;
		}
	}
	return false;
}

bool meeting_programs_start(struct span command)
{
	struct span word;

	while (autostart_word_next(&command, &word)) {
		if (meeting_programs_name(word)) {
			return true;
		}
	}
	return false;
}

static bool cut(struct span *name, const char *prefix)
{
	size_t len = strlen(prefix);

	if (name->len <= len || memcmp(name->p, prefix, len) != 0) {
		return false;
	}
	*name = (struct span){name->p + len, name->len - len};
	return true;
}

bool meeting_programs_unit(const char *unit)
{
	const char *dot = strrchr(unit, '.');
	struct span name = {unit, dot ? (size_t)(dot - unit) : strlen(unit)};

	if (cut(&name, "snap.")) {
		const char *end = memchr(name.p, '.', name.len);

		name.len = end ? (size_t)(end - name.p) : name.len;
	} else {
		(void)cut(&name, "app-flatpak-");
	}
	return meeting_programs_name(name);
}
