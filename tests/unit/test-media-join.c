/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From facts to a state. What is right is the rule of av.camera-idle and av.mic-idle as the
 * catalogue has it, written out here case by case; and the parsers on the kernel's own words
 * (sound/core/pcm.c, fs/proc/task_mmu.c, fs/proc/loadavg.c, v4l_id of udev).
 */
#include "media-holders.h"
#include "media-join.h"
#include "unit.h"

#include <string.h>
#include <sys/sysmacros.h>

#define PUPIL 1000

static const struct media_nodes nodes = {
	.items = {{.device = MEDIA_CAMERA}, {.device = MEDIA_MICROPHONE},
		{.device = MEDIA_SPEAKER}},
	.len = 3,
};

enum { CAMERA, MICROPHONE, SPEAKER };

struct example {
	const char *name;
	struct media_use uses[4];
	size_t n_uses;
	struct media_streams streams;
	uint64_t dark, unseen;
	const char *camera, *microphone, *kind; /* kind of whichever is not idle first; NULL none */
};

#define USE(n, k, m)                                                                       \
	{                                                                                  \
		.pid = 100, .uid = PUPIL, .node = (n), .opens = 1, .kind = MEDIA_KIND_##k, \
		.moves = (m)                                                               \
	}
#define HEARD(c, p, f)                                                                   \
	{                                                                                \
		.uid = PUPIL, .sound_heard = true, .video_heard = true, .captures = (c), \
		.plays = (p), .films = (f)                                               \
	}
#define B(k) (1U << MEDIA_KIND_##k)

static const struct example examples[] = {
	{"nobody", .camera = "idle", .microphone = "idle"},
	{"open alone", {USE(CAMERA, OTHER, false)}, 1, .camera = "held", .microphone = "idle",
		.kind = "other"},
	{"streaming", {USE(CAMERA, RECORDER, true)}, 1, .camera = "other", .microphone = "idle",
		.kind = "recorder"},
	{"one holds, one streams", {USE(CAMERA, OTHER, false), USE(CAMERA, RECORDER, true)}, 2,
		.camera = "other", .microphone = "idle", .kind = "recorder"},
	{"a client that films without a sound", {USE(CAMERA, CONFERENCING, true)}, 1,
		.camera = "other", .microphone = "idle", .kind = "conferencing"},
	{"a client in a call, by ALSA",
		{USE(CAMERA, CONFERENCING, true), USE(MICROPHONE, CONFERENCING, true)}, 2,
		.camera = "meeting", .microphone = "meeting", .kind = "conferencing"},
	{"a client that only plays",
		{USE(CAMERA, CONFERENCING, true), USE(SPEAKER, CONFERENCING, true)}, 2,
		.camera = "meeting", .microphone = "idle", .kind = "conferencing"},
	{"a browser that listens alone", {USE(MICROPHONE, BROWSER, true)}, 1, .camera = "idle",
		.microphone = "other"},
	{"a browser in a call",
		{USE(CAMERA, BROWSER, true), USE(MICROPHONE, BROWSER, true),
			USE(SPEAKER, BROWSER, true)},
		3, .camera = "meeting", .microphone = "meeting", .kind = "browser"},
	{"a recorder beside a call",
		{USE(CAMERA, RECORDER, true), USE(MICROPHONE, CONFERENCING, true)}, 2,
		.camera = "other", .microphone = "meeting", .kind = "recorder"},
	{"a daemon that holds a microphone", {USE(MICROPHONE, DAEMON, false)}, 1, .camera = "idle",
		.microphone = "idle"},
	{"a daemon nobody speaks for", {USE(MICROPHONE, DAEMON, true)}, 1, .camera = "idle",
		.microphone = "unknown"},
	{"a daemon without a stream", {USE(MICROPHONE, DAEMON, true)}, 1, HEARD(0, 0, 0),
		.camera = "idle", .microphone = "idle"},
	{"a recorder behind a daemon", {USE(MICROPHONE, DAEMON, true)}, 1, HEARD(B(RECORDER), 0, 0),
		.camera = "idle", .microphone = "other"},
	{"a call behind a daemon", {USE(MICROPHONE, DAEMON, true), USE(CAMERA, CONFERENCING, true)},
		2, HEARD(B(CONFERENCING), B(CONFERENCING), 0), .camera = "meeting",
		.microphone = "meeting", .kind = "conferencing"},
	{"a call that cannot be heard",
		{USE(SPEAKER, DAEMON, true), USE(CAMERA, CONFERENCING, true)}, 2,
		.camera = "unknown", .microphone = "idle", .kind = "conferencing"},
	{"a recorder, whatever sounds", {USE(SPEAKER, DAEMON, true), USE(CAMERA, RECORDER, true)},
		2, .camera = "other", .microphone = "idle", .kind = "recorder"},
	{"a camera behind a daemon", {USE(CAMERA, DAEMON, false)}, 1, HEARD(0, 0, B(BROWSER)),
		.camera = "other", .microphone = "idle", .kind = "browser"},
	{"a camera that a daemon looks at", {USE(CAMERA, DAEMON, false)}, 1, HEARD(0, 0, 0),
		.camera = "idle", .microphone = "idle"},
	{"a camera of an untold daemon", {USE(CAMERA, DAEMON, false)}, 1, .camera = "unknown",
		.microphone = "idle"},
	{"somebody not found", .unseen = 1, .camera = "unknown", .microphone = "idle"},
	{"a cover before it", {USE(CAMERA, RECORDER, true)}, 1, .dark = 1, .camera = "off",
		.microphone = "idle"},
};

