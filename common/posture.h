/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The words of a verdict: states and reason codes. Agent and server share them; both enums are
 * closed, so a report with any other word is refused.
 */
#pragma once

#include "base.h"
#include "str.h"

enum posture_state {
	POSTURE_UNKNOWN, /* could not see; where every check starts */
	POSTURE_PASS,
	POSTURE_FAIL,
	POSTURE_NA,	/* does not apply to this device */
	POSTURE_EXEMPT, /* a valid exemption runs */
	POSTURE_ERROR,	/* set by the engine alone: the check itself failed */
};
#define POSTURE_STATE_COUNT 6

/* X(NAME, "code"): sorted by code; each has a text "reason.CODE" in every catalogue. */
#define POSTURE_REASONS(X)                                      \
	X(ACCOUNT_CLOSED, "account-closed")                     \
	X(ACCOUNT_SILENT, "account-silent")                     \
	X(ADD_ONS_FREE, "add-ons-free")                         \
	X(ADD_ONS_LIMITED, "add-ons-limited")                   \
	X(ADMIN_DAILY, "admin-daily")                           \
	X(AGE_NOT_KNOWN, "age-not-known")                       \
	X(AGENT_CHANGED, "agent-changed")                       \
	X(AGENT_GENUINE, "agent-genuine")                       \
	X(ALL_ENCRYPTED, "all-encrypted")                       \
	X(ALTERNATIVE_CONTROL, "alternative-control")           \
	X(APP_MAY_FILM, "app-may-film")                         \
	X(APP_PERMISSIONS_UNSEEN, "app-permissions-unseen")     \
	X(APPROVED_MISSING, "approved-missing")                 \
	X(APPS_APPROVED_ONLY, "apps-approved-only")             \
	X(ATTESTED_LONG_AGO, "attested-long-ago")               \
	X(AUTO_UPDATES_NO_SECURITY, "auto-updates-no-security") \
	X(AUTO_UPDATES_OFF, "auto-updates-off")                 \
	X(AUTO_UPDATES_ON, "auto-updates-on")                   \
	X(AUTO_UPDATES_STALLED, "auto-updates-stalled")         \
	X(AUTOLOGIN_OFF, "autologin-off")                       \
	X(AUTOLOGIN_ON, "autologin-on")                         \
	X(AUTORUN_CHANGEABLE, "autorun-changeable")             \
	X(AUTORUN_OFF, "autorun-off")                           \
	X(AUTORUN_ON, "autorun-on")                             \
	X(AUTOSTART_UNSEEN, "autostart-unseen")                 \
	X(AV_ABSENT, "av-absent")                               \
	X(AV_ACTIVE, "av-active")                               \
	X(AV_STOPPED, "av-stopped")                             \
	X(BACKUP_NOT_PROVED, "backup-not-proved")               \
	X(BACKUP_OLD, "backup-old")                             \
	X(BACKUP_RECENT, "backup-recent")                       \
	X(BACKUP_TOOL_UNKNOWN, "backup-tool-unknown")           \
	X(BELOW_MINIMUM, "below-minimum")                       \
	X(CAPTURE_LIMITED, "capture-limited")                   \
	X(CAPTURE_OPEN, "capture-open")                         \
	X(CHECK_FAILED, "check-failed")                         \
	X(CLIENT_AUTOSTARTS, "client-autostarts")               \
	X(CLIENT_NOT_APPROVED, "client-not-approved")           \
	X(CLIENT_SOURCE, "client-source")                       \
	X(CLIENTS_APPROVED, "clients-approved")                 \
	X(CLIENTS_BY_HAND, "clients-by-hand")                   \
	X(CLOCK_NOT_TRUSTED, "clock-not-trusted")               \
	X(CONFINED, "confined")                                 \
	X(CONFINEMENT_OFF, "confinement-off")                   \
	X(CONFINEMENT_PERMISSIVE, "confinement-permissive")     \
	X(COOKIES_LIMITED, "cookies-limited")                   \
	X(COOKIES_OPEN, "cookies-open")                         \
	X(DESKTOP_UNKNOWN, "desktop-unknown")                   \
	X(DIAGNOSTICS_OFF, "diagnostics-off")                   \
	X(DIAGNOSTICS_ON, "diagnostics-on")                     \
	X(DIRECTORY_ACCOUNTS, "directory-accounts")             \
	X(DISABLED_BY_POLICY, "disabled-by-policy")             \
	X(DNS_ELSEWHERE, "dns-elsewhere")                       \
	X(DNS_FIXED, "dns-fixed")                               \
	X(DNS_NOT_FIXED, "dns-not-fixed")                       \
	X(DOWNLOADS_FREE, "downloads-free")                     \
	X(DOWNLOADS_GUARDED, "downloads-guarded")               \
	X(EMPTY_PASSWORD, "empty-password")                     \
	X(ENROLLED, "enrolled")                                 \
	X(EVALUATION_LIMIT, "evaluation-limit")                 \
	X(EXEMPTION_ENDING, "exemption-ending")                 \
	X(EXEMPTION_IN_ORDER, "exemption-in-order")             \
	X(EXEMPTION_NOT_SHOWN, "exemption-not-shown")           \
	X(EXEMPTION_OUTLIVED, "exemption-outlived")             \
	X(EXEMPTION_RUNS, "exemption-runs")                     \
	X(EXEMPTION_SHOWING, "exemption-showing")               \
	X(EXEMPTION_SHOWN, "exemption-shown")                   \
	X(EXEMPTION_UNSEEN, "exemption-unseen")                 \
	X(EXTRA_ORIGIN, "extra-origin")                         \
	X(FILES_ON_SERVER, "files-on-server")                   \
	X(FILTER_ABSENT, "filter-absent")                       \
	X(FILTER_ACTIVE, "filter-active")                       \
	X(FILTER_NOT_NAMED, "filter-not-named")                 \
	X(FILTER_PARTLY, "filter-partly")                       \
	X(FIREWALL_ABSENT, "firewall-absent")                   \
	X(FIREWALL_DENIES, "firewall-denies")                   \
	X(FIREWALL_KEPT, "firewall-kept")                       \
	X(FIREWALL_OPEN, "firewall-open")                       \
	X(FIREWALL_OWNER_UNCLEAR, "firewall-owner-unclear")     \
	X(FIREWALL_PASSING, "firewall-passing")                 \
	X(FIRMWARE_CONDITIONAL, "firmware-conditional")         \
	X(FIRMWARE_CURRENT, "firmware-current")                 \
	X(FIRMWARE_NO_LIST, "firmware-no-list")                 \
	X(FIRMWARE_NOT_LISTED, "firmware-not-listed")           \
	X(FIRMWARE_OVERDUE, "firmware-overdue")                 \
	X(FIRMWARE_RECENT, "firmware-recent")                   \
	X(FIX_HELD, "fix-held")                                 \
	X(FIX_INTERRUPTED, "fix-interrupted")                   \
	X(FIX_OVERDUE, "fix-overdue")                           \
	X(FIX_PHASED, "fix-phased")                             \
	X(FIX_PINNED, "fix-pinned")                             \
	X(FIX_RECENT, "fix-recent")                             \
	X(FIX_UNMARKED, "fix-unmarked")                         \
	X(FORMAT_UNKNOWN, "format-unknown")                     \
	X(GATE_IMPOSSIBLE, "gate-impossible")                   \
	X(GATE_IN_PLACE, "gate-in-place")                       \
	X(GATE_NOT_NAMED, "gate-not-named")                     \
	X(GATE_NOT_TAKEN, "gate-not-taken")                     \
	X(GATE_OF_OTHERS, "gate-of-others")                     \
	X(GRACE_PERIOD, "grace-period")                         \
	X(GUESSING_FREE, "guessing-free")                       \
	X(GUESSING_LIMITED, "guessing-limited")                 \
	X(HTTPS_FIRST, "https-first")                           \
	X(HTTPS_NOT_FIXED, "https-not-fixed")                   \
	X(HTTPS_OFF, "https-off")                               \
	X(IMAGE_BASED, "image-based")                           \
	X(IMAGE_OLD, "image-old")                               \
	X(IMAGE_RECENT, "image-recent")                         \
	X(INDEX_EXPIRED, "index-expired")                       \
	X(INDEX_FRESH, "index-fresh")                           \
	X(INDEX_MISSING, "index-missing")                       \
	X(INDEX_STALE, "index-stale")                           \
	X(IPV6_COVERED, "ipv6-covered")                         \
	X(IPV6_OFF, "ipv6-off")                                 \
	X(IPV6_OPEN, "ipv6-open")                               \
	X(JOINS_MUTED, "joins-muted")                           \
	X(JOINS_OPEN, "joins-open")                             \
	X(KIOSK, "kiosk")                                       \
	X(LEFT_ON, "left-on")                                   \
	X(LEGACY_BOOT, "legacy-boot")                           \
	X(LEGACY_SERVICE, "legacy-service")                     \
	X(LIVE_ONLY, "live-only")                               \
	X(LIVE_PATCHED, "live-patched")                         \
	X(LOCATION_OFF, "location-off")                         \
	X(LOCATION_ON, "location-on")                           \
	X(LOCK_CHANGEABLE, "lock-changeable")                   \
	X(LOCK_ENDLESS, "lock-endless")                         \
	X(LOCK_IN_TIME, "lock-in-time")                         \
	X(LOCK_LATE, "lock-late")                               \
	X(LOCK_NEVER, "lock-never")                             \
	X(MANAGER_UNKNOWN, "manager-unknown")                   \
	X(MANIFEST_MISSING, "manifest-missing")                 \
	X(MINIMUM_MET, "minimum-met")                           \
	X(MINIMUM_MISSING, "minimum-missing")                   \
	X(NETWORK_TRUSTED, "network-trusted")                   \
	X(NO_ACCOUNTS, "no-accounts")                           \
	X(NO_ADVISORIES, "no-advisories")                       \
	X(NO_BROWSER, "no-browser")                             \
	X(NO_CAMERA, "no-camera")                               \
	X(NO_CLIENT, "no-client")                               \
	X(NO_CONFINEMENT, "no-confinement")                     \
	X(NO_DESKTOP, "no-desktop")                             \
	X(NO_DESKTOP_SESSION, "no-desktop-session")             \
	X(NO_DIAGNOSTICS, "no-diagnostics")                     \
	X(NO_DNS_FILTER, "no-dns-filter")                       \
	X(NO_EMPTY_PASSWORD, "no-empty-password")               \
	X(NO_EXEMPTION, "no-exemption")                         \
	X(NO_IPV6, "no-ipv6")                                   \
	X(NO_LEGACY_SERVICE, "no-legacy-service")               \
	X(NO_MICROPHONE, "no-microphone")                       \
	X(NO_NETWORK, "no-network")                             \
	X(NO_OWN_DISK, "no-own-disk")                           \
	X(NO_OWN_NETWORK, "no-own-network")                     \
	X(NO_PROVIDER, "no-provider")                           \
	X(NO_RADIO, "no-radio")                                 \
	X(NO_RECORDER, "no-recorder")                           \
	X(NO_RECORDING_CLIENT, "no-recording-client")           \
	X(NO_RECORDINGS, "no-recordings")                       \
	X(NO_REMOTE_ADMIN, "no-remote-admin")                   \
	X(NO_REMOTE_TOOL, "no-remote-tool")                     \
	X(NO_SANDBOXED_APPS, "no-sandboxed-apps")               \
	X(NO_SECOND_FACTOR, "no-second-factor")                 \
	X(NO_SSH, "no-ssh")                                     \
	X(NO_SUDO, "no-sudo")                                   \
	X(NO_SWAP, "no-swap")                                   \
	X(NO_UPDATABLE_HARDWARE, "no-updatable-hardware")       \
	X(NO_UPDATE_CHANNEL, "no-update-channel")               \
	X(NOBODY_SIGNED_IN, "nobody-signed-in")                 \
	X(NOT_AGREED, "not-agreed")                             \
	X(NOT_CONNECTED, "not-connected")                       \
	X(NOT_ENCRYPTED, "not-encrypted")                       \
	X(NOT_FOLLOWED, "not-followed")                         \
	X(NOT_LEFT_ON, "not-left-on")                           \
	X(NOT_PERMITTED, "not-permitted")                       \
	X(NOTHING_KEPT, "nothing-kept")                         \
	X(NOTHING_LEFT, "nothing-left")                         \
	X(OLD_FIREWALL_UNREAD, "old-firewall-unread")           \
	X(ON_ACCESS_OFF, "on-access-off")                       \
	X(ON_ACCESS_ON, "on-access-on")                         \
	X(ON_ACCESS_PARTLY, "on-access-partly")                 \
	X(ONE_OWNER, "one-owner")                               \
	X(OWE_UNAUTHENTICATED, "owe-unauthenticated")           \
	X(PARENTS_CHOICE, "parents-choice")                     \
	X(PASSWORDS_LONG, "passwords-long")                     \
	X(PASSWORDS_SHORT, "passwords-short")                   \
	X(PER_PERSON, "per-person")                             \
	X(PERMISSION_STORE_ABSENT, "permission-store-absent")   \
	X(POLICY_NOT_GENUINE, "policy-not-genuine")             \
	X(POLICY_WENT_BACK, "policy-went-back")                 \
	X(PRIVATE_DEVICE, "private-device")                     \
	X(PROVIDER_NOT_SEEN, "provider-not-seen")               \
	X(QUEUE_LONG, "queue-long")                             \
	X(QUEUE_OLD, "queue-old")                               \
	X(QUEUE_SHORT, "queue-short")                           \
	X(RECORDER_INSTALLED, "recorder-installed")             \
	X(RECORDING_OFF, "recording-off")                       \
	X(RECORDING_OPEN, "recording-open")                     \
	X(RECORDINGS_ENCRYPTED, "recordings-encrypted")         \
	X(RECORDINGS_PLAIN, "recordings-plain")                 \
	X(RECORDINGS_PRESENT, "recordings-present")             \
	X(RECORDINGS_PRIVATE, "recordings-private")             \
	X(RECORDINGS_READABLE, "recordings-readable")           \
	X(RECORDINGS_SHARED, "recordings-shared")               \
	X(RECORDINGS_STAY, "recordings-stay")                   \
	X(RECORDINGS_SYNCED, "recordings-synced")               \
	X(RECORDINGS_UNSEEN, "recordings-unseen")               \
	X(REMOTE_ROOT, "remote-root")                           \
	X(REMOTE_TOOL, "remote-tool")                           \
	X(REMOTE_TOOL_ALLOWED, "remote-tool-allowed")           \
	X(REPORT_EXTRA, "report-extra")                         \
	X(REPORT_MINIMAL, "report-minimal")                     \
	X(RESIDUE_LEFT, "residue-left")                         \
	X(RESOLVER_HIDDEN, "resolver-hidden")                   \
	X(RESTART_DONE, "restart-done")                         \
	X(RESTART_OVERDUE, "restart-overdue")                   \
	X(RESTART_RECENT, "restart-recent")                     \
	X(ROLLING, "rolling")                                   \
	X(RULES_UNCLEAR, "rules-unclear")                       \
	X(SAFE_BROWSING_OFF, "safe-browsing-off")               \
	X(SAFE_BROWSING_ON, "safe-browsing-on")                 \
	X(SAFE_SEARCH_OFF, "safe-search-off")                   \
	X(SAFE_SEARCH_ON, "safe-search-on")                     \
	X(SANDBOX_UNSEEN, "sandbox-unseen")                     \
	X(SANDBOX_WEAKENED, "sandbox-weakened")                 \
	X(SANDBOXED, "sandboxed")                               \
	X(SAVED_NONE_OPEN, "saved-none-open")                   \
	X(SAVED_OPEN, "saved-open")                             \
	X(SCAN_NOT_PROVED, "scan-not-proved")                   \
	X(SCAN_NOT_SCHEDULED, "scan-not-scheduled")             \
	X(SCAN_OVERDUE, "scan-overdue")                         \
	X(SCAN_PARTIAL, "scan-partial")                         \
	X(SCAN_RECENT, "scan-recent")                           \
	X(SECOND_FACTOR, "second-factor")                       \
	X(SECURE_BOOT_OFF, "secure-boot-off")                   \
	X(SECURE_BOOT_ON, "secure-boot-on")                     \
	X(SERVICE_OPEN, "service-open")                         \
	X(SERVICE_PERHAPS_OPEN, "service-perhaps-open")         \
	X(SERVICES_APPROVED, "services-approved")               \
	X(SESSION_UNSEEN, "session-unseen")                     \
	X(SETTINGS_NOT_READ, "settings-not-read")               \
	X(SHARES_UNSEEN, "shares-unseen")                       \
	X(SIGNATURES_AGEING, "signatures-ageing")               \
	X(SIGNATURES_FRESH, "signatures-fresh")                 \
	X(SIGNATURES_OLD, "signatures-old")                     \
	X(SLEEP_OFF, "sleep-off")                               \
	X(SOURCE_MISSING, "source-missing")                     \
	X(SOURCE_UNTRUSTED, "source-untrusted")                 \
	X(SOURCES_TRUSTED, "sources-trusted")                   \
	X(SSH_HARDENED, "ssh-hardened")                         \
	X(SSH_OFF, "ssh-off")                                   \
	X(SSH_PASSWORD, "ssh-password")                         \
	X(SSH_ROOT, "ssh-root")                                 \
	X(STAFF_DEVICE, "staff-device")                         \
	X(STANDARD_ACCOUNTS, "standard-accounts")               \
	X(STORAGE_UNKNOWN, "storage-unknown")                   \
	X(STREAMS_HIDDEN, "streams-hidden")                     \
	X(SUBSCRIPTION_MISSING, "subscription-missing")         \
	X(SUDO_ASKS, "sudo-asks")                               \
	X(SUDO_UNASKED, "sudo-unasked")                         \
	X(SUPPORT_ENDED, "support-ended")                       \
	X(SUPPORT_UNKNOWN, "support-unknown")                   \
	X(SUPPORTED, "supported")                               \
	X(SWAP_ENCRYPTED, "swap-encrypted")                     \
	X(SWAP_PLAIN, "swap-plain")                             \
	X(SWITCH_DIFFERS, "switch-differs")                     \
	X(SWITCH_NO_WAY, "switch-no-way")                       \
	X(SWITCH_NOT_CHOSEN, "switch-not-chosen")               \
	X(SWITCH_STILL_USED, "switch-still-used")               \
	X(SWITCH_UNREADABLE, "switch-unreadable")               \
	X(SWITCHED_AS_CHOSEN, "switched-as-chosen")             \
	X(SYNC_UNKNOWN, "sync-unknown")                         \
	X(TRUST_NOT_KNOWN, "trust-not-known")                   \
	X(UP_TO_DATE, "up-to-date")                             \
	X(UPDATES_RUNNING, "updates-running")                   \
	X(VPN_DOWN, "vpn-down")                                 \
	X(VPN_FULL, "vpn-full")                                 \
	X(VPN_MAY_SPLIT, "vpn-may-split")                       \
	X(VPN_NOT_NAMED, "vpn-not-named")                       \
	X(VPN_OFF, "vpn-off")                                   \
	X(VPN_SILENT, "vpn-silent")                             \
	X(VPN_SPLIT, "vpn-split")                               \
	X(VPN_UP, "vpn-up")                                     \
	X(WAKES_LOCKED, "wakes-locked")                         \
	X(WAKES_OPEN, "wakes-open")                             \
	X(WIFI_OPEN, "wifi-open")                               \
	X(WIFI_STRONG, "wifi-strong")                           \
	X(WIFI_TKIP, "wifi-tkip")                               \
	X(WIFI_WEP, "wifi-wep")

enum posture_reason {
	POSTURE_REASON_NONE,
#define X(name, code) POSTURE_##name,
	POSTURE_REASONS(X)
#undef X
		POSTURE_REASON_COUNT,
};

const char *posture_state_name(enum posture_state state); /* "pass", "fail", ... */
const char *posture_reason_code(enum posture_reason reason);
/* -EINVAL on any other word */
must_check int posture_state_parse(struct span word, enum posture_state *ret_state);
must_check int posture_reason_parse(struct span code, enum posture_reason *ret_reason);

#define POSTURE_ID_MAX 48 /* "patch.security-updates": [a-z0-9-]+ "." [a-z0-9-]+ */
bool posture_id_valid(struct span id);
