/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Facts about one person's account: what their desktop and their programs are set to, and what lies
 * in the few folders that the catalogue names. Read by caretaker-home with that person's own
 * rights; root never looks below a home. Each fact is one number of a closed list, so no name, path
 * or text of a person can be said by it.
 */
#pragma once

#include "base.h"
#include "sysroot.h"

#include <sys/types.h>

/* What is read together; a group is looked at only when a control that needs it is on. */
#define PERSONAL_GROUPS(X)          \
	X(DESKTOP, "desktop")       \
	X(RECORDINGS, "recordings") \
	X(CLIENTS, "clients")       \
	X(BROWSERS, "browsers")     \
	X(REMOTE, "remote")         \
	X(APPS, "apps")             \
	X(BACKUP, "backup")         \
	X(SANDBOX, "sandbox")       \
	X(AUTOSTART, "autostart")   \
	X(SHOWN, "shown")

enum personal_group {
#define X(name, code) PERSONAL_GROUP_##name,
	PERSONAL_GROUPS(X)
#undef X
		PERSONAL_GROUP_COUNT,
};

/*
 * X(GROUP, NAME, "code"). Every value is 0 or more. Yes-or-no facts are 1 and 0; durations and
 * times say their unit in their name; an age is told as the time at which it began. Sources and
 * rules stand beside the collector of the group, platform/linux/personal-GROUP.c.
 */
#define PERSONAL_FACTS(X)                                                                          \
	/* a graphical session can be chosen at sign-in; what follows is of the worst of them */   \
	X(DESKTOP, DESKTOP, "desktop")                                                             \
	/* idling until the screen is locked; ABSENT: it never is */                               \
	X(DESKTOP, LOCK_AFTER_S, "lock-after-seconds")                                             \
	/* and the person cannot change that */                                                    \
	X(DESKTOP, LOCK_FIXED, "lock-fixed")                                                       \
	/* locked when the machine wakes up */                                                     \
	X(DESKTOP, LOCK_ON_RESUME, "lock-on-resume")                                               \
	/* nothing that a medium brings is started or offered to be started */                     \
	X(DESKTOP, AUTORUN_OFF, "autorun-off")                                                     \
	/* and the person cannot change that */                                                    \
	X(DESKTOP, AUTORUN_FIXED, "autorun-fixed")                                                 \
	/* the desktop tells no program where the device is, unless the person changes that */     \
	X(DESKTOP, LOCATION_OFF, "location-off")                                                   \
	/* recordings in the known places; how many of them are encrypted each on its own          \
	 * (fscrypt), may be opened by others, lie in a shared folder */                           \
	X(RECORDINGS, RECORDINGS_COUNT, "count")                                                   \
	X(RECORDINGS, RECORDINGS_SEALED, "sealed")                                                 \
	X(RECORDINGS, RECORDINGS_EXPOSED, "exposed")                                               \
	X(RECORDINGS, RECORDINGS_SHARED, "shared")                                                 \
	/* some of the places could not be looked at, of some shares or access lists cannot be     \
	 * told */                                                                                 \
	X(RECORDINGS, RECORDINGS_UNSEEN, "unseen")                                                 \
	X(RECORDINGS, RECORDINGS_ACCESS_UNSEEN, "access-unseen")                                   \
	/* days since 1970 */                                                                      \
	X(RECORDINGS, RECORDINGS_NEWEST_DAY, "newest-day")                                         \
	X(RECORDINGS, RECORDINGS_OLDEST_DAY, "oldest-day")                                         \
	/* block devices of those not sealed, as /proc/1/mountinfo tells them: major << 20 | minor \
	 */                                                                                        \
	X(RECORDINGS, RECORDINGS_DEVICE_1, "device-1")                                             \
	X(RECORDINGS, RECORDINGS_DEVICE_2, "device-2")                                             \
	X(RECORDINGS, RECORDINGS_DEVICE_3, "device-3")                                             \
	X(RECORDINGS, RECORDINGS_DEVICES_UNSEEN, "devices-unseen")                                 \
	/* PERSONAL_SYNC_* of the folders they lie in */                                           \
	X(RECORDINGS, RECORDINGS_SYNC, "sync")                                                     \
	/* screen recorders that the person has installed for themselves */                        \
	X(RECORDINGS, RECORDINGS_RECORDERS, "recorders")                                           \
	/* REMOTE_TOOL_BIT()s of remote-tools.h: what waits for connections with the session */    \
	X(REMOTE, REMOTE_TOOLS, "tools")                                                           \
	X(REMOTE, REMOTE_UNSEEN, "remote-unseen")                                                  \
	/* days since 1970: the last that succeeded, the last that wrote anything */               \
	X(BACKUP, BACKUP_DEJA_DUP_DAY, "deja-dup-day")                                             \
	X(BACKUP, BACKUP_BORG_DAY, "borg-day")                                                     \
	/* flatpaks of the person, and those for all as the person heard of them: how many there   \
	 * are, wait for an update, are held; days since 1970 of the oldest update of each kind,   \
	 * and of what was heard the longest ago; ABSENT: never */                                 \
	X(APPS, APPS_OWN, "apps-own")                                                              \
	X(APPS, APPS_OWN_WAITING, "apps-own-waiting")                                              \
	X(APPS, APPS_OWN_HELD, "apps-own-held")                                                    \
	X(APPS, APPS_OWN_SINCE_DAY, "apps-own-since-day")                                          \
	X(APPS, APPS_OWN_HELD_SINCE_DAY, "apps-own-held-since-day")                                \
	X(APPS, APPS_OWN_HEARD_DAY, "apps-own-heard-day")                                          \
	X(APPS, APPS_SHARED, "apps-shared")                                                        \
	X(APPS, APPS_SHARED_WAITING, "apps-shared-waiting")                                        \
	X(APPS, APPS_SHARED_HELD, "apps-shared-held")                                              \
	X(APPS, APPS_SHARED_SINCE_DAY, "apps-shared-since-day")                                    \
	X(APPS, APPS_SHARED_HELD_SINCE_DAY, "apps-shared-held-since-day")                          \
	X(APPS, APPS_SHARED_HEARD_DAY, "apps-shared-heard-day")                                    \
	/* ways in which the desktop can send reports of crashes or usage; how many of them do */  \
	X(CLIENTS, REPORTS_CHANNELS, "reports-channels")                                           \
	X(CLIENTS, REPORTS_ON, "reports-on")                                                       \
	X(CLIENTS, REPORTS_UNSEEN, "reports-unseen")                                               \
	/* entries that start a meeting program with the session */                                \
	X(AUTOSTART, AUTOSTART_CLIENTS, "autostart-clients")                                       \
	X(AUTOSTART, AUTOSTART_UNSEEN, "autostart-unseen")                                         \
	/* the person has a session in which something can be shown; numbers of exemptions that    \
	 * they were shown in it (shown.h), the newest first */                                    \
	X(SHOWN, SHOWN_BUS, "shown-bus")                                                           \
	X(SHOWN, SHOWN_1, "shown-1")                                                               \
	X(SHOWN, SHOWN_2, "shown-2")                                                               \
	X(SHOWN, SHOWN_3, "shown-3")                                                               \
	X(SHOWN, SHOWN_4, "shown-4")                                                               \
	/* flatpaks that this person can start; those that may use the camera and are on no list;  \
	 * the portal has a file of answers; some of it could not be read */                       \
	X(SANDBOX, SANDBOX_APPS, "sandbox-apps")                                                   \
	X(SANDBOX, SANDBOX_CAMERA_OTHERS, "sandbox-camera-others")                                 \
	X(SANDBOX, SANDBOX_STORE, "sandbox-store")                                                 \
	X(SANDBOX, SANDBOX_UNSEEN, "sandbox-unseen")