static void test_join(void **state)
{
	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(examples); i++) {
		const struct example *e = &examples[i];
		const struct media_facts facts = {.nodes = &nodes,
			.uses = e->uses,
			.n_uses = e->n_uses,
			.streams = &e->streams,
			.n_streams = e->streams.uid == PUPIL,
			.dark = e->dark,
			.unseen = e->unseen};
		struct media_view view = {.len = 0};

		media_join(&facts, &view);
		print_message("%s\n", e->name);
		assert_int_equal(view.len, 2);
		assert_string_equal(media_state_code(view.rows[0].state), e->camera);
		assert_string_equal(media_state_code(view.rows[1].state), e->microphone);
		assert_int_equal(view.rows[0].has_kind, e->kind != NULL);
		if (e->kind) {
			assert_string_equal(media_kind_code(view.rows[0].kind), e->kind);
		}
	}
}

/* What is of another person behind another daemon says nothing of this one. */
static void test_people_apart(void **state)
{
	const struct media_use use = USE(MICROPHONE, DAEMON, true);
	const struct media_streams other = {.uid = PUPIL + 1, .sound_heard = true};
	const struct media_facts facts = {
		.nodes = &nodes, .uses = &use, .n_uses = 1, .streams = &other, .n_streams = 1};
	struct media_view view = {.len = 0};

	(void)state;
	media_join(&facts, &view);
	assert_int_equal(view.rows[1].state, MEDIA_STATE_UNKNOWN);
	assert_int_equal(view.rows[1].reason, MEDIA_REASON_HIDDEN_STREAMS);
}

static bool step(struct media_view *view, enum media_state state, int64_t now_ms)
{
	struct media_view next = {.rows = {{.state = state}}, .len = 1};
	bool changed = media_view_date(view, view->len > 0, now_ms, &next);

	*view = next;
	return changed;
}

static void test_times(void **state)
{
	struct media_view view = {.len = 0};

	(void)state;
	assert_true(step(&view, MEDIA_STATE_IDLE, 10));
	assert_int_equal(view.rows[0].open_ms, 0);
	assert_true(step(&view, MEDIA_STATE_MEETING, 20));
	assert_int_equal(view.rows[0].open_ms, 20);
	assert_int_equal(view.rows[0].left_ms, 0);
	assert_false(step(&view, MEDIA_STATE_MEETING, 30));
	assert_int_equal(view.rows[0].since_ms, 20);
	assert_true(step(&view, MEDIA_STATE_OTHER, 40));
	assert_int_equal(view.rows[0].open_ms, 20);
	assert_int_equal(view.rows[0].left_ms, 40);
	/* held or streaming, seen or not for a moment: it was left on since then */
	assert_true(step(&view, MEDIA_STATE_HELD, 50));
	assert_true(step(&view, MEDIA_STATE_UNKNOWN, 60));
	assert_true(step(&view, MEDIA_STATE_HELD, 70));
	assert_int_equal(view.rows[0].left_ms, 40);
	assert_true(step(&view, MEDIA_STATE_IDLE, 80));
	assert_int_equal(view.rows[0].left_ms, 0);
	assert_int_equal(view.rows[0].since_ms, 80);
}

static void test_pcm(void **state)
{
	static const char running[] = "state: RUNNING\nowner_pid   : 815\ntrigger_time: 6.1\n"
				      "hw_ptr      : 1\nappl_ptr    : 2\n";
	struct media_pcm pcm;

	(void)state;
	assert_int_equal(media_pcm_parse(span_z("closed\n"), &pcm), 0);
	assert_int_equal(pcm.state, MEDIA_PCM_CLOSED);
	assert_int_equal(media_pcm_parse(span_z(running), &pcm), 0);
	assert_int_equal(pcm.state, MEDIA_PCM_RUNNING);
	assert_int_equal(pcm.owner, 815);
	assert_int_equal(media_pcm_parse(span_z("state: PREPARED\nowner_pid   : 0\n"), &pcm), 0);
	assert_int_equal(pcm.state, MEDIA_PCM_OPEN);
	assert_int_equal(pcm.owner, 0);
	assert_int_equal(media_pcm_parse(span_z("owner_pid   : 7\n"), &pcm), -EINVAL);
	assert_int_equal(media_pcm_parse(span_z(""), &pcm), -EINVAL);
}

