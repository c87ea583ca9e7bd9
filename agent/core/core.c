/* SPDX-License-Identifier: Apache-2.0 */
#include "core.h"

#include "claims.h"
#include "exempt-run.h"
#include "guard.h"
#include "homes.h"
#include "keeper.h"
#include "log.h"
#include "outbox.h"
#include "people.h"
#include "sender.h"
#include "sensors.h"

#include <fcntl.h>
#include <string.h>

bool core_enrolled(const struct core *core)
{
	return core->identity.device[0] != '\0';
}

bool core_school_owned(const struct core *core)
{
	return core_enrolled(core) && policy_owner(core->hold.policy) == POLICY_SCHOOL;
}

const struct exemptions *core_given(const struct core *core)
{
	return core_school_owned(core) ? NULL : &core->state.given.parsed;
}

int core_save(struct core *core)
{
	int r = store_save_state(&core->store, &core->state);

	if (r < 0) {
		log_error("could not save " STATE_FILE ": %s", strerror(-r));
	}
	return r;
}

/*
 * Whether recordings are looked for on a private device is its owner's to say, in the policy on its
 * own disk; a school that a private device reports to cannot say it for them.
 */
static unsigned wanted_groups(const struct core *core)
{
	unsigned groups = people_groups(core->hold.policy);

	if (core_enrolled(core) && !core_school_owned(core)) {
		groups &= ~(1U << PERSONAL_GROUP_RECORDINGS);
	}
	return groups;
}

static enum check_policy policy_from(const struct core *core)
{
	if (!core_enrolled(core)) {
		return CHECK_POLICY_PACKAGE;
	}
	if (!core->hold.from_school) {
		return CHECK_POLICY_REFUSED;
	}
	return policy_version(core->hold.policy) < core->state.mark.version ? CHECK_POLICY_OLDER
									    : CHECK_POLICY_SCHOOL;
}

int core_take_pins(struct core *core)
{
	const struct pins *pins = policy_pins(core->hold.policy);
	struct identity identity = core->identity;
	int r = 0;

	if (!core_enrolled(core) || !core->hold.from_school || pins->n == 0) {
		return 0;
	}
	if (!pins_meet(pins, &identity.endpoint.pins)) {
		log_warning("the policy names no key of the server that is known here: kept those");
		return 0;
	}
	identity.endpoint.pins = *pins;
	if (!pins_equal(pins, &core->identity.endpoint.pins)) {
		r = store_save_identity(&core->store, &identity);
	}
	/* also when nothing is new: a crash may lie between the two files */
	r = r < 0 ? r : outbox_put_endpoint(core->store.outbox_fd, &identity.endpoint);
	if (r < 0) {
		log_error("could not keep the server's next key: %s", strerror(-r));
		return r;
	}
	core->identity = identity;
	return 0;
}

void core_note_owner(struct core *core)
{
	if (core_school_owned(core) && !core->state.was_school) {
		core->state.was_school = true;
		(void)!core_save(core);
	}
}

int core_policy_changed(struct core *core)
{
	const struct clock_now now = clock_read();
	int r;

	core_note_owner(core);
	(void)!core_take_pins(core);
	claims_want(core->claims, wanted_groups(core));
	judge_set_policy(core->judge, core->hold.policy, policy_from(core));
	r = judge_run(core->judge, NULL);
	if (r == 0) {
		r = exempt_run_look(core->exempt_run, &now);
	}
	if (r == 0) {
		r = keeper_begin(core->keeper);
	}
	if (r == 0) {
		r = guard_policy_changed(core->guard);
	}
	homes_settings_changed(core->homes);
	return r;
}

int core_exemptions_changed(struct core *core)
{
	int r = core->keeper ? keeper_exemptions_changed(core->keeper) : 0;

	if (core->homes) {
		homes_settings_changed(core->homes);
	}
	return r == 0 && core->judge ? judge_exemptions_changed(core->judge) : r;
}

/* Each step is tried, whatever became of the one before. */
int core_forget(struct core *core)
{
	const int results[] = {
		outbox_clear(core->store.outbox_fd),
		store_erase_identity(&core->store),
		seal_erase_key(&core->seal),
	};
	int r = 0;

	core->identity = (struct identity){.device = ""};
	core->state.mark = (struct policy_mark){0};
	for (size_t i = 0; i < ARRAY_LEN(results); i++) {
		if (results[i] != 0) {
			log_error("could not erase all of an enrolment: %s",
				results[i] < 0 ? strerror(-results[i]) : "refused");
			r = results[i] < 0 ? results[i] : -EIO;
		}
	}
	return r;
}

/* Verdicts are remembered once they are told apart from before; nothing else happens until a batch.
 */
static int on_judged(bool changed, void *data)
{
	struct core *core = data;

	if (changed) {
		(void)!core_save(core);
	}
	/* what is told by day is no change, and a person hears of it now */
	if (core->homes) {
		homes_later_changed(core->homes);
	}
	return core->guard ? guard_judged(core->guard) : 0;
}