enum personal_fact {
#define X(group, name, code) PERSONAL_##name,
	PERSONAL_FACTS(X)
#undef X
		PERSONAL_FACT_COUNT,
};

#define PERSONAL_SHOWN_N 4

/* What copies a folder to elsewhere; bits of one fact */
#define PERSONAL_SYNC_NEXTCLOUD 1U /* and ownCloud */
#define PERSONAL_SYNC_DROPBOX 2U
#define PERSONAL_SYNC_ONEDRIVE 4U
#define PERSONAL_SYNC_RCLONE 8U
#define PERSONAL_SYNC_GVFS 16U
#define PERSONAL_SYNC_SYNCTHING 32U
#define PERSONAL_SYNC_OTHER 64U
#define PERSONAL_SYNC_UNKNOWN 128U /* a file system of a program not known here */

/* In place of a value */
#define PERSONAL_NOT_SEEN INT64_MIN	/* could not be read, or nobody looked */
#define PERSONAL_ABSENT (INT64_MIN + 1) /* there is no such thing in this account */

struct personal {
	int64_t values[PERSONAL_FACT_COUNT];
};

const char *personal_fact_code(enum personal_fact fact);
const char *personal_group_code(enum personal_group group);
enum personal_group personal_fact_group(enum personal_fact fact);
/* -EINVAL on any other word */
must_check int personal_group_parse(struct span word, enum personal_group *ret_group);
/* Every fact PERSONAL_NOT_SEEN */
void personal_init(struct personal *personal);

struct personal_place {
	const struct sysroot *root; /* settings of the machine that a person's settings rest on */
	int home;		    /* directory fd; below it only homefiles.h opens anything */
	uid_t uid;
	int64_t now_s; /* wall second */
};
/*
 * Looks at the groups whose bit (1 << group) is set. What cannot be read stays NOT_SEEN; only
 * -ENOMEM is an error.
 */
must_check int personal_read(
	const struct personal_place *place, unsigned groups, struct personal *ret_personal);

/*
 * What those facts hang on, whether or not it is there yet: "~/..." below the home or "/..." below
 * the root; one that ends in "/" is a directory with all names in it. The list may be another one
 * after each change. fn's first error ends it and is given back; -ENOMEM.
 */
typedef int (*personal_path_fn)(const char *path, void *data);
must_check int personal_watch(
	const struct personal_place *place, unsigned groups, personal_path_fn fn, void *data);