static void test_map(void **state)
{
	struct media_map map;

	(void)state;
	assert_int_equal(media_map_parse(span_z("7f0e5c000000-7f0e5c096000 rw-s 00000000 00:05 "
						"348                        /dev/video0"),
				 &map),
		0);
	assert_int_equal(map.device, makedev(0, 5));
	assert_int_equal(map.inode, 348);
	assert_true(span_eq(map.path, "/dev/video0"));
	assert_int_equal(media_map_parse(span_z("7f0e5c-7f0e5d rw-p 00000000 00:00 0 "), &map), 0);
	assert_int_equal(map.path.len, 0);
	assert_int_equal(media_map_parse(span_z("7f0e5c-7f0e5d rw-p"), &map), -EINVAL);
	assert_int_equal(media_map_parse(span_z("a b c g0:05 1"), &map), -EINVAL);
}

static void test_last(void **state)
{
	pid_t pid;

	(void)state;
	assert_int_equal(media_last_parse(span_z("0.20 0.18 0.12 1/80 11206\n"), &pid), 0);
	assert_int_equal(pid, 11206);
	assert_int_equal(media_last_parse(span_z("0.20 0.18"), &pid), -EINVAL);
	assert_int_equal(media_last_parse(span_z(""), &pid), -EINVAL);
}

static void test_udev(void **state)
{
	static const struct {
		const char *entry;
		bool known, captures;
	} rows[] = {
		{"I:1\nE:ID_V4L_VERSION=2\nE:ID_V4L_CAPABILITIES=:capture:\nG:seat\n", true, true},
		{"E:ID_V4L_CAPABILITIES=:capture:video_output:\n", true, true},
		{"E:ID_V4L_CAPABILITIES=:video_output:\n", true, false},
		{"E:ID_V4L_CAPABILITIES=:\n", true, false},
		{"E:ID_V4L_PRODUCT=capture\n", false, false},
		{"", false, false},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		bool known;

		assert_int_equal(
			media_udev_captures(span_z(rows[i].entry), &known), rows[i].captures);
		assert_int_equal(known, rows[i].known);
	}
}

static void test_program(void **state)
{
	static const struct {
		const char *exe, *cgroup;
		enum media_kind kind;
	} rows[] = {
		{"/opt/zoom/zoom", "", MEDIA_KIND_CONFERENCING},
		{"/opt/zoom/aomhost", "", MEDIA_KIND_CONFERENCING},
		{"/opt/zoom/zoom (deleted)", "", MEDIA_KIND_CONFERENCING},
		{"/usr/lib/chromium/chromium", "", MEDIA_KIND_BROWSER},
		{"/usr/lib/firefox-esr/firefox-esr", "", MEDIA_KIND_BROWSER},
		{"/usr/bin/v4l2-ctl", "", MEDIA_KIND_RECORDER},
		{"/usr/bin/pipewire", "", MEDIA_KIND_DAEMON},
		{"/usr/bin/bash", "", MEDIA_KIND_OTHER},
		{"/app/extra/zoom/ZoomWebviewHost",
			"0::/user.slice/user-1000.slice/user@1000.service/app.slice/"
			"app-flatpak-us.zoom.Zoom-4711.scope\n",
			MEDIA_KIND_CONFERENCING},
		{"/snap/zoom-client/225/x",
			"0::/user.slice/snap.zoom-client.zoom-client-1f2e.scope\n",
			MEDIA_KIND_CONFERENCING},
		{"/app/bin/x", "0::/app-flatpak-org.mozilla.firefox-12.scope\n",
			MEDIA_KIND_BROWSER},
		{"", "", MEDIA_KIND_OTHER},
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
		print_message("%s\n", rows[i].exe);
		assert_int_equal(media_program_judge(span_z(rows[i].exe), span_z(rows[i].cgroup)),
			rows[i].kind);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_join),
		cmocka_unit_test(test_people_apart),
		cmocka_unit_test(test_times),
		cmocka_unit_test(test_pcm),
		cmocka_unit_test(test_map),
		cmocka_unit_test(test_last),
		cmocka_unit_test(test_udev),
		cmocka_unit_test(test_program),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
