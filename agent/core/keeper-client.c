/* SPDX-License-Identifier: Apache-2.0 */
#include "keeper-client.h"

void keeper_client_see(
	struct keeper_client *client, const struct enforce_plan *plan, enum enforce_tier tier)
{
	client->installed = plan->installed;
	client->assessed = plan->assessed;
	client->kept = plan->kept;
	client->drifted = plan->drifted;
	client->sign_in_s = plan->sign_in_s;
	client->start_s = plan->start_s;
	client->tier = tier;
}

void keeper_client_pause(struct keeper_client *client, int64_t boot_ms)
{
	client->pause_ms = client->pause_ms == 0 ? KEEPER_PAUSE_FIRST_MS : client->pause_ms * 2;
	if (client->pause_ms > KEEPER_PAUSE_LAST_MS) {
		client->pause_ms = KEEPER_PAUSE_LAST_MS;
	}
	client->until_ms = boot_ms + client->pause_ms;
	client->window_ms = client->until_ms;
	client->writes = 0;
}

bool keeper_client_may_write(struct keeper_client *client, int64_t boot_ms)
{
	if (boot_ms < client->until_ms) {
		return false;
	}
	if (boot_ms - client->window_ms > KEEPER_WINDOW_MS) {
		/* a whole window of quiet: whoever it was has stopped */
		client->window_ms = boot_ms;
		client->writes = 0;
		client->pause_ms = 0;
		client->rewritten = false;
	}
	/* after a pause one write shows whether it goes on */
	if (client->writes >= (client->rewritten ? 1 : KEEPER_BURST)) {
		client->rewritten = true;
		keeper_client_pause(client, boot_ms);
		return false;
	}
	client->writes++;
	return true;
}

void keeper_client_uncount(struct keeper_client *client)
{
	client->writes -= client->writes > 0;
}

int64_t keeper_client_left_ms(const struct keeper_client *client, int64_t boot_ms)
{
	return client->until_ms > boot_ms ? client->until_ms - boot_ms : 0;
}

void keeper_client_forgive(struct keeper_client *client)
{
	client->writes = 0;
	client->pause_ms = 0;
	client->until_ms = 0;
	client->rewritten = false;
}