static int failed(const char *what, int r)
{
	log_error("could not %s: %s", what, strerror(r < 0 ? -r : EINVAL));
	return r < 0 ? r : -EINVAL;
}

static int open_key_dir(struct core *core)
{
	core->seal.key_fd = fd_open_dir(core->store.state_fd, "key");
	return core->seal.key_fd < 0 ? core->seal.key_fd : 0;
}

static int load_identity(struct core *core)
{
	int r = store_load_identity(&core->store, &core->identity);

	if (r == FD_E_MISSING) {
		return 0;
	}
	/* told already; the file stays, and the device belongs to nobody meanwhile */
	return r == -EBADMSG ? 0 : r;
}

static int open_all(struct core *core)
{
	bool live = strcmp(core->options.root, "/") == 0;
	int r = sysroot_open(core->options.root, live, &core->root);

	if (r < 0) {
		return failed("open the root directory", r);
	}
	r = store_open(core->options.state, core->options.spool, &core->store);
	if (r < 0) {
		return failed("open the directories of state and spool", r);
	}
	r = open_key_dir(core);
	if (r < 0) {
		return failed("open the directory key/", r);
	}
	core->hold.data_fd = fd_open_dir(AT_FDCWD, core->options.data);
	if (core->hold.data_fd < 0) {
		return failed("open the directory of data", core->hold.data_fd);
	}
	core->hold.state_fd = core->store.state_fd;
	core->hold.seal = &core->seal;
	core->hold.mark = &core->state.mark;
	return 0;
}

static int load_all(struct core *core)
{
	int r = store_load_state(&core->store, &core->state);

	if (r < 0) {
		return failed("load " STATE_FILE, r);
	}
	r = load_identity(core);
	if (r < 0) {
		return failed("load " IDENTITY_FILE, r);
	}
	r = policy_hold_load(&core->hold, &core->identity);
	if (r != 0) {
		return failed("load a policy", r);
	}
	core_note_owner(core);
	/* told already; the next policy or start tries again */
	(void)!core_take_pins(core);
	return 0;
}

static int on_people(void *data)
{
	struct core *core = data;

	return core->judge ? judge_people_changed(core->judge) : 0;
}

static int find_people(void *data, struct check_person **ret_people, size_t *ret_n)
{
	struct core *core = data;

	return claims_people(core->claims, ret_people, ret_n);
}

static const struct media_view *find_media(void *data)
{
	struct core *core = data;

	return sensors_view(core->sensors);
}

static const struct exemptions *find_given(void *data)
{
	return core_given(data);
}

static int begin_claims(struct core *core)
{
	const struct claims_setup setup = {
		.loop = core->loop,
		.root = &core->root,
		.state_fd = core->store.state_fd,
		.settle_ms = CLAIMS_SETTLE_MS,
		.changed = on_people,
		.data = core,
	};
	int r = claims_new(&setup, &core->claims);

	if (r < 0) {
		return failed("see who is signed in", r);
	}
	claims_want(core->claims, wanted_groups(core));
	return 0;
}

static int judge_first(struct core *core)
{
	const struct judge_setup setup = {
		.loop = core->loop,
		.root = &core->root,
		.live = core->root.live ? &core->live : NULL,
		.policy = core->hold.policy,
		.policy_from = policy_from(core),
		.unpack = core->unpack,
		.state_fd = core->store.state_fd,
		.state = &core->state,
		.people = find_people,
		.device = core->identity.device,
		.given = find_given,
		.media = find_media,
		.done = on_judged,
		.data = core,
	};
	const struct clock_now now = clock_read();
	int r = judge_new(&setup, &core->judge);

	/* watched first: what changes while it is read is read again */
	if (r == 0) {
		r = judge_watch(core->judge);
	}
	if (r == 0) {
		r = judge_run(core->judge, NULL);
	}
	if (r == 0) {
		r = exempt_run_new(core, &core->exempt_run);
	}
	if (r == 0) {
		r = exempt_run_look(core->exempt_run, &now);
	}
	return r == 0 ? 0 : failed("judge this device", r);
}

int core_start(struct core *core)
{
	int r;

	facts_live_linux(&core->live);
	r = open_all(core);
	if (r == 0) {
		r = load_all(core);
	}
	if (r == 0) {
		r = begin_claims(core);
	}
	if (r == 0) {
		r = sensors_new(core, &core->sensors);
		r = r == 0 ? 0 : failed("follow the cameras and microphones", r);
	}
	return r == 0 ? judge_first(core) : r;
}

void core_finish(struct core *core)
{
	exempt_run_free(TAKE_PTR(core->exempt_run));
	judge_free(TAKE_PTR(core->judge));
	sensors_free(TAKE_PTR(core->sensors));
	claims_free(TAKE_PTR(core->claims));
	policy_hold_finish(&core->hold);
	fd_close(&core->hold.data_fd);
	fd_close(&core->seal.key_fd);
	state_finish(&core->state);
	store_finish(&core->store);
	sysroot_finish(&core->root);
}
